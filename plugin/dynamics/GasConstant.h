#pragma once

namespace OpenMMOscillators {

/** R in kJ/(mol K) (CODATA 2018): kT per mole is R T. */
constexpr double gasConstant = 0.00831446261815324;

} // namespace OpenMMOscillators
