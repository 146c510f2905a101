"""``oscillators data``: build data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ..datasets import DataSet, make_lattice, make_mixture, read_npy
from ..errors import OscillatorsError
from ..files import check_output
from ..idx import read_idx_pair
from ..mnist import check_digits, load_mnist
from .common import Json, Overwrite, Seed, check_json, numbers, results, write_json, written

app = typer.Typer(
    no_args_is_help=True,
    help="Build a data set file: states of oscillators, split into training and held-out ones.\n\n"
    "The other commands take such a file as DATA.",
)

Output = Annotated[Path, typer.Option("--output", "-o", help="Data set file (HDF5) to write.")]
Size = Annotated[int, typer.Option("--size", min=1, help="Width and height of the lattice; images are resized to it.")]
Jitter = Annotated[
    float, typer.Option("--jitter", min=0.0, help="Noise added to pixels (0 ... 1) before they are normalised.")
]
HeldOut = Annotated[float, typer.Option("--held-out", help="Share of each class that is held out for evaluation.")]
Digits = Annotated[str, typer.Option("--digits", help="Classes to learn; images of the others help to evaluate.")]


def _finish(data: DataSet, output: Path, json: str | None, overwrite: bool) -> None:
    data.save(output, overwrite)
    summary = {
        "kind": data.kind,
        "width": data.width,
        "height": data.height,
        "training": len(data.train),
        "held_out": len(data.held_out),
        "contrast": len(data.contrast),
        "classes": data.classes,
        "mean": data.mean,
        "standard_deviation": data.standard_deviation,
    }
    if json != "-":
        results.print(
            f"{data.width} x {data.height} oscillators, classes {data.classes}: {len(data.train)} training, "
            f"{len(data.held_out)} held-out, {len(data.contrast)} contrast states"
        )
    write_json(summary, json, overwrite)
    written(output)


@app.command()
def mixture(
    output: Output,
    count: Annotated[int, typer.Option("--count", min=2, help="Number of draws.")] = 20000,
    weights: Annotated[str, typer.Option("--weights", help="One weight a well.")] = "0.6,0.4",
    means: Annotated[str, typer.Option("--means", help="Centres of the wells in nm, x,y;x,y;...")] = "1,0.5;-1,-0.5",
    variance: Annotated[float, typer.Option("--variance", help="Of every well in every direction, in nm^2.")] = 0.001,
    held_out: HeldOut = 0.2,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw from a mixture of Gaussians: the smallest thing with two modes.

    Example: oscillators data mixture -o mixture.h5
    """
    check_output(output, overwrite)
    check_json(json, overwrite)
    centres = [numbers(mean, float, "--means") for mean in means.split(";")]
    if len({len(centre) for centre in centres}) != 1:
        raise OscillatorsError(f"--means {means!r}: the means have different numbers of coordinates")
    data = make_mixture(count, numbers(weights, float, "--weights"), centres, variance, held_out, seed)
    _finish(data, output, json, overwrite)


@app.command()
def mnist(
    output: Output,
    digits: Digits = "0,1",
    size: Size = 10,
    jitter: Jitter = 0.005,
    held_out: HeldOut = 0.2,
    idx_folder: Annotated[
        Path | None, typer.Option("--idx-folder", help="Folder with train-images-idx3-ubyte and -labels- (.gz or not).")
    ] = None,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """MNIST digits on a lattice. 0 and 1 come with the package; others are downloaded once, or read from --idx-folder.

    Example: oscillators data mnist --digits 0,1 --size 10 -o digits.h5
    """
    check_output(output, overwrite)
    check_json(json, overwrite)
    chosen = check_digits(numbers(digits, int, "--digits"))
    found = load_mnist(chosen, idx_folder)
    data = make_lattice(found.images, found.labels, chosen, size, jitter, held_out, seed, found.source, found.licence)
    _finish(data, output, json, overwrite)


@app.command()
def digits8x8(
    output: Output,
    digits: Digits = "0,1,2,3,4,5,6,7,8,9",
    jitter: Jitter = 0.005,
    held_out: HeldOut = 0.2,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """The 1797 handwritten digits of 8 x 8 pixels that come with scikit-learn (UCI's optical recognition data).

    Example: oscillators data digits8x8 -o digits8.h5
    """
    from sklearn.datasets import load_digits

    check_output(output, overwrite)
    check_json(json, overwrite)
    chosen = check_digits(numbers(digits, int, "--digits"))
    found = load_digits()
    source = "Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak), UCI"
    largest = 16.0  # of its pixels
    data = make_lattice(
        found.images / largest, found.target, chosen, None, jitter, held_out, seed, source, licence="CC BY 4.0"
    )
    _finish(data, output, json, overwrite)


@app.command()
def words(
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file with categories.")],
    output: Output,
    count: Annotated[int, typer.Option("--count", min=5, help="Number of draws.")] = 20000,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """The categories of a network with latent oscillators as words of a few bits, with their shares.

    A small network that learns them can tell the large one what to generate (`oscillators generate --categories-from`).

    Example: oscillators data words class.h5 -o words.h5
    """
    from ..conditions import categories_of
    from ..protocols import load_protocol
    from ..words import word_states

    check_output(output, overwrite)
    check_json(json, overwrite)
    _finish(word_states(categories_of(load_protocol(protocol)), count, seed), output, json, overwrite)


@app.command()
def idx(
    images: Annotated[Path, typer.Argument(help="IDX file of images, plain, .gz or .xz.")],
    labels: Annotated[Path, typer.Argument(help="IDX file of their labels.")],
    output: Output,
    digits: Annotated[str | None, typer.Option("--digits", help="Classes to learn; by default all.")] = None,
    size: Size = 10,
    jitter: Jitter = 0.005,
    held_out: HeldOut = 0.2,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Any pair of IDX files, the format of MNIST, Fashion-MNIST, KMNIST and EMNIST.

    Example: oscillators data idx train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz --digits 3,8 -o data.h5
    """
    check_output(output, overwrite)
    check_json(json, overwrite)
    chosen = None if digits is None else numbers(digits, int, "--digits")
    values, classes = read_idx_pair(images, labels)
    data = make_lattice(values, classes, chosen, size, jitter, held_out, seed, f"{images.name}, {labels.name}")
    _finish(data, output, json, overwrite)


@app.command()
def npy(
    images: Annotated[Path, typer.Argument(help=".npy array [count][height][width], bytes or numbers.")],
    output: Output,
    labels: Annotated[Path | None, typer.Option("--labels", help=".npy array [count] of whole numbers.")] = None,
    digits: Annotated[str | None, typer.Option("--digits", help="Classes to learn; by default all.")] = None,
    size: Annotated[int | None, typer.Option("--size", min=1, help="Resize to this width and height.")] = None,
    jitter: Jitter = 0.0,
    held_out: HeldOut = 0.2,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Images, or any fields on a grid, from NumPy arrays.

    Example: oscillators data npy images.npy --labels labels.npy -o data.h5
    """
    check_output(output, overwrite)
    check_json(json, overwrite)
    chosen = None if digits is None else numbers(digits, int, "--digits")
    classes = None if labels is None else _read_labels(labels)
    data = make_lattice(read_npy(images), classes, chosen, size, jitter, held_out, seed, images.name)
    _finish(data, output, json, overwrite)


def _read_labels(path: Path) -> np.ndarray:
    classes = read_npy(path)
    if classes.dtype.kind not in "ui":
        raise OscillatorsError(f"{path} holds {classes.dtype}, expected whole numbers")
    return classes.astype(np.int64)
