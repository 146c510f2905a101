#pragma once

#include <string>

namespace OpenMM {
class ContextImpl;
}

namespace OpenMMOscillators {

class OverdampedLangevinIntegrator;

/**
 * One line about the coordinates that are beyond an integrator's escape distance, or not a number: the first one's
 * replica, oscillator and value, the Context's time, how many replicas are affected, and the likely cause. That is a
 * potential of the oscillator alone that does not confine it, or else the step, with the displacement up to which it is
 * stable: explicit steps of dx = -b U'(x) dt are for b U''(x) dt < 2, U'' = k_lin + 3 k_duff x^2 + 5 k_6 x^4.
 */
std::string describeEscape(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator);

} // namespace OpenMMOscillators
