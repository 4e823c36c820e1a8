"""A project's data as plain Python that needs only NumPy and Keras: for people to read, run and build on."""

from __future__ import annotations

import inspect

from nnplayground.core.data_spec import (
    Boston,
    DataSpec,
    Encoding,
    Feature,
    Gates,
    Gender,
    Images,
    Line,
    OwnArrays,
    OwnImages,
    OwnPoints,
    OwnTable,
    PlaneClasses,
    PlaneValues,
    Scaling,
    SourceChoice,
    Texts,
    Validation,
)
from nnplayground.core.losses import Task
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import generators, own
from nnplayground.data.catalogue import TITLES
from nnplayground.data.features import features_of
from nnplayground.data.registry import GENERATORS
from nnplayground.data.static_facts import facts, train_count

FEATURE_CODE: dict[Feature, str] = {
    Feature.X1: "x1",
    Feature.X2: "x2",
    Feature.X1_SQUARED: "x1 * x1",
    Feature.X2_SQUARED: "x2 * x2",
    Feature.X1_X2: "x1 * x2",
    Feature.SIN_X1: "np.sin(x1)",
    Feature.SIN_X2: "np.sin(x2)",
}


MULTI_HOT = '''
def multi_hot(texts, width):
    """Which words occur in each text: a row of zeros and ones for each."""
    rows = np.zeros((len(texts), width), dtype="float32")
    for row, text in zip(rows, texts, strict=True):
        row[text] = 1
    return rows

'''


def data_code(spec: ProjectSpec) -> str:
    """Python that defines x_train, y_train, x_test, y_test, and x_val, y_val if validation is asked for.

    Inputs are float32 and scaled, as the network gets them; y holds class numbers or values, scaled if the project
    scales them. They equal what `registry.load` gives for the full set: same seed, same split, same scaling.
    """
    data = spec.data
    blocks = [_imports(data), *_definitions(data), _samples(data, spec.seed)]
    aside = data.validation
    if aside is not None and aside.use is None:
        blocks.append(_set_aside(aside))
    names = ["x_train", "x_val", "x_test"] if aside is not None and aside.use is None else ["x_train", "x_test"]
    if data.scaling is not Scaling.NONE:
        blocks.append(_scaling(data, names))
    if getattr(data, "target_scaling", "none") == "standard" and facts(data).task is Task.REGRESSION:
        blocks.append(_target_scaling(data, [name.replace("x", "y", 1) for name in names]))
    if aside is not None and aside.use == "test":
        blocks.append("# The test set is also what is watched during training.\nx_val, y_val = x_test, y_test\n")
    return "\n".join(blocks)


def _imports(data: DataSpec) -> str:
    if isinstance(data, Images | Boston | Texts):
        return "import keras\nimport numpy as np\n"
    if isinstance(data, Gates | Line | OwnPoints | OwnTable | OwnImages | OwnArrays):
        return "import numpy as np\n"
    return "import numpy as np\nfrom numpy.typing import NDArray\n\n"


def _definitions(data: DataSpec) -> list[str]:
    match data:
        case PlaneClasses() | PlaneValues():
            return [inspect.getsource(GENERATORS[data.name]) + "\n"]
        case Gender():
            return [inspect.getsource(generators.gender) + "\n"]
        case Texts(encoding=Encoding.MULTI_HOT):
            return [MULTI_HOT]
        case _:
            return []


def _samples(data: DataSpec, seed: int) -> str:
    match data:
        case PlaneClasses() | PlaneValues():
            return _plane(data, seed)
        case Gender():
            return (
                f"# {data.samples:,} made-up people to learn from, and as many others to test on: weight, height, age.\n"
                f"rng = np.random.default_rng({seed})\n"
                f"x_train, y_train = gender(rng, samples={data.samples})\n"
                f"x_test, y_test = gender(rng, samples={data.samples})\n"
            )
        case Gates():
            points, answers = generators.gate(data.name)
            return (
                f"# The truth table of {TITLES[data.name]}; there is nothing else to test on.\n"
                f'x_train = np.array({points.astype(int).tolist()}, dtype="float32")\n'
                f"y_train = np.array({answers.tolist()})\n"
                "x_test, y_test = x_train, y_train\n"
            )
        case Line():
            return (
                "# Six points on the line y = 2x - 1, and a seventh to test on.\n"
                'x_train = np.array([[-1], [0], [1], [2], [3], [4]], dtype="float32")\n'
                "y_train = 2 * x_train[:, 0] - 1\n"
                'x_test = np.array([[10]], dtype="float32")\n'
                'y_test = np.array([19], dtype="float32")\n'
            )
        case Images():
            return _sample_remark(data) + (
                f"# {TITLES[data.name]}: images of shape (28, 28, 1), bytes from 0 to 255, and class numbers. Keras downloads it once.\n"
                f"(x_train, y_train), (x_test, y_test) = keras.datasets.{data.name}.load_data()\n"
                'x_train = x_train[..., np.newaxis].astype("float32")\n'
                'x_test = x_test[..., np.newaxis].astype("float32")\n'
                'y_train, y_test = y_train.astype("int64"), y_test.astype("int64")\n'
            )
        case Texts():
            return _texts(data)
        case OwnPoints() | OwnTable() | OwnImages() | OwnArrays():
            return own.code(data, seed)
        case Boston():
            return (
                "# 506 districts around Boston: 13 features each, and the median house price in thousands of dollars.\n"
                "# Ethically disputed: column B was computed from the share of Black inhabitants.\n"
                "(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()\n"
                'x_train, x_test = x_train.astype("float32"), x_test.astype("float32")\n'
                'y_train, y_test = y_train.astype("float32"), y_test.astype("float32")\n'
            )


