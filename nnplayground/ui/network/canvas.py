"""`NetworkCanvas`: the network to look at and to work on. It asks for changes and never makes them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QSizePolicy, QToolTip, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.problems import Problem
from nnplayground.data.dataset import Dataset
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.network.callout import Callout
from nnplayground.ui.network.cards import CardsPicture
from nnplayground.ui.network.empty import EmptyStack, dotted
from nnplayground.ui.network.explained import Explained
from nnplayground.ui.network.keyboard import Keyboard
from nnplayground.ui.network.neurons import NeuronsPicture
from nnplayground.ui.network.picture import Hit, Part, Picture
from nnplayground.ui.network.plan import INPUT, Column, Mode, standing, title_of
from nnplayground.ui.network.pointer import BUTTONS, Pointer
from nnplayground.ui.network.reading import reading_of
from nnplayground.ui.network.readout import ReadOut
from nnplayground.ui.network.selection import NONE, Selection
from nnplayground.ui.network.texts import written_at
from nnplayground.ui.network.weights import WeightPlace
from nnplayground.ui.theme.theme import Theme

HANDS = (*BUTTONS, Part.LINK, Part.BIAS)
"""What a click does something with."""


class NetworkCanvas(QGraphicsView):
    """Shows one of two pictures. Indexes in signals are those of the layers."""

    choice_changed = Signal(object)
    """The `Selection`, as keys and pointer have made it."""
    command_given = Signal(object)
    """A `Command` for what is chosen."""
    menu_requested = Signal(object, QPoint)
    """The menu of what was hit, or of the ground (None), at a place on the screen."""
    weight_picked = Signal(object, QPoint)
    """A `WeightPlace` was clicked, there in the viewport."""
    insert_requested = Signal(int, QPoint)
    move_requested = Signal(int)
    """The chosen layers, as a block, are to begin at this index."""
    resize_requested = Signal(int, int)
    fix_chosen = Signal(object)
    sample_requested = Signal(int)
    """So many samples further on the inputs' card."""
    way_left = Signal()
    """The sample's way through the neurons is wanted no more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("networkCanvas")
        self._theme = theme
        self._analysis: Analysis | None = None
        self._fit = False
        self._place = QPoint()
        self.hand, self._keyboard = Pointer(self), Keyboard(self)
        self._pinned: Hit | None = None
        self.selection = NONE
        self._explained = Explained()
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(scene)
        self.neurons, self.cards = NeuronsPicture(theme), CardsPicture(theme)
        for picture in (self.neurons, self.cards):
            scene.addItem(picture)
        self.mode = Mode.NEURONS
        self.cards.hide()
        self.setAccessibleName(self.tr("Network"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # the window's: a scene would take a file's arrival and refuse its moves
        self.viewport().setAcceptDrops(False)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setCornerWidget(QWidget())
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.callout = Callout(theme, self.viewport())
        self.callout.fix_chosen.connect(self.fix_chosen)
        self.callout.closed.connect(self._dismiss)
        self.callout.turned.connect(self._turn_over)
        self.readout = ReadOut(theme, self.viewport())
        self.empty = EmptyStack(theme, self.viewport())
        self.empty.fix_chosen.connect(self.fix_chosen)
        for watched in (self, self.viewport()):
            watched.installEventFilter(self)
        theme.changed.connect(self._dress)
        self._dress()

    # ---- what is shown

    @property
    def picture(self) -> Picture:
        return self.neurons if self.mode is Mode.NEURONS else self.cards

    @property
    def selected(self) -> int | None:
        return self.selection.current

    def show_analysis(self, analysis: Analysis, columns: tuple[Column, ...] | None) -> None:
        """Show a network; `columns` is None for one that has only cards."""
        self._analysis = analysis
        self.point_at(None)
        if columns is not None:
            self.neurons.show_analysis(analysis, columns)
        self.cards.show_analysis(analysis)
        self.empty.show_problem(next((p for p in analysis.problems if p.path == "layers"), None), all_off=bool(analysis.spec.layers))
        names = ", ".join(f"{title_of(x)} {x.caption()}{self.tr(' (off)') if x.disabled else ''}".strip() for x in analysis.spec.layers)
        self.setAccessibleDescription(self.tr("Input, {layers}").format(layers=names))
        self._lay_out()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self.cards.show_dataset(dataset)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the newest weights and outputs, if this picture shows them."""
        if self.mode is Mode.NEURONS:
            self.neurons.show_snapshot(snapshot)
            self._show_way(snapshot)
            if self.picture.hover is not None:
                self._show_reading()
        else:
            self.cards.show_snapshot(snapshot)

    def _show_way(self, snapshot: Snapshot) -> None:
        sample = self.cards.sample
        if snapshot.activations and sample.is_put and isinstance(sample.x, np.ndarray) and sample.dataset is not None:
            self.neurons.show_way(sample.dataset.scaler.apply(sample.x)[0], snapshot.activations)

    def set_mode(self, mode: Mode) -> None:
        self.point_at(None)
        self.mode = mode
        self.neurons.setVisible(mode is Mode.NEURONS)
        self.cards.setVisible(mode is Mode.CARDS)
        self._lay_out()

    def select(self, selection: Selection) -> None:
        """Mark layers, without a word to others."""
        before, self.selection = self.selection, selection
        for picture in (self.neurons, self.cards):
            picture.selected, picture.chosen = selection.current, selection.chosen
            picture.update()
        self.place_callout()
        layer = selection.current
        if layer is not None and layer != before.current and layer < self.picture.layer_count:
            self.ensureVisible(self.picture.layer_rect(layer), 24, 0)

    def choose(self, selection: Selection) -> None:
        """Mark layers, and say so."""
        self.select(selection)
        self.choice_changed.emit(selection)

    def pin(self, hit: Hit | None) -> None:
        """Keep something marked, as if the pointer were on it, while it is edited; None lets it go."""
        self._pinned = hit
        self.point_at(None)
        self._show_reading()

    def set_fit(self, fit: bool) -> None:
        """Make the picture so small that all of it is in sight."""
        self._fit = fit
        self._lay_out()

    def shown_problem(self) -> Problem | None:
        """The problem that is explained: the chosen layer's, else the first error, else the first advice."""
        shown = self._shown_problems()
        return shown[self._explained.number(len(shown))] if shown else None

    def _shown_problems(self) -> list[Problem]:
        return self._explained.of_one_card(self.picture.problems, self.selected) if self._analysis is not None else []

    def _turn_over(self, step: int) -> None:
        self._explained.turn(step)
        self.place_callout()

    def global_gap(self, index: int) -> QPoint:
        """Where a menu for the gap before a layer opens."""
        return self.viewport().mapToGlobal(self.mapFromScene(self.picture.gap(index) + QPointF(-10, 14)))

    # ---- within

    def _lay_out(self) -> None:
        # Decided here, not left to Qt: bars that come and go with what they make room for leave places a size behind.
        picture, room = self.picture, QSizeF(self.contentsRect().size())
        picture.lay_out(room)
        wide = picture.size.width() > room.width()
        scale = room.width() / picture.size.width() if self._fit and wide else 1.0
        if scale < 1:
            picture.lay_out(QSizeF(room.width(), room.height() / scale))
        elif wide:
            room.setHeight(room.height() - self.horizontalScrollBar().sizeHint().height())
            picture.lay_out(room)
        tall = picture.size.height() * scale > room.height() + 1
        # A vertical bar takes its room from the picture's right margin: it stands only in windows too low for cards.
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOn if wide and scale == 1 else policy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if tall else policy.ScrollBarAlwaysOff)
        self.setTransform(QTransform.fromScale(scale, scale))
        self.setSceneRect(QRectF(QPointF(), picture.size))
        self._place_empty()
        self.place_callout()

    def _place_empty(self) -> None:
        """Beside the inputs, whose picture is worth seeing all the same."""
        room = self.viewport().rect()
        if self._analysis is not None and not self._analysis.spec.layers:
            room.setLeft(min(self.mapFromScene(self.picture.layer_rect(None).topRight()).x(), room.right() // 2))
        self.empty.place(room)

    def place_callout(self) -> None:
        shown = self._shown_problems()
        place = standing(shown[0]) if shown else None
        if place is None or self.picture.dragged is not None:
            self.callout.hide()
            return
        number = self._explained.number(len(shown))
        self.callout.show_problem(shown[number], number, len(shown))
        anchor = QPointF(self.mapFromScene(self.picture.anchor(place)))
        self.callout.point_at(anchor + QPointF(0, 10), QRectF(self.viewport().rect()), self._tiles())
        self.callout.raise_()

    def _tiles(self) -> list[QRectF]:
        """What floating cards had better not hide, in the viewport."""
        return [QRectF(self.mapFromScene(box).boundingRect()) for box in self.picture.tile_rects()]

    def _dismiss(self) -> None:
        problem = self.shown_problem()
        if problem is not None:
            self._explained.put_away(problem)
        self.place_callout()

    def hit_at(self, point: QPoint) -> Hit | None:
        return self.picture.hit(self.mapToScene(point))

    def point_at(self, hit: Hit | None) -> None:
        hit = self._pinned or hit
        if hit == self.picture.hover:
            return
        self.picture.hover = hit
        self.picture.update()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hit and hit.part in HANDS else Qt.CursorShape.ArrowCursor)
        self._show_reading()

    def _show_reading(self) -> None:
        hit = self.picture.hover if self._pinned is None else None
        reading = reading_of(self.neurons, hit) if hit is not None and self.mode is Mode.NEURONS else None
        item = self.mapFromScene(self.picture.item_rect(hit)).boundingRect() if hit is not None and reading is not None else QRectF()
        avoid = self._tiles() if reading is not None else []
        self.readout.show_reading(reading, QRectF(item), QRectF(self.viewport().rect()), QPointF(self._place), avoid)

    def press_button(self, hit: Hit) -> None:
        if hit.part in (Part.EARLIER, Part.LATER):
            self.sample_requested.emit(1 if hit.part is Part.LATER else -1)
            return
        assert hit.layer is not None
        if hit.part is Part.INSERT:
            self.insert_requested.emit(hit.layer, self.global_gap(hit.layer))
        elif hit.part is Part.BADGE:
            self._explained.ask(hit.layer, self.picture.problems)
            self.choose(NONE if hit.layer == INPUT else self.selection.only(hit.layer))
        else:
            self.resize_requested.emit(hit.layer, 1 if hit.part is Part.MORE else -1)

    def edit_weight(self, place: WeightPlace, point: QPoint) -> None:
        self.weight_picked.emit(place, point)

    def _tooltip(self, hit: Hit) -> str:
        if hit.part is Part.LAYER and hit.layer is not None and self._analysis is not None:
            return f"{type(self._analysis.spec.layers[hit.layer]).summary} {self.picture.note(hit.layer)}".strip()
        if hit.part is Part.BADGE and hit.layer is not None:
            return self.picture.problems[hit.layer][0].message
        return {
            Part.INSERT: self.tr("Insert a layer here."),
            Part.MORE: self.tr("One unit more. Keras: units"),
            Part.LESS: self.tr("One unit less. Keras: units"),
            Part.EARLIER: self.tr("The sample before. Key: Page up"),
            Part.LATER: self.tr("The next sample. Key: Page down"),
        }.get(hit.part, "")

    def _dress(self) -> None:
        self.setBackgroundBrush(dotted(self._theme.tokens))
        self.neurons.recolour()
        self.cards.recolour()
        if self._analysis is not None:
            self._lay_out()

    # ---- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        super().scrollContentsBy(dx, dy)
        self.place_callout()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._place = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton:
            self.hand.press(self._place, self.hit_at(self._place), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._place = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.hand.move(self._place)
        else:
            self.point_at(self.hit_at(self._place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.hand.release(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        hit = self.hit_at(point)
        if event.button() is not Qt.MouseButton.LeftButton or hit is None or hit.part is not Part.LAYER or hit.layer is None:
            self.mousePressEvent(event)  # a quick second click on a button is a click
        elif (command := written_at(self.picture, hit.layer, self.mapToScene(point))) is not None:
            self.choose(self.selection.only(hit.layer))
            self.command_given.emit(command)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._keyboard.open_menu()
        else:
            self.menu_requested.emit(self.hand.meant(self.hit_at(event.pos())), event.globalPos())

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        if self.hand.band is not None:
            colour = QColor(self._theme.tokens.accent)
            painter.setPen(QPen(colour, 1))
            colour.setAlphaF(0.1)
            painter.setBrush(colour)
            painter.drawRect(self.hand.band)

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        self.picture.focused = by_keys
        self.picture.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.neurons.focused = self.cards.focused = False
        self.picture.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keyboard.press(event):
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        if bar.maximum() > 0 and event.angleDelta().x() == 0:
            bar.setValue(bar.value() - event.angleDelta().y())
            event.accept()
        else:
            super().wheelEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of its own events and its viewport's. Not `viewportEvent`, below which Qt paints all items: see ARCHITECTURE.md, 'Traps'."""
        asks = watched is self and event.type() is QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and self._keyboard.wants(event):
            event.accept()  # the canvas's own, whatever the window would do
            return True
        if watched is self.viewport() and isinstance(event, QHelpEvent):
            hit = self.hit_at(event.pos())
            text = self._tooltip(hit) if hit is not None else ""
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().eventFilter(watched, event)
