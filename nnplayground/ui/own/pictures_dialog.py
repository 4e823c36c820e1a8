"""'Your pictures': a folder with a folder for each class, and the size and colour that the network is given."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QSpinBox, QWidget

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnImages, Validation
from nnplayground.core.facts import DataFacts
from nnplayground.data.own import pictures
from nnplayground.data.own.pictures import PicturesSurvey
from nnplayground.ui.own.class_list import ClassRow
from nnplayground.ui.own.samples_dialog import SamplesDialog, Words
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_picture import photo
from nnplayground.ui.views.segmented import Segmented

SMALLEST, LARGEST = 4, 512


class PicturesDialog(SamplesDialog[OwnImages, PicturesSurvey]):
    def __init__(self, theme: Theme, errands: Errands, before: OwnImages | None = None, parent: QWidget | None = None) -> None:
        words = Words(
            "pictures", self.tr("Your pictures"), self.tr("No pictures yet"),
            self.tr("Choose a folder, or drop one here. In it there must be a folder of PNG or JPEG pictures for each class."),
            self.tr("Choose folder…"), self.tr("Choose the folder that holds a folder for each class"),
            self.tr("Use these pictures"), "image-search-outline",
        )  # fmt: skip
        super().__init__(theme, errands, words, before, parent)

    def _first_settings(self, path: str) -> OwnImages:
        before = self._data or self._before
        kept = before.model_dump(include={"train_fraction", "scaling", "validation"}) if before else {}
        return OwnImages.model_validate({"name": "images", "path": path, "validation": Validation(use="test"), **kept})

    def _look_at(self, data: OwnImages) -> None:
        self.look.begin(lambda cancelled: pictures.survey(data, cancelled))

    def _proposed(self, data: OwnImages, survey: PicturesSurvey) -> OwnImages:
        return edits.changed(data, height=survey.height, width=survey.width, color=survey.color)

    def _facts_of(self, data: OwnImages) -> DataFacts:
        return pictures.facts(data)

    def _warnings(self, survey: PicturesSurvey) -> tuple[str, ...]:
        return survey.warnings

    def _hash(self, survey: PicturesSurvey) -> str:
        return survey.folder.sha256

    def _is_cut(self, survey: PicturesSurvey) -> bool:
        return survey.folder.test is not None

    def _ask_for_path(self, dialog: QFileDialog) -> None:
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)

    def _rows_of(self, survey: PicturesSurvey) -> tuple[ClassRow, ...]:
        images = [None if sample is None else photo(sample) for sample in survey.samples]
        images += [None] * (len(survey.folder.classes) - len(images))
        return tuple(map(ClassRow, survey.folder.classes, survey.train_counts, survey.test_counts, images))

    def _show_found(self, data: OwnImages, survey: PicturesSurvey) -> str:
        for box, value in ((self.height_box, data.height), (self.width_box, data.width)):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.color.choose(data.color)
        total = count(sum(survey.train_counts) + sum(survey.test_counts))
        return self.tr("{total} pictures, {sizes}").format(total=total, sizes=survey.sizes)

    def _summary(self, facts: DataFacts) -> str:
        height, width, channels = facts.input_shape
        some = self._survey is not None and bool(self._survey.bad)  # they are left out when the pictures are read
        text = self.tr("Pictures: up to {train} to learn from, {test} to test on; {numbers} numbers each") if some else self.tr(
            "Pictures: {train} to learn from, {test} to test on; {numbers} numbers each")  # fmt: skip
        return text.format(
            train=count(facts.train_samples), test=count(facts.test_samples), numbers=f"{height} × {width} × {channels}"
        )

    def _options(self) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        self.height_box = self._spin(
            "picturesHeight", self.tr("Height"), self.tr("Rows that every picture is stretched to. Keras: image_size")
        )
        self.width_box = self._spin(
            "picturesWidth", self.tr("Width"), self.tr("Columns that every picture is stretched to. Keras: image_size")
        )
        self.color = Segmented(
            self._theme,
            (
                ("grey", self.tr("Grey"), self.tr("One number for each pixel. Keras: color_mode='grayscale'")),
                ("rgb", self.tr("Colour"), self.tr("Red, green and blue of each pixel. Keras: color_mode='rgb'")),
            ),
            self.tr("Pixels"),
        )
        self.color.setObjectName("picturesColor")
        fields = (self.height_box, self.width_box, self.color)
        for i, field in enumerate(fields):
            label = QLabel(field.accessibleName())
            label.setBuddy(field)
            label.setProperty("tone", "muted")
            self._theme.use_font(label, Role.HELPER)
            grid.addWidget(label, 0, i)
            grid.addWidget(field, 1, i)
        grid.addWidget(self.share, 0, 3, 2, 1)
        grid.setColumnStretch(3, 1)
        self.height_box.valueChanged.connect(lambda value: self._change(height=value))
        self.width_box.valueChanged.connect(lambda value: self._change(width=value))
        self.color.chosen.connect(lambda key: self._change(color=key))
        return part

    def _spin(self, name: str, title: str, tooltip: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setRange(SMALLEST, LARGEST)
        box.setSingleStep(4)
        box.setKeyboardTracking(False)
        box.setAccessibleName(title)
        box.setToolTip(tooltip)
        return box
