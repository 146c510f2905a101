#include "openmmoscillators/recording/NetworkGroup.h"

#include "openmmoscillators/recording/Hdf5File.h"
#include <stdexcept>
#include <utility>
#include <vector>

namespace OpenMMOscillators::NetworkGroup {

namespace {

std::vector<std::string> familyNames() {
    std::vector<std::string> names;
    for (const ParameterFamily family : allParameterFamilies)
        names.push_back(getParameterFamilyName(family));
    return names;
}

void writeNetwork(Hdf5File& file, const std::string& group, const OscillatorNetwork& network) {
    std::vector<double> sites;
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        double x, y;
        network.getOscillatorSite(i, x, y);
        sites.insert(sites.end(), {x, y});
    }
    std::vector<int> edges;
    for (const auto& [first, second] : network.getEdges())
        edges.insert(edges.end(), {first, second});
    file.createGroup(group);
    file.write(group + "/sites", {sites.size() / 2, 2}, sites);
    file.writeTextAttribute(group + "/sites", "unit", "nm");
    file.write(group + "/edges", {edges.size() / 2, 2}, edges);
    const std::vector<int> latent = network.getLatentOscillators();
    if (!latent.empty())
        file.write(group + "/latent", {latent.size()}, latent);
}

void writeProtocol(Hdf5File& file, const std::string& group, const DrivingProtocol& protocol) {
    std::vector<double> values;
    for (int k = 0; k < protocol.getNumSlices(); ++k) {
        const std::vector<double>& slice = protocol.getSlice(k).getValues();
        values.insert(values.end(), slice.begin(), slice.end());
    }
    const auto slices = static_cast<hsize_t>(protocol.getNumSlices());
    file.createGroup(group);
    file.write(group + "/times", {slices}, protocol.getTimes());
    file.writeTextAttribute(group + "/times", "unit", "ps");
    file.write(group + "/values", {slices, static_cast<hsize_t>(protocol.getNumParameters())}, values);
    file.writeTextAttribute(group + "/values", "families", familyNames());
    file.writeTextAttribute(group, "outside", getOutsideName(protocol.getOutside()));
}

} // namespace

void write(Hdf5File& file, const std::string& group, const OscillatorNetwork& network,
           const DrivingProtocol& protocol) {
    writeNetwork(file, group + "/network", network);
    writeProtocol(file, group + "/protocol", protocol);
}

OscillatorNetwork readNetwork(const Hdf5File& file, const std::string& group) {
    const std::vector<double> sites = file.read<double>(group + "/network/sites", {0, 2});
    const std::vector<int> edges = file.read<int>(group + "/network/edges", {0, 2});
    std::vector<int> latent;
    if (file.has(group + "/network/latent"))
        latent = file.read<int>(group + "/network/latent", {0});
    OscillatorNetwork network;
    const auto build = [&](const std::string& object, const auto& add) {
        try {
            add();
        } catch (const std::logic_error& error) { // std::invalid_argument or std::out_of_range
            throw RecordingError(file.getPath(), group + "/network/" + object, error.what());
        }
    };
    build("sites", [&] {
        for (std::size_t i = 0; i < sites.size(); i += 2)
            network.addOscillator(sites[i], sites[i + 1]);
    });
    build("latent", [&] {
        for (const int index : latent)
            network.setOscillatorRole(index, OscillatorRole::Latent);
    });
    build("edges", [&] {
        for (std::size_t e = 0; e < edges.size(); e += 2)
            network.addEdge(edges[e], edges[e + 1]);
    });
    return network;
}

DrivingProtocol readProtocol(const Hdf5File& file, const std::string& group, const OscillatorNetwork& network) {
    const std::string name = group + "/protocol";
    std::vector<double> times = file.read<double>(name + "/times", {0});
    const auto parameters = static_cast<std::size_t>(network.getNumParameters());
    const std::vector<double> values = file.read<double>(name + "/values", {times.size(), parameters});
    try {
        std::vector<NetworkParameters> slices;
        for (std::size_t k = 0; k < times.size(); ++k) {
            const auto first = values.begin() + static_cast<std::ptrdiff_t>(k * parameters);
            slices.emplace_back(network, std::vector<double>(first, first + static_cast<std::ptrdiff_t>(parameters)));
        }
        return DrivingProtocol(std::move(times), std::move(slices),
                               outsideFromName(file.readTextAttribute(name, "outside")));
    } catch (const std::logic_error& error) {
        throw RecordingError(file.getPath(), name, error.what());
    }
}

} // namespace OpenMMOscillators::NetworkGroup
