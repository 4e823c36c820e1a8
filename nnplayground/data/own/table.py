"""Tables of text: what they hold, and their samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from nnplayground.core.facts import DataFacts
from nnplayground.core.own_data import OwnTable
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.own.gone import changed_note
from nnplayground.data.own.memory import Memory
from nnplayground.data.own.table_choice import choose, facts_of
from nnplayground.data.own.table_code import table_code
from nnplayground.data.own.table_columns import describe
from nnplayground.data.own.table_encode import LeftOut, Masks, encode, left_out, masks_of, used_rows
from nnplayground.data.own.table_parse import Parsed, parse
from nnplayground.data.own.table_survey import Kind, Survey
from nnplayground.data.raw import Raw
from nnplayground.data.store import never

REMEMBERED = 16
Signature = tuple[int, int]


@dataclass(frozen=True)
class _Look:
    """What a look at a table found. `failed` and `signature` stand for a file that cannot be used as long as it is the same."""

    survey: Survey | None = None
    masks: Masks | None = None
    failed: DataUnavailable | None = None
    signature: Signature | None = None


_looks: Memory[Any, _Look] = Memory(REMEMBERED)
_columns: Memory[Any, tuple[Signature, Parsed]] = Memory(1)
"""The columns that were looked at last, so that another seed, target or split is there at once."""
MOST_KEPT = 400_000_000
"""Bytes of columns that are kept."""


def _key(data: OwnTable) -> Any:
    """All that decides how a table is read."""
    text = sha256(data.text.encode("utf-8", "replace")).hexdigest() if data.text else ""
    return data.path, text, data.separator, data.decimal, data.header, data.encoding, tuple(sorted(data.kinds.items()))


def survey(data: OwnTable, cancelled: Callable[[], bool] = never) -> Survey:
    """Look at the whole table anew, and remember what was found, so that `facts` never waits after it.

    Only `path` or `text`, `separator`, `decimal`, `header`, `encoding` and `kinds` count for it; what is predicted from
    what may be changed without another look. Raises DataUnavailable (WrongSetting where a setting is at fault) or Cancelled.
    """
    return _look(data, cancelled)[0]


def known(data: OwnTable) -> Survey | None:
    """What the last look at the table found; None when nobody has looked yet, or it was of no use. Never waits."""
    look = _looks.get(_key(data))
    return look.survey if look is not None else None


def facts(data: OwnTable) -> DataFacts:
    """From what is remembered; only where nobody has looked yet it looks. Raises DataUnavailable."""
    look = _looks.get(_key(data))
    if look is not None and look.failed is not None:
        if look.signature is not None and look.signature == _signature(data):
            raise look.failed.with_traceback(None)
        look = None
    if look is None or look.survey is None:
        found, masks = _look(data, never)
    else:
        found, masks = look.survey, look.masks or {}
    choice = choose(found, data)
    return facts_of(found, choice, int(used_rows(choice, found.rows, masks, data).sum()), data)


def rows_left_out(data: OwnTable) -> LeftOut:
    """Which rows `facts` does not count, and why. Only where somebody has looked; never waits."""
    look = _looks.get(_key(data))
    if look is None or look.survey is None:
        return LeftOut(0, 0)
    return left_out(choose(look.survey, data), look.survey.rows, look.masks or {}, data)


def read(data: OwnTable, seed: int, cancelled: Callable[[], bool]) -> Raw:
    """The samples: rows shuffled by `seed` and cut, words one-hot. Raises DataUnavailable or Cancelled."""
    key, signature = _key(data), _signature(data)
    found, kept = known(data), _columns.get(key)
    if found is not None and kept is not None and signature == kept[0]:
        parsed = kept[1]
    else:
        parsed = parse(data, cancelled)
        if found is None or parsed.text.sha256 != found.sha256:
            found = describe(parsed, data)
            _looks.put(key, _Look(found, masks_of(parsed)))
        _keep(key, signature, parsed, found)
    raw = encode(parsed, choose(found, data), data, seed, cancelled)
    if data.sha256 and data.sha256 != found.sha256:
        raw = replace(raw, notes=(changed_note(data), *raw.notes))
    return raw


def code(data: OwnTable, seed: int) -> str:
    """Python that reads the same samples with nothing but Python's csv and NumPy. Raises DataUnavailable."""
    found = known(data) or survey(data)
    return table_code(found, choose(found, data), data, seed)


def _look(data: OwnTable, cancelled: Callable[[], bool]) -> tuple[Survey, Masks]:
    key, signature = _key(data), _signature(data)
    try:
        parsed = parse(data, cancelled)
        found, masks = describe(parsed, data), masks_of(parsed)
    except DataUnavailable as error:
        _looks.put(key, _Look(failed=error, signature=signature))
        raise
    _looks.put(key, _Look(found, masks))
    _keep(key, signature, parsed, found)
    return found, masks


def _keep(key: Any, signature: Signature | None, parsed: Parsed, found: Survey) -> None:
    """Only what can be learnt from, and only where it is not too large."""
    words = {column.name: column.words if column.kind is Kind.CATEGORY else None for column in found.columns if column.usable}
    compact = parsed.compact(words)
    if signature is not None and compact.columns and compact.size <= MOST_KEPT:
        _columns.put(key, (signature, compact))


def _signature(data: OwnTable) -> Signature | None:
    """What changes when a file is written anew; None where there is none. Of a pasted table it is always the same."""
    if not data.path:
        return 0, 0
    try:
        found = Path(data.path).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
