#pragma once

#include "openmmoscillators/learning/NoisedDataSource.h"
#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/TimeGrid.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <cmath>
#include <random>
#include <vector>

namespace OpenMMOscillators::LearningSupport {

/** A chain of three oscillators with the edges 0-1, 2-1 and 0-2: one of them runs downwards. */
inline OscillatorNetwork triangle() {
    OscillatorNetwork network;
    for (int i = 0; i < 3; ++i)
        network.addOscillator(i, 0.0);
    network.addEdge(0, 1);
    network.addEdge(2, 1);
    network.addEdge(0, 2);
    return network;
}

/** theta with every entry drawn from N(0, width^2), and k_6 made positive. */
inline NetworkParameters randomParameters(const OscillatorNetwork& network, unsigned seed, double width = 0.5) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal(0.0, width);
    NetworkParameters theta(network);
    for (int a = 0; a < theta.size(); ++a)
        theta[a] = normal(generator);
    for (int i = 0; i < network.getNumOscillators(); ++i)
        theta.set(ParameterFamily::K6, i, std::abs(theta.get(ParameterFamily::K6, i)) + 0.01);
    return theta;
}

/** Data of two clusters around +-centre on every oscillator, weights 0.6 and 0.4, [datum][oscillator]. */
inline std::vector<double> clusters(int numOscillators, int count, unsigned seed, double centre = 0.8,
                                    double width = 0.2) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal(0.0, width);
    std::bernoulli_distribution first(0.6);
    std::vector<double> data;
    for (int n = 0; n < count; ++n) {
        const double sign = first(generator) ? 1.0 : -1.0;
        for (int i = 0; i < numOscillators; ++i)
            data.push_back(sign * centre * (i % 2 == 0 ? 1.0 : 0.5) + normal(generator));
    }
    return data;
}

} // namespace OpenMMOscillators::LearningSupport
