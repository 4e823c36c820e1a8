"""Words and numbers, there and back."""

from __future__ import annotations

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
