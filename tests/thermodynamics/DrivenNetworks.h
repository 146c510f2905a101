#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include "openmmoscillators/thermodynamics/NetworkProcess.h"
#include <vector>

/** Small driven systems whose thermodynamics is known, and grids of times. */
namespace DrivenNetworks {

using namespace OpenMMOscillators;

inline std::vector<double> uniformTimes(double duration, int numSteps) {
    std::vector<double> times;
    for (int k = 0; k <= numSteps; ++k)
        times.push_back(duration * k / numSteps);
    return times;
}

/** One oscillator; its parameters go linearly from one set to the other. */
struct Ends {
    double kLin, kDuff, bias;
};
inline NetworkProcess singleOscillator(const Ends& from, const Ends& to, double duration, double kT) {
    OscillatorNetwork network;
    network.addOscillator();
    std::vector<NetworkParameters> slices(2, NetworkParameters(network));
    for (int k = 0; k < 2; ++k) {
        const Ends& end = k == 0 ? from : to;
        slices[k].set(ParameterFamily::KLin, 0, end.kLin);
        slices[k].set(ParameterFamily::KDuff, 0, end.kDuff);
        slices[k].set(ParameterFamily::Bias, 0, end.bias);
    }
    return NetworkProcess(network, DrivingProtocol({0.0, duration}, slices), kT);
}

/** A chain of three with every family, driven from uncoupled harmonic traps to a bent, coupled, quartic energy. */
inline NetworkProcess coupledNetwork(double duration, double kT) {
    OscillatorNetwork network;
    for (int i = 0; i < 3; ++i)
        network.addOscillator(i, 0.0);
    network.addEdge(0, 1);
    network.addEdge(1, 2);
    NetworkParameters from(network), to(network);
    from.fillFamily(ParameterFamily::KLin, 1.0);
    to.fillFamily(ParameterFamily::KLin, 0.5);
    to.fillFamily(ParameterFamily::KDuff, 0.8);
    to.fillFamily(ParameterFamily::K6, 0.05);
    to.fillFamily(ParameterFamily::Bias, -0.3);
    to.fillFamily(ParameterFamily::CLin, 0.4);
    to.fillFamily(ParameterFamily::COptomech, 0.2);
    to.fillFamily(ParameterFamily::CDuff, 0.1);
    return NetworkProcess(network, DrivingProtocol({0.0, duration}, {from, to}), kT);
}

/** N(0, variance) in every direction. */
inline GaussianMixture normal(int dimension, double variance) {
    GaussianMixture mixture(dimension);
    mixture.addIsotropicComponent(1.0, std::vector<double>(dimension, 0.0), variance);
    return mixture;
}

} // namespace DrivenNetworks
