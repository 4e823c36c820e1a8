"""The data panel, driven by mouse and keys: gallery, settings, features, notes, rail."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QSlider, QSpinBox, QStyle, QStyleOptionSlider, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.data_spec import Encoding, Feature, Scaling, Validation
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.catalogue import OWN_INFOS
from nnplayground.data.store import Store
from nnplayground.ui.data.panel import DataPanel
from nnplayground.ui.edit import Edit
from nnplayground.ui.theme.theme import Theme


class Desk:
    """A panel with a project of its own: edits are applied and shown, as the document does it."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self.panel = DataPanel(theme)
        qtbot.addWidget(self.panel)
        self.edits: list[Edit] = []
        self.chosen: list[str] = []
        self.panel.edit_requested.connect(self._apply)
        self.panel.data_chosen.connect(self.chosen.append)
        self.panel.resize(216, 676)
        self.open("circle")
        with qtbot.waitExposed(self.panel):
            self.panel.show()
            self.panel.activateWindow()

    def open(self, name: str, **settings: object) -> None:
        self.show(edits.change_data(recommended(name), **settings))

    def show(self, spec: ProjectSpec) -> None:
        self.spec = spec
        self.panel.show_analysis(analyse(spec, registry.facts(spec.data)))

    def _apply(self, edit: Edit) -> None:
        self.edits.append(edit)
        self.show(edit.apply(self.spec))


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme) -> Desk:
    return Desk(qtbot, theme)


def test_a_click_chooses_a_data_set_and_the_project_decides_which_is_marked(qtbot: QtBot, desk: Desk):
    gallery = desk.panel.gallery
    assert gallery.button("circle").isChecked()
    qtbot.mouseClick(gallery.button("spiral"), Qt.MouseButton.LeftButton)
    assert desk.chosen == ["spiral"]
    assert gallery.button("circle").isChecked()
    desk.open("spiral")
    assert gallery.button("spiral").isChecked()
    assert not gallery.button("circle").isChecked()
    qtbot.mouseClick(gallery.button("spiral"), Qt.MouseButton.LeftButton)
    assert desk.chosen == ["spiral"], "it is chosen already"


def test_ones_own_data_can_be_chosen_again_and_again(qtbot: QtBot, desk: Desk):
    for name in ("csv", "images", "arrays", "points", "points"):
        qtbot.mouseClick(desk.panel.gallery.button(name), Qt.MouseButton.LeftButton)
        assert not desk.panel.gallery.button(name).isChecked(), "nothing is chosen yet"
    assert desk.chosen == ["csv", "images", "arrays", "points", "points"]
    assert desk.edits == []


def test_every_data_set_is_there_with_its_summary(desk: Desk):
    for info in (*registry.infos(), *OWN_INFOS):
        button = desk.panel.gallery.button(info.name)
        assert info.summary in button.toolTip()
        assert button.accessibleName() == info.title


def test_arrow_keys_walk_and_enter_chooses(qtbot: QtBot, desk: Desk):
    gallery = desk.panel.gallery
    first = gallery.button("circle")
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(gallery.focusWidget(), key)
    assert gallery.focusWidget() is gallery.button("moons"), "right of Circle is XOR, below that Moons"
    qtbot.keyClick(gallery.focusWidget(), Qt.Key.Key_Return)
    assert desk.chosen == ["moons"]
    for _ in range(40):
        qtbot.keyClick(gallery.focusWidget(), Qt.Key.Key_Right)
    assert gallery.focusWidget() is gallery.button("arrays"), "the last one"
    assert not gallery.focusWidget().visibleRegion().isEmpty(), "what has the focus is scrolled into sight"


def test_pictures_come_after_the_first_painting(qtbot: QtBot, theme: Theme):
    panel = DataPanel(theme)
    qtbot.addWidget(panel)
    spec = recommended("circle")
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    assert panel.gallery.button("circle").picture is None
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: panel.gallery.button("gauss").picture is not None)
    picture = panel.gallery.button("gauss").picture.toImage()
    blue, orange = picture.pixelColor(39, 17), picture.pixelColor(17, 39)
    assert blue.blue() > blue.red(), "plus is blue, above and right"
    assert orange.red() > orange.blue()


