#include "openmmoscillators/network/NetworkEnergy.h"

#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <vector>

namespace OpenMMOscillators::NetworkEnergy {

namespace {

/** The flat vector of all families, seen family by family; T is double or const double. */
template <typename T>
struct Families {
    Families(const OscillatorNetwork& network, T* flat) {
        const ParameterLayout layout(network);
        kLin = flat + layout.getOffset(ParameterFamily::KLin);
        kDuff = flat + layout.getOffset(ParameterFamily::KDuff);
        k6 = flat + layout.getOffset(ParameterFamily::K6);
        bias = flat + layout.getOffset(ParameterFamily::Bias);
        cLin = flat + layout.getOffset(ParameterFamily::CLin);
        cOptomech = flat + layout.getOffset(ParameterFamily::COptomech);
        cDuff = flat + layout.getOffset(ParameterFamily::CDuff);
    }
    T *kLin, *kDuff, *k6, *bias, *cLin, *cOptomech, *cDuff;
};

} // namespace

double energy(const OscillatorNetwork& network, const double* theta, const double* x) {
    std::vector<double> terms(network.getNumParameters(), 0.0);
    addEnergyTerms(network, x, terms.data());
    double sum = 0.0;
    for (std::size_t a = 0; a < terms.size(); ++a)
        sum += theta[a] * terms[a];
    return sum;
}

void gradient(const OscillatorNetwork& network, const double* theta, const double* x, double* gradient) {
    const Families<const double> p(network, theta);
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        const double x2 = x[i] * x[i];
        gradient[i] = p.bias[i] + x[i] * (p.kLin[i] + x2 * (p.kDuff[i] + x2 * p.k6[i]));
    }
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        const double d = x[i] - x[j];
        const double mutual = d * (2.0 * p.cLin[e] + p.cDuff[e] * d * d);
        gradient[i] += mutual + 2.0 * p.cOptomech[e] * x[i] * x[j];
        gradient[j] += -mutual + p.cOptomech[e] * x[i] * x[i];
    }
}

void addTranspose(const OscillatorNetwork& network, const double* x, const double* r, double* sums) {
    const Families<double> s(network, sums);
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        const double x3 = x[i] * x[i] * x[i];
        s.kLin[i] += r[i] * x[i];
        s.kDuff[i] += r[i] * x3;
        s.k6[i] += r[i] * x3 * x[i] * x[i];
        s.bias[i] += r[i];
    }
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        const double d = x[i] - x[j];
        s.cLin[e] += (r[i] - r[j]) * 2.0 * d;
        s.cOptomech[e] += r[i] * 2.0 * x[i] * x[j] + r[j] * x[i] * x[i];
        s.cDuff[e] += (r[i] - r[j]) * d * d * d;
    }
}

void addLaplacianTerms(const OscillatorNetwork& network, const double* x, double* sums) {
    const Families<double> s(network, sums);
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        const double x2 = x[i] * x[i];
        s.kLin[i] += 1.0;
        s.kDuff[i] += 3.0 * x2;
        s.k6[i] += 5.0 * x2 * x2;
    }
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        const double d = x[i] - x[j];
        s.cLin[e] += 4.0;
        s.cOptomech[e] += 2.0 * x[j];
        s.cDuff[e] += 6.0 * d * d;
    }
}

void addEnergyTerms(const OscillatorNetwork& network, const double* x, double* sums) {
    const Families<double> s(network, sums);
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        const double x2 = x[i] * x[i];
        s.kLin[i] += x2 / 2.0;
        s.kDuff[i] += x2 * x2 / 4.0;
        s.k6[i] += x2 * x2 * x2 / 6.0;
        s.bias[i] += x[i];
    }
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        const double d2 = (x[i] - x[j]) * (x[i] - x[j]);
        s.cLin[e] += d2;
        s.cOptomech[e] += x[i] * x[i] * x[j];
        s.cDuff[e] += d2 * d2 / 4.0;
    }
}

void addSquares(const OscillatorNetwork& network, const double* x, double* sums) {
    const Families<double> s(network, sums);
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        const double x2 = x[i] * x[i];
        s.kLin[i] += x2;
        s.kDuff[i] += x2 * x2 * x2;
        s.k6[i] += x2 * x2 * x2 * x2 * x2;
        s.bias[i] += 1.0;
    }
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        const double d2 = (x[i] - x[j]) * (x[i] - x[j]);
        const double xi2 = x[i] * x[i];
        s.cLin[e] += 8.0 * d2;
        s.cOptomech[e] += 4.0 * xi2 * x[j] * x[j] + xi2 * xi2;
        s.cDuff[e] += 2.0 * d2 * d2 * d2;
    }
}

double laplacian(const OscillatorNetwork& network, const double* theta, const double* x) {
    std::vector<double> terms(network.getNumParameters(), 0.0);
    addLaplacianTerms(network, x, terms.data());
    double sum = 0.0;
    for (std::size_t a = 0; a < terms.size(); ++a)
        sum += theta[a] * terms[a];
    return sum;
}

} // namespace OpenMMOscillators::NetworkEnergy
