#include "Hdf5AttributeEdits.h"

#include "Hdf5Oddities.h"
#include <vector>

namespace OpenMMOscillators {

namespace {

herr_t collectAttribute(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/, void* names) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

std::vector<std::string> listAttributes(const H5::H5Object& object) {
    std::vector<std::string> names;
    H5Aiterate2(object.getId(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collectAttribute, &names);
    return names;
}

H5::Attribute replace(H5::H5Object& object, const std::string& name, const H5::DataType& type,
                      const Hdf5Extents& shape) {
    object.removeAttr(name);
    return object.createAttribute(name, type, spaceOf(shape));
}

void writeNumbers(const H5::Attribute& attribute, double value) {
    const auto count = static_cast<std::size_t>(attribute.getSpace().getSimpleExtentNpoints());
    const std::vector<double> values(count, value);
    if (attribute.getTypeClass() <= H5T_FLOAT)
        attribute.write(H5::PredType::NATIVE_DOUBLE, values.data());
}

void replaceByText(H5::H5Object& object, const std::string& name, Choices& choices) {
    const std::string text = choices.text();
    const H5::StrType type(0, choices.below(2) == 0 ? H5T_VARIABLE : text.size() + 1);
    replace(object, name, type, {}).write(type, text);
}

void edit(H5::H5Object& object, Choices& choices) {
    const std::vector<std::string> names = listAttributes(object);
    if (names.empty())
        return;
    const std::string& name = choices.pick(names);
    switch (choices.below(5)) {
    case 0:
        return object.removeAttr(name);
    case 1: { // perhaps a text of variable length that was never written
        const H5::DataType type = oddType(choices);
        const Hdf5Extents shape = oddShape(choices);
        return writeNumbers(replace(object, name, type, shape), oddNumber(choices));
    }
    case 2:
        return replaceByText(object, name, choices);
    default:
        writeNumbers(object.openAttribute(name), oddNumber(choices));
    }
}

} // namespace

void editAttribute(H5::H5File& file, const std::string& object, Choices& choices) {
    if (file.childObjType(object) == H5O_TYPE_DATASET) {
        H5::DataSet dataset = file.openDataSet(object);
        edit(dataset, choices);
    } else {
        H5::Group group = file.openGroup(object);
        edit(group, choices);
    }
}

} // namespace OpenMMOscillators
