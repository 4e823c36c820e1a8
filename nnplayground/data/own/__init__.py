"""Data of one's own. For each kind a module with `facts(data)`, known without a wait once the files were looked at, and `read`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnArrays, OwnImages, OwnPoints, OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.spec import ProjectSpec

if TYPE_CHECKING:  # the data sets' facts are asked for here, before there are any samples
    from nnplayground.data.raw import Raw
    from nnplayground.data.transfer import Report

OwnData = OwnPoints | OwnTable | OwnImages | OwnArrays


def facts(data: OwnData) -> DataFacts:
    """What is known of one's own data. The first time it looks at the files, which can take long; then it remembers.

    Raises DataUnavailable when they are not there or do not hold what they should.
    """
    match data:
        case OwnPoints():
            from nnplayground.data.own import points

            return points.facts(data)
        case OwnTable():
            from nnplayground.data.own import table

            return table.facts(data)
        case OwnImages():
            from nnplayground.data.own import pictures

            return pictures.facts(data)
        case OwnArrays():
            from nnplayground.data.own import arrays

            return arrays.facts(data)


def read(data: OwnData, seed: int, report: Report, cancelled: Callable[[], bool]) -> Raw:
    """The samples, cut into a training and a test part by `seed`. Raises DataUnavailable or Cancelled."""
    match data:
        case OwnPoints():
            from nnplayground.data.own import points

            return points.read(data, seed)
        case OwnTable():
            from nnplayground.data.own import table

            return table.read(data, seed, cancelled)
        case OwnImages():
            from nnplayground.data.own import pictures

            return pictures.read(data, seed, report, cancelled)
        case OwnArrays():
            from nnplayground.data.own import arrays

            return arrays.read(data, seed, cancelled)


def has_pixels(data: OwnArrays) -> bool:
    """Whether a file's samples are pictures as bytes, which are scaled alike everywhere."""
    from nnplayground.data.own import arrays

    return arrays.has_pixels(data)


def code(data: OwnData, seed: int) -> str:
    """Plain Python that defines x_train, y_train, x_test and y_test, float32 and not yet scaled, as `read` gives them."""
    match data:
        case OwnPoints():
            from nnplayground.data.own import points

            return points.code(data, seed)
        case OwnTable():
            from nnplayground.data.own import table

            return table.code(data, seed)
        case OwnImages():
            from nnplayground.data.own import pictures

            return pictures.code(data, seed)
        case OwnArrays():
            from nnplayground.data.own import arrays

            return arrays.code(data, seed)


def with_hash(spec: ProjectSpec) -> ProjectSpec:
    """The project with the hash of its own file or folder where it has none yet: of what was found there when it was looked at last."""
    data = spec.data
    if not isinstance(data, OwnTable | OwnImages | OwnArrays) or not data.path or data.sha256:
        return spec
    found = _known_hash(data)
    return edits.change_data(spec, sha256=found) if found else spec


def _known_hash(data: OwnTable | OwnImages | OwnArrays) -> str:
    """Empty where nobody has looked yet."""
    match data:
        case OwnTable():
            from nnplayground.data.own import table

            survey = table.known(data)
            return survey.sha256 if survey is not None else ""
        case OwnImages():
            from nnplayground.data.own import pictures

            return pictures.known_hash(data)
        case OwnArrays():
            from nnplayground.data.own import arrays

            return arrays.known_hash(data)
