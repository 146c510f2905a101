/**
 * An oscillator's part of the energy for REPLICAS replicas: its own terms, half of what is symmetric in an edge's two
 * ends, and the optomechanical terms of the edges that it is the first oscillator of. See networkGradient.cc.
 */
DEVICE void computeRowEnergy(int row, STATE_SPACE const real* RESTRICT displacements, GLOBAL const int2* RESTRICT rows,
        GLOBAL const int* RESTRICT neighbours, GLOBAL const real4* RESTRICT coefficients, mixed* energy) {
    mixed x[REPLICAS];
    real4 site = coefficients[row];
    for (int r = 0; r < REPLICAS; r++) {
        x[r] = displacements[row * REPLICAS + r];
        mixed x2 = x[r] * x[r];
        energy[r] = x[r] * site.w + x2 * (site.x / 2 + x2 * (site.y / 4 + x2 * site.z / 6));
    }
    int2 span = rows[row];
    int end = span.x + span.y * ROW_STRIDE;
    for (int entry = span.x; entry < end; entry += ROW_STRIDE) {
        real4 edge = coefficients[NUM_ROWS + entry];
        int neighbour = neighbours[entry] * REPLICAS;
        for (int r = 0; r < REPLICAS; r++) {
            mixed y = displacements[neighbour + r];
            mixed d2 = (x[r] - y) * (x[r] - y);
            energy[r] += d2 * (edge.x / 4 + d2 * edge.y / 8) + edge.z * x[r] * x[r] * y / 2;
        }
    }
}

KERNEL void computeRowEnergies(int firstGroup, int endGroup, GLOBAL const real* RESTRICT displacements,
        GLOBAL const int2* RESTRICT rows, GLOBAL const int* RESTRICT neighbours,
        GLOBAL const real4* RESTRICT coefficients, GLOBAL mixed* RESTRICT rowEnergies) {
    for (int index = firstGroup * NUM_OSCILLATORS + GLOBAL_ID; index < endGroup * NUM_OSCILLATORS; index += GLOBAL_SIZE) {
        int group = index / NUM_OSCILLATORS;
        int row = index - group * NUM_OSCILLATORS;
        mixed energy[REPLICAS];
        computeRowEnergy(row, displacements + group * NUM_OSCILLATORS * REPLICAS, rows, neighbours, coefficients, energy);
        for (int r = 0; r < REPLICAS; r++)
            rowEnergies[index * REPLICAS + r] = energy[r];
    }
}

KERNEL void sumReplicaEnergies(int firstReplica, int endReplica, GLOBAL const mixed* RESTRICT rowEnergies,
        GLOBAL mixed* RESTRICT replicaEnergies) {
    for (int replica = firstReplica + GLOBAL_ID; replica < endReplica; replica += GLOBAL_SIZE) {
        int first = replica / REPLICAS * NUM_OSCILLATORS * REPLICAS + replica % REPLICAS;
        mixed sum = 0;
        for (int row = 0; row < NUM_OSCILLATORS; row++)
            sum += rowEnergies[first + row * REPLICAS];
        replicaEnergies[replica] = sum;
    }
}
