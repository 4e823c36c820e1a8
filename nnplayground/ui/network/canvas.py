"""`NetworkCanvas`: the network to look at and to work on. It asks for changes and never makes them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QSizePolicy, QToolTip, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.problems import Problem, Severity
from nnplayground.data.dataset import Dataset
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.network.callout import Callout
from nnplayground.ui.network.cards import CardsPicture
from nnplayground.ui.network.empty import EmptyStack
from nnplayground.ui.network.neurons import NeuronsPicture
from nnplayground.ui.network.picture import Hit, Part, Picture
from nnplayground.ui.network.plan import Column, Mode
from nnplayground.ui.network.reading import reading_of
from nnplayground.ui.network.readout import ReadOut
from nnplayground.ui.theme.theme import Theme

DOTS = 24
BUTTONS = (Part.INSERT, Part.MORE, Part.LESS, Part.BADGE, Part.EARLIER, Part.LATER)


class NetworkCanvas(QGraphicsView):
    """Shows one of two pictures. Indexes in signals are those of the layers."""

    layer_chosen = Signal(object)
    insert_requested = Signal(int, QPoint)
    remove_requested = Signal(int)
    duplicate_requested = Signal(int)
    move_requested = Signal(int, int)
    resize_requested = Signal(int, int)
    fix_chosen = Signal(object)
    sample_requested = Signal(int)
    """So many samples further on the inputs' card."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("networkCanvas")
        self._theme = theme
        self._analysis: Analysis | None = None
        self._fit = False
        self._pointer = QPoint()
        self._pressed: tuple[QPoint, Hit] | None = None
        self._dismissed: set[tuple[str, str]] = set()
        self._asked: int | None = None
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
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setCornerWidget(QWidget())
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.callout = Callout(theme, self.viewport())
        self.callout.fix_chosen.connect(self.fix_chosen)
        self.callout.closed.connect(self._dismiss)
        self.readout = ReadOut(theme, self.viewport())
        self.empty = EmptyStack(theme, self.viewport())
        self.empty.fix_chosen.connect(self.fix_chosen)
        theme.changed.connect(self._dress)
        self._dress()

    # ---- what is shown

    @property
    def picture(self) -> Picture:
        return self.neurons if self.mode is Mode.NEURONS else self.cards

    @property
    def selected(self) -> int | None:
        return self.picture.selected

    def show_analysis(self, analysis: Analysis, columns: tuple[Column, ...] | None) -> None:
        """Show a network; `columns` is None for one that has only cards."""
        self._analysis = analysis
        self._point_at(None)
        if columns is not None:
            self.neurons.show_analysis(analysis, columns)
        self.cards.show_analysis(analysis)
        self.empty.show_problem(next((p for p in analysis.problems if p.path == "layers"), None))
        names = ", ".join(f"{type(x).__name__} {x.caption()}".strip() for x in analysis.spec.layers)
        self.setAccessibleDescription(self.tr("Input, {layers}").format(layers=names))
        self._lay_out()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self.cards.show_dataset(dataset)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the newest weights and outputs, if this picture shows them."""
        if self.mode is Mode.NEURONS:
            self.neurons.show_snapshot(snapshot)
            if self.picture.hover is not None:
                self._show_reading()
        else:
            self.cards.show_snapshot(snapshot)

    def set_mode(self, mode: Mode) -> None:
        self._point_at(None)
        selected = self.picture.selected
        self.mode = mode
        self.picture.selected = selected
        self.neurons.setVisible(mode is Mode.NEURONS)
        self.cards.setVisible(mode is Mode.CARDS)
        self._lay_out()

    def select(self, layer: int | None) -> None:
        """Mark a layer, without a word to others."""
        for picture in (self.neurons, self.cards):
            picture.selected = layer
            picture.update()
        self._place_callout()
        if layer is not None and layer < self.picture.layer_count:
            self.ensureVisible(self.picture.layer_rect(layer), 24, 0)

    def set_fit(self, fit: bool) -> None:
        """Make the picture so small that all of it is in sight."""
        self._fit = fit
        self._lay_out()

    def shown_problem(self) -> Problem | None:
        """The problem that is explained: the chosen layer's, else the first error, else the first advice."""
        found = sorted(
            ((layer, p) for layer, ps in self.picture.problems.items() for p in ps),
            key=lambda pair: (pair[1].severity is not Severity.ERROR, pair[0] != self._asked, pair[0] != self.selected),
        )
        return next((p for _, p in found if p.severity is Severity.ERROR or (p.path, p.message) not in self._dismissed), None)

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
        self.empty.place(self.viewport().rect())
        self._place_callout()

    def _place_callout(self) -> None:
        problem = self.shown_problem() if self._analysis is not None else None
        if problem is None or problem.layer is None or self.picture.dragged is not None:
            self.callout.hide()
            return
        self.callout.show_problem(problem)
        anchor = QPointF(self.mapFromScene(self.picture.anchor(problem.layer)))
        self.callout.point_at(anchor + QPointF(0, 10), QRectF(self.viewport().rect()), self._tiles())
        self.callout.raise_()

    def _tiles(self) -> list[QRectF]:
        """What floating cards had better not hide, in the viewport."""
        return [QRectF(self.mapFromScene(box).boundingRect()) for box in self.picture.tile_rects()]

    def _dismiss(self) -> None:
        problem = self.shown_problem()
        if problem is not None:
            self._dismissed.add((problem.path, problem.message))
        self._place_callout()

    def _choose(self, layer: int | None) -> None:
        self.select(layer)
        self.layer_chosen.emit(layer)

    def _hit(self, point: QPoint) -> Hit | None:
        return self.picture.hit(self.mapToScene(point))

    def _point_at(self, hit: Hit | None) -> None:
        if hit == self.picture.hover:
            return
        self.picture.hover = hit
        self.picture.update()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hit and hit.part in BUTTONS else Qt.CursorShape.ArrowCursor)
        self._show_reading()

    def _show_reading(self) -> None:
        hit = self.picture.hover
        reading = reading_of(self.neurons, hit) if hit is not None and self.mode is Mode.NEURONS else None
        item = self.mapFromScene(self.picture.item_rect(hit)).boundingRect() if hit is not None and reading is not None else QRectF()
        avoid = self._tiles() if reading is not None else []
        self.readout.show_reading(reading, QRectF(item), QRectF(self.viewport().rect()), QPointF(self._pointer), avoid)

    def _press_button(self, hit: Hit) -> None:
        if hit.part in (Part.EARLIER, Part.LATER):
            self.sample_requested.emit(1 if hit.part is Part.LATER else -1)
            return
        assert hit.layer is not None
        if hit.part is Part.INSERT:
            self.insert_requested.emit(hit.layer, self.global_gap(hit.layer))
        elif hit.part is Part.BADGE:
            self._asked = hit.layer
            self._dismissed -= {(p.path, p.message) for p in self.picture.problems.get(hit.layer, ())}
            self._choose(hit.layer)
        else:
            self.resize_requested.emit(hit.layer, 1 if hit.part is Part.MORE else -1)

    def _drag(self, point: QPoint) -> None:
        picture, pressed = self.picture, self._pressed
        assert pressed is not None
        if picture.dragged is None:
            if abs(point.x() - pressed[0].x()) < QApplication.startDragDistance():
                return
            self._point_at(None)
            picture.dragged = pressed[1].layer
            self.callout.hide()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        here, start = self.mapToScene(point), self.mapToScene(pressed[0])
        picture.drag_offset = here.x() - start.x()
        picture.drop_mark = picture.drop_index(here.x())
        self.ensureVisible(QRectF(here, QSizeF(1, 1)), 40, 0)
        picture.update()

    def _drop(self, *, cancel: bool = False) -> None:
        picture = self.picture
        layer, mark = picture.dragged, picture.drop_mark
        picture.dragged = picture.drop_mark = None
        picture.drag_offset = 0.0
        self.viewport().unsetCursor()
        picture.update()
        self._place_callout()
        if cancel or layer is None or mark is None:
            return
        to = mark - 1 if mark > layer else mark
        if to != layer:
            self.move_requested.emit(layer, to)

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
        tokens = self._theme.tokens
        ground = QPixmap(DOTS, DOTS)
        ground.fill(QColor(tokens.surface))
        painter = QPainter(ground)
        painter.fillRect(DOTS // 2, DOTS // 2, 1, 1, QColor(tokens.grid))
        painter.end()
        self.setBackgroundBrush(ground)
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
        self._place_callout()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pointer = event.position().toPoint()
        hit = self._hit(self._pointer)
        self._pressed = (self._pointer, hit) if hit is not None else None
        if hit is None:
            self._choose(None)
        elif hit.part not in BUTTONS and hit.layer is not None:
            self._choose(hit.layer)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        pressed = self._pressed
        if event.buttons() & Qt.MouseButton.LeftButton:
            if pressed is not None and pressed[1].layer is not None and pressed[1].part in (Part.LAYER, Part.NEURON):
                self._drag(self._pointer)
            return
        self._point_at(self._hit(self._pointer))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self.picture.dragged is not None:
            self._drop()
        elif pressed is not None and pressed[1].part in BUTTONS and self._hit(event.position().toPoint()) == pressed[1]:
            self._press_button(pressed[1])

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
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
        if not self._press_key(Qt.Key(event.key()), event.modifiers()):
            event.ignore()

    def _press_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key stands for; says whether it stands for something."""
        layer, count = self.selected, self.picture.layer_count
        if key == Qt.Key.Key_Escape and (self.picture.dragged is not None or layer is not None):
            self._pressed = None
            self._drop(cancel=True) if self.picture.dragged is not None else self._choose(None)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and count:
            step = 1 if key == Qt.Key.Key_Right else -1
            if modifiers & Qt.KeyboardModifier.AltModifier:
                if layer is not None and 0 <= layer + step < count:
                    self.move_requested.emit(layer, layer + step)
            else:
                self._choose((0 if step > 0 else count - 1) if layer is None else min(max(layer + step, 0), count - 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and count:
            self._choose(0 if key == Qt.Key.Key_Home else count - 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and layer is not None:
            self.remove_requested.emit(layer)
        elif key == Qt.Key.Key_D and modifiers & Qt.KeyboardModifier.ControlModifier and layer is not None:
            self.duplicate_requested.emit(layer)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and layer is not None:
            self.resize_requested.emit(layer, 1 if key == Qt.Key.Key_Plus else -1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Insert):
            index = max(0, count - 1) if layer is None else layer + 1
            self.insert_requested.emit(index, self.global_gap(index))
        else:
            return False
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        if bar.maximum() > 0 and event.angleDelta().x() == 0:
            bar.setValue(bar.value() - event.angleDelta().y())
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            hit = self._hit(event.pos())
            text = self._tooltip(hit) if hit is not None else ""
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)
