"""`TrainingSession`: what a change of the project means for the run, and the run as the window sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatchmethod

from PySide6.QtCore import QObject, QThread, Slot

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Failed, Finished, Noted, Progress, Started, Status, TrainRequest
from nnplayground.engine.folds import without_folds
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.crew import Crew
from nnplayground.ui.document import Document
from nnplayground.ui.left_runs import LeftRuns
from nnplayground.ui.loading import Load, load_project_data
from nnplayground.ui.mailbox import Answered, Downloading, EngineMissing, EngineReady, Loaded, Measured, Paused, Prepared
from nnplayground.ui.pictures import Pictures
from nnplayground.ui.run import Engine, Phase, Resume, Run
from nnplayground.ui.settle import Settle
from nnplayground.ui.standing import Standing
from nnplayground.ui.supply import Stand, Supply
from nnplayground.ui.worker import DEFAULT_SPEED, Assignment, Speed, Worker


class TrainingSession(Standing):
    """Lives on the window's thread. Reads the document, drives the worker, and tells panels by signals."""

    def __init__(
        self, document: Document, create_backend: Callable[[], Backend], load_data: Load = load_project_data, parent: QObject | None = None
    ) -> None:
        super().__init__(document, parent)
        self._crew = Crew(create_backend, load_data, self)
        self._crew.mail.connect(self._take)
        self._mailbox = self._crew.mailbox
        self.settle = Settle(self)
        self.settle.timeout.connect(self._begin)
        document.changed.connect(self._on_document_changed)
        self.probe_source: Callable[[], ProbeRequest | None] = lambda: None
        self.left = LeftRuns(self.ask, self)
        self.left.came.connect(self._on_left)
        self.supply = Supply(self._crew.load, self)
        self.supply.dataset_changed.connect(self.dataset_changed)
        self.speed = DEFAULT_SPEED
        self.refusal: Callable[[], str] = lambda: ""
        """Why the run is not to go on now; empty where it may."""
        self._waits = False
        self._pictures = Pictures(lambda: self.probe_source() if self._opened is not None else None, self._look, self)
        self._pictures.taken.connect(self.snapshot_taken)

    # What the window asks

    def start(self) -> None:
        """Begin: load the data and import TensorFlow, each on its own thread."""
        self._crew.start()
        self._begin()

    def close(self) -> None:
        self.settle.stop()
        self._pictures.forget()
        self._crew.close()

    def toggle(self) -> None:
        self.pause() if self.wants_to_train else self.play()

    def play(self) -> None:
        """Train; as soon as TensorFlow, data and network are there. A run that is complete goes on for another round."""
        if not self.can_train or self.wants_to_train:
            return
        if self._is_refused():
            return
        if self.run.status is Status.DIVERGED:
            self.reset()
        if self.phase not in (Phase.READY, Phase.FINISHED):
            self._play_when_ready = True
            self.settle.hurry()
            self.phase_changed.emit(self.phase)
            return
        more = self._document.spec.training.epochs if self.epoch >= self.run.until else 0
        self._go(Worker.play, max(self.run.until + more, self.epoch + 1))

    def step(self) -> None:
        if self.phase not in (Phase.READY, Phase.FINISHED) or self.run.status is Status.DIVERGED or self._is_refused():
            return
        self._go(Worker.step, max(self.run.until, self.epoch + 1))

    def _is_refused(self) -> bool:
        """Whether something else trains just now; if so, it is said."""
        if why := self.refusal():
            self.noted.emit(why, "warn")
        return bool(why)

    def pause(self) -> None:
        self._play_when_ready = False
        if self.phase is Phase.TRAINING:
            self._crew.send(Worker.pause)
        else:
            self.phase_changed.emit(self.phase)

    def stop(self) -> None:
        self._play_when_ready = False
        if self.phase is Phase.TRAINING or (self.phase is Phase.READY and self.epoch):
            self._crew.send(Worker.stop)

    def reset(self) -> None:
        """Back to the first epoch with the same initial weights."""
        self._play_when_ready = False
        self.resume = None
        self.left.forget(self._document.spec)
        if (dataset := self.supply.loaded) is None or self._opened is None or self.phase in (Phase.PREPARING, Phase.BLOCKED, Phase.FAILED):
            self.supply.allow()
            self._schedule(0)
            return
        self._new_run()
        request = TrainRequest(without_folds(self._document.spec), dataset, self.run_id)
        self._crew.send(lambda worker: worker.rewind(request.run_id, request))
        self._set_phase(Phase.PREPARING)

    @property
    def training_thread(self) -> QThread:
        """The only thread that TensorFlow is used on; whoever else trains on it has to end before `close`."""
        return self._crew.threads[0]

    def cancel_loading(self) -> None:
        """Wait for the samples no longer. They are loaded when they are asked for again."""
        if self.supply.stand is Stand.LOADING:
            self._mailbox.newest += 1
            self._play_when_ready = False
            self.supply.decline()
            self._set_phase(Phase.FAILED)

    def load_again(self) -> None:
        """Have the samples loaded anew: they were called off, were not to be had, or are others now."""
        self.supply.forget()
        self._schedule(0)
        self.left.forget(self._document.spec)

    def set_speed(self, epochs_per_second: float | None) -> None:
        self.speed = Speed(epochs_per_second)
        self._crew.send(lambda worker, speed=self.speed: worker.set_speed(speed))  # type: ignore[misc]
        self.run_changed.emit()

    def refresh(self) -> None:
        """A view wants to be shown something else than before."""
        self._pictures.ask(again=True)

    def resume_with(self, resume: Resume) -> None:
        """Begin a run that goes on where a file stopped."""
        self._schedule(0)
        self.resume = resume

    def open_with(self, resume: Resume) -> None:
        """The same, for another project: nothing of the one before is kept."""
        self._opened = None
        self.left.begin(resume)
        self.resume_with(resume)

    def ask(
        self, work: Callable[[Backend], object], done: Callable[[object, str], None], *, changes: bool = False, by_hand: bool = False
    ) -> None:
        """Let a function have, or change, the network on the worker's thread; `done` hears its result, or what went wrong."""
        self.run.touched = self.run.touched or changes
        self._crew.ask(work, done, changes=changes, by_hand=by_hand)

    # What a change of the project means

    def _on_document_changed(self, _before: Analysis, after: Analysis) -> None:
        new = after.spec
        if self._opened is not None and edits.with_live_settings(self._opened, new) == new:
            self._take_over(new, after)
            return
        self._play_when_ready = False
        if not self.supply.suits(after.facts):  # at once, before any panel is shown the new project
            self.supply.drop()
        self._schedule(self.settle.patience)

    def _take_over(self, new: ProjectSpec, analysis: Analysis) -> None:
        """The same run goes on with other settings; while one of them is a problem, it waits."""
        if analysis.errors:
            self.pause()
            self._set_phase(Phase.BLOCKED)
            return
        before, self._opened = self._opened, new
        assert before is not None
        self._crew.send(lambda worker: worker.set_live(without_folds(new)))
        if before.training.epochs != new.training.epochs:
            self.run.until = new.training.epochs
            self._crew.send(lambda worker: worker.set_until(new.training.epochs))
        if self.phase is Phase.BLOCKED:
            self._set_phase(Phase.READY if self.run.status is None else Phase.FINISHED)
        self.run_changed.emit()

    def _schedule(self, milliseconds: int) -> None:
        # The run that is open counts no more, from now on: the worker stops at its next look.
        run_id, opened = self.run_id, self._opened
        self._mailbox.newest += 1
        self._crew.send(lambda worker: worker.pause())
        self._opened, self._waits = None, False
        if opened is not None and self.resume is None:
            self.left.leave(run_id, opened, self.run)
        self._set_phase(Phase.BLOCKED if self._document.analysis.errors else Phase.PREPARING)
        self.settle.start(milliseconds)

    def _begin(self) -> None:
        self.settle.stop()  # an edit before `start` has set it off
        spec = self._document.spec
        if self.resume is not None and not self.resume.suits(spec):
            self.resume = None
        if self.resume is None and (waits := self.left.awaits(spec)):
            self._waits = waits
            return
        self.resume = self.resume or self.left.find(spec)
        self._new_run()
        if self.supply.has(spec):
            self._open_run()
        elif self.supply.declines(spec):
            self._set_phase(Phase.FAILED)
        else:
            self._set_phase(Phase.BLOCKED if self._document.analysis.errors else Phase.PREPARING)
            if self._document.analysis.facts.unknown:
                self.supply.forget()  # there is nothing to load, and the project's problem says why
            else:
                self.supply.fetch(self.run_id, spec)

    def _on_left(self) -> None:
        if self._waits:
            self._waits = False
            self._begin()

    def _open_run(self) -> None:
        if self._document.analysis.errors:
            self._set_phase(Phase.BLOCKED)
            return
        self._set_phase(Phase.PREPARING)
        if self.engine is not Engine.READY or (dataset := self.supply.loaded) is None:
            return
        if self.resume is not None and (why := self.resume.misfit(dataset.facts)):
            self.resume = None  # its weights would be taken for those of other classes
            self.left.forget(self._document.spec)
            self._new_run()
            self.noted.emit(self.tr("The saved run does not fit the data and starts anew: {why}").format(why=why), "warn")
        resume, spec = self.resume, self._document.spec
        request = TrainRequest(without_folds(spec), dataset, self.run_id)
        assignment = Assignment(request, *((resume.state, resume.weights) if resume else ()))
        self._opened = spec
        self._crew.send(lambda worker: worker.assign(assignment))

    def _new_run(self) -> None:
        self._mailbox.newest += 1
        self._mailbox.ask(None)
        self._pictures.forget()
        before, self.run = self.history, Run.of(self._document.spec, self.resume)
        self.run_reset.emit(before)
        self.history_changed.emit(self.history)
        self.run_changed.emit()

    def _go(self, command: Callable[[Worker, int], None], until: int) -> None:
        self.run.go_on(until)
        self._crew.send(lambda worker: command(worker, until))
        self._set_phase(Phase.TRAINING)
        self._pictures.ask()

    def _set_phase(self, phase: Phase) -> None:
        changed, self.phase = self.phase is not phase, phase
        if changed:
            self.phase_changed.emit(phase)

    def _look(self, request: ProbeRequest) -> None:
        self._mailbox.ask(request)
        if self.phase is not Phase.TRAINING:
            self._crew.send(Worker.answer)

    # What comes from the threads

    @Slot()
    def _take(self) -> None:
        if self._crew.closed:
            return
        self._pictures.show()
        epochs_before, moved = self.epoch, False
        for item in self._mailbox.take():
            if isinstance(item, Event) and item.run_id != self.run_id:
                self.left.hear(item)
                continue
            if isinstance(item, Snapshot):
                self._pictures.hear(item)
            else:
                moved = True
                self._receive(item)
        if self.epoch != epochs_before:
            self.history_changed.emit(self.history)
            self.measured.emit(*self.run.numbers())
            self.run_changed.emit()
        if self.phase is Phase.TRAINING and self.epoch != epochs_before and self._pictures.put_off():
            return
        self._pictures.show()
        if moved:
            self._pictures.ask(again=self.phase is not Phase.TRAINING)

    @singledispatchmethod
    def _receive(self, item: object) -> None:
        match item:
            case Downloading():
                self.downloading.emit(item)
            case Noted():
                self.noted.emit(item.text, "")
            case Answered():
                self._crew.answered(item)
            case _:
                raise TypeError(f"expected an item of the mailbox; found {type(item).__name__}")

    @_receive.register
    def _(self, item: EngineReady) -> None:
        self.engine = Engine.READY
        self.engine_changed.emit(self.engine)
        if self.supply.has(self._document.spec):
            self._open_run()

    @_receive.register
    def _(self, item: EngineMissing) -> None:
        self.engine = Engine.MISSING
        self.engine_changed.emit(self.engine)
        self._play_when_ready = False
        self.failed.emit(item.message, item.details)

    @_receive.register
    def _(self, item: Loaded) -> None:
        self.supply.take(item.dataset)
        if not self.supply.suits(self._document.analysis.facts):  # a file of one's own holds something else by now
            self._document.look_again()
        self.dataset_changed.emit(item.dataset)
        self._open_run()

    @_receive.register
    def _(self, item: Started) -> None:
        self.run.begin(item)
        self.supply.scale_as(item.scaling)
        self.resume = None
        self.run_changed.emit()
        for warning in item.warnings:
            self.noted.emit(warning, "warn")

    @_receive.register
    def _(self, item: Prepared) -> None:
        if self.phase is not Phase.PREPARING:
            return
        self._set_phase(Phase.READY)
        if self._play_when_ready:
            self._play_when_ready = False
            self.play()

    @_receive.register
    def _(self, item: Epochs) -> None:
        self.run.add(item)

    @_receive.register
    def _(self, item: Progress) -> None:
        self.run.move(item)
        self.progressed.emit(item)
        self.measured.emit(*self.run.numbers())

    @_receive.register
    def _(self, item: Measured) -> None:
        self.run.measure(item)
        self.measured.emit(*self.run.numbers())

    @_receive.register
    def _(self, item: Paused) -> None:
        if self.phase is Phase.TRAINING:
            self._set_phase(Phase.READY)

    @_receive.register
    def _(self, item: Finished) -> None:
        self.run.status = item.status
        self._set_phase(Phase.FINISHED)
        self.finished.emit(item)

    @_receive.register
    def _(self, item: Failed) -> None:
        self._play_when_ready = False
        if self.supply.stand is Stand.LOADING:
            self.supply.fail(item.message)
        self._set_phase(Phase.FAILED)
        self.failed.emit(item.message, item.details)
