"""`--download` and `--list data` against a server on this machine."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from data.conftest import server, small
from data.support import Server, Small, head, send

from nnplayground.core.data_spec import DATA_NAMES
from nnplayground.data.store import Transfer
from nnplayground.script.data_commands import Bars, transfer_bars

__all__ = ["server", "small"]  # fixtures

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def sets(small: Small, server: Server, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Three small sets stand for Keras's, and the server has them."""
    for path, content in small.files.items():
        server.serve_ranges(f"/{path}", content, ETag='"one"')
    monkeypatch.setattr("nnplayground.data.store.SOURCES", small.sources(server.url))
    return small


# --- download


def test_one_set(command, sets: Small, tmp_path: Path):
    done = command("--download", "mnist", "--data-dir", str(tmp_path / "d"), "--quiet")
    assert (done.code, done.out, done.err) == (0, f"{tmp_path / 'd' / 'mnist.npz'}\n", "")
    assert (tmp_path / "d" / "mnist.npz").read_bytes() == sets.files["mnist.npz"]


def test_all_sets_to_keras_own_folder(command, sets: Small, own_home: Path):
    done = command("--download", "all")
    assert done.code == 0
    assert done.out.splitlines() == [str(own_home / ".keras" / "datasets" / path) for path in sets.files]
    assert "fashion_mnist: The full set is there" in done.err


def test_a_second_time_nothing_is_fetched(command, sets: Small, server: Server):
    command("--download", "mnist")
    assert command("--download", "mnist").code == 0
    assert server.asked == ["/mnist.npz"]


def test_one_that_fails_does_not_keep_the_others(command, sets: Small, server: Server, own_home: Path):
    server.answers["/mnist.npz"] = lambda handler: head(handler, 0, 404)
    server.answers["/boston_housing.npz"] = lambda handler: send(handler, b"", claimed=sets.sources()["boston_housing"][0].bytes)
    done = command("--download", "all", "--quiet")
    assert done.code == 3
    first, second, summary = done.err.splitlines()
    assert first.startswith("mnist: ")
    assert "404" in first
    assert "broke off after 0 of" in second
    assert summary == "2 of 3 data sets could not be downloaded: mnist, boston_housing."
    assert len(done.out.splitlines()) == 4
    assert len(list((own_home / ".keras").rglob("*.gz"))) == 4


def test_a_set_that_keras_has_is_copied_to_the_folder(command, sets: Small, server: Server, own_home: Path, tmp_path: Path):
    assert command("--download", "fashion_mnist", "--quiet").code == 0
    fetched = list(server.asked)
    (one, *others) = sets.sets["fashion_mnist"]
    (own_home / ".keras" / "datasets" / one).unlink()
    done = command("--download", "fashion_mnist", "--data-dir", str(tmp_path / "d"))
    assert done.code == 0
    assert done.out.splitlines() == [str(tmp_path / "d" / path) for path in (one, *others)]
    assert all((tmp_path / "d" / path).read_bytes() == sets.files[path] for path in (one, *others))
    assert server.asked == [*fetched, f"/{one}"], "only what Keras's folder has not was fetched"
    assert f"Copied from {own_home / '.keras' / 'datasets' / 'fashion-mnist'}: 3 files." in done.err
    assert all((own_home / ".keras" / "datasets" / path).is_file() for path in others)
    again = command("--download", "fashion_mnist", "--data-dir", str(tmp_path / "d"))
    assert (again.code, again.out) == (0, done.out)
    assert "Copied" not in again.err


def test_a_wrong_file_in_the_folder_makes_room_for_keras_s(command, sets: Small, server: Server, tmp_path: Path):
    command("--download", "mnist", "--quiet")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "mnist.npz").write_bytes(b"mine")
    done = command("--download", "mnist", "--data-dir", str(tmp_path / "d"))
    assert done.code == 0
    (aside,) = (tmp_path / "d").glob("mnist-wrong-*.npz")
    assert str(aside) in done.err
    assert (tmp_path / "d" / "mnist.npz").read_bytes() == sets.files["mnist.npz"]
    assert server.asked == ["/mnist.npz"]


def test_a_folder_that_cannot_be_written_to_is_said(command, sets: Small, tmp_path: Path):
    command("--download", "mnist", "--quiet")
    (tmp_path / "d").write_text("a file")
    done = command("--download", "mnist", "--data-dir", str(tmp_path / "d"), "--quiet")
    assert done.code == 3
    assert done.err.startswith("mnist: mnist.npz could not be copied: ")
    assert (tmp_path / "d").read_text() == "a file"


