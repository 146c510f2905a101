// The dynamics room: the force and the integrator. Physical quantities that they return carry OpenMM's units.
%{
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/dynamics/StepSchedule.h"
#include "DynamicsArrays.h"
%}

%pythoncode %{
from openmm import unit
%}

%define %with_unit(METHOD, UNIT)
%feature("pythonappend") OpenMMOscillators::METHOD %{
        val = unit.Quantity(val, UNIT)
%}
%enddef

// OpenMM returns objects of plugins as plain Force or Integrator, and so do its copy and pickle: ours keep the class.
%define %openmm_object(TYPE, BASE)
%newobject OpenMMOscillators::TYPE::_fromXml;
%extend OpenMMOscillators::TYPE {
    /** Whether an object that OpenMM returned is one of this class. */
    static bool isinstance(const OpenMM::BASE& object) {
        return dynamic_cast<const OpenMMOscillators::TYPE*>(&object) != nullptr;
    }
    /** An object that OpenMM returned, as one of this class; the two are the same object. */
    static OpenMMOscillators::TYPE& cast(OpenMM::BASE& object) {
        return DynamicsArrays::cast<OpenMMOscillators::TYPE>(object, #TYPE, #BASE);
    }
    static OpenMMOscillators::TYPE* _fromXml(const std::string& xml) {
        return DynamicsArrays::fromXml<OpenMMOscillators::TYPE, OpenMM::BASE>(xml, #TYPE);
    }
    %pythoncode %{
    def __setstate__(self, xml):
        self.this = TYPE._fromXml(xml).this

    def __copy__(self):
        return TYPE._fromXml(self.__getstate__())
    %}
}
%enddef

// Step schedules
%returned_as_copy(OpenMMOscillators::StepSchedule)
%ignore OpenMMOscillators::StepSchedule::getStep;
%ignore OpenMMOscillators::StepSchedule::Step;
%ignore OpenMMOscillators::StepSchedule::operator==;
%ignore OpenMMOscillators::StepSchedule::operator!=;
%include "openmmoscillators/dynamics/StepSchedule.h"
%extend OpenMMOscillators::StepSchedule {
    %pythoncode %{
    def __reduce__(self):
        return StepSchedule, () if self.isEmpty() else (self.getBoundaries(), self.getStepCounts())
    %}
}

// Force
%with_unit(OscillatorNetworkForce::getReplicaEnergies, unit.kilojoule_per_mole)
%with_unit(OscillatorNetworkForce::getDisplacementArray, unit.nanometer)
%with_unit(OscillatorNetworkForce::getRestPositionArray, unit.nanometer)
%ignore OpenMMOscillators::OscillatorNetworkForce::getDisplacements;
%ignore OpenMMOscillators::OscillatorNetworkForce::setDisplacements;
%ignore OpenMMOscillators::OscillatorNetworkForce::getRestPositions;
%ignore OpenMMOscillators::OscillatorNetworkForce::shareClampedPaths;
%rename(getDisplacements) OpenMMOscillators::OscillatorNetworkForce::getDisplacementArray;
%rename(setDisplacements) OpenMMOscillators::OscillatorNetworkForce::setDisplacementArray;
%rename(getRestPositions) OpenMMOscillators::OscillatorNetworkForce::getRestPositionArray;
%thread OpenMMOscillators::OscillatorNetworkForce::updateParametersInContext;
%thread OpenMMOscillators::OscillatorNetworkForce::getReplicaEnergies;
%thread OpenMMOscillators::OscillatorNetworkForce::getDisplacementArray;
%thread OpenMMOscillators::OscillatorNetworkForce::setDisplacementArray;
%include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
%openmm_object(OscillatorNetworkForce, Force)
%extend OpenMMOscillators::OscillatorNetworkForce {
    /** The displacements in a Context, an array (R, N). */
    NumpyArrays::Table<double> getDisplacementArray(const OpenMM::Context& context) const {
        return DynamicsArrays::getDisplacements(*$self, context);
    }
    /**
     * Set the displacements in a Context; clamped oscillators go where their paths are at its time. All other coordinates stay as they are, except while every oscillator still
     * has both site coordinates 0: then it moves to its site.
     * @param displacements  an array (R, N), in nm
     */
    void setDisplacementArray(OpenMM::Context& context, const NumpyArrays::Table<double>& displacements) const {
        DynamicsArrays::setDisplacements(*$self, context, displacements);
    }
    /** Positions of particles at rest, an array (particles, 3): displacement 0 at the oscillator's site, the origin for
     * other particles. */
    NumpyArrays::Table<double> getRestPositionArray(int numParticles) const {
        return DynamicsArrays::getRestPositions(*$self, numParticles);
    }
}

// A loop over System.addParticle() takes longer in Python than many of the simulations that it prepares.
%feature("docstring") OpenMMOscillators::addParticles "Add count particles of a mass (Da) to a System. Returns the index of the first. Raises OpenMMException for a negative count.";
%inline %{
namespace OpenMMOscillators {
int addParticles(OpenMM::System& system, int count, double mass) {
    return DynamicsArrays::addParticles(system, count, mass);
}
} // namespace OpenMMOscillators
%}

// Integrator
%named_enum(OpenMMOscillators::OverdampedLangevinIntegrator::Scheme, OpenMMOscillators::schemeFromName,
            OpenMMOscillators::getSchemeName)
%named_enum(OpenMMOscillators::OverdampedLangevinIntegrator::Precision, OpenMMOscillators::precisionFromName,
            OpenMMOscillators::getPrecisionName)
%with_unit(OverdampedLangevinIntegrator::getTemperature, unit.kelvin)
%with_unit(OverdampedLangevinIntegrator::getFriction, unit.picosecond**-1)
%with_unit(OverdampedLangevinIntegrator::getEscapeDistance, unit.nanometer)
%ignore OpenMMOscillators::OverdampedLangevinIntegrator::createCheckpoint;
%ignore OpenMMOscillators::OverdampedLangevinIntegrator::loadCheckpoint;
%ignore OpenMMOscillators::OverdampedLangevinIntegrator::serializeParameters;
%ignore OpenMMOscillators::OverdampedLangevinIntegrator::deserializeParameters;
%ignore OpenMMOscillators::getSchemeName;
%ignore OpenMMOscillators::schemeFromName;
%ignore OpenMMOscillators::getPrecisionName;
%ignore OpenMMOscillators::precisionFromName;
%thread OpenMMOscillators::OverdampedLangevinIntegrator::step;
%include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
%openmm_object(OverdampedLangevinIntegrator, Integrator)
