/**
 * Displacements of all replicas, out of the particles' order: [group][row][replica of the group]. A slot of -1 fills up
 * the last group. offsets undo the shifts by box vectors that other forces' neighbour lists make.
 */
KERNEL void gatherDisplacements(int first, int end, GLOBAL const real4* RESTRICT posq, GLOBAL const int* RESTRICT slots,
        GLOBAL const real* RESTRICT offsets, GLOBAL real* RESTRICT displacements) {
    for (int index = first + GLOBAL_ID; index < end; index += GLOBAL_SIZE) {
        int slot = slots[index];
        displacements[index] = slot < 0 ? 0 : posq[slot].COMPONENT - offsets[index];
    }
}

/** Add minus the gradient to the forces along AXIS, for groups of replicas from the first to before the end. */
KERNEL void addNetworkForces(int firstGroup, int endGroup, int paddedNumAtoms, GLOBAL const real* RESTRICT displacements,
        GLOBAL const int* RESTRICT slots, GLOBAL const int2* RESTRICT rows, GLOBAL const int* RESTRICT neighbours,
        GLOBAL const real4* RESTRICT coefficients, GLOBAL mm_ulong* RESTRICT forceBuffer) {
    for (int index = firstGroup * NUM_OSCILLATORS + GLOBAL_ID; index < endGroup * NUM_OSCILLATORS; index += GLOBAL_SIZE) {
        int group = index / NUM_OSCILLATORS;
        int row = index - group * NUM_OSCILLATORS;
        real gradient[REPLICAS];
        computeGradient(row, displacements + group * NUM_OSCILLATORS * REPLICAS, rows, neighbours, coefficients, gradient);
        for (int r = 0; r < REPLICAS; r++) {
            int slot = slots[index * REPLICAS + r];
            if (slot >= 0)
                ATOMIC_ADD(&forceBuffer[slot + AXIS * paddedNumAtoms], (mm_ulong) realToFixedPoint(-gradient[r]));
        }
    }
}
