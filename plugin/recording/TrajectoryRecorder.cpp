#include "openmmoscillators/recording/TrajectoryRecorder.h"

#include "openmm/CMMotionRemover.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/RecordingLayout.h"
#include "openmmoscillators/recording/TrajectoryWriter.h"
#include <cmath>
#include <map>
#include <pwd.h>
#include <set>
#include <stdexcept>
#include <unistd.h>

namespace OpenMMOscillators {

namespace {

constexpr int allGroups = -1;

/** An element, and how it comes out of an OpenMM::State. */
struct ElementSource {
    RecordedElement element;
    OpenMM::State::DataType data;
    /** Mask of force groups. */
    int groups;
};

void require(bool condition, const std::string& message) {
    if (!condition)
        throw std::invalid_argument("TrajectoryRecorder: " + message);
}

void checkOptions(const RecordingOptions& options) {
    require(options.positions || options.velocities || options.forces || !options.forceGroups.empty() ||
                options.displacements || options.displacementForces,
            "the options select nothing to record");
    require(!options.append || !options.overwrite, "append and overwrite exclude each other");
    require(options.compression >= 0 && options.compression <= 9,
            "compression is " + std::to_string(options.compression) + ", expected a level from 0 to 9");
    std::set<int> seen;
    for (const int group : options.forceGroups) {
        require(group >= 0 && group < 32, "force group " + std::to_string(group) + " does not exist, expected 0 to 31");
        require(seen.insert(group).second, "force group " + std::to_string(group) + " is given twice");
    }
}

/** The mask of groups that hold a force; checks that ours is in the System and, if need be, alone in its group. */
int checkForce(const OpenMM::System& system, const OscillatorNetworkForce& force, bool alone) {
    int used = 0;
    bool found = false;
    for (int i = 0; i < system.getNumForces(); ++i) {
        const OpenMM::Force& each = system.getForce(i);
        used |= 1 << each.getForceGroup();
        if (&each == &force) {
            found = true;
            continue;
        }
        const bool exerts = dynamic_cast<const OpenMM::CMMotionRemover*>(&each) == nullptr;
        require(!(alone && exerts && each.getForceGroup() == force.getForceGroup()),
                "force " + std::to_string(i) + " of the System shares force group " +
                    std::to_string(force.getForceGroup()) +
                    " with the network, whose forces could not be told from it: give the network a group of its own "
                    "with setForceGroup(), or do not record displacement forces");
    }
    require(found, "the network's force is not one of the Context's System");
    require(force.getNumReplicas() > 0, "the network's force has no replicas");
    return used;
}

std::string userName() {
    const passwd* user = ::getpwuid(::geteuid());
    return user ? user->pw_name : "unknown";
}

std::vector<ElementSource> chooseElements(const RecordingOptions& options, int networkGroup) {
    using OpenMM::State;
    std::vector<ElementSource> sources;
    const auto add = [&](const std::string& name, const std::string& unit, int components, State::DataType data,
                         int groups) {
        sources.push_back({{name, unit, components}, data, groups});
    };
    if (options.positions)
        add(RecordingLayout::position, RecordingLayout::length, 3, State::Positions, allGroups);
    if (options.velocities)
        add(RecordingLayout::velocity, RecordingLayout::speed, 3, State::Velocities, allGroups);
    if (options.displacements)
        add(RecordingLayout::displacement, RecordingLayout::length, 1, State::Positions, allGroups);
    if (options.forces)
        add(RecordingLayout::force, RecordingLayout::forceUnit, 3, State::Forces, allGroups);
    for (const int group : options.forceGroups)
        add(RecordingLayout::forceOfGroup(group), RecordingLayout::forceUnit, 3, State::Forces, 1 << group);
    if (options.displacementForces)
        add(RecordingLayout::displacementForce, RecordingLayout::forceUnit, 1, State::Forces, 1 << networkGroup);
    return sources;
}

RecordingSubject describeSubject(const OpenMM::System& system, const OscillatorNetworkForce& force,
                                 const std::vector<ElementSource>& sources, bool doublePrecision) {
    RecordingSubject subject;
    subject.numParticles = system.getNumParticles();
    subject.periodic = system.usesPeriodicBoundaryConditions();
    subject.doublePrecision = doublePrecision;
    for (const ElementSource& source : sources)
        subject.elements.push_back(source.element);
    subject.network = force.getNetwork();
    subject.protocol = force.getProtocol();
    std::vector<int> particles;
    for (int r = 0; r < force.getNumReplicas(); ++r) {
        const std::vector<int>& replica = force.getReplicaParticles(r);
        particles.insert(particles.end(), replica.begin(), replica.end());
    }
    subject.replicas = ReplicaTable(subject.network.getNumOscillators(), std::move(particles));
    subject.displacementAxis = force.getDisplacementAxis();
    subject.networkForceGroup = force.getForceGroup();
    return subject;
}

const std::vector<OpenMM::Vec3>& getVectors(const OpenMM::State& state, OpenMM::State::DataType data) {
    switch (data) {
    case OpenMM::State::Positions:
        return state.getPositions();
    case OpenMM::State::Velocities:
        return state.getVelocities();
    default:
        return state.getForces();
    }
}

template <typename Real>
void copy(const std::vector<OpenMM::Vec3>& vectors, int components, int axis, std::vector<Real>& values) {
    Real* value = values.data();
    for (const OpenMM::Vec3& vector : vectors)
        if (components == 1)
            *value++ = static_cast<Real>(vector[axis]);
        else
            for (int k = 0; k < 3; ++k)
                *value++ = static_cast<Real>(vector[k]);
}

std::vector<double> getEdges(const OpenMM::State& state) {
    OpenMM::Vec3 a, b, c;
    state.getPeriodicBoxVectors(a, b, c);
    return {a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2]};
}

/** Time at the end of the next step. */
double getStepEnd(const OpenMM::Integrator& integrator, double time) {
    if (const auto* ours = dynamic_cast<const OverdampedLangevinIntegrator*>(&integrator))
        return ours->getStepSchedule().getStep(time, ours->getStepSize()).endTime;
    return time + integrator.getStepSize();
}

} // namespace

