"""How a column of neurons is drawn: its header, and its tiles with their pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QTransform

from nnplayground.ui.network import tiles
from nnplayground.ui.network.picture import INSERT_RADIUS, Hit, Part
from nnplayground.ui.theme.numbers import MINUS
from nnplayground.ui.theme.numbers import number as number_text
from nnplayground.ui.theme.theme import Role
from nnplayground.ui.views.markers import draw_marker

if TYPE_CHECKING:
    from nnplayground.ui.network.neurons import NeuronsPicture

GROWTH = 10
FROZEN = 16
"""The room for the mark of a frozen layer."""
STALE = 0.6
ROOMY = 94.0
TITLE_TOP, CAPTION_TOP = 13, 31
SIZER_PARTS = (Part.LAYER, Part.MORE, Part.LESS)


def header_width(picture: NeuronsPicture) -> float:
    """How much room a column's name has, beside the buttons that insert."""
    return picture.spacing - (2 * INSERT_RADIUS + 8 if is_roomy(picture) else 14)


def is_roomy(picture: NeuronsPicture) -> bool:
    """Whether the buttons that insert have room between the columns' names."""
    return picture.spacing >= ROOMY * picture.theme.zoom


def header_rect(picture: NeuronsPicture, number: int, *, caption: bool) -> QRectF:
    """The line with a column's name, or with its caption."""
    theme, width = picture.theme, header_width(picture)
    metrics = QFontMetricsF(theme.font(Role.HELPER if caption else Role.TITLE))
    top = (CAPTION_TOP if caption else TITLE_TOP) * theme.zoom
    return QRectF(picture.places[number].x - width / 2, top, width, metrics.height())


def paint_header(painter: QPainter, picture: NeuronsPicture, number: int) -> None:
    theme, column, layer = picture.theme, picture.columns[number], picture.columns[number].layer
    tokens, x, roomy = theme.tokens, picture.places[number].x, is_roomy(picture)
    frozen = layer is not None and picture.analysis is not None and not picture.analysis.spec.layers[layer].trainable
    title = column.title if column.slim else f"{column.title}  {column.units}"
    bad = layer is not None and any(p.path.endswith("activation") for p in picture.problems.get(layer, ()))
    colour = tokens.error if bad and picture.is_bad(layer or 0) else tokens.muted
    for text, role, ink, line in (
        (title, Role.TITLE, tokens.text, header_rect(picture, number, caption=False)),
        (column.caption, Role.HELPER, colour, header_rect(picture, number, caption=True)),
    ):
        font = theme.font(role)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        metrics = QFontMetricsF(font)
        marked = frozen and roomy and role is Role.TITLE  # its mark stands before the name
        box = line.adjusted(FROZEN, 0, 0, 0) if marked else line
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        if marked:
            before = box.center().x() - metrics.horizontalAdvance(shown) / 2 - FROZEN
            picture.paint_icon(painter, "snowflake", QRectF(before, box.center().y() - 7, 14, 14), tokens.muted)
    if frozen and not roomy:
        picture.paint_icon(painter, "snowflake", QRectF(x - 7, 60 * theme.zoom - 7, 14, 14), tokens.muted)
    if layer is None or picture.analysis is None:
        return
    hover = picture.hover
    pointed = hover is not None and hover.layer == layer and hover.part in SIZER_PARTS
    if picture.has_sizer(layer) and (pointed or layer == picture.selected) and picture.dragged is None:
        for part in (Part.LESS, Part.MORE):
            plus = part is Part.MORE
            picture.paint_sizer(painter, picture.sizer(layer, plus=plus), hovered=hover == Hit(part, layer), plus=plus)


def paint_neurons(painter: QPainter, picture: NeuronsPicture, number: int) -> None:
    tokens, column, hover = picture.theme.tokens, picture.columns[number], picture.hover
    own = hover if hover is not None and hover.layer == column.layer else None
    hovered = own.unit if own is not None and own.part is Part.NEURON else None
    biases = picture.biases.get(number)
    by_class = picture.analysis is not None and tiles.has_class_colours(picture.analysis, column)
    if picture.stale and number > 0:
        painter.setOpacity(painter.opacity() * STALE)
    for unit in range(column.units):
        box = picture.neuron_rect(number, unit)
        if unit != hovered:
            _paint_tile(painter, picture, box, number, unit, QPen(QColor(tokens.muted), 1))
        if biases is not None and unit < len(biases):
            pointed = own is not None and own.part is Part.BIAS and own.unit == unit
            positive = bool(biases[unit] >= 0)
            painter.setPen(QPen(QColor(tokens.text if pointed else tokens.surface), 1.5 if pointed else 1))
            painter.setBrush(QColor(tokens.pos if positive else tokens.neg))
            draw_marker(painter, picture.bias_at(number, unit), 5.0 if pointed else 3.4, plus=positive)
        if by_class:
            tiles.draw_class(painter, box, unit, tokens)
    if hovered is not None and hovered < column.units:
        grown = picture.neuron_rect(number, hovered).adjusted(-GROWTH / 2, -GROWTH / 2, GROWTH / 2, GROWTH / 2)
        _paint_tile(painter, picture, grown, number, hovered, QPen(QColor(tokens.accent), 2))
    if number in picture.way:
        _paint_way(painter, picture, number)
    if number == 0:
        _paint_labels(painter, picture)


def _paint_tile(painter: QPainter, picture: NeuronsPicture, box: QRectF, number: int, unit: int, pen: QPen) -> None:
    image, tokens = picture.image(number, unit), picture.theme.tokens
    painter.setPen(pen)
    if image is not None:
        brush = QBrush(image)
        brush.setTransform(QTransform(box.width() / image.width(), 0, 0, box.height() / image.height(), box.x(), box.y()))
        painter.setBrush(brush)
        painter.drawRoundedRect(box, 5, 5)
        return
    painter.setBrush(QColor(tokens.sunken))
    painter.drawRoundedRect(box, 5, 5)
    line = tiles.curve(picture.columns[number].activation, box) if number else None
    if line is not None:
        painter.setPen(QPen(QColor(tokens.control), 1.4))
        painter.drawPolyline(line)


def _paint_way(painter: QPainter, picture: NeuronsPicture, number: int) -> None:
    """What each neuron gives for the sample that is followed, on a plate in its middle; the pointer tells it where there is no room."""
    tokens, font = picture.theme.tokens, picture.theme.font(Role.AXIS, weight=600)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    for unit, value in enumerate(picture.way[number].tolist()):
        box = picture.neuron_rect(number, unit)
        if box.height() < metrics.height() + 2:
            continue
        text = short(value)
        plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
        plate.moveCenter(box.center())
        ground = QColor(tokens.surface)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor(tokens.neg_text if value < 0 else tokens.pos_text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def short(value: float) -> str:
    """A number for a place of little width."""
    return f"{value:.2f}".replace("-", MINUS) if abs(value) < 100 else number_text(value)


def _paint_labels(painter: QPainter, picture: NeuronsPicture) -> None:
    painter.setFont(picture.theme.font(Role.CONTROL))
    painter.setPen(QColor(picture.theme.tokens.text))
    for unit, text in enumerate(picture.labels[: picture.columns[0].units]):
        box = picture.neuron_rect(0, unit)
        place = QRectF(0, box.top(), box.left() - 7, box.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
