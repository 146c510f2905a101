// XML of an OverdampedLangevinIntegrator, which is then used.

#include "ExampleContext.h"
#include "FuzzTarget.h"
#include "XmlEdits.h"

namespace OpenMMOscillators {

const FuzzTarget& fuzzTarget() {
    static const OpenMM::SerializationNode original = nodeOf(*exampleIntegrator(), "Integrator");
    const auto read = [](const std::string& input) {
        auto integrator = fromXml<OverdampedLangevinIntegrator>(editXml(original, input));
        ExampleContext(exampleForce(), std::move(integrator)).getIntegrator().step(2);
    };
    static const FuzzTarget target = {{{"unchanged", ""}}, read};
    return target;
}

} // namespace OpenMMOscillators
