"""Losses and metrics by name, and how targets must be written for them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from nnplayground.core.value import closest, known_words


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
BINARY_LOSSES = ("binary_crossentropy", "binary_focal_crossentropy", "hinge", "squared_hinge")
CATEGORICAL_LOSSES = (
    "sparse_categorical_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy", "kl_divergence",
    "categorical_hinge",
)  # fmt: skip
LOSSES = (*REGRESSION_LOSSES, *BINARY_LOSSES, *CATEGORICAL_LOSSES)

CLASSIFICATION_METRICS = ("accuracy",)
REGRESSION_METRICS = ("mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "r2_score")
METRICS = (*CLASSIFICATION_METRICS, *REGRESSION_METRICS)

ALIASES = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error", "kld": "kl_divergence", "acc": "accuracy", "logcosh": "log_cosh",
    "rmse": "root_mean_squared_error", "crossentropy": "sparse_categorical_crossentropy",
}  # fmt: skip
SHORT_NAMES = {"mean_squared_error": "mse", "mean_absolute_error": "mae", "root_mean_squared_error": "rmse"}
"""How a metric is called in histories and results, where Keras itself uses the short name."""


def history_name(name: str) -> str:
    """The key in a history for a metric's name: `val_mean_absolute_error` is `val_mae`."""
    prefix, bare = ("val_", name.removeprefix("val_")) if name.startswith("val_") else ("", name)
    return prefix + SHORT_NAMES.get(bare, bare)


def _known(kind: str, names: tuple[str, ...]) -> Any:
    def check(word: str) -> str:
        word = ALIASES.get(word, word)
        if word != "auto" and word not in names:
            hint = closest(word, names) or known_words(("auto", *names))
            raise ValueError(f"expected the name of a {kind}; found '{word}'.{hint}")
        return word

    return AfterValidator(check)


Loss = Annotated[str, _known("loss", LOSSES)]
Metric = Annotated[str, _known("metric", METRICS)]


def one_or_many(value: Any) -> Any:
    """`"accuracy"` means `["accuracy"]`."""
    return (value,) if isinstance(value, str) else value


OneOrMany = BeforeValidator(one_or_many)

