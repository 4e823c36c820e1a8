"""A project as a Python program of plain Keras, to read and to run without this app."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from nnplayground.core.class_weights import BALANCED
from nnplayground.core.facts import DataFacts
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from nnplayground.core.layers import Bidirectional, Conv1D, Conv2D, Dropout, GaussianNoise, LayerBase
from nnplayground.core.losses import LOSS_CLASSES, TOP_K, K, history_name
from nnplayground.core.order import MAX_ORDER_EPOCHS, ORDER_NUMBERS
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
    imports, data = _parted(data_code)
    parts = [
        f'"""{_in_docstring(spec.name)}: made with nnplayground, runs with plain Keras."""',
        imports,
        f"# ---- Data: {facts.title} ----\n{data}",
        _class_weight(spec, facts),
        _targets(spec, facts),
        _definitions(spec, facts),
        f"# ---- Network ----\n{_model(spec, facts)}",
        f"# ---- Training ----\n{_training(spec, facts)}",
        'print("On the test set:", model.evaluate(x_test, y_test, verbose=0, return_dict=True))',
        WEIGHTS,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _parted(data_code: str) -> tuple[str, str]:
    """The imports of the whole program, in order, and the data's code without its own."""
    lines = data_code.strip().splitlines()
    first = next((i for i, line in enumerate(lines) if line and not line.startswith(("import ", "from "))), len(lines))
    imports = {"import keras", "import numpy as np", *filter(None, lines[:first])}
    # The standard library's stand first and alone; "import" comes before "from", as people sort them.
    own = sorted(line for line in imports if line.split()[1].split(".")[0] in sys.stdlib_module_names)
    others = sorted(imports - set(own), key=lambda line: (line.split()[1].split(".")[0], line))
    return "\n\n".join("\n".join(block) for block in (own, others) if block), "\n".join(lines[first:])


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
    layers = "".join(f"        {_line(layer)}\n" for layer in spec.layers)
    network = f"    [\n        keras.Input({facts.input_shape!r}),\n{layers}    ]\n"
    # Directly before the network, so that nothing comes in between and draws as well.
    return f"{SEED.format(seed=spec.seed)}\nmodel = keras.Sequential(\n{network})\nmodel.summary()"


def _line(layer: LayerBase) -> str:
    call = _call("layers", layer)
    return f"# {call.removeprefix('keras.layers.')} is switched off." if layer.disabled else f"{call},"


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
    words = {word for layer in spec.active for word in _activations(layer)}
    own = [code for word, code in OWN_ACTIVATIONS.items() if word in words]
    if goal.loss == "perceptron":
        own.append(PERCEPTRON)
    if "accuracy" in goal.metrics and goal.encoding is Encoding.PLUS_MINUS:
        own.append(SAME_SIGN)
    if stop_when is not None:
        own.append(STOP_WHEN.format(sign="<" if stop_when.below is not None else ">"))
    if spec.training.shuffle:
        own.append(NEW_ORDER.format(most=MAX_ORDER_EPOCHS, numbers=ORDER_NUMBERS, seed=spec.seed))
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
    compiled = "".join(f"    {line}\n" for line in (f"optimizer={optimizer},", f"loss={loss},", f"metrics=[{metrics}],", *_compiler(spec)))
    lines = [f"model.compile(\n{compiled})"]
    callbacks = []
    if training.stop_when is not None:
        mark = training.stop_when.below if training.stop_when.below is not None else training.stop_when.above
        callbacks.append(f"StopWhen({history_name(training.stop_when.metric)!r}, {mark!r})")
    callbacks += [_callback(rule, goal) for rule in (training.early_stopping, training.reduce_lr_on_plateau) if rule is not None]
    if training.shuffle:
        arguments = [f"InNewOrder(x_train, y_train, batch_size={training.batch_size})", f"epochs={training.epochs}", "shuffle=False"]
    else:
        arguments = ["x_train", "y_train", f"epochs={training.epochs}", f"batch_size={training.batch_size}", "shuffle=False"]
    if spec.data.validation is not None:
        arguments.append("validation_data=(x_val, y_val)")
    if training.class_weight is not None:
        arguments.append("class_weight=class_weight")
    if callbacks:
        arguments.append(f"callbacks=[{', '.join(callbacks)}]")
    lines.append("history = model.fit(\n" + "".join(f"    {a},\n" for a in arguments) + ")")
    return "\n".join(lines)


def _compiler(spec: ProjectSpec) -> Iterator[str]:
    """The argument that keeps Keras from using XLA, where that is no use."""
    layers = [layer.layer if isinstance(layer, Bidirectional) else layer for layer in spec.active]
    if any(isinstance(layer, Conv1D | Conv2D) for layer in layers):
        yield "jit_compile=False,  # XLA, which Keras would use, is slow with convolutions on a CPU"
    elif any(isinstance(layer, Dropout | GaussianNoise) or _drops(layer) for layer in layers):
        yield "jit_compile=False,  # XLA, which Keras would use, draws other random numbers"


def _drops(layer: LayerBase) -> bool:
    return any(getattr(layer, name, 0) for name in ("dropout", "recurrent_dropout"))


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
SEED = "keras.utils.set_random_seed({seed})  # the same first weights every time"
NEW_ORDER = '''
class InNewOrder(keras.utils.PyDataset):
    """Batches of the training samples, in a new order each epoch.

    model.fit(x_train, y_train, shuffle=True) does this as well; here the orders are those that nnplayground takes.
    """

    def __init__(self, x, y, batch_size):
        super().__init__()
        self.x, self.y, self.batch_size, self.epoch = x, y, batch_size, 0
        self.order = np.arange(len(x))
        self.block = max(1, min({most}, {numbers:_} // len(x)))  # so many epochs share a random generator

    def __len__(self):
        return -(-len(self.x) // self.batch_size)  # rounded up: the last batch may be a smaller one

    def __getitem__(self, i):
        chosen = self.order[i * self.batch_size : (i + 1) * self.batch_size]
        return self.x[chosen], self.y[chosen]

    def on_epoch_begin(self):
        if self.epoch % self.block == 0:
            self.random = np.random.default_rng(({seed}, self.epoch // self.block))
        self.order = self.random.permutation(len(self.x))
        self.epoch += 1
'''
WEIGHTS = """
# Weights that nnplayground saved can take the place of the training (model.fit above):
# model.load_weights("name.weights.h5")
""".strip()
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
