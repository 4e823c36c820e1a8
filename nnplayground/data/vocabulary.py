"""Words and their numbers, as Keras's text data sets count them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from nnplayground.data.errors import MalformedFile

START = 1
"""Stands before every text. 0 is what shorter texts are padded with."""
UNKNOWN = 2
OFFSET = 3
"""What is added to a word's place in the list of the most frequent words, which begins with 1."""
UNREADABLE = "?"
"""What padding, start and unknown words are shown as."""

# Apostrophes stay: both word lists have "don't" and "company's".
WORD = re.compile("[^" + re.escape(string.punctuation.replace("'", "") + "“”„«»…–—") + r"\s]+")


@dataclass(frozen=True)
class Numbered:
    """A text as a network is given it, and the words of it that it does not know, each once and in their order."""

    numbers: NDArray[np.int32]
    """(words + 1,): a start, and a number for each word."""
    unknown: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    """Where each word stands in the text: its first letter, and the place behind its last one."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """`words[i]` has the number i + 4; `numbers` is the way back."""

    words: tuple[str, ...]
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        """The most frequent word comes first."""
        words = tuple(words)
        return cls(words, dict(zip(words, range(OFFSET + 1, OFFSET + 1 + len(words)), strict=True)))

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """Keras's word index, a JSON object of words and their places from 1 on. Raises MalformedFile."""
        try:
            # In half the time of Python's own json, and all of that time other threads have to wait.
            index = from_json(path.read_bytes(), cache_strings=False)
        except (OSError, ValueError) as error:
            raise MalformedFile(f"it cannot be read as JSON ({error}).") from error
        if not isinstance(index, dict) or set(map(type, index.values())) - {int}:
            raise MalformedFile("expected an object of words and whole numbers.")
        places = np.array(list(index.values()))
        order = np.argsort(places, kind="stable")
        if not np.array_equal(places[order], np.arange(1, len(index) + 1)):
            raise MalformedFile(f"expected each place from 1 to {len(index):,} once.")
        return cls.of(np.array(list(index), object)[order].tolist())

    def word(self, number: int) -> str:
        place = number - OFFSET - 1
        return self.words[place] if 0 <= place < len(self.words) else UNREADABLE

    def text(self, numbers: Iterable[int]) -> str:
        """The words of these numbers."""
        return " ".join(self.word(int(number)) for number in numbers)

    def number(self, text: str, num_words: int, skip_top: int = 0) -> Numbered:
        """A typed text in numbers from 0 to num_words - 1: lower case, without punctuation, with a start before it."""
        places = tuple(match.span() for match in WORD.finditer(text))
        words = [text[start:end].lower().replace("’", "'") for start, end in places]
        found = (self.numbers.get(word) or self.numbers.get(word.strip("'"), UNKNOWN) for word in words)
        numbers = known(np.array([START, *found], np.int32), num_words, skip_top)
        unknown = (word for word, number in zip(words, numbers[1:], strict=True) if number == UNKNOWN)
        return Numbered(numbers, tuple(dict.fromkeys(unknown)), places)


def known(numbers: NDArray[np.int32], num_words: int, skip_top: int) -> NDArray[np.int32]:
    """Keras's `num_words` and `skip_top`: numbers outside become UNKNOWN."""
    return np.where((numbers >= skip_top) & (numbers < num_words), numbers, np.int32(UNKNOWN))
