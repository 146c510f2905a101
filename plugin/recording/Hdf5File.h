#pragma once

#include "openmmoscillators/recording/RecordingError.h"
#include <H5Cpp.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace OpenMMOscillators {

class FlushJournal;
struct WriteState;

/**
 * While it lives, HDF5 belongs to this thread (the library is not thread-safe), and failures are kept as text instead
 * of being printed. All calls of HDF5, also the destruction of its objects, happen under one of these.
 */
class Hdf5Session {
public:
    Hdf5Session();
    ~Hdf5Session();
    Hdf5Session(const Hdf5Session&) = delete;
    Hdf5Session& operator=(const Hdf5Session&) = delete;
    /** What the innermost function said when a call failed, in one line. */
    std::string getReason() const;

private:
    std::unique_lock<std::recursive_mutex> lock;
    H5E_auto2_t previousHandler = nullptr;
    void* previousData = nullptr;
    std::string reason;
};

/** Runs calls of HDF5; a failure becomes a RecordingError that names file and object. */
template <typename Calls>
auto callHdf5(const std::string& path, const std::string& object, Calls&& calls) {
    const Hdf5Session session;
    try {
        return calls();
    } catch (const H5::Exception&) {
        throw RecordingError(path, object, session.getReason());
    }
}

/** The memory type of float, double, int, long long. */
template <typename T>
const H5::PredType& hdf5Type();

using Hdf5Shape = std::vector<hsize_t>;

/** "[3, 100]" */
std::string describeShape(const Hdf5Shape& shape);

/**
 * An HDF5 file whose groups, datasets and attributes are named by their absolute paths. Everything that fails throws a
 * RecordingError naming the file and that path. Nothing outside this file, Hdf5Series and their implementations calls
 * HDF5.
 */
class Hdf5File {
public:
    enum class Access {
        Read,
        /** Read and write an existing file. */
        Modify,
        /** Make a new file; an existing one of that name is emptied. */
        Create
    };
    /** @param journal  for a file to be written to: see WriteState; nullptr to write directly */
    Hdf5File(std::string filePath, Access access, FlushJournal* const* journal = nullptr);
    ~Hdf5File();
    Hdf5File(Hdf5File&&) noexcept;
    Hdf5File& operator=(Hdf5File&&) noexcept;

    const std::string& getPath() const { return path; }
    /** The name used in messages, if the file is to be known by another name than it was opened with. */
    void setPath(const std::string& newPath) { path = newPath; }
    void flush();
    /** Write everything and close; unlike the destructor, says if that fails. */
    void close();
    /** Size of the file in bytes, including what is allocated but not yet written. */
    hsize_t getSize() const;

    bool has(const std::string& object) const;
    bool hasAttribute(const std::string& object, const std::string& name) const;
    bool isGroup(const std::string& object) const;
    /** Names of the members of a group, in alphabetical order. */
    std::vector<std::string> listMembers(const std::string& group) const;

    void createGroup(const std::string& group);
    /** A second name (hard link) for an object. */
    void link(const std::string& object, const std::string& newName);

    void writeTextAttribute(const std::string& object, const std::string& name, const std::string& value);
    void writeTextAttribute(const std::string& object, const std::string& name, const std::vector<std::string>& values);
    /** T is int, long long or double. */
    template <typename T>
    void writeAttribute(const std::string& object, const std::string& name, T value);
    template <typename T>
    void writeAttribute(const std::string& object, const std::string& name, const std::vector<T>& values);
    std::string readTextAttribute(const std::string& object, const std::string& name) const;
    /** A scalar, or the single entry of an array. */
    template <typename T>
    T readAttribute(const std::string& object, const std::string& name) const;
    template <typename T>
    std::vector<T> readAttributes(const std::string& object, const std::string& name) const;

    /** A dataset of fixed shape; T is int or double. */
    template <typename T>
    void write(const std::string& dataset, const Hdf5Shape& shape, const std::vector<T>& values);
    void writeText(const std::string& dataset, const std::string& text);
    Hdf5Shape getShape(const std::string& dataset) const;
    /**
     * A whole dataset.
     * @param shape  what is expected; 0 stands for any extent
     * @throws RecordingError also if the file is too small to hold that many values (checked before memory is taken),
     * or the values are of another class (integer, floating point) than T
     */
    template <typename T>
    std::vector<T> read(const std::string& dataset, const Hdf5Shape& shape) const;
    std::string readText(const std::string& dataset) const;

    /** @throws RecordingError if the file is too small to hold all the numbers of a dataset */
    void checkSize(const std::string& dataset) const;
    H5::DataSet openDataSet(const std::string& dataset) const;
    const H5::H5File& getHandle() const { return file; }
    /** Of a file that is written; else nullptr. */
    const std::shared_ptr<WriteState>& getWriteState() const { return state; }

    /** Version of the HDF5 library, for example "1.10.8". */
    static std::string getLibraryVersion();

private:
    void checkReadable() const;
    H5::Attribute openAttribute(const std::string& object, const std::string& name) const;
    void writeAttributeValues(const std::string& object, const std::string& name, const H5::DataType& type,
                              const H5::DataSpace& space, const void* values);

    std::string path;
    std::shared_ptr<WriteState> state;
    H5::H5File file;
};

/** @throws RecordingError if something could not be written. HDF5 does not tell, see setJournalledDriver() */
void checkWritten(const std::shared_ptr<WriteState>& state, const std::string& path, const std::string& object);

} // namespace OpenMMOscillators
