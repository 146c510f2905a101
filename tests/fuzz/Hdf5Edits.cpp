#include "Hdf5Edits.h"

#include "Choices.h"
#include "Hdf5AttributeEdits.h"
#include "Hdf5Oddities.h"
#include <H5Cpp.h>
#include <vector>

namespace OpenMMOscillators {

namespace {

constexpr int mostEdits = 24;
constexpr hssize_t mostNumbers = 100000; // in a dataset that is written

herr_t collectObject(hid_t /*file*/, const char* name, const H5O_info_t* /*info*/, void* names) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

/** Paths of all objects; the first is the root, ".". */
std::vector<std::string> listObjects(const H5::H5File& file) {
    std::vector<std::string> names;
    H5Ovisit(file.getId(), H5_INDEX_NAME, H5_ITER_NATIVE, collectObject, &names);
    return names;
}

bool isDataSet(const H5::H5File& file, const std::string& object) {
    return file.childObjType(object) == H5O_TYPE_DATASET;
}

/** The numbers of a small dataset; none if it holds something else. */
std::vector<double> readNumbers(const H5::DataSet& dataset) {
    const hssize_t count = dataset.getSpace().getSimpleExtentNpoints();
    if (count <= 0 || count > mostNumbers || dataset.getTypeClass() > H5T_FLOAT)
        return {};
    std::vector<double> values(static_cast<std::size_t>(count));
    dataset.read(values.data(), H5::PredType::NATIVE_DOUBLE);
    return values;
}

Hdf5Extents shapeOf(const H5::DataSet& dataset) {
    const H5::DataSpace space = dataset.getSpace();
    Hdf5Extents shape(static_cast<std::size_t>(space.getSimpleExtentNdims()));
    if (!shape.empty())
        space.getSimpleExtentDims(shape.data());
    return shape;
}

void replaceDataSet(H5::H5File& file, const std::string& name, const H5::DataType& type, const Hdf5Extents& shape,
                    std::vector<double> values) {
    const H5::DataSpace space = spaceOf(shape);
    if (space.getSimpleExtentNpoints() > mostNumbers)
        return;
    file.unlink(name);
    H5::DataSet created = file.createDataSet(name, type, space);
    values.resize(static_cast<std::size_t>(space.getSimpleExtentNpoints()));
    if (type.getClass() <= H5T_FLOAT && !values.empty())
        created.write(values.data(), H5::PredType::NATIVE_DOUBLE);
}

/** Extents of up to 2^40, in chunks that are not there. */
void replaceByHuge(H5::H5File& file, const std::string& name, Choices& choices) {
    const Hdf5Extents shape(1 + choices.below(3), hsize_t(1) << (8 + choices.below(33)));
    const Hdf5Extents chunk(shape.size(), 16);
    H5::DSetCreatPropList properties;
    properties.setChunk(static_cast<int>(chunk.size()), chunk.data());
    file.unlink(name);
    file.createDataSet(name, oddType(choices), spaceOf(shape), properties);
}

/** Numbers that are in another file, which does not end. */
void replaceByExternal(H5::H5File& file, const std::string& name, Choices& choices) {
    const Hdf5Extents shape = oddShape(choices);
    H5::DSetCreatPropList properties;
    H5Pset_external(properties.getId(), "/dev/zero", 0, H5F_UNLIMITED);
    file.unlink(name);
    file.createDataSet(name, oddType(choices), spaceOf(shape), properties);
}

void changeNumber(const H5::DataSet& dataset, Choices& choices) {
    std::vector<double> values = readNumbers(dataset);
    if (values.empty())
        return;
    const std::size_t place = choices.below(values.size());
    values[place] = oddNumber(choices);
    dataset.write(values.data(), H5::PredType::NATIVE_DOUBLE);
}

void changeExtent(H5::H5File& file, const std::string& name, Choices& choices) {
    const H5::DataSet dataset = file.openDataSet(name);
    Hdf5Extents shape = shapeOf(dataset);
    if (shape.empty())
        return;
    hsize_t& extent = shape[choices.below(shape.size())];
    extent = choices.below(2) == 0 ? extent + 1 + choices.below(3) : extent - (extent > 0);
    replaceDataSet(file, name, dataset.getDataType(), shape, readNumbers(dataset));
}

void changeType(H5::H5File& file, const std::string& name, Choices& choices) {
    const H5::DataSet dataset = file.openDataSet(name);
    replaceDataSet(file, name, oddType(choices), shapeOf(dataset), readNumbers(dataset));
}

void changeText(const H5::DataSet& dataset, Choices& choices) {
    const std::string text = choices.text();
    if (dataset.getTypeClass() == H5T_STRING && dataset.getSpace().getSimpleExtentNpoints() == 1 &&
        dataset.getStrType().isVariableStr())
        dataset.write(text, dataset.getStrType());
}

void editDataSet(H5::H5File& file, const std::string& name, Choices& choices) {
    switch (choices.below(7)) {
    case 0:
        return changeExtent(file, name, choices);
    case 1:
        return changeType(file, name, choices);
    case 2:
        return changeText(file.openDataSet(name), choices);
    case 3:
        return replaceByHuge(file, name, choices);
    case 4:
        return replaceByExternal(file, name, choices);
    default:
        changeNumber(file.openDataSet(name), choices);
    }
}

/** Something else under this name, perhaps a group within itself, or a file that is not there. */
void replaceByLink(H5::H5File& file, const std::string& name, const std::vector<std::string>& objects,
                   Choices& choices) {
    const std::string& other = choices.pick(objects);
    const std::size_t kind = choices.below(3);
    if (kind == 0) {
        file.link(H5L_TYPE_HARD, other, "/kept");
        file.unlink(name);
        file.move("/kept", name);
        return;
    }
    file.unlink(name);
    if (kind == 1)
        file.link(H5L_TYPE_SOFT, other, name);
    else
        H5Lcreate_external("/dev/zero", "/", file.getId(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
}

void editObject(H5::H5File& file, Choices& choices) {
    const std::vector<std::string> objects = listObjects(file);
    const std::string& object = choices.pick(objects);
    const std::size_t kind = choices.below(16);
    if (kind < 7 || object == ".")
        return editAttribute(file, object, choices);
    if (kind < 13 && isDataSet(file, object))
        return editDataSet(file, object, choices);
    if (kind == 13)
        return replaceByLink(file, object, objects, choices);
    if (kind == 14) {
        const Hdf5Extents shape = oddShape(choices);
        return replaceDataSet(file, object, oddType(choices), shape, {oddNumber(choices)});
    }
    file.unlink(object);
    if (choices.below(2) == 0)
        file.createGroup(object);
}

H5::H5File openImage(const std::string& bytes) {
    H5::FileAccPropList properties;
    H5Pset_fapl_core(properties.getId(), 1 << 16, false);
    H5Pset_file_image(properties.getId(), const_cast<char*>(bytes.data()), bytes.size()); // which it copies
    return H5::H5File("edited", H5F_ACC_RDWR, H5::FileCreatPropList::DEFAULT, properties);
}

std::string imageOf(H5::H5File& file) {
    file.flush(H5F_SCOPE_GLOBAL);
    std::string bytes(static_cast<std::size_t>(H5Fget_file_image(file.getId(), nullptr, 0)), '\0');
    H5Fget_file_image(file.getId(), bytes.data(), bytes.size());
    return bytes;
}

} // namespace

std::string editHdf5(const std::string& original, const std::string& input) {
    H5::Exception::dontPrint();
    H5::H5File file = openImage(original);
    Choices choices(input);
    for (int edit = 0; edit < mostEdits && choices.areLeft(); ++edit) {
        try {
            editObject(file, choices);
        } catch (const H5::Exception&) {
            continue; // HDF5 itself refuses some of this
        }
    }
    return imageOf(file);
}

} // namespace OpenMMOscillators
