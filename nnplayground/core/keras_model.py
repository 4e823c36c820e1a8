"""Models that Keras saved, read back into layers: from a `.keras` archive, or from the HDF5 files of Keras 2 and 3.

Only names and numbers are taken from a file: nothing in it is imported, called or unpickled, whatever it says.
"""

from __future__ import annotations

import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from nnplayground.core.hdf5 import unreadable
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from nnplayground.core.layers import LAYERS, Layer, LayerBase
from nnplayground.core.layers.base import Shape
from nnplayground.core.losses import ALIASES, LOSS_CLASSES, METRICS, TOP_K
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.recipe import Mistake, RecipeError
from nnplayground.core.schedules import SCHEDULES
from nnplayground.core.spec import MAX_LAYERS, TrainingSpec
from nnplayground.core.value import Value, describe, snake_case, type_names

SUFFIXES = (".keras", ".h5", ".hdf5")
CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MAX_CONFIG_BYTES = 20_000_000
MAX_WEIGHT_BYTES = 1_000_000_000
SEQUENTIAL, CHAINS = "Sequential", ("Functional", "Model")
NOTHING = ("InputLayer", "Identity")
"""Keras's layers that do nothing to a sample."""

_CLASSES: tuple[type[Value], ...] = (*LAYERS, *INITIALIZERS, *REGULARIZERS, *CONSTRAINTS, *OPTIMIZERS, *SCHEDULES, *LOSS_CLASSES)
KNOWN: dict[str, type[Value]] = {cls.model_fields["type"].default: cls for cls in _CLASSES}
ANY_LAYER: TypeAdapter[Any] = TypeAdapter(Layer)
OTHERWISE_KNOWN = frozenset({
    "input_axes", "output_axes", "shared_object_id", "seed", "dtype", "build_config", "backward_layer", "axis", "name", "batch_shape",
    "batch_input_shape", "quantization_config", "implementation", "use_ema", "ema_momentum", "loss_scale_factor", "jit_compile",
    "is_legacy_optimizer", "reduction", "from_logits", "moving_mean_initializer", "moving_variance_initializer", "renorm_momentum",
})  # fmt: skip
"""What Keras also writes, and what makes no difference here."""
WITHOUT_EFFECT: tuple[Any, ...] = (None, False, 0, 1, [], [1], [1, 1], "channels_last", "keras", "")
"""Values that say 'as usual' of arguments that layers here do not have."""


@dataclass(frozen=True)
class KerasModel:
    """What a file holds. `weights` are those of a `.weights.h5` file, or a whole HDF5 model, as they stand there."""

    layers: tuple[LayerBase, ...]
    input_shape: Shape | None
    training: TrainingSpec | None
    weights: bytes
    notes: tuple[str, ...] = field(default=())
    """Sentences on what could not be taken over."""


def read_keras(path: Path) -> KerasModel:
    """The layers, the compiled settings and the weights of a model. Raises RecipeError with a sentence for people."""
    try:
        config, training, weights = _archive(path) if zipfile.is_zipfile(path) else _hdf5(path)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refused(path, f"not a whole archive of Keras: {error}") from error
    except (json.JSONDecodeError, UnicodeError, RecursionError) as error:
        raise _refused(path, f"its description of the model is no JSON: {error}") from error
    reader = _Reader(path)
    try:
        layers, shape = reader.layers(config)
        compiled = reader.training(training)
    except RecursionError as error:
        raise _refused(path, "its description is nested too deeply") from error
    return KerasModel(layers, shape, compiled, weights, tuple(reader.notes))


def _archive(path: Path) -> tuple[Any, Any, bytes]:
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        for name, most in ((CONFIG, MAX_CONFIG_BYTES), (WEIGHTS, MAX_WEIGHT_BYTES)):
            if name not in sizes:
                raise _refused(path, f"there is no {name} in it, so it is no model that Keras 3 saved")
            if sizes[name] > most:
                raise _refused(path, f"{name}: expected at most {most:,} bytes; found {sizes[name]:,}")
        config = _parsed(archive.read(CONFIG).decode("utf-8"))
        return config, config.get("compile_config") if isinstance(config, dict) else None, archive.read(WEIGHTS)


def _hdf5(path: Path) -> tuple[Any, Any, bytes]:
    import h5py  # with Keras, and only for such files

    size = path.stat().st_size
    if size > MAX_WEIGHT_BYTES:
        raise _refused(path, f"expected at most {MAX_WEIGHT_BYTES:,} bytes; found {size:,}")
    if not h5py.is_hdf5(path):
        raise _refused(path, "neither a .keras archive nor an HDF5 file")
    if reason := unreadable(path):
        raise _refused(path, f"cannot be read: {reason}")
    with h5py.File(path, "r") as file:
        config, training = (_text(file.attrs.get(key)) for key in ("model_config", "training_config"))
    if config is None:
        raise _refused(path, "it holds weights only; open the project they belong to, and load them there")
    return _parsed(config), _parsed(training) if training else None, path.read_bytes()


