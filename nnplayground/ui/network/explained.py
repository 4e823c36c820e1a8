"""Which problem is explained on the canvas. No Qt: the canvas shows it."""

from __future__ import annotations

from nnplayground.core.problems import Problem, Severity

Problems = dict[int, list[Problem]]
"""By the card that has them."""


class Explained:
    """Remembers what was asked about, what was put away, and how far one has paged through a card's problems."""

    def __init__(self) -> None:
        self._dismissed: set[tuple[str, str]] = set()
        self._asked: int | None = None
        self._turn = 0

    def of_one_card(self, problems: Problems, selected: int | None) -> list[Problem]:
        """All problems of one card: the one asked about, the chosen one, or the first, errors before advice."""
        found = sorted(
            ((card, p) for card, ps in problems.items() for p in ps if p.severity is Severity.ERROR or _key(p) not in self._dismissed),
            key=lambda pair: (pair[1].severity is not Severity.ERROR, pair[0] != self._asked, pair[0] != selected),
        )
        return [p for card, p in found if card == found[0][0]]

    def number(self, of: int) -> int:
        """Which of so many is shown."""
        return self._turn % of

    def turn(self, step: int) -> None:
        self._turn += step

    def ask(self, card: int, problems: Problems) -> None:
        """Explain a card's problems, those that were put away included."""
        self._asked, self._turn = card, 0
        self._dismissed -= {_key(p) for p in problems.get(card, ())}

    def put_away(self, problem: Problem) -> None:
        self._dismissed.add(_key(problem))


def _key(problem: Problem) -> tuple[str, str]:
    return problem.path, problem.message
