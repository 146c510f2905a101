#include "openmmoscillators/recording/Hdf5File.h"

#include "openmmoscillators/recording/JournalledDriver.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <type_traits>
#include <utility>

namespace OpenMMOscillators {

namespace {

std::recursive_mutex& hdf5Mutex() {
    static std::recursive_mutex mutex;
    return mutex;
}

herr_t keepInnermost(unsigned level, const H5E_error2_t* error, void* data) {
    if (level == 0 && error->desc)
        *static_cast<std::string*>(data) = error->desc;
    return 0;
}

/** HDF5 calls this wherever it would print its error stack. The first failure is the cause of those that follow. */
herr_t keepReason(hid_t stack, void* data) {
    auto& reason = *static_cast<std::string*>(data);
    if (reason.empty())
        H5Ewalk2(stack, H5E_WALK_UPWARD, keepInnermost, &reason);
    return 0;
}

/** Deflate cannot pack more than about this many bytes into one. */
constexpr double maximumCompression = 1100.0;

/** Of files that are written, as they are on the disk: several times what appending to a dozen series touches. */
constexpr std::size_t metadataCacheBytes = std::size_t(256) << 10;

template <typename T>
constexpr H5T_class_t typeClass() {
    return std::is_floating_point<T>::value ? H5T_FLOAT : H5T_INTEGER;
}

/** Integers may stand where floating point is expected (a laboratory's file may count time in whole ps). */
template <typename T>
void checkClass(H5T_class_t found, const std::string& path, const std::string& object) {
    const bool suits = found == typeClass<T>() || (found == H5T_INTEGER && std::is_floating_point<T>::value);
    if (!suits)
        throw RecordingError(path, object,
                             std::string("expected ") +
                                 (std::is_floating_point<T>::value ? "floating-point numbers" : "integers") +
                                 ", found another type");
}

H5::StrType textType() {
    H5::StrType type(H5::PredType::C_S1, H5T_VARIABLE);
    type.setCset(H5T_CSET_UTF8);
    return type;
}

/**
 * An index of chunks takes seven times as much memory as in the file, and HDF5 lets go only of what exceeds its cache.
 * So that is small, and of one size: the memory of a recording does not grow with its length.
 */
void limitMetadataCache(const H5::FileAccPropList& properties) {
    H5AC_cache_config_t cache;
    cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
    H5Pget_mdc_config(properties.getId(), &cache);
    cache.initial_size = cache.min_size = cache.max_size = metadataCacheBytes;
    cache.incr_mode = H5C_incr__off;
    cache.flash_incr_mode = H5C_flash_incr__off;
    cache.decr_mode = H5C_decr__off;
    H5Pset_mdc_config(properties.getId(), &cache);
}

/**
 * One text, of fixed or of variable length. HDF5's own function for it does not survive one of variable length that was
 * never written.
 * @param read  has HDF5 read values of this type to an address
 */
template <typename Read>
std::string readString(const H5::StrType& type, const Read& read) {
    if (!type.isVariableStr()) {
        std::string text(type.getSize(), '\0');
        read(type, text.data());
        return text.substr(0, text.find('\0')); // without the padding
    }
    char* text = nullptr; // HDF5's
    read(type, &text);
    if (text == nullptr)
        return "";
    std::string result = text;
    H5free_memory(text);
    return result;
}

H5::FileAccPropList accessProperties(const std::shared_ptr<WriteState>& state) {
    // Others may read a file that is being written, as it was at its last flush: so it is not locked, and what leaves
    // the cache before a flush waits in the journal's driver.
    H5::FileAccPropList properties;
    H5Pset_file_locking(properties.getId(), false, true);
    if (state == nullptr)
        return properties;
    setJournalledDriver(properties, state);
    limitMetadataCache(properties);
    return properties;
}

unsigned accessFlags(Hdf5File::Access access) {
    switch (access) {
    case Hdf5File::Access::Read:
        return H5F_ACC_RDONLY;
    case Hdf5File::Access::Modify:
        return H5F_ACC_RDWR;
    default:
        return H5F_ACC_TRUNC;
    }
}

} // namespace

Hdf5Session::Hdf5Session() : lock(hdf5Mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &previousHandler, &previousData);
    H5Eset_auto2(H5E_DEFAULT, keepReason, &reason);
}

Hdf5Session::~Hdf5Session() {
    H5Eset_auto2(H5E_DEFAULT, previousHandler, previousData);
}

