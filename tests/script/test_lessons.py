"""`scripts/lessons.py`: the quick chapters in full against their bands, and a row for every recipe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from nnplayground.core.recipe import read_variations

ROOT = Path(__file__).resolve().parents[2]
RECIPES = sorted(path.stem for path in (ROOT / "resources" / "lessons").glob("*.toml") if ".lesson." not in path.name)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import _lessons

    return _lessons


def test_the_quick_chapters_are_inside_their_bands_and_the_others_train(
    rows: ModuleType, real_data: Path | None, capsys: pytest.CaptureFixture[str]
):
    """The long ones are shortened to one epoch; the test says which."""
    command = [sys.executable, str(ROOT / "scripts" / "lessons.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=170, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All that were judged are inside their bands." in done.stderr
    assert done.stdout.count(" yes ") == sum(lesson.short for lesson in rows.LESSONS)
    trained = [lesson for lesson in rows.LESSONS if real_data is not None or not lesson.texts]
    assert done.stdout.count("after one epoch") == sum(not lesson.short for lesson in trained)
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(done.stdout.splitlines()[-3:]) + "\n")


def test_every_recipe_has_a_row_but_for_sweeps(rows: ModuleType):
    single = [name for name in RECIPES if read_variations(ROOT / "resources" / "lessons" / f"{name}.toml")[1] is None]
    assert sorted(lesson.recipe for lesson in rows.LESSONS) == single


def test_what_is_outside_of_its_band_is_seen(rows: ModuleType):
    def run(**result):
        return rows.Run(result, (0.0, 0.4))

    history = {"loss": [1.0] * 20, "val_loss": [0.3, 0.28, *[0.9] * 18]}
    turning = run(status="completed", epochs=20, history=history, test={"accuracy": 0.7})
    judge = {lesson.recipe: lesson.judge for lesson in rows.LESSONS}
    earlier = {"reuters": [run(test={"accuracy": 0.72})], "fashion": [run(test={"accuracy": 0.72, "loss": 0.5})]}
    assert judge["imdb"]([turning], {}).inside
    assert not judge["fashion_overfitting"]([turning], {}).inside
    assert not judge["mnist"]([turning], {}).inside
    assert not judge["reuters_bottleneck"]([turning], earlier).inside
    assert not judge["line"]([turning], {}).inside
    assert not judge["gender"]([run(history={"accuracy": [0.8]})], {}).inside  # the network says a man
    assert not judge["stop"]([run(status="completed", reason="", epochs=1, history={"loss": [0.3]})], {}).inside
    assert not judge["gates_xor"]([run(status="stopped", epochs=1, history={"accuracy": [1.0]})], {}).inside
