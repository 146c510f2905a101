#include "openmmoscillators/learning/ImperfectDevice.h"

#include "openmmoscillators/learning/Imperfections.h"
#include <algorithm>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

// Streams of random numbers: of commands, and the first ones of either kind of sensors.
enum Stream : std::uint32_t { CommandGain, CommandOffset, Drift, ForceSensors, PositionSensors = 1U << 31 };

const DeviceErrors& checked(const DeviceErrors& errors) {
    std::string why;
    if (!errors.isValid(&why))
        throw std::invalid_argument("ImperfectDevice: " + why);
    return errors;
}

} // namespace

ImperfectDevice::ImperfectDevice(Device& trueDevice, const DeviceErrors& deviceErrors)
    : device(trueDevice), errors(checked(deviceErrors)), noise(static_cast<std::uint64_t>(errors.seed)),
      forceSensors(errors.force, getLayout().getNumOscillators(), noise, ForceSensors),
      positionSensors(errors.position, getLayout().getNumOscillators(), noise, PositionSensors),
      commandGains(drawNormals(noise, CommandGain, errors.commandGainSpread, getLayout().getNumParameters())),
      commandOffsets(drawNormals(noise, CommandOffset, errors.commandOffsetSpread, getLayout().getNumParameters())) {}

NetworkParameters ImperfectDevice::getActing(const NetworkParameters& theta) const {
    if (!(theta.getLayout() == getLayout()))
        throw std::invalid_argument("ImperfectDevice: there are " + std::to_string(theta.size()) +
                                    " parameters; the device has " + std::to_string(getLayout().getNumParameters()));
    NetworkParameters acting = theta;
    for (int a = 0; a < theta.size(); ++a)
        acting[a] =
            (1.0 + commandGains[a]) * quantise(theta[a], errors.commandBits, errors.commandRange) + commandOffsets[a];
    for (int i = 0; i < getLayout().getSize(ParameterFamily::K6); ++i) {
        double& k6 = acting.family(ParameterFamily::K6)[i];
        k6 = std::max(k6, 0.0);
    }
    return acting;
}

void ImperfectDevice::setParameters(const NetworkParameters& theta) {
    device.setParameters(getActing(theta));
    commanded = theta;
}

void ImperfectDevice::takeDriftStep() {
    ++blocks;
    if (errors.drift == 0.0)
        return;
    const std::vector<double> steps = drawNormals(noise, Drift, errors.drift, commandGains.size(), blocks);
    std::transform(steps.begin(), steps.end(), commandGains.begin(), commandGains.begin(), std::plus<>());
}

void ImperfectDevice::measure(SampleBlock& block) {
    takeDriftStep();
    if (errors.drift > 0.0)
        device.setParameters(getActing(commanded));
    device.measure(block);
    forceSensors.read({&block.force}, block.count, block.stride);
    std::vector<AlignedVector<float>*> positions{&block.position};
    if (!block.previousPosition.empty())
        positions.insert(positions.begin(), &block.previousPosition);
    positionSensors.read(positions, block.count, block.stride);
}

void ImperfectDevice::evolve(SampleBlock& block, const DrivingProtocol& protocol) {
    takeDriftStep();
    DrivingProtocol acting = protocol;
    for (int k = 0; k < protocol.getNumSlices(); ++k)
        acting.setSlice(k, getActing(protocol.getSlice(k)));
    device.evolve(block, acting);
    std::vector<AlignedVector<float>*> positions{&block.position};
    for (AlignedVector<float>& evolved : block.evolvedPositions)
        positions.push_back(&evolved);
    positionSensors.read(positions, block.count, block.stride);
}

std::vector<double> ImperfectDevice::getState() const {
    std::vector<double> state{static_cast<double>(blocks)};
    for (const std::vector<double>& part :
         {forceSensors.getState(), positionSensors.getState(), commandGains, device.getState()})
        state.insert(state.end(), part.begin(), part.end());
    return state;
}

void ImperfectDevice::setState(const std::vector<double>& state) {
    const std::size_t ofSensors = getLayout().getNumOscillators() + 1, own = 1 + 2 * ofSensors + commandGains.size();
    if (state.size() < own)
        throw std::invalid_argument("ImperfectDevice::setState: there are " + std::to_string(state.size()) +
                                    " numbers; expected at least " + std::to_string(own));
    auto at = state.begin() + 1;
    const auto take = [&at](std::size_t count) {
        at += static_cast<std::ptrdiff_t>(count);
        return std::vector<double>(at - static_cast<std::ptrdiff_t>(count), at);
    };
    blocks = static_cast<std::uint64_t>(state.front());
    forceSensors.setState(take(ofSensors));
    positionSensors.setState(take(ofSensors));
    commandGains = take(commandGains.size());
    device.setState({at, state.end()});
}

} // namespace OpenMMOscillators
