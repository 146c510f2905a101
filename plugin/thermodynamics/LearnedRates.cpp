#include "openmmoscillators/thermodynamics/LearnedRates.h"

#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/Show.h"
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

/** Mean and variance of a stream of numbers (Welford). */
class Statistics {
public:
    void add(double value) {
        const double difference = value - mean;
        mean += difference / ++count;
        squares += difference * (value - mean);
    }
    Average get() const { return {mean, std::sqrt(squares / (count - 1.0) / count)}; }

private:
    double count = 0.0, mean = 0.0, squares = 0.0;
};

} // namespace

LearnedRates estimateLearnedRates(const OscillatorNetwork& network, const NetworkParameters& parameters, double kT,
                                  double sigma, const std::vector<double>& states) {
    const std::size_t n = network.getNumOscillators();
    if (!(parameters.getLayout() == ParameterLayout(network)))
        throw std::invalid_argument("estimateLearnedRates: the parameters are not of this network's layout");
    if (!(kT > 0.0) || !(sigma > 0.0))
        throw std::invalid_argument("estimateLearnedRates: kT and sigma must be positive, found " + show(kT) + " and " +
                                    show(sigma));
    if (n == 0 || states.size() % n != 0 || states.size() < 2 * n)
        throw std::invalid_argument("estimateLearnedRates: found " + std::to_string(states.size()) +
                                    " values, expected at least two states of " + std::to_string(n) + " oscillators");
    Statistics production, flux, reverseFlux, fromForces, fromDivergence;
    std::vector<double> gradient(n);
    for (std::size_t first = 0; first < states.size(); first += n) {
        NetworkEnergy::gradient(network, parameters.data(), &states[first], gradient.data());
        double squaredCurrent = 0.0, fluxTerm = 0.0, reverseTerm = 0.0, squaredForce = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const double trap = -states[first + i] / (sigma * sigma), force = -gradient[i];
            const double current = trap - force, reverse = 2.0 * force - trap;
            squaredCurrent += current * current;
            fluxTerm += trap * current;
            reverseTerm -= reverse * current; // f* - F = -(f - F)
            squaredForce += force * force;
        }
        production.add(squaredCurrent / kT);
        flux.add(fluxTerm / kT);
        reverseFlux.add(reverseTerm / kT);
        fromForces.add(squaredForce / kT);
        fromDivergence.add(NetworkEnergy::laplacian(network, parameters.data(), &states[first]));
    }
    return {production.get(), flux.get(), reverseFlux.get(), fromForces.get(), fromDivergence.get()};
}

} // namespace OpenMMOscillators
