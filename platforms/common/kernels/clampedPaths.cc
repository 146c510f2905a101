/** Where a clamped path is at a position on the grid of times; values lie [time][path]. */
DEVICE mixed evaluatePath(GLOBAL const mixed* RESTRICT values, int numPaths, int path, int2 bracket, mixed weight) {
    return (1 - weight) * values[bracket.x * numPaths + path] + weight * values[bracket.y * numPaths + path];
}
