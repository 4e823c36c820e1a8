"""Losses and metrics by name, and losses with arguments.

Source of names, arguments and defaults: keras.losses, keras.metrics (Keras 3).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from nnplayground.core.value import Typed, WordError, closest, keras_object, known_words, plain_or_table, snake_case


class Task(StrEnum):
    """What the answers are."""

    BINARY = "binary classification"
    MULTICLASS = "classification"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        return self is not Task.REGRESSION


REGRESSION_LOSSES = (
    "mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error", "poisson", "cosine_similarity",
)  # fmt: skip
SIGNED_LOSSES = ("hinge", "squared_hinge", "perceptron")
"""Losses for two classes that are told apart by the sign: their answers are -1 and +1."""
BINARY_LOSSES = ("binary_crossentropy", "binary_focal_crossentropy", *SIGNED_LOSSES)
OWN_SIZE_LOSSES = ("mean_absolute_percentage_error", "mean_squared_logarithmic_error", "poisson")
"""Losses that divide by the targets or take logarithms: they mean nothing for targets that were moved to lie around 0."""
CATEGORICAL_LOSSES = (
    "sparse_categorical_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy", "kl_divergence",
    "categorical_hinge",
)  # fmt: skip
LOSSES = (*REGRESSION_LOSSES, *BINARY_LOSSES, *CATEGORICAL_LOSSES)
"""All are Keras's but for `perceptron`: the mean over a batch of -y·z where y·z <= 0, else 0 (y is -1 or +1, z the output)."""

PROBABILITY_METRICS = ("precision", "recall", "auc")
"""For two classes and one output in 0..1."""
TOP_K = "top_k_categorical_accuracy"
K = 5
"""How many of the likeliest classes `TOP_K` looks at: Keras's default."""
CLASSIFICATION_METRICS = ("accuracy", *PROBABILITY_METRICS, TOP_K)
REGRESSION_METRICS = (
    "mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "mean_absolute_percentage_error", "r2_score",
)  # fmt: skip
METRICS = (*CLASSIFICATION_METRICS, *REGRESSION_METRICS)
MORE_IS_BETTER = frozenset((*CLASSIFICATION_METRICS, "r2_score"))
"""The metrics whose class in Keras says so; of the others, and of the loss, less is better."""

ALIASES = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error", "kld": "kl_divergence", "acc": "accuracy", "logcosh": "log_cosh",
    "rmse": "root_mean_squared_error", "crossentropy": "sparse_categorical_crossentropy", "top_k_accuracy": TOP_K,
}  # fmt: skip
SHORT_NAMES = {"mean_squared_error": "mse", "mean_absolute_error": "mae", "root_mean_squared_error": "rmse",
               "mean_absolute_percentage_error": "mape"}  # fmt: skip
"""How a metric is called in histories and results, where Keras itself uses the short name."""


def history_name(name: str) -> str:
    """The key in a history for a metric's name: `val_mean_absolute_error` is `val_mae`, and `val_acc` is `val_accuracy`."""
    prefix, bare = ("val_", name.removeprefix("val_")) if name.startswith("val_") else ("", name)
    full = ALIASES.get(bare, bare)
    return prefix + SHORT_NAMES.get(full, full)


def _known(kind: str, names: tuple[str, ...]) -> Any:
    def check(word: str) -> str:
        word = ALIASES.get(word, word)
        if word != "auto" and word not in names:
            hint = closest(word, names) or known_words(("auto", *names))
            raise ValueError(f"expected the name of a {kind}; found '{word}'.{hint}")
        return word

    return AfterValidator(check)


class LossBase(Typed):
    """A loss of Keras that has arguments. There is no `from_logits`: what the outputs are, the last layer says."""

    summary: ClassVar[str] = ""

    @property
    def loss_name(self) -> str:
        """Keras's short name of the loss."""
        return snake_case(self.type)  # type: ignore[attr-defined]


Share = Annotated[float, Field(ge=0, le=1)]
LABEL_SMOOTHING = "Moves the answers this far towards 'undecided'. Keras: label_smoothing"
GAMMA = "How strongly samples that are right already are left alone. Keras: gamma"


