#pragma once

#include "openmm/System.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "support/Platforms.h"
#include "support/RandomNetworks.h"
#include <memory>
#include <vector>

/** A System of replicas of one network, all particles of mass 1 or of given masses, and a Context of it. */
class NetworkSystem {
public:
    NetworkSystem(const OpenMMOscillators::OscillatorNetwork& network,
                  const OpenMMOscillators::DrivingProtocol& protocol, int replicas, double mass = 1.0)
        : force(new OpenMMOscillators::OscillatorNetworkForce(network, protocol)) {
        for (int i = 0; i < replicas * network.getNumOscillators(); ++i)
            system.addParticle(mass);
        force->addReplicas(replicas, 0);
        system.addForce(force); // owns it
    }

    /** A Context with these displacements, the particles on their sites. */
    std::unique_ptr<OpenMM::Context> context(OpenMM::Integrator& integrator, const TestPlatform& platform,
                                             const std::vector<double>& displacements) {
        auto result = createContext(system, integrator, platform);
        force->setDisplacements(*result, displacements);
        return result;
    }

    OpenMM::System system;
    OpenMMOscillators::OscillatorNetworkForce* force;
};

inline std::vector<OpenMM::Vec3> positionsOf(const OpenMM::Context& context) {
    return context.getState(OpenMM::State::Positions).getPositions();
}

inline std::vector<OpenMM::Vec3> velocitiesOf(const OpenMM::Context& context) {
    return context.getState(OpenMM::State::Velocities).getVelocities();
}
