"""A project as a Python program of plain Keras, to read and to run without this app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnplayground.core.class_weights import BALANCED
from nnplayground.core.facts import DataFacts
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from nnplayground.core.layers import LayerBase
from nnplayground.core.losses import LOSS_CLASSES, TOP_K, K, history_name
from nnplayground.core.schedules import SCHEDULES
from nnplayground.core.spec import EarlyStopping, ProjectSpec, ReduceLROnPlateau
from nnplayground.core.targets import Encoding, Goal, resolve
from nnplayground.core.value import Typed

HOMES = {"initializers": INITIALIZERS, "regularizers": REGULARIZERS, "constraints": CONSTRAINTS, "optimizers.schedules": SCHEDULES,
         "losses": LOSS_CLASSES}  # fmt: skip
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
        _class_weight(spec, facts),
        _targets(spec, facts),
        _definitions(spec, facts),
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


def _class_weight(spec: ProjectSpec, facts: DataFacts) -> str:
    """Lines that say what each class weighs, by the number that the answers have for it."""
    weights, signed = spec.training.class_weight, resolve(spec, facts).encoding is Encoding.PLUS_MINUS
    if weights is None:
        return ""
    if weights == BALANCED:
        return BALANCED_WEIGHTS.format(key="2 * i - 1" if signed else "i")
    given = {2 * i - 1 if signed else i: weight for i, weight in enumerate(weights)}
    return f"# What each class weighs in the loss.\nclass_weight = {given}"


def _definitions(spec: ProjectSpec, facts: DataFacts) -> str:
    """The functions and classes of the program: what Keras does not have."""
    goal, stop_when = resolve(spec, facts), spec.training.stop_when
    words = {word for layer in spec.layers for word in _activations(layer)}
    own = [code for word, code in OWN_ACTIVATIONS.items() if word in words]
    if goal.loss == "perceptron":
        own.append(PERCEPTRON)
    if "accuracy" in goal.metrics and goal.encoding is Encoding.PLUS_MINUS:
        own.append(SAME_SIGN)
    if stop_when is not None:
        own.append(STOP_WHEN.format(sign="<" if stop_when.below is not None else ">"))
    return "\n" + "\n\n\n".join(code.strip() for code in own) + "\n" if own else ""


def _activations(layer: LayerBase) -> Iterator[str]:
    for name, value in layer.arguments().items():
        if isinstance(value, LayerBase):
            yield from _activations(value)
        elif name.endswith("activation"):
            yield value


def _training(spec: ProjectSpec, facts: DataFacts) -> str:
    goal, training = resolve(spec, facts), spec.training
    metrics = ", ".join(_metric(name, goal) for name in goal.metric_names)
    optimizer = _call("optimizers", training.optimizer)
    loss = "perceptron" if goal.loss == "perceptron" else repr(goal.loss) if isinstance(training.loss, str) else _literal(training.loss)
    lines = [f"model.compile(\n    optimizer={optimizer},\n    loss={loss},\n    metrics=[{metrics}],\n)"]
    callbacks = []
    if training.stop_when is not None:
        mark = training.stop_when.below if training.stop_when.below is not None else training.stop_when.above
        callbacks.append(f"StopWhen({history_name(training.stop_when.metric)!r}, {mark!r})")
    callbacks += [_callback(rule, goal) for rule in (training.early_stopping, training.reduce_lr_on_plateau) if rule is not None]
    arguments = ["x_train", "y_train", f"epochs={training.epochs}", f"batch_size={training.batch_size}", f"shuffle={training.shuffle}"]
    if spec.data.validation is not None:
        arguments.append("validation_data=(x_val, y_val)")
    if training.class_weight is not None:
        arguments.append("class_weight=class_weight")
    if callbacks:
        arguments.append(f"callbacks=[{', '.join(callbacks)}]")
    lines.append("history = model.fit(\n" + "".join(f"    {a},\n" for a in arguments) + ")")
    return "\n".join(lines)


def _callback(rule: EarlyStopping | ReduceLROnPlateau, goal: Goal) -> str:
    given = {"monitor": history_name(rule.monitor), **rule.model_dump(exclude_defaults=True, exclude={"monitor"})}
    if rule.mode == "auto" and given["monitor"].removeprefix("val_") == "accuracy" and goal.encoding is Encoding.PLUS_MINUS:
        given["mode"] = "max"  # Keras knows no direction of a function of one's own
    return f"keras.callbacks.{type(rule).__name__}({', '.join(f'{k}={v!r}' for k, v in given.items())})"


def _metric(name: str, goal: Goal) -> str:
    """A metric as `compile` takes it, so that it has this name in the history."""
    if name == "accuracy" and goal.encoding is Encoding.PLUS_MINUS:
        return "accuracy"
    if name == TOP_K and goal.encoding is Encoding.INDEX:
        return f"keras.metrics.SparseTopKCategoricalAccuracy(k={K}, name={name!r})"
    return f"keras.metrics.{METRIC_CLASSES[name]}(name={name!r})" if name in METRIC_CLASSES else repr(name)


METRIC_CLASSES = {"rmse": "RootMeanSquaredError", "precision": "Precision", "recall": "Recall", "auc": "AUC"}
"""What `compile` does not know by the name that it has in a history, or would number."""
BALANCED_WEIGHTS = """
# A class weighs the more the fewer samples it has.
counts = np.bincount(np.ravel(y_train).astype(int))
class_weight = {{{key}: len(y_train) / (np.count_nonzero(counts) * n) for i, n in enumerate(counts) if n}}
""".strip()
SIGN = '''
def sign(z):
    """+1 for z >= 0, else -1; its gradient passes straight through, as if it were linear."""
    return keras.ops.where(z >= 0, 1.0, -1.0) + (z - keras.ops.stop_gradient(z))
'''
SINE = """
def sine(z):
    return keras.ops.sin(z)
"""
OWN_ACTIVATIONS = {"sign": SIGN, "sine": SINE}
PERCEPTRON = '''
def perceptron(y_true, y_pred):
    """The perceptron's criterion, for answers of -1 and +1: right samples cost nothing, wrong ones what they are off."""
    agreement = y_true * y_pred
    return keras.ops.mean(keras.ops.where(agreement <= 0, -agreement, 0.0), axis=-1)
'''
SAME_SIGN = '''
def accuracy(y_true, y_pred):
    """The share of answers with the right sign: Keras has no accuracy for answers of -1 and +1."""
    y_true = keras.ops.reshape(y_true, keras.ops.shape(y_pred))
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
    written = (f"{n}={v if n.endswith('activation') and v in OWN_ACTIVATIONS else _literal(v)}" for n, v in ordered.items())
    return f"keras.{home}.{value.type}({', '.join(written)})"  # type: ignore[attr-defined]


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
