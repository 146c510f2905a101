"""How a model that was learned on an imperfect device degrades with each of the device's errors.

    python examples/imperfect_devices.py digits.h5 -o imperfect-devices

For every kind of error and several sizes of it, a lattice learns on a device with that error (`oscillators device`):
as it is, and measured as it will be driven (--as-driven). A third device only has the protocol loaded that a perfect
one has learned: what learning elsewhere leads to. Of what then acts in the device, the force error E|F - F_0|^2 /
E|F_0|^2 against the perfect device's, averaged over slices, the excess of the held-out denoising loss, and what it
generates: the share of zeros, of escapes, and the Frechet distance; of an offset of commands also how much of it acts.
Writes OUTPUT.png and OUTPUT.json.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
from experiments import generated

from openmmoscillators.datasets import DataSet, load_dataset
from openmmoscillators.devices import IN_PLACE, acting_protocol, learn_in_place, make_device
from openmmoscillators.evaluation import ImageJudge
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import (
    DeviceErrors,
    LearnedProtocol,
    NetworkParameters,
    NoisedDataSource,
    NoisingProcess,
    ParameterLayout,
    ProtocolFile,
)
from openmmoscillators.protocols import load_protocol

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import NullFormatter

# Sizes of each error: of force sensors in kJ/(mol nm) or relative, of commands relative or in the parameter's own unit.
SWEEPS = {
    "commandOffsetSpread": (0.003, 0.01, 0.03),
    "commandGainSpread": (0.01, 0.03, 0.1),
    "force.gainSpread": (0.03, 0.1, 0.3),
    "force.noise": (0.3, 3.0, 30.0),
    "force.offsetSpread": (0.1, 1.0),
    "force.deadShare": (0.03, 0.1),
    "force.memory": (0.03, 0.1, 0.3),
    "force.bits": (8, 6, 4),
    "commandBits": (14, 12, 10),
    "drift": (1e-5, 1e-4, 1e-3),
    "dither": (0.2, 0.8, 3.0),  # noise of force sensors of 6 bits
}


def errors_of(name: str, size: float) -> DeviceErrors:
    """A device with one kind of error; a name with a dot is one of force or position sensors."""
    errors = DeviceErrors(seed=1)
    if name == "dither":
        errors.force.bits, errors.force.noise = 6, size
        return errors
    sensors, _, setting = name.rpartition(".")
    setattr(getattr(errors, sensors) if sensors else errors, setting, size)
    return errors


class Judge:
    """Figures of a protocol that acts, against another and held-out states."""

    def __init__(self, data: DataSet, settings: LearningSettings, samples: int) -> None:
        self._data, self._settings, self._samples = data, settings, samples
        self._images = ImageJudge(data)

    def _forces(self, learned: LearnedProtocol) -> list[np.ndarray]:
        process = NoisingProcess(self._settings.sigma, self._settings.thermal_energy)
        times = learned.protocol.getTimes()
        source = NoisedDataSource(learned.network, process, times, self._data.held_out, 0, 1)
        source.setProtocol(learned.protocol)
        return [source.readForces(k, 0, source.getNumSamples()) for k in range(len(times))]

    def force_error(self, acting: LearnedProtocol, ideal: LearnedProtocol) -> float:
        """E|F - F_0|^2 / E|F_0|^2, averaged over slices."""
        pairs = zip(self._forces(acting), self._forces(ideal), strict=True)
        return float(np.mean([((a - b) ** 2).sum() / (b**2).sum() for a, b in pairs]))

    def generated(self, path: Path) -> dict[str, float]:
        """Of samples that follow a protocol: the share of escapes and of zeros, and the Frechet distance."""
        kept, escaped_share = generated(path, self._samples)
        figures = {"escaped": escaped_share, "zeros": np.nan, "frechet_distance": np.nan}
        if len(kept) > 100:
            figures["zeros"] = self._images.reading(kept)["class_shares"]["0"]
            figures["frechet_distance"] = self._images.frechet_distance(kept)
        return figures


def share_of_offset(acting: LearnedProtocol, ideal: LearnedProtocol, errors: DeviceErrors) -> float:
    """How much of half the commands' offsets acts beyond the perfect device's protocol, by least squares.

    Over all parameters but k_6, whose least value is one of what is commanded, and all slices.
    """
    network = ideal.network
    layout, something = ParameterLayout(network), NetworkParameters(network)
    something.fillFamily("k_6", 1.0)
    device = make_device(network, errors)
    half = (np.asarray(device.getActing(something).getValues()) - np.asarray(something.getValues())) / 2.0
    half[layout.getOffset("k_6") : layout.getOffset("k_6") + layout.getSize("k_6")] = 0.0
    beyond = np.asarray(acting.protocol.getValues()) - np.asarray(ideal.protocol.getValues())
    return float((beyond @ half).mean() / (half @ half))


def sweep(
    data_path: Path, settings: LearningSettings, samples: int, names: list[str], folder: Path
) -> dict[str, list[dict]]:
    """Figures by name of the error, each a list over its sizes and the ways of learning."""
    ideal_path = folder / "ideal.h5"
    perfect = learn_in_place(data_path, ideal_path, DeviceErrors(), settings, overwrite=True)
    ideal = load_protocol(ideal_path)
    judge = Judge(load_dataset(data_path), settings, samples)
    results: dict[str, list[dict]] = {"none": [judge.generated(ideal_path)]}
    for name in names:
        results[name] = []
        for size in SWEEPS[name]:
            errors = errors_of(name, size)
            for way in ("in place", "as driven", "elsewhere"):
                path = folder / f"{name}-{size}-{way.replace(' ', '-')}.h5"
                figures = {"size": size, "way": way}
                if way == "elsewhere":
                    if not name.startswith("command"):
                        continue  # a protocol that is only loaded meets no sensor
                    device = make_device(ideal.network, errors)
                    acting = acting_protocol(device, ideal.network, ideal.protocol, settings.sigma)
                    ProtocolFile.write(str(path), LearnedProtocol(network=ideal.network, protocol=acting, kT=ideal.kT))
                else:
                    report = learn_in_place(
                        data_path, path, errors, settings, as_driven=way == "as driven", overwrite=True
                    )
                    ratios = np.divide(report["acting_losses"], perfect["acting_losses"])
                    figures["excess_loss"] = float(ratios.mean() - 1.0)
                figures["force_error"] = judge.force_error(load_protocol(path), ideal)
                if name == "commandOffsetSpread":
                    figures["share_of_offset"] = share_of_offset(load_protocol(path), ideal, errors)
                results[name].append(figures | judge.generated(path))
                print(name, results[name][-1], flush=True)
    return results


def draw(results: dict[str, list[dict]], path: Path, columns: int = 6) -> None:
    """Force error, and Frechet distance below it, against the size of each error."""
    names = [name for name in results if name != "none"]
    columns = min(columns, len(names))
    rows = -(-len(names) // columns)
    size = (2.6 * columns, 5.2 * rows)
    figure, axes = pyplot.subplots(2 * rows, columns, figsize=size, squeeze=False, sharey="row")
    for position, name in enumerate(names):
        row, column = divmod(position, columns)
        pair = axes[2 * row : 2 * row + 2, column]
        draw_error(results[name], pair, name.endswith(("bits", "Bits")))
        pair[1].axhline(results["none"][0]["frechet_distance"], color="grey", linestyle=":")
        pair[1].set_xlabel(name)
        if column == 0:
            pair[0].set_ylabel("force error")
            pair[1].set_ylabel("Frechet distance")
    for unused in axes[-2:, len(names) - (rows - 1) * columns :].flat:
        unused.set_visible(False)
    axes[0, 0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def draw_error(figures: list[dict], pair: np.ndarray, linear: bool) -> None:
    """One kind of error, a curve for each way of learning."""
    for way in ("in place", "as driven", "elsewhere"):
        rows = [row for row in figures if row["way"] == way]
        for axis, quantity in zip(pair, ("force_error", "frechet_distance"), strict=True):
            if rows:
                values = [row[quantity] for row in rows]
                axis.plot([row["size"] for row in rows], values, "o-", label=way)
    for axis in pair:
        axis.set_xscale("linear" if linear else "log")
        axis.set_yscale("log")
        axis.xaxis.set_minor_formatter(NullFormatter())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("-o", "--output", default="imperfect-devices", help="of OUTPUT.png and OUTPUT.json")
    parser.add_argument("--errors", nargs="+", choices=SWEEPS, default=list(SWEEPS))
    parser.add_argument("--range", type=int, default=3)
    parser.add_argument("--slices", type=int, default=10)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--samples", type=int, default=1024, help="generated for each point")
    arguments = parser.parse_args()
    settings = replace(
        IN_PLACE, range=arguments.range, slices=arguments.slices, steps=arguments.steps, batch=arguments.batch
    )
    with tempfile.TemporaryDirectory() as folder:
        results = sweep(arguments.data, settings, arguments.samples, arguments.errors, Path(folder))
    Path(f"{arguments.output}.json").write_text(to_json(results) + "\n")
    draw(results, Path(f"{arguments.output}.png"))


if __name__ == "__main__":
    main()
