"""Layers as text: what is copied can be pasted, and what is pasted may be anything."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnplayground.core.layers import LAYERS, Conv2D, Dense, Dropout, LayerBase
from nnplayground.core.layers.sequence import GRU, Bidirectional
from nnplayground.core.presets import recommended
from nnplayground.core.recipe import RecipeError, to_json, to_toml
from nnplayground.core.spec import MAX_LAYERS, ProjectSpec
from nnplayground.core.stack_text import MAX_CHARACTERS, from_text, to_text
from tests.core.strategies import values_of


@given(st.lists(st.sampled_from(LAYERS).flatmap(values_of), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_copied_can_be_pasted(layers: list[LayerBase]):
    text = to_text(layers)
    assert text.count("[[layers]]\n") == len(layers)
    assert from_text(text) == tuple(layers)
    assert from_text("\ufeff# by mail\r\n" + text.replace("\n", "\r\n")) == tuple(layers)


def test_as_people_read_it():
    layers = (Dense(units=8, activation="tanh"), Dropout(rate=0.2, disabled=True), Bidirectional(layer=GRU(units=3), name="both_ways"))
    assert to_text(layers) == """[[layers]]
type = "Dense"
units = 8
activation = "tanh"

[[layers]]
type = "Dropout"
disabled = true
rate = 0.2

[[layers]]
type = "Bidirectional"
name = "both_ways"

