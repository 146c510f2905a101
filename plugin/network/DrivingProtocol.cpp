#include "openmmoscillators/network/DrivingProtocol.h"

#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace OpenMMOscillators {

namespace {

const std::array<std::string, 3>& outsideNames() {
    static const std::array<std::string, 3> names = {"hold", "periodic", "refuse"};
    return names;
}

void checkTimes(const std::vector<double>& times) {
    if (times.empty())
        throw std::invalid_argument("DrivingProtocol: the grid of times is empty, expected at least one time");
    for (std::size_t k = 0; k < times.size(); ++k) {
        if (!std::isfinite(times[k]))
            throw std::invalid_argument("DrivingProtocol: time " + std::to_string(k) + " is " + show(times[k]) +
                                        ", expected a finite number");
        if (k > 0 && times[k] <= times[k - 1])
            throw std::invalid_argument("DrivingProtocol: times must increase strictly, but time " + std::to_string(k) +
                                        " (" + show(times[k]) + ") follows " + show(times[k - 1]));
    }
}

/** Single entries of NetworkParameters are written without a check, so it is made here. */
void checkFinite(const NetworkParameters& theta, int slice, const std::string& caller) {
    for (int a = 0; a < theta.size(); ++a)
        if (!std::isfinite(theta[a]))
            throw std::invalid_argument(caller + ": parameter " + std::to_string(a) + " of slice " +
                                        std::to_string(slice) + " is " + show(theta[a]) + ", expected a finite number");
}

} // namespace

const std::string& getOutsideName(DrivingProtocol::Outside outside) {
    return outsideNames().at(static_cast<std::size_t>(outside));
}

DrivingProtocol::Outside outsideFromName(const std::string& name) {
    for (std::size_t i = 0; i < outsideNames().size(); ++i)
        if (outsideNames()[i] == name)
            return static_cast<DrivingProtocol::Outside>(i);
    throw std::invalid_argument("unknown behaviour outside the grid '" + name +
                                "': expected one of hold, periodic, refuse");
}

DrivingProtocol::DrivingProtocol(const NetworkParameters& constant)
    : layout(constant.getLayout()), times{0.0}, slices{constant} {
    checkFinite(constant, 0, "DrivingProtocol");
}

DrivingProtocol::DrivingProtocol(std::vector<double> newTimes, std::vector<NetworkParameters> newSlices,
                                 Outside outsideGrid)
    : times(std::move(newTimes)), slices(std::move(newSlices)) {
    checkTimes(times);
    if (slices.size() != times.size())
        throw std::invalid_argument("DrivingProtocol: found " + std::to_string(slices.size()) +
                                    " slices, expected one for each of the " + std::to_string(times.size()) + " times");
    layout = slices.front().getLayout();
    for (std::size_t k = 0; k < slices.size(); ++k) {
        if (!(slices[k].getLayout() == layout))
            throw std::invalid_argument(
                "DrivingProtocol: slice " + std::to_string(k) + " has " + std::to_string(slices[k].size()) +
                " parameters of another layout than slice 0 (" + std::to_string(slices[0].size()) + ")");
        checkFinite(slices[k], static_cast<int>(k), "DrivingProtocol");
    }
    setOutside(outsideGrid);
}

void DrivingProtocol::setOutside(Outside value) {
    if (value == Outside::Periodic && times.size() < 2)
        throw std::invalid_argument("DrivingProtocol: a periodic protocol needs at least two times, found " +
                                    std::to_string(times.size()));
    outside = value;
}

const NetworkParameters& DrivingProtocol::getSlice(int index) const {
    if (index < 0 || index >= getNumSlices())
        throw std::out_of_range("DrivingProtocol: slice " + std::to_string(index) +
                                " does not exist: the protocol has " + std::to_string(getNumSlices()));
    return slices[index];
}

void DrivingProtocol::setSlice(int index, const NetworkParameters& values) {
    getSlice(index); // checks the index
    if (!(values.getLayout() == layout))
        throw std::invalid_argument("DrivingProtocol::setSlice: found " + std::to_string(values.size()) +
                                    " parameters, expected the layout of the protocol with " +
                                    std::to_string(getNumParameters()));
    checkFinite(values, index, "DrivingProtocol::setSlice");
    slices[index] = values;
}

double DrivingProtocol::getParameter(int slice, int parameter) const {
    const NetworkParameters& values = getSlice(slice);
    if (parameter < 0 || parameter >= values.size())
        throw std::out_of_range("DrivingProtocol: parameter " + std::to_string(parameter) +
                                " does not exist: the network has " + std::to_string(values.size()));
    return values[parameter];
}

