#include "openmmoscillators/network/OscillatorNetwork.h"

#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

std::pair<int, int> unordered(int first, int second) {
    return std::minmax(first, second);
}

void checkSite(double x, double y, const std::string& caller) {
    if (!std::isfinite(x) || !std::isfinite(y))
        throw std::invalid_argument("OscillatorNetwork::" + caller + ": site (" + show(x) + ", " + show(y) +
                                    ") is not finite");
}

const std::array<std::string, 2> roleNames = {"visible", "latent"};

} // namespace

const std::string& getRoleName(OscillatorRole role) {
    return roleNames[static_cast<std::size_t>(role)];
}

OscillatorRole roleFromName(const std::string& name) {
    for (const OscillatorRole role : {OscillatorRole::Visible, OscillatorRole::Latent})
        if (getRoleName(role) == name)
            return role;
    throw std::invalid_argument("OscillatorRole: found '" + name + "', expected '" + roleNames[0] + "' or '" +
                                roleNames[1] + "'");
}

OscillatorNetwork OscillatorNetwork::squareLattice(int width, int height, int range) {
    if (width < 1 || height < 1)
        throw std::invalid_argument("OscillatorNetwork::squareLattice: width and height must be at least 1, found " +
                                    std::to_string(width) + " x " + std::to_string(height));
    if (range < 0)
        throw std::invalid_argument("OscillatorNetwork::squareLattice: range must be at least 0, found " +
                                    std::to_string(range));
    OscillatorNetwork network;
    for (int row = 0; row < height; ++row)
        for (int column = 0; column < width; ++column)
            network.addOscillator(column, row);
    for (int first = 0; first < width * height; ++first) {
        const int row = first / width, column = first % width;
        for (int otherRow = row; otherRow <= std::min(height - 1, row + range); ++otherRow)
            for (int other = std::max(0, column - range); other <= std::min(width - 1, column + range); ++other)
                if (otherRow * width + other > first)
                    network.addEdge(first, otherRow * width + other);
    }
    return network;
}

int OscillatorNetwork::getNumParameters() const {
    return ParameterLayout(*this).getNumParameters();
}

int OscillatorNetwork::addOscillator(double x, double y, OscillatorRole role) {
    checkSite(x, y, "addOscillator");
    sites.push_back({x, y});
    roles.push_back(role);
    return getNumOscillators() - 1;
}

void OscillatorNetwork::getOscillatorSite(int index, double& x, double& y) const {
    checkOscillator(index, "getOscillatorSite");
    x = sites[index][0];
    y = sites[index][1];
}

void OscillatorNetwork::setOscillatorSite(int index, double x, double y) {
    checkOscillator(index, "setOscillatorSite");
    checkSite(x, y, "setOscillatorSite");
    sites[index] = {x, y};
}

OscillatorRole OscillatorNetwork::getOscillatorRole(int index) const {
    checkOscillator(index, "getOscillatorRole");
    return roles[index];
}

void OscillatorNetwork::setOscillatorRole(int index, OscillatorRole role) {
    checkOscillator(index, "setOscillatorRole");
    roles[index] = role;
}

std::vector<int> OscillatorNetwork::getLatentOscillators() const {
    std::vector<int> latent;
    for (int i = 0; i < getNumOscillators(); ++i)
        if (roles[i] == OscillatorRole::Latent)
            latent.push_back(i);
    return latent;
}

int OscillatorNetwork::addEdge(int first, int second) {
    checkNewEdge(first, second, "addEdge");
    joined.insert(unordered(first, second));
    edges.emplace_back(first, second);
    return getNumEdges() - 1;
}

void OscillatorNetwork::getEdge(int index, int& first, int& second) const {
    checkEdge(index, "getEdge");
    first = edges[index].first;
    second = edges[index].second;
}

void OscillatorNetwork::setEdge(int index, int first, int second) {
    checkEdge(index, "setEdge");
    const std::pair<int, int> old = unordered(edges[index].first, edges[index].second);
    if (unordered(first, second) != old) {
        checkNewEdge(first, second, "setEdge");
        joined.erase(old);
        joined.insert(unordered(first, second));
    }
    edges[index] = {first, second};
}

void OscillatorNetwork::checkOscillator(int index, const std::string& caller) const {
    if (index < 0 || index >= getNumOscillators())
        throw std::out_of_range("OscillatorNetwork::" + caller + ": oscillator " + std::to_string(index) +
                                " does not exist: the network has " + std::to_string(getNumOscillators()));
}

void OscillatorNetwork::checkEdge(int index, const std::string& caller) const {
    if (index < 0 || index >= getNumEdges())
        throw std::out_of_range("OscillatorNetwork::" + caller + ": edge " + std::to_string(index) +
                                " does not exist: the network has " + std::to_string(getNumEdges()));
}

void OscillatorNetwork::checkNewEdge(int first, int second, const std::string& caller) const {
    checkOscillator(first, caller);
    checkOscillator(second, caller);
    const std::string edge = "(" + std::to_string(first) + ", " + std::to_string(second) + ")";
    if (first == second)
        throw std::invalid_argument("OscillatorNetwork::" + caller + ": edge " + edge +
                                    " joins an oscillator to itself");
    if (joined.count(unordered(first, second)) > 0)
        throw std::invalid_argument("OscillatorNetwork::" + caller + ": duplicate edge " + edge +
                                    ": these two oscillators are joined already");
}

} // namespace OpenMMOscillators
