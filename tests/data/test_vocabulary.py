"""Words and numbers, there and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.data.vocabulary import START, UNKNOWN, Vocabulary

WORDS = ("the", "film", "was", "don't", "it's", "good", "10", "rock'n'roll", "café")
VOCABULARY = Vocabulary.of(WORDS)


def test_numbers_are_places_plus_three():
    assert VOCABULARY.numbers["the"] == 4
    assert VOCABULARY.text([1, 4, 5, 6, 9]) == "? the film was good"
    assert VOCABULARY.text([0, 0, 2, 3, 12, 13, 10**6]) == "? ? ? ? café ? ?"


@pytest.mark.parametrize(
    ("typed", "known", "unknown"),
    [
        ("The film was GOOD!", "the film was good", ()),
        ("the film,was...good (10/10)", "the film was good 10 10", ()),
        ("I don’t — “it's good”", "? don't it's good", ("i",)),
        ("'good' 'film", "good film", ()),
        ("Rock'n'roll\tat\nthe Café", "rock'n'roll ? the café", ("at",)),
        ("dull dull dreary the dull", "? ? ? the ?", ("dull", "dreary")),
        ("", "", ()),
        ("?!", "", ()),
    ],
)
def test_typed_texts(typed: str, known: str, unknown: tuple[str, ...]):
    numbered = VOCABULARY.number(typed, 10_000)
    assert numbered.numbers[0] == START
    assert VOCABULARY.text(numbered.numbers[1:]) == known
    assert numbered.unknown == unknown


def test_rare_and_skipped_words_are_unknown_to_the_network():
    numbered = VOCABULARY.number("the film was good", num_words=9, skip_top=5)
    assert numbered.numbers.tolist() == [UNKNOWN, UNKNOWN, 5, 6, UNKNOWN]
    assert numbered.unknown == ("the", "good")


@given(st.lists(st.sampled_from(WORDS)))
def test_what_is_written_down_is_read_again(words: list[str]):
    numbered = VOCABULARY.number(" ".join(words), 10_000)
    assert VOCABULARY.text(numbered.numbers[1:]) == " ".join(words)
    assert numbered.unknown == ()


@given(st.text(alphabet=st.sampled_from("abc' ’.,…\t\n\u00a0Éİß😀שלום-_“")))
def test_every_word_has_its_place_in_the_text(text: str) -> None:
    numbered = Vocabulary.of(("a", "b", "ab", "c'a")).number(text, 100)
    assert len(numbered.places) == len(numbered.numbers) - 1
    ends = [0, *(end for _start, end in numbered.places)]
    for before, (start, end) in zip(ends, numbered.places, strict=False):
        assert before <= start < end
        assert not re.search(r"\s", text[start:end])
    words = [text[start:end].lower().replace("’", "'") for start, end in numbered.places]
    assert set(numbered.unknown) <= set(words)
    rest = "".join(text[before:start] for before, start in zip(ends, [*(s for s, _e in numbered.places), len(text)], strict=True))
    assert not any(letter.isalnum() for letter in rest)
