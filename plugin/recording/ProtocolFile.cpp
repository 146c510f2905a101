#include "openmmoscillators/recording/ProtocolFile.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/Hdf5File.h"
#include "openmmoscillators/recording/Hdf5Replacement.h"
#include "openmmoscillators/recording/NetworkGroup.h"
#include <cmath>
#include <cstdint>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

const std::string formatName = "openmm-oscillators-protocol";

void require(bool condition, const std::string& what) {
    if (!condition)
        throw std::invalid_argument("ProtocolFile: " + what);
}

void checkPositive(double value, const std::string& name) {
    require(std::isfinite(value) && value > 0.0, name + " is " + show(value) + ", expected a number > 0");
}

void check(const LearnedProtocol& learned) {
    const ParameterLayout layout(learned.network);
    require(learned.protocol.getNumSlices() > 0 && learned.protocol.getLayout() == layout,
            "the protocol has " + std::to_string(learned.protocol.getNumSlices()) + " slices of " +
                std::to_string(learned.protocol.getNumParameters()) + " parameters, expected at least one slice of " +
                std::to_string(layout.getNumParameters()) + " for this network");
    const std::size_t visible = learned.network.getNumOscillators() - learned.network.getLatentOscillators().size();
    const bool lattice = learned.latticeWidth != 0 || learned.latticeHeight != 0 || learned.latticeRange != 0;
    require(!lattice || (learned.latticeWidth > 0 && learned.latticeHeight > 0 && learned.latticeRange >= 0 &&
                         static_cast<std::size_t>(learned.latticeWidth) * learned.latticeHeight == visible),
            "the lattice is " + std::to_string(learned.latticeWidth) + " x " + std::to_string(learned.latticeHeight) +
                " with range " + std::to_string(learned.latticeRange) + ", but the network has " +
                std::to_string(visible) + " visible oscillators");
    checkPositive(learned.kT, "kT");
    checkPositive(learned.sigma, "sigma");
    checkPositive(learned.standardDeviation, "standardDeviation");
    require(std::isfinite(learned.mean), "mean is " + show(learned.mean) + ", expected a finite number");
}

/** More bytes than the file will have. */
std::uint64_t estimateSize(const LearnedProtocol& learned) {
    const std::uint64_t slices = learned.protocol.getNumSlices();
    const std::uint64_t numbers = slices * (1 + learned.protocol.getNumParameters()) +
                                  2 * learned.network.getNumOscillators() + learned.network.getNumEdges();
    return 8 * numbers + 2 * (learned.codes.size() + learned.settings.size() + learned.report.size()) + 65536;
}

void writeContents(Hdf5File& file, const LearnedProtocol& learned) {
    file.writeTextAttribute("/", "format", formatName);
    file.writeAttribute("/", "version", ProtocolFile::version);
    NetworkGroup::write(file, "", learned.network, learned.protocol);
    file.writeAttribute("/network", "lattice_width", learned.latticeWidth);
    file.writeAttribute("/network", "lattice_height", learned.latticeHeight);
    file.writeAttribute("/network", "lattice_range", learned.latticeRange);
    file.createGroup("/noising");
    file.writeAttribute("/noising", "kT", learned.kT);
    file.writeAttribute("/noising", "sigma", learned.sigma);
    file.createGroup("/normalisation");
    file.writeAttribute("/normalisation", "mean", learned.mean);
    file.writeAttribute("/normalisation", "standard_deviation", learned.standardDeviation);
    file.writeText("/codes", learned.codes);
    file.createGroup("/learning");
    file.writeText("/learning/settings", learned.settings);
    file.writeText("/learning/report", learned.report);
}

void checkFormat(const Hdf5File& file) {
    const std::string found =
        file.hasAttribute("/", "format") ? file.readTextAttribute("/", "format") : std::string("none");
    if (found != formatName)
        throw RecordingError(file.getPath(), "/",
                             "this is no protocol file: found format '" + found + "', expected '" + formatName + "'");
    const int version = file.readAttribute<int>("/", "version");
    if (version < 1 || version > ProtocolFile::version)
        throw RecordingError(file.getPath(), "/",
                             "found version " + std::to_string(version) + ", this program reads versions 1 to " +
                                 std::to_string(ProtocolFile::version));
}

} // namespace

void ProtocolFile::write(const std::string& path, const LearnedProtocol& learned) {
    check(learned);
    replaceHdf5File(path, estimateSize(learned), [&](Hdf5File& file) { writeContents(file, learned); });
}

LearnedProtocol ProtocolFile::read(const std::string& path) {
    const Hdf5File file(path, Hdf5File::Access::Read);
    checkFormat(file);
    LearnedProtocol learned;
    learned.network = NetworkGroup::readNetwork(file, "");
    learned.protocol = NetworkGroup::readProtocol(file, "", learned.network);
    learned.latticeWidth = file.readAttribute<int>("/network", "lattice_width");
    learned.latticeHeight = file.readAttribute<int>("/network", "lattice_height");
    learned.latticeRange = file.readAttribute<int>("/network", "lattice_range");
    learned.kT = file.readAttribute<double>("/noising", "kT");
    learned.sigma = file.readAttribute<double>("/noising", "sigma");
    learned.mean = file.readAttribute<double>("/normalisation", "mean");
    learned.standardDeviation = file.readAttribute<double>("/normalisation", "standard_deviation");
    if (file.has("/codes"))
        learned.codes = file.readText("/codes");
    learned.settings = file.readText("/learning/settings");
    learned.report = file.readText("/learning/report");
    try {
        check(learned);
    } catch (const std::invalid_argument& error) {
        throw RecordingError(path, "", error.what());
    }
    return learned;
}

} // namespace OpenMMOscillators
