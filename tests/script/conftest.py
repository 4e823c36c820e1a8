"""Recipes in files, and the command in this process or in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nnplayground.cli import main

XOR = """
name = "xor"
seed = 7
[data]
name = "xor"
[[layers]]
type = "Dense"
units = 4
activation = "tanh"
[[layers]]
type = "Dense"
units = 1
activation = "sigmoid"
[training]
optimizer = { type = "Adam", learning_rate = 0.05 }
epochs = 3
batch_size = 4
"""


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The JSON object on the last line."""
        value: dict[str, Any] = json.loads(self.out.strip().splitlines()[-1])
        return value


Command = Callable[..., Done]


@pytest.fixture
def recipe(tmp_path: Path) -> Callable[..., str]:
    """Writes a recipe, with more text behind it and places replaced; gives the file's name."""

    def write(more: str = "", name: str = "r.toml", base: str = XOR, **_: Any) -> str:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(base + more, encoding="utf-8")
        return str(tmp_path / name)

    return write


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command in this process, in an empty folder, without a network."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    def run(*args: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main(list(args))
        except SystemExit as ended:  # argparse
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


LIMITED = """
import resource, runpy, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_module("nnplayground", run_name="__main__", alter_sys=True)
"""
"""Begins the command where files may have so many bytes. No `preexec_fn` does that: in a process with threads it may hang for ever."""


@pytest.fixture
def process(tmp_path: Path) -> Command:
    """The command in a process of its own, which on POSIX may be given a `limit` of bytes for every file."""

    def run(*args: str, stdin: bytes = b"", env: dict[str, str] | None = None, limit: int | None = None) -> Done:
        begin = ["-m", "nnplayground"] if limit is None else ["-c", LIMITED, str(limit)]
        done = subprocess.run([sys.executable, *begin, *args], input=stdin, capture_output=True, cwd=tmp_path,
                              env={**os.environ, **(env or {})}, timeout=150, check=False)  # fmt: skip
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