def _plane(data: PlaneClasses | PlaneValues, seed: int) -> str:
    cut = train_count(data)
    columns = ", ".join(FEATURE_CODE[f] for f in features_of(data))
    answers = "labels" if isinstance(data, PlaneClasses) else "values"
    return (
        f"# {data.samples:,} points on a plane; equal seeds give equal points.\n"
        f"rng = np.random.default_rng({seed})\n"
        f"points, {answers} = {data.name}(rng, samples={data.samples}, noise={data.noise})\n"
        "\n"
        "# What the network is given of each point.\n"
        "x1, x2 = points[:, 0], points[:, 1]\n"
        f"x = np.stack([{columns}], axis=1)\n"
        "\n"
        f"# The first {cut:,} points are learnt from, the others are the test set.\n"
        f"x_train, y_train = x[:{cut}], {answers}[:{cut}]\n"
        f"x_test, y_test = x[{cut}:], {answers}[{cut}:]\n"
    )


def _texts(data: Texts) -> str:
    skipped = f", skip_top={data.skip_top}" if data.skip_top else ""
    shorter = f", maxlen={data.shorter_than}" if data.shorter_than is not None else ""
    head = (
        f"# {TITLES[data.name]} as word numbers and class numbers. Keras downloads them once. A number is a word's place among the most\n"
        "# frequent words plus 3; 1 is a text's start, 2 a word that does not count.\n"
        f"(x_train, y_train), (x_test, y_test) = keras.datasets.{data.name}.load_data(num_words={data.num_words}{skipped}{shorter})\n"
        'y_train, y_test = y_train.astype("int64"), y_test.astype("int64")\n'
    )
    if data.encoding is Encoding.MULTI_HOT:
        memory = "# This takes 2 GB of memory; nnplayground itself keeps only the places of the ones.\n" if data.name == "imdb" else ""
        return f"{head}{memory}x_train, x_test = multi_hot(x_train, {data.num_words}), multi_hot(x_test, {data.num_words})\n"
    return (
        f"{head}# The last {data.maxlen} words of each text; shorter ones begin with zeros.\n"
        f"x_train = keras.utils.pad_sequences(x_train, maxlen={data.maxlen})\n"
        f"x_test = keras.utils.pad_sequences(x_test, maxlen={data.maxlen})\n"
    )


def _sample_remark(data: Images) -> str:
    if data.source is not SourceChoice.SAMPLE:
        return ""
    return "# The project trained on nnplayground's built-in sample; this is the full set, so the numbers will differ.\n"


def _set_aside(validation: Validation) -> str:
    if validation.count is not None:
        n = validation.count
        return (
            f"# The first {n:,} training samples are only watched, not learnt from.\n"
            f"x_val, x_train = x_train[:{n}], x_train[{n}:]\n"
            f"y_val, y_train = y_train[:{n}], y_train[{n}:]\n"
        )
    return (
        f"# The last share of the training samples ({validation.fraction:g}) is only watched, not learnt from.\n"
        f"cut = int(len(x_train) * (1 - {validation.fraction!r}))\n"
        "x_train, x_val = x_train[:cut], x_train[cut:]\n"
        "y_train, y_val = y_train[:cut], y_train[cut:]\n"
    )


def _scaling(data: DataSpec, names: list[str]) -> str:
    if isinstance(data, Images | OwnImages) or (isinstance(data, OwnArrays) and own.has_pixels(data)):
        return _pixel_scaling(data.scaling, names)
    if data.scaling is Scaling.STANDARD:
        fit = (
            "# Every feature gets mean 0 and standard deviation 1 over the training samples; a constant one is only shifted.\n"
            'shift, spread = x_train.mean(axis=0, dtype="float64"), x_train.std(axis=0, dtype="float64")\n'
        )
    else:
        low, high = ("0", "1") if data.scaling is Scaling.UNIT else ("-0.5", "0.5")
        fit = (
            f"# Every feature goes from {low} to {high} over the training samples; a constant one is only shifted.\n"
            'shift, spread = x_train.min(axis=0).astype("float64"), np.ptp(x_train, axis=0).astype("float64")\n'
        )
    less = " - 0.5" if data.scaling is Scaling.MINUS_HALF_TO_HALF else ""
    lines = [f'{name} = (({name} - shift) / spread{less}).astype("float32")\n' for name in names]
    return fit + "spread[spread <= 1e-7 * np.abs(x_train).max(axis=0)] = 1\n" + "".join(lines)


def _pixel_scaling(scaling: Scaling, names: list[str]) -> str:
    if scaling is Scaling.STANDARD:
        fit = (
            "# All pixels together get mean 0 and standard deviation 1 over the training images.\n"
            "mean, std = x_train.mean(), x_train.std()\n"
        )
        return fit + "".join(f"{name} = ({name} - mean) / std\n" for name in names)
    if scaling is Scaling.UNIT:
        return "# Pixels from 0 to 1.\n" + "".join(f"{name} = {name} / 255\n" for name in names)
    return "# Pixels from -0.5 to 0.5.\n" + "".join(f"{name} = {name} / 255 - 0.5\n" for name in names)


def _target_scaling(data: DataSpec, names: list[str]) -> str:
    if isinstance(data, Boston):
        what, unit, name = "Prices get", " thousand dollars", "price"
    else:
        what, unit, name = "Values to predict get", "", "y"
    fit = (
        f"# {what} mean 0 and standard deviation 1 over the training samples.\n"
        f"# A prediction p means p * {name}_std + {name}_mean{unit}; an error e means e * {name}_std.\n"
        f'{name}_mean, {name}_std = y_train.mean(dtype="float64"), y_train.std(dtype="float64")\n'
    )
    return fit + "".join(f'{y} = (({y} - {name}_mean) / {name}_std).astype("float32")\n' for y in names)
