#include "openmmoscillators/recording/RunProvenance.h"

#include "openmm/Context.h"
#include "openmm/Integrator.h"
#include "openmm/OpenMMException.h"
#include "openmm/Platform.h"
#include "openmm/serialization/SerializationProxy.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/recording/Hdf5File.h"
#include <ctime>
#include <set>
#include <typeinfo>

namespace OpenMMOscillators {

namespace {

std::string presentTime() {
    const std::time_t now = std::time(nullptr);
    std::tm utc = {};
    ::gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

std::string describeKind(const OpenMM::Integrator& integrator) {
    try {
        return OpenMM::SerializationProxy::getProxy(typeid(integrator)).getTypeName();
    } catch (const OpenMM::OpenMMException&) {
        return typeid(integrator).name(); // a class of a plugin that cannot be serialised
    }
}

void addSettings(RunProvenance& run, const OverdampedLangevinIntegrator& integrator) {
    const OpenMM::Vec3 mobility = integrator.getMobility();
    run.emplace_back("scheme", getSchemeName(integrator.getScheme()));
    run.emplace_back("temperature", integrator.getTemperature());
    run.emplace_back("friction", integrator.getFriction());
    run.emplace_back("mobility", std::vector<double>{mobility[0], mobility[1], mobility[2]});
    run.emplace_back("seed", static_cast<long long>(integrator.getNoiseSeed()));
    run.emplace_back("noise_counter", static_cast<long long>(integrator.getNoiseCounter()));
    run.emplace_back("schedule_boundaries", integrator.getStepSchedule().getBoundaries());
    run.emplace_back("schedule_step_counts", integrator.getStepSchedule().getStepCounts());
}

} // namespace

RunProvenance describeRun(OpenMM::Context& context) {
    const OpenMM::Integrator& integrator = context.getIntegrator();
    RunProvenance run = {
        {"created", presentTime()},
        {"plugin_version", std::string(OSCILLATORS_VERSION)},
        {"openmm_version", OpenMM::Platform::getOpenMMVersion()},
        {"hdf5_version", Hdf5File::getLibraryVersion()},
        {"platform", context.getPlatform().getName()},
        {"integrator", describeKind(integrator)},
        {"step_size", integrator.getStepSize()},
    };
    OpenMM::Platform& platform = context.getPlatform();
    for (const std::string& property : platform.getPropertyNames())
        run.emplace_back("platform_" + property, platform.getPropertyValue(context, property));
    if (const auto* ours = dynamic_cast<const OverdampedLangevinIntegrator*>(&integrator))
        addSettings(run, *ours);
    return run;
}

bool isSetting(const std::string& name) {
    static const std::set<std::string> settings = {
        "integrator",          "step_size",           "scheme", "temperature", "friction", "mobility",
        "schedule_boundaries", "schedule_step_counts"};
    return settings.count(name) > 0;
}

} // namespace OpenMMOscillators
