#pragma once

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * The arithmetic of one network state in double precision, written to be read: the oracle that the batch kernels
 * (BatchArithmetic) are held against. U is linear in theta, so with phi_a = d(grad U)/d(theta_a) and the N x P matrix
 * Phi(x) = (phi_1 ... phi_P):
 *
 *   grad U = Phi theta,   laplacian U = sum_a theta_a div phi_a,   U = sum_a theta_a u_a
 *
 * x and other vectors over oscillators have N entries, theta and sums over parameters have P, in the flat order of
 * ParameterLayout. "add" means that the result is added to what the output array holds.
 */
namespace NetworkEnergy {

/** U(x; theta) in kJ/mol. */
double energy(const OscillatorNetwork& network, const double* theta, const double* x);
/** gradient[i] = dU/dx_i = (Phi theta)_i, in kJ/(mol nm). The force is its negative. */
void gradient(const OscillatorNetwork& network, const double* theta, const double* x, double* gradient);
/** sums[a] += (Phi^T r)_a = sum_i r_i phi_{i,a}. */
void addTranspose(const OscillatorNetwork& network, const double* x, const double* r, double* sums);
/** sums[a] += div phi_a. */
void addLaplacianTerms(const OscillatorNetwork& network, const double* x, double* sums);
/** sums[a] += u_a = dU/d(theta_a). */
void addEnergyTerms(const OscillatorNetwork& network, const double* x, double* sums);
/** sums[a] += sum_i phi_{i,a}^2, the diagonal of Phi^T Phi. */
void addSquares(const OscillatorNetwork& network, const double* x, double* sums);
/** Laplacian of U: sum_i d^2U/dx_i^2. */
double laplacian(const OscillatorNetwork& network, const double* theta, const double* x);

} // namespace NetworkEnergy
} // namespace OpenMMOscillators
