#include "openmm/OpenMMException.h"
#include "openmm/serialization/XmlSerializer.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/Expect.h"
#include "support/NetworkSystem.h"
#include <cmath>
#include <limits>
#include <sstream>

using namespace OpenMM;
using namespace OpenMMOscillators;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

template <typename T>
std::string toXml(const T& object) {
    std::stringstream stream;
    XmlSerializer::serialize(&object, "Object", stream);
    return stream.str();
}

template <typename T>
std::unique_ptr<T> fromXml(const std::string& xml) {
    std::stringstream stream(xml);
    return std::unique_ptr<T>(XmlSerializer::deserialize<T>(stream));
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
}

OscillatorNetworkForce randomForce(DrivingProtocol::Outside outside) {
    RandomNetworks random(8);
    OscillatorNetwork network = random.network(4, 0.7);
    network.setOscillatorRole(2, OscillatorRole::Latent);
    DrivingProtocol protocol = random.protocol(network, 3, outside);
    // Values at the limits of double precision.
    protocol.setParameter(1, 0, 0.1);
    protocol.setParameter(1, 1, std::numeric_limits<double>::denorm_min());
    protocol.setParameter(1, 2, -std::numeric_limits<double>::max());
    protocol.setParameter(1, 3, std::nextafter(1.0, 2.0));
    OscillatorNetworkForce force(network, protocol);
    force.addReplica({7, 1, 3, 2});
    force.addReplicas(2, 10);
    force.setDisplacementAxis(1);
    force.setForceGroup(6);
    ClampedPaths paths({-0.5, 0.1});
    paths.add(2, 3, {0.1, -1.0 / 3.0});
    paths.add(0, 2, {1e-300, 7.0});
    force.setClampedPaths(paths);
    force.setFirstReplicaNumber(12);
    force.setName("sheet <&> \"net\"");
    return force;
}

// As format version 1 writes them: these must stay readable.
const char* const forceVersion1 = R"(<?xml version="1.0" ?>
<Object displacementAxis="2" forceGroup="1" name="Net" type="OscillatorNetworkForce" version="1">
	<Network edgeFirst="1" edgeSecond="0" siteX="0 1" siteY="0 0.5"/>
	<Protocol outside="periodic">
		<Slice bias="0.5 -0.25" c_duff="0.125" c_lin="1" c_optomech="-2" k_6="0.01 0.02" k_duff="0 1e-300" k_lin="1 2" time="0"/>
		<Slice bias="0 0" c_duff="0" c_lin="0" c_optomech="0" k_6="0 0" k_duff="0 0" k_lin="3 4" time="2.5"/>
	</Protocol>
	<Replicas>
		<Replica particles="3 2"/>
	</Replicas>
</Object>
)";
const char* const integratorVersion1 = R"(<?xml version="1.0" ?>
<Object friction="2" integrationForceGroups="5" mobility="0 0 1" randomSeed="9" scheme="stochastic-heun" stepSize=".001" temperature="300" type="OverdampedLangevinIntegrator" version="1">
	<StepSchedule boundaries="0 1 1.5" stepCounts="10 20"/>
</Object>
)";

} // namespace

TEST(Serialization, ForceIsReadBackToTheBit) {
    for (auto outside :
         {DrivingProtocol::Outside::Hold, DrivingProtocol::Outside::Periodic, DrivingProtocol::Outside::Refuse}) {
        const OscillatorNetworkForce force = randomForce(outside);
        const auto copy = fromXml<OscillatorNetworkForce>(toXml(force));
        EXPECT_EQ(copy->getNetwork(), force.getNetwork());
        EXPECT_EQ(copy->getClampedPaths().getTimes(), force.getClampedPaths().getTimes());
        ASSERT_EQ(copy->getClampedPaths().getNumPaths(), 2);
        for (int p = 0; p < 2; ++p) {
            const ClampedPaths::Path &found = copy->getClampedPaths().getPath(p),
                                     &expected = force.getClampedPaths().getPath(p);
            EXPECT_EQ(found.replica, expected.replica);
            EXPECT_EQ(found.oscillator, expected.oscillator);
            EXPECT_EQ(found.values, expected.values);
        }
        EXPECT_EQ(copy->getProtocol().getTimes(), force.getProtocol().getTimes());
        EXPECT_EQ(copy->getProtocol().getOutside(), outside);
        for (int k = 0; k < 3; ++k)
            EXPECT_EQ(copy->getProtocol().getSlice(k).getValues(), force.getProtocol().getSlice(k).getValues());
        ASSERT_EQ(copy->getNumReplicas(), 3);
        for (int r = 0; r < 3; ++r)
            EXPECT_EQ(copy->getReplicaParticles(r), force.getReplicaParticles(r));
        EXPECT_EQ(copy->getDisplacementAxis(), 1);
        EXPECT_EQ(copy->getForceGroup(), 6);
        EXPECT_EQ(copy->getFirstReplicaNumber(), 12);
        EXPECT_EQ(copy->getName(), force.getName());
        EXPECT_EQ(toXml(*copy), toXml(force));
    }
}