def test_a_slider_drag_is_one_merged_edit_and_the_next_drag_another(qtbot: QtBot, desk: Desk):
    slider = desk.panel.settings.noise.slider
    for start, end in ((0.0, 0.4), (0.4, 0.8)):
        _drag(qtbot, slider, start, end)
    values = [edit.apply(desk.spec).data.noise for edit in desk.edits]
    assert values == sorted(values)
    assert len(set(values)) == len(values) > 4
    keys = [edit.merge for edit in desk.edits]
    assert len(set(keys)) == 2
    assert desk.spec.data.noise == slider.value() / 100
    assert desk.edits[0].text.startswith("noise 0 % → ")


def _drag(qtbot: QtBot, slider: QSlider, start: float, end: float) -> None:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider)
    first, last = handle.center(), QPoint(round(slider.width() * end), handle.center().y())
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=first)
    for share in (0.25, 0.5, 0.75, 1.0):
        place = QPointF(first + (last - first) * share)
        where = QPointF(slider.mapToGlobal(place.toPoint()))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, place, where, none, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(slider, event)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=last)


def test_showing_a_project_asks_for_nothing(desk: Desk):
    desk.open("spiral", noise=0.35, train_fraction=0.73, samples=777, validation=Validation(fraction=0.3))
    for name in ("mnist", "boston_housing", "gender", "line", "xor"):
        desk.open(name)
    assert desk.edits == []


def test_the_labels_say_the_projects_values(desk: Desk):
    desk.open("spiral", noise=0.35, train_fraction=0.7)
    assert desk.panel.settings.noise.value_label.text() == "35 %"
    assert desk.panel.settings.train_share.value_label.text() == "70 %"
    desk.open("spiral", noise=0.8)
    assert desk.panel.settings.noise.value_label.text() == "80 %", "beyond the slider, as a recipe may have it"
    assert desk.edits == []


def test_keys_move_the_train_share(qtbot: QtBot, desk: Desk):
    slider = desk.panel.settings.train_share.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert desk.spec.data.train_fraction == pytest.approx(0.56)
    assert len({edit.merge for edit in desk.edits}) == 1


def test_features_are_switched_but_never_all_off(qtbot: QtBot, desk: Desk):
    buttons = desk.panel.settings.features.buttons
    qtbot.mouseClick(buttons[Feature.SIN_X1], Qt.MouseButton.LeftButton)
    assert desk.spec.data.features == (Feature.X1, Feature.X2, Feature.SIN_X1)
    assert desk.edits[-1].text == "add sin x₁"
    buttons[Feature.X1].setFocus()
    qtbot.keyClick(buttons[Feature.X1], Qt.Key.Key_Space)
    qtbot.mouseClick(buttons[Feature.X2], Qt.MouseButton.LeftButton)
    assert desk.spec.data.features == (Feature.SIN_X1,)
    count = len(desk.edits)
    qtbot.mouseClick(buttons[Feature.SIN_X1], Qt.MouseButton.LeftButton)
    assert desk.spec.data.features == (Feature.SIN_X1,)
    assert len(desk.edits) == count
    assert buttons[Feature.SIN_X1].isChecked()
    assert "at least one" in buttons[Feature.SIN_X1].toolTip()


def test_new_points_change_the_seed_every_time(qtbot: QtBot, desk: Desk):
    seeds = {desk.spec.seed}
    for _ in range(3):
        qtbot.mouseClick(desk.panel.findChild(QToolButton, "newPoints"), Qt.MouseButton.LeftButton)
        seeds.add(desk.spec.seed)
    assert len(seeds) == 4
    desk.open("mnist")
    assert not desk.panel.dice.isVisible()


def test_the_rarer_settings_of_points_stand_behind_the_dots(qtbot: QtBot, desk: Desk):
    settings = desk.panel.settings
    assert not settings.samples.isVisible()
    qtbot.mouseClick(desk.panel.more, Qt.MouseButton.LeftButton)
    assert settings.samples.isVisible()
    settings.samples.setFocus()
    settings.samples.selectAll()
    qtbot.keyClicks(settings.samples, "800")
    qtbot.keyClick(settings.samples, Qt.Key.Key_Return)
    assert desk.spec.data.samples == 800
    assert desk.edits[-1].text == "samples 500 → 800"
    assert desk.panel.size_label.text() == "800 points"


