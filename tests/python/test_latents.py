"""Latent oscillators: codes, learning with them, and generation under conditions."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from openmm import OpenMMException

from openmmoscillators.categories import CATEGORY_AMPLITUDE
from openmmoscillators.cli import run
from openmmoscillators.conditions import Condition, codes_of, make_given, noised_paths
from openmmoscillators.datasets import DataSet, load_dataset, make_lattice
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.evaluation import evaluate
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.latents import (
    GATED_DEVIATION,
    LatentSettings,
    add_latents,
    codes_from_json,
    make_codes,
)
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import (
    DenoisingForceMatching,
    FeedbackOptions,
    LearningOptions,
    NoisedDataSource,
    NoisingProcess,
    OscillatorNetwork,
    ProtocolLearner,
)
from openmmoscillators.protocols import load_protocol, load_unconditioned
from openmmoscillators.samples import open_trajectory, read_frame, read_given, read_latents, read_samples
from openmmoscillators.thermodynamics_latents import measure_category, measure_heat
from openmmoscillators.thermodynamics_networks import Generation, NetworkSettings
from openmmoscillators.words import find_words, word_states

SIZE = 3
MEANS = {3: 1.0, 8: -1.0}


@pytest.fixture(scope="module")
def data() -> DataSet:
    """Two classes, 3 and 8, of 3 x 3 pixels: shares 1/4 and 3/4, of opposite mean and of different covariance."""
    generator = np.random.default_rng(0)
    labels = np.repeat([3, 8], [500, 1500])
    stripes = np.where(labels[:, None] == 3, np.tile([1.0, 0.0, -1.0], SIZE), np.repeat([1.0, 0.0, -1.0], SIZE))
    images = np.array([MEANS[k] for k in labels])[:, None] + generator.standard_normal((2000, 1)) * stripes
    images += 0.2 * generator.standard_normal(images.shape)
    return make_lattice(images.reshape(-1, SIZE, SIZE), labels, size=None, jitter=0.0)


@pytest.fixture(scope="module")
def files(data: DataSet, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The data set, and a protocol learned from it with a given category and gated coordinates."""
    folder = tmp_path_factory.mktemp("latents")
    data.save(folder / "data.h5")
    settings = LearningSettings(range=2, slices=24, latents=LatentSettings(gated=2))
    learn(folder / "data.h5", folder / "protocol.h5", settings)
    return folder / "data.h5", folder / "protocol.h5"


def test_codes_are_of_their_category_and_whitened(data: DataSet) -> None:
    codes = make_codes(data, LatentSettings(gated=2))
    assert codes.count == 1 + 2 * 2
    assert codes.num_category == 1
    np.testing.assert_allclose(codes.categories.shares, [0.25, 0.75], atol=1e-3)
    values = codes.encode(data.train, data.train_labels)
    for k, label in enumerate((3, 8)):
        own = values[data.train_labels == label]
        assert (own[:, 0] == CATEGORY_AMPLITUDE * (2 * k - 1)).all()
        gated = own[:, 1:].reshape(-1, 2, 2)
        np.testing.assert_allclose(np.cov(gated[:, k].T), GATED_DEVIATION**2 * np.eye(2), atol=1e-6)
        assert (gated[:, 1 - k] == 0.0).all()


def test_clusters_take_the_place_of_labels(data: DataSet) -> None:
    codes = make_codes(data, LatentSettings(clusters=3))
    assert codes.num_category == 3
    found = codes.categories.assign(data.train, data.train_labels)
    np.testing.assert_allclose(np.bincount(found) / len(found), codes.categories.shares)
    values = codes.encode(data.train)
    assert ((values == CATEGORY_AMPLITUDE).sum(1) == 1).all()
    assert ((values == -CATEGORY_AMPLITUDE).sum(1) == 2).all()


