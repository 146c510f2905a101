#include "openmmoscillators/thermodynamics/NetworkProcess.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/Show.h"
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

NetworkProcess::NetworkProcess(const OscillatorNetwork& oscillatorNetwork, const DrivingProtocol& drivingProtocol,
                               double kT)
    : arithmetic(oscillatorNetwork), protocol(drivingProtocol), thermalEnergy(kT) {
    if (!(drivingProtocol.getLayout() == ParameterLayout(oscillatorNetwork)))
        throw std::invalid_argument(
            "NetworkProcess: the protocol has " + std::to_string(drivingProtocol.getNumParameters()) +
            " parameters, expected those of the network: " + std::to_string(oscillatorNetwork.getNumParameters()));
    if (!(kT > 0.0) || !std::isfinite(kT))
        throw std::invalid_argument("NetworkProcess: kT must be positive, found " + show(kT));
}

std::vector<double> NetworkProcess::parametersAt(double time) const {
    std::vector<double> theta(protocol.getNumParameters());
    protocol.evaluate(time, theta.data());
    return theta;
}

void NetworkProcess::force(double time, const double* x, double* force, std::size_t count, std::size_t stride) const {
    arithmetic.gradient(parametersAt(time).data(), x, force, count, stride);
    for (int i = 0; i < getDimension(); ++i)
        for (std::size_t s = 0; s < count; ++s)
            force[i * stride + s] = -force[i * stride + s];
}

void NetworkProcess::potential(double time, const double* x, double* values, std::size_t count,
                               std::size_t stride) const {
    arithmetic.energy(parametersAt(time).data(), x, values, count, stride);
}

void NetworkProcess::addPotentialChange(double from, double to, double factor, const double* x, double* values,
                                        std::size_t count, std::size_t stride) const {
    const std::vector<double> before = parametersAt(from);
    std::vector<double> change = parametersAt(to);
    for (std::size_t a = 0; a < change.size(); ++a)
        change[a] -= before[a];
    AlignedVector<double> energies(stride);
    arithmetic.energy(change.data(), x, energies.data(), count, stride);
    for (std::size_t s = 0; s < count; ++s)
        values[s] += factor * energies[s];
}

} // namespace OpenMMOscillators
