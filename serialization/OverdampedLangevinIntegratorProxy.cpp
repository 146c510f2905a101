#include "OverdampedLangevinIntegratorProxy.h"

#include "NumberLists.h"
#include "openmm/serialization/SerializationNode.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <memory>

using OpenMM::SerializationNode;
using OpenMM::Vec3;

namespace OpenMMOscillators {

namespace {

constexpr int newestVersion = 1;

} // namespace

OverdampedLangevinIntegratorProxy::OverdampedLangevinIntegratorProxy()
    : SerializationProxy("OverdampedLangevinIntegrator") {}

void OverdampedLangevinIntegratorProxy::serialize(const void* object, SerializationNode& node) const {
    const auto& integrator = *static_cast<const OverdampedLangevinIntegrator*>(object);
    node.setIntProperty("version", newestVersion);
    node.setDoubleProperty("temperature", integrator.getTemperature());
    node.setDoubleProperty("friction", integrator.getFriction());
    node.setDoubleProperty("stepSize", integrator.getStepSize());
    node.setStringProperty("scheme", getSchemeName(integrator.getScheme()));
    node.setStringProperty("precision", getPrecisionName(integrator.getPrecision()));
    node.setDoubleProperty("escapeDistance", integrator.getEscapeDistance());
    node.setIntProperty("randomSeed", integrator.getRandomNumberSeed());
    node.setIntProperty("integrationForceGroups", integrator.getIntegrationForceGroups());
    const Vec3 mobility = integrator.getMobility();
    setDoubles(node, "mobility", {mobility[0], mobility[1], mobility[2]});
    SerializationNode& schedule = node.createChildNode("StepSchedule");
    setDoubles(schedule, "boundaries", integrator.getStepSchedule().getBoundaries());
    setIntegers(schedule, "stepCounts", integrator.getStepSchedule().getStepCounts());
}

void* OverdampedLangevinIntegratorProxy::deserialize(const SerializationNode& node) const {
    readVersion(node, newestVersion, getTypeName());
    auto integrator = std::make_unique<OverdampedLangevinIntegrator>(
        node.getDoubleProperty("temperature"), node.getDoubleProperty("friction"), node.getDoubleProperty("stepSize"));
    integrator->setScheme(schemeFromName(node.getStringProperty("scheme")));
    integrator->setPrecision(precisionFromName(node.getStringProperty("precision", "mixed")));
    integrator->setEscapeDistance(node.getDoubleProperty("escapeDistance", integrator->getEscapeDistance()));
    integrator->setRandomNumberSeed(node.getIntProperty("randomSeed"));
    integrator->setIntegrationForceGroups(node.getIntProperty("integrationForceGroups"));
    const std::vector<double> mobility = getDoubles(node, "mobility");
    if (mobility.size() != 3)
        throw OpenMM::OpenMMException("OverdampedLangevinIntegrator: found " + std::to_string(mobility.size()) +
                                      " values of 'mobility', expected 3");
    integrator->setMobility(Vec3(mobility[0], mobility[1], mobility[2]));
    const SerializationNode& schedule = node.getChildNode("StepSchedule");
    const std::vector<double> boundaries = getDoubles(schedule, "boundaries");
    if (!boundaries.empty())
        integrator->setStepSchedule(StepSchedule(boundaries, getIntegers(schedule, "stepCounts")));
    return integrator.release(); // the caller's, by OpenMM's contract
}

} // namespace OpenMMOscillators
