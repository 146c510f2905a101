/** Positions of particles in the precision of the integration. */
#ifdef USE_MIXED_PRECISION
#define POSITION_ARGUMENTS GLOBAL real4* RESTRICT posq, GLOBAL real4* RESTRICT posqCorrection
#define LOAD_POSITION(index) loadPosition(posq[index], posqCorrection[index])
#define STORE_POSITION(index, position) { \
    mixed4 stored = position; \
    posq[index] = make_real4((real) stored.x, (real) stored.y, (real) stored.z, (real) stored.w); \
    posqCorrection[index] = make_real4(stored.x - (real) stored.x, stored.y - (real) stored.y, stored.z - (real) stored.z, 0); \
}
DEVICE mixed4 loadPosition(real4 position, real4 correction) {
    return make_mixed4(position.x + (mixed) correction.x, position.y + (mixed) correction.y, position.z + (mixed) correction.z,
            position.w);
}
#else
#define POSITION_ARGUMENTS GLOBAL real4* RESTRICT posq
#define LOAD_POSITION(index) posq[index]
#define STORE_POSITION(index, position) posq[index] = position;
#endif
