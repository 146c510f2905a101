#pragma once

#include "openmmoscillators/dynamics/OscillatorNetworkForceImpl.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace OpenMMOscillators {

/**
 * Whether a platform may take many steps at once, with nothing but the displacements of one OscillatorNetworkForce in
 * hand, and arrive where single steps through the Context's forces would. That is so if
 *
 *   - this force alone is in the integration force groups;
 *   - every other force is of a kind that does nothing between steps (a barostat, say, moves particles);
 *   - only displacements can move: every other coordinate has mobility 0 or belongs to a particle of mass 0;
 *   - the noise of oscillator i in replica r is stream first + r, index i;
 *   - no other OscillatorNetworkForce clamps any of them;
 *   - there are no virtual sites.
 */
class FusedSteps {
public:
    /** Reads what cannot change while a Context exists: particles and replicas. */
    explicit FusedSteps(const OpenMM::System& system);

    struct Choice {
        OscillatorNetworkForceImpl* force;
        std::uint32_t firstStream;
    };
    /** The force whose steps may be fused under the integrator's present settings, or none. */
    std::optional<Choice> choose(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator) const;

private:
    struct Candidate {
        const OscillatorNetworkForce* force;
        int axis;
        std::uint32_t firstStream;
    };
    std::vector<Candidate> candidates;
};

} // namespace OpenMMOscillators
