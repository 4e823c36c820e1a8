"""What the command line says before anything is trained: lists, wrong usage, crashes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nnplayground import __version__, cli
from nnplayground.core.data_spec import DATA_NAMES
from nnplayground.core.layers import LAYERS
from nnplayground.core.losses import LOSSES, METRICS
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.value import type_names


@pytest.mark.parametrize(("what", "names"), [
    ("data", DATA_NAMES), ("layers", type_names(LAYERS)), ("optimizers", type_names(OPTIMIZERS)), ("losses", LOSSES), ("metrics", METRICS),
])  # fmt: skip
def test_lists(command, what: str, names: tuple[str, ...]):
    done = command("--list", what)
    assert (done.code, done.err) == (0, "")
    assert {line.split()[0] for line in done.out.splitlines()} == set(names)
    assert len(done.out.splitlines()) == len(names)


def test_version_and_help(command):
    assert command("--version").out == f"nnplayground {__version__}\n"
    done = command("--help")
    assert done.code == 0
    for option in ("--script", "--set", "--out", "--json", "--quiet", "--source", "--weights", "--evaluate-only", "--list", "--download"):
        assert option in done.out


@pytest.mark.parametrize(("args", "sentence"), [
    (["--json"], "--json belongs to --script"),
    (["r.toml", "--evaluate-only"], "--evaluate-only belongs to --script"),
    (["--set", "a=1"], "--set belongs to --script"),
    (["--list", "data", "--source", "full"], "--source belongs to --script"),
    (["--quiet"], "--quiet belongs to --script or --download"),
    (["--data-dir", "d"], "--data-dir belongs to --script or --download or --list data"),
    (["--list", "layers", "--data-dir", "d"], "--data-dir belongs to --script or --download or --list data"),
    (["--list", "data", "--download", "mnist"], "expected one of --script, --list, --download; found --list and --download"),
    (["--list", "data", "r.toml"], "found also 'r.toml'"),
    (["r.toml", "--script", "s.toml"], "--script opens no window; found also 'r.toml'"),
    (["--script"], "expected at least one argument"),
    (["--script", "r.toml", "--source", "half"], "'half'"),
    (["--list", "colours"], "'colours'"),
    (["--scrip", "r.toml"], "--scrip"),
    (["--nonsense"], "--nonsense"),
])  # fmt: skip
def test_wrong_usage(command, args: list[str], sentence: str):
    done = command(*args)
    assert done.code == 2
    assert sentence in done.err
    assert done.out == ""


def test_an_unknown_data_set_to_download(command):
    done = command("--download", "mnits")
    assert done.code == 2
    known = "mnist, fashion_mnist, imdb, reuters, boston_housing"
    assert done.err == f"--download: expected all or one of {known}; found 'mnits'. Did you mean 'mnist'?\n"


def test_no_network_to_download_from(command, tmp_path: Path):
    done = command("--download", "boston_housing", "--data-dir", str(tmp_path / "d"), "--quiet")
    assert done.code == 3
    assert done.err.startswith("boston_housing: ")
    assert done.err.count("\n") == 1
    assert not list((tmp_path / "d").rglob("*.npz"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_no_screen(command, monkeypatch: pytest.MonkeyPatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = command()
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "--script FILE" in done.err


def test_what_nobody_foresaw_is_a_sentence_and_a_log_entry(command, monkeypatch: pytest.MonkeyPatch, own_home: Path):
    def broken(_args: object) -> int:
        raise ZeroDivisionError("the inside story")

    monkeypatch.setattr(cli, "_run", broken)
    done = command("--list", "data")
    assert done.code == 1
    assert done.err.startswith("nnplayground: something went wrong inside (ZeroDivisionError). The details are in ")
    assert "Traceback" not in done.err
    (log,) = own_home.rglob("errors.log")
    assert str(log) in done.err
    assert "the inside story" in log.read_text(encoding="utf-8")
    command("--list", "data")
    assert log.read_text(encoding="utf-8").count("Traceback") == 2


def test_a_crash_whose_log_cannot_be_written(command, monkeypatch: pytest.MonkeyPatch, own_home: Path):
    def broken(_args: object) -> int:
        raise ZeroDivisionError

    (own_home / ".local").write_text("a file where a folder should be")
    (own_home / "AppData").write_text("a file where a folder should be")
    monkeypatch.setattr(cli, "_run", broken)
    done = command("--list", "data")
    assert done.code == 1
    assert "the log cannot be written" in done.err
    assert done.err.count("\n") == 1


def test_an_interrupt_before_anything_has_begun(command, monkeypatch: pytest.MonkeyPatch):
    def interrupted(_args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    done = command("--list", "data")
    assert (done.code, done.err.count("\n")) == (130, 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X servers are Linux's")
@pytest.mark.parametrize("display", ["", ":77", "nonsense", "127.0.0.1:77"])
def test_a_screen_that_does_not_answer_is_one_sentence(display: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert cli.main([]) == 2
    assert capsys.readouterr().err.count("\n") == 1
