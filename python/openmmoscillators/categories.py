"""Categories of states: their labels, clusters of k-means, or clusters within labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .errors import OscillatorsError

#: Displacement of a category's oscillator while the category is on, and minus that while it is off; in nm.
CATEGORY_AMPLITUDE = 8.0
LABELS, CLUSTERS = "labels", "k-means"


@dataclass(frozen=True)
class Categories:
    """A partition of the data, coded one-hot by one oscillator a category (two categories: by one in all).

    Attributes:
        kind: LABELS or CLUSTERS.
        values: [C] what each category is called: a label, or the number of a cluster. Clusters within a label all have
            its name.
        centres: [C][N] mean state.
        shares: [C] of the training states.
    """

    kind: str
    values: np.ndarray
    centres: np.ndarray
    shares: np.ndarray

    @property
    def count(self) -> int:
        return len(self.values)

    @property
    def codes(self) -> np.ndarray:
        """[C][latents]: the code of each category, in nm."""
        if self.count == 2:
            return CATEGORY_AMPLITUDE * np.array([[-1.0], [1.0]])
        return CATEGORY_AMPLITUDE * (2.0 * np.eye(self.count) - 1.0)

    def assign(
        self, states: np.ndarray, labels: np.ndarray | None = None, known: slice | np.ndarray = slice(None)
    ) -> np.ndarray:
        """The category [count] of states [count][N]: that of the nearest centre, among those of their labels.

        Args:
            known: the oscillators on which distances are measured.

        Raises:
            OscillatorsError: there is no category of such a label.
        """
        centres = self.centres[:, known]
        distances = (centres**2).sum(1) - 2.0 * states[:, known] @ centres.T
        if self.kind == LABELS and labels is not None:
            distances[~self._named(labels)] = np.inf
        return distances.argmin(1)

    def draw(self, value: int, count: int, generator: np.random.Generator) -> np.ndarray:
        """Categories [count] of one name, with their shares.

        Raises:
            OscillatorsError: there is no such category.
        """
        shares = self.shares * self._named([value])[0]
        return generator.choice(self.count, count, p=shares / shares.sum())

    def _named(self, values: Sequence[int] | np.ndarray) -> np.ndarray:
        values = np.asarray(values)
        named = values[:, None] == self.values
        unknown = ~named.any(1)
        if unknown.any():
            raise OscillatorsError(
                f"there is no category {values[unknown][0]}, expected one of {np.unique(self.values).tolist()}"
            )
        return named


def find_categories(
    states: np.ndarray, labels: np.ndarray, clusters: int | None = None, split: int | None = None, seed: int = 0
) -> Categories:
    """Partition training states [count][N] by their labels, or into clusters by k-means, or both.

    Args:
        clusters: by k-means, without labels; None: by labels.
        split: into so many clusters in all, each within a label; None: the labels themselves.

    Raises:
        OscillatorsError: fewer than two categories, or more clusters than states.
    """
    if clusters is None:
        kind, groups = LABELS, [(k, states[labels == k]) for k in np.unique(labels)]
        counts = _clusters_per_label([members for _, members in groups], split)
    else:
        kind, groups, counts = CLUSTERS, [(0, states)], [clusters]
    if sum(counts) < 2:
        raise OscillatorsError(f"all states are of class {labels[0]}: give a number of clusters instead")
    found = [_k_means(members, k, seed) for (_, members), k in zip(groups, counts, strict=True)]
    centres = np.concatenate([centres for centres, _ in found])
    sizes = np.concatenate([sizes for _, sizes in found])
    values = np.repeat([k for k, _ in groups], counts) if kind == LABELS else np.arange(len(sizes))
    return Categories(kind, values, centres, sizes / len(states))


def _clusters_per_label(groups: list[np.ndarray], total: int | None) -> list[int]:
    """How many of all clusters each label has: one more, again and again, for the one with most scatter a cluster.

    Raises:
        OscillatorsError: fewer clusters than labels.
    """
    clusters = np.ones(len(groups), int)
    if total is not None and total < len(groups):
        raise OscillatorsError(f"{total} clusters within labels, expected {len(groups)}, the number of labels, or more")
    scatter = [((states - states.mean(0)) ** 2).sum() for states in groups]
    while total is not None and clusters.sum() < total:
        clusters[np.argmax(scatter / clusters)] += 1
    return clusters.tolist()


def _k_means(states: np.ndarray, clusters: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means [clusters][N] of the clusters of states, and how many states are in each."""
    if not 1 <= clusters <= len(states):
        raise OscillatorsError(f"{clusters} clusters, expected 1 to {len(states)}, the number of states")
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        nearest = KMeans(clusters, n_init=4, random_state=seed).fit_predict(states)
    return np.stack([states[nearest == k].mean(0) for k in range(clusters)]), np.bincount(nearest)
