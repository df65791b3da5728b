"""What to compare with, dropped down: twins to train in one click, and the saved runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from engine.messages.compare import TRAINED, RunFacts
from gui.theme import Theme, fonts, numbers
from gui.theme.controls import ButtonControl, Stepper, box
from gui.views import drawing
from gui.views.compare.choices import Choice

_WIDTH = 460
_MOST = 200


class Entry(ButtonControl):
    """A line with a title, what it is, and facts at the right."""

    def __init__(self, title: str, text: str, right: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(title)
        self._text, self._right = text, right
        self.setFixedHeight(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{title}: {text} {right}")
        self.own_keys = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH - 24, 40)

    def matches(self, words: str) -> bool:
        """Whether all words of a search are in it."""
        whole = f"{self.text()} {self._text} {self._right}".lower()
        return all(word in whole for word in words.lower().split())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            on = self.isEnabled()
            if (self.hovered or self.hasFocus()) and on:
                box(painter, QRectF(self.rect()), fill=theme.segment_on, radius=4)
            small = drawing.ui(11)
            right = self.width() - 10.0
            if self._right:
                right = drawing.write_right(painter, right, 17, self._right, drawing.mono(11), theme.text_2) - 10
            ink = drawing.ui(12, 600)
            color = theme.text_1 if on else theme.text_3
            drawing.write(painter, 10, 17, ink.elided(self.text(), right - 10), ink, color)
            drawing.write(painter, 10, 33, small.elided(self._text, self.width() - 20), small, theme.text_3)


class AddPopup(QFrame):
    """A popup that closes by a click beside it, Esc or a choice.

    `chosen(Choice, epochs)`: train these (epochs None: as many as the open run); `run_chosen(name)`: compare with it.
    """

    chosen = Signal(object, object)
    run_chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        *,
        choices: Sequence[Choice],
        runs: Sequence[RunFacts],
        untrained: bool,
        epochs: int,
        seconds_per_epoch: float | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._untrained = untrained
        self._per_epoch = seconds_per_epoch
        self.setFixedWidth(_WIDTH)
        self.choices: list[Entry] = []
        self.runs: list[Entry] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(self._caption("Train a twin: same data, same seed"))
        head.addStretch(1)
        self.epochs = Stepper(theme, self, value=epochs, minimum=1, maximum=200, width=84, name="Epochs")
        self.epochs.setVisible(untrained)
        self.epochs.setToolTip("How many epochs each run is trained for")
        if untrained:
            word = self._caption("epochs")
            head.addWidget(word)
            head.addWidget(self.epochs)
        column.addLayout(head)
        for choice in choices:
            entry = Entry(choice.title, choice.summary, self._cost(choice, epochs), theme, self)
            entry.clicked.connect(lambda _=False, choice=choice: self._choose(choice))
            self.choices.append(entry)
            column.addWidget(entry)
        column.addSpacing(8)
        column.addWidget(self._caption("Saved runs" if runs else "There are no saved runs yet"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find by network, data, date or name")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.setVisible(len(runs) > 6)
        column.addWidget(self.search)
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        for facts in list(runs)[:_MOST]:
            entry = Entry(*described(facts), theme, inside)
            entry.setEnabled(not facts.problem)
            entry.setToolTip(facts.problem)
            entry.clicked.connect(lambda _=False, name=facts.name: self._choose_run(name))
            self.runs.append(entry)
            lines.addWidget(entry)
        lines.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setFixedHeight(min(len(self.runs), 7) * 42 + 2)
        area.setVisible(bool(runs))
        for part in (inside, area.viewport()):
            part.setAutoFillBackground(False)
        column.addWidget(area)

    def _caption(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setFont(fonts.ui(11))
        label.setStyleSheet(f"color: {self._theme.text_2.name()}; padding: 4px 10px")
        return label

    def _cost(self, choice: Choice, epochs: int) -> str:
        """What it takes: "2 runs, 3 epochs"."""
        if not choice.plans:
            return ""
        count = len(choice.plans)
        text = "1 run" if count == 1 else f"{count} runs"
        text += ", 1 epoch" if epochs == 1 else f", {epochs} epochs"
        if count > 1:
            text += " each"
        if self._per_epoch:
            text += f", {numbers.duration(max(self._per_epoch * epochs * count, 1))}"
        return text

    def _choose(self, choice: Choice) -> None:
        self.chosen.emit(choice, int(self.epochs.value) if self._untrained else None)
        self.close()

    def _choose_run(self, name: str) -> None:
        self.run_chosen.emit(name)
        self.close()

    def _search(self, words: str) -> None:
        for entry in self.runs:
            entry.setVisible(entry.matches(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.border_strong)
            painter.fillRect(self.rect().adjusted(1, 1, -1, -1), self._theme.tooltip)

    def show_under(self, widget: QWidget) -> None:
        """Drop down with the left edges aligned, inside the window."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(0, widget.height() + 6))
        window = widget.window()
        right = window.mapToGlobal(QPoint(window.width() - self.width() - 12, 0)).x()
        self.move(min(corner.x(), right), corner.y())
        self.show()
        first = (*self.choices, *self.runs)[:1]
        (first[0] if first else self).setFocus()


def described(facts: RunFacts) -> tuple[str, str, str]:
    """A run in a list: what it is called, what it is, how good it got."""
    title = facts.title or facts.network_title or facts.name
    if facts.problem:
        return title, facts.problem, ""
    words = [facts.network_title] if facts.title else []
    words.append(facts.subtitle)
    if facts.name.startswith(TRAINED):
        words.append("comes trained")
    else:
        words.append(facts.dataset_title)
        if facts.settings is not None:
            words.append(f"seed {facts.settings.seed}")
        words.append(f"{numbers.plain(facts.epoch, 1)} epochs")
        if facts.saved:
            words.append(f"{datetime.fromtimestamp(facts.saved):%d %b %Y, %H:%M}")
    right = "" if facts.test_accuracy is None else numbers.percent(facts.test_accuracy, 2)
    return title, ", ".join(word for word in words if word), right
