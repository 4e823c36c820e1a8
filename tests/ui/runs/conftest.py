from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from nnplayground.ui.document import Document
from nnplayground.ui.files import Files
from nnplayground.ui.questions import Questions
from nnplayground.ui.run import Phase
from nnplayground.ui.runs.batch import Batch
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.keeper import Keeper
from nnplayground.ui.session import TrainingSession


@pytest.fixture
def shelf_folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def make_runs(qtbot: QtBot, shelf_folder: Path) -> Iterator[Callable[[], RunCollection]]:
    """Collections over the same folder: of one window, of another, of the next session."""
    made: list[RunCollection] = []

    def make() -> RunCollection:
        made.append(RunCollection(shelf_folder))
        return made[-1]

    yield make
    for runs in made:
        runs.close()


@pytest.fixture
def runs(make_runs: Callable[[], RunCollection]) -> RunCollection:
    return make_runs()


@pytest.fixture
def keeper(session: TrainingSession, runs: RunCollection) -> Iterator[Keeper]:
    keeper = Keeper(session, runs, session)
    yield keeper
    keeper.close()


@pytest.fixture
def files(qtbot: QtBot, document: Document, session: TrainingSession, keeper: Keeper) -> Files:
    window = QMainWindow()
    qtbot.addWidget(window)
    return Files(document, session, Questions(window))


@pytest.fixture
def batch(document: Document, session: TrainingSession, files: Files, keeper: Keeper, runs: RunCollection) -> Batch:
    return Batch(document, session, files, keeper, runs, session)


@pytest.fixture
def train(qtbot: QtBot, session: TrainingSession) -> Callable[[int], None]:
    """Trains so many epochs, one by one."""

    def train(epochs: int) -> None:
        for _ in range(epochs):
            qtbot.waitUntil(lambda: session.phase in (Phase.READY, Phase.FINISHED) and not session.settle.isActive())
            before = session.epoch
            session.step()
            qtbot.waitUntil(lambda before=before: session.phase in (Phase.READY, Phase.FINISHED) and session.epoch == before + 1)

    return train
