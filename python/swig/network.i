// The network room: topology, parameters, driving protocols.
%{
#include "openmmoscillators/network/ClampedPaths.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/network/ParameterFamily.h"
#include "NetworkArrays.h"
using namespace OpenMMOscillators;
%}

// Families and the behaviour outside a protocol's grid go by their names in Python.
%define %named_enum(TYPE, FROM_NAME, TO_NAME)
%typemap(in) TYPE {
    const char* name = PyUnicode_Check($input) ? PyUnicode_AsUTF8($input) : nullptr;
    if (name == nullptr) {
        PyErr_SetString(PyExc_TypeError, "in method '$symname', argument $argnum: expected a name (str)");
        SWIG_fail;
    }
    try {
        $1 = FROM_NAME(name);
    } catch (const std::exception& error) {
        PyErr_SetString(getOpenMMException(), error.what());
        SWIG_fail;
    }
}
%typemap(typecheck, precedence=SWIG_TYPECHECK_STRING) TYPE { $1 = PyUnicode_Check($input); }
%typemap(out) TYPE { $result = PyUnicode_FromString(TO_NAME($1).c_str()); }
%enddef
%named_enum(OpenMMOscillators::ParameterFamily, OpenMMOscillators::parameterFamilyFromName,
            OpenMMOscillators::getParameterFamilyName)
%named_enum(OpenMMOscillators::OscillatorRole, OpenMMOscillators::roleFromName, OpenMMOscillators::getRoleName)
%named_enum(OpenMMOscillators::DrivingProtocol::Outside, OpenMMOscillators::outsideFromName,
            OpenMMOscillators::getOutsideName)

// Objects that C++ returns by reference are copied: a Python object outlives whatever it came from.
%define %returned_as_copy(TYPE)
%typemap(out) const TYPE& { $result = SWIG_NewPointerObj(new TYPE(*$1), $1_descriptor, SWIG_POINTER_OWN); }
%enddef
%returned_as_copy(OpenMMOscillators::OscillatorNetwork)
%returned_as_copy(OpenMMOscillators::ParameterLayout)
%returned_as_copy(OpenMMOscillators::NetworkParameters)
%returned_as_copy(OpenMMOscillators::DrivingProtocol)

%apply double& OUTPUT { double& x, double& y };
%apply int& OUTPUT { int& first, int& second };

%ignore OpenMMOscillators::allParameterFamilies;
%ignore OpenMMOscillators::numOscillatorFamilies;
%ignore OpenMMOscillators::numEdgeFamilies;
%ignore OpenMMOscillators::isEdgeFamily;
%ignore OpenMMOscillators::parameterFamilyFromName;
%ignore OpenMMOscillators::getParameterFamilyName;
%ignore OpenMMOscillators::ParameterFamily;
%include "openmmoscillators/network/ParameterFamily.h"
%pythoncode %{
#: The seven families of parameters, in the flat order of NetworkParameters.
PARAMETER_FAMILIES = ("k_lin", "k_duff", "k_6", "bias", "c_lin", "c_optomech", "c_duff")
%}

