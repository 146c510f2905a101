// The recording room: writing trajectories.
%{
#include "openmmoscillators/recording/RecordingNotes.h"
#include "openmmoscillators/recording/TrajectoryRecorder.h"
%}
%template() std::map<std::string, double>;
%template() std::map<std::string, std::string>;

%settings(RecordingOptions)
%naturalvar OpenMMOscillators::RecordingOptions::forceGroups;
%feature("pythonappend") OpenMMOscillators::TrajectoryRecorder::TrajectoryRecorder %{
        self._recorded = args[1:3]  # the recorder refers to context and force
%}
%thread OpenMMOscillators::TrajectoryRecorder::record;
%thread OpenMMOscillators::TrajectoryRecorder::run;
%thread OpenMMOscillators::TrajectoryRecorder::recordAtTimes;
%thread OpenMMOscillators::TrajectoryRecorder::flush;
%thread OpenMMOscillators::TrajectoryRecorder::close;
%include "openmmoscillators/recording/TrajectoryRecorder.h"
%thread OpenMMOscillators::annotateRecording;
%include "openmmoscillators/recording/RecordingNotes.h"
%extend OpenMMOscillators::TrajectoryRecorder {
    %pythoncode %{
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
    %}
}
