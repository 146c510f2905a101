#if REPLICAS == 1
typedef real ReplicaVector;
#elif REPLICAS == 2
typedef real2 ReplicaVector;
#else
typedef real4 ReplicaVector;
#endif

/** The displacements of a row, in as few reads as possible; displacements are aligned for that. */
DEVICE void loadReplicas(int row, STATE_SPACE const real* RESTRICT displacements, real* x) {
    STATE_SPACE const ReplicaVector* source = (STATE_SPACE const ReplicaVector*) (displacements + row * REPLICAS);
#if REPLICAS == 1
    x[0] = source[0];
#elif REPLICAS == 2
    ReplicaVector vector = source[0];
    x[0] = vector.x;
    x[1] = vector.y;
#else
    for (int i = 0; i < REPLICAS / 4; i++) {
        ReplicaVector vector = source[i];
        x[4 * i] = vector.x;
        x[4 * i + 1] = vector.y;
        x[4 * i + 2] = vector.z;
        x[4 * i + 3] = vector.w;
    }
#endif
}

/**
 * The gradient of the network's energy at one oscillator ("row") for REPLICAS replicas at once: what is read of the
 * parameters serves all of them.
 *
 * displacements[row * REPLICAS + replica] lie in the address space STATE_SPACE. The coefficients of one time are, first
 * NUM_ROWS of
 *
 *   (k_lin, k_duff, k_6, bias) of the row
 *
 * then, for every entry of the table of neighbours (rows[row] = (first entry, number), a stride of ROW_STRIDE apart),
 *
 *   (2 c_lin, c_duff, 2 c_optomech if the row is the edge's first oscillator else 0, c_optomech if it is the second)
 */
DEVICE void computeGradient(int row, STATE_SPACE const real* RESTRICT displacements, GLOBAL const int2* RESTRICT rows,
        GLOBAL const int* RESTRICT neighbours, GLOBAL const real4* RESTRICT coefficients, real* gradient) {
    real x[REPLICAS];
    loadReplicas(row, displacements, x);
    real4 site = coefficients[row];
    for (int r = 0; r < REPLICAS; r++) {
        real x2 = x[r] * x[r];
        gradient[r] = site.w + x[r] * (site.x + x2 * (site.y + x2 * site.z));
    }
    int2 span = rows[row];
    int end = span.x + span.y * ROW_STRIDE;
    for (int entry = span.x; entry < end; entry += ROW_STRIDE) {
        real4 edge = coefficients[NUM_ROWS + entry];
        real y[REPLICAS];
        loadReplicas(neighbours[entry], displacements, y);
        for (int r = 0; r < REPLICAS; r++) {
            real d = x[r] - y[r];
            gradient[r] += d * (edge.x + edge.y * d * d) + y[r] * (edge.z * x[r] + edge.w * y[r]);
        }
    }
}
