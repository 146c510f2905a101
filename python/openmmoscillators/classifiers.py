"""The two classifiers an evaluation reads images with, trained on the data set itself."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from .datasets import DataSet
from .errors import OscillatorsError
from .statistics import subset

HIDDEN_UNITS = 64
_EPOCHS = 60
# A strong weight decay keeps both networks smooth, and bounding the learned classes keeps the few
# contrast images from being outweighed: otherwise they are sure of anything.
_WEIGHT_DECAY = 1.0
_LARGEST_CLASS = 2000


class _Network:
    """A perceptron with one hidden layer of rectified units."""

    def __init__(self, states: np.ndarray, labels: np.ndarray, seed: int) -> None:
        self._model = MLPClassifier((HIDDEN_UNITS,), alpha=_WEIGHT_DECAY, max_iter=_EPOCHS, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of epochs
            self._model.fit(states, labels)

    @property
    def classes(self) -> np.ndarray:
        return self._model.classes_

    def probabilities(self, states: np.ndarray) -> np.ndarray:
        return self._model.predict_proba(states)

    def features(self, states: np.ndarray) -> np.ndarray:
        hidden = states @ self._model.coefs_[0] + self._model.intercepts_[0]
        return np.maximum(hidden, 0.0)


class ImageClassifiers:
    """Reads states of a lattice as classes.

    One network tells the learned classes from one another; another tells all classes apart, the
    contrast among them, and lends its hidden layer as the space for Frechet distances. In pixel
    or principal-component space a Gaussian with the right moments would win by construction.

    A data set with one class in all (unlabelled images) is cut into clusters by k-means, which
    take the place of the classes in the second network.
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
        self._selected = _Network(selected_states, selected_labels, seed) if len(self.classes) > 1 else None
        if data.contrast.size > 0:
            all_states = np.concatenate([selected_states, data.contrast])
            all_labels = np.concatenate([selected_labels, data.contrast_labels])
        else:
            all_states, all_labels = selected_states, selected_labels
        self.clustered = len(np.unique(all_labels)) < 2
        if self.clustered:
            all_labels = self._cluster(all_states, seed)
        self._all = _Network(all_states, all_labels, seed)

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
        """Whether the network of all classes gives a learned class more than ``threshold``."""
        probabilities = self._all.probabilities(states)
        if not self.clustered:
            probabilities = probabilities[:, np.isin(self._all.classes, self.classes)]
        return probabilities.max(1) > threshold

    def features(self, states: np.ndarray) -> np.ndarray:
        """Hidden layer of the network of all classes: [count][HIDDEN_UNITS]."""
        return self._all.features(states)
