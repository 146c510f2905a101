#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * A mixture of Gaussians in any dimension, p(x) = sum_k w_k N(x; m_k, C_k), and what the noising process
 *
 *   dX = -X dt + sqrt(2) dW      (arXiv 2405.11932, equation 1; reduced units: kT = 1, trap width 1)
 *
 * makes of it: at time t again a mixture, with means e^-t m_k and covariances e^-2t C_k + (1 - e^-2t). This is the
 * solvable case that every measurement of this room is held against.
 */
class GaussianMixture {
public:
    /** An empty mixture: add at least one component before evaluating it. */
    explicit GaussianMixture(int numDimensions);
    /** 1/2 N(mean, s^2) + 1/2 N(-mean, s^2) with one standard deviation s > 0 in every direction. */
    static GaussianMixture symmetric(const std::vector<double>& mean, double standardDeviation);

    int getDimension() const { return dimension; }
    int getNumComponents() const { return static_cast<int>(components.size()); }
    /**
     * Add a component.
     * @param weight      relative weight, > 0: weights are normalised by their sum
     * @param mean        D values
     * @param covariance  D x D values in rows, symmetric and positive definite
     * @return its index
     * @throws std::invalid_argument naming the offending value
     */
    int addComponent(double weight, const std::vector<double>& mean, const std::vector<double>& covariance);
    /** Add a component with covariance variance * identity. */
    int addIsotropicComponent(double weight, const std::vector<double>& mean, double variance);
    /** Normalised weight. @throws std::out_of_range */
    double getWeight(int component) const;
    const std::vector<double>& getMean(int component) const;
    /** D x D values in rows. */
    std::vector<double> getCovariance(int component) const;
    /** True if every component's covariance is a multiple of the identity. */
    bool isIsotropic() const;
    /** The variance of an isotropic component. @throws std::invalid_argument if it is not isotropic */
    double getVariance(int component) const;

    /** The mixture after noising for a time t >= 0. */
    GaussianMixture noised(double time) const;
    /** <x>. */
    std::vector<double> getOverallMean() const;
    /** <|x|^2>. */
    double getSecondMoment() const;

    /** ln p(x). @param x  D values */
    double logDensity(const double* x) const;
    /** score = grad ln p(x). */
    void score(const double* x, double* score) const;
    /** Hessian of ln p at x: D x D values in rows. */
    std::vector<double> logDensityHessian(const std::vector<double>& x) const;
    /** The posterior probability of each component given x. */
    std::vector<double> responsibilities(const double* x) const;

    /** ln p and the score of a batch x[dimension * stride + sample]; either output may be null. */
    void evaluateBatch(const double* x, double* logDensities, double* scores, std::size_t count,
                       std::size_t stride) const;

    /**
     * Independent samples, [count][D] in rows; equal for equal seeds.
     * @param seed   of the counter-based noise
     * @param count  >= 0
     */
    std::vector<double> sample(std::uint64_t seed, int count) const;
    /** ln p of [count][D] states in rows. @throws std::invalid_argument if the size is no multiple of D */
    std::vector<double> logDensities(const std::vector<double>& states) const;

private:
    struct Component {
        double weight;
        std::vector<double> mean;
        bool isotropic;
        double variance;                // if isotropic
        std::vector<double> covariance; // the three below are empty if isotropic
        std::vector<double> precision;
        std::vector<double> cholesky;
        double logNormalisation; // -1/2 ln det(2 pi C)
    };
    void checkMean(double weight, const std::vector<double>& mean, const char* caller) const;
    const Component& getComponent(int index, const char* caller) const;
    void checkNotEmpty(const char* caller) const;
    double logTerm(const Component& component, const double* x, double* gradient) const;

    int dimension;
    double totalWeight = 0.0;
    std::vector<Component> components;
};

} // namespace OpenMMOscillators
