#pragma once

#include "openmmoscillators/learning/SampleBlock.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <vector>

namespace OpenMMOscillators {

/**
 * A network that stands somewhere, as a laboratory has it: its parameters can be set, positions be imposed on it,
 * forces be measured, and it can be let go and watched. Learning in place knows nothing else of it (see
 * ProtocolLearner::learnInPlace).
 */
class Device {
public:
    virtual ~Device() = default;

    virtual const ParameterLayout& getLayout() const = 0;
    /** Command the parameters, from now on. */
    virtual void setParameters(const NetworkParameters& theta) = 0;
    /**
     * Impose the positions of a block, and fill in its forces as measured there, in kJ/(mol nm). Its positions become
     * those that are read, and so do the previous ones, if it has any.
     */
    virtual void measure(SampleBlock& block) = 0;
    /**
     * Impose the positions of a block and let the network go, while the parameters follow a protocol from its first to
     * its last time; then read where it is. That is done once for each of the block's evolved positions, which are
     * filled in. Its positions become those that are read before. Afterwards the parameters must be commanded anew.
     * A sample that runs away is not a number.
     * @param commanded  of at least two times
     */
    virtual void evolve(SampleBlock& block, const DrivingProtocol& commanded) = 0;

    /** All that later measurements depend on but not on parameters and positions: with it they are the same. */
    virtual std::vector<double> getState() const = 0;
    /** @throws std::invalid_argument if the state is none of this device */
    virtual void setState(const std::vector<double>& state) = 0;
};

} // namespace OpenMMOscillators
