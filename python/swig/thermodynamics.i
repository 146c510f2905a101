// The thermodynamics room: solvable mixtures, paths and their fluctuation theorems, transitions. In reduced units.
%{
#include "openmmoscillators/thermodynamics/EmpiricalDataSet.h"
#include "openmmoscillators/thermodynamics/EntropyProduction.h"
#include "openmmoscillators/thermodynamics/FluctuationEstimators.h"
#include "openmmoscillators/thermodynamics/FranzParisi.h"
#include "openmmoscillators/thermodynamics/FreeEnergy.h"
#include "openmmoscillators/thermodynamics/LearnedRates.h"
#include "openmmoscillators/thermodynamics/MixtureProcess.h"
#include "openmmoscillators/thermodynamics/NetworkPaths.h"
#include "openmmoscillators/thermodynamics/NetworkProcess.h"
#include "openmmoscillators/thermodynamics/PathObserver.h"
#include "openmmoscillators/thermodynamics/PathSimulator.h"
#include "openmmoscillators/thermodynamics/Speciation.h"
#include "ThermodynamicsArrays.h"
%}

%apply unsigned long long { std::uint64_t };

// Mixtures
%ignore OpenMMOscillators::GaussianMixture::logDensity;
%ignore OpenMMOscillators::GaussianMixture::score;
%ignore OpenMMOscillators::GaussianMixture::responsibilities;
%ignore OpenMMOscillators::GaussianMixture::evaluateBatch;
%ignore OpenMMOscillators::GaussianMixture::sample;
%ignore OpenMMOscillators::GaussianMixture::logDensities;
%rename(sample) OpenMMOscillators::GaussianMixture::sampleArray;
%rename(logDensities) OpenMMOscillators::GaussianMixture::logDensityArray;
%rename(scores) OpenMMOscillators::GaussianMixture::scoreArray;
%rename(responsibilities) OpenMMOscillators::GaussianMixture::responsibilityArray;
%thread OpenMMOscillators::GaussianMixture::sampleArray;
%thread OpenMMOscillators::GaussianMixture::logDensityArray;
%thread OpenMMOscillators::GaussianMixture::scoreArray;
%thread OpenMMOscillators::GaussianMixture::responsibilityArray;
%include "openmmoscillators/thermodynamics/GaussianMixture.h"
%extend OpenMMOscillators::GaussianMixture {
    /** Independent samples, an array (count, D); equal for equal seeds. */
    NumpyArrays::Table<double> sampleArray(unsigned long long seed, int count) const {
        return ThermodynamicsArrays::toTable($self->sample(seed, count), $self->getDimension());
    }
    /** ln p of states, an array (count, D). */
    std::vector<double> logDensityArray(const NumpyArrays::Table<double>& states) const {
        return $self->logDensities(ThermodynamicsArrays::checked(states, $self->getDimension(),
                                                                 "GaussianMixture::logDensities"));
    }
    /** grad ln p of states, an array (count, D). */
    NumpyArrays::Table<double> scoreArray(const NumpyArrays::Table<double>& states) const {
        return ThermodynamicsArrays::scores(*$self, states);
    }
    /** The posterior probability of each component, an array (count, components). */
    NumpyArrays::Table<double> responsibilityArray(const NumpyArrays::Table<double>& states) const {
        return ThermodynamicsArrays::responsibilities(*$self, states);
    }
}

%ignore OpenMMOscillators::integrateOverMixture;
%immutable OpenMMOscillators::Average::value;
%immutable OpenMMOscillators::Average::error;
%include "openmmoscillators/thermodynamics/MixtureQuadrature.h"
%returned_as_copy(OpenMMOscillators::Average)

// Ensembles and transitions
%thread OpenMMOscillators::EntropyProduction::evaluate;
%include "openmmoscillators/thermodynamics/EntropyProduction.h"

%named_enum(OpenMMOscillators::Speciation::Phase, OpenMMOscillators::Speciation::phaseFromName,
            OpenMMOscillators::Speciation::getPhaseName)
%ignore OpenMMOscillators::Speciation::Phase;
%ignore OpenMMOscillators::Speciation::getPhaseName;
%ignore OpenMMOscillators::Speciation::phaseFromName;
%rename(classifySymmetry) OpenMMOscillators::Speciation::classify;
%thread OpenMMOscillators::Speciation::findSpeciationTime;
%thread OpenMMOscillators::Speciation::cloneAgreement;
%include "openmmoscillators/thermodynamics/Speciation.h"