TEST(Serialization, IntegratorIsReadBackToTheBit) {
    OverdampedLangevinIntegrator integrator(0.1, 1.0 / 3.0, 1e-5);
    for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews}) {
        integrator.setScheme(scheme);
        const auto copy = fromXml<OverdampedLangevinIntegrator>(toXml(integrator));
        EXPECT_EQ(copy->getScheme(), scheme);
        EXPECT_EQ(copy->getTemperature(), 0.1);
        EXPECT_EQ(copy->getFriction(), 1.0 / 3.0);
        EXPECT_EQ(copy->getStepSize(), 1e-5);
        EXPECT_EQ(copy->getMobility(), integrator.getMobility());
        EXPECT_EQ(copy->getStepSchedule(), integrator.getStepSchedule());
        EXPECT_EQ(copy->getRandomNumberSeed(), integrator.getRandomNumberSeed());
        EXPECT_EQ(copy->getIntegrationForceGroups(), integrator.getIntegrationForceGroups());
        EXPECT_EQ(copy->getEscapeDistance(), integrator.getEscapeDistance());
        integrator.setEscapeDistance(1.0 / 3.0); // other settings for the next rounds
        integrator.setMobility(Vec3(0.0, 0.1, 1.0));
        integrator.setStepSchedule(StepSchedule({0.0, 0.1, 1.0 / 3.0}, {3, 4}));
        integrator.setRandomNumberSeed(-12);
        integrator.setIntegrationForceGroups(~4);
    }
}

TEST(Serialization, VersionOneIsRead) {
    const auto force = fromXml<OscillatorNetworkForce>(forceVersion1);
    EXPECT_EQ(force->getNetwork().getEdges(), (std::vector<std::pair<int, int>>{{1, 0}}));
    EXPECT_EQ(force->getProtocol().getSlice(0).getValues(),
              (std::vector<double>{1, 2, 0, 1e-300, 0.01, 0.02, 0.5, -0.25, 1, -2, 0.125}));
    EXPECT_EQ(force->getProtocol().getTimes(), (std::vector<double>{0.0, 2.5}));
    EXPECT_EQ(force->getProtocol().getOutside(), DrivingProtocol::Outside::Periodic);
    EXPECT_EQ(force->getReplicaParticles(0), (std::vector<int>{3, 2}));
    const auto integrator = fromXml<OverdampedLangevinIntegrator>(integratorVersion1);
    EXPECT_EQ(integrator->getScheme(), Scheme::StochasticHeun);
    EXPECT_EQ(integrator->getStepSchedule(), StepSchedule({0.0, 1.0, 1.5}, {10, 20}));
    EXPECT_EQ(integrator->getStepSize(), 0.001);
    EXPECT_EQ(integrator->getIntegrationForceGroups(), 5);
    EXPECT_EQ(integrator->getEscapeDistance(), 1e6);
}

TEST(Serialization, WhatIsNotValidIsRefused) {
    const auto force = [](const std::string& what, const std::string& with) {
        return fromXml<OscillatorNetworkForce>(replaced(forceVersion1, what, with));
    };
    EXPECT_ERROR(force(R"(Force" version="1")", R"(Force" version="3")"), OpenMMException,
                 "OscillatorNetworkForce: found format version 3, expected 1");
    EXPECT_ERROR(force("siteX=\"0 1\"", "siteX=\"0 1 2\""), OpenMMException, "found 3 siteX for 2 siteY");
    EXPECT_ERROR(force("edgeSecond=\"0\"", "edgeSecond=\"1\""), OpenMMException, "joins an oscillator to itself");
    EXPECT_ERROR(force("0.5 -0.25", "0.5 -0.25x"), OpenMMException, "entry 1 of 'bias' is not a number: '-0.25x'");
    EXPECT_ERROR(force("0.5 -0.25", "0.5"), OpenMMException, "setFamily(bias): found 1 values, expected 2");
    EXPECT_ERROR(force("0.5 -0.25", "0.5 nan"), OpenMMException, "value 1 is nan");
    EXPECT_ERROR(force("periodic", "always"), OpenMMException, "'always'");
    EXPECT_ERROR(force("time=\"2.5\"", "time=\"-1\""), OpenMMException, "times must increase strictly");
    EXPECT_ERROR(force("particles=\"3 2\"", "particles=\"3\""), OpenMMException, "found 1 particles");
    const auto integrator = [](const std::string& what, const std::string& with) {
        return fromXml<OverdampedLangevinIntegrator>(replaced(integratorVersion1, what, with));
    };
    EXPECT_ERROR(integrator("0 0 1", "0 0"), OpenMMException, "found 2 values of 'mobility', expected 3");
    EXPECT_ERROR(integrator("stochastic-heun", "leapfrog"), OpenMMException, "'leapfrog'");
    EXPECT_ERROR(integrator("10 20", "10"), OpenMMException, "found 1 step counts");
    EXPECT_ERROR(integrator(R"(Integrator" version="1")", R"(Integrator" version="0")"), OpenMMException,
                 "found format version 0");
}

TEST(Serialization, ACopiedSystemRunsTheSame) {
    RandomNetworks random(9);
    const OscillatorNetwork network = random.network(5, 0.5);
    NetworkSystem original(network, random.protocol(network, 3), 2);
    OverdampedLangevinIntegrator integrator(20.0, 1.0, 0.01);
    integrator.setRandomNumberSeed(4);
    integrator.setScheme(Scheme::StochasticHeun);
    const auto systemCopy = fromXml<System>(toXml(original.system));
    const auto integratorCopy = fromXml<OverdampedLangevinIntegrator>(toXml(integrator));
    const TestPlatform platform = testPlatforms().front();
    const auto first = original.context(integrator, platform, random.uniforms(10, -0.5, 0.5));
    const auto second = createContext(*systemCopy, *integratorCopy, platform);
    second->setPositions(positionsOf(*first));
    integrator.step(20);
    integratorCopy->step(20);
    EXPECT_EQ(positionsOf(*first), positionsOf(*second));
}
