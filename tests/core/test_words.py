"""Networks for texts: what suits word numbers and what suits which words occur, each way out followed, and what is proposed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nnplayground.core import edits
from nnplayground.core.data_spec import Encoding, Texts
from nnplayground.core.layers import GRU, LSTM, Conv1D, Dense, Embedding, GlobalAveragePooling1D, LayerBase
from nnplayground.core.optimizers import RMSprop
from nnplayground.core.presets import choose_data, default_project, recommended
from nnplayground.core.problems import Problem, Severity
from nnplayground.core.recipe import RecipeError, parse_recipe
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check
from nnplayground.data.registry import facts

SIGMOID = Dense(units=1, activation="sigmoid")
WORDS = Embedding(input_dim=10_000)


def problems(spec: ProjectSpec) -> tuple[Problem, ...]:
    return check(spec, facts(spec.data))


def imdb(*layers: LayerBase, **settings: Any) -> ProjectSpec:
    return edits.set_layers(edits.change_data(recommended("imdb"), **settings), layers)


def sequence(*layers: LayerBase, **settings: Any) -> ProjectSpec:
    return imdb(*layers, encoding="sequence", **settings)


@pytest.mark.parametrize(
    ("spec", "path", "words", "severity", "fixes"),
    [
        (
            lambda: sequence(Embedding(input_dim=999), LSTM(), SIGMOID),
            "layers[0].input_dim", "numbers from 0 to 9,999", Severity.ERROR, ["Make it 10,000"],
        ),
        (
            lambda: sequence(Dense(units=8), SIGMOID),
            "layers[0]", "names, not amounts", Severity.ADVICE, ["Insert Embedding", "Use multi-hot"],
        ),
        (
            lambda: imdb(WORDS, GlobalAveragePooling1D(), SIGMOID),
            "layers[0]", "IMDB gives which words occur", Severity.ERROR, ["Use sequences", "Remove it"],
        ),
        (lambda: sequence(LSTM(), SIGMOID), "layers[0]", "LSTM", Severity.ERROR, ["Insert Embedding"]),
        (lambda: sequence(Conv1D(), GRU(), SIGMOID), "layers[0]", "Conv1D", Severity.ERROR, ["Insert Embedding"]),
    ],
)  # fmt: skip
def test_what_does_not_suit_words(spec: Callable[[], ProjectSpec], path: str, words: str, severity: Severity, fixes: list[str]):
    (problem,) = [p for p in problems(spec()) if p.path == path and words in p.message]
    assert problem.severity is severity
    assert [fix.label for fix in problem.fixes][: len(fixes)] == fixes
    after = [p for p in problems(problem.fixes[0].spec) if p.path == path and words in p.message]
    assert after == []


@pytest.mark.parametrize(
    "spec",
    [
        lambda: sequence(WORDS, LSTM(), SIGMOID),
        lambda: sequence(Embedding(input_dim=20_000), GlobalAveragePooling1D(), SIGMOID),
        lambda: sequence(Embedding(input_dim=500), LSTM(), SIGMOID, num_words=500, maxlen=3),
        lambda: imdb(SIGMOID, num_words=90_000),
        lambda: recommended("imdb"),
        lambda: recommended("reuters"),
    ],
)
def test_what_suits_words(spec: Callable[[], ProjectSpec]):
    assert problems(spec()) == ()


@pytest.mark.parametrize(("name", "units", "last", "kept"), [("imdb", 16, (1, "sigmoid"), 10_000), ("reuters", 64, (46, "softmax"), 1_000)])
def test_the_networks_of_the_book_are_proposed(name: str, units: int, last: tuple[int, str], kept: int):
    spec = recommended(name)
    assert [(x.units, x.activation) for x in spec.layers] == [(units, "relu"), (units, "relu"), last]
    assert (spec.training.optimizer, spec.training.batch_size, spec.training.epochs) == (RMSprop(), 512, 20)
    assert spec.data.validation.count == kept


def test_a_network_for_points_is_not_kept_for_texts_nor_the_other_way_round():
    texts = choose_data(default_project(), "imdb", facts(recommended("imdb").data))
    assert (texts.layers, texts.training) == (recommended("imdb").layers, recommended("imdb").training)
    points = choose_data(recommended("imdb"), "circle", facts(recommended("circle").data))
    assert (points.layers, points.training) == (recommended("circle").layers, recommended("circle").training)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('scaling = "unit"', "because words are not measurements; found unit"),
        ("num_words = 50\nskip_top = 50", r"expected skip_top below num_words \(50\); found 50"),
        ("num_words = 3", "data.num_words"),
        ('encoding = "one_hot"', "data.encoding"),
        ("maxlen = 0", "data.maxlen"),
        ("samples = 10", "data.samples"),
    ],
)
def test_settings_that_cannot_be(line: str, words: str):
    text = f'format = 1\n[data]\nname = "reuters"\n{line}\n[[layers]]\ntype = "Dense"\nunits = 46\n'
    with pytest.raises(RecipeError, match=words):
        parse_recipe(text.encode(), "r.toml")


def test_the_words_of_a_recipe():
    text = (
        b'format = 1\ndata = {name = "imdb", encoding = "sequence", num_words = 500, skip_top = 20, '
        b'maxlen = 80, shorter_than = 90}\nlayers = []\n'
    )
    data = parse_recipe(text, "r.toml").data
    assert data == Texts(name="imdb", encoding=Encoding.SEQUENCE, num_words=500, skip_top=20, maxlen=80, shorter_than=90)