%thread OpenMMOscillators::FranzParisi::potential;
%ignore OpenMMOscillators::FranzParisi::logPartition;
%include "openmmoscillators/thermodynamics/FranzParisi.h"

%immutable OpenMMOscillators::Recall::time;
%naturalvar OpenMMOscillators::Recall::ownWeight;
%naturalvar OpenMMOscillators::Recall::posteriorEntropy;
%immutable OpenMMOscillators::Recall::ownWeight;
%immutable OpenMMOscillators::Recall::posteriorEntropy;
%ignore OpenMMOscillators::EmpiricalDataSet::EmpiricalDataSet(std::vector<double>, int);
%ignore OpenMMOscillators::EmpiricalDataSet::posterior;
%rename(posterior) OpenMMOscillators::EmpiricalDataSet::posteriorArray;
%rename(collapseInformation) OpenMMOscillators::CollapseTheory::information;
%rename(populationCollapseTime) OpenMMOscillators::CollapseTheory::collapseTime;
%thread OpenMMOscillators::EmpiricalDataSet::posteriorArray;
%thread OpenMMOscillators::EmpiricalDataSet::evaluate;
%thread OpenMMOscillators::EmpiricalDataSet::collapseTime;
%include "openmmoscillators/thermodynamics/EmpiricalDataSet.h"
%extend OpenMMOscillators::EmpiricalDataSet {
    /** @param data  an array (n, D) */
    EmpiricalDataSet(const NumpyArrays::Table<double>& data) {
        return new EmpiricalDataSet(data.values, static_cast<int>(data.columns));
    }
    /** The posterior of every datum for states, an array (count, D): an array (count, n) of rows that sum to 1. */
    NumpyArrays::Table<double> posteriorArray(double time, const NumpyArrays::Table<double>& states) const {
        return ThermodynamicsArrays::toTable(
            $self->posterior(time, ThermodynamicsArrays::checked(states, $self->getDimension(),
                                                                 "EmpiricalDataSet::posterior")),
            $self->getNumData());
    }
}

// Processes and paths
%ignore OpenMMOscillators::DiffusionProcess::force;
%ignore OpenMMOscillators::DiffusionProcess::potential;
%ignore OpenMMOscillators::DiffusionProcess::addPotentialChange;
%thread OpenMMOscillators::DiffusionProcess::computeForces;
%thread OpenMMOscillators::DiffusionProcess::computePotentials;
%feature("pythonappend") OpenMMOscillators::TimeReversedProcess::TimeReversedProcess %{
        self._original = original
%}
%define %process(TYPE)
%ignore OpenMMOscillators::TYPE::force;
%ignore OpenMMOscillators::TYPE::potential;
%ignore OpenMMOscillators::TYPE::addPotentialChange;
%ignore OpenMMOscillators::TYPE::getDimension;
%ignore OpenMMOscillators::TYPE::getDiffusion;
%ignore OpenMMOscillators::TYPE::isTimeDependent;
%enddef
%process(TimeReversedProcess)
%process(OrnsteinUhlenbeckProcess)
%process(MixtureReverseProcess)
%process(NetworkProcess)
%include "openmmoscillators/thermodynamics/DiffusionProcess.h"
%extend OpenMMOscillators::DiffusionProcess {
    /** f(x, time) of states, an array (count, D). */
    NumpyArrays::Table<double> computeForces(double time, const NumpyArrays::Table<double>& states) const {
        return ThermodynamicsArrays::forces(*$self, time, states);
    }
    /** U(x, time) of states, an array (count, D). */
    std::vector<double> computePotentials(double time, const NumpyArrays::Table<double>& states) const {
        return ThermodynamicsArrays::potentials(*$self, time, states);
    }
}
%include "openmmoscillators/thermodynamics/MixtureProcess.h"
%include "openmmoscillators/thermodynamics/NetworkProcess.h"

