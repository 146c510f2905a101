#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/recording/ReplicaTable.h"
#include <string>
#include <vector>

namespace OpenMMOscillators {

/** Something recorded of every particle. */
struct RecordedElement {
    std::string name;
    std::string unit;
    /** 3 for vectors, 1 for scalars. */
    int components;
};

/** What a recording is of: the same for all runs in it. */
struct RecordingSubject {
    int numParticles = 0;
    bool periodic = false;
    bool doublePrecision = false;
    std::vector<RecordedElement> elements;
    OscillatorNetwork network;
    DrivingProtocol protocol;
    ReplicaTable replicas;
    int displacementAxis = 2;
    int networkForceGroup = 0;
};

} // namespace OpenMMOscillators
