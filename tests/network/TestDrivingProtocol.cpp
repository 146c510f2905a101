#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "support/Expect.h"
#include "support/RandomNetworks.h"
#include <cmath>

using namespace OpenMMOscillators;
using Outside = DrivingProtocol::Outside;

namespace {

/** theta(t) is the same number for all parameters of a two-oscillator network. */
DrivingProtocol ramp(const std::vector<double>& times, const std::vector<double>& values, Outside outside) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(2, 1, 1);
    std::vector<NetworkParameters> slices;
    for (double value : values)
        slices.emplace_back(network, std::vector<double>(network.getNumParameters(), value));
    return {times, slices, outside};
}

} // namespace

TEST(DrivingProtocol, InterpolatesLinearlyAndExactlyAtTheGrid) {
    RandomNetworks random(2);
    const OscillatorNetwork network = random.network(4, 0.8);
    const DrivingProtocol protocol = random.protocol(network, 5);
    const std::vector<double>& times = protocol.getTimes();
    for (int k = 0; k < 5; ++k) {
        EXPECT_EQ(protocol.evaluate(times[k]).getValues(), protocol.getSlice(k).getValues());
        if (k == 4)
            break;
        for (double weight : {0.2, 0.5, 0.9}) {
            const NetworkParameters theta = protocol.evaluate(times[k] + weight * (times[k + 1] - times[k]));
            for (int a = 0; a < theta.size(); ++a) {
                const double lower = protocol.getParameter(k, a), upper = protocol.getParameter(k + 1, a);
                EXPECT_NEAR(theta[a], lower + weight * (upper - lower), 1e-14);
            }
        }
    }
}

TEST(DrivingProtocol, OutsideTheGridDoesWhatItWasTold) {
    const std::vector<double> times = {1.0, 2.0, 4.0}, values = {10.0, 20.0, 0.0};
    const DrivingProtocol hold = ramp(times, values, Outside::Hold);
    EXPECT_EQ(hold.evaluate(-5.0)[0], 10.0);
    EXPECT_EQ(hold.evaluate(9.0)[0], 0.0);
    const DrivingProtocol periodic = ramp(times, values, Outside::Periodic);
    for (double t : {1.25, 1.9, 2.0, 3.5})
        for (double periods : {-7.0, -1.0, 1.0, 12.0})
            EXPECT_NEAR(periodic.evaluate(t + 3.0 * periods)[0], hold.evaluate(t)[0], 1e-12);
    const DrivingProtocol refuse = ramp(times, values, Outside::Refuse);
    EXPECT_EQ(refuse.evaluate(1.0)[0], 10.0);
    EXPECT_EQ(refuse.evaluate(4.0)[0], 0.0);
    EXPECT_ERROR(refuse.evaluate(4.5), std::out_of_range, "time 4.5 ps lies outside the grid from 1 to 4 ps");
    EXPECT_ERROR(refuse.evaluate(0.5), std::out_of_range, "time 0.5 ps");
    EXPECT_ERROR(hold.evaluate(NAN), std::out_of_range, "expected a finite number");
    EXPECT_FALSE(DrivingProtocol(hold.getSlice(0)).isTimeDependent());
    EXPECT_EQ(DrivingProtocol(hold.getSlice(1)).evaluate(77.0)[0], 20.0);
}

TEST(DrivingProtocol, GenerationProtocolIsTheReversePotential) {
    // U_rev(x, s) = 2 U(x; theta(t_f - s)) - x^2 / (2 sigma^2), between grid times too.
    RandomNetworks random(3);
    const OscillatorNetwork network = random.network(5, 0.7);
    const DrivingProtocol learned = random.protocol(network, 6);
    const double sigma = 0.8, finalTime = learned.getTimes().back();
    const DrivingProtocol generation = learned.forGeneration(sigma);
    EXPECT_EQ(generation.getTimes().front(), 0.0);
    EXPECT_EQ(generation.getTimes().back(), finalTime - learned.getTimes().front());
    for (int trial = 0; trial < 20; ++trial) {
        const double s = random.uniform(0.0, finalTime);
        const std::vector<double> x = random.uniforms(5, -2.0, 2.0);
        double expected = 2.0 * NetworkEnergy::energy(network, learned.evaluate(finalTime - s).data(), x.data());
        for (double xi : x)
            expected -= xi * xi / (2.0 * sigma * sigma);
        EXPECT_NEAR(NetworkEnergy::energy(network, generation.evaluate(s).data(), x.data()), expected,
                    1e-12 * std::max(1.0, std::abs(expected)));
    }
    EXPECT_ERROR(learned.forGeneration(0.0), std::invalid_argument, "sigma is 0, expected a positive number");
}

