#pragma once

#include "openmm/serialization/SerializationNode.h"
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * Lists of numbers as one property of an XML node, separated by spaces. Doubles are written with the fewest digits that
 * read back to the same bits.
 */
void setDoubles(OpenMM::SerializationNode& node, const std::string& property, const std::vector<double>& values);
void setIntegers(OpenMM::SerializationNode& node, const std::string& property, const std::vector<int>& values);
/** @throws OpenMM::OpenMMException naming the property and the entry that is not a number */
std::vector<double> getDoubles(const OpenMM::SerializationNode& node, const std::string& property);
std::vector<int> getIntegers(const OpenMM::SerializationNode& node, const std::string& property);

/**
 * The format version of a node.
 * @throws OpenMM::OpenMMException unless it is between 1 and newest
 */
int readVersion(const OpenMM::SerializationNode& node, int newest, const std::string& typeName);

} // namespace OpenMMOscillators
