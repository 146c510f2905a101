"""What generation is conditioned on: displacements at the time of the data that are given, not generated.

A condition is an array [samples][N] of displacements in nm, not-a-number where an oscillator is generated. A given
oscillator follows a noised path of its displacement: a draw of what the noising process would make of it, backwards.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from .categories import Categories
from .datasets import DataSet, load_dataset
from .errors import OscillatorsError
from .latents import Codes, codes_from_json
from .learning import is_data_set
from .oscillators import ClampedPaths, LearnedProtocol, NoisingProcess
from .samples import read_latents, read_samples
from .words import find_words

# Times of a path between neighbouring slices: linear interpolation in between takes about 2 % off the variance.
_TIMES_PER_SLICE = 4


def codes_of(learned: LearnedProtocol) -> Codes:
    """The codes of a network with latent oscillators.

    Raises:
        OscillatorsError: it has none.
    """
    codes = codes_from_json(learned.codes)
    if codes is None:
        raise OscillatorsError("the network has no latent oscillators: learn with --latents")
    return codes


@dataclass(frozen=True)
class Condition:
    """What is given rather than generated.

    Attributes:
        category: the category of all samples.
        categories_from: data set file; samples have the categories of its training states, with their shares. Or a
            recording of words of the network's categories, see words.py; sample k has that of word k. A network that
            has learned with given categories has those of its own training states if neither is said.
        codes_from: recording of samples of the network: sample k has all codes that sample k ended with, of those that
            did not escape.
        clamp: data set file of which the held-out states, in their order, are given in part.
        rows: of the lattice: their pixels are given, and if the network's categories have to be, those of the states:
            of their labels, and among clusters the one whose mean is nearest in the given pixels.
        between: the numbers of two held-out states; all codes are on the line from one's to the other's.
    """

    category: int | None = None
    categories_from: str | os.PathLike | None = None
    codes_from: str | os.PathLike | None = None
    clamp: str | os.PathLike | None = None
    rows: range | None = None
    between: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise OscillatorsError if the parts do not fit together."""
        if self.category is not None and self.categories_from is not None:
            raise OscillatorsError("the category is given twice: once for all samples, once by a data set")
        if self.codes_from is not None and {self.category, self.categories_from, self.clamp} != {None}:
            raise OscillatorsError("the codes of a recording give the categories: neither these nor states beside them")
        if (self.clamp is None) != (self.rows is None and self.between is None):
            raise OscillatorsError("a data set to clamp goes with rows of its states, or two states to go between")


def make_given(
    learned: LearnedProtocol, condition: Condition, samples: int, generator: np.random.Generator
) -> np.ndarray:
    """A condition as an array [samples][N].

    Raises:
        OscillatorsError: a condition that makes no sense for this network, or an unusable data set.
    """
    condition.check()
    given = np.full((samples, learned.network.getNumOscillators()), np.nan)
    if condition.codes_from is not None:
        given[:, learned.network.getLatentOscillators()] = codes_from(learned, condition.codes_from, samples)
        return given
    codes = codes_from_json(learned.codes)
    category = None
    if condition.category is not None:
        category = categories_of(learned).draw(condition.category, samples, generator)
    elif condition.categories_from is not None:
        category = categories_from(learned, condition.categories_from, samples, generator)
    elif codes is not None and codes.clamped:
        category = draw_categories(learned, samples, generator)
    if condition.clamp is not None:
        data = load_dataset(condition.clamp)
        chosen = np.arange(samples) % len(data.held_out)
        if condition.rows is not None:
            give_rows(given, data.held_out[chosen], data.width, condition.rows)
            if condition.category is None and codes is not None and codes.clamped:
                known = np.flatnonzero(np.isfinite(given[0]))
                category = categories_of(learned).assign(data.held_out[chosen], data.held_out_labels[chosen], known)
        else:
            category = None
            interpolate_codes(given, learned, data, condition.between)
    if category is not None:
        give_categories(given, learned, category)
    return given


def categories_from(
    learned: LearnedProtocol, path: str | os.PathLike, samples: int, generator: np.random.Generator
) -> np.ndarray:
    """Categories [samples], with the shares in a data set, or of the words in a recording.

    Raises:
        OscillatorsError: the network has no categories, or the file cannot be read, is no recording of its words, or
            holds too few of them.
    """
    if is_data_set(Path(path)):
        return draw_categories(learned, samples, generator, load_dataset(path))
    words, states = find_words(categories_of(learned)), read_samples(path)
    if states.shape[1] != words.bits.shape[1]:
        raise OscillatorsError(f"{path} has words of {states.shape[1]} bits, expected {words.bits.shape[1]}")
    states = states[np.isfinite(states).all(axis=1)]
    if len(states) < samples:
        raise OscillatorsError(f"{path} holds {len(states)} words, expected {samples}, one a sample")
    return words.read(states[:samples])


