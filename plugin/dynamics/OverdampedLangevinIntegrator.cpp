#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"

#include "openmm/Context.h"
#include "openmm/System.h"
#include "openmm/internal/ContextImpl.h"
#include "openmmoscillators/dynamics/Errors.h"
#include "openmmoscillators/dynamics/EscapeDescription.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <array>
#include <cmath>
#include <istream>
#include <limits>
#include <ostream>
#include <random>

using OpenMM::ContextImpl;
using OpenMM::OpenMMException;
using OpenMM::SerializationNode;
using OpenMM::Vec3;

namespace OpenMMOscillators {

namespace {

constexpr std::array<char, 8> checkpointMark = {'O', 'L', 'D', 'c', 'h', 'e', 'c', 'k'};
constexpr std::uint32_t checkpointVersion = 1;
constexpr std::uint32_t checkpointLength = 2 * sizeof(std::uint64_t); // seed, counter

/** A seed of 64 bits for "0 = a fresh one", else the seed itself. */
std::uint64_t resolveSeed(int seed) {
    if (seed != 0)
        return static_cast<std::uint32_t>(seed);
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
}

void requireRange(bool valid, const std::string& what, double found, const std::string& expected) {
    if (!valid || !std::isfinite(found))
        throw OpenMMException("OverdampedLangevinIntegrator: " + what + " is " + show(found) + ", expected " +
                              expected);
}

const std::array<std::string, 3>& schemeNames() {
    static const std::array<std::string, 3> names = {"euler-maruyama", "stochastic-heun", "leimkuhler-matthews"};
    return names;
}

const std::array<std::string, 3>& precisionNames() {
    static const std::array<std::string, 3> names = {"single", "mixed", "double"};
    return names;
}

template <typename T>
void writeValue(std::ostream& stream, const T& value) {
    stream.write(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <typename T>
T readValue(std::istream& stream) {
    T value{};
    if (!stream.read(reinterpret_cast<char*>(&value), sizeof(T)))
        throw OpenMMException("OverdampedLangevinIntegrator::loadCheckpoint: the checkpoint ends within the "
                              "integrator's block");
    return value;
}

} // namespace

const std::string& getSchemeName(OverdampedLangevinIntegrator::Scheme scheme) {
    return schemeNames().at(static_cast<std::size_t>(scheme));
}

OverdampedLangevinIntegrator::Scheme schemeFromName(const std::string& name) {
    for (std::size_t i = 0; i < schemeNames().size(); ++i)
        if (schemeNames()[i] == name)
            return static_cast<OverdampedLangevinIntegrator::Scheme>(i);
    throw OpenMMException("unknown integration scheme '" + name +
                          "': expected one of euler-maruyama, stochastic-heun, leimkuhler-matthews");
}

const std::string& getPrecisionName(OverdampedLangevinIntegrator::Precision precision) {
    return precisionNames().at(static_cast<std::size_t>(precision));
}

OverdampedLangevinIntegrator::Precision precisionFromName(const std::string& name) {
    for (std::size_t i = 0; i < precisionNames().size(); ++i)
        if (precisionNames()[i] == name)
            return static_cast<OverdampedLangevinIntegrator::Precision>(i);
    throw OpenMMException("unknown precision '" + name + "': expected one of single, mixed, double");
}

OverdampedLangevinIntegrator::OverdampedLangevinIntegrator(double initialTemperature, double initialFriction,
                                                           double initialStepSize) {
    setTemperature(initialTemperature);
    setFriction(initialFriction);
    OverdampedLangevinIntegrator::setStepSize(initialStepSize);
    setConstraintTolerance(1e-5); // OpenMM reads it of every integrator, though there are no constraints here
    setRandomNumberSeed(0);
}

void OverdampedLangevinIntegrator::setTemperature(double newTemperature) {
    requireRange(newTemperature >= 0.0, "temperature", newTemperature, "a number >= 0 K");
    temperature = newTemperature;
}

void OverdampedLangevinIntegrator::setFriction(double newFriction) {
    requireRange(newFriction > 0.0, "friction", newFriction, "a number > 0 per ps");
    friction = newFriction;
}

void OverdampedLangevinIntegrator::setStepSize(double size) {
    requireRange(size > 0.0, "step size", size, "a number > 0 ps");
    Integrator::setStepSize(size);
}

void OverdampedLangevinIntegrator::setScheme(Scheme newScheme) {
    scheme = newScheme;
}

void OverdampedLangevinIntegrator::setMobility(const Vec3& newMobility) {
    for (int axis = 0; axis < 3; ++axis)
        requireRange(newMobility[axis] >= 0.0, std::string("mobility along ") + "xyz"[axis], newMobility[axis],
                     "a number >= 0");
    mobility = newMobility;
}

void OverdampedLangevinIntegrator::setEscapeDistance(double distance) {
    requireRange(distance > 0.0, "escape distance", distance, "a number > 0 nm");
    escapeDistance = distance;
}

void OverdampedLangevinIntegrator::setRandomNumberSeed(int seed) {
    randomNumberSeed = seed;
    noise = {resolveSeed(seed), 0};
}

void OverdampedLangevinIntegrator::initialize(ContextImpl& contextImpl) {
    if (owner != nullptr && &contextImpl.getOwner() != owner)
        throw OpenMMException("OverdampedLangevinIntegrator: this integrator belongs to another Context already; "
                              "every Context needs one of its own");
    const OpenMM::System& system = contextImpl.getSystem();
    if (system.getNumConstraints() > 0) {
        int first, second;
        double distance;
        system.getConstraintParameters(0, first, second, distance);
        throw OpenMMException(
            "OverdampedLangevinIntegrator: the System has " + std::to_string(system.getNumConstraints()) +
            " constraints (the first between particles " + std::to_string(first) + " and " + std::to_string(second) +
            "), expected none: use bonds instead, or OpenMM's BrownianIntegrator");
    }
    context = &contextImpl;
    owner = &contextImpl.getOwner();
    kernel = contextImpl.getPlatform().createKernel(IntegrateOverdampedLangevinStepKernel::Name(), contextImpl);
    kernel.getAs<IntegrateOverdampedLangevinStepKernel>().initialize(system, *this);
    noise = {resolveSeed(randomNumberSeed), 0};
}

void OverdampedLangevinIntegrator::cleanup() {
    kernel = OpenMM::Kernel();
}

std::vector<std::string> OverdampedLangevinIntegrator::getKernelNames() {
    return {IntegrateOverdampedLangevinStepKernel::Name()};
}

double OverdampedLangevinIntegrator::computeKineticEnergy() {
    return kernel.getAs<IntegrateOverdampedLangevinStepKernel>().computeKineticEnergy(*context);
}

void OverdampedLangevinIntegrator::step(int steps) {
    if (context == nullptr)
        throw OpenMMException("OverdampedLangevinIntegrator::step: this integrator is not bound to a Context");
    if (steps < 0)
        throw OpenMMException("OverdampedLangevinIntegrator::step: found " + std::to_string(steps) +
                              " steps, expected a number >= 0");
    if (context->getStepCount() > std::numeric_limits<long long>::max() - steps)
        throw OpenMMException("OverdampedLangevinIntegrator::step: the Context is at step " +
                              std::to_string(context->getStepCount()) + ", there are not " + std::to_string(steps) +
                              " more");
    if (!kernel.getAs<IntegrateOverdampedLangevinStepKernel>().execute(*context, *this, noise, steps))
        throw OpenMMException("OverdampedLangevinIntegrator::step: " + describeEscape(*context, *this));
}

void OverdampedLangevinIntegrator::createCheckpoint(std::ostream& stream) const {
    writeValue(stream, checkpointMark);
    writeValue(stream, checkpointVersion);
    writeValue(stream, checkpointLength);
    writeValue(stream, noise.seed);
    writeValue(stream, noise.counter);
}

void OverdampedLangevinIntegrator::loadCheckpoint(std::istream& stream) {
    const std::string where = "OverdampedLangevinIntegrator::loadCheckpoint: ";
    if (readValue<std::array<char, 8>>(stream) != checkpointMark)
        throw OpenMMException(where + "the checkpoint was not written by an OverdampedLangevinIntegrator");
    const auto version = readValue<std::uint32_t>(stream);
    if (version != checkpointVersion)
        throw OpenMMException(where + "found version " + std::to_string(version) + ", expected " +
                              std::to_string(checkpointVersion));
    const auto length = readValue<std::uint32_t>(stream);
    if (length != checkpointLength)
        throw OpenMMException(where + "found a block of " + std::to_string(length) + " bytes, expected " +
                              std::to_string(checkpointLength));
    NoiseState loaded;
    loaded.seed = readValue<std::uint64_t>(stream);
    loaded.counter = readValue<std::uint64_t>(stream);
    noise = loaded;
}

void OverdampedLangevinIntegrator::serializeParameters(SerializationNode& node) const {
    node.setIntProperty("version", 1);
    node.setLongProperty("noiseSeed", static_cast<long long>(noise.seed));
    node.setLongProperty("noiseCounter", static_cast<long long>(noise.counter));
}

void OverdampedLangevinIntegrator::deserializeParameters(const SerializationNode& node) {
    const int version = node.getIntProperty("version");
    if (version != 1)
        throw OpenMMException("OverdampedLangevinIntegrator: the State's integrator parameters have version " +
                              std::to_string(version) + ", expected 1");
    NoiseState loaded;
    loaded.seed = static_cast<std::uint64_t>(node.getLongProperty("noiseSeed"));
    loaded.counter = static_cast<std::uint64_t>(node.getLongProperty("noiseCounter"));
    noise = loaded;
}

} // namespace OpenMMOscillators
