// The recording room: reading trajectories, protocol files.
%{
#include "openmmoscillators/recording/ProtocolFile.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "RecordingArrays.h"
%}

// Reader
%ignore OpenMMOscillators::TrajectoryFile::TrajectoryFile(TrajectoryFile&&);
%ignore OpenMMOscillators::TrajectoryFile::operator=;
%ignore OpenMMOscillators::TrajectoryFile::readDisplacements;
%ignore OpenMMOscillators::TrajectoryFile::readForces;
%rename(readDisplacements) OpenMMOscillators::TrajectoryFile::readDisplacementArray;
%rename(readForces) OpenMMOscillators::TrajectoryFile::readForceArray;
%thread OpenMMOscillators::TrajectoryFile::TrajectoryFile;
%thread OpenMMOscillators::TrajectoryFile::readDisplacementArray;
%thread OpenMMOscillators::TrajectoryFile::readForceArray;
%thread OpenMMOscillators::TrajectoryFile::getNetwork;
%thread OpenMMOscillators::TrajectoryFile::getProtocol;
%include "openmmoscillators/recording/TrajectoryFile.h"
%extend OpenMMOscillators::TrajectoryFile {
    /** Displacements of some replicas in one frame, an array (count, N), in nm; of all from firstReplica on if count is
     * not given. */
    NumpyArrays::Table<float> readDisplacementArray(int frame, int firstReplica = 0, int count = -1) const {
        return RecordingArrays::readDisplacements(*$self, frame, firstReplica, count);
    }
    /** The same for the forces of the network along the displacement axis, in kJ/(mol nm). */
    NumpyArrays::Table<float> readForceArray(int frame, int firstReplica = 0, int count = -1) const {
        return RecordingArrays::readForces(*$self, frame, firstReplica, count);
    }
}

// Protocol files
%settings(LearnedProtocol)
%naturalvar OpenMMOscillators::LearnedProtocol::network;
%naturalvar OpenMMOscillators::LearnedProtocol::protocol;
%thread OpenMMOscillators::ProtocolFile::write;
%thread OpenMMOscillators::ProtocolFile::read;
%include "openmmoscillators/recording/ProtocolFile.h"