std::string Hdf5Session::getReason() const {
    if (reason.empty())
        return "HDF5 failed without a reason";
    // Where the operating system refused, its own words say it best.
    const std::string marker = "error message = '";
    const std::size_t start = reason.find(marker);
    if (start != std::string::npos) {
        const std::size_t first = start + marker.size();
        return reason.substr(first, reason.find('\'', first) - first);
    }
    std::string line = reason;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

template <>
const H5::PredType& hdf5Type<float>() {
    return H5::PredType::NATIVE_FLOAT;
}
template <>
const H5::PredType& hdf5Type<double>() {
    return H5::PredType::NATIVE_DOUBLE;
}
template <>
const H5::PredType& hdf5Type<int>() {
    return H5::PredType::NATIVE_INT;
}
template <>
const H5::PredType& hdf5Type<long long>() {
    return H5::PredType::NATIVE_LLONG;
}

std::string describeShape(const Hdf5Shape& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

Hdf5File::Hdf5File(std::string filePath, Access access, FlushJournal* const* journal) : path(std::move(filePath)) {
    static FlushJournal* const none = nullptr;
    if (access != Access::Create)
        checkReadable();
    if (access != Access::Read)
        state = std::make_shared<WriteState>(WriteState{journal != nullptr ? journal : &none});
    file = callHdf5(path, "", [&] {
        return H5::H5File(path, accessFlags(access), H5::FileCreatPropList::DEFAULT, accessProperties(state));
    });
}

void Hdf5File::checkReadable() const {
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || stream.peek() == std::ifstream::traits_type::eof())
        throw RecordingError(path, "", errno ? std::strerror(errno) : "the file is empty");
    if (!callHdf5(path, "", [&] { return H5::H5File::isHdf5(path); }))
        throw RecordingError(path, "", "this is not an HDF5 file");
}

Hdf5File::~Hdf5File() {
    const Hdf5Session session;
    try {
        file.close();
    } catch (const H5::Exception&) {
        // Who must know that everything was written calls close().
    }
}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept : path(std::move(other.path)) {
    std::swap(state, other.state);
    std::swap(file, other.file);
}

Hdf5File& Hdf5File::operator=(Hdf5File&& other) noexcept {
    std::swap(path, other.path);
    std::swap(state, other.state);
    std::swap(file, other.file);
    return *this;
}

void checkWritten(const std::shared_ptr<WriteState>& state, const std::string& path, const std::string& object) {
    if (state != nullptr && state->error != 0)
        throw RecordingError(path, object, std::strerror(state->error));
}

void Hdf5File::flush() {
    callHdf5(path, "", [&] { file.flush(H5F_SCOPE_LOCAL); });
    checkWritten(state, path, "");
}

void Hdf5File::close() {
    callHdf5(path, "", [&] { file.close(); });
    checkWritten(state, path, "");
}

hsize_t Hdf5File::getSize() const {
    return callHdf5(path, "", [&] { return file.getFileSize(); });
}

bool Hdf5File::has(const std::string& object) const {
    return callHdf5(path, object, [&] {
        // H5Lexists() asks for every group on the way to exist.
        for (std::size_t end = object.find('/', 1);; end = object.find('/', end + 1)) {
            if (!file.nameExists(object.substr(0, end)))
                return false;
            if (end == std::string::npos)
                return true;
            if (file.childObjType(object.substr(0, end)) != H5O_TYPE_GROUP)
                return false;
        }
    });
}

bool Hdf5File::isGroup(const std::string& object) const {
    return has(object) && callHdf5(path, object, [&] { return file.childObjType(object) == H5O_TYPE_GROUP; });
}

bool Hdf5File::hasAttribute(const std::string& object, const std::string& name) const {
    return callHdf5(path, object,
                    [&] { return H5Aexists_by_name(file.getId(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0; });
}

std::vector<std::string> Hdf5File::listMembers(const std::string& group) const {
    return callHdf5(path, group, [&] {
        const H5::Group handle = file.openGroup(group);
        std::vector<std::string> names;
        for (hsize_t i = 0; i < handle.getNumObjs(); ++i)
            names.push_back(handle.getObjnameByIdx(i));
        return names;
    });
}

void Hdf5File::createGroup(const std::string& group) {
    callHdf5(path, group, [&] { file.createGroup(group); });
}

void Hdf5File::link(const std::string& object, const std::string& newName) {
    callHdf5(path, newName, [&] { file.link(H5L_TYPE_HARD, object, newName); });
}

void Hdf5File::writeAttributeValues(const std::string& object, const std::string& name, const H5::DataType& type,
                                    const H5::DataSpace& space, const void* values) {
    callHdf5(path, object + "@" + name, [&] {
        const hid_t id = H5Acreate_by_name(file.getId(), object.c_str(), name.c_str(), type.getId(), space.getId(),
                                           H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (id < 0)
            throw H5::AttributeIException();
        H5::Attribute attribute(id);
        H5Idec_ref(id); // the constructor counted its own reference
        attribute.write(type, values);
    });
}

void Hdf5File::writeTextAttribute(const std::string& object, const std::string& name, const std::string& value) {
    const char* text = value.c_str();
    callHdf5(path, object, [&] { writeAttributeValues(object, name, textType(), H5::DataSpace(), &text); });
}

void Hdf5File::writeTextAttribute(const std::string& object, const std::string& name,
                                  const std::vector<std::string>& values) {
    std::vector<const char*> texts;
    for (const std::string& value : values)
        texts.push_back(value.c_str());
    const hsize_t size = values.size();
    callHdf5(path, object,
             [&] { writeAttributeValues(object, name, textType(), H5::DataSpace(1, &size), texts.data()); });
}

template <typename T>
void Hdf5File::writeAttribute(const std::string& object, const std::string& name, T value) {
    callHdf5(path, object, [&] { writeAttributeValues(object, name, hdf5Type<T>(), H5::DataSpace(), &value); });
}

template <typename T>
void Hdf5File::writeAttribute(const std::string& object, const std::string& name, const std::vector<T>& values) {
    const hsize_t size = values.size();
    callHdf5(path, object,
             [&] { writeAttributeValues(object, name, hdf5Type<T>(), H5::DataSpace(1, &size), values.data()); });
}

H5::Attribute Hdf5File::openAttribute(const std::string& object, const std::string& name) const {
    if (!has(object))
        throw RecordingError(path, object, "there is no such object");
    if (!hasAttribute(object, name))
        throw RecordingError(path, object, "there is no attribute '" + name + "'");
    return file.childObjType(object) == H5O_TYPE_GROUP ? file.openGroup(object).openAttribute(name)
                                                       : file.openDataSet(object).openAttribute(name);
}

std::string Hdf5File::readTextAttribute(const std::string& object, const std::string& name) const {
    return callHdf5(path, object, [&] {
        const H5::Attribute attribute = openAttribute(object, name);
        if (attribute.getTypeClass() != H5T_STRING || attribute.getSpace().getSimpleExtentNpoints() != 1)
            throw RecordingError(path, object, "attribute '" + name + "' is expected to be one string");
        return readString(attribute.getStrType(),
                          [&](const H5::StrType& type, void* text) { attribute.read(type, text); });
    });
}

template <typename T>
std::vector<T> Hdf5File::readAttributes(const std::string& object, const std::string& name) const {
    return callHdf5(path, object, [&] {
        const H5::Attribute attribute = openAttribute(object, name);
        checkClass<T>(attribute.getTypeClass(), path, object + "@" + name);
        std::vector<T> values(attribute.getSpace().getSimpleExtentNpoints());
        attribute.read(hdf5Type<T>(), values.data());
        return values;
    });
}

template <typename T>
T Hdf5File::readAttribute(const std::string& object, const std::string& name) const {
    const std::vector<T> values = readAttributes<T>(object, name);
    if (values.size() != 1)
        throw RecordingError(path, object,
                             "attribute '" + name + "' has " + std::to_string(values.size()) + " values, expected one");
    return values.front();
}

template <typename T>
void Hdf5File::write(const std::string& dataset, const Hdf5Shape& shape, const std::vector<T>& values) {
    callHdf5(path, dataset, [&] {
        const H5::DataSpace space(static_cast<int>(shape.size()), shape.data());
        H5::DataSet created = file.createDataSet(dataset, hdf5Type<T>(), space);
        created.write(values.data(), hdf5Type<T>());
        created.close(); // may write what has waited; the destructor would not tell of a failure
    });
}

void Hdf5File::writeText(const std::string& dataset, const std::string& text) {
    callHdf5(path, dataset, [&] {
        H5::DataSet created = file.createDataSet(dataset, textType(), H5::DataSpace());
        created.write(text, textType());
        created.close();
    });
}

H5::DataSet Hdf5File::openDataSet(const std::string& dataset) const {
    if (!has(dataset))
        throw RecordingError(path, dataset, "there is no such dataset");
    return callHdf5(path, dataset, [&] {
        if (file.childObjType(dataset) != H5O_TYPE_DATASET)
            throw RecordingError(path, dataset, "expected a dataset, found another kind of object");
        return file.openDataSet(dataset);
    });
}

Hdf5Shape Hdf5File::getShape(const std::string& dataset) const {
    return callHdf5(path, dataset, [&] {
        const H5::DataSpace space = openDataSet(dataset).getSpace();
        Hdf5Shape shape(space.getSimpleExtentNdims());
        if (!shape.empty())
            space.getSimpleExtentDims(shape.data());
        return shape;
    });
}

void Hdf5File::checkSize(const std::string& dataset) const {
    callHdf5(path, dataset, [&] {
        const Hdf5Shape shape = getShape(dataset);
        double bytes = static_cast<double>(openDataSet(dataset).getDataType().getSize());
        for (const hsize_t extent : shape)
            bytes *= static_cast<double>(extent);
        if (bytes > maximumCompression * static_cast<double>(getSize()))
            throw RecordingError(path, dataset,
                                 "shape " + describeShape(shape) + " needs more data than the file can hold");
    });
}

template <typename T>
std::vector<T> Hdf5File::read(const std::string& dataset, const Hdf5Shape& shape) const {
    return callHdf5(path, dataset, [&] {
        const H5::DataSet handle = openDataSet(dataset);
        checkClass<T>(handle.getTypeClass(), path, dataset);
        const Hdf5Shape found = getShape(dataset);
        const bool suits = std::equal(found.begin(), found.end(), shape.begin(), shape.end(),
                                      [](hsize_t is, hsize_t expected) { return expected == 0 || is == expected; });
        if (!suits)
            throw RecordingError(path, dataset,
                                 "has shape " + describeShape(found) + ", expected " + describeShape(shape) +
                                     (std::count(shape.begin(), shape.end(), 0) ? " (0: any)" : ""));
        checkSize(dataset);
        std::vector<T> values(handle.getSpace().getSimpleExtentNpoints());
        handle.read(values.data(), hdf5Type<T>());
        return values;
    });
}

std::string Hdf5File::readText(const std::string& dataset) const {
    return callHdf5(path, dataset, [&] {
        const H5::DataSet handle = openDataSet(dataset);
        if (handle.getTypeClass() != H5T_STRING || handle.getSpace().getSimpleExtentNpoints() != 1)
            throw RecordingError(path, dataset, "expected one string");
        checkSize(dataset);
        return readString(handle.getStrType(), [&](const H5::StrType& type, void* text) { handle.read(text, type); });
    });
}

std::string Hdf5File::getLibraryVersion() {
    const Hdf5Session session;
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

template void Hdf5File::writeAttribute(const std::string&, const std::string&, int);
template void Hdf5File::writeAttribute(const std::string&, const std::string&, long long);
template void Hdf5File::writeAttribute(const std::string&, const std::string&, double);
template void Hdf5File::writeAttribute(const std::string&, const std::string&, const std::vector<int>&);
template void Hdf5File::writeAttribute(const std::string&, const std::string&, const std::vector<double>&);
template int Hdf5File::readAttribute(const std::string&, const std::string&) const;
template long long Hdf5File::readAttribute(const std::string&, const std::string&) const;
template double Hdf5File::readAttribute(const std::string&, const std::string&) const;
template std::vector<int> Hdf5File::readAttributes(const std::string&, const std::string&) const;
template std::vector<double> Hdf5File::readAttributes(const std::string&, const std::string&) const;
template void Hdf5File::write(const std::string&, const Hdf5Shape&, const std::vector<int>&);
template void Hdf5File::write(const std::string&, const Hdf5Shape&, const std::vector<double>&);
template std::vector<int> Hdf5File::read(const std::string&, const Hdf5Shape&) const;
template std::vector<long long> Hdf5File::read(const std::string&, const Hdf5Shape&) const;
template std::vector<double> Hdf5File::read(const std::string&, const Hdf5Shape&) const;

} // namespace OpenMMOscillators
