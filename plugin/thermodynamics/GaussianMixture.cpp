#include "openmmoscillators/thermodynamics/GaussianMixture.h"

#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/network/Show.h"
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMatrixMap = Eigen::Map<const Matrix>;
using ConstVectorMap = Eigen::Map<const Eigen::VectorXd>;

constexpr double logTwoPi = 1.8378770664093454836;
/** Samples are drawn at a step that no path reaches, so that paths of the same seed are independent of them. */
constexpr std::uint64_t samplingStep = 0xFFFFFFFFFFFFFFFFu;

std::vector<double> toVector(const Matrix& matrix) {
    return std::vector<double>(matrix.data(), matrix.data() + matrix.size());
}

/** weights[k] = exp(logs[k]) / sum, and ln of the sum, without overflow. */
double normaliseLogs(std::vector<double>& logs) {
    const double largest = *std::max_element(logs.begin(), logs.end());
    double sum = 0.0;
    for (double& value : logs)
        sum += value = std::exp(value - largest);
    for (double& value : logs)
        value /= sum;
    return largest + std::log(sum);
}

} // namespace

GaussianMixture::GaussianMixture(int numDimensions) : dimension(numDimensions) {
    if (numDimensions < 1)
        throw std::invalid_argument("GaussianMixture: the dimension must be at least 1, found " +
                                    std::to_string(numDimensions));
}

GaussianMixture GaussianMixture::symmetric(const std::vector<double>& mean, double standardDeviation) {
    if (!(standardDeviation > 0.0) || !std::isfinite(standardDeviation))
        throw std::invalid_argument("GaussianMixture::symmetric: the standard deviation must be positive, found " +
                                    show(standardDeviation));
    GaussianMixture mixture(static_cast<int>(mean.size()));
    std::vector<double> opposite(mean);
    for (double& value : opposite)
        value = -value;
    mixture.addIsotropicComponent(0.5, mean, standardDeviation * standardDeviation);
    mixture.addIsotropicComponent(0.5, opposite, standardDeviation * standardDeviation);
    return mixture;
}

void GaussianMixture::checkMean(double weight, const std::vector<double>& mean, const char* caller) const {
    const std::string prefix = std::string("GaussianMixture::") + caller + ": ";
    if (!(weight > 0.0) || !std::isfinite(weight))
        throw std::invalid_argument(prefix + "the weight must be positive, found " + show(weight));
    if (static_cast<int>(mean.size()) != dimension)
        throw std::invalid_argument(prefix + "the mean has " + std::to_string(mean.size()) + " values, expected " +
                                    std::to_string(dimension));
    for (std::size_t i = 0; i < mean.size(); ++i)
        if (!std::isfinite(mean[i]))
            throw std::invalid_argument(prefix + "mean[" + std::to_string(i) + "] is not finite");
}

int GaussianMixture::addComponent(double weight, const std::vector<double>& mean,
                                  const std::vector<double>& covariance) {
    checkMean(weight, mean, "addComponent");
    if (covariance.size() != mean.size() * mean.size())
        throw std::invalid_argument("GaussianMixture::addComponent: the covariance has " +
                                    std::to_string(covariance.size()) + " values, expected " +
                                    std::to_string(mean.size() * mean.size()));
    const ConstMatrixMap matrix(covariance.data(), dimension, dimension);
    if (!(matrix - matrix.transpose()).isZero(1e-12 * matrix.cwiseAbs().maxCoeff()))
        throw std::invalid_argument("GaussianMixture::addComponent: the covariance is not symmetric");
    const Eigen::LLT<Matrix> factor(matrix);
    if (factor.info() != Eigen::Success || !matrix.allFinite())
        throw std::invalid_argument("GaussianMixture::addComponent: the covariance is not positive definite");
    const Matrix lower = factor.matrixL();
    const Matrix precision = factor.solve(Matrix::Identity(dimension, dimension));
    const double logNormalisation = -0.5 * dimension * logTwoPi - lower.diagonal().array().log().sum();
    components.push_back(
        {weight, mean, false, 0.0, covariance, toVector(precision), toVector(lower), logNormalisation});
    totalWeight += weight;
    return getNumComponents() - 1;
}

int GaussianMixture::addIsotropicComponent(double weight, const std::vector<double>& mean, double variance) {
    checkMean(weight, mean, "addIsotropicComponent");
    if (!(variance > 0.0) || !std::isfinite(variance))
        throw std::invalid_argument("GaussianMixture::addIsotropicComponent: the variance must be positive, found " +
                                    show(variance));
    components.push_back(
        {weight, mean, true, variance, {}, {}, {}, -0.5 * dimension * (logTwoPi + std::log(variance))});
    totalWeight += weight;
    return getNumComponents() - 1;
}

