#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <random>
#include <utility>
#include <vector>

/** Random networks, parameters, protocols and states for tests: everything from one seeded generator. */
class RandomNetworks {
public:
    explicit RandomNetworks(unsigned seed) : generator(seed) {}

    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(generator); }

    std::vector<double> uniforms(std::size_t count, double low, double high) {
        std::vector<double> values(count);
        for (double& value : values)
            value = uniform(low, high);
        return values;
    }

    /** Every pair is an edge with this probability, in either order. */
    OpenMMOscillators::OscillatorNetwork network(int oscillators, double edgeProbability) {
        OpenMMOscillators::OscillatorNetwork result;
        for (int i = 0; i < oscillators; ++i)
            result.addOscillator(uniform(-3.0, 3.0), uniform(-3.0, 3.0));
        for (int i = 0; i < oscillators; ++i)
            for (int j = i + 1; j < oscillators; ++j)
                if (uniform(0.0, 1.0) < edgeProbability) {
                    const bool swapped = uniform(0.0, 1.0) < 0.5;
                    result.addEdge(swapped ? j : i, swapped ? i : j);
                }
        return result;
    }

    /** All families of either sign, but k_6 >= 0. */
    OpenMMOscillators::NetworkParameters parameters(const OpenMMOscillators::OscillatorNetwork& network) {
        OpenMMOscillators::NetworkParameters theta(network, uniforms(network.getNumParameters(), -1.5, 1.5));
        theta.setFamily(OpenMMOscillators::ParameterFamily::K6, uniforms(network.getNumOscillators(), 0.0, 0.5));
        return theta;
    }

    /** Slices at 0 and at random later times, the last before 1.5 per slice. */
    OpenMMOscillators::DrivingProtocol
    protocol(const OpenMMOscillators::OscillatorNetwork& network, int slices,
             OpenMMOscillators::DrivingProtocol::Outside outside = OpenMMOscillators::DrivingProtocol::Outside::Hold) {
        std::vector<double> times;
        std::vector<OpenMMOscillators::NetworkParameters> thetas;
        for (int k = 0; k < slices; ++k) {
            times.push_back(k == 0 ? 0.0 : times.back() + uniform(0.2, 1.5));
            thetas.push_back(parameters(network));
        }
        return {std::move(times), std::move(thetas), outside};
    }

private:
    std::mt19937 generator;
};
