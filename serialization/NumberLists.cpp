#include "NumberLists.h"

#include "openmm/OpenMMException.h"
#include <array>
#include <charconv>

using OpenMM::OpenMMException;
using OpenMM::SerializationNode;

namespace OpenMMOscillators {

namespace {

template <typename T>
void setList(SerializationNode& node, const std::string& property, const std::vector<T>& values) {
    std::string text;
    std::array<char, 32> digits{};
    for (T value : values) {
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        text.append(text.empty() ? "" : " ").append(digits.data(), end);
    }
    node.setStringProperty(property, text);
}

template <typename T>
std::vector<T> getList(const SerializationNode& node, const std::string& property) {
    const std::string text = node.getStringProperty(property);
    std::vector<T> values;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        if (*at == ' ') {
            ++at;
            continue;
        }
        T value{};
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc() || (next != end && *next != ' '))
            throw OpenMMException(node.getName() + ": entry " + std::to_string(values.size()) + " of '" + property +
                                  "' is not a number: '" + std::string(at, end).substr(0, 24) + "'");
        values.push_back(value);
        at = next;
    }
    return values;
}

} // namespace

void setDoubles(SerializationNode& node, const std::string& property, const std::vector<double>& values) {
    setList(node, property, values);
}

void setIntegers(SerializationNode& node, const std::string& property, const std::vector<int>& values) {
    setList(node, property, values);
}

std::vector<double> getDoubles(const SerializationNode& node, const std::string& property) {
    return getList<double>(node, property);
}

std::vector<int> getIntegers(const SerializationNode& node, const std::string& property) {
    return getList<int>(node, property);
}

int readVersion(const SerializationNode& node, int newest, const std::string& typeName) {
    const int version = node.getIntProperty("version");
    if (version < 1 || version > newest)
        throw OpenMMException(typeName + ": found format version " + std::to_string(version) + ", expected 1" +
                              (newest > 1 ? " to " + std::to_string(newest) : std::string()));
    return version;
}

} // namespace OpenMMOscillators
