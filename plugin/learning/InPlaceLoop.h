#pragma once

#include "openmmoscillators/learning/GeneratedPopulation.h"
#include "openmmoscillators/learning/LocalRule.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <optional>
#include <vector>

namespace OpenMMOscillators {

class Device;

/**
 * The closed loop's view of a device. Data and population are read by the same sensors, so that what these do to both
 * cancels; every population is generated anew, from noise, under what has been commanded down to its time, so that what
 * acts is what counts; and a product with the metric M is the change of the rule's gradient, divided by its curvature,
 * with a change of theta.
 */
class InPlaceLoop {
public:
    /** The device must outlive it. @param trapWidth  sigma of the noising process, in nm (kJ/mol)^(-1/2) */
    InPlaceLoop(Device& generatingDevice, double trapWidth) : device(generatingDevice), sigma(trapWidth) {}

    /** Another slice is learned: times go down. */
    void addSlice(double time, const NetworkParameters& theta);
    /**
     * Impose the noised data of the next slice and measure what a rule reads of them at theta.
     * @param noised   must outlive the use of multiply()
     * @return the data as read, until the next call
     */
    const SampleSlice& readData(const SampleSlice& noised, const LocalRule& rule, const NoiseLevel& level,
                                const NetworkParameters& theta);
    /** A population at a time, as read, generated under the slices learned so far and theta at that time. */
    GeneratedPopulation::State generate(const GeneratedPopulation& population, std::size_t blockSize, double time,
                                        const NetworkParameters& theta) const;
    /** product = E[Phi^T Phi] delta, P values each, of the data imposed. */
    void multiply(const double* delta, double* product) const;

private:
    std::vector<double> gradient(SampleSlice& imposed, const NetworkParameters& theta) const;

    Device& device;
    double sigma;
    std::vector<double> times; // from the latest on
    std::vector<NetworkParameters> slices;
    const SampleSlice* data = nullptr;
    const LocalRule* dataRule = nullptr;
    NoiseLevel dataLevel{};
    NetworkParameters reference;
    std::vector<double> referenceGradient;
    std::optional<SampleSlice> seen;
};

} // namespace OpenMMOscillators
