#pragma once

#include "openmm/Context.h"
#include "openmm/Platform.h"
#include "openmm/System.h"
#include "openmm/serialization/XmlSerializer.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <memory>
#include <sstream>
#include <string>
#include <vector>

/** Of the library OpenMMOscillatorsReference. */
extern "C" void registerKernelFactories();

namespace OpenMMOscillators {

constexpr int exampleReplicas = 2;

inline OscillatorNetwork exampleNetwork() {
    return OscillatorNetwork::squareLattice(3, 2, 1);
}

inline DrivingProtocol exampleProtocol() {
    NetworkParameters theta(exampleNetwork());
    theta.fillFamily(ParameterFamily::KLin, 1.5);
    return DrivingProtocol({0.1, 0.2, 0.4}, {theta, theta, theta});
}

inline std::unique_ptr<OscillatorNetworkForce> exampleForce() {
    auto force = std::make_unique<OscillatorNetworkForce>(exampleNetwork(), exampleProtocol());
    force->addReplicas(exampleReplicas, 0);
    ClampedPaths paths({0.0, 0.3});
    paths.add(1, 2, {0.1, 0.2});
    force->setClampedPaths(paths);
    return force;
}

inline std::unique_ptr<OverdampedLangevinIntegrator> exampleIntegrator() {
    auto integrator = std::make_unique<OverdampedLangevinIntegrator>(300.0, 1.0, 0.01);
    integrator->setStepSchedule(StepSchedule({0.0, 0.1, 0.4}, {10, 20}));
    integrator->setRandomNumberSeed(5);
    return integrator;
}

/** The example in a Context of the Reference platform, or one with a force or an integrator from elsewhere. */
class ExampleContext {
public:
    explicit ExampleContext(std::unique_ptr<OscillatorNetworkForce> force = exampleForce(),
                            std::unique_ptr<OverdampedLangevinIntegrator> givenIntegrator = exampleIntegrator())
        : integrator(std::move(givenIntegrator)) {
        static const bool isRegistered = (registerKernelFactories(), true);
        static_cast<void>(isRegistered);
        const int particles = exampleReplicas * exampleNetwork().getNumOscillators();
        for (int i = 0; i < particles; ++i)
            system.addParticle(1.0);
        system.addForce(force.release()); // which owns it
        context =
            std::make_unique<OpenMM::Context>(system, *integrator, OpenMM::Platform::getPlatformByName("Reference"));
        context->setPositions(std::vector<OpenMM::Vec3>(particles));
    }

    OpenMM::Context& get() { return *context; }
    OverdampedLangevinIntegrator& getIntegrator() { return *integrator; }

private:
    OpenMM::System system;
    std::unique_ptr<OverdampedLangevinIntegrator> integrator;
    std::unique_ptr<OpenMM::Context> context;
};

/** With an integrator's parameters. */
inline OpenMM::State exampleState() {
    ExampleContext example;
    example.getIntegrator().step(3);
    return example.get().getState(OpenMM::State::Positions | OpenMM::State::Velocities |
                                  OpenMM::State::IntegratorParameters);
}

template <typename T>
std::unique_ptr<T> fromXml(const std::string& xml) {
    std::istringstream stream(xml);
    return std::unique_ptr<T>(OpenMM::XmlSerializer::deserialize<T>(stream));
}

} // namespace OpenMMOscillators
