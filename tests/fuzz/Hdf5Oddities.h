#pragma once

#include "Choices.h"
#include <H5Cpp.h>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace OpenMMOscillators {

/** What a reader may not expect. */

using Hdf5Extents = std::vector<hsize_t>;

inline H5::DataSpace spaceOf(const Hdf5Extents& shape) {
    return H5::DataSpace(static_cast<int>(shape.size()), shape.data());
}

/** Limits of types, near values of the original, or any eight bytes. */
inline double oddNumber(Choices& choices) {
    static const std::vector<double> numbers = {0.0,          1.0,          2.0, 3.0,   5.0,    6.0,          -1.0,
                                                0.5,          1e-9,         1e9, 1e300, -1e300, std::nan(""), HUGE_VAL,
                                                2147483647.0, 2147483648.0, 4e9, 1e19,  5e-324, -0.0,         65535.0};
    const std::size_t kind = choices.below(numbers.size() + 2);
    if (kind < numbers.size())
        return numbers[kind];
    return kind == numbers.size() ? choices.take<double>() : static_cast<double>(choices.take<std::int8_t>());
}

inline Hdf5Extents oddShape(Choices& choices) {
    static const std::vector<Hdf5Extents> shapes = {{},     {0},          {1},    {2},    {3, 2}, {2, 3, 3},
                                                    {0, 4}, {1, 1, 1, 1}, {7, 0}, {3, 0}, {0, 0}, {6, 6}};
    return choices.pick(shapes);
}

inline H5::DataType oddType(Choices& choices) {
    static const std::vector<H5::DataType> types = {
        H5::PredType::NATIVE_DOUBLE, H5::PredType::IEEE_F32BE,   H5::PredType::NATIVE_INT, H5::PredType::NATIVE_LLONG,
        H5::PredType::STD_U8LE,      H5::PredType::STD_U64BE,    H5::StrType(0, 5),        H5::StrType(0, H5T_VARIABLE),
        H5::PredType::STD_REF_OBJ,   H5::PredType::NATIVE_OPAQUE};
    return choices.pick(types);
}

} // namespace OpenMMOscillators