def test_labels_are_split_where_they_scatter_most(data: DataSet, tmp_path: Path) -> None:
    codes = make_codes(data, LatentSettings(split=6, gated=1))
    categories = codes.categories
    # The larger class has three times the scatter of the other, and of six clusters more than half.
    assert categories.values.tolist() == [3, 3, 8, 8, 8, 8]
    found = categories.assign(data.train, data.train_labels)
    np.testing.assert_array_equal(categories.values[found], data.train_labels)
    np.testing.assert_allclose(np.bincount(found) / len(found), categories.shares)
    np.testing.assert_array_equal(codes.read_categories(codes.encode(data.train, data.train_labels)), data.train_labels)
    drawn = categories.draw(8, 4000, np.random.default_rng(0))
    expected = categories.shares * (categories.values == 8) / 0.75
    np.testing.assert_allclose(np.bincount(drawn, minlength=6) / 4000, expected, atol=0.04)  # five standard errors
    # On one known pixel, the nearest centre is that of the pixel's value.
    known = np.array([4])
    distances = np.abs(data.held_out[:, known] - categories.centres[:, 4])
    np.testing.assert_array_equal(categories.assign(data.held_out, None, known), distances.argmin(1))


def test_words_share_out_the_categories(data: DataSet) -> None:
    categories = make_codes(data, LatentSettings(split=6)).categories
    words = find_words(categories)
    assert words.bits.shape == (8, 3)
    assert np.unique(words.bits, axis=0).shape == (8, 3)
    np.testing.assert_allclose(np.bincount(words.categories, words.shares), categories.shares)
    np.testing.assert_array_equal(words.read(0.4 * words.bits), words.categories)
    # What is left of the interaction of all three bits, and what any order of the words has on average.
    left = words.bits.prod(1) @ np.log(words.shares)
    generator = np.random.default_rng(0)
    others = [words.bits.prod(1) @ np.log(generator.permutation(words.shares)) for _ in range(100)]
    assert abs(left) < 0.3 * np.abs(others).mean()
    states = word_states(categories, 5000)
    shares = np.bincount(words.read(states.train), minlength=6) / len(states.train)
    np.testing.assert_allclose(shares, categories.shares, atol=0.04)  # five standard errors


def test_a_small_network_tells_the_large_one_what_to_generate(files: tuple[Path, Path], tmp_path: Path) -> None:
    protocol = files[1]
    names = [str(tmp_path / name) for name in ("words.h5", "small.h5", "words.h5md", "s.h5md")]
    states, small, generated, samples = names
    for command in (
        ["data", "words", str(protocol), "--count", "500", "-o", states],
        ["learn", states, "--slices", "6", "-o", small],
        ["generate", small, "--samples", "64", "--seed", "1", "-o", generated],
        ["generate", str(protocol), "--samples", "64", "--seed", "1", "--categories-from", generated, "-o", samples],
    ):
        assert run(command) == 0
    codes = codes_of(load_protocol(protocol))
    told = codes.categories.values[find_words(codes.categories).read(read_samples(generated))]
    np.testing.assert_array_equal(codes.read_categories(read_latents(samples)), told)
    learned, generator = load_protocol(protocol), np.random.default_rng(0)
    with pytest.raises(OscillatorsError, match="holds 64 words, expected 65"):
        make_given(learned, Condition(categories_from=generated), 65, generator)
    with pytest.raises(OscillatorsError, match="words of 9 bits, expected 1"):
        make_given(learned, Condition(categories_from=samples), 4, generator)


def test_codes_of_samples_are_given_again_without_their_noise(files: tuple[Path, Path], tmp_path: Path) -> None:
    protocol, first, second = str(files[1]), tmp_path / "first.h5md", tmp_path / "second.h5md"
    assert run(["generate", protocol, "--samples", "40", "--seed", "1", "-o", str(first)]) == 0
    command = ["generate", protocol, "--samples", "32", "--seed", "2", "--codes-from", str(first), "-o", str(second)]
    assert run(command) == 0
    given, ended = read_given(second), read_latents(first)[:32]
    assert np.isnan(given[:, :9]).all()
    np.testing.assert_array_equal(given[:, 9], CATEGORY_AMPLITUDE * np.sign(ended[:, 0]))
    own = np.where(ended[:, :1] < 0, [[1, 1, 0, 0]], [[0, 0, 1, 1]])  # the category of -8 nm comes first
    np.testing.assert_allclose(given[:, 10:], own * ended[:, 1:] * np.exp(0.02), rtol=1e-6)
    # Their pictures are of these codes: coordinates read from them differ by noise and by what the network lacks.
    codes = codes_of(load_protocol(protocol))
    seen = codes.encode(read_samples(second), codes.read_categories(given[:, 9:]))
    assert np.corrcoef(seen[:, 1::2].sum(1), given[:, 10::2].sum(1))[0, 1] > 0.8


