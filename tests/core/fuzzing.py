"""Thousands of broken files, read in a process of its own by test_mutated_files.py, since what watches a process cannot be taken off it.

    python -m tests.core.fuzzing FOLDER PROJECTS OTHERS

FOLDER holds whole files; PROJECTS mutated `.nnp` are made of them, and OTHERS of each other kind. Writes one JSON object: how
each was answered, what went wrong, what was executed, and how much time and memory it took.
"""

from __future__ import annotations

import collections
import io
import json
import random
import signal
import struct
import sys
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nnplayground.core import keras_model
from nnplayground.core.hdf5 import Reader
from nnplayground.core.history import History
from nnplayground.core.project_file import read_project
from nnplayground.core.recipe import RecipeError
from nnplayground.engine.backend import EngineError
from nnplayground.engine.state import load_state

SECONDS = 10
"""After so long a file is said to hang."""
READER_SECONDS = 1.5
SAFE_IMPORTS = ("encodings", "numpy", "h5py", "_strptime", "difflib")
EXECUTES = ("exec", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pickle.find_class", "ctypes.dlopen", "marshal.loads",
            "socket.connect", "code.__new__", "shutil.rmtree", "os.remove", "os.rename", "os.mkdir", "os.symlink", "os.chmod")  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, float("nan"), "", "x" * 10_000, [], {}, [[[]]] * 5, {"type": "Lambda"}, "__import__('os')", "../../x",
    {"class_name": "function", "config": "os.system"}, {"type": "Dense", "units": 10**9}, 2**63, "\ud800", "\0",
)  # fmt: skip
ODD_WORDS = (b"-1", b"1e999", b"9" * 5_000, b"[" * 300, b"null", b'"x"', b"{}", b"=", b"nan", b"\xff")
NUMBERS = (0, 1, 2, 8, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
KINDS = (".nnp", ".toml", ".json", ".keras", ".h5")

Mutation = Callable[[random.Random, bytes, list[bytes]], bytes]


class Watch:
    """What is executed, imported or written while a file is read."""

    def __init__(self) -> None:
        self.on = False
        self.seen: collections.Counter[str] = collections.Counter()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in EXECUTES:
            self.seen[f"{event} {args!r:.100}"] += 1
        elif event == "import" and not str(args[0]).startswith(SAFE_IMPORTS):
            self.seen[f"import {args[0]}"] += 1
        elif event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            self.seen[f"open {args[0]} to write"] += 1


# ---- how files are broken

def flip(dice: random.Random, content: bytes, _others: list[bytes]) -> bytes:
    broken = bytearray(content or b"\0")
    for _ in range(dice.choice((1, 1, 2, 8, 40))):
        broken[dice.randrange(len(broken))] = dice.choice((0, 255, dice.randrange(256)))
    return bytes(broken)


def cut(dice: random.Random, content: bytes, _others: list[bytes]) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def splice(dice: random.Random, content: bytes, others: list[bytes]) -> bytes:
    """A piece of this file or of another one, put in or in the place of something."""
    other = dice.choice([content, *others])
    start, place = dice.randrange(len(other) + 1), dice.randrange(len(content) + 1)
    piece = other[start : start + dice.randrange(2_000)]
    return content[:place] + piece + content[place + dice.choice((0, len(piece))) :]


def zip_field(dice: random.Random, content: bytes, _others: list[bytes]) -> bytes:
    """A number in one of the archive's records."""
    broken = bytearray(content)
    places = [i for mark in (b"PK\1\2", b"PK\3\4", b"PK\5\6") for i in _places(content, mark)]
    for _ in range(dice.choice((1, 1, 3))):
        at = dice.choice(places) + dice.randrange(4, 46)
        form = dice.choice(("<H", "<I"))
        if at + struct.calcsize(form) <= len(broken):
            struct.pack_into(form, broken, at, dice.choice(NUMBERS) & (0xFFFF if form == "<H" else 0xFFFFFFFF))
    return bytes(broken)


def entry(dice: random.Random, content: bytes, others: list[bytes]) -> bytes:
    """An entry broken, and the archive made whole around it: every checksum is right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    name = dice.choice([n for n in entries for _ in range(1 + 2 * n.endswith((".json", ".h5", ".npz")))])
    by_name: list[Mutation] = [json_value, text_value] if name.endswith(".json") else [flip, cut, splice]
    entries[name] = dice.choice(by_name)(dice, entries[name], others)
    if dice.random() < 0.1:
        entries[dice.choice(["../x", "weights/model.weights.h5", "runs/0001/run.json", "notes.md", "history.csv"])] = entries.pop(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n, c in entries.items():
            archive.writestr(n, c, dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
    return buffer.getvalue()


def json_value(dice: random.Random, content: bytes, _others: list[bytes]) -> bytes:
    """Some values replaced by odd ones, or keys by others."""
    try:
        tree = json.loads(content)
    except ValueError:
        return flip(dice, content, [])
    for _ in range(dice.choice((1, 1, 2, 4))):
        where = dice.choice([c for c in _containers(tree) if c] or [{"a": 1}])
        key = dice.choice(list(where) if isinstance(where, dict) else range(len(where)))
        if isinstance(where, dict) and dice.random() < 0.2:
            where[dice.choice(["type", "name", "path", "units", "__class__", "\ud800"])] = where.pop(key)
        else:
            where[key] = dice.choice([*ODD, dice.choice(_containers(tree))])
            tree = json.loads(json.dumps(tree)) if not _circular(tree) else json.loads(content)
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def text_value(dice: random.Random, content: bytes, others: list[bytes]) -> bytes:
    """A number or a word replaced, or bytes flipped, cut and spliced."""
    if dice.random() < 0.5:
        return dice.choice([flip, cut, splice])(dice, content, others)
    words = content.split(b" ")
    words[dice.randrange(len(words))] = dice.choice(ODD_WORDS)
    return b" ".join(words)


def _containers(tree: Any) -> list[Any]:
    found = [tree] if isinstance(tree, dict | list) else []
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        found += _containers(value)
    return found


def _circular(tree: Any) -> bool:
    try:
        json.dumps(tree)
    except (ValueError, RecursionError):
        return True
    return False


def _places(content: bytes, mark: bytes) -> list[int]:
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return found


MUTATIONS: dict[str, list[Mutation]] = {
    ".nnp": [flip, cut, splice, zip_field, entry, entry],
    ".keras": [flip, cut, splice, zip_field, entry, entry],
    ".toml": [flip, cut, splice, text_value],
    ".json": [flip, cut, splice, text_value, json_value],
    ".h5": [flip, cut, splice],
}


# ---- how they are read

def read(path: Path, unreadable: Callable[..., str], whole: set[bytes]) -> str:
    """As far as the app reads a file before TensorFlow has it: what became of it. `whole` are weights known to be so."""
    try:
        if path.suffix in (".keras", ".h5"):
            keras_model.read_keras(path)
            return "read"
        project = read_project(path)
    except RecipeError as error:
        if not str(error).startswith(str(path)) or not error.mistakes:
            raise
        return "refused"
    for history in (project.history, *(run.history for run in project.runs)):
        try:
            History.from_csv(history)
        except ValueError:
            return "history refused"
    if project.state is not None:
        try:
            load_state(project.state)
        except EngineError:
            return "state refused"
    for weights in filter(None, (project.weights, *(run.weights for run in project.runs))):
        if weights not in whole:
            return "weights refused" if unreadable(path.with_name("weights.part"), weights) else "weights read"
    return "read"


def hang(_signal: int, _frame: object) -> None:
    raise TimeoutError("a file hangs")


def main(folder: Path, projects: int, others: int) -> dict[str, Any]:
    warnings.simplefilter("ignore")  # zipfile's of names that are there twice
    dice, watch, answers = random.Random(20), Watch(), {kind: collections.Counter() for kind in KINDS}
    originals = {kind: [p.read_bytes() for p in sorted(folder.glob(f"*{kind}"))] for kind in KINDS}
    failures: list[str] = []
    slowest, began = 0.0, time.monotonic()
    signal.signal(signal.SIGALRM, hang)
    with Reader(READER_SECONDS) as reader:
        whole = set()
        for path in sorted(folder.glob("*.nnp")):
            project = read_project(path)
            whole |= {w for w in (project.weights, *(run.weights for run in project.runs)) if w is not None}
        keras_model.unreadable = reads = partial(_unwatched, watch, reader)
        paths = [p for p in folder.iterdir() if p.suffix in KINDS]
        failures += [f"{path.name} is not read" for path in paths if read(path, reads, whole) != "read"]  # and what that needs is imported
        reader.unreadable(next(folder.glob("*.h5")))
        np.load(io.BytesIO(_array()), allow_pickle=False)
        for kind, count in ((k, projects if k == ".nnp" else others) for k in KINDS):
            for number in range(count):
                content = dice.choice(originals[kind])
                mutation = dice.choice(MUTATIONS[kind])
                path = folder / f"mutated{kind}"
                path.write_bytes(mutation(dice, content, originals[kind]))
                signal.setitimer(signal.ITIMER_REAL, SECONDS)
                start = time.monotonic()
                try:
                    watch.on = True
                    answers[kind][read(path, reads, whole)] += 1
                except BaseException:  # noqa: BLE001  whatever it is, it is told
                    watch.on = False
                    failures.append(f"{kind} {number} {mutation.__name__}: {traceback.format_exc(limit=-4)}")
                finally:
                    watch.on = False
                    signal.setitimer(signal.ITIMER_REAL, 0)
                slowest = max(slowest, time.monotonic() - start)
    return {
        "answers": answers, "failures": failures[:10], "executed": watch.seen, "slowest": slowest, "seconds": time.monotonic() - began,
        "megabytes": _peak_megabytes(),
    }  # fmt: skip


def _peak_megabytes() -> int:
    """Of this program alone: `getrusage` also counts what the process was that it began as a copy of."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) // 1024


def _unwatched(watch: Watch, reader: Reader, path: Path, content: bytes | None = None) -> str:
    """Why a file, or this content of it, cannot be read. The reader may start a process: that is ours."""
    before, watch.on = watch.on, False
    try:
        if content is not None:
            path.write_bytes(content)
        return reader.unreadable(path)
    finally:
        watch.on = before


def _array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201  the answer of this process