// Topology
%ignore OpenMMOscillators::OscillatorNetwork::operator==;
%ignore OpenMMOscillators::OscillatorNetwork::operator!=;
%ignore OpenMMOscillators::OscillatorNetwork::getEdges;
%ignore OpenMMOscillators::getRoleName;
%ignore OpenMMOscillators::roleFromName;
%ignore OpenMMOscillators::OscillatorRole;
%rename(getEdges) OpenMMOscillators::OscillatorNetwork::getEdgeArray;
%thread OpenMMOscillators::OscillatorNetwork::squareLattice;
%thread OpenMMOscillators::OscillatorNetwork::computeEnergies;
%thread OpenMMOscillators::OscillatorNetwork::computeForces;
%include "openmmoscillators/network/OscillatorNetwork.h"
%extend OpenMMOscillators::OscillatorNetwork {
    /** All edges as an array (E, 2) of (first, second). */
    NumpyArrays::Table<int> getEdgeArray() const { return NetworkArrays::getEdges(*$self); }
    /** All sites as an array (N, 2) of (x, y), in nm. */
    NumpyArrays::Table<double> getSites() const { return NetworkArrays::getSites(*$self); }
    /** Add oscillators of a role at an array (count, 2) of sites (x, y), in nm. */
    void addOscillators(const NumpyArrays::Table<double>& sites,
                        OpenMMOscillators::OscillatorRole role = OpenMMOscillators::OscillatorRole::Visible) {
        NetworkArrays::addOscillators(*$self, sites, role);
    }
    /** Add edges, an array (count, 2) of (first, second). */
    void addEdges(const NumpyArrays::Table<int>& edges) { NetworkArrays::addEdges(*$self, edges); }
    /** U(x; theta) in kJ/mol, an array (R), of states x, an array (R, N) in nm; in double precision, one by one. */
    std::vector<double> computeEnergies(const OpenMMOscillators::NetworkParameters& parameters,
                                        const NumpyArrays::Table<double>& states) const {
        return NetworkArrays::computeEnergies(*$self, parameters, states);
    }
    /** -dU/dx in kJ/(mol nm), an array (R, N), of states x, an array (R, N) in nm; in double precision, one by one. */
    NumpyArrays::Table<double> computeForces(const OpenMMOscillators::NetworkParameters& parameters,
                                             const NumpyArrays::Table<double>& states) const {
        return NetworkArrays::computeForces(*$self, parameters, states);
    }
    bool _equals(const OpenMMOscillators::OscillatorNetwork& other) const { return *$self == other; }
    %pythoncode %{
    def __eq__(self, other):
        return isinstance(other, OscillatorNetwork) and self._equals(other)

    __hash__ = None

    def __reduce__(self):
        return _restore_network, (self.getSites(), self.getEdges(), self.getLatentOscillators())

    def __repr__(self):
        return f"<OscillatorNetwork: {self.getNumOscillators()} oscillators, {self.getNumEdges()} edges>"
    %}
}
%pythoncode %{
def _restore_network(sites, edges, latent):
    network = OscillatorNetwork()
    network.addOscillators(sites)
    network.addEdges(edges)
    for index in latent:
        network.setOscillatorRole(int(index), "latent")
    return network
%}

// Parameters
%ignore OpenMMOscillators::ParameterLayout::operator==;
%ignore OpenMMOscillators::ParameterLayout::ParameterLayout();
%ignore OpenMMOscillators::NetworkParameters::operator[];
%ignore OpenMMOscillators::NetworkParameters::data;
%ignore OpenMMOscillators::NetworkParameters::family;
%ignore OpenMMOscillators::NetworkParameters::NetworkParameters();
%rename(__len__) OpenMMOscillators::NetworkParameters::size;
%include "openmmoscillators/network/NetworkParameters.h"
%extend OpenMMOscillators::ParameterLayout {
    %pythoncode %{
    def __reduce__(self):
        return ParameterLayout, (self.getNumOscillators(), self.getNumEdges())
    %}
}
%extend OpenMMOscillators::NetworkParameters {
    %pythoncode %{
    def __reduce__(self):
        return NetworkParameters, (self.getLayout(), self.getValues())
    %}
}

// Driving protocols
%ignore OpenMMOscillators::DrivingProtocol::DrivingProtocol();
%ignore OpenMMOscillators::DrivingProtocol::DrivingProtocol(std::vector<double>, std::vector<NetworkParameters>,
                                                            Outside);