%define %measured(MEMBER)
%naturalvar OpenMMOscillators::PathEnsemble::MEMBER;
%immutable OpenMMOscillators::PathEnsemble::MEMBER;
%enddef
%measured(numPaths)
%measured(dimension)
%measured(thermalEnergy)
%measured(environmentEntropy)
%measured(stratonovichEntropy)
%measured(work)
%measured(energyChange)
%ignore OpenMMOscillators::PathEnsemble::initialStates;
%ignore OpenMMOscillators::PathEnsemble::finalStates;
%include "openmmoscillators/thermodynamics/PathEnsemble.h"
%extend OpenMMOscillators::PathEnsemble {
    /** Where the paths began, an array (paths, D). */
    NumpyArrays::Table<double> getInitialStates() const {
        return ThermodynamicsArrays::toTable($self->initialStates, $self->dimension);
    }
    /** Where they ended, an array (paths, D). */
    NumpyArrays::Table<double> getFinalStates() const {
        return ThermodynamicsArrays::toTable($self->finalStates, $self->dimension);
    }
}

%ignore OpenMMOscillators::PathSimulator::run;
%rename(run) OpenMMOscillators::PathSimulator::runArray;
%thread OpenMMOscillators::PathSimulator::runArray;
%feature("pythonappend") OpenMMOscillators::PathSimulator::PathSimulator %{
        self._process = diffusionProcess
%}
%include "openmmoscillators/thermodynamics/PathSimulator.h"
%extend OpenMMOscillators::PathSimulator {
    /**
     * @param initialStates  an array (paths, D)
     * @param firstStep      of the noise: steps that led to the initial states
     */
    OpenMMOscillators::PathEnsemble runArray(const NumpyArrays::Table<double>& initialStates,
                                             unsigned long long firstStep = 0) const {
        return $self->run(initialStates.values, firstStep);
    }
}

%ignore OpenMMOscillators::PathObserver::observe;
%rename(observe) OpenMMOscillators::PathObserver::observeArray;
%thread OpenMMOscillators::PathObserver::observeArray;
%feature("compactdefaultargs") OpenMMOscillators::PathObserver::PathObserver;
%feature("pythonappend") OpenMMOscillators::PathObserver::PathObserver %{
        self._process = args[0]
%}
%include "openmmoscillators/thermodynamics/PathObserver.h"
%extend OpenMMOscillators::PathObserver {
    /**
     * @param time    in ps, later than the last frame's
     * @param states  an array (paths, D), as many paths as before
     */
    void observeArray(double time, const NumpyArrays::Table<double>& states) {
        $self->observe(time, states.values);
    }
}

%thread OpenMMOscillators::measureRecording;
%thread OpenMMOscillators::measureContext;
%include "openmmoscillators/thermodynamics/NetworkPaths.h"

%define %learned_rate(MEMBER)
%naturalvar OpenMMOscillators::LearnedRates::MEMBER;
%immutable OpenMMOscillators::LearnedRates::MEMBER;
%enddef
%learned_rate(production)
%learned_rate(flux)
%learned_rate(reverseFlux)
%learned_rate(fisherFromForces)
%learned_rate(fisherFromDivergence)
%ignore OpenMMOscillators::estimateLearnedRates;
%rename(estimateLearnedRates) estimateLearnedRatesArray;
%thread estimateLearnedRatesArray;
%include "openmmoscillators/thermodynamics/LearnedRates.h"
%inline %{
/** As in C++, of states as an array (count, N). */
OpenMMOscillators::LearnedRates estimateLearnedRatesArray(const OpenMMOscillators::OscillatorNetwork& network,
                                                          const OpenMMOscillators::NetworkParameters& parameters,
                                                          double kT, double sigma,
                                                          const NumpyArrays::Table<double>& states) {
    ThermodynamicsArrays::checked(states, network.getNumOscillators(), "estimateLearnedRates");
    return OpenMMOscillators::estimateLearnedRates(network, parameters, kT, sigma, states.values);
}
%}

// Estimators
%settings(BootstrapOptions)
%define %detailed(MEMBER)
%naturalvar OpenMMOscillators::DetailedFluctuation::MEMBER;
%immutable OpenMMOscillators::DetailedFluctuation::MEMBER;
%enddef
%detailed(centres)
%detailed(logRatios)
%detailed(errors)
%thread OpenMMOscillators::estimateExponentialAverage;
%thread OpenMMOscillators::estimateDetailedFluctuation;
%thread OpenMMOscillators::estimateJarzynski;
%thread OpenMMOscillators::estimateBennett;
%include "openmmoscillators/thermodynamics/FluctuationEstimators.h"
%include "openmmoscillators/thermodynamics/FreeEnergy.h"
