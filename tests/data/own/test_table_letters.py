"""Encodings are guessed from a few words: Windows-1252 unless the words are none in it."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from nnplayground.core.own_data import OwnTable
from nnplayground.data.own import table

WESTERN = (
    "prénom Hélène", "São Paulo;não", "año;niño", "Göteborg", "Temp °C", "mäßig", "Größe;Preis €\n" * 40, "Größe;Preis €",
    "£m;€;m³;m²;µm;1ª;nº", "Müller;Nuñez;François;Björn;Søren;Ångström", "García;Søren", "città;perché;lunedì", "cœur;Noël;garçon",
    "ação;coração;português", "l’été – “déjà vu”", "smörgåsbord;Åsa", "Þórður;Æsa", "¿Qué;¡Olé!", "±5;½;¼ l;£5", "é", "naïve;façade;Zoë",
    "Fläche m²;Temp °C\n20;30", "äöüß;ÅÄÖ", "µg/m³;Länge×Breite", "CAFÉ;ÉTÉ;più;così;è", "pää;hääyö;øl;Ærø", "Nüñez",
)  # fmt: skip
OTHERS = (
    ("cp1251", "Имя;Город;Возраст\nАнна;Москва;31"), ("cp1251", "да;нет"), ("cp1251", "цвет,размер\nкрасный,1\nсиний,2"),
    ("koi8_r", "Привет;Москва;Город\nбольшой;красный"), ("shift_jis", "名前;都市\n太郎;東京"), ("shift_jis", "色;値\nあか;1\nみどり;2"),
    ("shift_jis", "テスト;データ"), ("gb18030", "姓名;城市\n王伟;北京"), ("gb18030", "颜色;大小\n红色;1"), ("big5", "姓名;城市\n王偉;臺北"),
    ("big5", "顏色;大小\n紅色;1"), ("cp949", "이름;도시\n민수;서울"), ("cp1253", "όνομα;πόλη\nΓιώργος;Αθήνα"),
    ("cp1250", "imię;miasto\nŁukasz;Kraków\nWróbel;Łódź"), ("cp1250", "książka;źródło\nżółty;gęś"), ("cp1250", "był;mąż"),
    ("cp1250", "Łódź"),
    ("cp1250", "jméno;město\nJiří;Plzeň\nLuděk;Brno\nŠárka;Děčín"), ("cp1250", "žluťoučký kůň"), ("cp1250", "Győr;Erdős;fű;tükörfúrógép"),
    ("cp1250", "bărbat;femeie;şcoală;ţară"), ("cp1250", "čaša;život;kuća;đak"), ("cp1254", "güneş;gündüz;şöyle;çalışma"),
    ("cp1253", "ναι;όχι;χρώμα;μέγεθος\nκόκκινο;πράσινο"), ("cp1256", "مرحبا;العالم;القاهرة\nاللون;الأحمر"),
    ("iso8859-2", "žluťoučký kůň;řeka"), ("iso8859-2", "książka;źródło"),
)  # fmt: skip


def found(tmp_path: Path, text: str, encoding: str) -> str:
    """The encoding that is guessed for a table with the text above numbers."""
    path = tmp_path / "table.csv"
    path.write_bytes(f"{text}\n1;2\n3;4\n5;7\n".encode(encoding))
    return table.survey(OwnTable(name="csv", path=str(path), separator=";", header="no")).encoding


@pytest.mark.parametrize("text", WESTERN)
def test_western_words(tmp_path: Path, text: str):
    assert found(tmp_path, text, "cp1252") == "cp1252"
    assert found(tmp_path, text, "utf-8") == "utf-8"


@pytest.mark.parametrize(("encoding", "text"), OTHERS)
def test_words_of_other_letters(tmp_path: Path, encoding: str, text: str):
    guess = codecs.lookup(found(tmp_path, text, encoding)).name
    assert text.encode(encoding).decode(guess) == text


def test_what_is_of_no_known_encoding_is_not_read_as_a_far_one(tmp_path: Path):
    assert found(tmp_path, "Gr\u00f6\u00dfe;Stra\u00dfe;s\u00fcd", "mac_roman") == "cp1252"
