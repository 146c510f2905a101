/**
 * The coefficients that computeGradient() reads, for several times at once: linear between two slices of the protocol.
 *
 * slices hold theta in the order k_lin, k_duff, k_6, bias (of every oscillator), c_lin, c_optomech, c_duff (of every
 * edge). An entry's edge code is 2 edge, plus 1 if the row is the edge's second oscillator, or -1 for padding; so is the
 * oscillator of a row that is padding.
 */
DEVICE real interpolate(GLOBAL const real* RESTRICT lower, GLOBAL const real* RESTRICT upper, real weight, int parameter) {
    return (1 - weight) * lower[parameter] + weight * upper[parameter];
}

KERNEL void interpolateProtocol(int numTimes, int numEntries, GLOBAL const int* RESTRICT rowOscillators,
        GLOBAL const int* RESTRICT edgeCodes, GLOBAL const real* RESTRICT slices, GLOBAL const int2* RESTRICT brackets,
        GLOBAL const real* RESTRICT weights, GLOBAL real4* RESTRICT coefficients) {
    int setSize = NUM_ROWS + numEntries;
    for (int index = GLOBAL_ID; index < numTimes * setSize; index += GLOBAL_SIZE) {
        int time = index / setSize;
        int item = index - time * setSize;
        GLOBAL const real* lower = slices + (mm_long) brackets[time].x * NUM_PARAMETERS;
        GLOBAL const real* upper = slices + (mm_long) brackets[time].y * NUM_PARAMETERS;
        real weight = weights[time];
        real4 result = make_real4(0, 0, 0, 0);
        if (item < NUM_ROWS) {
            int oscillator = rowOscillators[item];
            if (oscillator >= 0)
                result = make_real4(interpolate(lower, upper, weight, oscillator),
                        interpolate(lower, upper, weight, NUM_OSCILLATORS + oscillator),
                        interpolate(lower, upper, weight, 2 * NUM_OSCILLATORS + oscillator),
                        interpolate(lower, upper, weight, 3 * NUM_OSCILLATORS + oscillator));
        }
        else {
            int code = edgeCodes[item - NUM_ROWS];
            if (code >= 0) {
                int edge = 4 * NUM_OSCILLATORS + code / 2;
                real linear = interpolate(lower, upper, weight, edge);
                real optomechanical = interpolate(lower, upper, weight, edge + NUM_EDGES);
                real duffing = interpolate(lower, upper, weight, edge + 2 * NUM_EDGES);
                bool isFirst = (code % 2 == 0);
                result = make_real4(2 * linear, duffing, isFirst ? 2 * optomechanical : 0, isFirst ? 0 : optomechanical);
            }
        }
        coefficients[index] = result;
    }
}
