#include "openmmoscillators/recording/RecordedRuns.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/RecordingLayout.h"
#include <type_traits>

namespace OpenMMOscillators::RecordedRuns {

namespace {

std::string groupOf(int number) {
    return RecordingLayout::oscillators + "/run_" + std::to_string(number);
}

int countRuns(const Hdf5File& file) {
    int number = 0;
    while (file.has(groupOf(number)))
        ++number;
    return number;
}

void writeEntry(Hdf5File& file, const std::string& group, const std::string& name, const std::string& value) {
    file.writeTextAttribute(group, name, value);
}
template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T>>>
void writeEntry(Hdf5File& file, const std::string& group, const std::string& name, T value) {
    file.writeAttribute(group, name, value);
}
template <typename T>
void writeEntry(Hdf5File& file, const std::string& group, const std::string& name, const std::vector<T>& values) {
    file.write(group + "/" + name, {values.size()}, values); // attributes have room for few numbers only
}

void readEntry(const Hdf5File& file, const std::string& group, const std::string& name, std::string& value) {
    value = file.readTextAttribute(group, name);
}
template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T>>>
void readEntry(const Hdf5File& file, const std::string& group, const std::string& name, T& value) {
    value = file.readAttribute<T>(group, name);
}
template <typename T>
void readEntry(const Hdf5File& file, const std::string& group, const std::string& name, std::vector<T>& values) {
    values = file.read<T>(group + "/" + name, {0});
}

std::string describe(const std::string& value) {
    return value;
}
template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T>>>
std::string describe(T value) {
    return show(static_cast<double>(value));
}
template <typename T>
std::string describe(const std::vector<T>& values) {
    if (values.size() > 3)
        return std::to_string(values.size()) + " numbers";
    std::string text;
    for (const T value : values)
        text += (text.empty() ? "" : ", ") + describe(value);
    return "(" + text + ")";
}

} // namespace

void write(Hdf5File& file, const RunProvenance& run, long long firstFrame) {
    const std::string group = groupOf(countRuns(file));
    file.createGroup(group);
    file.writeAttribute(group, "first_frame", firstFrame);
    for (const auto& entry : run)
        std::visit([&](const auto& value) { writeEntry(file, group, entry.first, value); }, entry.second);
}

void checkSettings(const Hdf5File& file, const RunProvenance& run) {
    const int runs = countRuns(file);
    if (runs == 0)
        return;
    const std::string group = groupOf(runs - 1);
    for (const auto& entry : run)
        if (isSetting(entry.first))
            std::visit(
                [&](const auto& value) {
                    std::decay_t<decltype(value)> found;
                    readEntry(file, group, entry.first, found);
                    if (found != value)
                        throw RecordingError(file.getPath(), group,
                                             "cannot append: the recording has " + entry.first + " " + describe(found) +
                                                 ", this run has " + describe(value));
                },
                entry.second);
}

} // namespace OpenMMOscillators::RecordedRuns
