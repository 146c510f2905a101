#include "openmmoscillators/thermodynamics/EmpiricalDataSet.h"

#include "openmmoscillators/network/Show.h"
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace OpenMMOscillators {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<Matrix>;
using ConstMatrixMap = Eigen::Map<const Matrix>;

/** States a product with the data takes at once: bounds the memory at that many rows of n weights. */
constexpr int blockSize = 128;

void checkTime(double time, const std::string& caller) {
    if (!(time > 0.0) || !std::isfinite(time))
        throw std::invalid_argument("EmpiricalDataSet::" + caller + ": the time must be positive, found " + show(time));
}

Average average(const Eigen::ArrayXd& values) {
    const double n = static_cast<double>(values.size()), mean = values.mean();
    return {mean, std::sqrt((values - mean).square().sum() / (n - 1.0) / n)};
}

} // namespace

EmpiricalDataSet::EmpiricalDataSet(std::vector<double> data, int numDimensions)
    : values(std::move(data)), dimension(numDimensions) {
    if (numDimensions < 1)
        throw std::invalid_argument("EmpiricalDataSet: the dimension must be at least 1, found " +
                                    std::to_string(numDimensions));
    if (values.empty() || values.size() % numDimensions != 0)
        throw std::invalid_argument("EmpiricalDataSet: found " + std::to_string(values.size()) +
                                    " values, expected a multiple of the dimension " + std::to_string(numDimensions));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isfinite(values[i]))
            throw std::invalid_argument("EmpiricalDataSet: value " + std::to_string(i % numDimensions) + " of datum " +
                                        std::to_string(i / numDimensions) + " is not finite");
    const Eigen::VectorXd norms = ConstMatrixMap(values.data(), getNumData(), dimension).rowwise().squaredNorm();
    squares.assign(norms.data(), norms.data() + norms.size());
}

std::vector<double> EmpiricalDataSet::posterior(double time, const std::vector<double>& states) const {
    checkTime(time, "posterior");
    if (states.size() % dimension != 0)
        throw std::invalid_argument("EmpiricalDataSet::posterior: found " + std::to_string(states.size()) +
                                    " values, expected a multiple of the dimension " + std::to_string(dimension));
    const double a = std::exp(-time), v = -std::expm1(-2.0 * time);
    const Eigen::Index count = static_cast<Eigen::Index>(states.size()) / dimension;
    std::vector<double> weights(static_cast<std::size_t>(count) * getNumData());
    MatrixMap logs(weights.data(), count, getNumData());
    logs.noalias() = (a / v) * ConstMatrixMap(states.data(), count, dimension) *
                     ConstMatrixMap(values.data(), getNumData(), dimension).transpose();
    logs.rowwise() -= (0.5 * a * a / v) * Eigen::Map<const Eigen::RowVectorXd>(squares.data(), getNumData());
    for (Eigen::Index n = 0; n < count; ++n) {
        logs.row(n) = (logs.row(n).array() - logs.row(n).maxCoeff()).exp();
        logs.row(n) /= logs.row(n).sum();
    }
    return weights;
}

Recall EmpiricalDataSet::evaluate(double time, int numSamples, std::uint64_t seed) const {
    checkTime(time, "evaluate");
    if (numSamples < 2)
        throw std::invalid_argument("EmpiricalDataSet::evaluate: at least 2 samples are needed, found " +
                                    std::to_string(numSamples));
    GaussianMixture standard(dimension);
    standard.addIsotropicComponent(1.0, std::vector<double>(dimension, 0.0), 1.0);
    const std::vector<double> normals = standard.sample(seed, numSamples);
    const double a = std::exp(-time), width = std::sqrt(-std::expm1(-2.0 * time));
    const int n = getNumData();
    Eigen::ArrayXd own(numSamples), entropy(numSamples);
    for (int first = 0; first < numSamples; first += blockSize) {
        const int count = std::min(blockSize, numSamples - first);
        std::vector<double> states(static_cast<std::size_t>(count) * dimension);
        for (int s = 0; s < count; ++s)
            for (int i = 0; i < dimension; ++i)
                states[s * dimension + i] = a * values[static_cast<std::size_t>((first + s) % n) * dimension + i] +
                                            width * normals[static_cast<std::size_t>(first + s) * dimension + i];
        const std::vector<double> weights = posterior(time, states);
        for (int s = 0; s < count; ++s) {
            const double* row = &weights[static_cast<std::size_t>(s) * n];
            own[first + s] = row[(first + s) % n];
            double sum = 0.0;
            for (int i = 0; i < n; ++i)
                if (row[i] > 0.0)
                    sum -= row[i] * std::log(row[i]);
            entropy[first + s] = sum;
        }
    }
    return {time, average(own), average(entropy)};
}

double EmpiricalDataSet::collapseTime(double level, int numSamples, std::uint64_t seed) const {
    if (!(level > 1.0 / getNumData()) || !(level < 1.0))
        throw std::invalid_argument("EmpiricalDataSet::collapseTime: the level must lie between 1/n = " +
                                    show(1.0 / getNumData()) + " and 1, found " + show(level));
    double lower = 1e-6, upper = 1.0;
    if (evaluate(lower, numSamples, seed).ownWeight.value < level)
        throw std::invalid_argument("EmpiricalDataSet::collapseTime: the weight of the own datum stays below " +
                                    show(level) + ": does the data set hold equal data?");
    while (evaluate(upper, numSamples, seed).ownWeight.value > level) {
        lower = upper;
        upper *= 2.0;
    }
    while (upper - lower > 1e-6) {
        const double middle = 0.5 * (lower + upper);
        (evaluate(middle, numSamples, seed).ownWeight.value > level ? lower : upper) = middle;
    }
    return 0.5 * (lower + upper);
}

} // namespace OpenMMOscillators