def test_codes_of_another_network_or_too_few_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    learned, generator = load_protocol(files[1]), np.random.default_rng(0)
    recording = tmp_path / "s.h5md"
    generate(files[1], recording, GenerationSettings(8, seed=1))
    with pytest.raises(OscillatorsError, match="holds 8 samples that did not escape, expected 9"):
        make_given(learned, Condition(codes_from=recording), 9, generator)
    other, samples = tmp_path / "other.h5", tmp_path / "other.h5md"
    learn(files[0], other, LearningSettings(slices=3, samples=200, latents=LatentSettings(gated=1)))
    generate(other, samples, GenerationSettings(8, seed=1))
    with pytest.raises(OscillatorsError, match="has 3 latent oscillators, expected 5"):
        make_given(learned, Condition(codes_from=samples), 8, generator)


def test_codes_survive_their_file(data: DataSet) -> None:
    codes = make_codes(data, LatentSettings(gated=2, clamped=False))
    found = codes_from_json(codes.to_json())
    np.testing.assert_array_equal(found.encode(data.held_out), codes.encode(data.held_out))
    assert (found.clamped, found.given) == (False, False)
    assert codes_from_json("{}") is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (LatentSettings(gated=9999), "9999 gated coordinates"),
        (LatentSettings(clusters=99999), "99999 clusters"),
        (LatentSettings(split=1), "1 clusters within labels, expected 2"),
        (LatentSettings(given=True), "holds no codes"),
    ],
)
def test_codes_that_do_not_fit_are_refused(data: DataSet, settings: LatentSettings, message: str) -> None:
    with pytest.raises(OscillatorsError, match=message):
        make_codes(data, settings)


def test_latents_are_joined_to_all_and_the_category_never_squared() -> None:
    network = add_latents(OscillatorNetwork.squareLattice(2, 2, 1), 3)
    assert network.getLatentOscillators().tolist() == [4, 5, 6]
    assert network.getNumEdges() == 7 * 6 // 2
    edges = np.asarray(network.getEdges())
    assert (edges[(edges >= 4).any(1), 0] != 4).all()
    assert copy.copy(network) == network


def test_generated_samples_have_the_category_that_is_given(files: tuple[Path, Path], tmp_path: Path) -> None:
    data, protocol = files
    for label, mean in MEANS.items():
        settings = GenerationSettings(256, seed=1, condition=Condition(category=label))
        generate(protocol, tmp_path / f"{label}.h5md", settings)
        samples = read_samples(tmp_path / f"{label}.h5md")
        assert samples.shape == (256, SIZE * SIZE)
        reference = load_dataset(data)
        own = reference.train[reference.train_labels == label]
        # The standard error of a pixel's mean is at most .06; what is learned is within .1 of it.
        np.testing.assert_allclose(samples.mean(0), own.mean(0), atol=0.35)
        assert np.sign(samples.mean(1) - reference.train.mean()).mean() * mean > 0.9
        trajectory = open_trajectory(tmp_path / f"{label}.h5md")
        assert trajectory.getNetwork().getLatentOscillators().tolist() == [9, 10, 11, 12, 13]
        category = read_frame(trajectory, 0, latent=True)[:, 9]
        # The path ends with the noise of the first slice, of standard deviation .06.
        np.testing.assert_allclose(category, np.sign(label - 5) * CATEGORY_AMPLITUDE * np.exp(-0.02), atol=0.5)


def test_samples_are_read_as_the_category_that_their_latents_carry(files: tuple[Path, Path], tmp_path: Path) -> None:
    data, protocol = files
    generate(protocol, tmp_path / "s.h5md", GenerationSettings(300, seed=2))
    categories = codes_of(load_protocol(protocol)).read_categories(read_latents(tmp_path / "s.h5md"))
    assert set(categories) == {3, 8}
    meant = np.where(np.arange(300) < 200, categories, 11 - categories)  # a third is said to be of the other class
    states = read_samples(tmp_path / "s.h5md", SIZE * SIZE)  # as many as there are visible
    figures = evaluate(states, load_dataset(data), categories=meant)
    assert figures["class_agreement"] == pytest.approx(2 / 3, abs=0.06)


def test_thermodynamics_refuses_what_is_driven_by_given_categories(files: tuple[Path, Path]) -> None:
    with pytest.raises(OscillatorsError, match="learned with given categories"):
        load_unconditioned(files[1])


