#include "OscillatorNetworkForceProxy.h"
#include "OverdampedLangevinIntegratorProxy.h"
#include "openmm/serialization/SerializationProxy.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"

/** Runs when the library is loaded, so that OpenMM's XmlSerializer knows the plugin's classes. */
extern "C" __attribute__((constructor)) void registerOscillatorSerializationProxies() {
    using namespace OpenMMOscillators;
    // OpenMM keeps the proxies to the end of the process.
    OpenMM::SerializationProxy::registerProxy(typeid(OscillatorNetworkForce), new OscillatorNetworkForceProxy);
    OpenMM::SerializationProxy::registerProxy(typeid(OverdampedLangevinIntegrator),
                                              new OverdampedLangevinIntegratorProxy);
}