const GaussianMixture::Component& GaussianMixture::getComponent(int index, const char* caller) const {
    if (index < 0 || index >= getNumComponents())
        throw std::out_of_range(std::string("GaussianMixture::") + caller + ": there is no component " +
                                std::to_string(index) + ", the mixture has " + std::to_string(getNumComponents()));
    return components[index];
}

void GaussianMixture::checkNotEmpty(const char* caller) const {
    if (components.empty())
        throw std::invalid_argument(std::string("GaussianMixture::") + caller +
                                    ": the mixture has no component, add at least one");
}

double GaussianMixture::getWeight(int component) const {
    return getComponent(component, "getWeight").weight / totalWeight;
}

const std::vector<double>& GaussianMixture::getMean(int component) const {
    return getComponent(component, "getMean").mean;
}

std::vector<double> GaussianMixture::getCovariance(int index) const {
    const Component& component = getComponent(index, "getCovariance");
    if (!component.isotropic)
        return component.covariance;
    return toVector(component.variance * Matrix::Identity(dimension, dimension));
}

bool GaussianMixture::isIsotropic() const {
    return std::all_of(components.begin(), components.end(), [](const Component& c) { return c.isotropic; });
}

double GaussianMixture::getVariance(int index) const {
    const Component& component = getComponent(index, "getVariance");
    if (!component.isotropic)
        throw std::invalid_argument("GaussianMixture::getVariance: component " + std::to_string(index) +
                                    " has a full covariance matrix, expected an isotropic one");
    return component.variance;
}

GaussianMixture GaussianMixture::noised(double time) const {
    if (!(time >= 0.0) || !std::isfinite(time))
        throw std::invalid_argument("GaussianMixture::noised: the time must be finite and not negative, found " +
                                    show(time));
    const double shrinkage = std::exp(-time), added = -std::expm1(-2.0 * time);
    GaussianMixture result(dimension);
    for (const Component& component : components) {
        std::vector<double> mean(component.mean);
        for (double& value : mean)
            value *= shrinkage;
        if (component.isotropic) {
            result.addIsotropicComponent(component.weight, mean, shrinkage * shrinkage * component.variance + added);
            continue;
        }
        std::vector<double> covariance(component.covariance);
        for (double& value : covariance)
            value *= shrinkage * shrinkage;
        for (int i = 0; i < dimension; ++i)
            covariance[i * dimension + i] += added;
        result.addComponent(component.weight, mean, covariance);
    }
    return result;
}

std::vector<double> GaussianMixture::getOverallMean() const {
    checkNotEmpty("getOverallMean");
    std::vector<double> mean(dimension, 0.0);
    for (const Component& component : components)
        for (int i = 0; i < dimension; ++i)
            mean[i] += component.weight / totalWeight * component.mean[i];
    return mean;
}

double GaussianMixture::getSecondMoment() const {
    checkNotEmpty("getSecondMoment");
    double moment = 0.0;
    for (const Component& component : components) {
        double term = std::inner_product(component.mean.begin(), component.mean.end(), component.mean.begin(), 0.0);
        if (component.isotropic)
            term += dimension * component.variance;
        else
            term += ConstMatrixMap(component.covariance.data(), dimension, dimension).trace();
        moment += component.weight / totalWeight * term;
    }
    return moment;
}

/** ln (w N(x; m, C)); gradient, if not null, is that of ln N. */
double GaussianMixture::logTerm(const Component& component, const double* x, double* gradient) const {
    const double offset = std::log(component.weight / totalWeight) + component.logNormalisation;
    if (component.isotropic) {
        double square = 0.0;
        for (int i = 0; i < dimension; ++i) {
            const double difference = x[i] - component.mean[i];
            square += difference * difference;
            if (gradient)
                gradient[i] = -difference / component.variance;
        }
        return offset - 0.5 * square / component.variance;
    }
    const Eigen::VectorXd difference = ConstVectorMap(x, dimension) - ConstVectorMap(component.mean.data(), dimension);
    const Eigen::VectorXd pulled = ConstMatrixMap(component.precision.data(), dimension, dimension) * difference;
    if (gradient)
        Eigen::Map<Eigen::VectorXd>(gradient, dimension) = -pulled;
    return offset - 0.5 * difference.dot(pulled);
}

double GaussianMixture::logDensity(const double* x) const {
    checkNotEmpty("logDensity");
    std::vector<double> logs;
    for (const Component& component : components)
        logs.push_back(logTerm(component, x, nullptr));
    return normaliseLogs(logs);
}