def test_given_categories_give_no_heat(files: tuple[Path, Path]) -> None:
    learned = load_protocol(files[1])
    results = measure_heat(learned, NetworkSettings(200, 16), category=8)
    # The chain's entropy is the heat over kT as steps become small; these are not quite.
    assert results["environment_entropy"] == pytest.approx(results["heat"] / 0.1, rel=0.2)
    with pytest.raises(OscillatorsError, match="no category 5"):
        measure_heat(learned, NetworkSettings(200), category=5)
    with pytest.raises(OscillatorsError, match="100000000 samples, expected at most"):
        measure_heat(learned, NetworkSettings(10**8))


def test_a_code_beyond_the_escape_distance_is_no_escape(files: tuple[Path, Path]) -> None:
    generation, states = Generation(load_protocol(files[1]), NetworkSettings(4)), np.zeros((3, 14))
    states[1, 9], states[2, 0] = 9.0, 9.0
    assert generation.escaped(states).tolist() == [False, False, True]
    assert len(generation.kept(states)) == 2


def test_a_joint_network_decides_for_its_category_and_then_for_the_class(files: tuple[Path, Path], tmp_path) -> None:
    settings = LearningSettings(range=2, slices=16, samples=1000, latents=LatentSettings(clamped=False))
    learn(files[0], tmp_path / "joint.h5", settings)
    found = measure_category(load_protocol(tmp_path / "joint.h5"), load_dataset(files[0]), NetworkSettings(200, 8))
    for name in ("category", "class"):
        assert found[name]["agreement"][0] > 0.9
        assert found[name]["agreement"][-1] == pytest.approx(found[name]["chance"], abs=0.2)  # five standard errors
    assert found["category"]["cloning_time"] > found["class"]["cloning_time"] - 0.3
    with pytest.raises(OscillatorsError, match="decides for no category"):
        measure_category(load_protocol(files[1]), load_dataset(files[0]), NetworkSettings(200))


def test_categories_have_the_shares_of_the_data(files: tuple[Path, Path]) -> None:
    data, protocol = files
    learned, generator = load_protocol(protocol), np.random.default_rng(0)
    for condition in (Condition(), Condition(categories_from=data)):
        given = make_given(learned, condition, 4000, generator)
        assert np.isfinite(given).sum() == 4000
        assert (given[:, 9] < 0).mean() == pytest.approx(0.25, abs=0.035)  # five standard errors


def test_rows_are_given_with_the_categories_of_their_states(files: tuple[Path, Path], tmp_path: Path) -> None:
    data, protocol = files
    settings = GenerationSettings(64, seed=3, condition=Condition(clamp=data, rows=range(1, 2)))
    generate(protocol, tmp_path / "s.h5md", settings)
    given, states = read_given(tmp_path / "s.h5md"), load_dataset(data)
    np.testing.assert_array_equal(np.isfinite(given).all(0).nonzero()[0], [3, 4, 5, 9])
    np.testing.assert_allclose(given[:, 3:6], states.held_out[:64, 3:6])
    np.testing.assert_allclose(given[:, 9], CATEGORY_AMPLITUDE * np.sign(states.held_out_labels[:64] - 5))
    assert run(["check", str(tmp_path / "s.h5md")]) == 0
    samples, held_out = read_samples(tmp_path / "s.h5md"), load_dataset(data).held_out[:64]
    np.testing.assert_allclose(samples[:, 3:6], np.exp(-0.02) * held_out[:, 3:6], atol=0.35)  # five deviations of noise
    # All of these are of class 3, and a column of that is the same in every row but for noise.
    assert (load_dataset(data).held_out_labels[:64] == 3).all()
    # With nothing given but the class, the correlation would be 0 with a standard error of .12.
    assert np.corrcoef(samples[:, 0], held_out[:, 0])[0, 1] > 0.25


def test_codes_go_between_two_states(files: tuple[Path, Path]) -> None:
    data, protocol = files
    learned, states = load_protocol(protocol), load_dataset(data)
    given = make_given(learned, Condition(clamp=data, between=(0, 5)), 3, np.random.default_rng(0))
    ends = codes_of(learned).encode(states.held_out[[0, 5]], states.held_out_labels[[0, 5]])
    np.testing.assert_allclose(given[:, 9:], [ends[0], ends.mean(0), ends[1]])
    assert np.isnan(given[:, :9]).all()