def codes_from(learned: LearnedProtocol, path: str | os.PathLike, samples: int) -> np.ndarray:
    """Codes [samples][latents] that the samples of a recording ended with, without their noise.

    Raises:
        OscillatorsError: the network has no latent oscillators, or the file cannot be read, is of another number of
            them, or holds too few samples that did not escape.
    """
    codes, latents = codes_of(learned), read_latents(path)
    if latents.shape[1] != codes.count:
        raise OscillatorsError(f"{path} has {latents.shape[1]} latent oscillators, expected {codes.count}")
    latents = latents[np.isfinite(latents).all(axis=1)]
    if len(latents) < samples:
        raise OscillatorsError(
            f"{path} holds {len(latents)} samples that did not escape, expected {samples}, one a sample"
        )
    scale = NoisingProcess(learned.sigma, learned.kT).getMeanFactor(learned.protocol.getTimes()[0])
    return codes.without_noise(latents[:samples] / scale)


def draw_categories(
    learned: LearnedProtocol, samples: int, generator: np.random.Generator, data: DataSet | None = None
) -> np.ndarray:
    """Categories [samples], with the shares of the training states or of the training states of a data set.

    Raises:
        OscillatorsError: the network has no categories.
    """
    categories = categories_of(learned)
    shares = categories.shares
    if data is not None:
        found = categories.assign(data.train, data.train_labels)
        shares = np.bincount(found, minlength=categories.count) / len(found)
    return generator.choice(categories.count, samples, p=shares)


def give_categories(given: np.ndarray, learned: LearnedProtocol, category: np.ndarray) -> None:
    """Give the codes of categories [samples] to the oscillators that carry them."""
    codes = codes_of(learned)
    latents = np.asarray(learned.network.getLatentOscillators())
    given[:, latents[: codes.num_category]] = categories_of(learned).codes[category]


def give_rows(given: np.ndarray, states: np.ndarray, width: int, rows: range) -> None:
    """Give the pixels in rows of a lattice of states [samples][visible].

    Raises:
        OscillatorsError: there are no such rows.
    """
    height = states.shape[1] // width
    if len(rows) == 0 or rows[0] < 0 or rows[-1] >= height:
        raise OscillatorsError(f"rows {rows.start}:{rows.stop}, expected some of 0:{height}")
    pixels = np.arange(rows.start * width, rows.stop * width)
    given[:, pixels] = states[:, pixels]


def interpolate_codes(given: np.ndarray, learned: LearnedProtocol, data: DataSet, between: tuple[int, int]) -> None:
    """Give all latent oscillators codes on the line between those of two held-out states, at even distances.

    Raises:
        OscillatorsError: there are no such states, or the codes are the data set's own.
    """
    for state in between:
        if not 0 <= state < len(data.held_out):
            raise OscillatorsError(f"held-out state {state}, expected 0 to {len(data.held_out) - 1}")
    ends = codes_of(learned).encode(data.held_out[list(between)], data.held_out_labels[list(between)])
    weights = np.linspace(0.0, 1.0, len(given))[:, None]
    given[:, learned.network.getLatentOscillators()] = (1 - weights) * ends[0] + weights * ends[1]


def noised_paths(
    learned: LearnedProtocol, times: np.ndarray, given: np.ndarray, generator: np.random.Generator
) -> ClampedPaths:
    """Paths of all given oscillators over generation.

    Args:
        times: of the generation protocol, in ps; the data lie first_time beyond its end.
        given: a condition.
    """
    process = NoisingProcess(learned.sigma, learned.kT)
    last = learned.protocol.getTimes()[-1]
    grid = np.unique(np.concatenate([np.linspace(a, b, _TIMES_PER_SLICE + 1) for a, b in pairwise(times)]))
    replicas, oscillators = np.nonzero(np.isfinite(given))
    position, since_data = given[replicas, oscillators], 0.0
    values = np.empty((len(replicas), len(grid)))
    for k in reversed(range(len(grid))):
        interval = last - grid[k] - since_data
        deviation = np.sqrt(process.getVariance(interval))
        position = process.getMeanFactor(interval) * position + deviation * generator.standard_normal(len(replicas))
        values[:, k] = position
        since_data = last - grid[k]
    paths = ClampedPaths(grid)
    paths.add(replicas.astype(np.int32), oscillators.astype(np.int32), values)
    return paths


def categories_of(learned: LearnedProtocol) -> Categories:
    """The categories of a network.

    Raises:
        OscillatorsError: it has none.
    """
    categories = codes_of(learned).categories
    if categories is None:
        raise OscillatorsError("the network has no categories: learn with --latents category")
    return categories
