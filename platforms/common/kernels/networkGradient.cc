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
    real4 site = coefficients[row];
    for (int r = 0; r < REPLICAS; r++) {
        x[r] = displacements[row * REPLICAS + r];
        real x2 = x[r] * x[r];
        gradient[r] = site.w + x[r] * (site.x + x2 * (site.y + x2 * site.z));
    }
    int2 span = rows[row];
    int end = span.x + span.y * ROW_STRIDE;
    for (int entry = span.x; entry < end; entry += ROW_STRIDE) {
        real4 edge = coefficients[NUM_ROWS + entry];
        int neighbour = neighbours[entry] * REPLICAS;
        for (int r = 0; r < REPLICAS; r++) {
            real y = displacements[neighbour + r];
            real d = x[r] - y;
            gradient[r] += d * (edge.x + edge.y * d * d) + y * (edge.z * x[r] + edge.w * y);
        }
    }
}
