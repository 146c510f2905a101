#pragma once

#include "openmmoscillators/network/ParameterFamily.h"
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * Where each family lies in the flat parameter vector theta of a network with N oscillators and E edges:
 *
 *   k_lin[N], k_duff[N], k_6[N], bias[N], c_lin[E], c_optomech[E], c_duff[E]
 *
 * The single place that knows this order.
 */
class ParameterLayout {
public:
    ParameterLayout() = default;
    ParameterLayout(int numOscillators, int numEdges) : oscillators(numOscillators), edges(numEdges) {}
    explicit ParameterLayout(const OscillatorNetwork& network);
    int getNumOscillators() const { return oscillators; }
    int getNumEdges() const { return edges; }
    /** P = 4 N + 3 E. */
    int getNumParameters() const { return numOscillatorFamilies * oscillators + numEdgeFamilies * edges; }
    /** Number of parameters of a family: N or E. */
    int getSize(ParameterFamily family) const { return isEdgeFamily(family) ? edges : oscillators; }
    /** Flat index of a family's first parameter. */
    int getOffset(ParameterFamily family) const {
        const int index = static_cast<int>(family);
        return isEdgeFamily(family) ? numOscillatorFamilies * oscillators + (index - numOscillatorFamilies) * edges
                                    : index * oscillators;
    }
    bool operator==(const ParameterLayout& other) const {
        return oscillators == other.oscillators && edges == other.edges;
    }

private:
    int oscillators = 0;
    int edges = 0;
};

/** The values theta of all parameters of a network at one time, in kJ/mol and nm. Initially zero. */
class NetworkParameters {
public:
    NetworkParameters() = default;
    explicit NetworkParameters(const OscillatorNetwork& network);
    /** @throws std::invalid_argument if values does not hold P finite numbers */
    NetworkParameters(const OscillatorNetwork& network, std::vector<double> values);
    NetworkParameters(const ParameterLayout& parameterLayout, std::vector<double> values);

    const ParameterLayout& getLayout() const { return layout; }
    int size() const { return static_cast<int>(values.size()); }
    const std::vector<double>& getValues() const { return values; }
    double* data() { return values.data(); }
    const double* data() const { return values.data(); }
    double& operator[](int index) { return values[index]; }
    double operator[](int index) const { return values[index]; }
    /** View of one family: layout.getSize(family) consecutive values. */
    double* family(ParameterFamily which) { return values.data() + layout.getOffset(which); }
    const double* family(ParameterFamily which) const { return values.data() + layout.getOffset(which); }
    /** Copy of one family. */
    std::vector<double> getFamily(ParameterFamily which) const;
    /** @throws std::invalid_argument if the number of values is not the family's, or one is not finite */
    void setFamily(ParameterFamily which, const std::vector<double>& newValues);
    /** Set every parameter of one family to the same value. */
    void fillFamily(ParameterFamily which, double value);
    /** @throws std::out_of_range if the family has no parameter of that index */
    double get(ParameterFamily which, int index) const;
    void set(ParameterFamily which, int index, double value);

private:
    ParameterLayout layout;
    std::vector<double> values;
};

} // namespace OpenMMOscillators
