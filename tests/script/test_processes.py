"""Where the border of the process matters: signals, standard streams, limits, and programs of plain Keras."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import Programs
from tests.script.conftest import XOR

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


def test_a_recipe_from_standard_input_and_a_name_that_the_terminal_cannot_show(process, tmp_path: Path):
    base = XOR.replace('name = "xor"\nseed', 'name = "Δ 中"\nseed')
    text = base + '[output]\nplots = "c.png"\nproject = "p.nnp"\n'
    done = process("--script", "-", "--quiet", "--out", "o", stdin=text.encode(), env={"PYTHONIOENCODING": "ascii"})
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(r"\u0394 \u4e2d: completed")
    again = process("--script", str(tmp_path / "o" / "p.nnp"), "--evaluate-only", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert again.result["name"] == "Δ 中"


def test_an_empty_standard_input(process):
    done = process("--script", "-")
    assert done.code == 2
    assert done.err == "standard input: data: expected, but not there\nstandard input: layers: expected, but not there\n"


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_a_signal_while_training(tmp_path: Path, number: signal.Signals):
    outputs = '[output]\nweights = "m.weights.h5"\nproject = "p.nnp"\nhistory = "h.csv"\n'
    (tmp_path / "r.toml").write_text(XOR.replace("epochs = 3", "epochs = 1000000000") + outputs, encoding="utf-8")
    # The parent sends the signal when the first epochs have come, so that nothing depends on how quick the machine is.
    program = (
        "import os, sys\n"
        "from nnplayground import cli\n"
        "from nnplayground.script import run\n"
        "real = run.train\n"
        "def train(*args):\n"
        "    for i, event in enumerate(real(*args)):\n"
        "        if i == 2: print('training', flush=True)\n"
        "        yield event\n"
        "run.train = train\n"
        "sys.exit(cli.main(['--script', 'r.toml', '--json', '--out', 'o']))\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, text=True, **pipes) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "training\n"
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert json.loads(out)["status"] == "cancelled"
    assert {p.name for p in (tmp_path / "o").iterdir()} == {"m.weights.h5", "p.nnp", "h.csv"}


@posix
def test_a_disk_that_is_full(process, tmp_path: Path):
    """The system's own limit on file size stands for the disk: history fits, weights do not."""
    outputs = '[output]\nhistory = "h.csv"\nweights = "m.weights.h5"\nmodel = "m.keras"\nproject = "p.nnp"\n'
    text = XOR.replace("units = 4", "units = 4000") + outputs
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    done = process("--script", "r.toml", "--out", "o", limit=20_000)
    assert done.code == 5, done.err
    assert [p.name for p in (tmp_path / "o").iterdir()] == ["h.csv"]
    for name in ("m.weights.h5", "m.keras", "p.nnp"):
        assert f"{name} cannot be written" in done.err
    assert "Traceback" not in done.err
    assert "xor: completed" in done.out


def test_the_exported_program_runs_by_itself_and_takes_the_weights(command, tmp_path: Path, programs: Programs):
    text = XOR.replace('"xor"\n[[', '"spiral"\nvalidation = { fraction = 0.2 }\n[[')
    (tmp_path / "r.toml").write_text(text + '[output]\ncode = "train.py"\nweights = "m.weights.h5"\n', encoding="utf-8")
    ours = command("--script", str(tmp_path / "r.toml"), "--json", "--out", str(tmp_path))
    assert ours.code == 0, ours.err
    more = (
        "\nmodel.load_weights('m.weights.h5')\n"
        "import json\n"
        "print(json.dumps([model.evaluate(x_test, y_test, verbose=0, return_dict=True), list(history.history)]))\n"
    )
    with (tmp_path / "train.py").open("a", encoding="utf-8") as program:
        program.write(more)
    done = programs.run_file("train.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "On the test set: {" in done.stdout
    evaluated, names = json.loads(done.stdout.splitlines()[-1])
    assert set(names) == set(ours.result["history"])
    assert evaluated == pytest.approx(ours.result["test"], rel=1e-4)


@posix
def test_a_reader_that_has_gone(tmp_path: Path):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "nnplayground", "--list", "layers"]
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
