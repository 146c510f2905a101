#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * The arithmetic of NetworkEnergy for many states at once (replicas, samples), in float or double, vectorised over
 * states with run-time dispatch to the processor's instruction set.
 *
 * A batch is an array x[oscillator * stride + sample], 64-byte aligned (see AlignedVector), with stride a multiple of
 * batchAlignment and stride >= count. The padding samples (count <= sample < stride) may hold anything finite; results
 * there are undefined, and sums over samples leave them out. One object serves any number of threads: it holds the
 * layout of the computation only.
 */
template <typename Real>
class BatchArithmetic {
public:
    explicit BatchArithmetic(const OscillatorNetwork& network);
    ~BatchArithmetic();
    BatchArithmetic(BatchArithmetic&&) noexcept;
    BatchArithmetic& operator=(BatchArithmetic&&) noexcept;

    int getNumOscillators() const;
    int getNumParameters() const;
    /**
     * A batch may have any size: it is worked through in blocks that suit the caches. Each call also costs a few passes
     * over the parameters, so threads should be handed at least this many samples at a time.
     */
    std::size_t getBlockSize() const;

    /** gradient = Phi(x) theta for every sample. @param theta  P values in flat order */
    void gradient(const double* theta, const Real* x, Real* gradient, std::size_t count, std::size_t stride) const;
    /** energies[sample] = U(x; theta). */
    void energy(const double* theta, const Real* x, Real* energies, std::size_t count, std::size_t stride) const;
    /**
     * sums[a] += sum over samples of (Phi^T (r - Phi v))_a, in one pass over the samples. Where r are forces, -Phi v is
     * how they change with theta.
     * @param r  laid out as x
     * @param v  P values, or null for none
     */
    void addTranspose(const Real* x, const Real* r, double* sums, std::size_t count, std::size_t stride,
                      const double* v = nullptr) const;
    /** sums[a] += sum over samples of (Phi^T Phi v)_a. */
    void addNormalProduct(const double* v, const Real* x, double* sums, std::size_t count, std::size_t stride) const;
    /** sums[a] += sum over samples of div phi_a. */
    void addLaplacianTerms(const Real* x, double* sums, std::size_t count, std::size_t stride) const;
    /** sums[a] += sum over samples of dU/d(theta_a). */
    void addEnergyTerms(const Real* x, double* sums, std::size_t count, std::size_t stride) const;
    /** sums[a] += sum over samples of sum_i phi_{i,a}^2. */
    void addSquares(const Real* x, double* sums, std::size_t count, std::size_t stride) const;

private:
    struct Plan;
    std::unique_ptr<const Plan> plan;
};

extern template class BatchArithmetic<float>;
extern template class BatchArithmetic<double>;

} // namespace OpenMMOscillators
