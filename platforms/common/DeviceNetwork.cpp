#include "DeviceNetwork.h"

#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>

using OpenMM::mm_float4;
using OpenMM::mm_int2;

namespace OpenMMOscillators {

namespace {

/** Coefficients of a launch should stay in the last-level cache of a GPU, which work-groups share. */
constexpr int coefficientBudget = 8 * 1024 * 1024; // bytes

/** An array with these elements; one element at least, because devices have no empty arrays. */
template <typename T>
void uploadNew(OpenMM::ComputeContext& cc, OpenMM::ComputeArray& array, std::vector<T> values,
               const std::string& name) {
    if (values.empty())
        values.resize(1);
    array.initialize<T>(cc, values.size(), name);
    array.upload(values);
}

bool samePosition(const DrivingProtocol::Position& a, const DrivingProtocol::Position& b) {
    return a.lower == b.lower && a.upper == b.upper && a.weight == b.weight;
}

} // namespace

DeviceNetwork::DeviceNetwork(OpenMM::ComputeContext& computeContext, const OscillatorNetwork& network,
                             const DrivingProtocol& initialProtocol, const NetworkProgramSettings& programSettings)
    : cc(computeContext), table(network), protocol(initialProtocol) {
    const int realSize = cc.getUseDoublePrecision() ? sizeof(double) : sizeof(float);
    uploadNew(cc, rowOscillators, table.rowOscillators, "oscillatorsOfRows");
    uploadNew(cc, oscillatorRows, table.oscillatorRows, "rowsOfOscillators");
    uploadNew(cc, spans, table.spans, "rowSpans");
    uploadNew(cc, neighbours, table.neighbours, "neighbours");
    uploadNew(cc, edgeCodes, table.edgeCodes, "edgeCodes");
    slices.initialize(cc, static_cast<std::size_t>(protocol.getNumSlices()) * protocol.getNumParameters(), realSize,
                      "protocolSlices");
    brackets.initialize<mm_int2>(cc, getMaxTimes(), "protocolBrackets");
    weights.initialize(cc, getMaxTimes(), realSize, "protocolWeights");
    coefficients.initialize(cc, getCoefficientStride(), 4 * realSize, "coefficients");
    uploadAllSlices();

    const KernelProgram program = protocolProgram(programSettings);
    interpolation = cc.compileProgram(program.source, program.defines)->createKernel("interpolateProtocol");
    interpolation->addArg(); // number of times
    interpolation->addArg(table.getNumEntries());
    for (OpenMM::ComputeArray* array : {&rowOscillators, &edgeCodes, &slices, &brackets, &weights, &coefficients})
        interpolation->addArg(*array);
}

void DeviceNetwork::copyProtocol(const DrivingProtocol& newProtocol, const ProtocolChange& change) {
    prepared.clear();
    if (change.grid) {
        protocol = newProtocol;
        slices.resize(static_cast<std::size_t>(protocol.getNumSlices()) * protocol.getNumParameters());
        uploadAllSlices();
        return;
    }
    for (int k = change.firstSlice; k <= change.lastSlice; ++k)
        protocol.setSlice(k, newProtocol.getSlice(k));
    if (cc.getUseDoublePrecision())
        uploadSlices<double>(change.firstSlice, change.lastSlice);
    else
        uploadSlices<float>(change.firstSlice, change.lastSlice);
}

void DeviceNetwork::uploadAllSlices() {
    if (cc.getUseDoublePrecision())
        uploadSlices<double>(0, protocol.getNumSlices() - 1);
    else
        uploadSlices<float>(0, protocol.getNumSlices() - 1);
}

template <typename Real>
void DeviceNetwork::uploadSlices(int first, int last) {
    const int size = protocol.getNumParameters();
    for (int k = first; k <= last; ++k) {
        const std::vector<double>& theta = protocol.getSlice(k).getValues();
        const std::vector<Real> values(theta.begin(), theta.end());
        slices.uploadSubArray(values.data(), k * size, size);
    }
}

int DeviceNetwork::getMaxTimes() const {
    return std::clamp(coefficientBudget / static_cast<int>(getCoefficientStride() * sizeof(mm_float4)), 2, 128);
}

void DeviceNetwork::prepare(const std::vector<DrivingProtocol::Position>& positions) {
    if (positions.size() == prepared.size() &&
        std::equal(positions.begin(), positions.end(), prepared.begin(), samePosition))
        return;
    std::vector<mm_int2> newBrackets(getMaxTimes(), mm_int2(0, 0));
    std::vector<double> newWeights(getMaxTimes(), 0.0);
    for (std::size_t k = 0; k < positions.size(); ++k) {
        newBrackets[k] = mm_int2(positions[k].lower, positions[k].upper);
        newWeights[k] = positions[k].weight;
    }
    brackets.upload(newBrackets);
    weights.upload(newWeights, true);
    const std::size_t size = positions.size() * getCoefficientStride();
    if (coefficients.getSize() < size)
        coefficients.resize(size);
    interpolation->setArg(0, static_cast<int>(positions.size()));
    interpolation->execute(static_cast<int>(size));
    prepared = positions;
}

void DeviceNetwork::addArguments(OpenMM::ComputeKernel& kernel) {
    for (OpenMM::ComputeArray* array : {&spans, &neighbours, &coefficients})
        kernel->addArg(*array);
}

} // namespace OpenMMOscillators