[layers.layer]
type = "GRU"
units = 3
"""


@pytest.mark.parametrize("write", [to_toml, to_json])
def test_of_a_whole_recipe_the_layers_count(write):
    spec = recommended("mnist")
    assert from_text(write(spec)) == spec.layers
    assert from_text(write(spec).replace("mnist", "no such set")) == spec.layers


@pytest.mark.parametrize(("text", "said"), [
    ("", "expected layers as a recipe has them"),
    ("   \n", "expected layers as a recipe has them"),
    ("data = 'circle'", "expected layers as a recipe has them"),
    ("layers = []", "expected layers as a recipe has them"),
    ("Dear colleague, here it is.", "expected layers as a recipe has them"),
    ("[[layers]]\ntype = 'Dens'", "layers[0].type: expected the name of a layer; found 'Dens'. Did you mean 'Dense'?"),
    ("[[layers]]\ntype = 'Dense'\nunits = 0", "layers[0].units: expected at least 1; found 0"),
    ("[[layers]]\ntype = 'Dense'\nunitz = 3", "layers[0].unitz: unknown key 'unitz'; remove it or check its spelling. Did you"),
    ("[[layers]]\ntype = 'Dense'\nname = 'a\\u0000b'", "layers[0].name: expected letters, digits"),
    ('{"layers": [{"type": "Dense", "name": "a\\u0000b"}]}', "layers[0].name: expected letters, digits"),
    ('{"layers": [{"type": "Dense", "name": "\\ud800"}]}', "layers[0].name: expected"),
    ("[[layers]]\ntype = 'Dense'\n\x1b[31m = 1", "expected a setting, such as units = 8; found"),
    ("[[layers]]\ntype = 'Dense'\nunits : 8", 'expected a setting, such as units = 8; found "units : 8"'),
    ("Hello,\n\n[[layers]]\ntype = Dense\n", 'expected a setting, such as units = 8; found "type = Dense"'),
    ("[[layers]]\ntype = 'Dense'\nunits = 8\nunits = 9\n", 'found "units = 9"'),
    ("[[layers]]\ntype = 'Dense'\nunits = [3", "the text breaks off"),
    ('{"layers": [', "expected layers as a recipe has them"),
    ("layers = 3", "layers: expected a list; found 3"),
    ("[layers]\ntype = 'Dense'", "layers: expected a list"),
    ("[[layers]]\ntype = 'Bidirectional'\n[layers.layer]\ntype = 'GRU'\ndisabled = true", "layers[0].layer: expected a layer that is on"),
    ("[[layers]]\ntype = 'Dense'\n" * (MAX_LAYERS + 1), f"layers: expected a list of at most {MAX_LAYERS}"),
    ("[[layers]]\ntype = 'Dense'\n" * 10_000, f"layers: expected a list of at most {MAX_LAYERS}"),
    ("x" * (MAX_CHARACTERS + 1), "expected at most 1,000,000 characters; found 1,000,001"),
    ("layers = " + "[" * 100_000, "expected tables nested at most 20 deep"),
    ("layers = " + "{a = " * 100_000, "expected tables nested at most 20 deep"),
    ("a" + ".a" * 400_000 + " = 1", "expected tables nested at most 20 deep"),
    ("'a' . \"b\" ." * 50_000 + "c = 1", "expected tables nested at most 20 deep"),
    ("[" + "layers." * 100_000 + "a]", "expected tables nested at most 20 deep"),
    ('{"layers": ' + "[" * 400_000, "expected tables nested at most 20 deep"),
    ("x" * 900_000, "expected layers as a recipe has them"),
    ('x = "' + "a b " * 200_000, "expected layers as a recipe has them"),
    ("layers = " + "9" * 100_000, "thousands of digits"),
])  # fmt: skip
def test_what_is_no_stack_is_refused_in_a_sentence_and_at_once(text: str, said: str):
    began = time.perf_counter()
    with pytest.raises(RecipeError) as caught:
        from_text(text)
    assert time.perf_counter() - began < 5
    told = str(caught.value)
    assert said in told
    assert len(told) < 400
    assert told.replace("\n", "").isprintable()


STACK = (Dense(units=8, activation="tanh"), Conv2D(filters=4, kernel_size=(5, 3)), Dense(units=1))


@pytest.mark.parametrize("mail", [
    lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    lambda text: "".join(f">> {line}\n" for line in text.splitlines()),
    lambda text: f"Hello Ann,\nhere is the network:\n\n{text}\nBest regards,\nBob",
    lambda text: f"Hi!\n```toml\n{text}```\nTell me whether it learns.",
    lambda text: f"{text}-- \nBob",
    lambda text: "On Monday Ann wrote:\n" + "".join(f"> {line}\n" for line in text.splitlines()) + "Thank you!\n",
    lambda text: text.replace('"', "\u201d"),
    lambda text: re.sub('"(.*?)"', "\u201e\\1\u201c", text),
    lambda text: re.sub('"(.*?)"', "\u2018\\1\u2019", text),
    lambda text: text.replace(" ", "\u00a0").replace("units", "\u200bunits"),
    lambda text: "\r\n".join(text.splitlines()) + "\r\n\r\nBob",
], ids=["quoted", "twice", "greeted", "fenced", "signed", "answered", "curly", "german", "single", "blanks", "windows"])  # fmt: skip
def test_what_mail_makes_of_a_stack_is_understood(mail: Callable[[str], str]):
    assert from_text(mail(to_text(STACK))) == STACK


def test_what_keras_has_no_default_for_is_always_written():
    text = to_text([cls() for cls in LAYERS])
    for words in ("units = 4", "rate = 0.5", "filters = 8", "input_dim = 10000", "output_dim = 16", 'activation = "relu"', "scale = 1.0"):
        assert words in text
    assert to_text([Dense()]) == '[[layers]]\ntype = "Dense"\nunits = 4\n'
    assert "units = 4" in to_toml(ProjectSpec(data=recommended("circle").data, layers=(Dense(),)))
    assert to_text([Bidirectional()]).endswith('[layers.layer]\ntype = "LSTM"\nunits = 16\n')
    assert from_text(text) == tuple(cls() for cls in LAYERS)


def test_long_lines_of_notes_are_no_long_keys():
    layers = to_text([Dense()])
    assert from_text(f'notes = "see docs.example.org/a.b.c and so on{"." * 200}"\n{layers}') == (Dense(),)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
@settings(max_examples=200, deadline=None)
def test_nothing_else_ever_comes_of_any_text(text: str):
    try:
        layers = from_text(text)
    except RecipeError:
        return
    assert all(isinstance(layer, LayerBase) for layer in layers)