def test_help_says_where_downloads_go(command):
    assert "copies what Keras's folder has" in " ".join(command("--help").out.split())


def test_a_wrong_file_makes_room_and_is_named(command, sets: Small, tmp_path: Path):
    (tmp_path / "mnist.npz").write_bytes(b"mine")
    done = command("--download", "mnist", "--data-dir", str(tmp_path))
    assert done.code == 0
    (aside,) = tmp_path.glob("mnist-wrong-*.npz")
    assert str(aside) in done.err
    assert aside.read_bytes() == b"mine"


INTERRUPTED = """
import sys
from nnplayground.data import store
from nnplayground.data.sources import RemoteFile
url, sha256, size, folder = sys.argv[1:]
store.SOURCES = {"mnist": (RemoteFile("mnist.npz", url, sha256, int(size)),)}
from nnplayground.cli import main
from nnplayground.script.data_commands import Bars
Bars.__call__ = lambda self, transfer: print(transfer.done, flush=True)
sys.exit(main(["--download", "mnist", "--data-dir", folder, "--quiet"]))
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_what_was_fetched_for_the_next_time(command, sets: Small, server: Server, tmp_path: Path, number: signal.Signals):
    """The server is silent by then: nobody waits for it."""
    content, (file,) = sets.files["mnist.npz"], sets.sources(server.url)["mnist"]
    server.in_halves("/mnist.npz", content)
    folder = tmp_path / "d"
    arguments = [sys.executable, "-c", INTERRUPTED, file.url, file.sha256, str(file.bytes), str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert any(int(line) == len(content) // 2 for line in running.stdout)
        running.send_signal(number)
        out, err = running.communicate(timeout=8)  # less than a silent server is waited for
    assert (running.returncode, out) == (130, "")
    assert err == "mnist: interrupted; what was fetched is kept, and the next download goes on from there.\n"
    assert not (folder / "mnist.npz").exists()
    server.go_on.set()
    server.serve_ranges("/mnist.npz", content)
    assert command("--download", "mnist", "--data-dir", str(folder)).code == 0
    assert server.headers[-1]["Range"] == f"bytes={len(content) // 2}-"
    assert [p.name for p in folder.iterdir()] == ["mnist.npz"]


# --- bars


def test_a_terminal_sees_bytes_speed_and_the_time_left(monkeypatch: pytest.MonkeyPatch):
    screen = io.StringIO()
    with transfer_bars(quiet=False) as bars:
        bars.disable, bars.live.console.file = False, screen
        show = Bars(bars)
        show(Transfer("mnist", 4_000_000, 11_490_434))
        show(Transfer("mnist", 5_000_000, 11_490_434))
        shown = "".join(str(column(bars.tasks[0])) for column in bars.columns if not isinstance(column, str))
    assert "5.0/11.5 MB" in shown
    assert bars.tasks[0].total == 11_490_434
    assert len(bars.tasks) == 1


# --- list


def rows(out: str) -> dict[str, str]:
    return {line.split()[0]: line for line in out.splitlines()}


def test_what_is_there_of_every_set(command, sets: Small, own_home: Path):
    folder = own_home / ".keras" / "datasets"
    for path in sets.sets["fashion_mnist"][1:]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(sets.files[path])
    (folder / "boston_housing.npz").write_bytes(b"wrong")
    command("--download", "mnist", "--quiet")
    done = command("--list", "data")
    assert (done.code, done.err) == (0, "")
    listed = rows(done.out)
    assert set(listed) == set(DATA_NAMES)
    assert "MNIST            60,000 + 10,000  full set there (" in listed["mnist"]
    assert re.search(r"to be downloaded \(\d+ kB of \d+ kB\), sample built in$", listed["fashion_mnist"])
    assert f"sample built in; {folder / 'boston_housing.npz'} is there, but it has 5 bytes" in listed["boston_housing"]
    assert listed["circle"].endswith("250 + 250        made up")


def test_another_folder_is_looked_into(command, sets: Small, tmp_path: Path):
    command("--download", "mnist", "--data-dir", str(tmp_path / "d"), "--quiet")
    assert "to be downloaded" in rows(command("--list", "data").out)["mnist"]
    assert "full set there" in rows(command("--list", "data", "--data-dir", str(tmp_path / "d")).out)["mnist"]


def test_texts_have_no_sample(command):
    listed = rows(command("--list", "data").out)
    assert listed["imdb"].endswith("to be downloaded (19.1 MB)")
    assert listed["mnist"].endswith("to be downloaded (11.5 MB), sample built in")
