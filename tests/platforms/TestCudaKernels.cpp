#include "PtxAssembler.h"
#include "openmm/HarmonicBondForce.h"
#include "openmm/OpenMMException.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace OpenMMOscillators;
using OpenMM::Platform;
using OpenMM::Vec3;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

/** Volta, Ampere (A100), Hopper (H100), Blackwell (GeForce 50). */
const std::vector<int> architectures = {70, 80, 90, 120};

std::string readText(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/** The names of the kernels in the device sources of platforms/common. */
std::set<std::string> namesOfKernels() {
    static const std::regex definition("KERNEL void (\\w+)");
    std::set<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(KERNEL_DIRECTORY)) {
        const std::string source = readText(file.path());
        for (std::sregex_iterator match(source.begin(), source.end(), definition), end; match != end; ++match)
            names.insert((*match)[1]);
    }
    return names;
}

/** OpenMM's CUDA platform on a driver without a GPU (FakeCudaDriver.cpp), and our kernels for it. */
Platform& cudaPlatform() {
    static const bool loaded = [] {
        if (dlopen(FAKE_CUDA_DRIVER, RTLD_NOW | RTLD_GLOBAL) == nullptr) // in place of the library of the same name
            throw std::runtime_error(dlerror());
        Platform::loadPluginLibrary(OPENMM_PLUGIN_DIRECTORY "/libOpenMMCUDA.so");
        Platform::loadPluginLibrary(CUDA_PLATFORM_LIBRARY);
        return true;
    }();
    return loaded ? Platform::getPlatformByName("CUDA") : throw std::logic_error("not reached");
}

/**
 * Compiles every kernel without a GPU, out of what OpenMM's CUDA platform itself hands to NVIDIA's compiler: OpenMM
 * keeps the compiled PTX in a folder, and the assembler, part of the driver on a real machine, does the rest. Nothing
 * is computed. Skipped where CUDA was not built, or the compiler has dropped the architecture.
 */
class CudaKernelsTest : public testing::TestWithParam<int> {
protected:
    void SetUp() override {
        if (std::string(CUDA_PLATFORM_LIBRARY).empty() || std::string(PTX_ASSEMBLER).empty())
            GTEST_SKIP() << "needs OpenMM's CUDA platform and CUDA's ptxas: pip install OpenMM-CUDA-13";
        setenv("FAKE_CUDA_CAPABILITY", std::to_string(GetParam()).c_str(), 1);
        folder = std::filesystem::path(testing::TempDir()) / ("oscillators-cuda-" + std::to_string(GetParam()));
        try {
            emptyFolder();
            run({2, "single", Scheme::EulerMaruyama, false, false});
            emptyFolder();
        } catch (const OpenMM::OpenMMException& error) {
            if (std::string(error.what()).find("--gpu-architecture") == std::string::npos)
                throw;
            GTEST_SKIP() << "this version of CUDA has dropped sm_" << GetParam();
        }
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void emptyFolder() const {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
    }

    /** Steps and energies of 48 replicas, eight for each of OpenMM's six thread blocks. */
    struct Case {
        int size; // of the square lattice, of range 6
        std::string precision;
        Scheme scheme;
        bool withBond; // of another force, so that steps go through the forces of the Context
        bool clamped;  // an oscillator of a replica
    };

    void run(const Case& subject) {
        RandomNetworks random(5);
        const OscillatorNetwork network = OscillatorNetwork::squareLattice(subject.size, subject.size, 6);
        NetworkSystem made(network, random.protocol(network, 3), 48);
        if (subject.withBond) {
            auto* bond = new OpenMM::HarmonicBondForce();
            bond->addBond(0, 1, 1.0, 3.0);
            made.system.addForce(bond);
        }
        if (subject.clamped) {
            ClampedPaths paths({0.0, 1.0});
            paths.add(7, 1, {0.5, -0.5});
            made.force->setClampedPaths(paths);
        }
        OverdampedLangevinIntegrator integrator(30.0, 1.0, 0.002);
        integrator.setMobility(Vec3(0, 0, 1));
        integrator.setScheme(subject.scheme);
        OpenMM::Context context(made.system, integrator, cudaPlatform(),
                                {{"Precision", subject.precision}, {"TempDirectory", folder.string()}});
        context.setPositions(std::vector<Vec3>(made.system.getNumParticles()));
        integrator.step(4);
        context.getState(OpenMM::State::Forces | OpenMM::State::Energy);
        EXPECT_NEAR(context.getTime(), 4 * 0.002, 1e-12);
    }

    /** Run a case, assemble what OpenMM has compiled for it, and print what is ours. */
    std::vector<KernelResources> compile(const Case& subject) {
        std::set<std::filesystem::path> known;
        for (const auto& file : std::filesystem::directory_iterator(folder))
            known.insert(file.path());
        run(subject);
        std::vector<KernelResources> result;
        for (const auto& file : std::filesystem::directory_iterator(folder))
            if (known.count(file.path()) == 0)
                for (const KernelResources& kernel : assemble(PTX_ASSEMBLER, file.path(), GetParam()))
                    if (names.count(kernel.kernel) > 0)
                        result.push_back(kernel);
        std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.kernel < b.kernel; });
        for (const KernelResources& kernel : result)
            check(kernel, subject);
        return result;
    }

    void check(const KernelResources& kernel, const Case& subject) const {
        const int spilled = kernel.spillStores + kernel.spillLoads;
        std::string scheme;
        if (kernel.kernel == "takeFusedSteps")
            scheme = ", " + getSchemeName(subject.scheme) + (subject.clamped ? ", clamped" : "");
        std::printf("sm_%-3d %-6s %2d x %-2d %3d registers %5d bytes shared %3d bytes spilled  %s%s\n", GetParam(),
                    subject.precision.c_str(), subject.size, subject.size, kernel.registers, kernel.sharedMemory,
                    spilled, kernel.kernel.c_str(), scheme.c_str());
        EXPECT_GT(kernel.registers, 0) << kernel.kernel;
        if (kernel.kernel == "takeFusedSteps") {
            EXPECT_EQ(spilled, 0);
            EXPECT_LE(kernel.sharedMemory, 48 * 1024); // more takes a kernel special measures
        }
    }

    const std::set<std::string> names = namesOfKernels();
    std::filesystem::path folder;
};

} // namespace

TEST_P(CudaKernelsTest, AreAllCompiledInEveryPrecision) {
    for (const char* precision : {"single", "mixed", "double"}) {
        std::vector<KernelResources> kernels;
        const auto add = [&](const Case& subject) {
            const std::vector<KernelResources> more = compile(subject);
            kernels.insert(kernels.end(), more.begin(), more.end());
        };
        for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews})
            for (const bool clamped : {false, true})
                add({12, precision, scheme, false, clamped});
        add({12, precision, Scheme::EulerMaruyama, true, true});
        std::set<std::string> compiled;
        for (const KernelResources& kernel : kernels)
            compiled.insert(kernel.kernel);
        EXPECT_EQ(compiled, names);
    }
}

TEST_P(CudaKernelsTest, FusedStepsOfLargeLatticesFitSharedMemory) {
    for (const char* precision : {"single", "mixed", "double"})
        EXPECT_FALSE(compile({28, precision, Scheme::StochasticHeun, false, false}).empty());
}

INSTANTIATE_TEST_SUITE_P(Architectures, CudaKernelsTest, testing::ValuesIn(architectures),
                         [](const auto& architecture) { return "sm_" + std::to_string(architecture.param); });
