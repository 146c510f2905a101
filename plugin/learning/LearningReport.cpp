#include "openmmoscillators/learning/LearningReport.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace OpenMMOscillators {

namespace {

template <typename Value>
std::vector<Value> column(const std::vector<SliceReport>& slices, Value SliceReport::*member) {
    std::vector<Value> values;
    values.reserve(slices.size());
    for (const SliceReport& slice : slices)
        values.push_back(slice.*member);
    return values;
}

std::vector<double> column(const std::vector<SliceReport>& slices, double FeedbackReport::*member) {
    std::vector<double> values;
    values.reserve(slices.size());
    for (const SliceReport& slice : slices)
        values.push_back(slice.feedback.*member);
    return values;
}

template <typename... Values>
std::string format(const char* pattern, Values... values) {
    char text[256];
    std::snprintf(text, sizeof text, pattern, values...);
    return text;
}

/** Nothing if the population kept to the region of the data; else when most of it did not. */
std::string describeEscapes(const std::vector<SliceReport>& slices) {
    const auto worst = std::max_element(slices.begin(), slices.end(), [](const SliceReport& a, const SliceReport& b) {
        return a.feedback.escapedShare < b.feedback.escapedShare;
    });
    if (worst == slices.end() || worst->feedback.escapedShare == 0.0)
        return "";
    return format("; %.3g %% of the population left the region of the data at %.3g ps",
                  100.0 * worst->feedback.escapedShare, worst->time);
}

} // namespace

bool LearningReport::hasConverged() const {
    return std::all_of(slices.begin(), slices.end(), [](const SliceReport& slice) { return slice.converged; });
}

double LearningReport::getConfinementRadius() const {
    double largest = 0.0;
    for (const SliceReport& slice : slices)
        largest = std::max(largest, slice.confinementRadius);
    return largest;
}

double LearningReport::getLargestResidual() const {
    double largest = 0.0;
    for (const SliceReport& slice : slices)
        largest = std::max(largest, slice.residual);
    return largest;
}

std::string LearningReport::briefReport() const {
    const long converged =
        std::count_if(slices.begin(), slices.end(), [](const SliceReport& s) { return s.converged; });
    const std::string outcome =
        optimizer == SliceOptimizer::Exact
            ? format("%ld of %zu slices converged", converged, slices.size())
            : format("%d %s steps a slice, residual at most %.2g", slices.empty() ? 0 : slices.front().iterations,
                     getSliceOptimizerName(optimizer).c_str(), getLargestResidual());
    return format("%s%s: %d parameters x %zu slices from %zu samples in %.1f s; %s; confined within %.3g nm",
                  rule.c_str(), closedLoop ? ", closed loop" : "", numParameters, slices.size(), numSamples, seconds,
                  outcome.c_str(), getConfinementRadius()) +
           describeEscapes(slices);
}

std::string LearningReport::fullReport() const {
    std::string text = briefReport() + "\n";
    text += format("%10s %10s %9s %9s %8s %13s %13s %9s %8s", "time/ps", "iterations", "residual", "converged",
                   "at bound", "training loss", "held-out loss", "radius/nm", "seconds");
    text += closedLoop ? format(" %8s %11s %11s %8s\n", "feedback", "mismatch", "without", "escaped") : "\n";
    for (const SliceReport& s : slices) {
        text += format("%10.5f %10d %9.1e %9s %8d %13.5f %13.5f %9.3g %8.2f", s.time, s.iterations, s.residual,
                       s.converged ? "yes" : "no", s.numAtBound, s.trainingLoss, s.heldOutLoss, s.confinementRadius,
                       s.seconds);
        text += closedLoop ? format(" %8.3f %11.4g %11.4g %8.5f\n", s.feedback.share, s.feedback.mismatch,
                                    s.feedback.uncorrectedMismatch, s.feedback.escapedShare)
                           : "\n";
    }
    return text;
}

std::vector<double> LearningReport::getTimes() const {
    return column(slices, &SliceReport::time);
}

std::vector<int> LearningReport::getIterations() const {
    return column(slices, &SliceReport::iterations);
}

std::vector<double> LearningReport::getResiduals() const {
    return column(slices, &SliceReport::residual);
}

std::vector<int> LearningReport::getNumbersAtBound() const {
    return column(slices, &SliceReport::numAtBound);
}

std::vector<double> LearningReport::getTrainingLosses() const {
    return column(slices, &SliceReport::trainingLoss);
}

std::vector<double> LearningReport::getHeldOutLosses() const {
    return column(slices, &SliceReport::heldOutLoss);
}

std::vector<double> LearningReport::getConfinementRadii() const {
    return column(slices, &SliceReport::confinementRadius);
}

std::vector<double> LearningReport::getSeconds() const {
    return column(slices, &SliceReport::seconds);
}

std::vector<double> LearningReport::getFeedbackShares() const {
    return column(slices, &FeedbackReport::share);
}

std::vector<double> LearningReport::getMismatches() const {
    return column(slices, &FeedbackReport::mismatch);
}

std::vector<double> LearningReport::getUncorrectedMismatches() const {
    return column(slices, &FeedbackReport::uncorrectedMismatch);
}

std::vector<double> LearningReport::getEscapedShares() const {
    return column(slices, &FeedbackReport::escapedShare);
}

} // namespace OpenMMOscillators
