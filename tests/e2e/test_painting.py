"""Points painted in the window, learnt by the real TensorFlow; and the same project without a screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from e2e.hand import LONG, click
from pytestqt.qtbot import QtBot
from ui.paint.hands import Hands, Place

from nnplayground.cli import main
from nnplayground.core import edits
from nnplayground.core.layers import Dense
from nnplayground.core.recipe import to_toml
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase

CENTRES = ((-3.0, 2.5), (3.0, 2.5), (0.0, -3.0))


@pytest.fixture
def hands(window: MainWindow) -> Hands:
    window.data.data_chosen.emit("points")
    return Hands(window)


def blob(at: Place) -> list[Place]:
    return [(at[0] + np.cos(a), at[1] + np.sin(a)) for a in np.linspace(0, 6, 12)]


def train(qtbot: QtBot, hands: Hands, good: Callable[[], bool]) -> None:
    session = hands.window.session
    qtbot.waitUntil(lambda: session.phase is Phase.READY, timeout=LONG)
    click(qtbot, hands.window, "playButton")
    qtbot.waitUntil(lambda: session.epoch > 0 and good(), timeout=LONG)
    click(qtbot, hands.window, "playButton")
    qtbot.waitUntil(lambda: session.phase in (Phase.READY, Phase.FINISHED), timeout=LONG)


def test_three_painted_classes_are_told_apart_in_the_window_and_by_a_script(
    hands: Hands, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    window = hands.window
    for number, centre in enumerate(CENTRES):
        hands.click(f"paintClass{number}" if number < 2 else "addClassButton")
        hands.stroke(*blob(centre))
    assert window.document.spec.layers[-1] == Dense(units=3, activation="softmax")
    session = window.session
    window.document.apply(Edit("longer", lambda spec: edits.change_training(spec, epochs=5000)))
    train(qtbot, hands, lambda: session.history.values("accuracy")[-1] > 0.98)

    # Each centre is read as its class, and its region is in the class's colour.
    output_map = window.output.map
    qtbot.waitUntil(lambda: output_map._outputs is not None)
    qtbot.waitUntil(lambda: all(f"class {number}" in output_map.read_out(*centre) for number, centre in enumerate(CENTRES)))

    # Another stroke: another run, of all points; undo goes back to those of before.
    before = len(hands.points)
    hands.click("paintClass0")
    hands.stroke(*blob((-3.0, -3.0)))
    assert len(hands.points) > before
    train(qtbot, hands, lambda: session.history.values("accuracy")[-1] > 0.98)
    assert session.dataset is not None
    assert len(session.dataset.train) + len(session.dataset.test) == len(hands.points)
    qtbot.waitUntil(lambda: "class 0" in output_map.read_out(-3.0, -3.0))
    window.document.stack.undo()
    assert len(hands.points) == before

    # Without a screen the same points give a result too.
    spec = edits.change_training(window.document.spec, epochs=40)
    recipe = tmp_path / "painted.toml"
    recipe.write_text(to_toml(edits.set_name(spec, "painted")), encoding="utf-8")
    assert main(["--script", str(recipe), "--out", str(tmp_path / "out"), "--quiet", "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["test"]["accuracy"] > 0.9


def test_painted_values_become_a_surface(hands: Hands, qtbot: QtBot):
    hands.tools.task.button("regression").click()
    for value, centre in ((20, CENTRES[0]), (-20, CENTRES[1]), (10, CENTRES[2])):
        hands.tools.value.setValue(value)
        hands.stroke(*blob(centre))
    session = hands.window.session
    hands.window.document.apply(Edit("longer", lambda spec: edits.change_training(spec, epochs=2000)))
    train(qtbot, hands, lambda: session.history.values("loss")[-1] < 0.01)
    output_map = hands.window.output.map

    def heights() -> list[float]:
        outputs = output_map._outputs
        if outputs is None:
            return []
        line = np.linspace(-6, 6, outputs.shape[0])
        return [outputs[np.abs(line - y).argmin(), np.abs(line - x).argmin(), 0] for x, y in CENTRES]

    # The last look at a run comes after its last step.
    qtbot.waitUntil(lambda: heights() == pytest.approx([1.0, -1.0, 0.5], abs=0.3), timeout=LONG)
