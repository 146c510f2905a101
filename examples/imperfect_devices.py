"""How a model that was learned on an imperfect device degrades with each of the device's errors.

    python examples/imperfect_devices.py digits.h5 -o imperfect-devices

For every kind of error and several sizes of it, a lattice learns on a device with that error (`oscillators device`):
as it is, and measured as it will be driven (--as-driven). A third device only has the protocol loaded that a perfect
one has learned: what learning elsewhere leads to. Of what then acts in the device, the force error E|F - F_0|^2 /
E|F_0|^2 against the perfect device's, averaged over slices, the excess of the held-out denoising loss, and what it
generates: the share of zeros, of escapes, and the Frechet distance. Writes OUTPUT.png and OUTPUT.json.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np

from openmmoscillators.classifiers import ImageClassifiers
from openmmoscillators.datasets import DataSet, load_dataset
from openmmoscillators.devices import IN_PLACE, acting_protocol, learn_in_place, make_device
from openmmoscillators.evaluation import escaped
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learning import LearningSettings
from openmmoscillators.oscillators import (
    DeviceErrors,
    DrivingProtocol,
    LearnedProtocol,
    NoisedDataSource,
    NoisingProcess,
    ProtocolFile,
)
from openmmoscillators.protocols import load_protocol
from openmmoscillators.samples import read_samples
from openmmoscillators.statistics import frechet_distance

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
}


def errors_of(name: str, size: float) -> DeviceErrors:
    """A device with one kind of error; a name with a dot is one of force or position sensors."""
    errors = DeviceErrors(seed=1)
    sensors, _, setting = name.rpartition(".")
    setattr(getattr(errors, sensors) if sensors else errors, setting, size)
    return errors


class Judge:
    """Figures of a protocol that acts, against the perfect device's and held-out states."""

    def __init__(self, data: DataSet, ideal: LearnedProtocol, settings: LearningSettings, samples: int) -> None:
        self._data, self._ideal, self._settings, self._samples = data, ideal, settings, samples
        self._classifiers = ImageClassifiers(data)
        self._real = self._classifiers.features(data.held_out.astype(np.float64))

    def _forces(self, protocol: DrivingProtocol) -> list[np.ndarray]:
        process = NoisingProcess(self._settings.sigma, self._settings.thermal_energy)
        times = protocol.getTimes()
        source = NoisedDataSource(self._ideal.network, process, times, self._data.held_out, 0, 1)
        source.setProtocol(protocol)
        return [source.readForces(k, 0, source.getNumSamples()) for k in range(len(times))]

    def force_error(self, protocol: DrivingProtocol) -> float:
        pairs = zip(self._forces(protocol), self._forces(self._ideal.protocol), strict=True)
        return float(np.mean([((a - b) ** 2).sum() / (b**2).sum() for a, b in pairs]))

    def generated(self, path: Path) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            generate(path, Path(folder) / "s.h5md", GenerationSettings(samples=self._samples, seed=1))
            samples = read_samples(Path(folder) / "s.h5md")
        lost = escaped(samples)
        kept = samples[~lost].astype(np.float64)
        figures = {"escaped": float(lost.mean()), "zeros": np.nan, "frechet_distance": np.nan}
        if len(kept) > 100:
            probabilities = self._classifiers.class_probabilities(kept)
            pairs = zip(self._classifiers.features(kept), self._real, strict=True)
            figures["zeros"] = float((probabilities.argmax(1) == 0).mean())
            figures["frechet_distance"] = float(np.mean([frechet_distance(*pair) for pair in pairs]))
        return figures


def sweep(
    data_path: Path, settings: LearningSettings, samples: int, names: list[str], folder: Path
) -> dict[str, list[dict]]:
    """Figures by name of the error, each a list over its sizes and the ways of learning."""
    ideal_path = folder / "ideal.h5"
    perfect = learn_in_place(data_path, ideal_path, DeviceErrors(), settings, overwrite=True)
    ideal = load_protocol(ideal_path)
    judge = Judge(load_dataset(data_path), ideal, settings, samples)
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
                figures["force_error"] = judge.force_error(load_protocol(path).protocol)
                results[name].append(figures | judge.generated(path))
                print(name, results[name][-1], flush=True)
    return results


def draw(results: dict[str, list[dict]], path: Path) -> None:
    """Force error and Frechet distance against the size of each error."""
    names = [name for name in results if name != "none"]
    size = (2.6 * len(names), 5.2)
    figure, axes = pyplot.subplots(2, len(names), figsize=size, squeeze=False, sharex="col", sharey="row")
    for column, name in enumerate(names):
        for way in ("in place", "as driven", "elsewhere"):
            rows = [row for row in results[name] if row["way"] == way]
            if not rows:
                continue
            for axis, quantity in zip(axes[:, column], ("force_error", "frechet_distance"), strict=True):
                axis.plot([row["size"] for row in rows], [row[quantity] for row in rows], "o-", label=way)
        axes[1, column].axhline(results["none"][0]["frechet_distance"], color="grey", linestyle=":")
        axes[1, column].set_xlabel(name)
        for axis in axes[:, column]:
            axis.set_xscale("linear" if name.endswith(("bits", "Bits")) else "log")
            axis.set_yscale("log")
            axis.xaxis.set_minor_formatter(NullFormatter())
    axes[0, 0].set_ylabel("force error")
    axes[1, 0].set_ylabel("Frechet distance")
    axes[0, 0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("-o", "--output", default="imperfect-devices", help="of OUTPUT.png and OUTPUT.json")
    parser.add_argument("--errors", nargs="+", choices=SWEEPS, default=list(SWEEPS))
    parser.add_argument("--range", type=int, default=3)
    parser.add_argument("--slices", type=int, default=12)
    parser.add_argument("--steps", type=int, default=200)
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
