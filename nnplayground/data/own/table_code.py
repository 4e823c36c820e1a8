"""A table as Python that reads the same samples with nothing but Python's csv and NumPy."""

from __future__ import annotations

from pathlib import Path

from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnTable
from nnplayground.data.own.table_choice import Choice
from nnplayground.data.own.table_numbers import APART, MISSING, NUMBERS, Writing
from nnplayground.data.own.table_survey import Column, Kind, Survey

WORDS_A_LINE = 8
MEDIAN = '''

def median(values):
    """Of the values that are there; 0 where there are none."""
    there = values[~np.isnan(values)]
    return np.median(there) if len(there) else 0


'''


def table_code(survey: Survey, choice: Choice, data: OwnTable, seed: int) -> str:
    """Defines x_train, y_train, x_test and y_test, float32 and not yet scaled; `read` gives the same."""
    places = {name: i for i, name in enumerate(survey.names)}
    numbers = choice.task is Task.REGRESSION or choice.target.kind is Kind.NUMBER or any(c.kind is Kind.NUMBER for c in choice.features)
    blocks = [
        "import csv\n" + ("import io\n" if data.text else "") + ("import re\n" if numbers else ""),
        f"# {survey.name}: {choice.target.name} is predicted.\n{_reading(survey, data)}",
        _cells(survey, numbers=numbers),
        _inputs(choice, places),
        _answers(choice, places),
        _rows_used(choice, data),
        _cut(data, seed, choice),
    ]
    return "\n".join(blocks)


def _reading(survey: Survey, data: OwnTable) -> str:
    encoding = {"utf-8": "utf-8-sig"}.get(survey.encoding, survey.encoding)
    if data.text:
        opened = "io.StringIO(TEXT, newline='')"
        lines = "".join(f"    {line!r}\n" for line in data.text.splitlines(keepends=True))
        head = f"TEXT = (\n{lines})\n"
    else:
        opened, head = f"open({str(Path(data.path))!r}, encoding={encoding!r}, newline='')", ""
    lines = "(line.strip() for line in file)" if survey.separator == " " else "file"
    options = [f"delimiter={survey.separator!r}"]
    if survey.separator == " ":
        options.append("skipinitialspace=True")
    if not survey.quotes:
        options.append("quoting=csv.QUOTE_NONE")
    above = f"    for _ in range({survey.before}):  # lines before the table\n        next(file)\n" if survey.before else ""
    rest = "rows = rows[1:]  # without the columns' names\n" if survey.header else ""
    width = len(survey.columns)
    return (
        f"{head}with {opened} as file:\n"
        f"{above}"
        f"    rows = [row for row in csv.reader({lines}, {', '.join(options)}) if any(row)]\n"
        f"{rest}rows = [row for row in rows if len(row) <= {width} or not row[{width}].strip()]\n"
    )


def _cells(survey: Survey, *, numbers: bool) -> str:
    code = (
        "\n"
        f"MISSING = {MISSING!r}\n"
        "\n\n"
        "def cells(place):\n"
        '    """The words of a column; None where one is missing."""\n'
        '    words = [row[place].strip() if place < len(row) else "" for row in rows]\n'
        "    return [None if word in MISSING else word for word in words]\n"
        "\n\n"
        "def one_hot(place, words):\n"
        '    """A column of zeros and ones for each word; NaN in all of them where the word is missing."""\n'
        "    return np.array([[np.nan if cell is None else cell == word for word in words] for cell in cells(place)])\n"
    )
    if not numbers:
        return code
    return (
        f"{code}\n\n"
        f"NUMBER = {NUMBERS[survey.decimal]!r}\n"
        "\n\n"
        f"def number(cell, pattern=NUMBER, decimal={survey.decimal!r}, unit=''):\n"
        '    """NaN where a cell is empty or holds no number."""\n'
        "    if cell is None or not re.fullmatch(pattern, cell):\n"
        "        return np.nan\n"
        f"    plain = re.sub({f'[{APART}]'!r}, '', cell.replace(unit, '', 1))\n"
        "    plain = plain.replace(',', '') if decimal == '.' else plain.replace('.', '').replace(',', '.')\n"
        "    value = float(plain)\n"
        "    return value if abs(value) <= 3.4e38 else np.nan\n"
        "\n\n"
        "def numbers(place, *written):\n"
        '    """A column of numbers; `written` are the pattern, the decimal sign and the unit of those written otherwise than most."""\n'
        "    return np.array([[number(cell, *written)] for cell in cells(place)])\n"
    )