void DrivingProtocol::setParameter(int slice, int parameter, double value) {
    getParameter(slice, parameter); // checks both indices
    if (!std::isfinite(value))
        throw std::invalid_argument("DrivingProtocol::setParameter: value is " + show(value) +
                                    ", expected a finite number");
    slices[slice][parameter] = value;
}

DrivingProtocol::Position DrivingProtocol::locate(double time) const {
    if (!std::isfinite(time))
        throw std::out_of_range("DrivingProtocol: time is " + show(time) + ", expected a finite number");
    if (times.empty())
        throw std::out_of_range("DrivingProtocol: the protocol is empty, there is no theta at time " + show(time) +
                                " ps");
    const int last = getNumSlices() - 1;
    if (outside == Outside::Refuse && (time < times.front() || time > times.back()))
        throw std::out_of_range("DrivingProtocol: time " + show(time) + " ps lies outside the grid from " +
                                show(times.front()) + " to " + show(times.back()) + " ps");
    if (outside == Outside::Periodic) {
        const double period = times.back() - times.front();
        time -= period * std::floor((time - times.front()) / period);
    }
    if (time <= times.front())
        return {0, 0, 0.0};
    if (time >= times.back())
        return {last, last, 0.0};
    const int upper = static_cast<int>(std::upper_bound(times.begin(), times.end(), time) - times.begin());
    return {upper - 1, upper, (time - times[upper - 1]) / (times[upper] - times[upper - 1])};
}

void DrivingProtocol::evaluate(double time, double* theta) const {
    const Position at = locate(time);
    const double* lower = slices[at.lower].data();
    const double* upper = slices[at.upper].data();
    for (int a = 0; a < getNumParameters(); ++a)
        theta[a] = (1.0 - at.weight) * lower[a] + at.weight * upper[a];
}

NetworkParameters DrivingProtocol::evaluate(double time) const {
    NetworkParameters theta = getSlice(locate(time).lower); // of the right layout
    evaluate(time, theta.data());
    return theta;
}

DrivingProtocol DrivingProtocol::forGeneration(double sigma) const {
    if (!(sigma > 0.0) || !std::isfinite(sigma))
        throw std::invalid_argument("DrivingProtocol::forGeneration: sigma is " + show(sigma) +
                                    ", expected a positive number");
    std::vector<double> reversedTimes;
    std::vector<NetworkParameters> reversed;
    for (int k = getNumSlices() - 1; k >= 0; --k) {
        reversedTimes.push_back(times.back() - times[k]);
        NetworkParameters theta = slices[k];
        for (int a = 0; a < theta.size(); ++a)
            theta[a] *= 2.0;
        double* stiffness = theta.family(ParameterFamily::KLin);
        for (int i = 0; i < layout.getNumOscillators(); ++i)
            stiffness[i] -= 1.0 / (sigma * sigma);
        reversed.push_back(std::move(theta));
    }
    return {std::move(reversedTimes), std::move(reversed), outside};
}

DrivingProtocol DrivingProtocol::resampled(const std::vector<double>& newTimes) const {
    std::vector<NetworkParameters> newSlices;
    newSlices.reserve(newTimes.size());
    for (double time : newTimes)
        newSlices.push_back(evaluate(time));
    return {newTimes, std::move(newSlices), newTimes.size() < 2 ? Outside::Hold : outside};
}

DrivingProtocol DrivingProtocol::smoothed(double width) const {
    if (!(width >= 0.0) || !std::isfinite(width))
        throw std::invalid_argument("DrivingProtocol::smoothed: width is " + show(width) + ", expected a number >= 0");
    DrivingProtocol result = *this;
    if (width == 0.0)
        return result;
    for (int k = 0; k < getNumSlices(); ++k) {
        NetworkParameters mean = slices[k];
        std::fill(mean.data(), mean.data() + mean.size(), 0.0);
        double total = 0.0;
        for (int other = 0; other < getNumSlices(); ++other) {
            const double distance = (k - other) / width;
            const double weight = std::exp(-0.5 * distance * distance);
            total += weight;
            for (int a = 0; a < mean.size(); ++a)
                mean[a] += weight * slices[other][a];
        }
        for (int a = 0; a < mean.size(); ++a)
            mean[a] /= total;
        result.slices[k] = std::move(mean);
    }
    return result;
}

} // namespace OpenMMOscillators
