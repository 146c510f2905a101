"""The roofline model of docs/gpu-performance.md: prints its tables.

A model, not a measurement: cycles that a multiprocessor needs for one step of one replica, if the resource in question
were the only limit.
"""

from __future__ import annotations

from dataclasses import dataclass

ROW_STRIDE = 32  # rows of a chunk, as threads of a warp
INSTRUCTIONS = 7  # floating-point instructions for an entry of the table of neighbours and a replica
FLOPS = 11  # of these: four are fused multiply-adds
OTHER_INSTRUCTIONS = 10  # for an entry and all its replicas: loads, addresses, loop
NOISE_INSTRUCTIONS = 30  # for a normal: a quarter of Philox4x32-10, half of a Box-Muller pair
ENTRY_BYTES = 20  # four coefficients in single precision and the neighbour's index
GROUPS_AT_ONCE = 6  # thread blocks a multiprocessor that OpenMM launches


@dataclass(frozen=True)
class Device:
    name: str
    multiprocessors: int
    clock: float  # GHz
    lanes: int  # single-precision instructions a cycle and multiprocessor
    l2: float  # bytes a cycle and multiprocessor from the second-level cache (an assumption, see the text)
    registers: int  # of kernel takeFusedSteps, single precision, Euler-Maruyama
    shared: int  # bytes a multiprocessor


@dataclass(frozen=True)
class Lattice:
    size: int
    reach: int
    replicas: int  # that a thread serves

    @property
    def degrees(self) -> list[int]:
        def neighbours(i: int) -> int:
            return min(i, self.reach) + min(self.size - 1 - i, self.reach) + 1

        cells = [neighbours(x) * neighbours(y) - 1 for x in range(self.size) for y in range(self.size)]
        return sorted(cells, reverse=True)


DEVICES = (
    Device("H100 SXM", 132, 1.755, 128, 5120 / 132, 48, 228 * 1024),
    Device("A100 SXM", 108, 1.410, 64, 5120 / 108, 40, 164 * 1024),
    Device("RTX 5090", 170, 2.407, 128, 32, 48, 100 * 1024),
)
LATTICES = (Lattice(10, 6, 8), Lattice(12, 6, 8), Lattice(28, 6, 4), Lattice(28, 14, 4))


def report(device: Device, lattice: Lattice) -> str:
    """One row of the table."""
    entries = sum(lattice.degrees)
    oscillators = len(lattice.degrees)
    issued = ROW_STRIDE * sum(lattice.degrees[::ROW_STRIDE])  # lanes of a warp wait for its longest row
    per_entry = INSTRUCTIONS + OTHER_INSTRUCTIONS / lattice.replicas
    compute = (issued * per_entry + oscillators * NOISE_INSTRUCTIONS) / device.lanes
    l2 = entries * ENTRY_BYTES / lattice.replicas / device.l2
    shared = entries * (4 + ENTRY_BYTES / lattice.replicas) / 128  # shared memory and first-level cache are one
    cycles = max(compute, l2, shared)
    threads = min(256, (oscillators + 31) // 32 * 32)
    local = 12 * oscillators * lattice.replicas
    resident = min(GROUPS_AT_ONCE, 2048 // threads, 65536 // (device.registers * threads), device.shared // local)
    limit = {compute: "arithmetic", l2: "L2", shared: "L1/shared"}[cycles]
    nanoseconds = cycles / device.clock / device.multiprocessors
    intensity = FLOPS * lattice.replicas / ENTRY_BYTES
    return (
        f"| {device.name} | {lattice.size}x{lattice.size}, {lattice.reach} | {entries} | {intensity:.1f} "
        f"| {compute:.0f} | {l2:.0f} | {shared:.0f} | {limit} | {resident} x {threads} | {nanoseconds:.1f} |"
    )


if __name__ == "__main__":
    print("| device | lattice, range | entries | flop/byte | arithmetic | L2 | L1/shared | limit | resident | ns |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for model_device in DEVICES:
        for model_lattice in LATTICES:
            print(report(model_device, model_lattice))
