// Whole steps through an OpenMM Context on the CPU platform: theta(t), forces, noise and update; one thread.

#include "BenchmarkCases.h"
#include "openmm/Context.h"
#include "openmm/Platform.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"

namespace OpenMMOscillators {
namespace {

struct Case {
    Lattice lattice;
    int numReplicas;
    std::string precision;
};

DrivingProtocol drivingProtocol(const OscillatorNetwork& network) {
    std::vector<double> times;
    std::vector<NetworkParameters> slices;
    for (int k = 0; k < 10; ++k) {
        times.push_back(0.5 * k);
        slices.push_back(randomParameters(network, k));
    }
    return {times, slices, DrivingProtocol::Outside::Periodic};
}

template <typename Real>
void run(benchmark::State& state, const Case& which) {
    const OscillatorNetwork network = which.lattice.network();
    OpenMM::System system;
    for (int i = 0; i < which.numReplicas * network.getNumOscillators(); ++i)
        system.addParticle(1.0);
    auto* force = new OscillatorNetworkForce(network, drivingProtocol(network)); // the System's
    force->addReplicas(which.numReplicas, 0);
    system.addForce(force);
    OverdampedLangevinIntegrator integrator(12.0, 1.0, 0.001);
    integrator.setMobility(OpenMM::Vec3(0, 0, 1));
    integrator.setPrecision(precisionFromName(which.precision));
    OpenMM::Context context(system, integrator, OpenMM::Platform::getPlatformByName("CPU"), {{"Threads", "1"}});
    context.setPositions(force->getRestPositions(system.getNumParticles()));
    constexpr int steps = 100;
    const ThreadTimer timer;
    for (auto _ : state)
        integrator.step(steps);
    reportPerSample<Real>(state, timer, network, static_cast<double>(steps) * which.numReplicas,
                          gradientMultiplications);
}

void registerSteps() {
    for (const Lattice& lattice : {Lattice{10, 6}, Lattice{12, 6}, Lattice{28, 14}})
        for (const int numReplicas : {1, 64, 1024})
            for (const std::string precision : {"single", "mixed", "double"}) {
                const std::string name = "step/" + std::to_string(lattice.width) + "x" + std::to_string(lattice.width) +
                                         "/range" + std::to_string(lattice.range) + "/R" + std::to_string(numReplicas) +
                                         "/" + precision;
                benchmark::RegisterBenchmark(name.c_str(), precision == "double" ? run<double> : run<float>,
                                             Case{lattice, numReplicas, precision});
            }
}

} // namespace
} // namespace OpenMMOscillators

int main(int argc, char** argv) {
    for (const char* library :
         {OPENMM_PLUGIN_DIRECTORY "/libOpenMMCPU.so", OSCILLATORS_PLUGIN_DIRECTORY "/libOpenMMOscillatorsReference.so",
          OSCILLATORS_PLUGIN_DIRECTORY "/libOpenMMOscillatorsCPU.so"})
        OpenMM::Platform::loadPluginLibrary(library);
    OpenMMOscillators::registerSteps();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