class TrajectoryRecorder::Impl {
public:
    Impl(const std::string& path, OpenMM::Context& recordedContext, const OscillatorNetworkForce& force,
         const RecordingOptions& options)
        : context(recordedContext), usedGroups(prepare(force, options)),
          sources(chooseElements(options, force.getForceGroup())),
          writer(path, describeSubject(context.getSystem(), force, sources, options.doublePrecision),
                 {options.compression, options.append, options.overwrite,
                  options.author.empty() ? userName() : options.author},
                 describeRun(context)) {}

    void record() {
        writer.checkNext(context.getStepCount(), context.getTime());
        const std::map<int, OpenMM::State> states = pullStates();
        const OpenMM::State& first = states.begin()->second;
        const int axis = writer.getSubject().displacementAxis;
        writer.append(
            {first.getStepCount(), first.getTime(), getEdges(first)}, [&](std::size_t e, ElementValues& values) {
                const ElementSource& source = sources[e];
                const auto& vectors = getVectors(states.at(groupsOf(source)), source.data);
                std::visit([&](auto& array) { copy(vectors, source.element.components, axis, array); }, values);
            });
    }

    /** Steps from the present time to each of the given ones in turn. */
    std::vector<int> countSteps(const std::vector<double>& times) const {
        const OpenMM::Integrator& integrator = context.getIntegrator();
        std::vector<int> counts;
        double time = context.getTime();
        for (std::size_t k = 0; k < times.size(); ++k) {
            const auto found = [&](const std::string& what) {
                return "time " + std::to_string(k) + " (" + show(times[k]) + " ps) " + what;
            };
            require(std::isfinite(times[k]), found("is not finite"));
            require(k == 0 || times[k] > times[k - 1], found("is not later than the one before it"));
            const double tolerance = 1e-6 * integrator.getStepSize();
            int steps = 0;
            for (; time < times[k] - tolerance; ++steps)
                time = getStepEnd(integrator, time);
            require(std::abs(time - times[k]) <= tolerance,
                    found("is not met by the integrator's steps: the nearest it reaches from then on is " + show(time) +
                          " ps"));
            counts.push_back(steps);
        }
        return counts;
    }

    OpenMM::Context& context;
    int usedGroups;
    std::vector<ElementSource> sources;
    TrajectoryWriter writer;

private:
    int prepare(const OscillatorNetworkForce& force, const RecordingOptions& options) const {
        checkOptions(options);
        return checkForce(context.getSystem(), force, options.displacementForces);
    }

    /** The mask of the State that an element is taken from: positions come with whatever forces come first. */
    int groupsOf(const ElementSource& source) const { return source.groups & usedGroups; }

    /** One State for every set of force groups that is needed. */
    std::map<int, OpenMM::State> pullStates() const {
        std::map<int, int> types;
        for (const ElementSource& source : sources)
            types[groupsOf(source)] |= source.data;
        std::map<int, OpenMM::State> states;
        for (const auto& [groups, data] : types)
            states.emplace(groups, context.getState(data, false, groups));
        return states;
    }
};

TrajectoryRecorder::TrajectoryRecorder(const std::string& path, OpenMM::Context& context,
                                       const OscillatorNetworkForce& force, const RecordingOptions& options)
    : impl(std::make_unique<Impl>(path, context, force, options)) {}

TrajectoryRecorder::~TrajectoryRecorder() = default;

const std::string& TrajectoryRecorder::getPath() const {
    return impl->writer.getPath();
}

int TrajectoryRecorder::getNumFrames() const {
    return impl->writer.getNumFrames();
}

void TrajectoryRecorder::record() {
    impl->record();
}

void TrajectoryRecorder::run(long long steps, int interval) {
    require(steps >= 0, "the number of steps is " + std::to_string(steps) + ", expected 0 or more");
    require(interval > 0, "the interval is " + std::to_string(interval) + " steps, expected at least 1");
    OpenMM::Integrator& integrator = impl->context.getIntegrator();
    for (; steps >= interval; steps -= interval) {
        integrator.step(interval);
        record();
    }
    integrator.step(static_cast<int>(steps));
    flush();
}

void TrajectoryRecorder::recordAtTimes(const std::vector<double>& times) {
    const std::vector<int> counts = impl->countSteps(times);
    for (const int steps : counts) {
        impl->context.getIntegrator().step(steps);
        record();
    }
    flush();
}

void TrajectoryRecorder::flush() {
    impl->writer.flush();
}

void TrajectoryRecorder::close() {
    impl->writer.close();
}

} // namespace OpenMMOscillators
