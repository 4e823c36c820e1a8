"""Sweeps by the command: table, plot, processes side by side, and what becomes of broken, killed and interrupted ones."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from nnplayground.core.recipe import parse_recipe
from nnplayground.script.sweep import LOCK
from nnplayground.script.sweep_worker import RECORD, fingerprint, finished, last_and_best
from tests.script.conftest import XOR

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
PLANE = """
name = "plane"
data = { name = "plane", samples = 60, validation = { use = "test" } }
layers = [{ type = "Dense", units = 2, activation = "tanh" }, { type = "Dense", units = 1 }]
[training]
optimizer = { type = "SGD", learning_rate = 0.05 }
epochs = 30
[output]
history = "h.csv"
plots = "c.svg"
[sweep]
grid = { "training.optimizer.learning_rate" = [0.05, 100000.0], seed = [1, 2] }
"""
ENDLESS = XOR + '[sweep]\nlist = [{ "training.epochs" = 3 }, { "training.epochs" = 1000000000 }]\n'


def records(folder: Path) -> dict[str, int]:
    return {p.parent.name: p.stat().st_mtime_ns for p in folder.glob(f"*/{RECORD}")}


def without_times(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [{k: v for k, v in run.items() if k != "seconds"} for run in result["runs"]]


def histories(folder: Path) -> dict[str, Any]:
    return {p.parent.name: json.loads(p.read_bytes())["result"]["history"] for p in folder.glob(f"*/{RECORD}")}


@pytest.mark.timeout(400)
def test_a_table_of_all_runs_that_is_the_same_however_many_processes(command, recipe, tmp_path: Path):
    path, folder = recipe(base=PLANE), tmp_path / "o"
    done = command("--script", path, "--json", "--out", str(folder), "--jobs", "2")
    assert done.code == 4, done.err  # of the runs that diverged, which do not stop the others
    assert done.result["status"] == "completed"
    assert done.result["counts"] == {"completed": 2, "diverged": 2}
    assert [run["settings"]["seed"] for run in done.result["runs"]] == [1, 2, 1, 2]
    first = done.result["runs"][0]
    names = ("loss", "mae", "val_loss", "val_mae")
    assert first["numbers"].keys() == {*(f"{kind}_{name}" for kind in ("last", "best") for name in names), "test_loss", "test_mae"}
    assert (first["epochs"], first["parameters"], first["source"]) == (30, 9, "generated")
    assert {p.name for p in (folder / first["folder"]).iterdir()} == {RECORD, "h.csv", "c.svg"}
    with (folder / "sweep.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["status"] for row in table] == ["completed", "completed", "diverged", "diverged"]
    assert float(table[1]["test_loss"]) == done.result["runs"][1]["numbers"]["test_loss"]
    assert json.loads((folder / "sweep.json").read_text(encoding="utf-8"))["runs"] == done.result["runs"]
    assert (folder / "comparison.svg").read_text(encoding="utf-8").startswith("<?xml")

    # Again: nothing is trained.
    before, learned = records(folder), histories(folder)
    again = command("--script", path, "--out", str(folder))
    assert (again.code, records(folder)) == (4, before)
    assert "4 of them done" in again.err
    assert again.out.splitlines()[0].split() == ["run", "learning_rate", "seed", "status", "epochs", "last_loss", "best_val_loss",
                                                 "test_loss", "test_mae", "seconds"]  # fmt: skip
    # What is half or wrong is repeated, and comes out of one process as it came out of two.
    names = [run["folder"] for run in done.result["runs"]]
    (folder / names[0] / RECORD).write_text("{half")
    (folder / names[1] / "h.csv").unlink()
    (folder / names[3] / RECORD).unlink()
    repeated = command("--script", path, "--json", "--quiet", "--out", str(folder))
    assert (repeated.code, repeated.err) == (4, "")
    assert {name for name, time in records(folder).items() if time != before[name]} == {names[0], names[1], names[3]}
    assert without_times(repeated.result) == without_times(done.result)
    assert histories(folder) == learned


@pytest.mark.parametrize(
    ("more", "arguments", "said"),
    [
        ('[sweep]\ngrid = { "training.epochs" = [1, -1] }', (), "sweep.grid.training.epochs[1]: expected at least 0; found -1"),
        ('[sweep]\ngrid = { "layers[1].units" = [1, 3] }', (), "sweep.grid.layers[1].units[1]: XOR"),
        ("[sweep]\ngrid = { seed = [1] }", ("--evaluate-only",), "sweep: --evaluate-only is for single runs"),
        ("[sweep]\ngrid = { seed = [1] }", ("--weights", "w.weights.h5"), "sweep: --weights is for single runs"),
        ("", ("--jobs", "2"), "--jobs: expected a recipe with [sweep]"),
        ("", ("--jobs", "0"), "expected a whole number from 1 to 256; found '0'"),
        ("", ("--jobs", "two"), "expected a whole number from 1 to 256; found 'two'"),
    ],
)
def test_what_cannot_be_done_is_said_first(command, recipe, tmp_path: Path, more: str, arguments: tuple[str, ...], said: str):
    done = command("--script", recipe(more), *arguments, "--out", str(tmp_path / "o"))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "o").exists()


def test_places_that_cannot_be_written_to(command, recipe, tmp_path: Path):
    path = recipe("[sweep]\ngrid = { seed = [1] }")
    (tmp_path / "file").write_text("x")
    done = command("--script", path, "--out", str(tmp_path / "file"))
    assert (done.code, done.out) == (5, "")
    assert "is a file, not a folder" in done.err
    (tmp_path / "o").mkdir()
    with FileLock(tmp_path / "o" / LOCK):
        done = command("--script", path, "--out", str(tmp_path / "o"))
    assert (done.code, done.out) == (5, "")
    assert "another sweep is at work" in done.err


@posix
def test_a_disk_that_is_full(process, tmp_path: Path):
    """Weights of the large network do not fit, nor does the plot; the small run and the table do."""
    text = XOR + '[output]\nweights = "m.weights.h5"\n[sweep]\ngrid = { "layers[0].units" = [4000, 2] }\n'
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    done = process("--script", "r.toml", "--json", "--out", "o", limit=22_000)
    assert done.code == 5, done.err
    assert [run["status"] for run in done.result["runs"]] == ["failed", "completed"]
    assert "m.weights.h5 cannot be written: File too large" in done.result["runs"][0]["reason"]
    assert "comparison.png cannot be written: File too large" in done.err
    assert "Traceback" not in done.err
    assert set(done.result["outputs"]) == {"table", "object"}
    assert not [p for p in (tmp_path / "o").rglob("*") if p.name.startswith(".") and p.name != LOCK]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[], list[psutil.Process]]]]:
    """The command while it trains; and its processes."""
    (folder / "r.toml").write_text(ENDLESS, encoding="utf-8")
    command = [sys.executable, "-m", "nnplayground", "--script", "r.toml", "--json", "--out", "o", *arguments]
    with subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as popen:
        children = psutil.Process(popen.pid).children
        try:
            yield popen, lambda: children(recursive=True)
        finally:
            popen.kill()


def wait_for_the_first_run(popen: subprocess.Popen[str]) -> None:
    assert popen.stderr is not None
    assert any(line.startswith("run 1, epochs 3: completed") for line in iter(popen.stderr.readline, "")), "it ended before"


@posix
def test_a_sweep_that_is_killed_goes_on_where_it_stopped(process, tmp_path: Path):
    with running(tmp_path) as (popen, children):
        wait_for_the_first_run(popen)
        workers = children()
        popen.kill()
        popen.communicate()
    assert workers
    assert psutil.wait_procs(workers, timeout=60)[1] == []  # nobody goes on training for nobody
    before = records(tmp_path / "o")
    assert len(before) == 1
    (tmp_path / "r.toml").write_text(ENDLESS.replace("1000000000", "4"), encoding="utf-8")
    done = process("--script", "r.toml", "--json", "--out", "o")
    assert (done.code, done.result["counts"]) == (0, {"completed": 2}), done.err
    assert records(tmp_path / "o").items() >= before.items()


@posix
@pytest.mark.parametrize(("number", "jobs"), [(signal.SIGINT, "2"), (signal.SIGTERM, "1")], ids=["SIGINT", "SIGTERM"])
def test_an_interrupt_ends_all_processes_and_keeps_what_is_done(tmp_path: Path, number: signal.Signals, jobs: str):
    with running(tmp_path, "--jobs", jobs) as (popen, children):
        wait_for_the_first_run(popen)
        workers = children()
        popen.send_signal(number)
        out, err = popen.communicate(timeout=60)
    assert popen.returncode == 130
    assert "Traceback" not in err
    assert psutil.wait_procs(workers, timeout=30)[1] == []
    result = json.loads(out.splitlines()[-1])
    assert (result["status"], [run["status"] for run in result["runs"]]) == ("cancelled", ["completed", "pending"])
    assert set(result["outputs"]) == {"table", "object"}
    assert len(records(tmp_path / "o")) == 1


@posix
def test_a_process_that_dies_fails_its_own_run_only(tmp_path: Path):
    with running(tmp_path, "--jobs", "1") as (popen, children):
        wait_for_the_first_run(popen)
        for child in children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
        out, err = popen.communicate(timeout=120)
    assert popen.returncode == 1, err
    assert out, err
    result = json.loads(out.splitlines()[-1])
    assert [run["status"] for run in result["runs"]] == ["completed", "failed"]
    assert "ended by itself" in result["runs"][1]["reason"]  # by signal 9, where it had begun with that run


def test_a_run_is_known_again_by_its_settings_only_if_it_is_whole(tmp_path: Path):
    spec, other = parse_recipe(XOR), parse_recipe(XOR, overrides=["seed=8"])
    mark = fingerprint(spec)
    assert mark == fingerprint(parse_recipe(XOR)) != fingerprint(other)
    result = {"status": "completed", "history": {}, "outputs": {}}

    def found(record: Any, spec: Any = spec) -> bool:
        (tmp_path / RECORD).write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
        return finished(tmp_path, mark, spec) is not None

    record = {"fingerprint": mark, "code": 0, "result": result}
    assert found(record)
    wrong = [{}, [], 3, "", "{", "[" * 100_000, {**record, "fingerprint": fingerprint(other)}, {**record, "result": None},
             {**record, "result": {**result, "status": "cancelled"}}, {**record, "result": {**result, "outputs": {"weights": "w"}}},
             {**record, "result": {**result, "history": 3}}, {**record, "code": "x"}]  # fmt: skip
    assert not any(map(found, wrong))


def test_a_changed_file_of_own_data_makes_other_runs(tmp_path: Path):
    from nnplayground.data import registry

    spec = parse_recipe('data = { name = "csv", path = "a.csv", target = "y" }\nlayers = []', folder=tmp_path)
    marks = []
    for last in (3, 4):
        (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{i},{i * last}\n" for i in range(30)), encoding="utf-8")
        registry.load(spec.data, 1, None)  # type: ignore[arg-type]
        marks.append(fingerprint(spec))
    assert marks[0] != marks[1]


def test_last_and_best_values():
    history = {"loss": [3.0, 1.0, 2.0], "accuracy": [0.5, 0.9, None], "val_accuracy": [None, None, None], "mae": []}
    assert last_and_best(history, frozenset({"accuracy"})) == {
        "last_loss": 2.0, "best_loss": 1.0, "last_accuracy": None, "best_accuracy": 0.9, "last_val_accuracy": None,
        "best_val_accuracy": None, "last_mae": None, "best_mae": None,
    }  # fmt: skip
