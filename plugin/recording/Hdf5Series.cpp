#include "openmmoscillators/recording/Hdf5Series.h"

#include <utility>

namespace OpenMMOscillators {

namespace {

/** Number of slots of a chunk cache: a prime well above the number of chunks it holds, as HDF5 advises. */
constexpr std::size_t cacheSlots = 1021;
/** What a reader keeps of a series, so that neighbouring slices of replicas share the chunks between them. */
constexpr std::size_t readCacheBytes = std::size_t(8) << 20;
constexpr double evictWritten = 1.0;

const H5::PredType& fileType(Hdf5SeriesLayout::Number number) {
    switch (number) {
    case Hdf5SeriesLayout::Number::Float32:
        return H5::PredType::IEEE_F32LE;
    case Hdf5SeriesLayout::Number::Float64:
        return H5::PredType::IEEE_F64LE;
    default:
        return H5::PredType::STD_I64LE;
    }
}

Hdf5Shape withFrames(hsize_t frames, const Hdf5Shape& frame) {
    Hdf5Shape shape = {frames};
    shape.insert(shape.end(), frame.begin(), frame.end());
    return shape;
}

H5::DSetCreatPropList creationProperties(const Hdf5SeriesLayout& layout) {
    H5::DSetCreatPropList properties;
    properties.setChunk(static_cast<int>(layout.chunk.size()), layout.chunk.data());
    properties.setFillTime(H5D_FILL_TIME_NEVER); // every number is written
    if (layout.compression > 0) {
        properties.setShuffle();
        properties.setDeflate(static_cast<unsigned>(layout.compression));
    }
    return properties;
}

H5::DSetAccPropList accessProperties(std::size_t cacheBytes) {
    H5::DSetAccPropList properties;
    properties.setChunkCache(cacheSlots, cacheBytes, evictWritten);
    return properties;
}

/**
 * A chunk of one frame is complete when it is written and goes straight to the file; chunks of several frames wait
 * until they are full.
 */
std::size_t writeCacheBytes(const Hdf5SeriesLayout& layout) {
    if (layout.chunk.front() == 1)
        return 0;
    hsize_t bytes = fileType(layout.number).getSize() * layout.chunk.front();
    for (std::size_t i = 0; i < layout.frame.size(); ++i)
        bytes *= (layout.frame[i] + layout.chunk[i + 1] - 1) / layout.chunk[i + 1] * layout.chunk[i + 1];
    return bytes;
}

} // namespace

Hdf5Series::Hdf5Series(Hdf5File& file, const std::string& seriesName, const Hdf5SeriesLayout& layout)
    : path(file.getPath()), name(seriesName), state(file.getWriteState()), shape(withFrames(0, layout.frame)) {
    dataset = callHdf5(path, name, [&] {
        const Hdf5Shape maximum = withFrames(H5S_UNLIMITED, layout.frame);
        const H5::DataSpace space(static_cast<int>(shape.size()), shape.data(), maximum.data());
        return file.getHandle().createDataSet(name, fileType(layout.number), space, creationProperties(layout),
                                              accessProperties(writeCacheBytes(layout)));
    });
}

Hdf5Series::Hdf5Series(const Hdf5File& file, const std::string& seriesName)
    : path(file.getPath()), name(seriesName), shape(file.getShape(seriesName)) {
    if (shape.empty())
        throw RecordingError(path, name, "is a single number, expected one or more for each frame");
    file.checkSize(name);
    dataset = callHdf5(path, name, [&] {
        const H5T_class_t found = file.openDataSet(name).getTypeClass();
        if (found != H5T_FLOAT && found != H5T_INTEGER)
            throw RecordingError(path, name, "expected numbers, found another type");
        return file.getHandle().openDataSet(name, accessProperties(readCacheBytes));
    });
}

Hdf5Series::~Hdf5Series() {
    const Hdf5Session session;
    try {
        dataset.close();
    } catch (const H5::Exception&) {
        // Whoever writes flushes the file before, which says if something cannot be written.
    }
}

Hdf5Series::Hdf5Series(Hdf5Series&& other) noexcept
    : path(std::move(other.path)), name(std::move(other.name)), state(std::move(other.state)),
      shape(std::move(other.shape)) {
    const Hdf5Session session;
    std::swap(dataset, other.dataset);
}

bool Hdf5Series::holdsIntegers() const {
    return callHdf5(path, name, [&] { return dataset.getTypeClass() == H5T_INTEGER; });
}

std::size_t Hdf5Series::getNumberSize() const {
    return callHdf5(path, name, [&] { return dataset.getDataType().getSize(); });
}

void Hdf5Series::setNumFrames(hsize_t frames) {
    Hdf5Shape newShape = shape;
    newShape.front() = frames;
    callHdf5(path, name, [&] { dataset.extend(newShape.data()); });
    shape = newShape;
}

template <typename T>
void Hdf5Series::append(const T* values) {
    const hsize_t frame = getNumFrames();
    setNumFrames(frame + 1);
    callHdf5(path, name, [&] {
        Hdf5Shape start(shape.size(), 0);
        Hdf5Shape count = shape;
        start.front() = frame;
        count.front() = 1;
        H5::DataSpace place = dataset.getSpace();
        place.selectHyperslab(H5S_SELECT_SET, count.data(), start.data());
        dataset.write(values, hdf5Type<T>(), H5::DataSpace(static_cast<int>(count.size()), count.data()), place);
    });
    checkWritten(state, path, name);
}

template <typename T>
void Hdf5Series::read(const Hdf5Shape& start, const Hdf5Shape& count, T* values) const {
    callHdf5(path, name, [&] {
        H5::DataSpace place = dataset.getSpace();
        place.selectHyperslab(H5S_SELECT_SET, count.data(), start.data());
        dataset.read(values, hdf5Type<T>(), H5::DataSpace(static_cast<int>(count.size()), count.data()), place);
    });
}

template void Hdf5Series::append(const float*);
template void Hdf5Series::append(const double*);
template void Hdf5Series::append(const long long*);
template void Hdf5Series::read(const Hdf5Shape&, const Hdf5Shape&, float*) const;
template void Hdf5Series::read(const Hdf5Shape&, const Hdf5Shape&, double*) const;

} // namespace OpenMMOscillators
