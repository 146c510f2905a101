#include "openmmoscillators/thermodynamics/PathObserver.h"

#include "openmmoscillators/thermodynamics/PathSimulator.h"
#include "support/Expect.h"
#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace DrivenNetworks;

// Every step of the simulator's chain, handed over frame by frame, gives what the simulator summed.
TEST(PathObserver, AgreesWithTheSimulator) {
    const NetworkProcess process = coupledNetwork(1.0, 0.5);
    const std::vector<double> times = uniformTimes(1.0, 12), start = normal(3, 0.5).sample(5, 300);
    const PathEnsemble whole = PathSimulator(process, times).run(start);
    PathObserver everyStep(process, true), everyThird(process, false);
    std::vector<double> states = start;
    for (std::size_t k = 0; k < times.size(); ++k) {
        if (k > 0)
            states = PathSimulator(process, {times[k - 1], times[k]}).run(states, k - 1).finalStates;
        everyStep.observe(times[k], states);
        if (k % 3 == 0)
            everyThird.observe(times[k], states);
    }
    const PathEnsemble observed = everyStep.getEnsemble(), coarse = everyThird.getEnsemble();
    EXPECT_EQ(everyStep.getNumFrames(), 13);
    EXPECT_EQ(observed.finalStates, whole.finalStates);
    EXPECT_EQ(observed.initialStates, start);
    for (int n = 0; n < whole.numPaths; ++n) {
        EXPECT_NEAR(observed.environmentEntropy[n], whole.environmentEntropy[n], 1e-11);
        EXPECT_NEAR(observed.stratonovichEntropy[n], whole.stratonovichEntropy[n], 1e-11);
        EXPECT_NEAR(observed.work[n], whole.work[n], 1e-11);
        EXPECT_NEAR(observed.energyChange[n], whole.energyChange[n], 1e-11);
        // The first law holds at any distance of frames.
        EXPECT_NEAR(coarse.work[n] - coarse.getHeat()[n], coarse.energyChange[n], 1e-12);
    }
    EXPECT_ERROR(coarse.getChainWork(), std::invalid_argument, "no exact ratio");
    EXPECT_ERROR(coarse.getTotalEntropy({}, {}), std::invalid_argument, "no exact ratio");
}

// A step of mobility mu over dt is one of mobility 1 over mu dt.
TEST(PathObserver, MobilityScalesTime) {
    const NetworkProcess process = singleOscillator({1.0, 0.3, 0.1}, {1.0, 0.3, 0.1}, 1.0, 0.5);
    PathObserver fast(process, true, 2.0), slow(process, true);
    fast.observe(0.0, {0.3, -0.4});
    fast.observe(0.1, {0.5, 0.2});
    slow.observe(0.0, {0.3, -0.4});
    slow.observe(0.2, {0.5, 0.2});
    for (int n = 0; n < 2; ++n)
        EXPECT_NEAR(fast.getEnsemble().environmentEntropy[n], slow.getEnsemble().environmentEntropy[n], 1e-14);
}

TEST(PathObserver, RefusesFramesThatDoNotFollow) {
    const NetworkProcess process = coupledNetwork(1.0, 0.5);
    EXPECT_THROW(PathObserver(process, true, 0.0), std::invalid_argument);
    PathObserver observer(process, true);
    EXPECT_ERROR(observer.observe(0.0, {1.0}), std::invalid_argument, "multiple of the dimension 3");
    EXPECT_ERROR(observer.observe(0.0, {1.0, 0.0, NAN}), std::invalid_argument, "path 0 at time");
    observer.observe(0.0, {1.0, 0.0, 0.0});
    EXPECT_ERROR(observer.getEnsemble(), std::invalid_argument, "found 1");
    EXPECT_ERROR(observer.observe(0.0, {1.0, 0.0, 0.0}), std::invalid_argument, "does not follow");
    EXPECT_ERROR(observer.observe(0.1, std::vector<double>(6, 0.0)), std::invalid_argument, "found 2 paths");
}
