"""The style sheet: colours and spacing of every kind of control. Fonts are never set here (they would win over setFont)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Template

from nnplayground.ui.theme.tokens import Tokens

# Widgets ask for a variant by a dynamic property: `tone` (QLabel, QToolButton), `kind` (QPushButton, QComboBox, QFrame)
# and `bad` (fields with a problem). Heights come from padding around the text, so that they grow with its size.
SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QMessageBox, #windowGround { background: $window; }
QMainWindow::separator { background: $window; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: $border; }
QDockWidget { background: $window; border: none; }

QLabel { background: transparent; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="faint"] { color: $faint; }
QLabel[tone="error"] { color: $error; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="ok"] { color: $ok; }
QLabel[tone="neg"] { color: $neg_text; }
QLabel[tone="pos"] { color: $pos_text; }
QLabel[tone="train"] { color: $train; }
QLabel[tone="test"] { color: $test; }
QLabel[tone="accent"] { color: $accent; }
QLabel[kind="selectable"] { border: 2px solid transparent; border-radius: 4px; }
QLabel[kind="selectable"]:focus { border-color: $accent; }
QLabel:disabled { color: $disabled; }

QFrame[kind="panel"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="panel"][drop="true"] { background: $accent_soft; border-color: $accent; }
QFrame[kind="panel"][docked="true"] { border-top: none; border-top-left-radius: 0; border-top-right-radius: 0; }
QWidget[kind="panelHeader"] {
    background: $surface; border: 1px solid $border; border-bottom: none;
    border-top-left-radius: 8px; border-top-right-radius: 8px;
}
QFrame[kind="problem"] { background: $error_soft; border: 1px solid $error_border; border-radius: 8px; }
QFrame[kind="advice"] { background: $warn_soft; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="card"] { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="line"] { background: $border; border: none; }

QMenuBar { background: $window; border: none; padding: 3px 8px; }
QMenuBar::item { background: transparent; color: $text; padding: 5px 12px; border-radius: 6px; }
QMenuBar::item:selected { background: $pressed; }
QMenuBar::item:pressed { background: $pressed; }
QMenu { background: $raised; border: 1px solid $border; border-radius: 8px; padding: 4px; }
QMenu::item { background: transparent; padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: ${arrow}px; height: ${arrow}px; padding-left: 8px; }
QMenu::indicator:checked { image: url("$icons/check-muted.svg"); }
QMenu::right-arrow { image: url("$icons/chevron-right.svg"); width: ${arrow}px; height: ${arrow}px; padding-right: 6px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }

QPushButton { background: $surface; border: 1px solid $control; border-radius: 6px; padding: 5px 12px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:disabled { background: $sunken; border-color: $border; color: $disabled; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:disabled { background: $sunken; border-color: $border; color: $disabled; }
QPushButton[kind="link"] { background: transparent; border-color: transparent; color: $accent; padding: 2px 4px; }
QPushButton[kind="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[kind="key"] { padding: 4px 0; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="link"]:focus { padding: 1px 3px; }
QPushButton[kind="key"]:focus { padding: 3px 0; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $pressed; }
QToolButton:disabled { color: $disabled; }
QToolButton[tone="window"]:hover { background: $pressed; }
QToolButton[kind="text"] { padding: 0 4px; }
QToolButton::menu-indicator { image: none; }
QToolButton:focus { border: 2px solid $accent; padding: 3px; }
QToolButton[kind="text"]:focus { padding: 0 3px; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $surface; border: 1px solid $control; border-radius: 6px; padding: 5px 8px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled, QTextEdit:disabled {
    background: $sunken; border-color: $border; color: $disabled;
}
QLineEdit[kind="plain"] { background: transparent; border-color: transparent; padding: 1px 2px; }
QLineEdit[kind="plain"]:hover { background: $hover; border-color: transparent; }
QLineEdit[bad="true"], QAbstractSpinBox[bad="true"], QComboBox[bad="true"] { background: $error_soft; border-color: $error; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $accent; padding: 4px 7px;
}
QLineEdit[kind="plain"]:focus { border: 2px solid $accent; padding: 0 1px; }
QAbstractSpinBox { padding: 3px 22px 3px 2px; }
QAbstractSpinBox:focus { padding: 2px 21px 2px 1px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { background: transparent; border: none; padding: 0; margin: 0; }
QAbstractSpinBox QLineEdit { padding: 2px 4px 2px 6px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: ${spin}px; background: transparent; border: none; border-radius: 4px; margin: 1px;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: url("$icons/chevron-up.svg"); width: ${small_arrow}px; height: ${small_arrow}px; }
QAbstractSpinBox::down-arrow { image: url("$icons/chevron-down.svg"); width: ${small_arrow}px; height: ${small_arrow}px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off { image: url("$icons/chevron-up-disabled.svg"); }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off { image: url("$icons/chevron-down-disabled.svg"); }
QComboBox { padding-right: 24px; }
QComboBox:focus { padding-right: 23px; }
QComboBox::drop-down {
    subcontrol-origin: border; subcontrol-position: center right; width: ${drop}px; border: none; background: transparent;
}
QComboBox::down-arrow { image: url("$icons/chevron-down.svg"); width: ${arrow}px; height: ${arrow}px; }
QComboBox::down-arrow:disabled { image: url("$icons/chevron-down-disabled.svg"); }
QComboBox[kind="plain"] { background: transparent; border-color: transparent; padding: 1px 20px 1px 2px; }
QComboBox[kind="plain"]:hover { background: $hover; border-color: transparent; }
QComboBox[kind="plain"]:disabled { background: transparent; border-color: transparent; }
QComboBox[kind="plain"][bad="true"] { background: $error_soft; border-color: $error; }
QComboBox[kind="plain"]:focus { border: 2px solid $accent; padding: 0 19px 0 1px; }
QComboBox[kind="plain"]::drop-down { width: ${plain_drop}px; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $border; border-radius: 6px; padding: 4px; outline: none;
    selection-background-color: $hover; selection-color: $text;
}
QComboBox QAbstractItemView::item { padding: 4px 8px; border-radius: 4px; }

QCheckBox, QRadioButton { background: transparent; spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator {
    width: ${box}px; height: ${box}px; background: $surface; border: 1px solid $control; border-radius: 4px;
}
QRadioButton::indicator { border-radius: ${round_box}px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QTableView::indicator:hover { border-color: $muted; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate, QRadioButton::indicator:checked, QTableView::indicator:checked {
    background: $accent; border-color: $accent;
}
QCheckBox::indicator:checked, QTableView::indicator:checked { image: url("$icons/check.svg"); }
QCheckBox::indicator:indeterminate { image: url("$icons/minus.svg"); }
QRadioButton::indicator:checked { image: url("$icons/dot.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $sunken; border-color: $border; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }

QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $surface; border: 2px solid $accent; width: 10px; height: 10px; margin: -5px 0; border-radius: 7px;
}
QSlider::handle:horizontal:hover { background: $accent_soft; border-color: $accent_hover; }
QSlider::handle:horizontal:disabled { background: $sunken; border-color: $disabled; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal:focus { background: $accent; }

QScrollArea, QAbstractScrollArea { background: transparent; border: none; }
QPlainTextEdit[kind="field"] { background: $surface; border: 1px solid $control; }
QPlainTextEdit[kind="field"]:focus { border: 2px solid $accent; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $pressed; border: 2px solid transparent; border-radius: 5px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent; padding: 8px 11px 6px 11px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:disabled { color: $disabled; }
QTabBar:focus { outline: none; }
QTabBar::tab:selected:focus { background: $accent_soft; }
QMainWindow > QTabBar::tab { background: transparent; }

QAbstractItemView {
    background: $surface; alternate-background-color: $sunken; outline: none;
    selection-background-color: $accent_soft; selection-color: $text;
}
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: $surface; color: $faint; border: none; border-bottom: 1px solid $border; padding: 4px 8px; }
QTableView { gridline-color: $grid; }
QTableView::item { padding: 0 8px; }
QTableCornerButton::section { background: $surface; border: none; }

QProgressBar { background: $border; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QStatusBar { background: $window; border: none; }
QStatusBar::item { border: none; }
QSplitter::handle { background: transparent; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 8px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 8px; color: $faint; }
""")


def style_sheet(tokens: Tokens, icons: Path, zoom: float = 1.0) -> str:
    """The style sheet in these colours; `icons` is the folder of the pictures drawn for them, which grow with the text."""
    arrow, small_arrow, box, spin, drop, plain_drop = (round(size * zoom) for size in (12, 10, 14, 20, 22, 18))
    sizes = {"arrow": arrow, "small_arrow": small_arrow, "box": box, "round_box": box // 2 + 1}
    sizes |= {"spin": spin, "drop": drop, "plain_drop": plain_drop}
    return SHEET.substitute(asdict(tokens), **sizes, icons=icons.as_posix())
