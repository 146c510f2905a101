#pragma once

#include "openmm/Context.h"
#include "openmm/OpenMMException.h"
#include "openmm/Platform.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/**
 * The platforms that the same test body runs on. Each entry is a row of knownPlatforms(); a platform takes part if the
 * build made its library OpenMMOscillators<name>. The build passes in
 *
 *   OSCILLATORS_PLATFORM_LIBRARIES   the plugin's platform libraries of the build tree, separated by '|'
 *   OPENMM_PLUGIN_DIRECTORY          where OpenMM's own platform libraries lie
 *
 * Use:   class TestForce : public testing::TestWithParam<TestPlatform> {};
 *        TEST_P(TestForce, ...) { ... createContext(system, integrator, GetParam()) ... }
 *        INSTANTIATE_TEST_SUITE_P(Platforms, TestForce, testing::ValuesIn(testPlatforms()), testPlatformName);
 */
struct TestPlatform {
    std::string name;
    std::string precision; // "double", "mixed" or "single": of positions and forces
    std::map<std::string, std::string> properties;

    /** True where OpenMM adds up forces in integer multiples of 2^-32 kJ/(mol nm). */
    bool hasFixedPointForces() const { return name != "Reference" && name != "CPU"; }
    /** Tolerance by precision: 1e-10 in double against 2e-5 in single, say; at least the resolution of forces. */
    double tolerance(double inDouble, double inSingle) const {
        if (precision != "double")
            return inSingle;
        return hasFixedPointForces() ? std::max(inDouble, 1e-9) : inDouble;
    }
};

inline std::ostream& operator<<(std::ostream& out, const TestPlatform& platform) {
    return out << platform.name << platform.precision;
}

inline std::string testPlatformName(const testing::TestParamInfo<TestPlatform>& info) {
    return info.param.name + "_" + info.param.precision +
           (info.param.properties.count("DeviceIndex") ? "_devices" : "");
}

/** All platforms that tests may run on: add new ones here. */
inline std::vector<TestPlatform> knownPlatforms() {
    std::vector<TestPlatform> result = {{"Reference", "double", {}}};
    for (const char* precision : {"double", "mixed", "single"})
        result.push_back({"CPU", precision, {}});
    for (const char* name : {"OpenCL", "CUDA", "HIP"})
        for (const char* precision : {"double", "mixed", "single"})
            result.push_back({name, precision, {{"Precision", precision}}});
    return result;
}

/** OpenMM's own library of a platform. False for CUDA and HIP where there is no driver, which the libraries need. */
inline bool loadOpenMMLibrary(const std::string& platform) {
    try {
        OpenMM::Platform::loadPluginLibrary(OPENMM_PLUGIN_DIRECTORY "/libOpenMM" + platform + ".so");
        return true;
    } catch (const OpenMM::OpenMMException& error) {
        if (platform != "CUDA" && platform != "HIP")
            throw;
        std::cerr << "Not tested, " << platform << ": " << error.what() << '\n';
        return false;
    }
}

/** Loads the plugin of every platform that was built and has what it needs; fails loudly if one does not load. */
inline std::vector<TestPlatform> testPlatforms() {
    static const std::vector<TestPlatform> platforms = [] {
        std::set<std::string> built;
        std::istringstream libraries(OSCILLATORS_PLATFORM_LIBRARIES);
        for (std::string library; std::getline(libraries, library, '|');) {
            const std::string prefix = "libOpenMMOscillators";
            const std::size_t start = library.rfind(prefix) + prefix.size();
            const std::string name = library.substr(start, library.find('.', start) - start);
            if (name != "Reference" && !loadOpenMMLibrary(name))
                continue;
            OpenMM::Platform::loadPluginLibrary(library);
            built.insert(name);
        }
        std::vector<TestPlatform> result;
        for (const TestPlatform& platform : knownPlatforms())
            if (built.count(platform.name) > 0)
                result.push_back(platform);
        if (built.count("Reference") == 0)
            throw std::runtime_error("testPlatforms: the Reference platform library is missing from "
                                     "'" OSCILLATORS_PLATFORM_LIBRARIES "'");
        return result;
    }();
    return platforms;
}

/**
 * The platforms that can use several devices, in double precision. The same device twice is what a machine with one
 * has; OpenMM treats it as two, each with a thread of its own.
 */
inline std::vector<TestPlatform> platformsWithTwoDevices() {
    std::vector<TestPlatform> result;
    for (TestPlatform platform : testPlatforms())
        if (platform.hasFixedPointForces() && platform.precision == "double") {
            platform.properties["DeviceIndex"] = "0,0";
            result.push_back(platform);
        }
    return result;
}

inline std::unique_ptr<OpenMM::Context> createContext(const OpenMM::System& system, OpenMM::Integrator& integrator,
                                                      const TestPlatform& platform) {
    testPlatforms(); // loads the plugins
    // The CPU platform has no property for it; where there is one, it wins.
    if (auto* ours = dynamic_cast<OpenMMOscillators::OverdampedLangevinIntegrator*>(&integrator))
        ours->setPrecision(OpenMMOscillators::precisionFromName(platform.precision));
    return std::make_unique<OpenMM::Context>(system, integrator, OpenMM::Platform::getPlatformByName(platform.name),
                                             platform.properties);
}
