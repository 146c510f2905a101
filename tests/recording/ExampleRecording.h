#pragma once

#include "openmmoscillators/recording/RecordingLayout.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "openmmoscillators/recording/TrajectoryWriter.h"
#include <cmath>
#include <gtest/gtest.h>

namespace OpenMMOscillators {

inline RecordingSubject makeSubject(int replicas, bool doublePrecision = false) {
    RecordingSubject subject;
    subject.network = OscillatorNetwork::squareLattice(3, 2, 1);
    NetworkParameters theta(subject.network);
    theta.fillFamily(ParameterFamily::KLin, 1.5);
    subject.protocol = DrivingProtocol(theta);
    subject.replicas = ReplicaTable(replicas, 6);
    subject.numParticles = replicas * 6;
    subject.doublePrecision = doublePrecision;
    subject.elements = {{RecordingLayout::position, "nm", 3},
                        {RecordingLayout::displacement, "nm", 1},
                        {RecordingLayout::displacementForce, "kJ mol-1 nm-1", 1}};
    return subject;
}

/** Distinct for every frame, element and entry, of many digits, and not easily compressed. */
inline double valueOf(int frame, std::size_t element, std::size_t entry) {
    const double scattered = std::fmod(43758.5453 * std::sin(12.9898 * static_cast<double>(entry)), 1.0);
    return 1.1 + 10.0 * frame + static_cast<double>(element) + scattered;
}

inline void appendFrame(TrajectoryWriter& writer) {
    const int frame = writer.getNumFrames();
    writer.append({10LL * frame, 0.25 * frame, {}}, [&](std::size_t element, ElementValues& values) {
        std::visit(
            [&](auto& array) {
                for (std::size_t k = 0; k < array.size(); ++k)
                    array[k] =
                        static_cast<typename std::decay_t<decltype(array)>::value_type>(valueOf(frame, element, k));
            },
            values);
    });
}

inline void appendFrames(TrajectoryWriter& writer, int count) {
    for (int k = 0; k < count; ++k)
        appendFrame(writer);
}

/** Every value of a file written by appendFrame() is as it should be. */
inline void expectFrames(const std::string& path, int frames, double tolerance = 1e-7) {
    const TrajectoryFile file(path);
    ASSERT_EQ(file.getNumFrames(), frames);
    const int replicas = file.getNumReplicas();
    for (int f = 0; f < frames; ++f) {
        EXPECT_EQ(file.getTimes()[f], 0.25 * f);
        const std::vector<double> x = file.readDisplacements(f, 0, replicas);
        const std::vector<double> force = file.readForces(f, 0, replicas);
        ASSERT_EQ(x.size(), force.size());
        for (std::size_t k = 0; k < x.size(); ++k) {
            ASSERT_NEAR(x[k], valueOf(f, 1, k), tolerance * std::abs(x[k])) << "frame " << f;
            ASSERT_NEAR(force[k], valueOf(f, 2, k), tolerance * std::abs(force[k])) << "frame " << f;
        }
    }
}

} // namespace OpenMMOscillators
