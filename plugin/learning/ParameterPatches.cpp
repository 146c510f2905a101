#include "openmmoscillators/learning/ParameterPatches.h"

#include "openmmoscillators/network/NetworkParameters.h"

namespace OpenMMOscillators {

ParameterPatches::ParameterPatches(const OscillatorNetwork& network, int mostEdges)
    : numParameters(network.getNumParameters()), places(network.getNumEdges()) {
    const ParameterLayout layout(network);
    std::vector<std::vector<int>> edgesOf(network.getNumOscillators());
    for (int e = 0; e < network.getNumEdges(); ++e)
        for (const int end : {network.getEdges()[e].first, network.getEdges()[e].second})
            edgesOf[end].push_back(e);
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        const int degree = static_cast<int>(edgesOf[i].size());
        const int count = std::max(1, (degree + mostEdges - 1) / mostEdges);
        for (int k = 0; k < count; ++k) {
            Patch patch{
                i, {edgesOf[i].begin() + degree * k / count, edgesOf[i].begin() + degree * (k + 1) / count}, {}};
            for (const ParameterFamily family : allParameterFamilies)
                if (!isEdgeFamily(family))
                    patch.parameters.push_back(layout.getOffset(family) + i);
            for (const int e : patch.edges) {
                const int end = network.getEdges()[e].first == i ? 0 : 1;
                places[e][end] = {getNumPatches(), static_cast<int>(patch.parameters.size())};
                for (const ParameterFamily family : allParameterFamilies)
                    if (isEdgeFamily(family))
                        patch.parameters.push_back(layout.getOffset(family) + e);
            }
            patches.push_back(std::move(patch));
        }
    }
}

} // namespace OpenMMOscillators
