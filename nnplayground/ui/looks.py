"""`Looks`: what is seen of a network besides its training, pictures and test numbers, a piece at a time."""

from __future__ import annotations

import time
from dataclasses import replace

from nnplayground.data.dataset import Dataset
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Event, Split
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.mailbox import INTERVAL, Mailbox, Measured

PIECE = 0.02
"""Seconds of looking between two pulls, or between two commands: nothing waits longer for it."""
PROBE_SHARE = 0.3
"""The most of the time that may go into pictures while training."""
MEASURE_EVERY = 1.0
SMALL = 5_000
"""Samples up to which the training set, too, is measured before the first epoch."""


class Looks:
    """Lives on the worker's thread. An answer that takes long is asked for again and again until it is there."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._backend: Backend | None = None
        self._run = 0
        self._small = False
        self._request: ProbeRequest | None = None
        self._pictures: ProbeRequest | None = None
        """What was last wanted besides what takes long."""
        self._long: ProbeRequest | None = None
        """What looks at many samples: an examination, or what the units do."""
        self._found: Snapshot | None = None
        self._splits: list[Split] = []
        self._numbers: dict[Split, dict[str, float]] = {}
        self._quick: bool | None = None
        self._next_probe = self._next_measure = 0.0

    def open(self, backend: Backend, dataset: Dataset, run: int) -> None:
        """Look at a run that begins, or begins anew under another number."""
        self._backend, self._run, self._small = backend, run, len(dataset.train) + len(dataset.test) <= SMALL
        self._forget()
        self._quick = None
        self._next_probe = self._next_measure = 0.0
        self.want_numbers()

    def close(self) -> None:
        self._backend = None
        self._forget()
        self._splits = []

    def _forget(self) -> None:
        self._request = self._pictures = self._long = None
        self._found = None

    def want_numbers(self) -> None:
        """The test numbers of the network as it is now; those of the training set too where no epoch has told them."""
        assert self._backend is not None
        untold = self._small and self._backend.epoch == 0
        self._splits, self._numbers = ([Split.TRAIN, Split.TEST] if untold else [Split.TEST]), {}

    def train_on(self) -> None:
        """Training goes on: numbers of the network as it was are not wanted any more."""
        self._splits = []

    @property
    def unanswered(self) -> bool:
        """Whether there is anything left to look at while nothing trains."""
        return self._wanted or bool(self._splits)

    @property
    def _wanted(self) -> bool:
        return self._request is not None or self._long is not None or self._mailbox.has_probe(self._run)

    def piece(self) -> Event | None:
        """Work on what is wanted for about `PIECE` seconds, pictures first; the answer when it is complete."""
        if (snapshot := self._probe(anew=True)) is not None or self._wanted or not self._splits:
            return snapshot
        split = self._splits[0]
        numbers = self._open.evaluate(split, PIECE)
        if numbers is None:
            return None
        self._numbers[self._splits.pop(0)] = numbers
        if self._splits:
            return None
        if self._quick is None:
            self._quick = True  # as far as is known: this first time compiled, which is no measure of the next
        self._next_measure = time.monotonic() + MEASURE_EVERY
        return Measured(self._open.run_id or 0, self._numbers.get(Split.TRAIN, {}), self._numbers[Split.TEST])

    @property
    def due(self) -> bool:
        """Whether it is time to look, while training goes on."""
        now = time.monotonic()
        return (self._wanted and now >= self._next_probe) or (bool(self._quick) and now >= self._next_measure)

    def between_pulls(self) -> Event | None:
        """One look while training goes on, when it is `due`: often enough to see it move, seldom enough to leave it the time."""
        now = time.monotonic()
        if now >= self._next_probe and self._wanted:
            snapshot = self._probe(anew=False)
            self._next_probe = now + max(INTERVAL, (time.monotonic() - now) / PROBE_SHARE)
            return snapshot
        if not self._quick or now < self._next_measure:
            return None  # the window wants no picture any more
        numbers = self._open.evaluate(Split.TEST, PIECE)
        self._next_measure = time.monotonic() + MEASURE_EVERY
        if numbers is None:  # and it would begin anew after every pull
            self._quick = False
            return None
        return Measured(self._open.run_id or 0, {}, numbers)

    def _probe(self, *, anew: bool) -> Snapshot | None:
        """Pictures do not wait for what takes long: it comes with the pictures that follow it."""
        self._take_request(anew=anew)
        snapshot = self._open.probe(self._request, PIECE) if self._request is not None else None
        if snapshot is not None:
            self._request = None
        if self._long is not None and (found := self._open.probe(self._long, PIECE)) is not None:
            self._long = None
            if self._pictures is None:
                return found
            self._found = found
            if snapshot is None:
                self._request = self._pictures
        if snapshot is None or self._found is None:
            return snapshot
        found, self._found = self._found, None
        failures = {**snapshot.failures, **found.failures}
        return replace(snapshot, examination=found.examination, activity=found.activity, failures=failures)

    def _take_request(self, *, anew: bool) -> None:
        """Whether what takes long, and is on its way, begins `anew`: while training goes on it would never end."""
        if (wanted := self._mailbox.next_probe(self._run)) is None:
            return
        pictures = replace(wanted, examine=False, activity=0)
        self._request = self._pictures = pictures if pictures.wants_anything else None
        long = ProbeRequest(examine=wanted.examine, activity=wanted.activity)
        if not long.wants_anything:
            self._long = self._found = None
        elif anew or self._long is None or self._long != long:
            self._long, self._found = long, None

    @property
    def _open(self) -> Backend:
        if self._backend is None:
            raise EngineError("There is no network to look at yet.")
        return self._backend
