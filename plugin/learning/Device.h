#pragma once

#include "openmmoscillators/learning/SampleBlock.h"
#include "openmmoscillators/network/NetworkParameters.h"

namespace OpenMMOscillators {

/**
 * A network that stands somewhere, as a laboratory has it: its parameters can be set, positions be imposed on it, and
 * forces be measured. Learning in place knows nothing else of it (see ProtocolLearner::learnInPlace).
 */
class Device {
public:
    virtual ~Device() = default;

    virtual const ParameterLayout& getLayout() const = 0;
    /** Command the parameters, from now on. */
    virtual void setParameters(const NetworkParameters& theta) = 0;
    /** Impose the positions of a block, and fill in its forces as measured there, in kJ/(mol nm). */
    virtual void measure(SampleBlock& block) = 0;
};

} // namespace OpenMMOscillators
