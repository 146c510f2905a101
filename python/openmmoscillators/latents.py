"""Latent oscillators: codes of the data on further oscillators, which are noised and generated with them.

The energy of a pair has no term that one oscillator could switch on and off for two others, so that a category alone
moves only means and stiffnesses. Gated coordinates, the principal components within a category, zero while another
category is on, give each category a covariance of its own.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from .categories import CATEGORY_AMPLITUDE, Categories, find_categories
from .datasets import DataSet
from .errors import OscillatorsError
from .oscillators import OscillatorNetwork

#: Standard deviation of a gated coordinate while its category is on, in nm.
GATED_DEVIATION = 4.0


@dataclass(frozen=True)
class LatentSettings:
    """Which codes latent oscillators carry.

    Attributes:
        gated: number of gated coordinates of each category, 0 for none.
        given: the codes of the data set, instead of both.
        clusters: categories are so many clusters of k-means; None: the labels.
        split: categories are so many clusters of k-means in all, each within a label; None: the labels.
        clamped: learn to generate while the category is given, rather than generated with the rest.
    """

    gated: int = 0
    given: bool = False
    clusters: int | None = None
    split: int | None = None
    clamped: bool = True


@dataclass(frozen=True)
class GatedCoordinates:
    """Principal components within each category, on oscillators of its own.

    Attributes:
        directions: [C][G][N]: coordinate = GATED_DEVIATION x direction . (state - centre), of standard deviation
            GATED_DEVIATION over the category.
    """

    directions: np.ndarray


@dataclass(frozen=True)
class Codes:
    """What the latent oscillators of a network stand for, in this order: categories, then gated coordinates.

    Attributes:
        categories, gated: None for none.
        amplitudes: [latents] the size of each code, in nm.
        given: whether the codes are the data set's own, of which nothing else is known.
        clamped: whether the network has learned to generate while the categories are given.
    """

    amplitudes: np.ndarray
    categories: Categories | None = None
    gated: GatedCoordinates | None = None
    given: bool = False
    clamped: bool = False

    @property
    def count(self) -> int:
        """Number of latent oscillators."""
        return len(self.amplitudes)

    @property
    def num_category(self) -> int:
        """How many of them code the category: the first ones."""
        return 0 if self.categories is None else self.categories.codes.shape[1]

    def encode(self, states: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Codes [count][latents] of states [count][N], in nm.

        Args:
            labels: [count]; without them a state belongs to the category of the nearest centre.

        Raises:
            OscillatorsError: the codes are the data set's own.
        """
        if self.categories is None:
            raise OscillatorsError("the codes are the data set's own: those of other states are not known")
        category = self.categories.assign(states, labels)
        parts = [self.categories.codes[category]]
        if self.gated is not None:
            parts.append(self._gated_part(states, category))
        return np.concatenate(parts, axis=1)

    def appended(self, data: DataSet) -> tuple[np.ndarray, np.ndarray]:
        """Training and held-out states of a data set, [count][N + latents], each with its code.

        Raises:
            OscillatorsError: the codes are to be the data set's own, and it has none of that number.
        """
        if not self.given:
            parts = (self.encode(data.train, data.train_labels), self.encode(data.held_out, data.held_out_labels))
        elif data.codes.shape[1:] == (self.count,):
            parts = (data.codes, data.held_out_codes)
        else:
            raise OscillatorsError(
                f"the data set holds codes of shape {data.codes.shape}, expected [count][{self.count}]"
            )
        return np.concatenate([data.train, parts[0]], 1), np.concatenate([data.held_out, parts[1]], 1)

    def minimum_k6(self, visible: int, least: float) -> np.ndarray:
        """The least k_6 of every oscillator: of latent ones less, by the fourth power of their size."""
        return least / np.concatenate([np.ones(visible), self.amplitudes]) ** 4

    def read_categories(self, latents: np.ndarray) -> np.ndarray:
        """What the categories are called [count] of latent displacements [count][latents].

        Raises:
            OscillatorsError: there are no categories.
        """
        nearest = self.nearest_category(latents)
        return self.categories.values[nearest]

    def nearest_category(self, latents: np.ndarray) -> np.ndarray:
        """The category [count] to whose code latent displacements [count][latents] are nearest.

        Raises:
            OscillatorsError: there are no categories.
        """
        if self.categories is None:
            raise OscillatorsError("the codes hold no categories")
        return (latents[:, : self.num_category] @ self.categories.codes.T).argmax(1)  # all codes have the same length

    def without_noise(self, latents: np.ndarray) -> np.ndarray:
        """The codes that latent displacements [count][latents] stand for.

        Categories become those of the nearest code, and gated coordinates of other categories zero.
        """
        if self.categories is None:
            return latents
        nearest = self.nearest_category(latents)
        parts = [self.categories.codes[nearest]]
        if self.gated is not None:
            coordinates = latents[:, self.num_category :].reshape(len(latents), self.categories.count, -1)
            own = np.arange(self.categories.count) == nearest[:, None]
            parts.append((coordinates * own[:, :, None]).reshape(len(latents), -1))
        return np.concatenate(parts, axis=1)

    def _gated_part(self, states: np.ndarray, category: np.ndarray) -> np.ndarray:
        count, size = self.gated.directions.shape[:2]
        part = np.zeros((len(states), count, size))
        for k in range(count):
            members = category == k
            centred = states[members] - self.categories.centres[k]
            part[members, k] = GATED_DEVIATION * centred @ self.gated.directions[k].T
        return part.reshape(len(states), count * size)

    def to_json(self) -> str:
        """For a protocol file."""
        document: dict[str, Any] = {
            "amplitudes": self.amplitudes.tolist(),
            "given": self.given,
            "clamped": self.clamped,
        }
        if self.categories is not None:
            document["categories"] = {
                "kind": self.categories.kind,
                "values": self.categories.values.tolist(),
                "centres": self.categories.centres.tolist(),
                "shares": self.categories.shares.tolist(),
            }
        if self.gated is not None:
            document["gated"] = {"directions": self.gated.directions.tolist()}
        return json.dumps(document)


