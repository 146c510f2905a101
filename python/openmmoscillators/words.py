"""Words: categories as bits that a small network can generate, for a large one that is given the category.

A one-hot code is hard to generate, as most of its patterns stand for no category. With b bits, 2^b words share out the
categories, the most frequent ones having several words, so that every pattern stands for one. The energy of pairs
knows fields and couplings of bits, but no interactions of three and more: words are arranged so that the logarithms of
their shares have next to none (a Walsh expansion).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .categories import Categories
from .datasets import DataSet

_WIDTH = 0.1  # nm, of the noise around each word
_ARRANGEMENTS = 20  # random ones, of which each is improved


@dataclass(frozen=True)
class Words:
    """All words of b bits, and what they stand for.

    Attributes:
        bits: [2^b][b] of -1 and 1.
        categories: [2^b] the category of each word.
        shares: [2^b] of the words among states of the categories' shares.
    """

    bits: np.ndarray
    categories: np.ndarray
    shares: np.ndarray

    def read(self, states: np.ndarray) -> np.ndarray:
        """The category [count] of the word that states [count][b] are nearest to."""
        return self.categories[(states @ self.bits.T).argmax(1)]


def find_words(categories: Categories) -> Words:
    """The words of some categories; the same ones for the same shares."""
    count = categories.count
    size = int(np.ceil(np.log2(count)))
    bits = 1.0 - 2.0 * ((np.arange(2**size)[:, None] >> np.arange(size)) & 1)
    words = np.ones(count, int)  # of each category
    while words.sum() < len(bits):
        words[np.argmax(categories.shares / words)] += 1
    shares = categories.shares / words
    order = _arrange(np.repeat(np.arange(count), words), np.log(shares), _interactions(bits))
    return Words(bits, order, shares[order])


def word_states(categories: Categories, count: int, seed: int = 0) -> DataSet:
    """States of noisy words with the shares of the categories, as a data set of one row of oscillators; a fifth is held
    out."""
    words, generator = find_words(categories), np.random.default_rng(seed)
    drawn = generator.choice(len(words.bits), count, p=words.shares)
    states = words.bits[drawn] + _WIDTH * generator.standard_normal((count, words.bits.shape[1]))
    labels, held_out = words.categories[drawn], count // 5
    return DataSet(
        kind="lattice",
        width=states.shape[1],
        height=1,
        train=states[held_out:].astype(np.float32),
        train_labels=labels[held_out:],
        held_out=states[:held_out].astype(np.float32),
        held_out_labels=labels[:held_out],
        mean=0.0,
        standard_deviation=1.0,
        jitter=_WIDTH,
        seed=seed,
        source="words of categories",
    )


def _interactions(bits: np.ndarray) -> np.ndarray:
    """Products of three and more bits: [subsets][words]."""
    size = bits.shape[1]
    subsets = ((np.arange(2**size)[:, None] >> np.arange(size)) & 1).astype(bool)
    return np.array([bits[:, subset].prod(1) for subset in subsets if subset.sum() >= 3]).reshape(-1, len(bits))


def _arrange(order: np.ndarray, energies: np.ndarray, interactions: np.ndarray) -> np.ndarray:
    """The categories of words such that few interactions are left: pairs of words exchange theirs while that helps."""
    generator = np.random.default_rng(0)
    return min(
        (_improve(generator.permutation(order), energies, interactions) for _ in range(_ARRANGEMENTS)),
        key=lambda found: ((interactions @ energies[found]) ** 2).sum(),
    )


def _improve(order: np.ndarray, energies: np.ndarray, interactions: np.ndarray) -> np.ndarray:
    pairs = [(i, j) for i in range(len(order)) for j in range(i)]
    strengths, improves = interactions @ energies[order], True
    while improves:
        improves = False
        for i, j in pairs:
            change = energies[order[j]] - energies[order[i]]
            changed = strengths + change * (interactions[:, i] - interactions[:, j])
            if changed @ changed < strengths @ strengths - 1e-12:
                strengths, improves = changed, True
                order[[i, j]] = order[[j, i]]
    return order
