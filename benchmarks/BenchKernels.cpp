// The batch kernels of the network room, beside what the machine can do.

#include "BenchmarkCases.h"
#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/BatchArithmetic.h"
#include "openmmoscillators/network/batch/BatchKernels.h"

namespace OpenMMOscillators {
namespace {

constexpr Lattice lattices[] = {{10, 6}, {12, 6}, {28, 6}, {28, 14}};
constexpr std::size_t numSamples = 1008; // not a power of two: rows of a batch should not collide in the cache

template <typename Real>
void peak(benchmark::State& state) {
    double rate = 0.0;
    for (auto _ : state)
        rate = MachinePeak::fusedMultiplyAdds<Real>();
    state.counters["GFLOP_per_s"] = 2.0 * rate;
}
BENCHMARK_TEMPLATE(peak, float)->Name("peak/float")->Iterations(1);
BENCHMARK_TEMPLATE(peak, double)->Name("peak/double")->Iterations(1);

void bandwidth(benchmark::State& state) {
    double rate = 0.0;
    for (auto _ : state)
        rate = MachinePeak::readBandwidth(static_cast<std::size_t>(state.range(0)) * 1024);
    state.counters["GB_per_s"] = rate;
}
BENCHMARK(bandwidth)->Name("read_bandwidth_kB")->Arg(16)->Arg(512)->Arg(8192)->Iterations(1);

/** A batch of samples, theta and room for results. */
template <typename Real>
struct Batch {
    explicit Batch(const Lattice& lattice)
        : network(lattice.network()), arithmetic(network), theta(randomParameters(network, 1)),
          x(network.getNumOscillators() * stride), result(x.size()), sums(network.getNumParameters()) {
        std::mt19937 generator(2);
        std::normal_distribution<Real> normal;
        for (Real& value : x)
            value = normal(generator);
    }
    static constexpr std::size_t stride = batchStride(numSamples);
    OscillatorNetwork network;
    BatchArithmetic<Real> arithmetic;
    NetworkParameters theta;
    AlignedVector<Real> x, result;
    std::vector<double> sums;
};

template <typename Real>
void gradient(benchmark::State& state, Lattice lattice) {
    Batch<Real> batch(lattice);
    const ThreadTimer timer;
    for (auto _ : state)
        batch.arithmetic.gradient(batch.theta.data(), batch.x.data(), batch.result.data(), numSamples, batch.stride);
    reportPerSample<Real>(state, timer, batch.network, numSamples, gradientMultiplications);
}

/** One product with the normal matrix: gradient and transpose, twice the multiplications of a gradient. */
template <typename Real>
void normalProduct(benchmark::State& state, Lattice lattice) {
    Batch<Real> batch(lattice);
    const ThreadTimer timer;
    for (auto _ : state)
        batch.arithmetic.addNormalProduct(batch.theta.data(), batch.x.data(), batch.sums.data(), numSamples,
                                          batch.stride);
    reportPerSample<Real>(state, timer, batch.network, numSamples, 2.0 * gradientMultiplications);
}

/** The sums of an Adam step of implicit force matching: transpose of the measured force and Laplacian terms. */
template <typename Real>
void adamStep(benchmark::State& state, Lattice lattice) {
    Batch<Real> batch(lattice);
    const ThreadTimer timer;
    for (auto _ : state) {
        batch.arithmetic.addNormalProduct(batch.theta.data(), batch.x.data(), batch.sums.data(), numSamples,
                                          batch.stride);
        batch.arithmetic.addLaplacianTerms(batch.x.data(), batch.sums.data(), numSamples, batch.stride);
    }
    reportPerSample<Real>(state, timer, batch.network, numSamples, 2.0 * gradientMultiplications + 1.0);
}

template <typename Real>
void normals(benchmark::State& state) {
    const BatchKernels<Real>& kernels = getBatchKernels<Real>();
    constexpr int numOscillators = 144;
    const std::vector<std::uint32_t> streams(kernels.panelSize, 0);
    AlignedVector<Real> values(kernels.panelSize * numOscillators);
    std::uint64_t step = 0;
    const ThreadTimer timer;
    for (auto _ : state)
        kernels.normals(1, ++step, streams.data(), numOscillators, values.data());
    state.counters["ns_per_normal"] =
        1e3 * timer.getMicroseconds() / static_cast<double>(state.iterations() * values.size());
}
BENCHMARK_TEMPLATE(normals, float)->Name("normals/float");
BENCHMARK_TEMPLATE(normals, double)->Name("normals/double");

template <typename Real>
void registerKernels(const std::string& precision) {
    for (const Lattice& lattice : lattices) {
        const std::string size = std::to_string(lattice.width) + "x" + std::to_string(lattice.width) + "/range" +
                                 std::to_string(lattice.range) + "/" + precision;
        benchmark::RegisterBenchmark(("gradient/" + size).c_str(), gradient<Real>, lattice);
        benchmark::RegisterBenchmark(("normal_product/" + size).c_str(), normalProduct<Real>, lattice);
        benchmark::RegisterBenchmark(("adam_step/" + size).c_str(), adamStep<Real>, lattice);
    }
}

} // namespace
} // namespace OpenMMOscillators

int main(int argc, char** argv) {
    OpenMMOscillators::registerKernels<float>("float");
    OpenMMOscillators::registerKernels<double>("double");
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
