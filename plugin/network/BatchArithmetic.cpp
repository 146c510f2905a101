#include "openmmoscillators/network/BatchArithmetic.h"

#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <vector>

namespace OpenMMOscillators {

template <typename Real>
struct BatchArithmetic<Real>::Plan {
    OscillatorNetwork network;

    std::vector<double> state(const Real* x, std::size_t sample, std::size_t stride) const {
        std::vector<double> result(network.getNumOscillators());
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] = x[i * stride + sample];
        return result;
    }
};

template <typename Real>
BatchArithmetic<Real>::BatchArithmetic(const OscillatorNetwork& network) : plan(new Plan{network}) {}
template <typename Real>
BatchArithmetic<Real>::~BatchArithmetic() = default;
template <typename Real>
BatchArithmetic<Real>::BatchArithmetic(BatchArithmetic&&) noexcept = default;
template <typename Real>
BatchArithmetic<Real>& BatchArithmetic<Real>::operator=(BatchArithmetic&&) noexcept = default;

template <typename Real>
int BatchArithmetic<Real>::getNumOscillators() const {
    return plan->network.getNumOscillators();
}

template <typename Real>
int BatchArithmetic<Real>::getNumParameters() const {
    return plan->network.getNumParameters();
}

template <typename Real>
std::size_t BatchArithmetic<Real>::getBlockSize() const {
    return 64;
}

template <typename Real>
void BatchArithmetic<Real>::gradient(const double* theta, const Real* x, Real* gradient, std::size_t count,
                                     std::size_t stride) const {
    std::vector<double> g(getNumOscillators());
    for (std::size_t s = 0; s < count; ++s) {
        NetworkEnergy::gradient(plan->network, theta, plan->state(x, s, stride).data(), g.data());
        for (std::size_t i = 0; i < g.size(); ++i)
            gradient[i * stride + s] = static_cast<Real>(g[i]);
    }
}

template <typename Real>
void BatchArithmetic<Real>::energy(const double* theta, const Real* x, Real* energies, std::size_t count,
                                   std::size_t stride) const {
    for (std::size_t s = 0; s < count; ++s)
        energies[s] = static_cast<Real>(NetworkEnergy::energy(plan->network, theta, plan->state(x, s, stride).data()));
}

template <typename Real>
void BatchArithmetic<Real>::addTranspose(const Real* x, const Real* r, double* sums, std::size_t count,
                                         std::size_t stride) const {
    for (std::size_t s = 0; s < count; ++s)
        NetworkEnergy::addTranspose(plan->network, plan->state(x, s, stride).data(), plan->state(r, s, stride).data(),
                                    sums);
}

template <typename Real>
void BatchArithmetic<Real>::addNormalProduct(const double* v, const Real* x, double* sums, std::size_t count,
                                             std::size_t stride) const {
    std::vector<double> g(getNumOscillators());
    for (std::size_t s = 0; s < count; ++s) {
        const std::vector<double> state = plan->state(x, s, stride);
        NetworkEnergy::gradient(plan->network, v, state.data(), g.data());
        NetworkEnergy::addTranspose(plan->network, state.data(), g.data(), sums);
    }
}

template <typename Real>
void BatchArithmetic<Real>::addLaplacianTerms(const Real* x, double* sums, std::size_t count,
                                              std::size_t stride) const {
    for (std::size_t s = 0; s < count; ++s)
        NetworkEnergy::addLaplacianTerms(plan->network, plan->state(x, s, stride).data(), sums);
}

template <typename Real>
void BatchArithmetic<Real>::addEnergyTerms(const Real* x, double* sums, std::size_t count, std::size_t stride) const {
    for (std::size_t s = 0; s < count; ++s)
        NetworkEnergy::addEnergyTerms(plan->network, plan->state(x, s, stride).data(), sums);
}

template <typename Real>
void BatchArithmetic<Real>::addSquares(const Real* x, double* sums, std::size_t count, std::size_t stride) const {
    for (std::size_t s = 0; s < count; ++s)
        NetworkEnergy::addSquares(plan->network, plan->state(x, s, stride).data(), sums);
}

template class BatchArithmetic<float>;
template class BatchArithmetic<double>;

} // namespace OpenMMOscillators
