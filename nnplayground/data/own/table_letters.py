"""Which encoding a text that is no UTF-8 is written in, by what its words look like."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûü", "áéíñóúüºª", "áâãàçéêíóôõúüºª", "àçèéíïòóúü",
    "åäöéü", "æøåéòóô", "áðéíóúýþæö", "éèëïóöüáêç", "äöõüšž",
)  # fmt: skip
"""The letters of German, French, Spanish, Portuguese, Catalan, Swedish, Norwegian, Icelandic, Dutch and Estonian."""
ITALIAN_END = "àèéìòù"
"""Accents that Italian has on the last letter of a word."""
CENTRAL = ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž")
"""The letters of Czech, Slovak, Polish, Hungarian, Romanian, and of Croatian and Slovene."""
TURKISH = ("âçğıi̇îöşüû",)
LATIN = {"cp1250": CENTRAL, "iso8859-2": CENTRAL, "cp1254": TURKISH}
OTHERS = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030", "big5", "cp949")
"""Encodings of other letters than Latin ones."""
SIGNS = "’‘“”„‚‹›«»–—…·•\xa0"
"""What stands between words."""
BEFORE = "¿¡°€£¥§©±×"
"""What stands right before a word or a unit."""
RARE_ALONE = "œšžþð"
"""Letters that are no words of one letter."""
WORD = re.compile(rf"(?:[A-Za-z]|[^\x00-\x7f{SIGNS}])+")
FEW_ODD = 0.2
"""Below this share of odd words a text passes as Western."""
MOST_FIT, PLAIN = 0.9, 0.2
"""From this share of fitting words on, and of ASCII letters in them, it passes as something else in Latin letters."""


def guessed(odd: bytes) -> str:
    """By Python's name. `odd` are lines with other letters than ASCII's. Windows-1252 unless its words are none and another's are."""
    words = _words(odd.decode("cp1252", "replace"))
    strange = sum(not _is_western(word) for word in words)
    if (strange < FEW_ODD * len(words) or not strange) and _fits(odd, "cp1252"):
        return "cp1252"
    shares = {encoding: _share(odd, encoding, languages) for encoding, languages in LATIN.items()}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= MOST_FIT and shares[best] > 1 - strange / max(1, len(words)):
        return best
    return _other(odd)


def _fits(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if not word.isascii()]


def _only(word: str, letters: str) -> bool:
    return all(letter.isascii() or letter in letters for letter in word.lower())


def _is_western(word: str) -> bool:
    """Whether it is a word of one language, with at most a sign such as £ or ² at an end."""
    if len(word) == 1:
        return word.lower() not in RARE_ALONE + "\ufffd"
    if not word[-1].isalpha():
        word = word[:-1]  # m²
    if word[:1] in ("¿", "¡") or (word[:1] and word[0] in BEFORE and len(word) <= 2):
        word = word[1:]  # £m; but Łódź is £ódŸ
    if len(word) > 2 and not any(letter.isascii() for letter in word):
        return _only(word, "åäöüß")  # as people try it out; else letters that are not Latin at all
    if _only(word, "µ") or (word[:-1].isascii() and word[-1].lower() in ITALIAN_END):
        return True
    return any(_only(word, letters) for letters in WESTERN)


def _share(text: bytes, encoding: str, languages: Iterable[str]) -> float:
    """How many of the words are of one language."""
    if not _fits(text, encoding):
        return 0.0
    words = _words(text.decode(encoding))
    letters = "".join(words)
    if sum(letter.isascii() for letter in letters) < PLAIN * len(letters):
        return 0.0  # as of Cyrillic letters read in it
    return max(sum(_only(word, language) for word in words) for language in languages) / max(1, len(words))


def _other(odd: bytes) -> str:
    """Windows-1252 where nothing else gives words of other letters than Latin ones."""
    from charset_normalizer import from_bytes

    best = from_bytes(odd, cp_isolation=list(OTHERS)).best()
    if best is None:
        return "cp1252"
    words = _words(str(best))
    whole = [word for word in words if word.isalpha() and not re.search("[A-Za-z]", word)]
    return codecs.lookup(best.encoding).name if len(whole) > len(words) / 2 else "cp1252"
