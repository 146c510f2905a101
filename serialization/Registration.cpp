#include "OscillatorNetworkForceProxy.h"
#include "OverdampedLangevinIntegratorProxy.h"
#include "openmm/serialization/SerializationProxy.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"

/** Runs when the library is loaded, so that OpenMM's XmlSerializer knows the plugin's classes. */
extern "C" __attribute__((constructor)) void registerOscillatorSerializationProxies() {
    using namespace OpenMMOscillators;
    static const OscillatorNetworkForceProxy forceProxy;
    static const OverdampedLangevinIntegratorProxy integratorProxy;
    OpenMM::SerializationProxy::registerProxy(typeid(OscillatorNetworkForce), &forceProxy);
    OpenMM::SerializationProxy::registerProxy(typeid(OverdampedLangevinIntegrator), &integratorProxy);
}
