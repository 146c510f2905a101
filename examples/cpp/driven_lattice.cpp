// A lattice of oscillators is driven through a symmetry breaking: every oscillator's single well becomes a double well,
// and the couplings make neighbours choose the same side. Many replicas run at once, and are recorded.

#include "OpenMM.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "openmmoscillators/recording/TrajectoryRecorder.h"
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

using namespace OpenMMOscillators;

namespace {

constexpr int width = 6, height = 6, numReplicas = 64;
constexpr double thermalEnergy = 0.1; // kJ/mol
constexpr double duration = 10.0;     // ps
constexpr double gasConstant = 0.00831446261815324;

/** k_lin goes from 1 (one well) to -1 (two wells at about +-1 nm), where it stays. */
DrivingProtocol makeProtocol(const OscillatorNetwork& network) {
    NetworkParameters start(network);
    start.fillFamily(ParameterFamily::KLin, 1.0);
    start.fillFamily(ParameterFamily::KDuff, 1.0);
    start.fillFamily(ParameterFamily::CLin, 0.1);
    NetworkParameters end = start;
    end.fillFamily(ParameterFamily::KLin, -1.0);
    return {{0.0, duration}, {start, end}};
}

/** How much the oscillators of a replica agree: | mean displacement |, averaged over replicas, in nm. */
double meanOrder(const std::vector<double>& displacements, int numOscillators) {
    double sum = 0.0;
    for (int replica = 0; replica < numReplicas; ++replica) {
        double mean = 0.0;
        for (int i = 0; i < numOscillators; ++i)
            mean += displacements[replica * numOscillators + i] / numOscillators;
        sum += std::abs(mean) / numReplicas;
    }
    return sum;
}

void run(const std::string& path) {
    OpenMM::Platform::loadPluginsFromDirectory(PLUGIN_DIRECTORY);

    const OscillatorNetwork network = OscillatorNetwork::squareLattice(width, height, 1);
    const int numParticles = numReplicas * network.getNumOscillators();

    OpenMM::System system;
    for (int i = 0; i < numParticles; ++i)
        system.addParticle(1.0);
    auto* force = new OscillatorNetworkForce(network, makeProtocol(network)); // the System owns it
    force->addReplicas(numReplicas, 0);
    system.addForce(force);

    OverdampedLangevinIntegrator integrator(thermalEnergy / gasConstant, 1.0, 0.01);
    integrator.setMobility(OpenMM::Vec3(0, 0, 1)); // displacements move, sites stay
    integrator.setRandomNumberSeed(1);
    OpenMM::Context context(system, integrator);
    context.setPositions(force->getRestPositions(numParticles));

    RecordingOptions options;
    options.overwrite = true;
    TrajectoryRecorder recorder(path, context, *force, options);
    recorder.record();
    recorder.run(2000, 200);
    recorder.close();

    const TrajectoryFile recording(path);
    std::printf("time/ps  order/nm\n");
    for (int frame = 0; frame < recording.getNumFrames(); ++frame)
        std::printf("%7.2f  %8.3f\n", recording.getTimes()[frame],
                    meanOrder(recording.readDisplacements(frame, 0, numReplicas), network.getNumOscillators()));
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(argc > 1 ? argv[1] : "driven_lattice.h5md");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "driven_lattice: %s\n", error.what());
        return 1;
    }
    return 0;
}
