#pragma once

#include "openmm/Context.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/network/CounterNoise.h"
#include <cstdint>

namespace OpenMMOscillators {

/**
 * The network of an OpenMM Context as a device: theta is the force's protocol; samples are imposed as displacements of
 * its replicas, and the forces are those of its force group. No other force should be in that group. What is let go
 * moves by the Context's integrator, in equal steps between any two times of the protocol; the noise of every evolution
 * depends on the integrator's seed and on how many there were before.
 */
class ContextDevice : public Device {
public:
    /** Steps of an evolution between two times of its protocol. */
    static constexpr int stepsPerInterval = 10;

    /**
     * @param deviceContext  of a System with the force; both must outlive the device. Its integrator has the
     * temperature of the noising process; its schedule, seed, step size and time are the device's
     * @param deviceForce    with at least one replica; the samples of a block are imposed on as many at once as there
     *                       are replicas
     * @throws std::invalid_argument if there are no replicas, or the integrator is no OverdampedLangevinIntegrator
     */
    ContextDevice(OpenMM::Context& deviceContext, OscillatorNetworkForce& deviceForce);

    const ParameterLayout& getLayout() const override { return layout; }
    void setParameters(const NetworkParameters& theta) override;
    void measure(SampleBlock& block) override;
    void evolve(SampleBlock& block, const DrivingProtocol& commanded) override;
    std::vector<double> getState() const override { return {static_cast<double>(numEvolutions)}; }
    void setState(const std::vector<double>& state) override;

private:
    void impose(const SampleBlock& block, std::size_t first, std::size_t count);
    /** Put replicas that ran away to rest and mark them. @return whether there are any */
    bool setAside(std::vector<char>& escaped);
    /** Take all steps of the integrator's schedule; displacements of replicas that ran away are not a number. */
    std::vector<double> run();

    OpenMM::Context& context;
    OscillatorNetworkForce& force;
    OverdampedLangevinIntegrator& integrator;
    ParameterLayout layout;
    CounterNoise seeds;
    std::uint64_t numEvolutions = 0;
};

} // namespace OpenMMOscillators