def _parsed(text: str) -> Any:
    """JSON without endless numbers, and without the halves of characters that it lets through, and that nothing can be done with."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise json.JSONDecodeError("a number in it has thousands of digits", "", 0) from error
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _text(value: Any) -> str | None:
    return value.decode("utf-8") if isinstance(value, bytes) else value if isinstance(value, str) else None


class _Reader:
    """Turns what Keras wrote into values, and notes what has no place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []

    def layers(self, model: Any) -> tuple[tuple[LayerBase, ...], Shape | None]:
        """The chain of layers, and the shape of one sample where the file says it."""
        kind, config = self._named(model, "a model")
        if kind not in (SEQUENTIAL, *CHAINS):
            raise _refused(self.path, f"expected a Sequential model or a chain of layers; found a {kind}")
        entries = config if isinstance(config, list) else config.get("layers")  # a list: as the first Kerases wrote it
        if not isinstance(entries, list):
            raise _refused(self.path, "its description names no layers")
        if len(entries) > MAX_LAYERS + 1:
            raise _refused(self.path, f"expected at most {MAX_LAYERS} layers; found {len(entries):,}")
        if kind in CHAINS:
            entries = self._chain(entries)
        shape: Shape | None = None
        found: list[LayerBase] = []
        unknown: list[str] = []
        for entry in entries:
            kind, settings = self._named(entry, "a layer")
            shape = shape or _sample_shape(settings.get("batch_shape") or settings.get("batch_input_shape"))
            if kind in NOTHING:
                continue
            if kind not in type_names(LAYERS):
                unknown.append(kind)
                continue
            found.append(self._layer(len(found) + 1, kind, settings))
        if unknown:
            raise _refused(self.path, f"it has layers that nnplayground does not know: {', '.join(sorted(set(unknown)))}")
        return tuple(found), shape

    def training(self, compiled: Any) -> TrainingSpec | None:
        """Optimizer, loss and metrics as the model was compiled with; None when it was not, or otherwise than can be done here."""
        if not isinstance(compiled, dict):
            return None
        optimizer = compiled.get("optimizer") or compiled.get("optimizer_config")  # the second in HDF5 files
        if not optimizer:
            return None
        values = {
            "optimizer": self._plain(optimizer),
            "loss": self._plain(compiled.get("loss")) or "auto",
            "metrics": [m for m in dict.fromkeys(_metrics(compiled.get("metrics"))) if m in METRICS] or ["auto"],
        }
        if isinstance(values["loss"], dict):
            values["loss"] = _bare(values["loss"])
        try:
            return TrainingSpec.model_validate(values)
        except ValidationError as error:
            wrong = ", ".join(sorted({str(e["loc"][0]) for e in error.errors()}))
            self.notes.append(f"How it was compiled has no place here ({wrong}); the training settings stay as they are.")
            return None

    def _layer(self, number: int, kind: str, settings: dict[str, Any]) -> LayerBase:
        try:
            layer: LayerBase = ANY_LAYER.validate_python(self._values(kind, settings, f"layer {number} ({kind})"))
        except ValidationError as error:
            first = error.errors()[0]
            if first["type"] in ("literal_error", "enum"):
                raise _refused(self.path, f"layer {number} ({kind}): {_unknown_word(str(first['loc'][-1]), first['input'])}") from error
            place = ".".join(str(p) for p in first["loc"] if str(p) not in KNOWN)
            raise _refused(self.path, f"layer {number} ({kind}): {place}: {first['msg']}; found {describe(first['input'])}") from error
        return layer

    def _values(self, kind: str, settings: dict[str, Any], where: str = "") -> dict[str, Any]:
        """A table of the known arguments; those that have no place and might matter are noted."""
        cls = KNOWN[kind]
        values: dict[str, Any] = {"type": kind}
        for key, value in settings.items():
            if key in cls.model_fields and key != "type":
                if key == "name" and isinstance(value, str) and _automatic(value, kind):
                    continue
                values[key] = _fitting(cls, key, self._plain(value))
            elif where and key not in OTHERWISE_KNOWN and not _as_usual(value):
                self.notes.append(f"{where}: {key} = {describe(value)} has no place here and is left out.")
        if kind == "Bidirectional" and isinstance(settings.get("layer"), dict):
            values["layer"].pop("name", None)
        return values

    def _plain(self, value: Any) -> Any:
        """What Keras writes of an object as the table that a recipe would hold; other values as they are."""
        if not isinstance(value, dict):
            # Keras keeps numbers in 32 bits: 0.001 comes back as 0.0010000000474974513.
            return float(f"{value:.7g}") if isinstance(value, float) and math.isfinite(value) else value
        if "class_name" not in value:
            return value
        kind, config = value["class_name"], value.get("config")
        if kind == "function":
            return config
        if isinstance(kind, str) and kind in KNOWN and isinstance(config, dict):
            return self._values(kind, config)
        return {"type": kind, **(config if isinstance(config, dict) else {})}

    def _chain(self, entries: list[Any]) -> list[Any]:
        """A functional model's layers, one after the other. Raises RecipeError when they branch."""
        by_name: dict[str, Any] = {}
        after: dict[str, list[str]] = {}
        first: list[str] = []
        for entry in entries:
            name = str(entry.get("name") or entry.get("config", {}).get("name")) if isinstance(entry, dict) else ""
            sources = list(_sources(entry.get("inbound_nodes"))) if isinstance(entry, dict) else []
            by_name[name] = entry
            if len(set(sources)) > 1 or len(sources) > 1:
                raise _refused(self.path, f"expected a chain of layers; found {name} with {len(sources)} inputs")
            (after.setdefault(sources[0], []) if sources else first).append(name)
        if len(first) != 1 or any(len(followers) > 1 for followers in after.values()):
            raise _refused(self.path, "expected a chain of layers; found branches")
        chain, here = [], first[0]
        while here in by_name:
            chain.append(by_name.pop(here))
            here = after.get(here, [""])[0]
        if by_name:
            raise _refused(self.path, f"expected a chain of layers; found {', '.join(by_name)} apart from it")
        return chain

    def _named(self, entry: Any, what: str) -> tuple[str, Any]:
        kind, config = (entry.get("class_name"), entry.get("config")) if isinstance(entry, dict) else (None, None)
        if not isinstance(kind, str) or not isinstance(config, dict | list):
            raise _refused(self.path, f"expected the description of {what}; found {describe(entry)}")
        if what == "a layer" and not isinstance(config, dict):
            raise _refused(self.path, f"expected the arguments of {kind}; found {describe(config)}")
        return kind, config


