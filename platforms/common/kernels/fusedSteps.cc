/**
 * Many steps of all replicas in one launch. A work-group advances REPLICAS replicas from the first step to the last: their
 * displacements stay in local memory, and the work-groups share the parameters through the cache.
 *
 * Local memory holds every displacement in the precision of positions (state), and two buffers in the precision of forces:
 * the present displacements and the next ones. Before a step the buffer of the next ones carries the step's noise, drawn
 * in blocks of four oscillators, as it comes out of the generator. The settings of a step are
 *
 *   (mobility dt / friction, amplitude of the noise, amplitude of the next step's noise, dt)
 *
 * with amplitudes sqrt(2 R T mobility dt / friction), halved for Leimkuhler-Matthews; all for mass 1.
 */

#define STATE_SIZE (NUM_OSCILLATORS * REPLICAS)

#ifdef USE_MIXED_PRECISION
#define POSITION_ARGUMENTS GLOBAL real4* RESTRICT posq, GLOBAL real4* RESTRICT posqCorrection
#define LOAD_DISPLACEMENT(slot) (posq[slot].COMPONENT + (mixed) posqCorrection[slot].COMPONENT)
#define STORE_DISPLACEMENT(slot, x) { \
    posq[slot].COMPONENT = (real) x; \
    posqCorrection[slot].COMPONENT = (real) (x - (real) x); \
}
#else
#define POSITION_ARGUMENTS GLOBAL real4* RESTRICT posq
#define LOAD_DISPLACEMENT(slot) posq[slot].COMPONENT
#define STORE_DISPLACEMENT(slot, x) posq[slot].COMPONENT = x;
#endif

#ifdef CLAMPED
#define CLAMPED_ARGUMENTS , int numPaths, GLOBAL const int* RESTRICT pathsOfItems, GLOBAL const mixed* RESTRICT pathValues, \
        GLOBAL const int2* RESTRICT pathBrackets, GLOBAL const mixed* RESTRICT pathWeights
#else
#define CLAMPED_ARGUMENTS
#endif

/** The noise of a step, still to be divided by the root of the mass. */
DEVICE void drawNoise(LOCAL_ARG real* RESTRICT noise, GLOBAL const int* RESTRICT oscillatorRows, mixed4 settings,
        unsigned int firstStream, mm_ulong step, mm_ulong seed) {
    const int numBlocks = (NUM_OSCILLATORS + 3) / 4;
    for (int index = LOCAL_ID; index < numBlocks * REPLICAS; index += LOCAL_SIZE) {
        int block = index / REPLICAS;
        int r = index - block * REPLICAS;
        real scale = (real) settings.y;
        real4 normals = drawNormals(block, firstStream + r, step, seed);
        real values[4] = {scale * normals.x, scale * normals.y, scale * normals.z, scale * normals.w};
#ifdef LEIMKUHLER_MATTHEWS
        scale = (real) settings.z;
        normals = drawNormals(block, firstStream + r, step + 1, seed);
        values[0] += scale * normals.x;
        values[1] += scale * normals.y;
        values[2] += scale * normals.z;
        values[3] += scale * normals.w;
#endif
        for (int i = 0; i < 4; i++)
            if (4 * block + i < NUM_OSCILLATORS)
                noise[oscillatorRows[4 * block + i] * REPLICAS + r] = values[i];
    }
}

/** Velocity along the displacement axis only; w is the inverse mass. Frozen particles keep theirs. */
DEVICE void storeVelocity(GLOBAL mixed4* RESTRICT velm, int slot, mixed velocity, mixed inverseMass) {
    if (inverseMass == 0)
        return;
    mixed4 stored = make_mixed4(0, 0, 0, inverseMass);
    stored.COMPONENT = velocity;
    velm[slot] = stored;
}

