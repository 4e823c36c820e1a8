"""`StepPage`: one step of a lesson: what to do, what to look at, the formula, the question, the checks, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.lesson import Lesson, Step
from nnplayground.core.lesson_checks import Compared, Told
from nnplayground.core.lesson_deeds import Compare
from nnplayground.ui.lessons.check_list import CheckList
from nnplayground.ui.lessons.compare_card import CompareCard
from nnplayground.ui.lessons.list_page import column_scroll
from nnplayground.ui.lessons.progress import Progress
from nnplayground.ui.lessons.rich import rich
from nnplayground.ui.lessons.step_bar import StepBar
from nnplayground.ui.lessons.typesetter import FormulaView, Typesetter
from nnplayground.ui.theme.theme import Role, Theme, dress


class StepPage(QWidget):
    """Only shows, and asks: what happens is decided elsewhere."""

    go_asked = Signal(int)
    next_asked = Signal()
    back_asked = Signal()
    list_asked = Signal()
    leave_asked = Signal()
    lesson_asked = Signal(str)
    do_asked = Signal()
    undo_asked = Signal()
    compare_asked = Signal(int)
    stop_asked = Signal()

    def __init__(self, theme: Theme, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonStep")
        self._theme, self._typesetter = theme, typesetter
        self._lesson: Lesson | None = None
        self._shown: tuple[str, int] | None = None
        self._following = ""
        self._first_open = 0
        self.formulas: list[FormulaView] = []
        self.compare_cards: list[CompareCard] = []
        self._make()
        theme.changed.connect(self._dress)
        self._dress()

    # ---- what is shown

    def show_step(self, lesson: Lesson, progress: Progress, *, over: bool, following: Lesson | None) -> None:
        """A step, or, when all is `over`, what was done and the lesson that is `following`."""
        steps, step = len(lesson.steps), lesson.steps[progress.step]
        number = steps if over else progress.step
        self.title.setText(lesson.title)
        self.bar.show_steps(tuple(s.title for s in lesson.steps), progress.done, number)
        open_steps = [i for i in range(steps) if i not in progress.done]
        self._following = following.id if following is not None else ""
        if self._shown != (lesson.id, number):
            self._shown, self._lesson = (lesson.id, number), lesson
            self._show_end(lesson, following) if over else self._show_texts(step, progress.step, steps)
            self._show_comparisons(lesson, range(len(lesson.comparisons)) if over else _comparisons(step))
            self.area.verticalScrollBar().setValue(0)
        if over:
            self._show_how_far(lesson, open_steps)
        done = progress.step in progress.done and not over
        self.state.setText(self.tr("Step done") if done else "")
        self.state.setVisible(done and bool(step.checks))
        self.unfinished.setVisible(bool(open_steps) and (over or (progress.step == steps - 1 and open_steps != [steps - 1])))
        self._first_open = open_steps[0] if open_steps else 0
        if open_steps:
            self.unfinished.setText(self.tr("Step {n} is not done yet: go there").format(n=self._first_open + 1))
            self.unfinished.setAccessibleName(self.unfinished.text())
        self.back.setEnabled(progress.step > 0 or over)
        self.next.setText(self.tr("Finish") if progress.step == steps - 1 and not over else self.tr("Next"))
        self.next.setVisible(not over)
        primary = done or not step.checks
        dress(self.next, "kind", "primary" if primary else "")
        dress(self.do, "kind", "" if primary else "primary")

    def show_checks(self, told: Sequence[Told], *, done: bool) -> None:
        self.checks.show_checks(told, done=done)
        self.checks_title.setVisible(bool(told))

    def show_formulas(self, formulas: Sequence[str]) -> None:
        while len(self.formulas) < len(formulas):
            view = FormulaView(self._theme, self._typesetter)
            self._formula_column.addWidget(view)
            self.formulas.append(view)
        for number, view in enumerate(self.formulas):
            view.setVisible(number < len(formulas))
            if number < len(formulas):
                view.show_formula(formulas[number])
            else:
                view.stop()
        self._formula_box.setVisible(bool(formulas))

    def show_deeds(self, *, can_do: bool, busy: bool, can_undo: bool) -> None:
        """What 'Do it for me' can do now."""
        self.do.setVisible(can_do)
        self.do.setEnabled(not busy)
        self.do.setText(self.tr("Doing it") if busy else self.tr("Do it for me"))
        self.undo.setVisible(can_undo)

    def show_comparing(self, compared: frozenset[int], running: int | None, told: str, *, blocked: bool) -> None:
        """`running` is the comparison that is being trained, and `told` how far it is."""
        for card in self.compare_cards:
            number = int(card.objectName().removeprefix("compareCard"))
            card.show_state(done=number in compared, running=told if number == running else "", blocked=blocked and number != running)

    def stop(self) -> None:
        for view in self.formulas:
            view.stop()

    def _show_texts(self, step: Step, number: int, steps: int) -> None:
        self.count.setText(self.tr("Step {n} of {all}").format(n=number + 1, all=steps))
        self.heading.setText(step.title)
        self.text.setText(rich(step.do))
        self.look.setText(rich(step.look or ""))
        self._look_row.setVisible(bool(step.look))
        self.question.setText(rich(step.question or ""))
        self.answer.setText(rich(step.answer or ""))
        self._question_box.setVisible(bool(step.question))
        self.answer.hide()
        self.reveal.show()
        self.following.hide()

    def _show_end(self, lesson: Lesson, following: Lesson | None) -> None:
        self.count.setText(self.tr("The end of the lesson"))
        self._look_row.hide()
        self._question_box.hide()
        self.show_formulas(())
        self.show_checks((), done=True)
        self.text.setText(rich(lesson.goal))
        self.following.setVisible(following is not None)
        if following is not None:
            self.following.setText(self.tr("Next lesson: {title}").format(title=following.title))
            self.following.setAccessibleName(self.following.text())

    def _show_how_far(self, lesson: Lesson, open_steps: Sequence[int]) -> None:
        all_steps = len(lesson.steps)
        if open_steps:
            done = self.tr("{done} of {all} steps are done").format(done=all_steps - len(open_steps), all=all_steps)
        else:
            done = self.tr("All {all} steps are done").format(all=all_steps)
        self.heading.setText(done)

    def _show_comparisons(self, lesson: Lesson, numbers: Sequence[int]) -> None:
        for card in self.compare_cards:
            card.hide()
            card.deleteLater()
        self.compare_cards = []
        for number in numbers:
            card = CompareCard(self._theme, lesson, number)
            card.asked.connect(self.compare_asked)
            card.stop_asked.connect(self.stop_asked)
            self._compare_column.addWidget(card)
            self.compare_cards.append(card)
        self._compare_title.setVisible(bool(numbers))

    def _show_answer(self) -> None:
        self.answer.show()
        self.reveal.hide()

    # ---- building

    def _label(self, name: str, role: Role, tone: str = "", *, marks: bool = False) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText if marks else Qt.TextFormat.PlainText)
        if tone:
            label.setProperty("tone", tone)
        self._theme.use_font(label, role)
        return label

    def _button(self, name: str, text: str, tip: str, kind: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        if kind:
            button.setProperty("kind", kind)
        return button

    def _make(self) -> None:
        tr = self.tr
        self.all = QToolButton()
        self.all.setObjectName("allLessons")
        self.all.setAccessibleName(tr("All lessons"))
        self.all.setToolTip(tr("All lessons; this one goes on meanwhile"))
        self.all.clicked.connect(self.list_asked)
        self.title = self._label("lessonTitle", Role.TITLE)
        self.bar = StepBar(self._theme)
        self.bar.chosen.connect(self.go_asked)
        self.count = self._label("stepCount", Role.SECTION, "faint")
        self.heading = self._label("stepTitle", Role.METRIC)
        self.text = self._label("stepDo", Role.BODY, marks=True)
        self.look = self._label("stepLook", Role.BODY, "muted", marks=True)
        self.eye = QLabel()
        self._look_row = QWidget()
        row = QHBoxLayout(self._look_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.eye, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.look, 1)
        self._formula_box = QWidget()
        self._formula_column = QVBoxLayout(self._formula_box)
        self._formula_column.setContentsMargins(0, 2, 0, 2)
        self._formula_column.setSpacing(8)
        self._make_question()
        self.checks_title = self._label("checksTitle", Role.SECTION, "faint")
        self.checks_title.setText(tr("The app checks"))
        self.checks = CheckList(self._theme)
        self.state = self._label("stepState", Role.HELPER, "ok")
        self.unfinished = self._button("firstOpenStep", "", tr("The first step of this lesson that is not done"), "link")
        self.unfinished.clicked.connect(lambda: self.go_asked.emit(self._first_open))
        self.following = self._button("nextLesson", "", tr("Go on with the next lesson; this one is kept"), "primary")
        self.following.clicked.connect(lambda: self.lesson_asked.emit(self._following))
        self._compare_title = self._label("compareTitle", Role.SECTION, "faint")
        self._compare_title.setText(tr("Compare"))
        compare = QWidget()
        self._compare_column = QVBoxLayout(compare)
        self._compare_column.setContentsMargins(0, 0, 0, 0)
        self._compare_column.setSpacing(8)
        self._lay_out(compare)

    def _make_question(self) -> None:
        self._question_box = QFrame()
        self._question_box.setProperty("kind", "card")
        column = QVBoxLayout(self._question_box)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        self.question = self._label("stepQuestion", Role.BODY, marks=True)
        self.answer = self._label("stepAnswer", Role.BODY, "muted", marks=True)
        self.reveal = self._button("showAnswer", self.tr("Show the answer"), self.tr("Think first; then see what the answer is"), "link")
        self.reveal.clicked.connect(self._show_answer)
        column.addWidget(self.question)
        column.addWidget(self.reveal, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.answer)

    def _lay_out(self, compare: QWidget) -> None:
        tr = self.tr
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 12, 0)
        top.setSpacing(4)
        top.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.title, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 2, 10, 8)
        column.setSpacing(8)
        for widget in (self.count, self.heading, self.text, self._look_row, self._formula_box, self._question_box, self.checks_title,
                       self.checks, self.state, self.unfinished, self.following, self._compare_title, compare):  # fmt: skip
            column.addWidget(widget)
        column.setAlignment(self.unfinished, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.area = column_scroll(content)
        self.do = self._button("doItForMe", tr("Do it for me"), tr("The app does this step; it can be undone"))
        self.undo = self._button("undoDeeds", tr("Undo that"), tr("Undo what was done for you, and nothing else"), "link")
        self.back = self._button("lessonBack", tr("Back"), tr("The step before"))
        self.next = self._button("lessonNext", tr("Next"), tr("The next step; one that is not done stays marked"))
        self.leave = self._button("leaveLesson", tr("Leave the lesson"), tr("Your own project comes back; the lesson is kept"), "link")
        for button, signal in ((self.do, self.do_asked), (self.undo, self.undo_asked), (self.back, self.back_asked),
                               (self.next, self.next_asked), (self.leave, self.leave_asked)):  # fmt: skip
            button.clicked.connect(signal)
        deeds, ways, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        deeds.addWidget(self.do)
        deeds.addWidget(self.undo)
        deeds.addStretch(1)
        ways.addWidget(self.back)
        ways.addWidget(self.next, 1)
        foot.addWidget(self.leave)
        foot.addStretch(1)
        below = QVBoxLayout()
        below.setContentsMargins(12, 6, 12, 6)
        below.setSpacing(6)
        for line in (deeds, ways, foot):
            line.setSpacing(6)
            below.addLayout(line)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 0, 12, 0)
        bar.addWidget(self.bar)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        outer.addLayout(top)
        outer.addLayout(bar)
        outer.addWidget(self.area, 1)
        outer.addLayout(below)

    def _dress(self) -> None:
        size = self._theme.pixels(15)
        self.eye.setPixmap(self._theme.icon("eye-outline").pixmap(size, size))
        self.all.setIcon(self._theme.icon("chevron-left"))
        self.all.setIconSize(QSize(size, size))


def _comparisons(step: Step) -> list[int]:
    """The comparisons that a step speaks of."""
    found = [deed.compare for deed in step.for_me if isinstance(deed, Compare)]
    found += [check.compared for check in step.checks if isinstance(check, Compared)]
    return sorted(set(found))
