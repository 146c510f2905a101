#pragma once

#include "NumpyArrays.h"
#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/thermodynamics/DiffusionProcess.h"
#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include <algorithm>
#include <utility>

/** States as Python sees them: arrays of shape (paths, dimensions). */
namespace ThermodynamicsArrays {

using NumpyArrays::Table;
using OpenMMOscillators::AlignedVector;
using OpenMMOscillators::DiffusionProcess;
using OpenMMOscillators::GaussianMixture;

inline Table<double> toTable(std::vector<double> values, int columns) {
    const auto rows = static_cast<npy_intp>(values.size()) / std::max(1, columns);
    return {std::move(values), rows, columns};
}

/** The values of a table that must have this many columns. */
inline const std::vector<double>& checked(const Table<double>& states, int columns, const char* caller) {
    checkShape(states, static_cast<int>(states.rows), columns, caller);
    return states.values;
}

inline Table<double> scores(const GaussianMixture& mixture, const Table<double>& states) {
    checked(states, mixture.getDimension(), "GaussianMixture::score");
    std::vector<double> result(states.values.size());
    for (npy_intp n = 0; n < states.rows; ++n)
        mixture.score(&states.values[n * states.columns], &result[n * states.columns]);
    return {std::move(result), states.rows, states.columns};
}

inline Table<double> responsibilities(const GaussianMixture& mixture, const Table<double>& states) {
    checked(states, mixture.getDimension(), "GaussianMixture::responsibilities");
    std::vector<double> result;
    for (npy_intp n = 0; n < states.rows; ++n) {
        const std::vector<double> row = mixture.responsibilities(&states.values[n * states.columns]);
        result.insert(result.end(), row.begin(), row.end());
    }
    return toTable(std::move(result), mixture.getNumComponents());
}

/** A table of states as the batch that processes work on, and back. */
inline AlignedVector<double> toBatch(const Table<double>& states, std::size_t stride) {
    AlignedVector<double> batch(states.columns * stride, 0.0);
    for (npy_intp n = 0; n < states.rows; ++n)
        for (npy_intp i = 0; i < states.columns; ++i)
            batch[i * stride + n] = states.values[n * states.columns + i];
    return batch;
}

inline Table<double> forces(const DiffusionProcess& process, double time, const Table<double>& states) {
    checked(states, process.getDimension(), "DiffusionProcess::computeForces");
    const std::size_t stride = OpenMMOscillators::batchStride(states.rows);
    const AlignedVector<double> x = toBatch(states, stride);
    AlignedVector<double> force(x.size());
    process.force(time, x.data(), force.data(), states.rows, stride);
    std::vector<double> result(states.values.size());
    for (npy_intp n = 0; n < states.rows; ++n)
        for (npy_intp i = 0; i < states.columns; ++i)
            result[n * states.columns + i] = force[i * stride + n];
    return {std::move(result), states.rows, states.columns};
}

inline std::vector<double> potentials(const DiffusionProcess& process, double time, const Table<double>& states) {
    checked(states, process.getDimension(), "DiffusionProcess::computePotentials");
    const std::size_t stride = OpenMMOscillators::batchStride(states.rows);
    const AlignedVector<double> x = toBatch(states, stride);
    AlignedVector<double> values(stride);
    process.potential(time, x.data(), values.data(), states.rows, stride);
    return std::vector<double>(values.begin(), values.begin() + states.rows);
}

} // namespace ThermodynamicsArrays
