#pragma once

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace OpenMMOscillators {

/** What an oscillator is for: to show data, or to carry what is not seen of them (a code, or nothing given at all). */
enum class OscillatorRole { Visible, Latent };

/** "visible", "latent". */
const std::string& getRoleName(OscillatorRole role);
/** @throws std::invalid_argument naming both */
OscillatorRole roleFromName(const std::string& name);

/**
 * The topology of a network: oscillators, each with a site in the plane, and ordered edges (first, second) between
 * them. The order of an edge matters to one family only: c_optomech multiplies x_first^2 x_second.
 *
 * Build any topology with addOscillator() and addEdge(), or call squareLattice(). The values of the parameters are not
 * part of it: see NetworkParameters and DrivingProtocol.
 */
class OscillatorNetwork {
public:
    OscillatorNetwork() = default;
    /**
     * A grid of width x height oscillators at unit spacing; oscillator row * width + column has site (column, row).
     * Every pair with Chebyshev distance <= range is an edge (first < second), sorted by first, then second.
     * @throws std::invalid_argument if width or height < 1, or range < 0
     */
    static OscillatorNetwork squareLattice(int width, int height, int range);

    int getNumOscillators() const { return static_cast<int>(sites.size()); }
    int getNumEdges() const { return static_cast<int>(edges.size()); }
    /** Number of parameters P = 4 N + 3 E. */
    int getNumParameters() const;

    /**
     * Add an oscillator.
     * @param x, y  its site, in nm: where it is drawn and where its particle rests; no energy depends on it
     * @param role  no energy depends on it either
     * @return its index
     */
    int addOscillator(double x = 0.0, double y = 0.0, OscillatorRole role = OscillatorRole::Visible);
    /** @throws std::out_of_range if there is no oscillator of that index */
    void getOscillatorSite(int index, double& x, double& y) const;
    void setOscillatorSite(int index, double x, double y);
    OscillatorRole getOscillatorRole(int index) const;
    void setOscillatorRole(int index, OscillatorRole role);
    /** The indices of all latent oscillators, ascending. */
    std::vector<int> getLatentOscillators() const;

    /**
     * Add an edge between two different oscillators.
     * @return its index
     * @throws std::out_of_range if an oscillator does not exist
     * @throws std::invalid_argument if first == second, or if an edge between the two exists (in either order)
     */
    int addEdge(int first, int second);
    /** @throws std::out_of_range if there is no edge of that index */
    void getEdge(int index, int& first, int& second) const;
    /** Redefine an edge; throws as addEdge() does. */
    void setEdge(int index, int first, int second);
    /** All edges as (first, second), in the order of their indices. */
    const std::vector<std::pair<int, int>>& getEdges() const { return edges; }

    bool operator==(const OscillatorNetwork& other) const {
        return sites == other.sites && roles == other.roles && edges == other.edges;
    }
    bool operator!=(const OscillatorNetwork& other) const { return !(*this == other); }

private:
    void checkOscillator(int index, const std::string& caller) const;
    void checkEdge(int index, const std::string& caller) const;
    void checkNewEdge(int first, int second, const std::string& caller) const;

    std::vector<std::array<double, 2>> sites;
    std::vector<OscillatorRole> roles;
    std::vector<std::pair<int, int>> edges;
    std::set<std::pair<int, int>> joined; // each edge as (smaller, larger)
};

} // namespace OpenMMOscillators
