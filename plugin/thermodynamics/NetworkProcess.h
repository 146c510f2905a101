#pragma once

#include "openmmoscillators/network/BatchArithmetic.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/thermodynamics/DiffusionProcess.h"

namespace OpenMMOscillators {

/**
 * An oscillator network under a driving protocol at temperature kT, mobility 1: dx = -grad U(x; theta(t)) dt +
 * sqrt(2 kT) dW, in double precision. Noising (a trap), generation (DrivingProtocol::forGeneration) and any other
 * protocol are all of this form.
 */
class NetworkProcess : public DiffusionProcess {
public:
    /**
     * @param kT  in kJ/mol, > 0
     * @throws std::invalid_argument if the protocol is not one of this network, or kT is not positive
     */
    NetworkProcess(const OscillatorNetwork& oscillatorNetwork, const DrivingProtocol& drivingProtocol, double kT);
    const DrivingProtocol& getProtocol() const { return protocol; }
    int getDimension() const override { return arithmetic.getNumOscillators(); }
    double getDiffusion() const override { return thermalEnergy; }
    bool isTimeDependent() const override { return protocol.isTimeDependent(); }
    void force(double time, const double* x, double* force, std::size_t count, std::size_t stride) const override;
    void potential(double time, const double* x, double* values, std::size_t count, std::size_t stride) const override;
    /** U is linear in theta: one energy, of the difference of the parameters. */
    void addPotentialChange(double from, double to, double factor, const double* x, double* values, std::size_t count,
                            std::size_t stride) const override;

private:
    std::vector<double> parametersAt(double time) const;

    BatchArithmetic<double> arithmetic;
    DrivingProtocol protocol;
    double thermalEnergy;
};

} // namespace OpenMMOscillators
