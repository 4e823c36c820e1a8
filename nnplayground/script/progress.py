"""What people see on standard error while a run without a screen goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from nnplayground.engine.events import Epochs, Event, Progress


class Watcher:
    """Words and bars on standard error; silent when asked to be, bars only on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False)

    def say(self, text: str) -> None:
        """One line for people."""
        self.console.print(text, markup=False, soft_wrap=True)

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Something that takes a while and cannot say how far it is."""
        if not self.console.is_terminal:
            yield
            return
        with self.console.status(text):
            yield

    @contextmanager
    def training(self, title: str, epochs: int) -> Iterator[EpochBar]:
        """A bar that counts epochs."""
        title_column, numbers = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[numbers]}", markup=False)
        columns = (title_column, BarColumn(), MofNCompleteColumn(), numbers, TimeRemainingColumn())
        bars = Bars(*columns, console=self.console, disable=self.console.quiet or not self.console.is_terminal)
        with bars:
            yield EpochBar(bars, title, epochs)

    @contextmanager
    def runs(self, title: str, runs: int, done: int) -> Iterator[Callable[[], None]]:
        """A bar that counts the runs of a sweep; what it gives is called after each."""
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Bars(*columns, console=self.console, disable=self.console.quiet or not self.console.is_terminal) as bars:
            task = bars.add_task(title, total=runs, completed=done)
            yield lambda: bars.advance(task)


class EpochBar:
    """One run's bar."""

    def __init__(self, bars: Bars, title: str, epochs: int) -> None:
        self.bars = bars
        self.task = bars.add_task(title, total=epochs, numbers="")

    def show(self, event: Event) -> None:
        """Move the bar to where an event says the run is."""
        if isinstance(event, Epochs):
            numbers = {name: values[-1] for name, values in event.logs.items()}
            self.bars.update(self.task, completed=event.last, numbers=_text(numbers))
        elif isinstance(event, Progress):
            done = event.epoch - 1 + event.step / event.steps
            self.bars.update(self.task, completed=round(done, 2), numbers=_text(event.logs))


def _text(numbers: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in numbers.items())
