"""What is predicted from what: a table's columns as inputs and answers of a network."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.data_spec import Scaling
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnTable
from nnplayground.core.value import closest, known_words
from nnplayground.data.catalogue import TITLES
from nnplayground.data.errors import DataUnavailable, WrongSetting
from nnplayground.data.own.table_survey import MAX_INPUTS, MAX_WORDS, Column, Kind, Survey
from nnplayground.data.split import count_for_training

LISTED = 12
"""More columns than these are not all named in a sentence."""
Range = tuple[float, float]


@dataclass(frozen=True)
class Choice:
    """`classes` are empty where values are predicted; `notes` say which columns are not used, and why."""

    target: Column
    task: Task
    classes: tuple[str, ...]
    features: tuple[Column, ...]
    notes: tuple[str, ...]

    @property
    def input_names(self) -> tuple[str, ...]:
        """A name for each input: a column's own, or 'colour=red'."""
        return tuple(name for column in self.features for name in input_names(column))


def input_names(column: Column) -> tuple[str, ...]:
    return tuple(f"{column.name}={word}" for word in column.words) if column.kind is Kind.CATEGORY else (column.name,)


def choose(survey: Survey, data: OwnTable) -> Choice:
    """Raises WrongSetting where a setting does not fit the table, DataUnavailable where nothing in it can be learnt."""
    for name in data.kinds:
        _column(survey, name, "data.kinds")
    target = _target(survey, data)
    task, classes = _task(survey, target, data)
    features, notes = _features(survey, target, data)
    choice = Choice(target, task, classes, features, notes)
    width = sum(len(input_names(column)) for column in features)
    if width > MAX_INPUTS:
        raise WrongSetting("data.columns", f"{survey.name} makes {width:,} inputs: expected at most {MAX_INPUTS:,}. Choose fewer columns.")
    return choice


def _column(survey: Survey, name: str, place: str) -> Column:
    try:
        return survey.column(name)
    except KeyError:
        near = closest(name, survey.names)
        known = near or known_words(survey.names[:LISTED] + (("…",) if len(survey.names) > LISTED else ()))
        raise WrongSetting(place, f"expected a column of {survey.name}; found '{name}'.{known}") from None


def _target(survey: Survey, data: OwnTable) -> Column:
    if len(survey.columns) < 2:
        raise DataUnavailable(f"{survey.name} has one column: expected one to predict and others to predict it from. Choose its separator.")
    if not data.target and not survey.target:
        why = survey.columns[-1].left_out
        raise DataUnavailable(f"{survey.name} has no column that can be predicted. {why}")
    column = _column(survey, data.target or survey.target, "data.target")
    if column.kind is Kind.CONSTANT or (column.usable and column.distinct < 2):
        raise WrongSetting("data.target", one_answer(column.name, f"'{column.words[0]}'" if column.low is None else column.words[0]))
    if not column.usable:
        raise WrongSetting("data.target", f"{column.name} cannot be predicted. {_why(column)}")
    return column


def one_answer(name: str, answer: str) -> str:
    """What is said of a target that is the same everywhere."""
    return (f"{name} is {answer} in every row, so there is nothing to predict: expected at least 2 classes or values. "
            "Add rows with others, or predict another column.")  # fmt: skip


def _why(column: Column) -> str:
    if column.kind is Kind.TEXT:
        return f"It has {column.distinct:,} different words: expected at most {MAX_WORDS} classes."
    return column.left_out


def _task(survey: Survey, target: Column, data: OwnTable) -> tuple[Task, tuple[str, ...]]:
    wanted = data.task if data.task != "auto" else survey.task_of(target.name)
    if wanted == "regression":
        if target.kind is not Kind.NUMBER:
            word = target.examples[0]
            raise WrongSetting("data.task", f"{target.name} holds words ('{word}'), not values. Choose classification, or another target.")
        return Task.REGRESSION, ()
    if not target.words:
        sentence = f"{target.name} has about {target.distinct:,} different values: expected at most {MAX_WORDS} classes. Choose regression."
        raise WrongSetting("data.task", sentence)
    return Task.BINARY if target.distinct == 2 else Task.MULTICLASS, target.words


def _features(survey: Survey, target: Column, data: OwnTable) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    chosen = []
    for name in data.columns:
        column = _column(survey, name, "data.columns")
        if name == target.name:
            raise WrongSetting("data.columns", f"'{name}' is what is predicted, so it cannot be an input too. Leave it out.")
        if column in chosen:
            raise WrongSetting("data.columns", f"'{name}' is there twice. Leave one out.")
        if not column.usable:
            raise WrongSetting("data.columns", column.left_out)
        chosen.append(column)
    if chosen:
        return tuple(chosen), ()
    others = [column for column in survey.columns if column.name != target.name]
    left = tuple(column for column in others if not column.left_out)
    if not left:
        why = " ".join(column.left_out for column in others[:LISTED])
        raise DataUnavailable(f"{survey.name} has no column to predict {target.name} from. {why}")
    notes = [f"Left out: {column.left_out}" for column in others if column.left_out]
    if len(notes) > LISTED:
        notes = [*notes[:LISTED], f"Left out likewise: {len(notes) - LISTED:,} more columns."]
    return left, tuple(notes)


def facts_of(survey: Survey, choice: Choice, rows: int, data: OwnTable) -> DataFacts:
    """`rows` are those that are used. Ranges are those of the whole table, as the scaling makes them."""
    train, low, high = count_for_training(rows, data.train_fraction), choice.target.low or 0.0, choice.target.high or 0.0
    answers = (0.0, 1.0)
    if choice.task is Task.REGRESSION:
        answers = _standard(choice.target) if data.target_scaling == "standard" else (low, high)
    ranges = [_range(column, data.scaling) for column in choice.features]
    names = choice.input_names
    return DataFacts(
        name=data.name, title=survey.name if data.path else TITLES[data.name], input_shape=(len(names),), task=choice.task,
        train_samples=train, test_samples=rows - train, classes=choice.classes, input_names=names,
        input_range=(min(low for low, _ in ranges), max(high for _, high in ranges)), target_range=answers, target_name=choice.target.name,
    )  # fmt: skip


def _range(column: Column, scaling: Scaling) -> Range:
    if scaling is Scaling.UNIT:
        return 0.0, 1.0
    if scaling is Scaling.MINUS_HALF_TO_HALF:
        return -0.5, 0.5
    if scaling is Scaling.STANDARD:
        return _standard(column)
    return (0.0, 1.0) if column.kind is Kind.CATEGORY else (column.low or 0.0, column.high or 0.0)


def _standard(column: Column) -> Range:
    """Words as if each were as frequent as the others."""
    low, high, mean, std = 0.0, 1.0, 0.5, 0.5
    if column.kind is Kind.CATEGORY:
        mean = 1 / max(2, len(column.words))
        std = (mean * (1 - mean)) ** 0.5
    elif column.low is not None and column.high is not None and column.mean is not None:
        low, high, mean, std = column.low, column.high, column.mean, column.std or 1.0
    return (low - mean) / std, (high - mean) / std