class Huber(LossBase):
    type: Literal["Huber"] = "Huber"
    summary: ClassVar[str] = "Squared for small errors, straight for large ones."
    delta: Annotated[float, Field(gt=0, le=1e6)] = Field(default=1.0, description="Where small ends and large begins. Keras: delta")


class BinaryCrossentropy(LossBase):
    type: Literal["BinaryCrossentropy"] = "BinaryCrossentropy"
    summary: ClassVar[str] = "The surprise at the right one of two answers."
    label_smoothing: Share = Field(default=0.0, description=LABEL_SMOOTHING)


class CategoricalCrossentropy(LossBase):
    type: Literal["CategoricalCrossentropy"] = "CategoricalCrossentropy"
    summary: ClassVar[str] = "The surprise at the right one of several answers."
    label_smoothing: Share = Field(default=0.0, description=LABEL_SMOOTHING)


class BinaryFocalCrossentropy(LossBase):
    type: Literal["BinaryFocalCrossentropy"] = "BinaryFocalCrossentropy"
    summary: ClassVar[str] = "Binary cross-entropy that looks at the hard samples."
    apply_class_balancing: bool = Field(default=False, description="Weigh the classes with alpha. Keras: apply_class_balancing")
    alpha: Share = Field(default=0.25, description="The weight of class 1. Keras: alpha")
    gamma: Annotated[float, Field(ge=0, le=100)] = Field(default=2.0, description=GAMMA)
    label_smoothing: Share = Field(default=0.0, description=LABEL_SMOOTHING)


class CategoricalFocalCrossentropy(LossBase):
    type: Literal["CategoricalFocalCrossentropy"] = "CategoricalFocalCrossentropy"
    summary: ClassVar[str] = "Categorical cross-entropy that looks at the hard samples."
    alpha: Share = Field(default=0.25, description="A factor of the whole loss. Keras: alpha")
    gamma: Annotated[float, Field(ge=0, le=100)] = Field(default=2.0, description=GAMMA)
    label_smoothing: Share = Field(default=0.0, description=LABEL_SMOOTHING)


LOSS_CLASSES = (Huber, BinaryCrossentropy, CategoricalCrossentropy, BinaryFocalCrossentropy, CategoricalFocalCrossentropy)


def class_name(loss: str) -> str:
    """The name of the Keras class of a loss: `mean_squared_error` -> `MeanSquaredError`."""
    return "KLDivergence" if loss == "kl_divergence" else "".join(word.capitalize() for word in loss.split("_"))


LOSS_OF_CLASS = {class_name(loss): loss for loss in LOSSES if loss != "perceptron"}
WITH_ARGUMENTS = {name: cls for cls in LOSS_CLASSES for name in (cls().type, cls().loss_name)}


def _name_of_bare_table(value: Any) -> Any:
    """`{ type = "MeanSquaredError" }` and `"MeanSquaredError"` mean `"mean_squared_error"`."""
    if isinstance(value, str):
        return LOSS_OF_CLASS.get(value, value)
    if not isinstance(value, dict):
        return value
    word = value.get("type")
    if not isinstance(word, str) or (LOSS_OF_CLASS.get(word, word)) not in LOSSES:
        raise WordError("type", "a loss", word, tuple(LOSS_OF_CLASS))
    if word in WITH_ARGUMENTS:
        return value
    if len(value) > 1:
        found = next(key for key in value if key != "type")
        raise ValueError(f"{word} has no arguments; remove '{found}'")
    return LOSS_OF_CLASS.get(word, word)


def _name_if_default(value: str | LossBase) -> str | LossBase:
    return value.loss_name if isinstance(value, LossBase) and value == type(value)() else value


Loss = plain_or_table(
    Annotated[str, _known("loss", LOSSES)], keras_object("a loss", *LOSS_CLASSES),
    BeforeValidator(_name_of_bare_table), AfterValidator(_name_if_default),
)  # fmt: skip
Metric = Annotated[str, _known("metric", METRICS)]


def one_or_many(value: Any) -> Any:
    """`"accuracy"` means `["accuracy"]`."""
    return (value,) if isinstance(value, str) else value


OneOrMany = BeforeValidator(one_or_many)
