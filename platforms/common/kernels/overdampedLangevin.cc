/**
 * Steps of OverdampedLangevinIntegrator through the forces of the Context. driftScale = mobility dt / friction and
 * amplitude = sqrt(2 R T mobility dt / friction) per axis, both for mass 1; addresses hold (stream, index) of the noise of
 * every coordinate in the particles' own order.
 */

/** mobility F / (m friction) dt. */
DEVICE mixed4 computeDrift(int index, int paddedNumAtoms, GLOBAL const mm_long* RESTRICT force, mixed4 driftScale,
        mixed inverseMass) {
    mixed scale = inverseMass / (mixed) 0x100000000;
    return make_mixed4(scale * driftScale.x * force[index], scale * driftScale.y * force[index + paddedNumAtoms],
            scale * driftScale.z * force[index + 2 * paddedNumAtoms], 0);
}

/** A coordinate that does not move needs no noise. */
DEVICE mixed drawDisplacement(mixed amplitude, int2 address, mm_ulong step, mm_ulong seed) {
    if (amplitude == 0)
        return 0;
    return amplitude * drawNormal((unsigned int) address.y, (unsigned int) address.x, step, seed);
}

DEVICE mixed4 drawDisplacements(int particle, GLOBAL const int2* RESTRICT addresses, mixed4 amplitude, mixed inverseMass,
        mm_ulong step, mm_ulong seed) {
    mixed scale = sqrt(inverseMass);
    return make_mixed4(scale * drawDisplacement(amplitude.x, addresses[3 * particle], step, seed),
            scale * drawDisplacement(amplitude.y, addresses[3 * particle + 1], step, seed),
            scale * drawDisplacement(amplitude.z, addresses[3 * particle + 2], step, seed), 0);
}

/**
 * The displacement of a step of Euler-Maruyama, or of Leimkuhler-Matthews if nextAmplitude (of half the sum with the next
 * step's noise) is not zero.
 */
KERNEL void takeStep(int numAtoms, int paddedNumAtoms, GLOBAL mixed4* RESTRICT velm, GLOBAL const mm_long* RESTRICT force,
        GLOBAL const int* RESTRICT atomIndex, GLOBAL const int2* RESTRICT addresses, mixed4 driftScale, mixed4 amplitude,
        mixed4 nextAmplitude, mixed inverseStepSize, mm_ulong step, mm_ulong seed, POSITION_ARGUMENTS) {
    for (int index = GLOBAL_ID; index < numAtoms; index += GLOBAL_SIZE) {
        mixed inverseMass = velm[index].w;
        if (inverseMass == 0)
            continue;
        int particle = atomIndex[index];
        mixed4 drift = computeDrift(index, paddedNumAtoms, force, driftScale, inverseMass);
        mixed4 random = drawDisplacements(particle, addresses, amplitude, inverseMass, step, seed);
        mixed4 nextRandom = drawDisplacements(particle, addresses, nextAmplitude, inverseMass, step + 1, seed);
        mixed4 delta = make_mixed4(drift.x + random.x + nextRandom.x, drift.y + random.y + nextRandom.y,
                drift.z + random.z + nextRandom.z, 0);
        mixed4 position = LOAD_POSITION(index);
        STORE_POSITION(index, make_mixed4(position.x + delta.x, position.y + delta.y, position.z + delta.z, position.w))
        velm[index] = make_mixed4(inverseStepSize * delta.x, inverseStepSize * delta.y, inverseStepSize * delta.z, inverseMass);
    }
}

/** Heun's predictor. Keeps where the step began, and the displacement without the half of the drift that is to come. */
KERNEL void predictStep(int numAtoms, int paddedNumAtoms, GLOBAL const mixed4* RESTRICT velm,
        GLOBAL const mm_long* RESTRICT force, GLOBAL const int* RESTRICT atomIndex, GLOBAL const int2* RESTRICT addresses,
        mixed4 driftScale, mixed4 amplitude, mm_ulong step, mm_ulong seed, GLOBAL mixed4* RESTRICT start,
        GLOBAL mixed4* RESTRICT partialDelta, POSITION_ARGUMENTS) {
    for (int index = GLOBAL_ID; index < numAtoms; index += GLOBAL_SIZE) {
        mixed inverseMass = velm[index].w;
        mixed4 position = LOAD_POSITION(index);
        start[index] = position;
        if (inverseMass == 0)
            continue;
        mixed4 drift = computeDrift(index, paddedNumAtoms, force, driftScale, inverseMass);
        mixed4 random = drawDisplacements(atomIndex[index], addresses, amplitude, inverseMass, step, seed);
        partialDelta[index] = make_mixed4(drift.x / 2 + random.x, drift.y / 2 + random.y, drift.z / 2 + random.z, 0);
        STORE_POSITION(index, make_mixed4(position.x + drift.x + random.x, position.y + drift.y + random.y,
                position.z + drift.z + random.z, position.w))
    }
}

/** Heun's corrector, with the forces at the predicted positions. */
KERNEL void correctStep(int numAtoms, int paddedNumAtoms, GLOBAL mixed4* RESTRICT velm, GLOBAL const mm_long* RESTRICT force,
        mixed4 driftScale, mixed inverseStepSize, GLOBAL const mixed4* RESTRICT start,
        GLOBAL const mixed4* RESTRICT partialDelta, POSITION_ARGUMENTS) {
    for (int index = GLOBAL_ID; index < numAtoms; index += GLOBAL_SIZE) {
        mixed inverseMass = velm[index].w;
        if (inverseMass == 0)
            continue;
        mixed4 drift = computeDrift(index, paddedNumAtoms, force, driftScale, inverseMass);
        mixed4 delta = partialDelta[index];
        delta = make_mixed4(delta.x + drift.x / 2, delta.y + drift.y / 2, delta.z + drift.z / 2, 0);
        mixed4 position = start[index];
        STORE_POSITION(index, make_mixed4(position.x + delta.x, position.y + delta.y, position.z + delta.z, position.w))
        velm[index] = make_mixed4(inverseStepSize * delta.x, inverseStepSize * delta.y, inverseStepSize * delta.z, inverseMass);
    }
}

/** Undo a prediction. */
KERNEL void restorePositions(int numAtoms, GLOBAL const mixed4* RESTRICT start, POSITION_ARGUMENTS) {
    for (int index = GLOBAL_ID; index < numAtoms; index += GLOBAL_SIZE)
        STORE_POSITION(index, start[index])
}
