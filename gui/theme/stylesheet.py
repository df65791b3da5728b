"""The style of Qt's own controls: a palette and a style sheet made from a theme.

Fonts are not set here: a font named in a style sheet loses its features (tabular figures).
"""

from __future__ import annotations

from dataclasses import fields

from PySide6.QtGui import QColor, QPalette

from gui.theme.icons import FOLDER
from gui.theme.tokens import Theme


def palette(theme: Theme) -> QPalette:
    """The palette for widgets that the style sheet does not reach, such as a system's file dialog."""
    result = QPalette()
    roles = QPalette.ColorRole
    for role, color in {
        roles.Window: theme.window,
        roles.WindowText: theme.text_1,
        roles.Base: theme.raised,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text_1,
        roles.PlaceholderText: theme.text_3,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text_1,
        roles.BrightText: theme.error,
        roles.ToolTipBase: theme.tooltip,
        roles.ToolTipText: theme.text_1,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.Link: theme.accent,
        roles.LinkVisited: theme.accent,
        roles.Light: theme.segment_on,
        roles.Midlight: theme.raised,
        roles.Mid: theme.border_strong,
        roles.Dark: theme.border,
        roles.Shadow: QColor("#000000"),
    }.items():
        result.setColor(role, color)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, _half(theme.text_3, theme.raised))
    return result


def _half(color: QColor, ground: QColor) -> QColor:
    """Half way from `ground` to `color`: what is disabled."""
    return QColor(
        (color.red() + ground.red()) // 2, (color.green() + ground.green()) // 2, (color.blue() + ground.blue()) // 2
    )


def stylesheet(theme: Theme) -> str:
    """The style sheet for Qt's own controls in this theme."""
    values = {f.name: color.name() for f in fields(theme) if isinstance(color := getattr(theme, f.name), QColor)}
    values["disabled"] = _half(theme.text_3, theme.raised).name()
    values["hover"] = theme.segment_on.name() if theme.is_dark else "#F2F4F6"
    values["icons"] = (FOLDER / theme.name).as_posix()
    text = _SHEET
    for name, value in sorted(values.items(), key=lambda item: -len(item[0])):
        text = text.replace(f"@{name}", value)
    return text


_SHEET = """
QWidget { color: @text_1; selection-background-color: @accent; selection-color: @on_accent; }
QMainWindow, QDialog { background: @panel; }
QLabel { background: transparent; }
QScrollArea, QAbstractScrollArea { border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QToolTip { background: @tooltip; color: @text_1; border: 1px solid @border_strong; padding: 1px 3px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: @raised; border: 1px solid @border_strong; border-radius: 6px; color: @text_1;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 26px; max-height: 26px; padding: 0 8px; }
QPlainTextEdit, QTextEdit { padding: 6px 8px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: @text_3; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
QComboBox:on { border-color: @accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: @disabled; border-color: @border;
}
QLineEdit[invalid="true"] { border-color: @error; }

QComboBox { padding-right: 24px; combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 24px; subcontrol-position: center right; }
QComboBox::down-arrow { image: url("@icons/chevron-down.svg"); width: 16px; height: 16px; }
QComboBox QAbstractItemView {
    background: @tooltip; border: 1px solid @border_strong; padding: 4px; outline: none;
}
QComboBox QAbstractItemView::item {
    min-height: 28px; padding: 0 8px; border-radius: 4px; color: @text_1; border: none;
}
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
    background: @segment_on; color: @text_1;
}
QComboBox QAbstractItemView::item:disabled { color: @disabled; background: transparent; }

QSpinBox, QDoubleSpinBox { padding: 0 22px 0 8px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    width: 20px; border: none; background: transparent; subcontrol-origin: border;
}
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; height: 13px; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; height: 13px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("@icons/chevron-up.svg"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("@icons/chevron-down.svg"); width: 12px; height: 12px; }

QPushButton {
    background: @raised; border: 1px solid @border_strong; border-radius: 6px; color: @text_1;
    min-height: 26px; max-height: 26px; padding: 0 12px;
}
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @track; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @disabled; border-color: @border; }
QPushButton:default, QPushButton[primary="true"] {
    background: @accent; border-color: @accent; color: @on_accent; font-weight: 600;
}
QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; }
QToolButton:hover { background: @hover; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; min-height: 20px; }
QCheckBox:disabled, QRadioButton:disabled { color: @disabled; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid @border_strong; background: @raised;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @text_3; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked, QCheckBox::indicator:indeterminate {
    background: @accent; border-color: @accent;
}
QCheckBox::indicator:checked { image: url("@icons/check.svg"); }
QCheckBox::indicator:indeterminate { image: url("@icons/minus.svg"); }
QRadioButton::indicator:checked { image: url("@icons/dot.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @border; background: @track; }

QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; background: @track; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -6px 0; border-radius: 8px; background: @accent; border: 2px solid @panel;
}
QSlider::groove:vertical { width: 4px; background: @track; border-radius: 2px; }
QSlider::add-page:vertical { background: @accent; border-radius: 2px; }
QSlider::handle:vertical {
    width: 12px; height: 12px; margin: 0 -6px; border-radius: 8px; background: @accent; border: 2px solid @panel;
}
QSlider::handle:hover, QSlider::handle:focus { background: @text_1; }
QSlider::sub-page:disabled, QSlider::add-page:disabled, QSlider::handle:disabled { background: @border_strong; }

QProgressBar { background: @track; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QMenu { background: @tooltip; border: 1px solid @border_strong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 28px; border-radius: 4px; background: transparent; color: @text_1; }
QMenu::item:selected { background: @segment_on; }
QMenu::item:disabled { color: @disabled; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QMenu::right-arrow { image: url("@icons/chevron-right.svg"); width: 14px; height: 14px; padding-right: 6px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 8px; }
QMenu::indicator:checked { image: url("@icons/check-menu.svg"); }
QMenuBar { background: @window; }
QMenuBar::item { padding: 4px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @segment_on; }

QScrollBar:vertical { width: 10px; background: transparent; margin: 0; border: none; }
QScrollBar:horizontal { height: 10px; background: transparent; margin: 0; border: none; }
QScrollBar::handle { background: @border_strong; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @text_3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QListView, QTreeView, QTableView { background: @panel; border: none; outline: none; }
QListView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QListView::item:hover { background: @hover; }
QListView::item:selected { background: @segment_on; color: @text_1; }
QHeaderView::section {
    background: @panel; color: @text_2; border: none; border-bottom: 1px solid @border; padding: 4px 8px;
}

QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar::tab { color: @text_2; padding: 8px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text_1; }
QTabBar::tab:selected { color: @text_1; border-bottom-color: @accent; }
QGroupBox { border: none; margin-top: 20px; }
QGroupBox::title { subcontrol-origin: margin; color: @text_2; }
QSplitter::handle { background: @border; }
"""
