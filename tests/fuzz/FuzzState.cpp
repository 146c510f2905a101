// XML of a State with an integrator's parameters, which a Context then continues from.

#include "ExampleContext.h"
#include "FuzzTarget.h"
#include "XmlEdits.h"

namespace OpenMMOscillators {

const FuzzTarget& fuzzTarget() {
    static const OpenMM::SerializationNode original = nodeOf(exampleState(), "State");
    const auto read = [](const std::string& input) {
        const auto state = fromXml<OpenMM::State>(editXml(original, input));
        ExampleContext example;
        example.get().setState(*state);
        example.getIntegrator().step(2);
    };
    static const FuzzTarget target = {{{"unchanged", ""}}, read};
    return target;
}

} // namespace OpenMMOscillators
