#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <vector>

namespace OpenMMOscillators {

/**
 * A proof that an energy U(x; theta) confines: with AM-GM and (x_i - x_j)^4 <= 8 (x_i^4 + x_j^4), the virial is bounded
 * by a sum over oscillators,
 *
 *   x . grad U >= sum_i q_i(|x_i|)
 *   q_i(y) = k_6 y^6 + (k_duff + 8 sum min(c_duff, 0)) y^4 - b_i y^3 + (k_lin + 4 sum min(c_lin, 0)) y^2 - |bias| y
 *   b_i    = 2 sum |c_optomech| (edges where i is squared) + sum |c_optomech| (edges where i is not)
 *
 * so that the force points inwards, towards x = 0, wherever one |x_i| exceeds the radius
 *
 *   R = max_i inf { r : q_i(y) > -sum_(j != i) min q_j for all y > r }
 *
 * There are no stationary points outside the box |x_i| <= R, and no path escapes it to infinity. R is finite if
 * every k_6 > 0. As U is linear in theta, a protocol that
 * is linear between slices confines at all times if it does at every slice, with the largest of their radii.
 */
namespace Confinement {

/** R in nm; infinity if the bound proves nothing. @throws std::invalid_argument if theta is of another layout */
double radius(const OscillatorNetwork& network, const NetworkParameters& theta);
/** R of every slice of a protocol, as of DrivingProtocol::forGeneration(). @throws std::invalid_argument */
std::vector<double> radii(const OscillatorNetwork& network, const DrivingProtocol& protocol);

} // namespace Confinement
} // namespace OpenMMOscillators