def _unknown_word(argument: str, found: Any) -> str:
    """That a function, or another word, is none of those that there are here."""
    if isinstance(found, dict) and isinstance(found.get("type"), str):
        arguments = (f"{k}={describe(v)}" for k, v in found.items() if k in ("alpha", "negative_slope", "threshold", "max_value", "axis"))
        found = f"{found['type']}({', '.join(arguments)})"
    return f"nnplayground has no {argument} {found if isinstance(found, str) else describe(found)}"[:200]


def _sources(nodes: Any) -> Iterator[str]:
    """The names of the layers whose outputs a layer takes, in the notation of Keras 3 or 2."""
    if isinstance(nodes, dict):
        if nodes.get("class_name") == "__keras_tensor__":
            history = nodes.get("config", {}).get("keras_history", [""])
            yield str(history[0])
            return
        nodes = list(nodes.values())
    if not isinstance(nodes, list):
        return
    if len(nodes) >= 3 and isinstance(nodes[0], str) and all(isinstance(n, int) for n in nodes[1:3]):
        yield nodes[0]
        return
    for node in nodes:
        yield from _sources(node)


def _sample_shape(batch_shape: Any) -> Shape | None:
    sizes: list[Any] = batch_shape[1:] if isinstance(batch_shape, list) else [None]
    return tuple(sizes) if all(isinstance(n, int) and n > 0 for n in sizes) else None


def _fitting(cls: type[Value], key: str, value: Any) -> Any:
    """`[3]` where one number is meant, as Keras writes a window over a sequence."""
    is_window = getattr(cls, "ranks", None) == (2,) and key in ("kernel_size", "pool_size", "strides", "dilation_rate")
    return value[0] if is_window and isinstance(value, list) and len(value) == 1 else value


def _as_usual(value: Any) -> bool:
    return value is not True and value in WITHOUT_EFFECT


def _automatic(name: str, kind: str) -> bool:
    """Whether Keras made the name up: `dense_3`, or `lstm` inside a `forward_lstm`."""
    bare = re.sub(r"_\d+$", "", name.removeprefix("forward_").removeprefix("backward_"))
    return bare.replace("_", "") == kind.lower()


def _bare(loss: dict[str, Any]) -> Any:
    """A loss without arguments by its short name."""
    kind = loss.get("type")
    return loss if kind in KNOWN or not isinstance(kind, str) else snake_case(kind)


def _metrics(value: Any) -> Iterator[str]:
    """The names of metrics, however deep they are nested."""
    if isinstance(value, list):
        for item in value:
            yield from _metrics(item)
    elif isinstance(value, dict) and "class_name" in value:
        name = snake_case(str(value["class_name"])).removeprefix("sparse_")
        yield "accuracy" if name.endswith("_accuracy") and name != TOP_K else name
    elif isinstance(value, str):
        yield ALIASES.get(value, value)


def _refused(path: Path, reason: str) -> RecipeError:
    return RecipeError(str(path), [Mistake("", reason)])
