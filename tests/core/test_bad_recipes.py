"""Bad recipes: every mistake is one sentence with its place, and nothing but RecipeError comes out."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnplayground.core.recipe import Mistake, RecipeError, parse_recipe, to_toml
from tests.core.test_recipe import XOR


def swap(old: str, new: str) -> str:
    """The good recipe with one place made bad."""
    assert old in XOR
    return XOR.replace(old, new, 1)


def layer(text: str) -> str:
    """The good recipe with another first layer."""
    return swap('type = "Dense"\nunits = 8\nactivation = "tanh"', text)


def data(text: str) -> str:
    return swap('name = "xor"\n[[', text + "\n[[")


def rate(text: str) -> str:
    return swap("learning_rate = 0.05", f"learning_rate = {text}")


RATE = "training.optimizer.learning_rate"
PIECES = '{{ type = "PiecewiseConstantDecay", boundaries = {}, values = {} }}'
OPTIMIZER = '{ type = "Adam", learning_rate = 0.05 }'

BAD: dict[str, tuple[str | bytes, str, str]] = {
    # The text itself: not a recipe at all.
    "nothing": ("", "data", "not there"),
    "only spaces": (" \n\t\n", "layers", "not there"),
    "not TOML": ("[[", "", "not a valid TOML text"),
    "cut off in a value": (XOR.rstrip()[:-2], "", "TOML"),
    "cut off in a word": (XOR[: XOR.index('anh"')], "", "TOML"),
    "cut off between tables": (XOR[: XOR.index("[[layers]]")], "layers", "not there"),
    "a table twice": (XOR + '[data]\nname = "or"\n', "", "twice"),
    "a key twice": (XOR + "epochs = 4\n", "", "overwrite"),
    "JSON that is not whole": ('{"data": "xor", ', "", "JSON"),
    "JSON with a comma too many": ('{"data": "xor",}', "", "JSON"),
    "JSON with something behind it": ('{"data": "xor", "layers": []} x', "", "JSON"),
    "JSON with a key twice": ('{"data": "xor", "data": "or", "layers": []}', "", "'data' is there twice"),
    "a JSON list": ("[1, 2]", "", "TOML"),
    "bytes": (bytes(range(256)), "", "UTF-8"),
    "UTF-16": (XOR.encode("utf-16"), "", "UTF-8"),
    "Latin-1": (XOR.replace('"xor"\nseed', '"é"\nseed').encode("latin-1"), "", "UTF-8"),
    "a NUL byte": (XOR.encode() + b"\0", "", "TOML"),
    "a zip": (b"PK\x03\x04\x14\x00", "", "TOML"),
    "lists nested deeply": ("a = " + "[" * 100_000, "", "nested"),
    "lists nested rather deeply": ("a = " + "[" * 100 + "]" * 100, "", "nested"),
    "tables nested deeply": ("a" + ".a" * 5_000 + " = 1", "", "nested"),
    "JSON nested deeply": ('{"a": ' + "[" * 100_000, "", "nested"),
    "a number with thousands of digits": ("seed = " + "9" * 5000, "", "digits"),
    "the same in JSON": ('{"seed": ' + "9" * 5000 + "}", "", "digits"),
    # Unknown keys, at every level.
    "unknown key": ("colour = 3\n" + XOR, "colour", "unknown key 'colour'"),
    "misspelt key": (swap("seed = 7", "sed = 7"), "sed", "'seed'"),
    "empty key": ('"" = 3\n' + XOR, "", "unknown key"),
    "unknown in data": (data('name = "xor"\nnoise = 0.1'), "data.noise", "unknown key 'noise'"),
    "unknown in validation": (data('name = "xor"\nvalidation = { fractions = 0.1 }'), "data.validation.fractions", "'fraction'"),
    "unknown in a layer": (layer('type = "Dense"\nunit = 3'), "layers[0].unit", "'units'"),
    "unknown in an initializer": (
        layer('type = "Dense"\nkernel_initializer = { type = "RandomNormal", std = 1 }'), "layers[0].kernel_initializer.std", "'stddev'"),
    "unknown in training": (XOR + "epoch = 3", "training.epoch", "'epochs'"),
    "unknown in the optimizer": (swap("learning_rate", "lerning_rate"), "training.optimizer.lerning_rate", "'learning_rate'"),
    "another optimizer's": (swap("learning_rate = 0.05", "momentum = 0.9"), "training.optimizer.momentum", "unknown key"),
    "unknown in early_stopping": (XOR + "early_stopping = { patence = 3 }", "training.early_stopping.patence", "'patience'"),
    "unknown in output": (XOR + '[output]\nweight = "w.weights.h5"', "output.weight", "'weights'"),
    # Names that nothing has.
    "unknown data set": (data('name = "xxor"'), "data.name", "'xxor'. Did you mean 'xor'?"),
    "data set unlike any": (data('name = "qqqqq"'), "data.name", "Known: and, or, xor"),
    "no data set": (data(""), "data.name", "not there"),
    "unknown layer": (layer('type = "Dence"'), "layers[0].type", "'Dence'. Did you mean 'Dense'?"),
    "layer without type": (layer("units = 3"), "layers[0].type", "not there"),
    "type of a wrong type": (layer("type = 3"), "layers[0].type", "in quotes; found 3"),
    "unknown optimizer": (swap('"Adam"', '"Adamm"'), "training.optimizer.type", "'Adamm'. Did you mean 'Adam'?"),
    "unknown optimizer, short": (swap(OPTIMIZER, '"adaam"'), "training.optimizer", "'adaam'. Did you mean 'Adam'?"),
    "unknown loss": (XOR + 'loss = "binary_crossentrop"', "training.loss", "'binary_crossentropy'"),
    "unknown metric": (XOR + 'metrics = ["mae", "acuracy"]', "training.metrics[1]", "'accuracy'"),
    "unknown activation": (swap('"tanh"', '"tahn"'), "layers[0].activation", "\"tahn\". Did you mean 'tanh'?"),
    "unknown initializer": (layer('type = "Dense"\nkernel_initializer = "he_norml"'), "layers[0].kernel_initializer", "'HeNormal'"),
    "a layer that cannot be doubled": (layer('type = "Bidirectional"\nlayer = "Dense"'), "layers[0].layer", "'Dense'. Known: SimpleRNN"),
    "unknown scaling": (data('name = "xor"\nscaling = "unitt"'), "data.scaling", "'unit'"),
    "unknown source": (data('name = "mnist"\nsource = "half"'), "data.source", "'auto', 'full' or 'sample'"),
    "unknown feature": (data('name = "spiral"\nfeatures = ["x1", "x3"]'), "data.features[1]", '"x3"'),
    # Wrong types.
    "units as text": (swap("units = 8", 'units = "eight"'), "layers[0].units", 'a whole number; found "eight"'),
    "units as a number with a point": (swap("units = 8", "units = 8.0"), "layers[0].units", "a whole number; found 8.0"),
    "units as true": (swap("units = 8", "units = true"), "layers[0].units", "a whole number; found true"),
    "units as a list": (swap("units = 8", "units = [8]"), "layers[0].units", "found [8]"),
    "units as a date": (swap("units = 8", "units = 1979-05-27"), "layers[0].units", "found"),
    "batch size with a point": (XOR + "batch_size = 4.5", "training.batch_size", "whole number; found 4.5"),
    "rate as text": (swap("0.05", '"fast"'), "training.optimizer.learning_rate", "a number, or a schedule as a table with 'type'"),
    "rate as true": (swap("0.05", "true"), "training.optimizer.learning_rate", "a number; found true"),
    "trainable as text": (layer('type = "Dense"\ntrainable = "yes"'), "layers[0].trainable", "true or false"),
    "name as a number": (swap('name = "xor"\nseed', "name = 3\nseed"), "name", "text in quotes; found 3"),
    "data as a number": ("data = 3\nlayers = []", "data", "found 3"),
    "layers as a table": ("data = 'xor'\nlayers = { a = 1 }", "layers", "a list"),
    "layers as a text": ("data = 'xor'\nlayers = 'Dense'", "layers", "a list"),
    "a number as a layer": ("data = 'xor'\nlayers = ['Flatten', 3]", "layers[1]", "found 3"),
    "training as a list": ("data = 'xor'\nlayers = []\ntraining = []", "training", "a table"),
    "optimizer as a number": (swap(OPTIMIZER, "3"), "training.optimizer", "found 3"),
    "validation as a number": (data('name = "xor"\nvalidation = 0.1'), "data.validation", "a table; found 0.1"),
    "features as a text": (data('name = "spiral"\nfeatures = "x1"'), "data.features", "a list"),
    "format as a text": (swap("format = 1", 'format = "1"'), "format", "whole number"),
    # Numbers out of range, or none at all.
    "rate nan": (swap("0.05", "nan"), "training.optimizer.learning_rate", "finite"),
    "rate inf": (swap("0.05", "inf"), "training.optimizer.learning_rate", "finite"),
    "rate 0": (swap("0.05", "0.0"), "training.optimizer.learning_rate", "more than 0; found 0.0"),
    "rate negative": (swap("0.05", "-0.05"), "training.optimizer.learning_rate", "more than 0"),
    "rate huge": (swap("0.05", "1e30"), "training.optimizer.learning_rate", "at most 1,000,000"),
    "JSON's Infinity": (
        '{"data": "xor", "layers": [], "training": {"stop_when": {"below": Infinity}}}', "training.stop_when.below", "finite"),
    "units negative": (swap("units = 8", "units = -8"), "layers[0].units", "at least 1; found -8"),
    "units 0": (swap("units = 8", "units = 0"), "layers[0].units", "at least 1"),
    "units huge": (swap("units = 8", "units = 999999999999"), "layers[0].units", "at most 65,536"),
    "units beyond 64 bits": (swap("units = 8", "units = " + "9" * 40), "layers[0].units", "at most 65,536"),
    "a batch of 4 GB": (XOR + "batch_size = 4294967296", "training.batch_size", "at most 1,000,000; found 4294967296"),
    "batch 0": (XOR + "batch_size = 0", "training.batch_size", "at least 1"),
    "epochs negative": (swap("epochs = 3", "epochs = -1"), "training.epochs", "at least 0"),
    "seed negative": (swap("seed = 7", "seed = -1"), "seed", "at least 0"),
    "seed beyond 31 bits": (swap("seed = 7", "seed = 2147483648"), "seed", "at most 2,147,483,647"),
    "dropout of everything": (layer('type = "Dropout"\nrate = 1.0'), "layers[0].rate", "less than 1"),
    "noise above 1": (data('name = "spiral"\nnoise = 3.0'), "data.noise", "at most 1"),
    "three points": (data('name = "spiral"\nsamples = 3'), "data.samples", "at least 4"),
    "a kernel of three sides": (layer('type = "Conv2D"\nkernel_size = [3, 3, 3]'), "layers[0].kernel_size", "at most 2"),
    "a kernel of negative size": (layer('type = "Conv2D"\nkernel_size = [3, -3]'), "layers[0].kernel_size[1]", "at least 1"),
    "no shape": (layer('type = "Reshape"\ntarget_shape = []'), "layers[0].target_shape", "a list of at least 1"),
    "no features": (data('name = "spiral"\nfeatures = []'), "data.features", "a list of at least 1"),
    "a feature twice": (data('name = "spiral"\nfeatures = ["x1", "x1"]'), "data", "once"),
    "a metric twice": (XOR + 'metrics = ["accuracy", "acc"]', "training", "once"),
    "101 layers": ("data = 'xor'\n" + "[[layers]]\ntype = 'Flatten'\n" * 101, "layers", "a list of at most 100"),
    "wrong inside a doubled layer": (layer('type = "Bidirectional"\nlayer = { type = "LSTM", units = -3 }'), "layers[0].layer.units", "-3"),
    # Schedules.
    "unknown schedule": (rate('{ type = "ExponentialDeccay" }'), RATE + ".type", "Did you mean 'ExponentialDecay'?"),
    "a schedule's name alone": (rate('"ExponentialDecay"'), RATE, "with 'type' and its arguments; found 'ExponentialDecay'"),
    "a schedule without a type": (rate("{ decay_steps = 3 }"), RATE + ".type", "a learning-rate schedule, but not there"),
    "a schedule without arguments": (rate('{ type = "exponential_decay" }'), RATE + ".decay_rate", "not there"),
    "unknown in a schedule": (rate('{ type = "CosineDecay", decay_step = 3 }'), RATE + ".decay_step", "'decay_steps'"),
    "no steps": (rate('{ type = "CosineDecay", initial_learning_rate = 1, decay_steps = 0 }'), RATE + ".decay_steps", "at least 1"),
    "half a step": (rate('{ type = "CosineDecay", initial_learning_rate = 1, decay_steps = 1.5 }'), RATE + ".decay_steps", "whole number"),
    "steps beyond 31 bits": (
        rate('{ type = "CosineDecay", initial_learning_rate = 1, decay_steps = 2147483648 }'),
        RATE + ".decay_steps", "at most 2,147,483,647"),
    "a schedule from 0": (
        rate('{ type = "CosineDecay", initial_learning_rate = 0, decay_steps = 3 }'), RATE, "above 0, or a warmup_target"),
    "a schedule from nan": (
        rate('{ type = "InverseTimeDecay", initial_learning_rate = nan, decay_steps = 3, decay_rate = 1 }'),
        RATE + ".initial_learning_rate", "finite"),
    "a huge power": (
        rate('{ type = "PolynomialDecay", initial_learning_rate = 1, decay_steps = 3, power = 1e300 }'), RATE + ".power", "at most 1,000"),
    "a decay of 0": (
        rate('{ type = "ExponentialDecay", initial_learning_rate = 1, decay_steps = 3, decay_rate = 0 }'),
        RATE + ".decay_rate", "more than 0"),
    "pieces that do not fit": (rate(PIECES.format("[1]", "[1]")), RATE, "found 1 boundaries and 1 values"),
    "no pieces": (rate(PIECES.format("[]", "[1]")), RATE, "at least one boundary"),
    "pieces backwards": (rate(PIECES.format("[5, 5]", "[1, 2, 3]")), RATE, "boundaries that grow"),
    "half a boundary": (rate(PIECES.format("[1.5]", "[1, 2]")), RATE + ".boundaries[0]", "a whole number; found 1.5"),
    "a rate as text in a piece": (rate(PIECES.format("[1]", '[1, "2"]')), RATE + ".values[1]", "a number"),
    "too many pieces": (rate(PIECES.format("[" + "1," * 1001 + "]", "[1]")), RATE + ".boundaries", "at most 1,000"),
    "a restart that comes sooner": (
        rate('{ type = "CosineDecayRestarts", initial_learning_rate = 1, first_decay_steps = 3, t_mul = 0.5 }'),
        RATE + ".t_mul", "at least 1"),
    "a list of rates": (rate("[0.1, 0.2]"), RATE, "found [0.1, 0.2]"),
    # Losses with arguments.
    "unknown loss in a table": (XOR + 'loss = { type = "Hubert" }', "training.loss.type", "'Huber'"),
    "a loss without a type": (XOR + "loss = { delta = 1 }", "training.loss.type", "not there"),
    "a loss with a number as its type": (XOR + "loss = { type = 3 }", "training.loss.type", "in quotes; found 3"),
    "a loss with another's argument": (XOR + 'loss = { type = "Huber", gamma = 1 }', "training.loss.gamma", "unknown key"),
    "a misspelt argument of a loss": (XOR + 'loss = { type = "huber", dleta = 1 }', "training.loss.dleta", "'delta'"),
    "a loss that takes no arguments": (
        XOR + 'loss = { type = "MeanSquaredError", delta = 1 }', "training.loss", "MeanSquaredError has no arguments; remove 'delta'"),
    "a delta of 0": (XOR + 'loss = { type = "Huber", delta = 0 }', "training.loss.delta", "more than 0"),
    "a huge gamma": (XOR + 'loss = { type = "BinaryFocalCrossentropy", gamma = 1e9 }', "training.loss.gamma", "at most 100"),
    "too smooth": (XOR + 'loss = { type = "BinaryCrossentropy", label_smoothing = 1.5 }', "training.loss.label_smoothing", "at most 1"),
    "loss as a number": (XOR + "loss = 3", "training.loss", "found 3"),
    "loss as a list": (XOR + 'loss = ["huber"]', "training.loss", 'found ["huber"]'),
    # Class weights.
    "a misspelt balance": (XOR + 'class_weight = "balancd"', "training.class_weight", "Did you mean 'balanced'?"),
    "a weight for all": (XOR + "class_weight = 2", "training.class_weight", "'balanced', or one weight a class; found 2"),
    "a huge number of a weight": (XOR + f"class_weight = {'9' * 4000}", "training.class_weight", "found 999"),
    "no weights": (XOR + "class_weight = []", "training.class_weight", "weighs more than 0; found none"),
    "an empty table of weights": (XOR + "class_weight = {}", "training.class_weight", "weighs more than 0; found none"),
    "weights of 0": (XOR + "class_weight = [0, 0.0]", "training.class_weight", "weighs more than 0; found none"),
    "a weight below 0": (XOR + "class_weight = [1, -1]", "training.class_weight[1]", "at least 0; found -1"),
    "a weight nan": (XOR + "class_weight = { 0 = nan }", "training.class_weight[0]", "finite"),
    "a weight as text": (XOR + 'class_weight = { 1 = "x" }', "training.class_weight[1]", 'a number; found "x"'),
    "a weight as true": (XOR + "class_weight = [true]", "training.class_weight[0]", "a number; found true"),
    "a huge weight": (XOR + "class_weight = [1e300]", "training.class_weight[0]", "at most 1,000,000"),
    "a class by its name": (XOR + "class_weight = { cat = 1 }", "training.class_weight", 'found "cat"'),
    "class -1": (XOR + "class_weight = { -1 = 1 }", "training.class_weight", 'found "-1"'),
    "class 00": (XOR + "class_weight = { 00 = 1 }", "training.class_weight", 'found "00"'),
    "class ²": (XOR + 'class_weight = { "²" = 1 }', "training.class_weight", 'found "²"'),
    "class 10,000": (XOR + "class_weight = { 10000 = 1 }", "training.class_weight", "0 to 9,999"),
    "a class of thousands of digits": (XOR + f"class_weight = {{ {'9' * 4000} = 1 }}", "training.class_weight", "0 to 9,999"),
    "too many weights": (XOR + f"class_weight = [{'1,' * 10_001}]", "training.class_weight", "at most 10,000"),
    # Plateaus.
    "unknown in reduce_lr_on_plateau": (
        XOR + "reduce_lr_on_plateau = { facor = 0.5 }", "training.reduce_lr_on_plateau.facor", "'factor'"),
    "a factor of 1": (XOR + "reduce_lr_on_plateau = { factor = 1.0 }", "training.reduce_lr_on_plateau.factor", "less than 1"),
    "a factor of 0": (XOR + "reduce_lr_on_plateau = { factor = 0 }", "training.reduce_lr_on_plateau.factor", "more than 0"),
    "a plateau as true": (XOR + "reduce_lr_on_plateau = true", "training.reduce_lr_on_plateau", "a table; found true"),
    "a mode of one's own": (
        XOR + 'reduce_lr_on_plateau = { mode = "more" }', "training.reduce_lr_on_plateau.mode", "'auto', 'min' or 'max'"),
    "a patience of 4 GB": (
        XOR + "reduce_lr_on_plateau = { patience = 4294967296 }", "training.reduce_lr_on_plateau.patience", "at most 1,000,000,000"),
    "a rest below 0": (XOR + "reduce_lr_on_plateau = { cooldown = -1 }", "training.reduce_lr_on_plateau.cooldown", "at least 0"),
    "a least rate of nan": (XOR + "reduce_lr_on_plateau = { min_lr = nan }", "training.reduce_lr_on_plateau.min_lr", "finite"),
    # Texts.
    "no name": (swap('name = "xor"\nseed', 'name = ""\nseed'), "name", "not empty"),
    "a long name": (swap('name = "xor"\nseed', f'name = "{"x" * 201}"\nseed'), "name", "at most 200"),
    "NUL in the name": (swap('name = "xor"\nseed', 'name = "a\\u0000b"\nseed'), "name", r"'a\x00b'"),
    "a terminal's command in the name": (swap('name = "xor"\nseed', 'name = "a\\u001b[2Jb"\nseed'), "name", "control"),
    "two lines in the name": (swap('name = "xor"\nseed', 'name = "a\\nb"\nseed'), "name", "one line"),
    "half a character": ('{"name": "\\ud800", "data": "xor", "layers": []}', "name", "Unicode"),
    "a layer's name with a space": (layer('type = "Dense"\nname = "a b"'), "layers[0].name", "letters, digits"),
    # Values that contradict each other.
    "two validations": (data('name = "xor"\nvalidation = { fraction = 0.1, count = 3 }'), "data.validation", "found fraction and count"),
    "an empty validation": (data('name = "xor"\nvalidation = {}'), "data.validation", "found none"),
    "validation by everything": (data('name = "xor"\nvalidation = { fraction = 1.0 }'), "data.validation.fraction", "less than 1"),
    "validation by the training set": (data('name = "xor"\nvalidation = { use = "train" }'), "data.validation.use", "'test'"),
    "stop below and above": (XOR + 'stop_when = { metric = "loss", below = 1.0, above = 2.0 }', "training.stop_when", "found both"),
    "stop at nothing": (XOR + 'stop_when = { metric = "loss" }', "training.stop_when", "found neither"),
    "stop at nan": (XOR + 'stop_when = { metric = "loss", below = nan }', "training.stop_when.below", "finite"),
    "one fold": (XOR + "k_fold = 1", "training.k_fold", "at least 2"),
    "newer format": (swap("format = 1", "format = 99"), "format", "newer"),
    "format 0": (swap("format = 1", "format = 0"), "format", "found 0"),
    # Outputs.
    "an absolute output": (XOR + '[output]\nhistory = "/etc/h.csv"', "output.history", "below the output folder"),
    "an output above its folder": (XOR + '[output]\nhistory = "a/../../h.csv"', "output.history", "below the output folder"),
    "a Windows drive": (XOR + "[output]\nhistory = 'C:\\h.csv'", "output.history", "below the output folder"),
    "a Windows way up": (XOR + "[output]\nhistory = '..\\h.csv'", "output.history", "below the output folder"),
    "a Windows share": (XOR + "[output]\nhistory = '\\\\server\\share\\h.csv'", "output.history", "below the output folder"),
    "weights with another ending": (XOR + '[output]\nweights = "w.h5"', "output.weights", ".weights.h5; found 'w.h5'"),
    "a model in large letters": (XOR + '[output]\nmodel = "M.KERAS"', "output.model", ".keras"),
    "a plot with an unknown ending": (XOR + '[output]\nplots = "c.jpg"', "output.plots", ".png or .svg or .pdf"),
    "one file for two outputs": (XOR + '[output]\nhistory = "h.csv"\nplots = "h.csv"', "output.plots", "h.csv"),
    "an output that is a folder": (XOR + '[output]\nhistory = "h.csv/"', "output.history", "a file name"),
    "NUL in an output": (XOR + '[output]\nhistory = "a\\u0000.csv"', "output.history", "a file name"),
    "an output without a name": (XOR + '[output]\nhistory = ""', "output.history", "not empty"),
    "an output as true": (XOR + "[output]\nhistory = true", "output.history", "text in quotes"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_recipe_is_refused_with_its_place(case: str):
    text, path, word = BAD[case]
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "r.toml")
    assert path in [m.path for m in caught.value.mistakes], caught.value
    told = str(next(m for m in caught.value.mistakes if m.path == path))
    assert word in told
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.mistakes)
    for line in lines:
        assert line.startswith("r.toml: ")
        assert line.isprintable()
        assert len(line) < 700


def test_all_mistakes_are_named_at_once():
    text = XOR.replace('name = "xor"\n[[', 'name = "xor"\nscaling = "big"\n[[').replace('name = "xor"\nseed', 'nme = "xor"\nseed')
    for good, bad in (("units = 8", "units = -8"), ("epochs = 3", "epochs = -1"), ("0.05", "nan"), ('"sigmoid"', '"sigmod"')):
        text = text.replace(good, bad)
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text)
    assert {m.path for m in caught.value.mistakes} == {
        "layers[0].units", "training.epochs", "training.optimizer.learning_rate", "layers[1].activation", "nme", "data.scaling",
    }  # fmt: skip


BAD_OVERRIDES = {
    "": "expected PLACE=VALUE",
    "=3": "expected PLACE=VALUE",
    "training.epochs": "found 'training.epochs'",
    "training..epochs=3": "expected PLACE=VALUE",
    "layers[9].units=3": "layers[9].units: expected an index below 2; found '9'",
    "layers[-1].units=3": "found '-1'",
    "layers[²].units=3": "found '²'",
    f"layers[{'9' * 5000}].units=3": "an index below 2",
    "layers.units=3": "found 'units'",
    "layers[0].units.x=3": "expected a table before 'x'; found 8",
    "seed.x=3": "expected a table before 'x'; found 7",
    "training.epochs=": 'training.epochs: expected a whole number; found ""',
    "training.epochs=many": 'found "many"',
    "training.epochs=[1": 'found "[1"',
    "training.epochs=1\nseed = 3": r'found "1\nseed = 3"',
    "training.epochs=" + "9" * 5000: "training.epochs",
    "training.epoch=3": "training.epoch: unknown key 'epoch'",
    "layers[0][1]=3": "layers[0].1: unknown key",
    "layers=3": "layers: expected a list; found 3",
    "name=\ud800": r'found "\ud800"',
    ".".join("a" * 3000) + "=1": "nested",
    "training.optimizer=sdg": "'sdg'. Did you mean 'SGD'?",
}


@pytest.mark.parametrize("override", BAD_OVERRIDES, ids=lambda o: ascii(o[:30]))
def test_a_bad_override_is_refused(override: str):
    with pytest.raises(RecipeError) as caught:
        parse_recipe(XOR, "r.toml", [override])
    assert BAD_OVERRIDES[override] in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_project_or_a_recipe_error(content: bytes):
    refused_or_fine(content)


@given(st.integers(0, len(XOR)), st.integers(0, len(XOR)), st.text("[]{}=\"'.,#\n\\01eE-_naif", max_size=6))
@settings(max_examples=300, deadline=None)
@example(0, len(XOR), "")
def test_a_recipe_with_a_hole_gives_a_project_or_a_recipe_error(start: int, end: int, patch: str):
    refused_or_fine((XOR[:start] + patch + XOR[end:]).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["format", "name", "seed", "notes", "data", "layers", "training", "output"])


TYPED = st.fixed_dictionaries({"type": JSON, "name": JSON})


@given(st.dictionaries(KEYS, JSON | TYPED | st.lists(TYPED, max_size=2)))
@settings(max_examples=300, deadline=None)
def test_any_values_give_a_project_or_a_recipe_error(raw: dict[str, object]):
    refused_or_fine(json.dumps(raw).encode())


def refused_or_fine(content: bytes) -> None:
    mistakes: tuple[Mistake, ...] = ()
    try:
        spec = parse_recipe(content)
    except RecipeError as error:
        mistakes = error.mistakes
    else:
        assert parse_recipe(to_toml(spec)) == spec
        return
    assert mistakes
    assert all(m.message for m in mistakes)
