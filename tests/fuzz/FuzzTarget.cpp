#include "FuzzTarget.h"

#include "openmm/OpenMMException.h"
#include "openmmoscillators/recording/RecordingError.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace OpenMMOscillators;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    try {
        fuzzTarget().read(std::string(reinterpret_cast<const char*>(data), size));
    } catch (const OpenMM::OpenMMException&) {
        // refused
    } catch (const RecordingError&) {
        // refused
    }
    return 0;
}

/** Fuzz<Kind> --seeds FOLDER writes what fuzzing begins with, which must be taken, and ends. */
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    if (*argc != 3 || std::string((*argv)[1]) != "--seeds")
        return 0;
    const std::filesystem::path folder = (*argv)[2];
    std::filesystem::create_directories(folder);
    for (const auto& [name, input] : fuzzTarget().seeds) {
        fuzzTarget().read(input);
        std::ofstream(folder / name, std::ios::binary) << input;
    }
    std::exit(EXIT_SUCCESS);
}
