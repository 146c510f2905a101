/**
 * The normals of CounterNoise: Philox4x32-10 (Salmon et al., SC11) and Box-Muller. The same words as on every platform;
 * the normals are formed in the precision of real.
 */

#ifdef USE_DOUBLE_PRECISION
#define TWO_TO_MINUS_32 2.3283064365386963e-10
#define TURN_BY_TWO_TO_32 1.4629180792671596e-9
#else
#define TWO_TO_MINUS_32 2.3283064365386963e-10f
#define TURN_BY_TWO_TO_32 1.4629180792671596e-9f
#endif

/** The words of indices 4 block ... 4 block + 3 of a stream. */
DEVICE void drawWords(unsigned int* words, unsigned int block, unsigned int stream, mm_ulong step, mm_ulong seed) {
    unsigned int key0 = (unsigned int) seed, key1 = (unsigned int) (seed >> 32);
    words[0] = block;
    words[1] = stream;
    words[2] = (unsigned int) step;
    words[3] = (unsigned int) (step >> 32);
    for (int round = 0; round < 10; round++) {
        mm_ulong product0 = (mm_ulong) 0xD2511F53u * words[0];
        mm_ulong product1 = (mm_ulong) 0xCD9E8D57u * words[2];
        words[0] = (unsigned int) (product1 >> 32) ^ words[1] ^ key0;
        words[1] = (unsigned int) product1;
        words[2] = (unsigned int) (product0 >> 32) ^ words[3] ^ key1;
        words[3] = (unsigned int) product0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

/** Two normals of two words. An angle in [-pi, pi) keeps fast sines accurate; fast logarithms may pass zero at 1. */
DEVICE real2 boxMuller(unsigned int radial, unsigned int angular) {
    real uniform = (radial + (real) 0.5f) * TWO_TO_MINUS_32;
    real radius = SQRT(max((real) 0, -2 * LOG(uniform)));
    real angle = ((int) angular) * TURN_BY_TWO_TO_32;
    return make_real2(radius * COS(angle), radius * SIN(angle));
}

/** The normal of one index of a stream. */
DEVICE real drawNormal(unsigned int index, unsigned int stream, mm_ulong step, mm_ulong seed) {
    unsigned int words[4];
    drawWords(words, index / 4, stream, step, seed);
    real2 pair = (index & 2) == 0 ? boxMuller(words[0], words[1]) : boxMuller(words[2], words[3]);
    return (index & 1) == 0 ? pair.x : pair.y;
}

/** The normals of indices 4 block ... 4 block + 3 of a stream. */
DEVICE real4 drawNormals(unsigned int block, unsigned int stream, mm_ulong step, mm_ulong seed) {
    unsigned int words[4];
    drawWords(words, block, stream, step, seed);
    real2 low = boxMuller(words[0], words[1]);
    real2 high = boxMuller(words[2], words[3]);
    return make_real4(low.x, low.y, high.x, high.y);
}
