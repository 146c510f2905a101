#pragma once

#include "openmmoscillators/network/NetworkParameters.h"
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * A driving protocol theta(t): values of all parameters on a strictly increasing grid of times (in ps), linear between
 * neighbouring times. What happens outside the grid is chosen explicitly:
 *
 *   Hold      theta stays at the first (last) slice
 *   Periodic  the grid is one period; theta(t + T) = theta(t) with T = last - first time
 *   Refuse    evaluation outside throws std::out_of_range
 *
 * A protocol of one slice is constant in time.
 */
class DrivingProtocol {
public:
    enum class Outside { Hold, Periodic, Refuse };

    DrivingProtocol() = default;
    /** A constant protocol (one slice at t = 0, Hold). */
    explicit DrivingProtocol(const NetworkParameters& constant);
    /**
     * @param times   strictly increasing, finite, at least one, in ps
     * @param slices  theta at each of the times, all of one layout
     * @throws std::invalid_argument naming the offending entry
     */
    DrivingProtocol(std::vector<double> times, std::vector<NetworkParameters> slices,
                    Outside outsideGrid = Outside::Hold);

    int getNumSlices() const { return static_cast<int>(times.size()); }
    int getNumParameters() const { return layout.getNumParameters(); }
    const ParameterLayout& getLayout() const { return layout; }
    const std::vector<double>& getTimes() const { return times; }
    Outside getOutside() const { return outside; }
    void setOutside(Outside value);
    /** @throws std::out_of_range if there is no such slice */
    const NetworkParameters& getSlice(int index) const;
    /** @throws std::out_of_range, std::invalid_argument if the layout differs */
    void setSlice(int index, const NetworkParameters& values);
    /** Single parameter by its flat index in the slice. */
    double getParameter(int slice, int parameter) const;
    void setParameter(int slice, int parameter, double value);
    /** True if theta depends on time (more than one slice). */
    bool isTimeDependent() const { return times.size() > 1; }

    /** Where a time lies on the grid: theta(t) = (1 - weight) slice[lower] + weight slice[upper]. */
    struct Position {
        int lower, upper;
        double weight;
    };
    /** @throws std::out_of_range outside the grid if it is to Refuse, or if time is not finite */
    Position locate(double time) const;
    /** theta(t) into an array of P values. */
    void evaluate(double time, double* theta) const;
    NetworkParameters evaluate(double time) const;

    /**
     * The protocol that generates: if theta(t) was learned for the noising process dx = -x/sigma^2 dt + sqrt(2 kT) dW,
     * then in physical time s = t_f - t, t_f the last time of the grid, samples follow U_rev(x, s) = 2 U(x; theta(t_f -
     * s)) - x^2/(2 sigma^2) (arXiv 2506.19136). That is a network of the same family: k_lin -> 2 k_lin - 1/sigma^2, all
     * else doubled. Its grid runs from 0 to t_f - t_first.
     * @param sigma  width of the trap of the noising process, > 0
     */
    DrivingProtocol forGeneration(double sigma) const;
    /** The same theta(t) on other times (linear interpolation; subject to Outside beyond the grid). */
    DrivingProtocol resampled(const std::vector<double>& newTimes) const;
    /**
     * Gaussian smoothing over slices: each slice becomes the weighted mean of all, weights exp(-(k-k')^2/(2 width^2))
     * in slice index. width 0 changes nothing.
     */
    DrivingProtocol smoothed(double width) const;

private:
    ParameterLayout layout;
    std::vector<double> times;
    std::vector<NetworkParameters> slices;
    Outside outside = Outside::Hold;
};

/** "hold", "periodic", "refuse". */
const std::string& getOutsideName(DrivingProtocol::Outside outside);
/** @throws std::invalid_argument listing the three names */
DrivingProtocol::Outside outsideFromName(const std::string& name);

} // namespace OpenMMOscillators
