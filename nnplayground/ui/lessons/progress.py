"""`ProgressBook`: how far somebody is in each lesson, and the network they had there, in the user's data folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nnplayground.core.atomic import write_bytes
from nnplayground.core.history import History
from nnplayground.core.project_file import ProjectFile, read_project, write_project

logger = logging.getLogger(__name__)
BOOK, MOST_BYTES = "progress.json", 1_000_000
BROKEN = ".broken"


@dataclass(frozen=True)
class Progress:
    """Of one lesson. Steps, comparisons and pages are those that were done, trained and looked at."""

    step: int = 0
    done: frozenset[int] = frozenset()
    opened: frozenset[str] = frozenset()
    compared: frozenset[int] = frozenset()
    runs: int = 0
    """How many runs the lesson has kept."""
    why: bool = False
    begun: bool = True

    def with_done(self, step: int) -> Progress:
        return replace(self, done=self.done | {step})

    def is_finished(self, steps: int) -> bool:
        """Whether every one of so many steps is done."""
        return all(step in self.done for step in range(steps))

    def first_open(self, steps: int) -> int:
        """The first step that is not done; the last where all are."""
        return next((step for step in range(steps) if step not in self.done), max(steps - 1, 0))

    def plain(self) -> dict[str, Any]:
        return {"step": self.step, "done": sorted(self.done), "opened": sorted(self.opened), "compared": sorted(self.compared),
                "runs": self.runs, "why": self.why}  # fmt: skip

    @classmethod
    def of_plain(cls, raw: Any) -> Progress:
        """The way back. Raises ValueError for what is no progress."""
        try:
            numbers = {key: frozenset(int(value) for value in raw[key]) for key in ("done", "compared")}
            return cls(max(int(raw["step"]), 0), numbers["done"], frozenset(str(page) for page in raw["opened"]), numbers["compared"],
                       max(int(raw["runs"]), 0), bool(raw["why"]))  # fmt: skip
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"expected step, done, opened, compared, runs and why; found {str(raw)[:60]}") from error


NOTHING = Progress(begun=False)


class ProgressBook:
    """Files are written whole; one that cannot be read is put aside and said, and its lesson begins anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.told: Callable[[str], None] = logger.warning
        """What hears of what could not be read or written, in a sentence."""

    def all(self) -> dict[str, Progress]:
        """By the lesson's name. Never fails: what is broken is told of, and there is no progress then."""
        path = self._folder / BOOK
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError(f"expected at most {MOST_BYTES:,} bytes; found {path.stat().st_size:,}")
            raw = json.loads(path.read_text(encoding="utf-8"))
            return {str(name): Progress.of_plain(entry) for name, entry in raw["lessons"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self._put_aside(path, error)
            return {}

    def of(self, name: str) -> Progress:
        return self.all().get(name, NOTHING)

    def keep(self, name: str, progress: Progress) -> None:
        """Write down how far somebody is; what other windows have written of other lessons stays."""
        lessons = {**{key: value.plain() for key, value in self.all().items()}, name: progress.plain()}
        try:
            write_bytes(self._folder / BOOK, json.dumps({"lessons": lessons}, indent=1).encode())
        except OSError as error:
            self.told(f"How far you are in the lesson cannot be kept: {error.strerror or error}.")

    def forget(self, name: str) -> None:
        """Have a lesson begin anew."""
        lessons = {key: value.plain() for key, value in self.all().items() if key != name}
        try:
            write_bytes(self._folder / BOOK, json.dumps({"lessons": lessons}, indent=1).encode())
            self._project(name).unlink(missing_ok=True)
        except OSError as error:
            self.told(f"The lesson's progress cannot be removed: {error.strerror or error}.")

    def keep_project(self, name: str, project: ProjectFile) -> None:
        """Keep the lesson's network. It may be large: on any thread. Raises OSError."""
        write_project(self._project(name), project)

    def project(self, name: str) -> tuple[ProjectFile, History] | None:
        """The lesson's network as it was left; None where there is none that can be read."""
        path = self._project(name)
        if not path.exists():
            return None
        try:
            found = read_project(path)
            return found, History.from_csv(found.history)
        except (OSError, ValueError) as error:
            self._put_aside(path, error)
            return None

    def _project(self, name: str) -> Path:
        return self._folder / f"{name}.nnp"

    def _put_aside(self, path: Path, error: Exception) -> None:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        logger.warning("%s cannot be read and is put aside: %s", path.name, reason)
        try:
            path.replace(path.with_name(path.name + BROKEN))
        except OSError as problem:
            logger.warning("It could not be put aside: %s", problem)
        what = "Your progress in the lessons" if path.name == BOOK else "The network of this lesson"
        self.told(f"{what} could not be read and begins anew; what was there is kept as {path.name}{BROKEN}.")
