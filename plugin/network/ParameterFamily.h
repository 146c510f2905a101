#pragma once

#include <array>
#include <string>

namespace OpenMMOscillators {

/**
 * The seven families of parameters of an oscillator network (Boesch et al., arXiv 2506.19136).
 * With displacements x and d = x_i - x_j the energy is linear in all of them:
 *
 *   U(x; theta) = sum_i     [ 1/2 k_lin x_i^2 + 1/4 k_duff x_i^4 + 1/6 k_6 x_i^6 + bias x_i ]
 *               + sum_(i,j) [ c_lin d^2 + c_optomech x_i^2 x_j + 1/4 c_duff d^4 ]
 *
 * The enumerators are in the flat order of NetworkParameters.
 */
enum class ParameterFamily { KLin, KDuff, K6, Bias, CLin, COptomech, CDuff };

/** All families, in flat order. */
constexpr std::array<ParameterFamily, 7> allParameterFamilies = {
    ParameterFamily::KLin, ParameterFamily::KDuff,     ParameterFamily::K6,   ParameterFamily::Bias,
    ParameterFamily::CLin, ParameterFamily::COptomech, ParameterFamily::CDuff};

/** Families with one parameter an oscillator; the remaining ones have one an edge. */
constexpr int numOscillatorFamilies = 4;
constexpr int numEdgeFamilies = 3;

/** True for c_lin, c_optomech and c_duff, which have one parameter an edge. */
constexpr bool isEdgeFamily(ParameterFamily family) {
    return static_cast<int>(family) >= numOscillatorFamilies;
}

/** The name used in files and in Python: "k_lin", "k_duff", "k_6", "bias", "c_lin", "c_optomech", "c_duff". */
const std::string& getParameterFamilyName(ParameterFamily family);

/**
 * The family of that name.
 * @throws std::invalid_argument if there is none; the message lists the seven names
 */
ParameterFamily parameterFamilyFromName(const std::string& name);

} // namespace OpenMMOscillators