def test_validation_by_share(qtbot: QtBot, desk: Desk):
    desk.open("mnist")
    settings = desk.panel.settings
    assert settings.validation.choice == "test"
    qtbot.mouseClick(settings.validation.button("share"), Qt.MouseButton.LeftButton)
    assert desk.spec.data.validation == Validation(fraction=0.2)
    assert settings.validation_share.isVisible()
    settings.validation_share.slider.setFocus()
    qtbot.keyClick(settings.validation_share.slider, Qt.Key.Key_Right)
    assert desk.spec.data.validation == Validation(fraction=0.21)
    qtbot.mouseClick(settings.validation.button("none"), Qt.MouseButton.LeftButton)
    assert desk.spec.data.validation is None
    desk.open("mnist", validation=Validation(count=10_000))
    assert settings.validation.choice is None
    assert settings._count_note.text() == "The first 10,000 training samples are set aside."
    assert settings._count_note.isVisible()


def test_pixels_and_columns_are_scaled(qtbot: QtBot, desk: Desk):
    desk.open("mnist")
    qtbot.mouseClick(desk.panel.settings.pixels.button("standard"), Qt.MouseButton.LeftButton)
    assert desk.spec.data.scaling is Scaling.STANDARD
    desk.open("boston_housing")
    combo = desk.panel.settings.scaling
    assert combo.currentData() == "standard"
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert desk.spec.data.scaling is Scaling.MINUS_HALF_TO_HALF
    qtbot.keyClick(desk.panel.settings.target, Qt.Key.Key_Down)
    assert desk.spec.data.target_scaling == "standard"
    qtbot.keyClick(desk.panel.settings.source, Qt.Key.Key_End)
    assert desk.spec.data.source == "sample"


def test_only_settings_that_the_data_has_are_shown(desk: Desk):
    settings = desk.panel.settings
    desk.open("line")
    assert not any(w.isVisible() for w in (settings.noise, settings.features, settings.pixels, settings.source, settings.target))
    desk.open("mnist")
    assert settings.pixels.isVisible()
    assert settings.source.isVisible()
    assert not settings.scaling.isVisible()


def test_a_sample_in_place_of_the_full_set_is_said(desk: Desk):
    desk.open("mnist")
    spec = edits.change_data(desk.spec, source="sample")
    dataset = registry.load(spec.data, 0, Store(folders=(), download_to=Path()))
    note = "The full set is not there, so this is the built-in sample."
    desk.panel.show_dataset(type(dataset)(**{**vars(dataset), "notes": (note,)}))
    label = desk.panel.findChild(QLabel, "dataNote")
    assert label.text() == note
    assert label.isVisible()
    assert desk.panel.size_label.text() == "5,000 + 1,000 images"
    desk.open("circle")
    assert not label.isVisible()


def test_nothing_scrolls_sideways_nor_is_cut_off(desk: Desk):
    for width in (216, 290):
        desk.panel.resize(width, 676)
        for name in ("circle", "mnist", "boston_housing"):
            desk.open(name)
            desk.panel.grab()
            for area in desk.panel.findChildren(QScrollArea):
                inside = area.widget()
                assert inside.minimumSizeHint().width() <= area.viewport().width(), (width, name)


def test_the_rail_is_one_column_with_a_flyout(qtbot: QtBot, desk: Desk):
    panel = desk.panel
    panel.set_rail(True)
    qtbot.waitUntil(lambda: panel.minimumSizeHint().width() <= 66)
    panel.resize(panel.minimumSizeHint().width(), 500)
    panel.grab()
    lefts = {panel.gallery.button(info.name).x() for info in (*registry.infos(), *OWN_INFOS)}
    assert len(lefts) == 1
    assert not panel.settings.isVisible()
    qtbot.mouseClick(panel.flyout_button, Qt.MouseButton.LeftButton)
    assert panel.settings.isVisible()
    qtbot.mouseClick(panel.settings.features.buttons[Feature.X1_X2], Qt.MouseButton.LeftButton)
    assert Feature.X1_X2 in desk.spec.data.features
    qtbot.keyClick(panel._flyout, Qt.Key.Key_Escape)
    assert not panel._flyout.isVisible()
    panel.set_rail(False)
    assert panel.settings.isVisible()
    assert not panel.flyout_button.isVisible()


