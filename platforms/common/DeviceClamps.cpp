#include "DeviceClamps.h"

using OpenMM::mm_int2;

namespace OpenMMOscillators {

DeviceClamps::DeviceClamps(OpenMM::ComputeContext& computeContext, std::shared_ptr<const ClampedPaths> clampedPaths,
                           ReplicaGroups& replicaGroups, const NetworkProgramSettings& programSettings,
                           const std::vector<int>& oscillatorRows)
    : cc(computeContext), paths(std::move(clampedPaths)), replicas(replicaGroups), settings(programSettings),
      mixedIsDouble(cc.getUseDoublePrecision() || cc.getUseMixedPrecision()) {
    const int numPaths = paths->getNumPaths(), numTimes = static_cast<int>(paths->getTimes().size());
    std::vector<int> newItems, newPathsOfItems(replicas.getSize(), -1);
    std::vector<double> table(static_cast<std::size_t>(numTimes) * numPaths);
    for (int p = 0; p < numPaths; ++p) {
        const ClampedPaths::Path& path = paths->getPath(p);
        const int size = programSettings.replicasPerGroup;
        const int group = path.replica / size;
        newItems.push_back((group * programSettings.numOscillators + oscillatorRows[path.oscillator]) * size +
                           path.replica % size);
        newPathsOfItems[newItems.back()] = p;
        for (int k = 0; k < numTimes; ++k)
            table[static_cast<std::size_t>(k) * numPaths + p] = path.values[k];
    }
    items.initialize<int>(cc, newItems.size(), "clampedItems");
    items.upload(newItems);
    pathsOfItems.initialize<int>(cc, newPathsOfItems.size(), "pathsOfItems");
    pathsOfItems.upload(newPathsOfItems);
    values.initialize(cc, table.size(), mixedIsDouble ? sizeof(double) : sizeof(float), "clampedValues");
    values.upload(table, true);
}

void DeviceClamps::createKernel() {
    const KernelProgram program = clampedPathsProgram(settings);
    kernel = cc.compileProgram(program.source, program.defines)->createKernel("clampDisplacements");
    kernel->addArg(paths->getNumPaths());
    for (int i = 0; i < 3; ++i) // bracket, weight, 1/dt
        kernel->addArg();
    for (OpenMM::ComputeArray* array : {&items, &values, &replicas.getSlots(), &replicas.getOffsets()})
        kernel->addArg(*array);
    kernel->addArg(cc.getVelm());
    kernel->addArg(cc.getPosq());
    if (cc.getUseMixedPrecision())
        kernel->addArg(cc.getPosqCorrection());
}

void DeviceClamps::apply(double time, double stepSize) {
    if (!kernel) // only now do all of the context's arrays exist
        createKernel();
    replicas.update();
    const DrivingProtocol::Position at = paths->locate(time);
    kernel->setArg(1, mm_int2(at.lower, at.upper));
    if (mixedIsDouble) {
        kernel->setArg(2, at.weight);
        kernel->setArg(3, 1.0 / stepSize);
    } else {
        kernel->setArg(2, static_cast<float>(at.weight));
        kernel->setArg(3, static_cast<float>(1.0 / stepSize));
    }
    kernel->execute(paths->getNumPaths());
}

} // namespace OpenMMOscillators
