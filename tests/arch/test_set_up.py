"""The scripts that set up a bare machine, and the fixture that watches for leftovers."""

import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/_environment.py at work in an empty repository."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import _environment

    venv = tmp_path / ".venv"
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    for name, value in {"ROOT": tmp_path, "VENV": venv, "STAMP": venv / "nnplayground.json", "CONSTRAINTS": tmp_path / "constraints.txt",
                        "PYTHON": Path(sys.executable)}.items():
        monkeypatch.setattr(_environment, name, value)
    return _environment


@pytest.fixture
def pip_calls(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be installed; each entry is pip's last argument."""
    calls: list[str] = []

    def call(command: list[str], **_: object) -> int:
        if "pip" in command:
            calls.append(command[-1])
        else:
            environment.VENV.mkdir()
            (environment.VENV / "pyvenv.cfg").write_text(f"command = python -m venv {environment.VENV}\n", encoding="utf-8")
        return 0

    monkeypatch.setattr(environment.subprocess, "call", call)
    return calls


@pytest.mark.parametrize("name", ["run.py", "test.py", "check.py"])
def test_an_old_python_can_read_as_far_as_the_sentence_about_its_age(name: str):
    source = (SCRIPTS / name).read_text(encoding="utf-8")
    head = source.partition("import _environment")[0]
    assert "sys.version_info < (3, 11)" in head
    ast.parse(head, feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(ast.parse(head)))


def test_nothing_is_installed_twice(environment: ModuleType, pip_calls: list[str]):
    environment.ensure(["test"])
    environment.ensure(["test"])
    environment.ensure()
    assert pip_calls == [".[test]"]


def test_another_extra_keeps_the_first(environment: ModuleType, pip_calls: list[str]):
    environment.ensure(["test"])
    environment.ensure(["dev"])
    environment.ensure(["test"])
    assert pip_calls == [".[test]", ".[dev,test]"]


def test_new_requirements_are_installed(environment: ModuleType, pip_calls: list[str]):
    environment.ensure()
    (environment.ROOT / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    environment.ensure()
    environment.CONSTRAINTS.write_text("numpy==2.0\n", encoding="utf-8")
    environment.ensure()
    assert pip_calls == [".", ".", "."]


def test_an_interrupted_installation_is_done_again(environment: ModuleType, pip_calls: list[str], monkeypatch: pytest.MonkeyPatch):
    ordinary = environment.subprocess.call

    def interrupted(command: list[str], **options: object) -> int:
        if "pip" in command:
            raise KeyboardInterrupt
        return ordinary(command, **options)

    with monkeypatch.context() as patch:
        patch.setattr(environment.subprocess, "call", interrupted)
        with pytest.raises(SystemExit) as end:
            environment.ensure()
    assert end.value.code == 130
    environment.ensure()
    assert pip_calls == ["."]


def test_a_failed_installation_is_said_and_done_again(
    environment: ModuleType, pip_calls: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    ordinary = environment.subprocess.call
    with monkeypatch.context() as patch:
        patch.setattr(environment.subprocess, "call", lambda command, **o: 1 if "pip" in command else ordinary(command, **o))
        with pytest.raises(SystemExit) as end:
            environment.ensure()
    assert end.value.code == 1
    out, err = capsys.readouterr()
    assert "The installation failed" in err
    assert out == ""
    environment.ensure()
    assert pip_calls == ["."]


def test_a_moved_environment_is_made_anew(environment: ModuleType, pip_calls: list[str], tmp_path: Path):
    environment.ensure(["test"])
    config = environment.VENV / "pyvenv.cfg"
    config.write_text(f"command = python -m venv {tmp_path / 'elsewhere' / '.venv'}\n", encoding="utf-8")
    (environment.VENV / "old").touch()
    environment.ensure()
    assert pip_calls == [".[test]", ".[test]"]
    assert not (environment.VENV / "old").exists()


def test_a_stamp_that_cannot_be_read_counts_as_none(environment: ModuleType, pip_calls: list[str]):
    environment.ensure()
    for text in ("", "[]", json.dumps({"key": 1}), "\x00"):
        environment.STAMP.write_text(text, encoding="utf-8")
        environment.ensure()
    assert len(pip_calls) == 5


LEAKS = {
    "Python thread 'stuck'": "t = threading.Thread(target=threading.Event().wait, name='stuck', daemon=True); t.start()",
    "QTimer 'pulse' every 1000 ms": "t = QTimer(objectName='pulse'); t.start(1000); KEEP.append(t)",
    "QThread 'worker'": "t = QThread(objectName='worker'); t.start(); KEEP.append(t)",
}


def test_a_test_that_leaves_something_running_fails_and_names_it(tmp_path: Path):
    """The real conftest in a process of its own, over one test for each kind of leftover and one that ends its thread."""
    bodies = [*LEAKS.values(), "t = QThread(); t.start(); t.quit(); assert t.wait(5000)"]
    lines = ["import threading", "from PySide6.QtCore import QThread, QTimer", "KEEP = []"]
    for i, body in enumerate(bodies):
        lines += [f"def test_{i}(qapp):", f"    {body}"]
    lines += ["def test_last():", "    KEEP[-1].quit()", "    KEEP[-1].wait()"]
    (tmp_path / "test_leaks.py").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "5 passed, 3 errors" in done.stdout, done.stdout
    for text in LEAKS:
        assert f"left behind: {text}" in done.stdout


def run_group(program: str, longest: int) -> subprocess.CompletedProcess[str]:
    """A group of tests as scripts/test.py runs it, with `program` in pytest's place; exits with 1 when it failed."""
    code = (
        "import importlib.util, sys\n"
        f"sys.path.insert(0, {str(SCRIPTS)!r})\n"
        f"spec = importlib.util.spec_from_file_location('groups', {str(SCRIPTS / 'test.py')!r})\n"
        "groups = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(groups)\n"
        f"groups.LONGEST = {longest}\n"
        "sys.exit(groups._run([sys.executable, '-X', 'faulthandler', '-c', sys.argv[1]]))\n"
    )
    return subprocess.run([sys.executable, "-c", code, program], capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere it is ended without a word")
def test_a_group_that_is_stuck_is_ended_and_says_where():
    done = run_group("import time\nprint('so far', flush=True)\ndef stuck():\n    time.sleep(1000)\nstuck()", longest=3)
    assert done.returncode == 1
    assert "so far" in done.stdout
    assert "in stuck" in done.stdout
    assert "ended with code -6" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="elsewhere crashes have other codes")
@pytest.mark.parametrize(("crashes", "code"), [(1, 0), (2, 1)])
def test_a_group_that_crashed_is_run_once_more_and_says_so(tmp_path: Path, crashes: int, code: int):
    marks = tmp_path / "marks"
    program = (
        f"import os, pathlib, signal\nmarks = pathlib.Path({str(marks)!r})\nmarks.mkdir(exist_ok=True)\n"
        f"number = len(list(marks.iterdir()))\n(marks / str(number)).touch()\n"
        f"number < {crashes} and os.kill(os.getpid(), signal.SIGSEGV)"
    )
    done = run_group(program, longest=60)
    assert done.returncode == code
    assert done.stdout.count("ended with code -11") == crashes


def test_a_process_that_a_test_left_behind_does_not_hold_up_the_rest():
    sleeper = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])"
    done = run_group(f"import subprocess, sys\nprint({sleeper}.pid)", longest=90)
    pid = int(done.stdout.split()[-1])
    os.kill(pid, signal.SIGTERM)
    assert done.returncode == 0
