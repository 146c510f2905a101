// XML of an OscillatorNetworkForce, which is then used.

#include "ExampleContext.h"
#include "FuzzTarget.h"
#include "XmlEdits.h"

namespace OpenMMOscillators {

const FuzzTarget& fuzzTarget() {
    static const OpenMM::SerializationNode original = nodeOf(*exampleForce(), "Force");
    const auto read = [](const std::string& input) {
        auto force = fromXml<OscillatorNetworkForce>(editXml(original, input));
        ExampleContext(std::move(force)).getIntegrator().step(2);
    };
    static const FuzzTarget target = {{{"unchanged", ""}}, read};
    return target;
}

} // namespace OpenMMOscillators