# ---- texts


def test_texts_have_settings_of_their_own(qtbot: QtBot, desk: Desk):
    desk.open("imdb")
    settings = desk.panel.settings
    assert settings.encoding.isVisible()
    assert settings.encoding.choice == "multi_hot"
    assert settings.num_words.value() == 10_000
    assert not any(w.isVisible() for w in (settings.maxlen, settings.scaling, settings.pixels, settings.source, settings.samples))
    assert not desk.panel.dice.isVisible()
    assert desk.panel.size_label.text() == "25,000 + 25,000 texts"
    assert not settings.warning.isVisible()
    qtbot.mouseClick(settings.encoding.button("sequence"), Qt.MouseButton.LeftButton)
    assert desk.spec.data.encoding is Encoding.SEQUENCE
    assert settings.maxlen.isVisible()
    settings.maxlen.setValue(80)
    settings.num_words.setValue(5_000)
    assert (desk.spec.data.maxlen, desk.spec.data.num_words) == (80, 5_000)
    assert [edit.text for edit in desk.edits] == ["words as in order", "texts of 80 words", "5,000 words"]
    assert settings._count_note.text() == "The first 10,000 training samples are set aside."
    desk.open("circle")
    assert not any(w.isVisible() for w in (settings.encoding, settings.num_words, settings.maxlen))


def test_no_fewer_words_than_are_skipped(desk: Desk):
    desk.open("reuters", skip_top=50)
    desk.panel.settings.num_words.setValue(4)
    assert desk.spec.data.num_words == 51


def test_texts_have_pictures_though_nothing_is_loaded(qtbot: QtBot, desk: Desk):
    for name in ("imdb", "reuters"):
        desk.open(name)
        button = desk.panel.gallery.button(name)
        qtbot.waitUntil(lambda b=button: b.picture is not None)
        image = button.picture.toImage()
        inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height()))
        assert inked > 200


@pytest.mark.parametrize("zoom", [1.0, 1.25])
def test_no_setting_of_texts_is_cut_off_beside_the_scroll_bar(desk: Desk, theme: Theme, qtbot: QtBot, zoom: float):
    theme.set_zoom(zoom)
    desk.panel.resize(theme.pixels(216), 676)
    desk.open("imdb", encoding=Encoding.SEQUENCE, num_words=10_000, shorter_than=None)
    settings = desk.panel.settings
    scroll = next(area for area in desk.panel.findChildren(QScrollArea) if area.isAncestorOf(settings))
    scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # as where the window is low
    qtbot.waitUntil(scroll.verticalScrollBar().isVisible)
    room = scroll.viewport().width()
    for box in (settings.num_words, settings.skip_top, settings.shorter_than, settings.maxlen):
        assert box.mapTo(scroll.viewport(), QPoint(box.width(), 0)).x() <= room
        label = next(child for child in box.parentWidget().findChildren(QLabel) if child.buddy() is box)
        assert label.width() >= label.sizeHint().width(), label.text()
        assert box.lineEdit().width() >= box.fontMetrics().horizontalAdvance(box.text()), box.text()


def typed(desk: Desk, text: str) -> QSpinBox:
    """A number of samples that is typed, and not yet finished with Enter."""
    desk.open("gender")
    box = desk.panel.settings.samples
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    return box


def test_a_number_half_typed_is_forgotten_with_the_data_it_was_typed_for(desk: Desk):
    box = typed(desk, "77")
    desk.open("mnist")  # by undo or a key: nothing takes the keyboard from the field but its own going
    QApplication.processEvents()
    desk.open("gender")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert desk.edits == []
    assert desk.spec == recommended("gender")


def test_a_number_half_typed_stays_while_the_data_does(desk: Desk):
    box = typed(desk, "77")
    desk.show(edits.change_training(desk.spec, epochs=3))
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert desk.spec.data.samples == 77  # type: ignore[union-attr]


def test_numbers_of_two_goes_are_two_steps(desk: Desk):
    box = typed(desk, "77")
    QTest.keyClick(box, Qt.Key.Key_Return)
    box.selectAll()
    QTest.keyClicks(box, "99")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert desk.edits[0].merge != desk.edits[1].merge
