#include "openmm/BrownianIntegrator.h"
#include "openmm/HarmonicBondForce.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"
#include <Eigen/Dense>
#include <cmath>

using namespace OpenMM;
using namespace OpenMMOscillators;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr double kT = 0.7, mass = 1.5, friction = 2.0;
constexpr int N = 3;

/** Three coupled harmonic oscillators: U = x K x / 2 + b x, whose overdamped motion is an Ornstein-Uhlenbeck process.
 */
class OrnsteinUhlenbeckTest : public testing::TestWithParam<TestPlatform> {
protected:
    OrnsteinUhlenbeckTest() : network(OscillatorNetwork::squareLattice(N, 1, 2)), theta(network) {
        theta.setFamily(ParameterFamily::KLin, {1.0, 2.0, 3.0});
        theta.setFamily(ParameterFamily::Bias, {0.5, -1.0, 0.0});
        theta.setFamily(ParameterFamily::CLin, {0.4, -0.1, 0.8});
        b << 0.5, -1.0, 0.0;
        K = Eigen::Vector3d(1.0, 2.0, 3.0).asDiagonal();
        for (int e = 0; e < network.getNumEdges(); ++e) { // c (x_i - x_j)^2
            const auto [i, j] = network.getEdges()[e];
            const double c = theta.get(ParameterFamily::CLin, e);
            K(i, i) += 2 * c;
            K(j, j) += 2 * c;
            K(i, j) -= 2 * c;
            K(j, i) -= 2 * c;
        }
        start << 1.0, -0.5, 2.0;
    }

    /** Displacements of all replicas after a run from the same start: one column a replica. */
    MatrixXd run(const DrivingProtocol& protocol, Scheme scheme, double dt, int steps, int replicas) const {
        NetworkSystem ensemble(network, protocol, replicas, mass);
        OverdampedLangevinIntegrator integrator(kT / gasConstant, friction, dt);
        integrator.setScheme(scheme);
        integrator.setMobility(Vec3(0.0, 0.0, 1.0));
        integrator.setRandomNumberSeed(2024);
        std::vector<double> x;
        for (int r = 0; r < replicas; ++r)
            x.insert(x.end(), start.data(), start.data() + N);
        const auto context = ensemble.context(integrator, GetParam(), x);
        integrator.step(steps);
        x = ensemble.force->getDisplacements(*context);
        return Eigen::Map<MatrixXd>(x.data(), N, replicas);
    }

    /**
     * Compares mean and covariance within 4.5 standard errors: with 9 figures a false alarm in 16 000 seeds. The
     * standard errors are sqrt(C_ii / R) and sqrt((C_ii C_jj + C_ij^2) / R).
     */
    static void expectGaussian(const MatrixXd& samples, const VectorXd& mean, const MatrixXd& covariance) {
        const auto R = static_cast<double>(samples.cols());
        const VectorXd foundMean = samples.rowwise().mean();
        const MatrixXd centred = samples.colwise() - foundMean;
        const MatrixXd found = centred * centred.transpose() / (R - 1);
        for (int i = 0; i < N; ++i) {
            EXPECT_NEAR(foundMean[i], mean[i], 4.5 * std::sqrt(covariance(i, i) / R)) << "mean " << i;
            for (int j = i; j < N; ++j) {
                const double spread = covariance(i, i) * covariance(j, j) + covariance(i, j) * covariance(i, j);
                EXPECT_NEAR(found(i, j), covariance(i, j), 4.5 * std::sqrt(spread / R))
                    << "covariance " << i << ", " << j;
            }
        }
    }

    /** exp(-K t / (m gamma)). */
    MatrixXd propagator(double t) const {
        const Eigen::SelfAdjointEigenSolver<MatrixXd> modes(K);
        return modes.eigenvectors() *
               (-modes.eigenvalues() * t / (mass * friction)).array().exp().matrix().asDiagonal() *
               modes.eigenvectors().transpose();
    }

    OscillatorNetwork network;
    NetworkParameters theta;
    MatrixXd K;
    VectorXd b{N}, start{N};
};

} // namespace

TEST_P(OrnsteinUhlenbeckTest, MeanAndCovarianceAreExact) {
    // Heun's error, (K dt / m gamma)^2 / 6 relative, is at most 1e-4 here: nothing beside the standard error of .7 %.
    const double time = 0.5;
    const MatrixXd samples = run(DrivingProtocol(theta), Scheme::StochasticHeun, 0.0125, 40, 20000);
    const VectorXd rest = -K.inverse() * b;
    const MatrixXd identity = MatrixXd::Identity(N, N);
    expectGaussian(samples, rest + propagator(time) * (start - rest),
                   kT * K.inverse() * (identity - propagator(2 * time)));
}

