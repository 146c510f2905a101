#pragma once

#include "NumpyArrays.h"
#include "openmmoscillators/network/ClampedPaths.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <stdexcept>

/** Networks, protocols and their arithmetic as Python sees them: whole arrays. */
namespace NetworkArrays {

using NumpyArrays::Table;
using OpenMMOscillators::ClampedPaths;
using OpenMMOscillators::DrivingProtocol;
using OpenMMOscillators::NetworkParameters;
using OpenMMOscillators::OscillatorNetwork;
using OpenMMOscillators::ParameterLayout;

inline Table<int> getEdges(const OscillatorNetwork& network) {
    std::vector<int> values;
    values.reserve(2 * network.getEdges().size());
    for (const auto& edge : network.getEdges())
        values.insert(values.end(), {edge.first, edge.second});
    return {std::move(values), network.getNumEdges(), 2};
}

inline Table<double> getSites(const OscillatorNetwork& network) {
    std::vector<double> values(2 * static_cast<std::size_t>(network.getNumOscillators()));
    for (int i = 0; i < network.getNumOscillators(); ++i)
        network.getOscillatorSite(i, values[2 * i], values[2 * i + 1]);
    return {std::move(values), network.getNumOscillators(), 2};
}

inline void addOscillators(OscillatorNetwork& network, const Table<double>& sites,
                           OpenMMOscillators::OscillatorRole role) {
    checkShape(sites, static_cast<int>(sites.rows), 2, "OscillatorNetwork::addOscillators");
    for (npy_intp row = 0; row < sites.rows; ++row)
        network.addOscillator(sites.values[2 * row], sites.values[2 * row + 1], role);
}

inline void addEdges(OscillatorNetwork& network, const Table<int>& edges) {
    checkShape(edges, static_cast<int>(edges.rows), 2, "OscillatorNetwork::addEdges");
    for (npy_intp row = 0; row < edges.rows; ++row)
        network.addEdge(edges.values[2 * row], edges.values[2 * row + 1]);
}

inline void addPaths(ClampedPaths& paths, const std::vector<int>& replicas, const std::vector<int>& oscillators,
                     const Table<double>& values) {
    checkShape(values, static_cast<int>(replicas.size()), static_cast<int>(paths.getTimes().size()),
               "ClampedPaths::add");
    if (oscillators.size() != replicas.size())
        throw std::invalid_argument("ClampedPaths::add: " + std::to_string(oscillators.size()) + " oscillators for " +
                                    std::to_string(replicas.size()) + " replicas, expected one for each");
    auto row = values.values.begin();
    for (std::size_t p = 0; p < replicas.size(); ++p, row += values.columns)
        paths.add(replicas[p], oscillators[p], std::vector<double>(row, row + values.columns));
}

inline std::vector<int> getReplicas(const ClampedPaths& paths) {
    std::vector<int> replicas;
    for (int p = 0; p < paths.getNumPaths(); ++p)
        replicas.push_back(paths.getPath(p).replica);
    return replicas;
}

inline std::vector<int> getOscillators(const ClampedPaths& paths) {
    std::vector<int> oscillators;
    for (int p = 0; p < paths.getNumPaths(); ++p)
        oscillators.push_back(paths.getPath(p).oscillator);
    return oscillators;
}

inline Table<double> getPathValues(const ClampedPaths& paths) {
    std::vector<double> values;
    for (int p = 0; p < paths.getNumPaths(); ++p)
        values.insert(values.end(), paths.getPath(p).values.begin(), paths.getPath(p).values.end());
    return {std::move(values), paths.getNumPaths(), static_cast<npy_intp>(paths.getTimes().size())};
}

/** A protocol from its slices as an array (K, P). */
inline DrivingProtocol makeProtocol(const ParameterLayout& layout, const std::vector<double>& times,
                                    const Table<double>& values, DrivingProtocol::Outside outside) {
    checkShape(values, static_cast<int>(times.size()), layout.getNumParameters(), "DrivingProtocol");
    std::vector<NetworkParameters> slices;
    slices.reserve(times.size());
    for (auto row = values.values.begin(); row != values.values.end(); row += values.columns)
        slices.emplace_back(layout, std::vector<double>(row, row + values.columns));
    return {times, std::move(slices), outside};
}

/** All slices of a protocol as an array (K, P). */
inline Table<double> getValues(const DrivingProtocol& protocol) {
    const std::size_t numParameters = protocol.getNumParameters();
    std::vector<double> values(protocol.getNumSlices() * numParameters);
    for (int slice = 0; slice < protocol.getNumSlices(); ++slice)
        std::copy_n(protocol.getSlice(slice).data(), numParameters, values.begin() + slice * numParameters);
    return {std::move(values), protocol.getNumSlices(), protocol.getNumParameters()};
}

/** Checks what energies and forces of states x (R, N) need. */
inline void checkStates(const OscillatorNetwork& network, const NetworkParameters& parameters, const Table<double>& x,
                        const std::string& caller) {
    if (!(parameters.getLayout() == ParameterLayout(network)))
        throw std::invalid_argument(caller + ": the parameters are of a network of " +
                                    std::to_string(parameters.getLayout().getNumOscillators()) + " oscillators and " +
                                    std::to_string(parameters.getLayout().getNumEdges()) + " edges, this one has " +
                                    std::to_string(network.getNumOscillators()) + " and " +
                                    std::to_string(network.getNumEdges()));
    checkShape(x, static_cast<int>(x.rows), network.getNumOscillators(), caller);
}

inline std::vector<double> computeEnergies(const OscillatorNetwork& network, const NetworkParameters& parameters,
                                           const Table<double>& x) {
    checkStates(network, parameters, x, "OscillatorNetwork::computeEnergies");
    std::vector<double> energies(x.rows);
    for (npy_intp row = 0; row < x.rows; ++row)
        energies[row] =
            OpenMMOscillators::NetworkEnergy::energy(network, parameters.data(), x.values.data() + row * x.columns);
    return energies;
}

inline Table<double> computeForces(const OscillatorNetwork& network, const NetworkParameters& parameters,
                                   const Table<double>& x) {
    checkStates(network, parameters, x, "OscillatorNetwork::computeForces");
    std::vector<double> forces(x.values.size());
    for (npy_intp row = 0; row < x.rows; ++row)
        OpenMMOscillators::NetworkEnergy::gradient(network, parameters.data(), x.values.data() + row * x.columns,
                                                   forces.data() + row * x.columns);
    for (double& force : forces)
        force = -force;
    return {std::move(forces), x.rows, x.columns};
}

} // namespace NetworkArrays
