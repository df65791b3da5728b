"""The part of the side panel with the switches, and how the learner does."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.theme import Theme, fonts, icons
from gui.theme.controls import ButtonControl, Toggle, set_theme_below


class ShowStep(ButtonControl):
    """A line with a play sign: show the step that explains."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFixedHeight(24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, "play-circle", self.theme.accent, QRectF(0, 4, 16, 16))
        painter.setFont(fonts.ui(12))
        painter.setPen(self.theme.accent if self.hovered or self.ring else self.theme.text_1)
        painter.drawText(QRectF(self.rect()).adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class CheckPart(QWidget):
    """The switches "check yourself" and "a colour for each weight", and how the learner does."""

    check_switched = Signal(bool)
    colours_switched = Signal(bool)
    stretched_switched = Signal(bool)
    explain = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.check = Toggle("Hide outputs and check yourself", theme, self)
        self.colours = Toggle("A colour for each weight", theme, self)
        self.stretched = Toggle("As a convolution, input stretched", theme, self)
        self.stretched.setToolTip("The same numbers: zeros between the input's cells, and the kernel turned round")
        self.score = QLabel(self)
        self.score.setTextFormat(Qt.TextFormat.RichText)
        self.score.setWordWrap(True)
        self.step_button = ShowStep(theme, self)
        self._step = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for part in (self.stretched, self.colours, self.check, self.score, self.step_button):
            column.addWidget(part)
        self.setTabOrder(self.colours, self.check)
        self.check.clicked.connect(self.check_switched)
        self.colours.clicked.connect(self.colours_switched)
        self.stretched.clicked.connect(self.stretched_switched)
        self.step_button.clicked.connect(self._explain)
        self.show_score(None, 0, None)

    def _explain(self) -> None:
        self.explain.emit(self._step)

    def show_score(self, right: int | None, given: int, wrong: tuple[int, str, str] | None) -> None:
        """How many answers are right of those given; `wrong` is (step, answer, place) of the last that is not."""
        self.score.setVisible(right is not None)
        self.step_button.setVisible(wrong is not None)
        if right is None:
            return
        theme = self.theme
        style = f"font-size:12px;color:{theme.text_2.name()}"
        if not given:
            text = "Type what comes out, then press Enter."
        else:
            text = f"<b style='color:{theme.text_1.name()}'>{right}</b> of {given} right"
            if wrong is not None:
                self._step = wrong[0]
                text += f"<br><span style='color:{theme.error.name()}'>{wrong[1]}</span> {wrong[2]} is not it."
                self.step_button.setText("See every product there")
        self.score.setText(f"<div style='{style};line-height:150%'>{text}</div>")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(16, 0, self.width() - 32, 1, self.theme.border)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()
