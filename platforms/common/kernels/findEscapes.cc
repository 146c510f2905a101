/**
 * Sets escaped if a coordinate that can move is farther than limit from 0, or not a number. The components of mobile are 0
 * for axes along which nothing moves.
 */
KERNEL void findEscapes(int numAtoms, mixed4 mobile, mixed limit, GLOBAL const mixed4* RESTRICT velm,
        GLOBAL const real4* RESTRICT posq, GLOBAL int* RESTRICT escaped) {
    for (int index = GLOBAL_ID; index < numAtoms; index += GLOBAL_SIZE) {
        if (velm[index].w == 0)
            continue;
        real4 position = posq[index];
        bool within = (mobile.x == 0 || fabs(position.x) <= limit) && (mobile.y == 0 || fabs(position.y) <= limit) &&
                (mobile.z == 0 || fabs(position.z) <= limit);
        if (!within)
            *escaped = 1;
    }
}
