#include "Hdf5Mutation.h"

#include <H5Cpp.h>
#include <cmath>
#include <limits>
#include <vector>

namespace OpenMMOscillators {

namespace {

using Shape = std::vector<hsize_t>;

herr_t collectObject(hid_t /*file*/, const char* name, const H5O_info_t* /*info*/, void* names) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

herr_t collectAttribute(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/, void* names) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

double oddNumber(Random& random) {
    static const std::vector<double> numbers = {0.0,      -1.0,         0.5,  1e300, -1e300, std::nan(""),
                                                HUGE_VAL, 2147483647.0, -7.0, 3.0,   1e-9,   1e9};
    return random.pick(numbers);
}

Shape oddShape(Random& random) {
    static const std::vector<Shape> shapes = {{}, {0}, {1}, {2}, {3, 2}, {2, 3, 3}, {0, 4}, {1, 1, 1, 1}, {7, 0}};
    return random.pick(shapes);
}

H5::DataType oddType(Random& random) {
    static const std::vector<H5::DataType> types = {
        H5::PredType::NATIVE_DOUBLE, H5::PredType::NATIVE_FLOAT, H5::PredType::NATIVE_INT, H5::PredType::NATIVE_LLONG,
        H5::PredType::NATIVE_CHAR,   H5::PredType::STD_U64BE,    H5::StrType(0, 5),        H5::PredType::STD_REF_OBJ};
    return random.pick(types);
}

H5::DataSpace spaceOf(const Shape& shape) {
    return H5::DataSpace(static_cast<int>(shape.size()), shape.data());
}

/** Extents of up to 2^40 in a few chunks that are not there. */
H5::DataSet createHuge(H5::H5File& file, const std::string& name, Random& random) {
    Shape shape(1 + random.below(3), hsize_t(1) << (8 + random.below(33)));
    H5::DSetCreatPropList properties;
    const Shape chunk(shape.size(), 16);
    properties.setChunk(static_cast<int>(chunk.size()), chunk.data());
    return file.createDataSet(name, oddType(random), spaceOf(shape), properties);
}

void writeOddNumber(H5::DataSet& dataset, Random& random) {
    const hssize_t count = dataset.getSpace().getSimpleExtentNpoints();
    if (count <= 0 || count > 1000000 || dataset.getTypeClass() > H5T_FLOAT)
        return;
    std::vector<double> values(static_cast<std::size_t>(count));
    dataset.read(values.data(), H5::PredType::NATIVE_DOUBLE);
    random.pick(values) = oddNumber(random);
    dataset.write(values.data(), H5::PredType::NATIVE_DOUBLE);
}

void mutateAttribute(H5::H5File& file, const std::string& object, Random& random) {
    std::vector<std::string> names;
    const hid_t id = H5Oopen(file.getId(), object.c_str(), H5P_DEFAULT);
    H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collectAttribute, &names);
    if (!names.empty()) {
        const std::string name = random.pick(names);
        H5Adelete(id, name.c_str());
        const Shape shape = oddShape(random);
        const H5::DataType type = oddType(random);
        const H5::DataSpace space = spaceOf(shape);
        if (random.below(4) > 0) {
            const hid_t attribute = H5Acreate2(id, name.c_str(), type.getId(), space.getId(), H5P_DEFAULT, H5P_DEFAULT);
            const std::vector<double> values(64, oddNumber(random));
            if (type.getClass() <= H5T_FLOAT)
                H5Awrite(attribute, H5T_NATIVE_DOUBLE, values.data());
            H5Aclose(attribute);
        }
    }
    H5Oclose(id);
}

void mutateObject(H5::H5File& file, const std::string& object, const std::vector<std::string>& objects,
                  Random& random) {
    switch (random.below(7)) {
    case 0:
        file.unlink(object);
        break;
    case 1:
        file.unlink(object);
        createHuge(file, object, random);
        break;
    case 2: {
        file.unlink(object);
        const Shape shape = oddShape(random);
        file.createDataSet(object, oddType(random), spaceOf(shape));
        break;
    }
    case 3:
        file.unlink(object);
        file.createGroup(object);
        break;
    case 4: { // something else under this name, perhaps a group within itself
        const std::string other = random.pick(objects);
        file.unlink(object);
        file.link(random.below(2) == 0 ? H5L_TYPE_HARD : H5L_TYPE_SOFT, other, object);
        break;
    }
    default:
        if (file.childObjType(object) == H5O_TYPE_DATASET) {
            H5::DataSet dataset = file.openDataSet(object);
            writeOddNumber(dataset, random);
        }
    }
}

} // namespace

void mutateHdf5(const std::string& path, Random& random) {
    H5::Exception::dontPrint();
    H5::H5File file(path, H5F_ACC_RDWR);
    for (std::size_t changes = 1 + random.below(3); changes > 0; --changes) {
        std::vector<std::string> objects;
        H5Ovisit(file.getId(), H5_INDEX_NAME, H5_ITER_NATIVE, collectObject, &objects);
        if (objects.size() < 2)
            return;
        try {
            const std::string& object = objects[1 + random.below(objects.size() - 1)]; // the first is the root
            if (random.below(2) == 0)
                mutateAttribute(file, random.below(4) == 0 ? "/" : object, random);
            else
                mutateObject(file, object, objects, random);
        } catch (const H5::Exception&) {
            continue; // HDF5 itself refuses some of this
        }
    }
}

} // namespace OpenMMOscillators
