// A Context's checkpoint, which it then continues from. The names at its head, whose lengths OpenMM believes, are kept.

#include "ExampleContext.h"
#include "FuzzTarget.h"

namespace OpenMMOscillators {

namespace {

struct Checkpoint {
    std::string head, rest;
};

Checkpoint exampleCheckpoint() {
    ExampleContext example;
    example.getIntegrator().step(3);
    std::ostringstream stream;
    example.get().createCheckpoint(stream);
    const std::string bytes = stream.str(), platform = "Reference";
    const std::size_t headLength = bytes.find(platform) + platform.size() + 2 * sizeof(int); // particles, parameters
    return {bytes.substr(0, headLength), bytes.substr(headLength)};
}

void readCheckpoint(const std::string& bytes) {
    std::istringstream stream(bytes);
    ExampleContext example;
    example.get().loadCheckpoint(stream);
    example.getIntegrator().step(2);
}

} // namespace

const FuzzTarget& fuzzTarget() {
    static const Checkpoint original = exampleCheckpoint();
    const auto read = [](const std::string& rest) { readCheckpoint(original.head + rest); };
    static const FuzzTarget target = {{{"rest", original.rest}}, read};
    return target;
}

} // namespace OpenMMOscillators
