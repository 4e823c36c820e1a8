"""Recipes as text: TOML and JSON to a `ProjectSpec` and back, and what is wrong with a text in words for people."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import tomli_w
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from nnplayground.core.data_spec import DATA_SPECS, Validation
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from nnplayground.core.layers import LAYERS
from nnplayground.core.losses import LOSS_CLASSES
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.own_paths import located, make_absolute, make_relative
from nnplayground.core.schedules import SCHEDULES
from nnplayground.core.spec import FORMAT, EarlyStopping, OutputSpec, ProjectSpec, ReduceLROnPlateau, StopWhen, TrainingSpec
from nnplayground.core.sweep import Sweep, Variations
from nnplayground.core.value import PLAIN, TABLE, Value, WordError, closest, describe, known_words, type_names

V = TypeVar("V", bound=Value)

MAX_RECIPE_BYTES = 20_000_000
MAX_DEPTH = 20
MAX_INDEX_DIGITS = 9
LONG_KEY = re.compile(rf"""(?<![\w-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*"|'[^'\n]*')[ \t]*+\.[ \t]*+){{{2 * MAX_DEPTH}}}""")
"""A key of more parts than any table is deep: `a.b.c.d …`."""
TOO_DEEP = f"expected tables nested at most {MAX_DEPTH} deep; found deeper ones"


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with a recipe: where (`layers[1].units`), and what was expected and found."""

    path: str
    message: str

    def __str__(self) -> str:
        """One line that any terminal shows as it is: what cannot be printed is escaped."""
        text = f"{self.path}: {self.message}" if self.path else self.message
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class RecipeError(ValueError):
    """A recipe cannot be used; `mistakes` are all of its mistakes, `name` the file."""

    def __init__(self, name: str, mistakes: Iterable[Mistake]) -> None:
        self.name = name
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{name}: {m}" for m in self.mistakes))


def read_recipe(path: Path, overrides: Iterable[str] = ()) -> ProjectSpec:
    """The project in a .toml or .json file. Raises RecipeError, also when the file cannot be read."""
    return read_variations(path, overrides)[0]


def read_variations(path: Path, overrides: Iterable[str] = ()) -> tuple[ProjectSpec, Variations | None]:
    """The project in a .toml or .json file, and its sweep if it has one. Raises RecipeError."""
    name = str(path)
    try:
        if path.stat().st_size > MAX_RECIPE_BYTES:
            raise RecipeError(name, [Mistake("", f"expected at most {MAX_RECIPE_BYTES:,} bytes; found {path.stat().st_size:,}")])
        text = path.read_bytes()
    except OSError as error:
        raise RecipeError(name, [Mistake("", f"cannot be read: {error.strerror or error}")]) from error
    return parse_variations(text, name, overrides, path.absolute().parent)


def parse_recipe(text: bytes | str, name: str = "recipe", overrides: Iterable[str] = (), folder: Path | None = None) -> ProjectSpec:
    """The project that a TOML or JSON text describes, with `key.path=value` overrides. Raises RecipeError.

    Paths of own data in it are relative to `folder`, without one to the current folder; those in overrides always to the latter.
    """
    return parse_variations(text, name, overrides, folder)[0]


def parse_variations(
    text: bytes | str, name: str = "recipe", overrides: Iterable[str] = (), folder: Path | None = None
) -> tuple[ProjectSpec, Variations | None]:
    """What `parse_recipe` gives, and the sweep that stands beside it. Raises RecipeError."""
    raw = parse_text(text, name)
    home = folder or Path.cwd()
    make_absolute(raw, home)
    override_all(raw, overrides)
    spec, variations = build_variations(raw, name, home)
    return located(spec, home), variations


def build_variations(raw: Mapping[str, Any], name: str, folder: Path) -> tuple[ProjectSpec, Variations | None]:
    """Plain values to a project and its sweep. Raises RecipeError with the mistakes of both."""
    if SWEEP not in raw:
        return build_spec(raw, name), None
    base = {key: value for key, value in raw.items() if key != SWEEP}
    mistakes: list[Mistake] = []
    spec, sweep = None, None
    try:
        spec = build_spec(base, name)
    except RecipeError as error:
        mistakes += error.mistakes
    try:
        sweep = build(_Swept, {SWEEP: raw[SWEEP]}, name).sweep
    except RecipeError as error:
        mistakes += error.mistakes
    if spec is None or sweep is None:
        raise RecipeError(name, mistakes)
    return spec, Variations(sweep, base, folder)


SWEEP = "sweep"


class _Swept(Value):
    sweep: Sweep


def parse_text(text: bytes | str, name: str) -> dict[str, Any]:
    """TOML or JSON (told by its first character) to plain values. Raises RecipeError."""
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} at {error.start}"
        raise RecipeError(name, [Mistake("", f"expected UTF-8 text; found {found}")]) from error
    is_json = decoded.lstrip()[:1] == "{"
    if not is_json and LONG_KEY.search(decoded):  # which takes the parser of TOML minutes
        raise RecipeError(name, [Mistake("", TOO_DEEP)])
    try:
        raw = json.loads(decoded, object_pairs_hook=_each_key_once) if is_json else tomllib.loads(decoded)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, _DuplicateKeyError) as error:
        raise RecipeError(name, [Mistake("", f"not a valid {'JSON' if is_json else 'TOML'} text: {error}")]) from error
    except ValueError as error:
        raise RecipeError(name, [Mistake("", "a number in it has thousands of digits; no recipe needs one")]) from error
    except RecursionError as error:
        raise RecipeError(name, [Mistake("", TOO_DEEP)]) from error
    if not isinstance(raw, dict):
        raise RecipeError(name, [Mistake("", f"expected a table; found {describe(raw)}")])
    return raw


class _DuplicateKeyError(ValueError):
    """JSON says one key twice, which Python would let pass."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise _DuplicateKeyError(f"the key '{twice}' is there twice")
    return table


def override_all(raw: dict[str, Any], overrides: Iterable[str]) -> None:
    """Set values from the command line in place. Raises RecipeError."""
    for override in overrides:
        apply_override(raw, override)
    make_absolute(raw, Path.cwd())


def apply_override(raw: dict[str, Any], override: str) -> None:
    """Set one value from `training.epochs=3` or `layers[0].units=8` in place. Raises RecipeError."""
    place, sign, text = override.partition("=")
    keys = _keys(place)
    if not sign or not all(keys):
        raise RecipeError("--set", [Mistake("", f"expected PLACE=VALUE, such as training.epochs=3; found '{override}'")])
    set_value(raw, place, parse_value(text))


def _keys(place: str) -> list[str]:
    return place.strip().replace("[", ".").replace("]", "").split(".")


def set_value(raw: dict[str, Any], place: str, value: Any) -> None:
    """Put a value at `training.epochs` or `layers[0].units` in place. Raises RecipeError."""
    keys = _keys(place)
    if not all(keys):
        raise RecipeError("--set", [Mistake(place, "expected a place, such as training.epochs or layers[0].units")])
    where: Any = raw
    for i, key in enumerate(keys):
        last = i == len(keys) - 1
        if isinstance(where, list):
            if not key.isdecimal() or len(key) > MAX_INDEX_DIGITS or int(key) >= len(where):
                raise RecipeError("--set", [Mistake(place, f"expected an index below {len(where)}; found '{key}'")])
            index: Any = int(key)
        elif isinstance(where, dict):
            index = key
        else:
            raise RecipeError("--set", [Mistake(place, f"expected a table before '{key}'; found {describe(where)}")])
        if last:
            where[index] = value
        elif isinstance(where, dict):
            where = _descend(where, key)
        else:
            where = where[index]


def _descend(where: dict[str, Any], key: str) -> Any:
    """The table below `key`; a missing one is made, and Keras's short name is spelled out."""
    value = where.setdefault(key, {})
    if isinstance(value, str):
        value = where[key] = {"name" if key == "data" else "type": value}
    return value


def parse_value(text: str) -> Any:
    """A value as TOML writes it; what is not TOML is a word: `relu` means `"relu"`."""
    try:
        parsed = tomllib.loads(f"value = {text.strip()}")
        if len(parsed) == 1:
            return parsed["value"]
    except (ValueError, RecursionError):
        pass
    try:
        number = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text.strip()
    return number if isinstance(number, int | float) else text.strip()


def build_spec(raw: Mapping[str, Any], name: str = "recipe") -> ProjectSpec:
    """Plain values to a project. Raises RecipeError with all mistakes at once."""
    return build(ProjectSpec, raw, name)


def build(model: type[V], raw: Mapping[str, Any], name: str) -> V:
    """Plain values to a value of a class that has a recipe's keys. Raises RecipeError with all mistakes at once."""
    if _depth_exceeds(raw, MAX_DEPTH):
        raise RecipeError(name, [Mistake("", TOO_DEEP)])
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise RecipeError(name, [_mistake(raw, e, model) for e in error.errors(include_url=False)]) from error
    except UnicodeEncodeError as error:  # JSON and the command line let halves of characters through
        found = ascii(error.object[error.start])
        raise RecipeError(name, [Mistake("", f"expected a text of Unicode characters; found {found}, which is half of one")]) from error


def _depth_exceeds(raw: Any, limit: int) -> bool:
    level = [raw]
    for _ in range(limit):
        level = [child for value in level for child in _children(value)]
    return bool(level)


def _children(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def first_mistake(error: ValidationError) -> str:
    """What the schema refused first, as one sentence."""
    return str(_mistake(None, error.errors(include_url=False)[0]))


def to_plain(spec: ProjectSpec, folder: Path | None = None) -> dict[str, Any]:
    """The shortest plain values that describe the project: what stands at its default is left out.

    With `folder`, where it is to be kept, paths of own data are relative to that.
    """
    plain = {"format": FORMAT, **spec.model_dump(mode="json", exclude_defaults=True)}
    if folder is not None:
        make_relative(plain, folder)
    return plain


def to_toml(spec: ProjectSpec, folder: Path | None = None, sweep: Sweep | None = None) -> str:
    """The project as people write it."""
    return toml_of(_with_sweep(to_plain(spec, folder), sweep))


def _with_sweep(plain: dict[str, Any], sweep: Sweep | None) -> dict[str, Any]:
    return plain if sweep is None else {**plain, SWEEP: sweep.plain()}


def toml_of(plain: dict[str, Any]) -> str:
    """Plain values as TOML, which has no word for 'none': such keys are left out."""
    return tomli_w.dumps(_without_none(plain))


def to_json(spec: ProjectSpec, folder: Path | None = None, sweep: Sweep | None = None, *, indent: int | None = 2) -> str:
    """The project as one JSON text. Without `indent` it is for machines: thousands of points in a third of the time."""
    return json.dumps(_with_sweep(to_plain(spec, folder), sweep), indent=indent, ensure_ascii=False, default=str) + "\n"


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return [_without_none(v) for v in value] if isinstance(value, list) else value


EXPECTED = {
    "int_type": "a whole number", "int_from_float": "a whole number", "int_parsing_size": "a whole number",
    "float_type": "a number", "finite_number": "a finite number", "bool_type": "true or false",
    "string_type": "a text in quotes", "string_unicode": "a text of Unicode characters", "tuple_type": "a list",
    "model_type": "a table", "model_attributes_type": "a table", "dict_type": "a table", "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}", "less_than_equal": "at most {le}", "less_than": "less than {lt}",
    "too_short": "a list of at least {min_length}", "too_long": "a list of at most {max_length}",
    "string_too_short": "a text that is not empty", "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "letters, digits, '_', '-' and '.' only",
}  # fmt: skip
"""What each of pydantic's complaints means; every field's shortest text has one character."""
MAX_CHOICES = 10
"""More words than these are listed only when none of them is near to what was found."""


def _mistake(raw: Any, error: ErrorDetails, whole: type[Value] = ProjectSpec) -> Mistake:
    path = place(raw, error["loc"])
    kind, context, found = error["type"], error.get("ctx", {}), error["input"]
    if kind == "value_error":
        if isinstance(context["error"], WordError) and isinstance(found, Mapping):
            path += f".{context['error'].key}"
        return Mistake(path, str(context["error"]))
    if kind == "extra_forbidden":
        word = str(error["loc"][-1])
        return Mistake(path, f"unknown key '{word}'; remove it or check its spelling.{_hint(error['loc'], whole)}")
    if kind == "missing":
        return Mistake(path, "expected, but not there")
    if kind in ("literal_error", "enum"):
        return Mistake(path, _unknown_word(found, context["expected"]))
    if kind in EXPECTED:
        shown = {k: v if isinstance(v, str) else f"{v:,}".removesuffix(".0") for k, v in context.items()}
        return Mistake(path, f"expected {EXPECTED[kind].format(**shown)}; found {describe(found)}")
    return Mistake(path, f"{error['msg'][:1].lower()}{error['msg'][1:]}; found {describe(found)}")


def _unknown_word(found: Any, expected: str) -> str:
    """`expected` is pydantic's `'a', 'b' or 'c'`: told as it is unless it is long."""
    known = re.findall("'([^']*)'", expected)
    hint = closest(found, known) if isinstance(found, str) else ""
    if len(known) <= MAX_CHOICES:
        return f"expected {expected}; found {describe(found)}{hint and '.' + hint}"
    return f"expected one of {len(known)} known words; found {describe(found)}.{hint or known_words(known)}"


TABLES: dict[str, type[Value]] = {"training": TrainingSpec, "output": OutputSpec, "stop_when": StopWhen, "sweep": Sweep,
                                  "early_stopping": EarlyStopping,
                                  "reduce_lr_on_plateau": ReduceLROnPlateau, "validation": Validation}  # fmt: skip
"""Tables without a `type` or `name` that says what they are, by their key."""


def _hint(loc: tuple[int | str, ...], whole: type[Value]) -> str:
    """The key that was meant, if a near one is known where `loc` points."""
    model: type[Value] | None = whole
    if len(loc) > 1:
        model = next((c for c in TYPED if loc[-2] in _tags(c)), TABLES.get(str(loc[-2])))
    known = [*model.model_fields, *([SWEEP] if model is ProjectSpec else [])] if model is not None else ()
    return closest(str(loc[-1]), known)


TYPED: tuple[type[Value], ...] = (*LAYERS, *DATA_SPECS, *OPTIMIZERS, *SCHEDULES, *LOSS_CLASSES, *INITIALIZERS, *REGULARIZERS, *CONSTRAINTS)


def _tags(model: type[Value]) -> tuple[str, ...]:
    return type_names((model,), "name" if model in DATA_SPECS else "type")


def place(raw: Any, loc: tuple[int | str, ...]) -> str:
    """`('layers', 1, 'Dense', 'units')` to `layers[1].units`: what pydantic adds to tell types apart is left out."""
    text, where = "", raw
    for i, key in enumerate(loc):
        if isinstance(key, int):
            text += f"[{key}]"
            where = where[key] if isinstance(where, list | tuple) and key < len(where) else None
            continue
        if key in (PLAIN, TABLE):
            continue
        inside = isinstance(where, Mapping) and key in where and not (i == 1 and loc[0] == "data")  # the set's name, not its field
        is_tag = isinstance(where, str) or (isinstance(where, Mapping) and key in (where.get("type"), where.get("name")))
        if not inside and (is_tag or (i < len(loc) - 1 and not isinstance(loc[i + 1], int) and key[:1].isupper())):
            continue
        text += f".{key}" if text else key
        where = where[key] if inside and isinstance(where, Mapping) else None
    return text
