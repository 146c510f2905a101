"""``oscillators thermodynamics``: the nonequilibrium physics of noising and generation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ..errors import OscillatorsError
from ..files import check_output
from ..jsonfiles import to_json
from .common import Overwrite, numbers, remarks, results, written

app = typer.Typer(
    no_args_is_help=True,
    help="Nonequilibrium physics of noising and generation: two Gaussians, where everything is known "
    "(arXiv 2405.11932, reduced units), and learned protocols.",
)

Mu = Annotated[float, typer.Option("--mu", help="Distance of the two means from the centre.")]
Sigma = Annotated[float, typer.Option("--sigma", help="Standard deviation of the two Gaussians.")]
Dimension = Annotated[int, typer.Option("--dimension", min=1, help="Of the states; --mu is the length of the mean.")]
Paths = Annotated[int, typer.Option("--paths", min=2, help="Number of independent paths.")]
Steps = Annotated[int, typer.Option("--steps", min=1, help="Euler-Maruyama steps of a path.")]
Duration = Annotated[float, typer.Option("--duration", help="Noising time at which generation begins.")]
PathSeed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all random numbers.")]
Json = Annotated[bool, typer.Option("--json", help="Print the numbers as JSON and nothing else.")]
Protocol = Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file of `oscillators learn`.")]
Against = Annotated[Path, typer.Option("--against", help="Data set file that the protocol was learned from.")]
Samples = Annotated[int, typer.Option("--samples", min=4, help="Number of generated paths.")]
SliceSteps = Annotated[int, typer.Option("--steps-per-slice", min=1, help="Steps between times of the protocol.")]
Folder = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder for a picture (.png, .svg) and data (.h5).")
]


def _report(figures: dict, as_json: bool) -> None:
    """Print results as JSON, or the single numbers among them as lines."""
    if as_json:
        print(to_json(figures))
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            results.print(f"[bold]{name.replace('_', ' ')}[/bold]")
            _report({f"  {key}": entry for key, entry in value.items()}, False)
        else:
            shown = value.tolist() if hasattr(value, "tolist") else value
            results.print(f"{name.replace('_', ' ')}: {_show(shown)}")


def _show(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.8g}"
    if isinstance(value, (list, tuple)):
        return "  ".join(_show(entry) for entry in value)
    return "none" if value is None else str(value)


@app.command()
def fluctuation(
    mu: Mu = 1.0,
    sigma: Sigma = 0.8,
    direction: Annotated[
        str, typer.Option("--direction", help="forward (noising) or reverse (generation).")
    ] = "forward",
    paths: Paths = 10_000,
    steps: Steps = 500,
    duration: Duration = 5.0,
    dimension: Dimension = 1,
    detailed: Annotated[bool, typer.Option("--detailed", help="Run backward paths too: detailed theorem.")] = False,
    seed: PathSeed = 1,
    json: Json = False,
) -> None:
    """The integral fluctuation theorem, the mean of exp(-total entropy) = 1, over simulated paths.

    The chain's own ratio of path probabilities obeys it at any step size; the Stratonovich sum as steps become small.
    Effective sample size and largest share say whether enough rare paths were met for the error to be believed.

    Example: oscillators thermodynamics fluctuation --mu 1 --sigma 0.8 --paths 100000 --direction reverse --json
    """
    from ..thermodynamics import PathSettings
    from ..thermodynamics import fluctuation as measure

    settings = PathSettings(mu, sigma, direction, paths, duration, steps, dimension, seed)
    with remarks.status("running paths"):
        figures = measure(settings, detailed)
    _report(figures, json)


@app.command("entropy-production")
def entropy_production(
    mu: Mu = 1.0,
    sigma: Sigma = 0.8,
    times: Annotated[str, typer.Option("--times", help="Noising times, separated by commas.")] = "0.05,0.5,2",
    dimension: Dimension = 1,
    json: Json = False,
) -> None:
    """Entropy, its production and its flux to the bath at noising times, of noising and of generation.

    Example: oscillators thermodynamics entropy-production --mu 1 --sigma 0.8 --times 0.05,0.5,2 --json
    """
    from ..thermodynamics import entropy_production as compute

    _report(compute(mu, sigma, numbers(times, float, "--times"), dimension), json)


@app.command()
def speciation(mu: Mu = 1.0, sigma: Sigma = 0.8, json: Json = False) -> None:
    """When the reverse potential turns into a double well, and when it loses its walls.

    A negative speciation time is the closed form's value where generation never speciates.

    Example: oscillators thermodynamics speciation --mu 1 --sigma 0.8 --json
    """
    from ..thermodynamics import speciation as compute

    _report(compute(mu, sigma), json)


@app.command("phase-diagram")
def phase_diagram(
    points: Annotated[int, typer.Option("--points", min=2, help="Points of the boundary.")] = 201, json: Json = False
) -> None:
    """The boundaries of the three phases of generation, and three sample points.

    Example: oscillators thermodynamics phase-diagram --json
    """
    from ..thermodynamics import phase_diagram as compute

    figures = compute(points)
    if not json:
        figures = {f"sample point {k}": point for k, point in enumerate(figures["sample_points"])}
    _report(figures, json)


@app.command("franz-parisi")
def franz_parisi(
    mu: Mu = 1.0,
    sigma: Sigma = 0.8,
    times: Annotated[str, typer.Option("--times", help="Noising times, separated by commas.")] = "0.02,0.1,0.5,2",
    distances: Annotated[
        str, typer.Option("--distances", help="Mean squared distances q, separated by commas.")
    ] = "0.01,0.1,1,4",
    dimension: Dimension = 1,
    samples: Annotated[int, typer.Option("--samples", min=2, help="In more than one dimension.")] = 20_000,
    json: Json = False,
) -> None:
    """The Franz-Parisi potential V(q, t): quadrature in one dimension, sampling in more.

    Example: oscillators thermodynamics franz-parisi --times 0.02,0.5 --distances 0.1,1 --json
    """
    from ..thermodynamics import franz_parisi as compute

    grid = numbers(times, float, "--times"), numbers(distances, float, "--distances")
    with remarks.status("integrating"):
        figures = compute(mu, sigma, *grid, dimension, samples)
    _report(figures, json)


@app.command()
def figure(
    name: Annotated[str, typer.Argument(metavar="N", help="2, 3, 5, 6, 7, 8, 9, 10 or franz-parisi.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for figure_N.png, .svg and .h5.")] = Path("."),
    mu: Mu = 1.0,
    sigma: Sigma = 0.8,
    paths: Paths = 10_000,
    steps: Steps = 500,
    duration: Duration = 5.0,
    seed: PathSeed = 1,
    json: Json = False,
    overwrite: Overwrite = False,
) -> None:
    """One figure of arXiv 2405.11932 as PNG, SVG and data (HDF5).

    Example: oscillators thermodynamics figure 7 --paths 100000 -o .
    """
    from ..thermodynamics import PathSettings
    from ..thermodynamics_figures import figure as make

    if not output.is_dir():
        raise OscillatorsError(f"--output {output}: there is no such folder")
    settings = PathSettings(mu=mu, sigma=sigma, paths=paths, duration=duration, steps=steps, seed=seed)
    with remarks.status(f"figure {name}"):
        figures, files = make(name, output, settings, overwrite)
    for file in files:
        written(file)
    if json:
        _report(figures, True)


def _measure_network(
    name: str, measure: Callable[[], dict], folder: Path | None, as_json: bool, overwrite: bool
) -> None:
    """Check where the results go, measure, report."""
    from ..thermodynamics_network_figures import draw, output_files

    if folder is not None:
        for file in output_files(name, folder):
            check_output(file, overwrite)
    with remarks.status(name):
        figures = measure()
    _report(figures, as_json)
    if folder is not None:
        for file in draw(name, figures, folder, overwrite):
            written(file)


@app.command()
def generation(
    protocol: Protocol,
    samples: Samples = 1000,
    steps_per_slice: SliceSteps = 16,
    seed: PathSeed = 1,
    output: Folder = None,
    json: Json = False,
    overwrite: Overwrite = False,
) -> None:
    """Heat, work and entropy per generated sample, entropy production in time, integral fluctuation theorem.

    Example: oscillators thermodynamics generation protocol.h5 --json
    """
    from ..protocols import load_unconditioned
    from ..thermodynamics_networks import NetworkSettings, measure_generation

    learned, settings = load_unconditioned(protocol), NetworkSettings(samples, steps_per_slice, seed)
    _measure_network("generation", lambda: measure_generation(learned, settings), output, json, overwrite)


@app.command()
def speed(
    protocol: Protocol,
    factors: Annotated[
        str, typer.Option("--factors", help="How many times slower, separated by commas.")
    ] = "0.25,0.5,1,2,4",
    until: Annotated[float, typer.Option("--until", help="Noising time to which generation is followed, in ps.")] = 2.0,
    samples: Samples = 1000,
    steps_per_slice: SliceSteps = 16,
    seed: PathSeed = 1,
    output: Folder = None,
    json: Json = False,
    overwrite: Overwrite = False,
) -> None:
    """Work and heat against the speed of the protocol, with the quasi-static bound.

    Example: oscillators thermodynamics speed protocol.h5 --factors 0.5,1,2
    """
    from ..protocols import load_unconditioned
    from ..thermodynamics_networks import NetworkSettings, speed_curve

    learned, settings = load_unconditioned(protocol), NetworkSettings(samples, steps_per_slice, seed)
    chosen = numbers(factors, float, "--factors")
    _measure_network("speed", lambda: speed_curve(learned, settings, chosen, until), output, json, overwrite)


@app.command()
def cloning(
    protocol: Protocol,
    against: Against,
    samples: Samples = 1000,
    steps_per_slice: SliceSteps = 16,
    seed: PathSeed = 1,
    output: Folder = None,
    json: Json = False,
    overwrite: Overwrite = False,
) -> None:
    """When generation decides between two classes: curvature of the reverse potential, and copies of paths.

    Example: oscillators thermodynamics cloning protocol.h5 --against digits.h5
    """
    from ..datasets import load_dataset
    from ..protocols import load_unconditioned
    from ..thermodynamics_networks import NetworkSettings
    from ..thermodynamics_transitions import measure_speciation

    learned, data = load_unconditioned(protocol), load_dataset(against)
    settings = NetworkSettings(samples, steps_per_slice, seed)
    _measure_network("cloning", lambda: measure_speciation(learned, data, settings), output, json, overwrite)


@app.command()
def commitment(
    protocol: Protocol,
    against: Against,
    samples: Samples = 500,
    steps_per_slice: SliceSteps = 16,
    seed: PathSeed = 1,
    output: Folder = None,
    json: Json = False,
    overwrite: Overwrite = False,
) -> None:
    """When exact generation would commit to one training state, and how near the learned one comes.

    Example: oscillators thermodynamics commitment protocol.h5 --against digits.h5
    """
    from ..datasets import load_dataset
    from ..protocols import load_unconditioned
    from ..thermodynamics_networks import NetworkSettings
    from ..thermodynamics_transitions import measure_commitment

    learned, data = load_unconditioned(protocol), load_dataset(against)
    settings = NetworkSettings(samples, steps_per_slice, seed)
    _measure_network("commitment", lambda: measure_commitment(learned, data, settings), output, json, overwrite)


@app.command()
def heat(
    protocol: Protocol,
    category: Annotated[int | None, typer.Option("--category", help="Give all samples this category.")] = None,
    samples: Samples = 1000,
    steps_per_slice: SliceSteps = 16,
    seed: PathSeed = 1,
    json: Json = False,
) -> None:
    """Heat, work and entropy of a generated sample, also where categories are given: these do work and give no heat.

    Example: oscillators thermodynamics heat class.h5 --category 1
    """
    from ..protocols import load_protocol
    from ..thermodynamics_latents import measure_heat
    from ..thermodynamics_networks import NetworkSettings

    learned, settings = load_protocol(protocol), NetworkSettings(samples, steps_per_slice, seed)
    with remarks.status("heat"):
        figures = measure_heat(learned, settings, category)
    _report(figures, json)


@app.command()
def category(
    protocol: Protocol,
    against: Against,
    samples: Samples = 500,
    steps_per_slice: SliceSteps = 16,
    seed: PathSeed = 1,
    json: Json = False,
) -> None:
    """When a network with latent oscillators decides for a category, and when for the class of its picture.

    Example: oscillators thermodynamics category joint.h5 --against digits.h5
    """
    from ..datasets import load_dataset
    from ..protocols import load_protocol
    from ..thermodynamics_latents import measure_category
    from ..thermodynamics_networks import NetworkSettings

    learned, data = load_protocol(protocol), load_dataset(against)
    with remarks.status("category"):
        figures = measure_category(learned, data, NetworkSettings(samples, steps_per_slice, seed))
    _report(figures, json)