TEST(DrivingProtocol, ResamplingKeepsTheCurve) {
    RandomNetworks random(4);
    const OscillatorNetwork network = random.network(3, 1.0);
    const DrivingProtocol coarse = random.protocol(network, 4);
    std::vector<double> times = coarse.getTimes(); // all old times and the points half way
    for (int k = 0; k + 1 < coarse.getNumSlices(); ++k)
        times.push_back(0.5 * (coarse.getTimes()[k] + coarse.getTimes()[k + 1]));
    std::sort(times.begin(), times.end());
    const DrivingProtocol fine = coarse.resampled(times);
    EXPECT_EQ(fine.getNumSlices(), 7);
    for (double t : random.uniforms(20, 0.0, times.back()))
        for (int a = 0; a < coarse.getNumParameters(); ++a)
            EXPECT_NEAR(fine.evaluate(t)[a], coarse.evaluate(t)[a], 1e-13);
}

TEST(DrivingProtocol, SmoothingIsAGaussianMeanOverSlices) {
    const DrivingProtocol spike = ramp({0.0, 1.0, 2.0, 3.0, 4.0}, {0.0, 0.0, 1.0, 0.0, 0.0}, Outside::Hold);
    const DrivingProtocol smooth = spike.smoothed(1.0);
    const double total = 1.0 + 2.0 * std::exp(-0.5) + 2.0 * std::exp(-2.0);
    EXPECT_NEAR(smooth.getParameter(2, 0), 1.0 / total, 1e-15);
    const double edgeTotal = 1.0 + std::exp(-0.5) + std::exp(-2.0) + std::exp(-4.5) + std::exp(-8.0);
    EXPECT_NEAR(smooth.getParameter(0, 0), std::exp(-2.0) / edgeTotal, 1e-15);
    EXPECT_EQ(spike.smoothed(0.0).getParameter(2, 0), 1.0);
    EXPECT_ERROR(spike.smoothed(-1.0), std::invalid_argument, "width is -1");
}

TEST(DrivingProtocol, RefusesWhatIsNotAProtocol) {
    EXPECT_ERROR(ramp({0.0, 1.0, 1.0}, {0.0, 0.0, 0.0}, Outside::Hold), std::invalid_argument,
                 "times must increase strictly, but time 2 (1) follows 1");
    EXPECT_ERROR(ramp({0.0, NAN}, {0.0, 0.0}, Outside::Hold), std::invalid_argument, "time 1 is nan");
    EXPECT_ERROR(ramp({}, {}, Outside::Hold), std::invalid_argument, "empty");
    EXPECT_ERROR(ramp({0.0, 1.0}, {0.0}, Outside::Hold), std::invalid_argument, "found 1 slices");
    EXPECT_ERROR(ramp({0.0}, {0.0}, Outside::Periodic), std::invalid_argument, "at least two times");
    EXPECT_ERROR(outsideFromName("clamp"), std::invalid_argument, "'clamp': expected one of hold, periodic, refuse");
    DrivingProtocol protocol = ramp({0.0, 1.0}, {1.0, 2.0}, Outside::Hold);
    NetworkParameters broken = protocol.getSlice(0);
    broken[3] = NAN;
    EXPECT_ERROR(protocol.setSlice(1, broken), std::invalid_argument, "parameter 3 of slice 1 is nan");
    EXPECT_ERROR(DrivingProtocol{broken}, std::invalid_argument, "parameter 3 of slice 0 is nan");
    const NetworkParameters other(OscillatorNetwork::squareLattice(3, 1, 1));
    EXPECT_ERROR(protocol.setSlice(0, other), std::invalid_argument, "found 18 parameters");
    EXPECT_ERROR(DrivingProtocol({0.0, 1.0}, {protocol.getSlice(0), other}), std::invalid_argument, "slice 1 has 18");
    EXPECT_ERROR(protocol.setParameter(0, 11, 1.0), std::out_of_range, "parameter 11 does not exist");
    EXPECT_ERROR(protocol.setParameter(2, 0, 1.0), std::out_of_range, "slice 2 does not exist: the protocol has 2");
    EXPECT_ERROR(protocol.setParameter(0, 0, NAN), std::invalid_argument, "value is nan");
    EXPECT_EQ(protocol.getParameter(0, 0), 1.0);
    EXPECT_ERROR(DrivingProtocol().evaluate(0.0), std::out_of_range, "the protocol is empty");
}
