"""A project as a Python program of plain Keras, to read and to run without this app."""

from __future__ import annotations

from typing import Any

from nnplayground.core.facts import DataFacts
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from nnplayground.core.layers import LayerBase
from nnplayground.core.losses import history_name
from nnplayground.core.schedules import SCHEDULES
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Encoding, resolve
from nnplayground.core.value import Typed

HOMES = {"initializers": INITIALIZERS, "regularizers": REGULARIZERS, "constraints": CONSTRAINTS, "optimizers.schedules": SCHEDULES}
TARGETS = {
    Encoding.PLUS_MINUS: ("# The answers as -1 and +1.", "2.0 * {y} - 1.0"),
    Encoding.ONE_HOT: ("# The answers one-hot: a row of zeros with a 1 at the class.", "keras.utils.to_categorical({y}, {classes})"),
}


def keras_code(spec: ProjectSpec, facts: DataFacts, data_code: str) -> str:
    """The whole program. `data_code` defines x_train, y_train, x_test, y_test, and x_val, y_val where they are wanted."""
    parts = [
        f'"""{_in_docstring(spec.name)}: made with nnplayground, runs with plain Keras."""',
        "import keras\nimport numpy as np",
        f"keras.utils.set_random_seed({spec.seed})",
        f"# ---- Data: {facts.title} ----\n{data_code.strip()}",
        _targets(spec, facts),
        f"# ---- Network ----\n{_model(spec, facts)}",
        f"# ---- Training ----\n{_training(spec, facts)}",
        'print("On the test set:", model.evaluate(x_test, y_test, verbose=0, return_dict=True))',
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _targets(spec: ProjectSpec, facts: DataFacts) -> str:
    """Lines that write the answers as the loss wants them; nothing when they are so already."""
    goal = resolve(spec, facts)
    if goal.encoding not in TARGETS:
        return ""
    comment, formula = TARGETS[goal.encoding]
    names = ["y_train", "y_test", *(["y_val"] if spec.data.validation is not None else [])]
    return "\n".join([comment, *(f"{y} = {formula.format(y=y, classes=len(facts.classes))}" for y in names)])


def _model(spec: ProjectSpec, facts: DataFacts) -> str:
    layers = "".join(f"        {_call('layers', layer)},\n" for layer in spec.layers)
    return f"model = keras.Sequential(\n    [\n        keras.Input({facts.input_shape!r}),\n{layers}    ]\n)\nmodel.summary()"


def _training(spec: ProjectSpec, facts: DataFacts) -> str:
    goal, training = resolve(spec, facts), spec.training
    special = METRICS | ({"accuracy": "accuracy"} if goal.encoding is Encoding.PLUS_MINUS else {})
    metrics = ", ".join(special.get(name, repr(name)) for name in goal.metric_names)
    optimizer = _call("optimizers", training.optimizer)
    lines = [f"model.compile(\n    optimizer={optimizer},\n    loss={goal.loss!r},\n    metrics=[{metrics}],\n)"]
    callbacks = []
    if "accuracy" in goal.metrics and "accuracy" in special:
        lines.insert(0, SAME_SIGN)
    if training.stop_when is not None:
        lines.insert(0, STOP_WHEN.format(sign="<" if training.stop_when.below is not None else ">"))
        mark = training.stop_when.below if training.stop_when.below is not None else training.stop_when.above
        callbacks.append(f"StopWhen({history_name(training.stop_when.metric)!r}, {mark!r})")
    if training.early_stopping is not None:
        given = training.early_stopping.model_dump(exclude_defaults=True)
        given |= {"monitor": history_name(training.early_stopping.monitor)}
        callbacks.append(f"keras.callbacks.EarlyStopping({', '.join(f'{k}={v!r}' for k, v in given.items())})")
    arguments = ["x_train", "y_train", f"epochs={training.epochs}", f"batch_size={training.batch_size}", f"shuffle={training.shuffle}"]
    if spec.data.validation is not None:
        arguments.append("validation_data=(x_val, y_val)")
    if callbacks:
        arguments.append(f"callbacks=[{', '.join(callbacks)}]")
    lines.append("history = model.fit(\n" + "".join(f"    {a},\n" for a in arguments) + ")")
    return "\n".join(lines)


METRICS = {"rmse": "keras.metrics.RootMeanSquaredError(name='rmse')"}
"""What `compile` does not know by the name that it has in a history."""
SAME_SIGN = '''
def accuracy(y_true, y_pred):
    """The share of answers with the right sign: Keras has no accuracy for answers of -1 and +1."""
    return keras.ops.cast(keras.ops.equal(y_true > 0, y_pred > 0), "float32")

'''
STOP_WHEN = '''
class StopWhen(keras.callbacks.Callback):
    """End training as soon as a number has passed a mark."""

    def __init__(self, metric, mark):
        super().__init__()
        self.metric, self.mark = metric, mark

    def on_epoch_end(self, epoch, logs=None):
        if logs[self.metric] {sign} self.mark:
            print(f"Stopped: {{self.metric}} is {{logs[self.metric]:.4g}}.")
            self.model.stop_training = True

'''


def _call(home: str, value: Typed) -> str:
    """`keras.layers.Dense(units=4, activation="tanh")`: what stands at Keras's default is left out."""
    defaults = {name: field.get_default(call_default_factory=True) for name, field in type(value).model_fields.items()}
    given = {n: v for n, v in value.arguments().items() if v != defaults[n] or type(value).model_fields[n].is_required()}
    if home in ("layers", "optimizers"):
        given |= {n: v for n, v in value.arguments().items() if n in SAID_ALWAYS}
    ordered = {n: given[n] for n in value.arguments() if n in given}
    return f"keras.{home}.{value.type}({', '.join(f'{n}={_literal(v)}' for n, v in ordered.items())})"  # type: ignore[attr-defined]


SAID_ALWAYS = ("units", "activation", "filters", "kernel_size", "pool_size", "rate", "target_shape", "input_dim", "output_dim",
               "scale", "offset", "stddev", "layer", "learning_rate")  # fmt: skip
"""What a reader wants to see even where it is a default, and what Keras has no default for."""


def _literal(value: Any) -> str:
    if isinstance(value, LayerBase):
        return _call("layers", value)
    if isinstance(value, Typed):
        home = next(home for home, classes in HOMES.items() if isinstance(value, classes))
        return _call(home, value)
    return repr(value)