TEST_P(OrnsteinUhlenbeckTest, EulerMaruyamaIsItsOwnLinearRecursion) {
    // At a large step: mean and covariance of the discrete chain are known exactly, and far from the continuous ones.
    const double dt = 0.2;
    const MatrixXd step = MatrixXd::Identity(N, N) - dt / (mass * friction) * K;
    VectorXd mean = start;
    MatrixXd covariance = MatrixXd::Zero(N, N);
    for (int n = 0; n < 5; ++n) {
        mean = (step * mean - dt / (mass * friction) * b).eval();
        covariance = (step * covariance * step + 2 * kT * dt / (mass * friction) * MatrixXd::Identity(N, N)).eval();
    }
    expectGaussian(run(DrivingProtocol(theta), Scheme::EulerMaruyama, dt, 5, 20000), mean, covariance);
}

TEST_P(OrnsteinUhlenbeckTest, TheMeanFollowsADrivenBias) {
    // A bias that moves in time moves the mean alone: dm/dt = -(K m + b(t)) / (m gamma), here by RK4.
    NetworkParameters later = theta;
    later.setFamily(ParameterFamily::Bias, {-4.0, 6.0, 2.0});
    const VectorXd change = Eigen::Vector3d(-4.0, 6.0, 2.0) - b;
    const double time = 0.5, h = 1e-3;
    const auto slope = [&](double t, const VectorXd& m) -> VectorXd {
        return -(K * m + b + change * (t / time)) / (mass * friction);
    };
    VectorXd mean = start;
    for (int n = 0; n < 500; ++n) {
        const double t = n * h;
        const VectorXd k1 = slope(t, mean), k2 = slope(t + h / 2, mean + h / 2 * k1),
                       k3 = slope(t + h / 2, mean + h / 2 * k2), k4 = slope(t + h, mean + h * k3);
        mean += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    const DrivingProtocol protocol({0.0, time}, {theta, later});
    expectGaussian(run(protocol, Scheme::StochasticHeun, 0.0125, 40, 20000), mean,
                   kT * K.inverse() * (MatrixXd::Identity(N, N) - propagator(2 * time)));
}

TEST_P(OrnsteinUhlenbeckTest, LeimkuhlerMatthewsIsStationaryInBoltzmannsDistributionAtALargeStep) {
    // For harmonic forces its stationary covariance kT / K is exact at any stable step. The slowest mode has decayed to
    // 1e-7 after 50 steps; Euler-Maruyama's variances would be 16 to 157 % too large.
    const double dt = 0.6;
    const MatrixXd samples = run(DrivingProtocol(theta), Scheme::LeimkuhlerMatthews, dt, 50, 20000);
    expectGaussian(samples, -K.inverse() * b, kT * K.inverse());
}

TEST_P(OrnsteinUhlenbeckTest, HarmonicMoleculesAreAsInBrownianIntegrator) {
    // 3000 dumbbells of two masses at 300 K in three dimensions, with OpenMM's own integrator beside ours.
    const int molecules = 3000;
    double mean[2], variance[2];
    for (int which = 0; which < 2; ++which) {
        System system;
        auto* bonds = new HarmonicBondForce();
        std::vector<Vec3> positions;
        for (int i = 0; i < molecules; ++i) {
            system.addParticle(2.0);
            system.addParticle(5.0);
            bonds->addBond(2 * i, 2 * i + 1, 0.15, 500.0);
            positions.emplace_back(0.0, 0.0, 0.0);
            positions.emplace_back(0.15, 0.0, 0.0);
        }
        system.addForce(bonds);
        OverdampedLangevinIntegrator ours(300.0, 20.0, 0.002);
        ours.setRandomNumberSeed(6);
        BrownianIntegrator plain(300.0, 20.0, 0.002);
        plain.setRandomNumberSeed(6);
        Integrator& integrator = which == 0 ? static_cast<Integrator&>(ours) : plain;
        const auto context = createContext(system, integrator, GetParam());
        context->setPositions(positions);
        integrator.step(100);
        positions = positionsOf(*context);
        double sum = 0.0, squares = 0.0;
        for (int i = 0; i < molecules; ++i) {
            const Vec3 bond = positions[2 * i + 1] - positions[2 * i];
            const double length = std::sqrt(bond.dot(bond));
            sum += length;
            squares += length * length;
        }
        mean[which] = sum / molecules;
        variance[which] = squares / molecules - mean[which] * mean[which];
    }
    // 4.5 standard errors of a difference; the variance of a variance is 2 v^2 / n for these nearly Gaussian lengths.
    EXPECT_NEAR(mean[0], mean[1], 4.5 * std::sqrt((variance[0] + variance[1]) / molecules));
    EXPECT_NEAR(variance[0], variance[1], 4.5 * std::sqrt(4.0 / molecules) * variance[1]);
}

INSTANTIATE_TEST_SUITE_P(Platforms, OrnsteinUhlenbeckTest, testing::ValuesIn(testPlatforms()), testPlatformName);
