#include "openmmoscillators/recording/ReplicaTable.h"

#include <algorithm>
#include <utility>

namespace OpenMMOscillators {

ReplicaTable::ReplicaTable(int replicaCount, int oscillatorCount)
    : numReplicas(replicaCount), numOscillators(oscillatorCount) {}

ReplicaTable::ReplicaTable(int oscillatorCount, std::vector<int> replicaParticles)
    : numReplicas(static_cast<int>(replicaParticles.size()) / oscillatorCount), numOscillators(oscillatorCount),
      particles(std::move(replicaParticles)) {
    bool consecutive = true;
    for (std::size_t k = 0; k < particles.size() && consecutive; ++k)
        consecutive = particles[k] == static_cast<int>(k);
    if (consecutive)
        particles = {};
}

int ReplicaTable::getParticle(int replica, int oscillator) const {
    const std::size_t entry = static_cast<std::size_t>(replica) * numOscillators + oscillator;
    return particles.empty() ? static_cast<int>(entry) : particles[entry];
}

std::vector<int> ReplicaTable::getParticles() const {
    std::vector<int> all;
    all.reserve(static_cast<std::size_t>(numReplicas) * numOscillators);
    for (int r = 0; r < numReplicas; ++r)
        for (int i = 0; i < numOscillators; ++i)
            all.push_back(getParticle(r, i));
    return all;
}

ReplicaTable::Range ReplicaTable::getRange(int firstReplica, int replicaCount) const {
    const std::size_t entries = static_cast<std::size_t>(replicaCount) * numOscillators;
    const std::size_t start = static_cast<std::size_t>(firstReplica) * numOscillators;
    if (particles.empty() || entries == 0)
        return {start, entries, true};
    const auto begin = particles.begin() + static_cast<std::ptrdiff_t>(start);
    const auto end = begin + static_cast<std::ptrdiff_t>(entries);
    const auto [lowest, highest] = std::minmax_element(begin, end);
    bool inOrder = true;
    for (auto entry = begin; entry != end && inOrder; ++entry)
        inOrder = *entry - *begin == entry - begin;
    return {static_cast<std::size_t>(*lowest), static_cast<std::size_t>(*highest - *lowest + 1), inOrder};
}

} // namespace OpenMMOscillators