std::vector<double> GaussianMixture::responsibilities(const double* x) const {
    checkNotEmpty("responsibilities");
    std::vector<double> logs;
    for (const Component& component : components)
        logs.push_back(logTerm(component, x, nullptr));
    normaliseLogs(logs);
    return logs;
}

void GaussianMixture::score(const double* x, double* score) const {
    evaluateBatch(x, nullptr, score, 1, 1);
}

std::vector<double> GaussianMixture::logDensityHessian(const std::vector<double>& x) const {
    if (static_cast<int>(x.size()) != dimension)
        throw std::invalid_argument("GaussianMixture::logDensityHessian: the point has " + std::to_string(x.size()) +
                                    " values, expected " + std::to_string(dimension));
    // d^2 ln p = sum_k r_k (g_k g_k^T - C_k^-1) - s s^T with g_k the gradient of ln N_k and s = sum_k r_k g_k.
    const std::vector<double> weights = responsibilities(x.data());
    Matrix hessian = Matrix::Zero(dimension, dimension);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(dimension), gradient(dimension);
    for (std::size_t k = 0; k < components.size(); ++k) {
        logTerm(components[k], x.data(), gradient.data());
        hessian += weights[k] * gradient * gradient.transpose();
        if (components[k].isotropic)
            hessian.diagonal().array() -= weights[k] / components[k].variance;
        else
            hessian -= weights[k] * ConstMatrixMap(components[k].precision.data(), dimension, dimension);
        mean += weights[k] * gradient;
    }
    hessian -= mean * mean.transpose();
    return toVector(hessian);
}

void GaussianMixture::evaluateBatch(const double* x, double* logDensities, double* scores, std::size_t count,
                                    std::size_t stride) const {
    checkNotEmpty("evaluateBatch");
    std::vector<double> state(dimension), logs(components.size());
    std::vector<double> gradients(components.size() * dimension);
    for (std::size_t s = 0; s < count; ++s) {
        for (int i = 0; i < dimension; ++i)
            state[i] = x[i * stride + s];
        for (std::size_t k = 0; k < components.size(); ++k)
            logs[k] = logTerm(components[k], state.data(), scores ? &gradients[k * dimension] : nullptr);
        const double logDensity = normaliseLogs(logs);
        if (logDensities)
            logDensities[s] = logDensity;
        for (int i = 0; scores && i < dimension; ++i) {
            double sum = 0.0;
            for (std::size_t k = 0; k < components.size(); ++k)
                sum += logs[k] * gradients[k * dimension + i];
            scores[i * stride + s] = sum;
        }
    }
}

std::vector<double> GaussianMixture::sample(std::uint64_t seed, int count) const {
    checkNotEmpty("sample");
    if (count < 0)
        throw std::invalid_argument("GaussianMixture::sample: the count must not be negative, found " +
                                    std::to_string(count));
    const CounterNoise noise(seed);
    const std::uint32_t choices = 0xFFFFFFFFu; // the stream that picks components; normals use streams 0 ... D - 1
    std::vector<double> states(static_cast<std::size_t>(count) * dimension);
    Eigen::VectorXd normal(dimension);
    for (int n = 0; n < count; ++n) {
        double remaining = (noise.words(samplingStep, choices, n / 4)[n % 4] + 0.5) / 4294967296.0 * totalWeight;
        std::size_t k = 0;
        while (k + 1 < components.size() && remaining >= components[k].weight)
            remaining -= components[k++].weight;
        for (int i = 0; i < dimension; ++i)
            normal[i] = noise.normals(samplingStep, i, n / 4)[n % 4];
        Eigen::Map<Eigen::VectorXd> state(&states[static_cast<std::size_t>(n) * dimension], dimension);
        state = ConstVectorMap(components[k].mean.data(), dimension);
        if (components[k].isotropic)
            state += std::sqrt(components[k].variance) * normal;
        else
            state += ConstMatrixMap(components[k].cholesky.data(), dimension, dimension) * normal;
    }
    return states;
}

std::vector<double> GaussianMixture::logDensities(const std::vector<double>& states) const {
    if (states.size() % dimension != 0)
        throw std::invalid_argument("GaussianMixture::logDensities: found " + std::to_string(states.size()) +
                                    " values, expected a multiple of the dimension " + std::to_string(dimension));
    std::vector<double> result(states.size() / dimension);
    for (std::size_t n = 0; n < result.size(); ++n)
        result[n] = logDensity(&states[n * dimension]);
    return result;
}

} // namespace OpenMMOscillators
