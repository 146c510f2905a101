/**
 * Take the clamped oscillators of a force to where their paths are, after a step has moved them like all others: so
 * that their velocity is still the displacement of the step times inverseStepSize. Items are indices into slots and
 * offsets, as gatherDisplacements has them.
 */
KERNEL void clampDisplacements(int numPaths, int2 bracket, mixed weight, mixed inverseStepSize,
        GLOBAL const int* RESTRICT items, GLOBAL const mixed* RESTRICT values, GLOBAL const int* RESTRICT slots,
        GLOBAL const real* RESTRICT offsets, GLOBAL mixed4* RESTRICT velm, POSITION_ARGUMENTS) {
    for (int path = GLOBAL_ID; path < numPaths; path += GLOBAL_SIZE) {
        int slot = slots[items[path]];
        mixed4 position = LOAD_POSITION(slot);
        mixed target = evaluatePath(values, numPaths, path, bracket, weight) + offsets[items[path]];
        velm[slot].COMPONENT += inverseStepSize * (target - position.COMPONENT);
        position.COMPONENT = target;
        STORE_POSITION(slot, position)
    }
}
