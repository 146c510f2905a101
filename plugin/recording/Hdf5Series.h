#pragma once

#include "openmmoscillators/recording/Hdf5File.h"
#include <cstddef>
#include <string>

namespace OpenMMOscillators {

/** How the frames of a series lie in the file. */
struct Hdf5SeriesLayout {
    enum class Number { Float32, Float64, Int64 };
    Number number;
    /** Extents of one frame; empty for a scalar. */
    Hdf5Shape frame;
    /** Extents of a chunk: frames, then one for each extent of a frame. */
    Hdf5Shape chunk;
    /** Deflate level 0 (none) to 9; with shuffle. */
    int compression;
};

/** A dataset whose first extent counts frames. */
class Hdf5Series {
public:
    /** Make a series without frames. */
    Hdf5Series(Hdf5File& file, const std::string& name, const Hdf5SeriesLayout& layout);
    /**
     * Open one of any number of frames.
     * @throws RecordingError unless it holds numbers, has at least one extent, and fits into the file
     */
    Hdf5Series(const Hdf5File& file, const std::string& name);
    ~Hdf5Series();
    Hdf5Series(Hdf5Series&&) noexcept;
    Hdf5Series& operator=(Hdf5Series&&) = delete;

    const std::string& getName() const { return name; }
    hsize_t getNumFrames() const { return shape.front(); }
    /** Extents with the number of frames first. */
    const Hdf5Shape& getShape() const { return shape; }
    bool holdsIntegers() const;
    /** Size of one number in the file, in bytes. */
    std::size_t getNumberSize() const;

    /** Grow or shrink to a number of frames. */
    void setNumFrames(hsize_t frames);
    /** Append a frame; T is float, double or long long. */
    template <typename T>
    void append(const T* values);
    /** Read a block: start and count have an entry for every extent. T is float or double. */
    template <typename T>
    void read(const Hdf5Shape& start, const Hdf5Shape& count, T* values) const;

private:
    std::string path;
    std::string name;
    std::shared_ptr<WriteState> state;
    H5::DataSet dataset;
    Hdf5Shape shape;
};

} // namespace OpenMMOscillators
