#pragma once

#include "NumpyArrays.h"
#include "openmm/Context.h"
#include "openmm/OpenMMException.h"
#include "openmm/serialization/XmlSerializer.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <memory>
#include <sstream>

/** What Python needs of the force and the integrator beyond their C++ interfaces. */
namespace DynamicsArrays {

using NumpyArrays::Table;
using OpenMMOscillators::OscillatorNetworkForce;

template <typename Derived, typename Base>
Derived& cast(Base& object, const std::string& derived, const std::string& base) {
    auto* result = dynamic_cast<Derived*>(&object);
    if (result == nullptr)
        throw OpenMM::OpenMMException(derived + "::cast: this " + base + " is not of class " + derived);
    return *result;
}

/** The object that XML describes, which the caller owns. */
template <typename Derived, typename Base>
Derived* fromXml(const std::string& xml, const std::string& derived) {
    std::istringstream stream(xml);
    std::unique_ptr<Base> object(OpenMM::XmlSerializer::deserialize<Base>(stream));
    auto* result = dynamic_cast<Derived*>(object.get());
    if (result == nullptr)
        throw OpenMM::OpenMMException(derived + ": the XML does not describe an object of this class");
    object.release();
    return result;
}

inline Table<double> getDisplacements(const OscillatorNetworkForce& force, const OpenMM::Context& context) {
    return {force.getDisplacements(context), force.getNumReplicas(), force.getNetwork().getNumOscillators()};
}

inline void setDisplacements(const OscillatorNetworkForce& force, OpenMM::Context& context,
                             const Table<double>& displacements) {
    checkShape(displacements, force.getNumReplicas(), force.getNetwork().getNumOscillators(),
               "OscillatorNetworkForce::setDisplacements");
    force.setDisplacements(context, displacements.values);
}

inline Table<double> getRestPositions(const OscillatorNetworkForce& force, int numParticles) {
    std::vector<double> values;
    values.reserve(3 * static_cast<std::size_t>(numParticles));
    for (const OpenMM::Vec3& position : force.getRestPositions(numParticles))
        values.insert(values.end(), {position[0], position[1], position[2]});
    return {std::move(values), numParticles, 3};
}

/** Returns the index of the first particle. */
inline int addParticles(OpenMM::System& system, int count, double mass) {
    if (count < 0)
        throw OpenMM::OpenMMException("addParticles: " + std::to_string(count) + " particles, expected at least 0");
    const int first = system.getNumParticles();
    for (int i = 0; i < count; ++i)
        system.addParticle(mass);
    return first;
}

} // namespace DynamicsArrays
