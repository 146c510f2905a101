#include "EscapeFinder.h"

#include "KernelPrograms.h"
#include "MixedArguments.h"

namespace OpenMMOscillators {

EscapeFinder::EscapeFinder(OpenMM::ComputeContext& computeContext) : cc(computeContext) {
    escaped.initialize<int>(cc, 1, "escaped");
    escaped.upload(std::vector<int>{0});
    const KernelProgram program = findEscapesProgram();
    kernel = cc.compileProgram(program.source, program.defines)->createKernel("findEscapes");
    kernel->addArg(cc.getNumAtoms());
    kernel->addArg(); // axes that move
    kernel->addArg(); // limit
    kernel->addArg(cc.getVelm());
    kernel->addArg(cc.getPosq());
    kernel->addArg(escaped);
}

bool EscapeFinder::find(const OverdampedLangevinIntegrator& integrator) {
    setMixed4(cc, kernel, 1, integrator.getMobility());
    setMixed(cc, kernel, 2, integrator.getEscapeDistance());
    kernel->execute(cc.getNumAtoms());
    std::vector<int> found;
    escaped.download(found);
    if (found.front() == 0)
        return false;
    escaped.upload(std::vector<int>{0});
    return true;
}

} // namespace OpenMMOscillators
