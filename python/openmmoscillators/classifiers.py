"""The two classifiers an evaluation reads images with, trained on the data set itself."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from .datasets import DataSet
from .errors import OscillatorsError
from .statistics import subset

HIDDEN_UNITS = 64
# The networks that lend their features are trained until they tell all classes apart: only then do they see what
# blurred samples lack. A network's Frechet distance depends on how it began (by a tenth), so a few are averaged.
_FEATURE_NETWORKS = 3
_FEATURE_EPOCHS, _FEATURE_DECAY = 200, 1e-4
# The network that tells the learned classes apart is kept smooth, so that what lies between them gets probabilities
# between them.
_CLASS_EPOCHS, _CLASS_DECAY = 60, 1.0
# Bounds the learned classes in training, so that the few contrast images are not outweighed.
_LARGEST_CLASS = 2000


class _Network:
    """A perceptron with one hidden layer of rectified units."""

    def __init__(self, states: np.ndarray, labels: np.ndarray, epochs: int, decay: float, seed: int) -> None:
        self._model = MLPClassifier((HIDDEN_UNITS,), alpha=decay, max_iter=epochs, random_state=seed)
        with warnings.catch_warnings(), threadpool_limits(1):  # the matrices are too small to share
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is meant
            self._model.fit(states, labels)
        self.classes = self._model.classes_
        # A rectified network's scale is arbitrary: make the mean square of its features 1.
        self._scale = 1.0
        self._scale = 1.0 / np.sqrt(np.mean(self.features(states) ** 2))

    def probabilities(self, states: np.ndarray) -> np.ndarray:
        return self._model.predict_proba(states)

    def features(self, states: np.ndarray) -> np.ndarray:
        hidden = states @ self._model.coefs_[0] + self._model.intercepts_[0]
        return self._scale * np.maximum(hidden, 0.0)


class ImageClassifiers:
    """Reads states of a lattice as classes.

    One network tells the learned classes from one another; others tell all classes apart, the
    contrast among them, and lend their hidden layers as spaces for Frechet distances. In pixel or
    principal-component space a Gaussian with the right moments would win by construction.

    A data set with one class in all (unlabelled images) is cut into clusters by k-means, which
    take the place of the classes in the other networks.
    """

    _CLUSTERS = 8

    def __init__(self, data: DataSet, seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        self.classes = data.classes
        states, labels = [], []
        for label in self.classes:
            members = subset(data.train[data.train_labels == label], _LARGEST_CLASS, generator)
            states.append(members)
            labels.append(np.full(len(members), label))
        selected_states, selected_labels = np.concatenate(states), np.concatenate(labels)
        self._selected = (
            _Network(selected_states, selected_labels, _CLASS_EPOCHS, _CLASS_DECAY, seed)
            if len(self.classes) > 1
            else None
        )
        if data.contrast.size > 0:
            all_states = np.concatenate([selected_states, data.contrast])
            all_labels = np.concatenate([selected_labels, data.contrast_labels])
        else:
            all_states, all_labels = selected_states, selected_labels
        self.clustered = len(np.unique(all_labels)) < 2
        if self.clustered:
            all_labels = self._cluster(all_states, seed)
        self._all = [
            _Network(all_states, all_labels, _FEATURE_EPOCHS, _FEATURE_DECAY, seed + k)
            for k in range(_FEATURE_NETWORKS)
        ]

    def _cluster(self, states: np.ndarray, seed: int) -> np.ndarray:
        from sklearn.cluster import KMeans

        if len(states) < self._CLUSTERS:
            raise OscillatorsError(
                f"{len(states)} training states of one class, expected at least {self._CLUSTERS} to form clusters"
            )
        return KMeans(self._CLUSTERS, n_init=4, random_state=seed).fit_predict(states)

    def class_probabilities(self, states: np.ndarray) -> np.ndarray:
        """Probability of each learned class: [count][len(classes)], in the order of ``classes``."""
        if self._selected is None:
            return np.ones((len(states), 1))
        return self._selected.probabilities(states)

    def sure(self, states: np.ndarray, threshold: float = 0.9) -> np.ndarray:
        """Whether the networks of all classes, on average, give a learned class more than ``threshold``."""
        return self._second_opinion(states).max(1) > threshold

    def second_choice(self, states: np.ndarray) -> np.ndarray:
        """The learned class that the networks of all classes, on average, find most likely: index into ``classes``."""
        return self._second_opinion(states).argmax(1)

    def _second_opinion(self, states: np.ndarray) -> np.ndarray:
        probabilities = np.mean([network.probabilities(states) for network in self._all], axis=0)
        return probabilities if self.clustered else probabilities[:, np.isin(self._all[0].classes, self.classes)]

    def features(self, states: np.ndarray) -> list[np.ndarray]:
        """Hidden layers of the networks of all classes: an array [count][HIDDEN_UNITS] each."""
        return [network.features(states) for network in self._all]
