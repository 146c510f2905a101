#include "openmmoscillators/recording/TrajectoryTimes.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/Hdf5File.h"
#include "openmmoscillators/recording/RecordingLayout.h"
#include <cmath>

namespace OpenMMOscillators {

namespace {

std::vector<double> readIncrement(const Hdf5File& file, const std::string& element, const std::string& name) {
    const double increment = file.read<double>(name, {}).front();
    const double offset = file.hasAttribute(name, "offset") ? file.readAttribute<double>(name, "offset") : 0.0;
    const Hdf5Shape shape = file.getShape(element + "/value");
    std::vector<double> times(shape.empty() ? 0 : shape.front());
    for (std::size_t k = 0; k < times.size(); ++k)
        times[k] = offset + static_cast<double>(k) * increment;
    return times;
}

} // namespace

std::vector<double> readTimes(const Hdf5File& file, const std::string& element) {
    const std::string name = element + "/time";
    if (!file.has(name))
        throw RecordingError(file.getPath(), name, "there is no such dataset: the time of each frame is needed");
    const bool increment = file.getShape(name).empty();
    std::vector<double> times = increment ? readIncrement(file, element, name) : file.read<double>(name, {0});
    if (file.hasAttribute(name, "unit") && file.readTextAttribute(name, "unit") != RecordingLayout::time)
        throw RecordingError(file.getPath(), name,
                             "has unit '" + file.readTextAttribute(name, "unit") + "', expected '" +
                                 RecordingLayout::time + "'");
    for (std::size_t k = 0; k < times.size(); ++k) {
        if (!std::isfinite(times[k]))
            throw RecordingError(file.getPath(), name,
                                 "time " + std::to_string(k) + " is " + show(times[k]) + ", expected a finite number");
        if (k > 0 && times[k] <= times[k - 1])
            throw RecordingError(file.getPath(), name,
                                 "times must increase strictly, but time " + std::to_string(k) + " (" + show(times[k]) +
                                     ") follows " + show(times[k - 1]));
    }
    return times;
}

} // namespace OpenMMOscillators
