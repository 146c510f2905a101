#include "openmmoscillators/learning/LearningCheckpoint.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/ArrayFile.h"
#include "openmmoscillators/recording/RecordingError.h"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <utility>

namespace OpenMMOscillators {

namespace {

using Values = std::vector<double>;

// A report as numbers, in this order.
constexpr std::size_t numbersOfReport = 13;

Values packReport(const SliceReport& r) {
    return {r.time,
            static_cast<double>(r.iterations),
            r.residual,
            r.converged ? 1.0 : 0.0,
            static_cast<double>(r.numAtBound),
            r.trainingLoss,
            r.heldOutLoss,
            r.confinementRadius,
            r.seconds,
            r.feedback.share,
            r.feedback.mismatch,
            r.feedback.uncorrectedMismatch,
            r.feedback.escapedShare};
}

/** A number that counts, as it was packed. @throws std::invalid_argument if it cannot have been */
template <typename Integer>
Integer unpackCount(double number) {
    if (!(number >= 0.0 && number < static_cast<double>(std::numeric_limits<Integer>::max())))
        throw std::invalid_argument("found " + show(number) + " for a number that counts");
    return static_cast<Integer>(number);
}

/** The numbers of one array in rows of a length. @throws std::invalid_argument unless these are all */
template <typename Row>
std::vector<Row> unpackRows(const Values& numbers, std::size_t length, std::size_t rows) {
    if (length == 0 ? !numbers.empty() : numbers.size() % length != 0 || numbers.size() / length != rows)
        throw std::invalid_argument("there are " + std::to_string(numbers.size()) + " numbers, expected " +
                                    std::to_string(rows) + " rows of " + std::to_string(length));
    std::vector<Row> result;
    for (auto first = numbers.begin(); first != numbers.end(); first += static_cast<std::ptrdiff_t>(length))
        result.emplace_back(first, first + static_cast<std::ptrdiff_t>(length));
    return result;
}

SliceReport unpackReport(const double* v) {
    SliceReport r;
    r.time = v[0];
    r.iterations = unpackCount<int>(v[1]);
    r.residual = v[2];
    r.converged = v[3] != 0.0;
    r.numAtBound = unpackCount<int>(v[4]);
    r.trainingLoss = v[5];
    r.heldOutLoss = v[6];
    r.confinementRadius = v[7];
    r.seconds = v[8];
    r.feedback = {v[9], v[10], v[11], v[12]};
    return r;
}

void append(Values& all, const Values& more) {
    all.insert(all.end(), more.begin(), more.end());
}

void packLoop(const ClosedLoop::State& loop, ArrayFile& file) {
    const std::size_t panelSize = loop.population.panels.empty() ? 0 : loop.population.panels.front().size();
    file.arrays["loop"] = {loop.time, static_cast<double>(loop.population.step), static_cast<double>(panelSize)};
    file.arrays["loop_theta"] = loop.theta.getValues();
    file.arrays["loop_correction"] = loop.correction;
    file.arrays["loop_direction"] = loop.direction;
    Values& population = file.arrays["loop_population"];
    for (const AlignedVector<float>& panel : loop.population.panels)
        population.insert(population.end(), panel.begin(), panel.end());
}

ClosedLoop::State unpackLoop(const OscillatorNetwork& network, const ArrayFile& file) {
    ClosedLoop::State loop;
    const Values& numbers = file.get("loop");
    loop.time = numbers.at(0);
    loop.population.step = unpackCount<std::uint64_t>(numbers.at(1));
    loop.theta = NetworkParameters(network, file.get("loop_theta"));
    loop.correction = file.get("loop_correction");
    loop.direction = file.get("loop_direction");
    const Values& population = file.get("loop_population");
    const auto panelSize = unpackCount<std::size_t>(numbers.at(2));
    const std::size_t panels = panelSize == 0 ? 0 : population.size() / panelSize;
    loop.population.panels = unpackRows<AlignedVector<float>>(population, panelSize, panels);
    return loop;
}

void packStochastic(const StochasticState& state, ArrayFile& file) {
    file.arrays["stochastic"] = {static_cast<double>(state.optimizer.step),
                                 static_cast<double>(state.optimizer.averages.size())};
    file.arrays["stochastic_theta"] = state.theta.getValues();
    file.arrays["stochastic_sum"] = state.sum;
    for (const Values& average : state.optimizer.averages)
        append(file.arrays["stochastic_averages"], average);
}

StochasticState unpackStochastic(const OscillatorNetwork& network, const ArrayFile& file) {
    StochasticState state;
    state.theta = NetworkParameters(network, file.get("stochastic_theta"));
    state.sum = file.get("stochastic_sum");
    const Values& numbers = file.get("stochastic");
    state.optimizer.step = unpackCount<long>(numbers.at(0));
    state.optimizer.averages =
        unpackRows<Values>(file.get("stochastic_averages"), state.sum.size(), unpackCount<std::size_t>(numbers.at(1)));
    return state;
}

ArrayFile pack(const LearningState& state) {
    ArrayFile file;
    file.arrays["seconds"] = {state.seconds};
    for (const NetworkParameters& theta : state.learned)
        append(file.arrays["learned"], theta.getValues());
    for (const SliceReport& report : state.reports)
        append(file.arrays["reports"], packReport(report));
    if (state.matched.size() > 0)
        file.arrays["matched"] = state.matched.getValues();
    if (state.loop.time > 0.0)
        packLoop(state.loop, file);
    if (state.stochastic)
        packStochastic(*state.stochastic, file);
    if (!state.device.empty())
        file.arrays["device"] = state.device;
    return file;
}

LearningState unpack(const OscillatorNetwork& network, const ArrayFile& file) {
    LearningState state;
    state.seconds = file.get("seconds").at(0);
    if (file.arrays.count("learned") != 0) {
        const Values &learned = file.get("learned"), &reports = file.get("reports");
        const std::size_t slices = reports.size() / numbersOfReport;
        for (const Values& theta : unpackRows<Values>(learned, network.getNumParameters(), slices))
            state.learned.emplace_back(network, theta);
        for (const Values& report : unpackRows<Values>(reports, numbersOfReport, slices))
            state.reports.push_back(unpackReport(report.data()));
    }
    if (file.arrays.count("matched") != 0)
        state.matched = NetworkParameters(network, file.get("matched"));
    if (file.arrays.count("loop") != 0)
        state.loop = unpackLoop(network, file);
    if (file.arrays.count("stochastic") != 0)
        state.stochastic = unpackStochastic(network, file);
    if (file.arrays.count("device") != 0)
        state.device = file.get("device");
    return state;
}

} // namespace

LearningCheckpoint::LearningCheckpoint(std::string filePath, std::string identityText)
    : path(std::move(filePath)), identity(std::move(identityText)), lastSaved(std::chrono::steady_clock::now()) {}

bool LearningCheckpoint::exists() const {
    return std::ifstream(path).good();
}

std::string LearningCheckpoint::readIdentity(const std::string& path) {
    return ArrayFile::read(path).purpose;
}

std::optional<LearningState> LearningCheckpoint::load(const OscillatorNetwork& network) const {
    if (!exists())
        return std::nullopt;
    const ArrayFile file = ArrayFile::read(path);
    if (file.purpose != identity)
        throw RecordingError(path, "", "this checkpoint is of other learning: settings or samples differ");
    try {
        return unpack(network, file);
    } catch (const std::logic_error& error) {
        throw RecordingError(path, "", std::string("this is no checkpoint of this network: ") + error.what());
    }
}

void LearningCheckpoint::save(const LearningState& state) {
    ArrayFile file = pack(state);
    file.purpose = identity;
    file.write(path);
    lastSaved = std::chrono::steady_clock::now();
}

bool LearningCheckpoint::isDue() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - lastSaved).count() >= secondsBetween;
}

void LearningCheckpoint::remove() {
    if (std::remove(path.c_str()) != 0 && errno != ENOENT)
        throw RecordingError(path, "", std::string("this checkpoint cannot be removed: ") + std::strerror(errno));
}

} // namespace OpenMMOscillators
