#pragma once

#include "openmm/serialization/SerializationNode.h"
#include "openmm/serialization/SerializationProxy.h"
#include <string>

namespace OpenMMOscillators {

/**
 * XML of a node of which properties and children are changed, missing or repeated. It is always well formed: what is
 * not is not read by us, but by OpenMM.
 *
 * @param input  says what to change, see Choices; none, and nothing changes
 */
std::string editXml(const OpenMM::SerializationNode& original, const std::string& input);

/** The node of an object as XmlSerializer writes it. */
template <typename T>
OpenMM::SerializationNode nodeOf(const T& object, const std::string& name) {
    const OpenMM::SerializationProxy& proxy = OpenMM::SerializationProxy::getProxy(typeid(object));
    OpenMM::SerializationNode node;
    node.setName(name);
    proxy.serialize(&object, node);
    node.setStringProperty("type", proxy.getTypeName());
    return node;
}

} // namespace OpenMMOscillators