%ignore OpenMMOscillators::DrivingProtocol::DrivingProtocol(std::vector<double>, std::vector<NetworkParameters>);
%ignore OpenMMOscillators::DrivingProtocol::locate;
%ignore OpenMMOscillators::DrivingProtocol::Position;
%ignore OpenMMOscillators::DrivingProtocol::evaluate(double, double*) const;
%ignore OpenMMOscillators::getOutsideName;
%ignore OpenMMOscillators::outsideFromName;
%thread OpenMMOscillators::DrivingProtocol::resampled;
%thread OpenMMOscillators::DrivingProtocol::smoothed;
%include "openmmoscillators/network/DrivingProtocol.h"
%extend OpenMMOscillators::DrivingProtocol {
    /**
     * @param network  whose parameters these are
     * @param times    K strictly increasing times, in ps
     * @param values   theta at each of the times, an array (K, P)
     * @param outside  what happens outside the grid: "hold" (the default), "periodic" or "refuse"
     */
    DrivingProtocol(const OpenMMOscillators::OscillatorNetwork& network, const std::vector<double>& times,
                    const NumpyArrays::Table<double>& values,
                    OpenMMOscillators::DrivingProtocol::Outside outside = DrivingProtocol::Outside::Hold) {
        return new DrivingProtocol(NetworkArrays::makeProtocol(ParameterLayout(network), times, values, outside));
    }
    DrivingProtocol(const OpenMMOscillators::ParameterLayout& layout, const std::vector<double>& times,
                    const NumpyArrays::Table<double>& values,
                    OpenMMOscillators::DrivingProtocol::Outside outside = DrivingProtocol::Outside::Hold) {
        return new DrivingProtocol(NetworkArrays::makeProtocol(layout, times, values, outside));
    }
    /** All slices as an array (K, P). */
    NumpyArrays::Table<double> getValues() const { return NetworkArrays::getValues(*$self); }
    %pythoncode %{
    def __reduce__(self):
        return DrivingProtocol, (self.getLayout(), self.getTimes(), self.getValues(), self.getOutside())

    def __repr__(self):
        times = self.getTimes()
        return f"<DrivingProtocol: {len(times)} slices over {times[0]:g} ... {times[-1]:g} ps>"
    %}
}

// Clamped paths
%returned_as_copy(OpenMMOscillators::ClampedPaths)
%ignore OpenMMOscillators::ClampedPaths::add;
%ignore OpenMMOscillators::ClampedPaths::getPath;
%ignore OpenMMOscillators::ClampedPaths::locate;
%ignore OpenMMOscillators::ClampedPaths::evaluate;
%ignore OpenMMOscillators::ClampedPaths::Path;
%rename(add) OpenMMOscillators::ClampedPaths::addArrays;
%include "openmmoscillators/network/ClampedPaths.h"
%extend OpenMMOscillators::ClampedPaths {
    /**
     * Clamp oscillators of replicas.
     * @param replicas     an array (n)
     * @param oscillators  an array (n): the oscillator of each path
     * @param values       an array (n, times): displacements, in nm
     */
    void addArrays(const std::vector<int>& replicas, const std::vector<int>& oscillators,
                   const NumpyArrays::Table<double>& values) {
        NetworkArrays::addPaths(*$self, replicas, oscillators, values);
    }
    /** The replica of each path, an array (n). */
    std::vector<int> getReplicas() const { return NetworkArrays::getReplicas(*$self); }
    /** The oscillator of each path, an array (n). */
    std::vector<int> getOscillators() const { return NetworkArrays::getOscillators(*$self); }
    /** Displacements, an array (n, times), in nm. */
    NumpyArrays::Table<double> getValues() const { return NetworkArrays::getPathValues(*$self); }
    %pythoncode %{
    def __reduce__(self):
        if self.isEmpty():
            return ClampedPaths, ()
        return _restore_paths, (self.getTimes(), self.getReplicas(), self.getOscillators(), self.getValues())

    def __repr__(self):
        return f"<ClampedPaths: {self.getNumPaths()} paths>"
    %}
}
%pythoncode %{
def _restore_paths(times, replicas, oscillators, values):
    paths = ClampedPaths(times)
    paths.add(replicas, oscillators, values)
    return paths
%}
