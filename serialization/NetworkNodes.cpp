#include "NetworkNodes.h"

#include "NumberLists.h"
#include "openmmoscillators/dynamics/Errors.h"
#include <utility>

using OpenMM::OpenMMException;
using OpenMM::SerializationNode;

namespace OpenMMOscillators {

void writeNetwork(SerializationNode& node, const OscillatorNetwork& network) {
    std::vector<double> x(network.getNumOscillators()), y(network.getNumOscillators());
    for (int i = 0; i < network.getNumOscillators(); ++i)
        network.getOscillatorSite(i, x[i], y[i]);
    setDoubles(node, "siteX", x);
    setDoubles(node, "siteY", y);
    std::vector<int> first, second;
    for (const std::pair<int, int>& edge : network.getEdges()) {
        first.push_back(edge.first);
        second.push_back(edge.second);
    }
    setIntegers(node, "edgeFirst", first);
    setIntegers(node, "edgeSecond", second);
    setIntegers(node, "latent", network.getLatentOscillators());
}

OscillatorNetwork readNetwork(const SerializationNode& node) {
    const std::vector<double> x = getDoubles(node, "siteX"), y = getDoubles(node, "siteY");
    const std::vector<int> first = getIntegers(node, "edgeFirst"), second = getIntegers(node, "edgeSecond");
    if (x.size() != y.size() || first.size() != second.size())
        throw OpenMMException(node.getName() + ": found " + std::to_string(x.size()) + " siteX for " +
                              std::to_string(y.size()) + " siteY, and " + std::to_string(first.size()) +
                              " edgeFirst for " + std::to_string(second.size()) + " edgeSecond, expected equal counts");
    return withOpenMMErrors(node.getName(), [&] {
        OscillatorNetwork network;
        for (std::size_t i = 0; i < x.size(); ++i)
            network.addOscillator(x[i], y[i]);
        if (node.hasProperty("latent"))
            for (const int index : getIntegers(node, "latent"))
                network.setOscillatorRole(index, OscillatorRole::Latent);
        for (std::size_t e = 0; e < first.size(); ++e)
            network.addEdge(first[e], second[e]);
        return network;
    });
}

void writeProtocol(SerializationNode& node, const DrivingProtocol& protocol) {
    node.setStringProperty("outside", getOutsideName(protocol.getOutside()));
    for (int k = 0; k < protocol.getNumSlices(); ++k) {
        SerializationNode& slice = node.createChildNode("Slice");
        slice.setDoubleProperty("time", protocol.getTimes()[k]);
        for (ParameterFamily family : allParameterFamilies)
            setDoubles(slice, getParameterFamilyName(family), protocol.getSlice(k).getFamily(family));
    }
}

DrivingProtocol readProtocol(const SerializationNode& node, const OscillatorNetwork& network) {
    return withOpenMMErrors(node.getName(), [&] {
        std::vector<double> times;
        std::vector<NetworkParameters> slices;
        for (const SerializationNode& slice : node.getChildren()) {
            times.push_back(slice.getDoubleProperty("time"));
            NetworkParameters theta(network);
            for (ParameterFamily family : allParameterFamilies)
                theta.setFamily(family, getDoubles(slice, getParameterFamilyName(family)));
            slices.push_back(std::move(theta));
        }
        return DrivingProtocol(std::move(times), std::move(slices), outsideFromName(node.getStringProperty("outside")));
    });
}

void writeClampedPaths(SerializationNode& node, const ClampedPaths& paths) {
    setDoubles(node, "times", paths.getTimes());
    for (int p = 0; p < paths.getNumPaths(); ++p) {
        const ClampedPaths::Path& path = paths.getPath(p);
        SerializationNode& child = node.createChildNode("Path");
        child.setIntProperty("replica", path.replica);
        child.setIntProperty("oscillator", path.oscillator);
        setDoubles(child, "values", path.values);
    }
}

ClampedPaths readClampedPaths(const SerializationNode& node) {
    const std::vector<double> times = getDoubles(node, "times");
    if (times.empty())
        return {};
    return withOpenMMErrors(node.getName(), [&] {
        ClampedPaths paths(times);
        for (const SerializationNode& child : node.getChildren())
            paths.add(child.getIntProperty("replica"), child.getIntProperty("oscillator"), getDoubles(child, "values"));
        return paths;
    });
}

} // namespace OpenMMOscillators
