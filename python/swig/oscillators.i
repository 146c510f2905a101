%module(package="openmmoscillators") oscillators
%feature("autodoc", "0");

%{
#include "NumpyArrays.h"
#include "OpenMM.h"
#include "OpenMMAmoeba.h" // the classes of OpenMM's own plugins, which its interface file names
#include "OpenMMDrude.h"
#include "openmm/RPMDIntegrator.h"
#include "openmm/RPMDMonteCarloBarostat.h"
using OpenMM::Vec3; // named without its namespace by OpenMM's typemaps
%}

%init %{
    import_array1(-1);
%}

%import(module="openmm") "swig/OpenMMSwigHeaders.i"
%include "swig/typemaps.i"
%apply Vec3 { OpenMM::Vec3 };
%apply const Vec3& { const OpenMM::Vec3& };
%include "std_string.i"
%include "std_map.i"
%include "std_vector.i"
%include "exceptions.i"
%include "arrays.i"
%include "options.i"

// Calls that only read or set a value keep Python's lock; those that compute say %thread where they are declared.
%nothread;

%include "network.i"
%include "dynamics.i"
%include "recording.i"
%include "recorder.i"
%include "learning.i"
%include "thermodynamics.i"

%pythoncode %{
__all__ = [name for name, value in list(globals().items())
           if name != "SwigPyIterator" and not name.startswith("_")
           and getattr(value, "__module__", __name__) == __name__
           and (callable(value) or name.isupper())]
%}