KERNEL void takeFusedSteps(int numGroups, int numSteps, int coefficientStride, unsigned int firstStream, mm_ulong firstStep,
        mm_ulong seed, GLOBAL const mixed4* RESTRICT settings, GLOBAL const int* RESTRICT slots,
        GLOBAL const mixed* RESTRICT inverseMasses, GLOBAL const int* RESTRICT oscillatorRows,
        GLOBAL const int2* RESTRICT rows, GLOBAL const int* RESTRICT neighbours, GLOBAL const real4* RESTRICT coefficients,
        GLOBAL mixed4* RESTRICT velm, POSITION_ARGUMENTS CLAMPED_ARGUMENTS) {
    LOCAL mixed state[STATE_SIZE];
    LOCAL ReplicaVector buffers[2 * STATE_SIZE * sizeof(real) / sizeof(ReplicaVector)];
    LOCAL_ARG real* displacements = (LOCAL_ARG real*) buffers;
    for (int group = GROUP_ID; group < numGroups; group += NUM_GROUPS) {
        GLOBAL const int* groupSlots = slots + group * STATE_SIZE;
        GLOBAL const mixed* groupInverseMasses = inverseMasses + group * STATE_SIZE;
        int present = 0, next = STATE_SIZE;
        SYNC_THREADS
        for (int item = LOCAL_ID; item < STATE_SIZE; item += LOCAL_SIZE) {
            int slot = groupSlots[item];
            state[item] = (slot < 0 ? (mixed) 0 : (mixed) LOAD_DISPLACEMENT(slot));
            displacements[item] = (real) state[item];
        }
        for (int s = 0; s < numSteps; s++) {
            mixed4 step = settings[s];
            bool isLast = (s == numSteps - 1);
            SYNC_THREADS
            drawNoise(displacements + next, oscillatorRows, step, firstStream + group * REPLICAS, firstStep + s, seed);
            SYNC_THREADS
            for (int row = LOCAL_ID; row < NUM_OSCILLATORS; row += LOCAL_SIZE) {
                real gradient[REPLICAS];
                computeGradient(row, displacements + present, rows, neighbours, coefficients + s * coefficientStride, gradient);
                for (int r = 0; r < REPLICAS; r++) {
                    int item = row * REPLICAS + r;
                    mixed inverseMass = groupInverseMasses[item];
                    mixed drift = -step.x * inverseMass * gradient[r];
                    mixed random = sqrt(inverseMass) * displacements[next + item];
#ifdef STOCHASTIC_HEUN
                    mixed delta = drift / 2 + random; // without the half of the drift that the corrector adds
                    mixed predicted = state[item] + drift + random;
#else
                    mixed delta = drift + random;
                    mixed predicted = state[item] + delta;
#endif
#ifdef CLAMPED
                    int path = pathsOfItems[group * STATE_SIZE + item];
                    if (path >= 0) {
                        predicted = evaluatePath(pathValues, numPaths, path, pathBrackets[s], pathWeights[s]);
                        delta = predicted - state[item];
                    }
#endif
                    displacements[next + item] = (real) predicted;
                    state[item] += delta;
                    if (isLast)
                        storeVelocity(velm, groupSlots[item], delta / step.w, inverseMass);
                }
            }
#ifdef STOCHASTIC_HEUN
            SYNC_THREADS
            for (int row = LOCAL_ID; row < NUM_OSCILLATORS; row += LOCAL_SIZE) {
                real gradient[REPLICAS];
                computeGradient(row, displacements + next, rows, neighbours, coefficients + (s + 1) * coefficientStride, gradient);
                for (int r = 0; r < REPLICAS; r++) {
                    int item = row * REPLICAS + r;
                    mixed inverseMass = groupInverseMasses[item];
                    mixed delta = -step.x * inverseMass * gradient[r] / 2;
#ifdef CLAMPED
                    if (pathsOfItems[group * STATE_SIZE + item] >= 0)
                        delta = 0; // the predictor has taken it to where its path is
#endif
                    state[item] += delta;
                    displacements[present + item] = (real) state[item];
                    if (isLast && inverseMass != 0)
                        velm[groupSlots[item]].COMPONENT += delta / step.w;
                }
            }
#else
            present = next;
            next = STATE_SIZE - next;
#endif
        }
        SYNC_THREADS
        for (int item = LOCAL_ID; item < STATE_SIZE; item += LOCAL_SIZE)
            if (groupInverseMasses[item] != 0)
                STORE_DISPLACEMENT(groupSlots[item], state[item])
    }
}