def test_noised_paths_are_those_of_the_noising_process(files: tuple[Path, Path]) -> None:
    learned = load_protocol(files[1])
    times = np.asarray(learned.protocol.forGeneration(learned.sigma).getTimes())
    given = np.full((20000, 14), np.nan)
    given[:, 10] = 3.0
    paths = noised_paths(learned, times, given, np.random.default_rng(1))
    values, since_data = np.asarray(paths.getValues()), learned.protocol.getTimes()[-1] - np.asarray(paths.getTimes())
    variance = 0.1 * (1 - np.exp(-2 * since_data))
    # Standard errors with 20000 paths: .007 deviations of the mean, 1 % of the variance; five of each.
    np.testing.assert_allclose(values.mean(0), 3 * np.exp(-since_data), atol=0.035 * np.sqrt(0.1))
    np.testing.assert_allclose(values.var(0), variance, rtol=0.05)
    early, late = -40, 40  # one index is near the data, the other near the noise
    expected = np.exp(-(since_data[late] - since_data[early])) * variance[early]
    assert np.cov(values[:, late], values[:, early])[0, 1] == pytest.approx(expected, abs=0.035 * 0.1)


def test_conditions_that_make_no_sense_are_refused(files: tuple[Path, Path]) -> None:
    data, protocol = files
    learned, generator = load_protocol(protocol), np.random.default_rng(0)
    for condition, message in (
        (Condition(category=5), "no category 5, expected one of"),
        (Condition(category=3, categories_from=data), "given twice"),
        (Condition(category=3, codes_from=data), "give the categories"),
        (Condition(clamp=data), "goes with rows"),
        (Condition(rows=range(2)), "goes with rows"),
        (Condition(clamp=data, rows=range(1, 9)), "rows 1:9, expected some of 0:3"),
        (Condition(clamp=data, between=(0, 10**6)), "held-out state 1000000"),
    ):
        with pytest.raises(OscillatorsError, match=message):
            make_given(learned, condition, 4, generator)


def test_codes_of_ones_own(data: DataSet, tmp_path: Path) -> None:
    own = copy.copy(data)
    own.set_codes(lambda states, labels: 4.0 * states[:, :1] * np.sign(labels - 5)[:, None])
    own.save(tmp_path / "data.h5")
    np.testing.assert_array_equal(load_dataset(tmp_path / "data.h5").held_out_codes, own.held_out_codes)
    settings = LearningSettings("denoising", slices=3, range=1, latents=LatentSettings(given=True))
    learn(tmp_path / "data.h5", tmp_path / "protocol.h5", settings)
    learned = load_protocol(tmp_path / "protocol.h5")
    assert learned.network.getLatentOscillators().tolist() == [9]
    assert not np.isfinite(make_given(learned, Condition(), 5, np.random.default_rng(0))).any()
    with pytest.raises(OscillatorsError, match="no categories"):
        make_given(learned, Condition(category=3), 5, np.random.default_rng(0))
    with pytest.raises(OscillatorsError, match="codes has shape"):
        own.set_codes(lambda states, labels: states[:1])


def test_every_oscillator_has_its_own_least_stiffness(data: DataSet) -> None:
    network, process, bounds = (
        OscillatorNetwork.squareLattice(SIZE, SIZE, 1),
        NoisingProcess(),
        np.linspace(0.1, 0.9, 9),
    )
    source = NoisedDataSource(network, process, [0.5], data.train)
    learner = ProtocolLearner(network, LearningOptions(minimumK6OfOscillators=bounds))
    found = learner.learn(DenoisingForceMatching(), source).getSlice(0).getFamily("k_6")
    assert (found >= bounds).all()
    assert np.isclose(found, bounds).any()
    for options, message in (
        (LearningOptions(minimumK6OfOscillators=bounds[:4]), "holds 4 numbers; the network has 9"),
        (LearningOptions(minimumK6OfOscillators=-bounds), r"minimumK6OfOscillators\[0\] is -0.1"),
        (LearningOptions(feedback=FeedbackOptions(clamped=[9])), "clamped names oscillator 9"),
    ):
        with pytest.raises(OpenMMException, match=message):
            ProtocolLearner(network, options)
