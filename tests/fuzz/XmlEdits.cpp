#include "XmlEdits.h"

#include "Choices.h"
#include <map>
#include <vector>

using OpenMM::SerializationNode;

namespace OpenMMOscillators {

namespace {

constexpr int mostEdits = 24;

/** A SerializationNode that can be changed. */
struct Element {
    std::string name;
    std::map<std::string, std::string> properties;
    std::vector<Element> children;

    explicit Element(const SerializationNode& node) : name(node.getName()), properties(node.getProperties()) {
        for (const SerializationNode& child : node.getChildren())
            children.emplace_back(child);
    }
};

std::string escape(const std::string& text) {
    static const std::map<char, std::string> references = {{'<', "&lt;"},   {'>', "&gt;"},    {'&', "&amp;"},
                                                           {'"', "&quot;"}, {'\'', "&apos;"}, {'\0', " "}};
    std::string result;
    for (const char character : text) {
        const auto found = references.find(character);
        result += found == references.end() ? std::string(1, character) : found->second;
    }
    return result;
}

void write(const Element& element, std::string& xml) {
    xml += '<' + element.name;
    for (const auto& [name, value] : element.properties)
        xml += ' ' + name + "=\"" + escape(value) + '"';
    xml += '>';
    for (const Element& child : element.children)
        write(child, xml);
    xml += "</" + element.name + '>';
}

std::string oddNumber(Choices& choices) {
    static const std::vector<std::string> numbers = {
        "0",   "1",    "2",           "-1",         "3",          "5",     "6",  "0.5",    "1e-9", "1e300",
        "nan", "-inf", "-2147483648", "2147483647", "4294967296", "1e400", "12", "1e-320", "-0"};
    const std::size_t kind = choices.below(numbers.size() + 1);
    return kind < numbers.size() ? numbers[kind] : std::to_string(choices.take<double>());
}

/** A number of a list replaced, put in, or left out. */
void editList(std::string& list, Choices& choices) {
    std::vector<std::size_t> starts = {0};
    for (std::size_t k = 0; k < list.size(); ++k)
        if (list[k] == ' ')
            starts.push_back(k + 1);
    const std::size_t start = choices.pick(starts);
    const std::size_t length = std::min(list.find(' ', start), list.size()) - start;
    switch (choices.below(3)) {
    case 0:
        list.replace(start, length, oddNumber(choices));
        return;
    case 1:
        list.insert(start, oddNumber(choices) + ' ');
        return;
    default:
        list.erase(start, length + 1);
    }
}

void editProperty(Element& element, Choices& choices) {
    if (element.properties.empty())
        return;
    auto property = element.properties.begin();
    std::advance(property, choices.below(element.properties.size()));
    switch (choices.below(8)) {
    case 0:
        element.properties.erase(property);
        return;
    case 1:
        property->second = choices.text();
        return;
    case 2:
    case 3:
        property->second = oddNumber(choices);
        return;
    default:
        editList(property->second, choices);
    }
}

void editChildren(Element& element, Choices& choices) {
    if (element.children.empty())
        return;
    const std::size_t place = choices.below(element.children.size());
    const auto child = element.children.begin() + static_cast<std::ptrdiff_t>(place);
    if (choices.below(2) == 0) {
        element.children.erase(child);
    } else {
        const Element copy = *child;
        element.children.insert(child, copy);
    }
}

Element& pickElement(Element& root, Choices& choices) {
    Element* element = &root;
    for (std::size_t k; (k = choices.below(element->children.size() + 1)) < element->children.size();)
        element = &element->children[k];
    return *element;
}

} // namespace

std::string editXml(const SerializationNode& original, const std::string& input) {
    Element root(original);
    Choices choices(input);
    for (int edit = 0; edit < mostEdits && choices.areLeft(); ++edit) {
        Element& element = pickElement(root, choices);
        if (choices.below(8) == 7)
            editChildren(element, choices);
        else
            editProperty(element, choices);
    }
    std::string xml;
    write(root, xml);
    return xml;
}

} // namespace OpenMMOscillators