def codes_from_json(text: str) -> Codes | None:
    """What Codes.to_json() wrote; None for a network without latent oscillators."""
    document = json.loads(text)
    if not document:
        return None
    categories = document.get("categories")
    gated = document.get("gated")
    return Codes(
        amplitudes=np.array(document["amplitudes"], float),
        categories=categories
        and Categories(
            categories["kind"],
            np.array(categories["values"]),
            np.array(categories["centres"], float),
            np.array(categories["shares"], float),
        ),
        gated=gated and GatedCoordinates(np.array(gated["directions"], float)),
        given=document["given"],
        clamped=document["clamped"],
    )


def make_codes(data: DataSet, settings: LatentSettings, seed: int = 0) -> Codes:
    """The codes of a data set.

    Raises:
        OscillatorsError: the data set has none of its own, or its states cannot be coded as the settings say.
    """
    if settings.given:
        if data.codes.size == 0:
            raise OscillatorsError("the data set holds no codes of its own")
        return Codes(np.abs(data.codes).max(0).clip(min=1.0).astype(float), given=True)
    states = data.train.astype(float)
    categories = find_categories(states, data.train_labels, settings.clusters, settings.split, seed)
    amplitudes = [np.full(categories.codes.shape[1], CATEGORY_AMPLITUDE)]
    gated = None
    if settings.gated:
        gated = find_gated(states, data.train_labels, categories, settings.gated)
        amplitudes.append(np.full(settings.gated * categories.count, GATED_DEVIATION))
    return Codes(np.concatenate(amplitudes), categories, gated, clamped=settings.clamped)


def find_gated(states: np.ndarray, labels: np.ndarray, categories: Categories, count: int) -> GatedCoordinates:
    """The first ``count`` principal components of training states within each category.

    Raises:
        OscillatorsError: a category has too few states, or there are fewer oscillators.
    """
    category = categories.assign(states, labels)
    directions = []
    for k in range(categories.count):
        centred = states[category == k].astype(float) - categories.centres[k]
        if not 1 <= count <= min(centred.shape[1], len(centred) - 1):
            raise OscillatorsError(
                f"{count} gated coordinates, expected 1 to {min(centred.shape[1], len(centred) - 1)}: category "
                f"{categories.values[k]} has {len(centred)} states of {centred.shape[1]} oscillators"
            )
        values, vectors = np.linalg.eigh(np.cov(centred, rowvar=False))
        directions.append((vectors[:, ::-1] / np.sqrt(values[::-1])).T[:count])
    return GatedCoordinates(np.stack(directions))


def add_latents(network: OscillatorNetwork, count: int) -> OscillatorNetwork:
    """A network with ``count`` latent oscillators more, each joined to all others.

    In c_optomech, the square is of the visible oscillator, and among latent ones of the later: so a category changes
    the stiffness of gated coordinates, which holds those of other categories at zero.
    """
    result = copy.copy(network)
    visible = network.getNumOscillators()
    right = np.asarray(network.getSites())[:, 0].max() + 2.0
    sites = [(right + k // 10, k % 10) for k in range(count)]
    result.addOscillators(np.array(sites, float), "latent")
    edges = [(i, visible + k) for k in range(count) for i in range(visible)]
    edges += [(visible + other, visible + k) for k in range(count) for other in range(k + 1, count)]
    result.addEdges(np.array(edges, np.int32))
    return result