def _numbers(column: Column, place: int) -> str:
    if not (column.decimal or column.unit):
        return f"numbers({place})"
    writing = Writing(column.decimal, column.unit)
    return f"numbers({place}, {writing.pattern!r}, {writing.decimal!r}, {writing.unit!r})"


def _inputs(choice: Choice, places: dict[str, int]) -> str:
    lines = []
    for column in choice.features:
        place, words = places[column.name], column.kind is Kind.CATEGORY
        call = f"one_hot({place}, {_listed(column.words)})" if words else _numbers(column, place)
        lines.append(f"    {call},  # {_remark(column)}\n")
    return f"\nx = np.hstack([\n{''.join(lines)}]).astype('float32')\n"


def _listed(words: tuple[str, ...]) -> str:
    parts = [", ".join(map(repr, words[i : i + WORDS_A_LINE])) for i in range(0, len(words), WORDS_A_LINE)]
    return f"[{parts[0]}]" if len(parts) == 1 else "[\n        " + ",\n        ".join(parts) + ",\n    ]"


def _remark(column: Column) -> str:
    return " ".join(column.name.split())


def _answers(choice: Choice, places: dict[str, int]) -> str:
    target = choice.target
    place = places[target.name]
    remark = f"# What is predicted: {_remark(target)}."
    if choice.task is Task.REGRESSION:
        return f"{remark}\ny = {_numbers(target, place)}[:, 0].astype('float32')\nknown = ~np.isnan(y)\n"
    if target.kind is Kind.CATEGORY:
        return (
            f"{remark} Classes are numbered in this order.\n"
            f"classes = {_listed(choice.classes)}\n"
            f"answers = one_hot({place}, classes)\n"
            "known = ~np.isnan(answers[:, 0])\n"
            "y = answers.argmax(axis=1)\n"
        )
    return (
        f"{remark} Classes are numbered in the order of their values.\n"
        f"answers = {_numbers(target, place)}[:, 0]\n"
        "known = ~np.isnan(answers)\n"
        "y = np.searchsorted(np.unique(answers[known]), answers)\n"
    )


def _rows_used(choice: Choice, data: OwnTable) -> str:
    if data.missing == "drop":
        return "# Rows with a missing value are left out.\nused = known & ~np.isnan(x).any(axis=1)\nx, y = x[used], y[used]\n"
    return "# Rows without an answer are left out.\nx, y = x[known], y[known]\n"


def _cut(data: OwnTable, seed: int, choice: Choice) -> str:
    code = (
        f"# Rows in a new order; the first {data.train_fraction:g} of them are learnt from, the others are the test set.\n"
        f"order = np.random.default_rng({seed}).permutation(len(x))\n"
        "x, y = x[order], y[order]\n"
        f"cut = min(max(round(len(x) * {data.train_fraction!r}), 1), max(len(x) - 1, 1))\n"
    )
    if data.missing == "fill":
        code += _filling(choice)
    return code + "x_train, x_test = x[:cut], x[cut:]\ny_train, y_test = y[:cut], y[cut:]\n"


def _filling(choice: Choice) -> str:
    code, place = "# Missing values become the median, or the commonest word, of the rows that are learnt from.\n", 0
    if any(column.missing and column.kind is Kind.NUMBER for column in choice.features):
        code = MEDIAN + code
    for column in choice.features:
        width = len(column.words) if column.kind is Kind.CATEGORY else 1
        if column.missing and column.kind is Kind.CATEGORY:
            span = f"{place}:{place + width}"
            code += (
                f"commonest = np.nansum(x[:cut, {span}], axis=0).argmax()  # {_remark(column)}\n"
                f"x[np.isnan(x[:, {place}]), {span}] = np.eye({width})[commonest]\n"
            )
        elif column.missing:
            code += f"x[np.isnan(x[:, {place}]), {place}] = median(x[:cut, {place}])  # {_remark(column)}\n"
        place += width
    return code
