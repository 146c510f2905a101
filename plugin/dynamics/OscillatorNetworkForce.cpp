#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"

#include "openmmoscillators/dynamics/Errors.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForceImpl.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

using OpenMM::Context;
using OpenMM::OpenMMException;
using OpenMM::Vec3;

namespace OpenMMOscillators {

namespace {

void checkLayout(const OscillatorNetwork& network, const DrivingProtocol& protocol, const std::string& caller) {
    const ParameterLayout expected(network);
    const ParameterLayout& found = protocol.getLayout();
    if (!(found == expected))
        throw OpenMMException(caller + ": the protocol belongs to " + std::to_string(found.getNumOscillators()) +
                              " oscillators and " + std::to_string(found.getNumEdges()) + " edges, the network has " +
                              std::to_string(expected.getNumOscillators()) + " and " +
                              std::to_string(expected.getNumEdges()));
}

/** A negative k_6 leaves the energy without a lower bound, so that trajectories run away. */
void checkConfining(double stiffness, int oscillator, int slice, const std::string& caller) {
    if (stiffness < 0.0)
        throw OpenMMException(caller + ": k_6 of oscillator " + std::to_string(oscillator) + " in slice " +
                              std::to_string(slice) + " is " + show(stiffness) + ", expected a number >= 0");
}

void checkConfining(const NetworkParameters& theta, int slice, const std::string& caller) {
    const double* stiffness = theta.family(ParameterFamily::K6);
    for (int i = 0; i < theta.getLayout().getNumOscillators(); ++i)
        checkConfining(stiffness[i], i, slice, caller);
}

void checkProtocol(const OscillatorNetwork& network, const DrivingProtocol& protocol, const std::string& caller) {
    checkLayout(network, protocol, caller);
    for (int k = 0; k < protocol.getNumSlices(); ++k)
        checkConfining(protocol.getSlice(k), k, caller);
}

} // namespace

OscillatorNetworkForce::OscillatorNetworkForce(const OscillatorNetwork& oscillatorNetwork,
                                               const DrivingProtocol& drivingProtocol)
    : network(oscillatorNetwork), protocol(drivingProtocol), sliceRevisions(drivingProtocol.getNumSlices(), 0) {
    if (network.getNumOscillators() == 0)
        throw OpenMMException("OscillatorNetworkForce: the network has no oscillators, expected at least one");
    checkProtocol(network, protocol, "OscillatorNetworkForce");
}

void OscillatorNetworkForce::setProtocol(const DrivingProtocol& newProtocol) {
    checkProtocol(network, newProtocol, "OscillatorNetworkForce::setProtocol");
    protocol = newProtocol;
    gridRevision = ++revision;
    sliceRevisions.assign(protocol.getNumSlices(), revision);
}

void OscillatorNetworkForce::setProtocolSlice(int slice, const NetworkParameters& values) {
    checkConfining(values, slice, "OscillatorNetworkForce::setProtocolSlice");
    withOpenMMErrors("OscillatorNetworkForce::setProtocolSlice", [&] { protocol.setSlice(slice, values); });
    sliceRevisions[slice] = ++revision;
}

void OscillatorNetworkForce::setProtocolParameter(int slice, int parameter, double value) {
    const int oscillator = parameter - protocol.getLayout().getOffset(ParameterFamily::K6);
    if (oscillator >= 0 && oscillator < network.getNumOscillators())
        checkConfining(value, oscillator, slice, "OscillatorNetworkForce::setProtocolParameter");
    withOpenMMErrors("OscillatorNetworkForce::setProtocolParameter",
                     [&] { protocol.setParameter(slice, parameter, value); });
    sliceRevisions[slice] = ++revision;
}

int OscillatorNetworkForce::addReplica(const std::vector<int>& particles) {
    checkParticles(particles, "addReplica");
    replicas.push_back(particles);
    arrangementRevision = ++revision;
    return getNumReplicas() - 1;
}

int OscillatorNetworkForce::addReplicas(int count, int firstParticle) {
    if (count < 1 || firstParticle < 0)
        throw OpenMMException("OscillatorNetworkForce::addReplicas: found count " + std::to_string(count) +
                              " and first particle " + std::to_string(firstParticle) +
                              ", expected count >= 1 and first particle >= 0");
    const long long end = firstParticle + static_cast<long long>(count) * network.getNumOscillators();
    if (end > std::numeric_limits<int>::max())
        throw OpenMMException("OscillatorNetworkForce::addReplicas: " + std::to_string(count) + " replicas of " +
                              std::to_string(network.getNumOscillators()) + " oscillators would end at particle " +
                              std::to_string(end) + ", beyond the largest index");
    const int first = getNumReplicas();
    for (int r = 0; r < count; ++r) {
        std::vector<int> particles(network.getNumOscillators());
        for (int& particle : particles)
            particle = firstParticle++;
        replicas.push_back(std::move(particles));
    }
    arrangementRevision = ++revision;
    return first;
}

const std::vector<int>& OscillatorNetworkForce::getReplicaParticles(int replica) const {
    checkReplica(replica, "getReplicaParticles");
    return replicas[replica];
}

void OscillatorNetworkForce::setReplicaParticles(int replica, const std::vector<int>& particles) {
    checkReplica(replica, "setReplicaParticles");
    checkParticles(particles, "setReplicaParticles");
    replicas[replica] = particles;
    arrangementRevision = ++revision;
}

void OscillatorNetworkForce::setFirstReplicaNumber(int number) {
    if (number < 0)
        throw OpenMMException("OscillatorNetworkForce::setFirstReplicaNumber: found " + std::to_string(number) +
                              ", expected a number >= 0");
    firstReplicaNumber = number;
    arrangementRevision = ++revision;
}

void OscillatorNetworkForce::setDisplacementAxis(int axis) {
    if (axis < 0 || axis > 2)
        throw OpenMMException("OscillatorNetworkForce::setDisplacementAxis: found axis " + std::to_string(axis) +
                              ", expected 0, 1 or 2 (x, y, z)");
    displacementAxis = axis;
    arrangementRevision = ++revision;
}

void OscillatorNetworkForce::setClampedPaths(const ClampedPaths& paths) {
    clampedPaths = std::make_shared<ClampedPaths>(paths);
    arrangementRevision = ++revision;
}

void OscillatorNetworkForce::getSiteAxes(int& first, int& second) const {
    first = displacementAxis == 0 ? 1 : 0;
    second = displacementAxis == 2 ? 1 : 2;
}

void OscillatorNetworkForce::updateParametersInContext(Context& context) {
    dynamic_cast<OscillatorNetworkForceImpl&>(getImplInContext(context))
        .updateParametersInContext(getContextImpl(context));
}

std::vector<double> OscillatorNetworkForce::getReplicaEnergies(Context& context) const {
    return dynamic_cast<OscillatorNetworkForceImpl&>(getImplInContext(context))
        .getReplicaEnergies(getContextImpl(context));
}

std::vector<Vec3> OscillatorNetworkForce::getRestPositions(int numParticles) const {
    int first, second;
    getSiteAxes(first, second);
    std::vector<Vec3> positions(std::max(0, numParticles));
    for (const std::vector<int>& particles : replicas)
        for (std::size_t i = 0; i < particles.size(); ++i) {
            if (particles[i] >= numParticles)
                throw OpenMMException("OscillatorNetworkForce::getRestPositions: a replica uses particle " +
                                      std::to_string(particles[i]) + ", but there are " + std::to_string(numParticles) +
                                      " particles");
            Vec3& position = positions[particles[i]];
            network.getOscillatorSite(static_cast<int>(i), position[first], position[second]);
        }
    return positions;
}

std::vector<double> OscillatorNetworkForce::getDisplacements(const Context& context) const {
    const std::vector<Vec3> positions = context.getState(OpenMM::State::Positions).getPositions();
    std::vector<double> displacements;
    displacements.reserve(replicas.size() * network.getNumOscillators());
    for (const std::vector<int>& particles : replicas)
        for (int particle : particles)
            displacements.push_back(positions.at(particle)[displacementAxis]);
    return displacements;
}

void OscillatorNetworkForce::setDisplacements(Context& context, const std::vector<double>& displacements) const {
    const std::size_t expected = replicas.size() * network.getNumOscillators();
    if (displacements.size() != expected)
        throw OpenMMException("OscillatorNetworkForce::setDisplacements: found " +
                              std::to_string(displacements.size()) + " values, expected " + std::to_string(expected) +
                              " (" + std::to_string(replicas.size()) + " replicas of " +
                              std::to_string(network.getNumOscillators()) + " oscillators)");
    std::vector<Vec3> positions = context.getState(OpenMM::State::Positions).getPositions();
    int first, second;
    getSiteAxes(first, second);
    bool placed = false;
    for (const std::vector<int>& particles : replicas)
        for (int particle : particles)
            placed = placed || positions.at(particle)[first] != 0.0 || positions.at(particle)[second] != 0.0;
    auto displacement = displacements.begin();
    for (const std::vector<int>& particles : replicas)
        for (std::size_t i = 0; i < particles.size(); ++i, ++displacement) {
            if (!std::isfinite(*displacement))
                throw OpenMMException("OscillatorNetworkForce::setDisplacements: value " +
                                      std::to_string(displacement - displacements.begin()) + " is " +
                                      show(*displacement) + ", expected a finite number");
            Vec3& position = positions[particles[i]];
            position[displacementAxis] = *displacement;
            if (!placed)
                network.getOscillatorSite(static_cast<int>(i), position[first], position[second]);
        }
    if (!clampedPaths->isEmpty()) {
        const DrivingProtocol::Position at = clampedPaths->locate(context.getTime());
        for (int p = 0; p < clampedPaths->getNumPaths(); ++p) {
            const ClampedPaths::Path& path = clampedPaths->getPath(p);
            positions[replicas[path.replica][path.oscillator]][displacementAxis] =
                ClampedPaths::evaluate(path.values.data(), at);
        }
    }
    context.setPositions(positions);
}

OpenMM::ForceImpl* OscillatorNetworkForce::createImpl() const {
    return new OscillatorNetworkForceImpl(*this); // the Context deletes it
}

void OscillatorNetworkForce::checkReplica(int replica, const char* caller) const {
    if (replica < 0 || replica >= getNumReplicas())
        throw OpenMMException(std::string("OscillatorNetworkForce::") + caller + ": replica " +
                              std::to_string(replica) + " does not exist: the force has " +
                              std::to_string(getNumReplicas()));
}

void OscillatorNetworkForce::checkParticles(const std::vector<int>& particles, const char* caller) const {
    const std::string where = std::string("OscillatorNetworkForce::") + caller;
    if (static_cast<int>(particles.size()) != network.getNumOscillators())
        throw OpenMMException(where + ": found " + std::to_string(particles.size()) +
                              " particles, expected one for each of the " +
                              std::to_string(network.getNumOscillators()) + " oscillators");
    std::vector<int> sorted = particles;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.front() < 0)
        throw OpenMMException(where + ": found particle " + std::to_string(sorted.front()) +
                              ", expected an index >= 0");
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end())
        throw OpenMMException(where + ": particle " + std::to_string(*twice) + " is listed twice");
}

} // namespace OpenMMOscillators
