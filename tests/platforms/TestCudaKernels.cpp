#include "CudaCompiler.h"
#include "NeighbourTable.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <iomanip>
#include <iostream>
#include <memory>

using namespace OpenMMOscillators;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

/** Volta, Ampere (A100), Hopper (H100), Blackwell (GeForce 50). */
const std::vector<int> architectures = {70, 80, 90, 120};

NetworkProgramSettings latticeSettings(int size, int range, int replicasPerGroup) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(size, size, range);
    return {network.getNumOscillators(), network.getNumEdges(), NeighbourTable(network).getNumRows(), replicasPerGroup,
            2};
}

/** Compiles every kernel without a GPU; skipped where there is no compiler or it has dropped the architecture. */
class CudaKernelsTest : public testing::TestWithParam<int> {
protected:
    void SetUp() override {
        if (std::string(NVRTC_LIBRARY).empty())
            GTEST_SKIP() << "no NVRTC library was found: pip install nvidia-cuda-nvrtc, or a CUDA toolkit";
        compiler = std::make_unique<CudaCompiler>(NVRTC_LIBRARY);
        const std::vector<int> known = compiler->getArchitectures();
        if (std::find(known.begin(), known.end(), GetParam()) == known.end())
            GTEST_SKIP() << "this NVRTC compiles for sm_" << known.front() << " to sm_" << known.back() << " only";
    }

    std::vector<KernelResources> compile(const std::string& subject, const KernelProgram& program,
                                         const std::string& precision) {
        const std::vector<KernelResources> kernels = compiler->compile(program, precision, GetParam());
        EXPECT_FALSE(kernels.empty()) << "the compiler's log names no kernel";
        for (const KernelResources& kernel : kernels) {
            EXPECT_GT(kernel.registers, 0) << kernel.kernel;
            std::cout << "sm_" << std::left << std::setw(4) << GetParam() << std::setw(7) << precision << std::setw(22)
                      << subject << std::setw(20) << kernel.kernel << std::right << std::setw(4) << kernel.registers
                      << " registers " << std::setw(6) << kernel.sharedMemory << " bytes shared " << std::setw(3)
                      << kernel.spillStores + kernel.spillLoads << " bytes spilled\n";
        }
        return kernels;
    }

    std::unique_ptr<CudaCompiler> compiler;
};

} // namespace

TEST_P(CudaKernelsTest, CompileInEveryPrecision) {
    for (const char* precision : {"single", "mixed", "double"}) {
        compile("12x12 range 6", networkForceProgram(latticeSettings(12, 6, 8)), precision);
        compile("12x12 range 6", protocolProgram(latticeSettings(12, 6, 8)), precision);
        compile("", overdampedLangevinProgram(), precision);
        compile("", findEscapesProgram(), precision);
    }
}

/** Groups of replicas as the host chooses them for many replicas. */
TEST_P(CudaKernelsTest, FusedStepsKeepEverythingInRegistersAndSharedMemory) {
    const auto expectNoSpills = [this](const std::string& subject, const NetworkProgramSettings& settings,
                                       const std::string& precision, Scheme scheme) {
        for (const KernelResources& kernel : compile(subject, fusedStepsProgram(settings, scheme), precision)) {
            EXPECT_EQ(kernel.spillStores, 0);
            EXPECT_EQ(kernel.spillLoads, 0);
            EXPECT_LE(kernel.sharedMemory, 48 * 1024); // more takes a kernel special measures
        }
    };
    for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews})
        for (const char* precision : {"single", "mixed", "double"})
            expectNoSpills("12x12 " + getSchemeName(scheme).substr(0, 12), latticeSettings(12, 6, 8), precision,
                           scheme);
    for (const auto& [precision, replicas] : {std::pair("single", 4), {"mixed", 2}, {"double", 2}})
        expectNoSpills("28x28 stochastic", latticeSettings(28, 6, replicas), precision, Scheme::StochasticHeun);
}

INSTANTIATE_TEST_SUITE_P(Architectures, CudaKernelsTest, testing::ValuesIn(architectures),
                         [](const auto& architecture) { return "sm_" + std::to_string(architecture.param); });
