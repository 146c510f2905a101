"""How large an error of a device may be before what a rule learns on it degrades.

    python examples/rule_tolerances.py six.h5 -o rule-tolerances

Every rule learns in place (`oscillators device`) on a device with one kind of error, in several sizes. The tolerance is
the size at which the Frechet distance of what the device then generates is half as large again as that of the same
rule on a perfect device, or a tenth of it escapes; interpolated in logarithms between the sizes tried. Writes
OUTPUT.png and OUTPUT.json.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import openmm
from imperfect_devices import Judge, errors_of

from openmmoscillators.datasets import load_dataset
from openmmoscillators.devices import IN_PLACE, learn_in_place
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learningsettings import RULES, LearningSettings
from openmmoscillators.oscillators import DeviceErrors

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import NullFormatter

DEGRADED, MOST_ESCAPES = 1.5, 0.1
# Of force sensors in kJ/(mol nm), of position sensors in nm, or relative; of commands in the parameter's own unit.
SIZES = {
    "force.gainSpread": (0.1, 0.3, 0.6),
    "force.offsetSpread": (0.01, 0.1, 0.5),
    "force.noise": (1.0, 5.0, 20.0),
    "position.gainSpread": (0.03, 0.1, 0.3),
    "position.offsetSpread": (0.01, 0.1, 0.5),
    "position.noise": (0.01, 0.05, 0.2),
    "commandOffsetSpread": (0.01, 0.02, 0.05),
}
#: Rules that read no force.
MOTION_ALONE = ("contrastive-divergence",)


def distance(judge: Judge, data: Path, rule: str, errors: DeviceErrors, settings: LearningSettings) -> float:
    """Of what a device generates that a rule has learned on; infinite if more than MOST_ESCAPES of that escapes.

    So it is if learning diverges.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.h5"
        try:
            learn_in_place(data, path, errors, replace(settings, rule=rule))
        except openmm.OpenMMException as error:
            print(rule, error, flush=True)
            return float("inf")
        figures = judge.generated(path)
    print(rule, figures, flush=True)
    return figures["frechet_distance"] if figures["escaped"] <= MOST_ESCAPES else float("inf")


def tolerance(sizes: tuple[float, ...], distances: list[float], perfect: float) -> float:
    """The size at which the distance is DEGRADED times that without errors; infinite if none is large enough."""
    limit = np.log(DEGRADED)
    ratios = np.log(np.divide([perfect, *distances], perfect))
    for k, size in enumerate(sizes):
        if ratios[k + 1] > limit:
            if k == 0 or not np.isfinite(ratios[k + 1]):
                return size
            share = (limit - ratios[k]) / (ratios[k + 1] - ratios[k])
            return float(sizes[k - 1] * (size / sizes[k - 1]) ** share)
    return float("inf")


def draw(results: dict[str, dict], path: Path) -> None:
    """Distance against the size of each error, a curve a rule; what is lost is at the upper edge."""
    largest = 20.0
    figure, axes = pyplot.subplots(1, len(SIZES), figsize=(2.6 * len(SIZES), 3.2), squeeze=False, sharey=True)
    for axis, (kind, sizes) in zip(axes[0], SIZES.items(), strict=True):
        for colour, (rule, found) in enumerate(results.items()):
            if kind in found["distances"]:
                ratios = np.minimum(np.divide(found["distances"][kind], found["perfect"]), largest)
                axis.plot(sizes, ratios, "o-", color=f"C{colour}", label=rule, clip_on=False)
        axis.axhline(DEGRADED, color="grey", linestyle=":")
        axis.set(xlabel=kind, xscale="log", yscale="log", ylim=(0.5, largest))
        axis.set_xticks(sizes, [f"{size:g}" for size in sizes])
        axis.xaxis.set_minor_formatter(NullFormatter())
    axes[0, 0].set_ylabel("Frechet distance / without error")
    axes[0, 0].legend(fontsize="x-small", loc="upper left")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("-o", "--output", default="rule-tolerances", help="of OUTPUT.png and OUTPUT.json")
    parser.add_argument("--rules", nargs="+", choices=RULES, default=list(RULES))
    parser.add_argument("--errors", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--range", type=int, default=3)
    parser.add_argument("--slices", type=int, default=10)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--repetitions", type=int, default=2, help="free evolutions from every sample")
    parser.add_argument("--samples", type=int, default=1024, help="generated for each point")
    arguments = parser.parse_args()
    chosen = {name: getattr(arguments, name) for name in ("range", "slices", "steps", "batch", "repetitions")}
    settings = replace(IN_PLACE, **chosen)
    judge = Judge(load_dataset(arguments.data), settings, arguments.samples)
    results: dict[str, dict] = {}
    for rule in arguments.rules:
        found = {"perfect": distance(judge, arguments.data, rule, DeviceErrors(), settings), "distances": {}}
        found["tolerances"] = {}
        for kind in arguments.errors:
            if kind.startswith("force") and rule in MOTION_ALONE:
                continue
            found["distances"][kind] = [
                distance(judge, arguments.data, rule, errors_of(kind, size), settings) for size in SIZES[kind]
            ]
            found["tolerances"][kind] = tolerance(SIZES[kind], found["distances"][kind], found["perfect"])
        results[rule] = found
        Path(f"{arguments.output}.json").write_text(to_json(results) + "\n")
    draw(results, Path(f"{arguments.output}.png"))


if __name__ == "__main__":
    main()
