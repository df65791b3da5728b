"""The cards that notices are shown on: a note, an error with its details, a running task."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from gui.notices import Note, Problem, Task
from gui.theme import Theme, fonts, icons, numbers
from gui.theme.controls import Button, Control, IconButton, box, set_theme_below


class Card(Control):
    """A rounded box over the window: an icon in `tone`, a column of contents, a button that closes it."""

    closed = Signal(object)
    resized = Signal()

    def __init__(self, icon: str, tone: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._icon, self._tone = icon, tone
        self.notice: Note | Problem | Task | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(44, 12, 12, 12)
        self.column.setSpacing(6)
        self._close = IconButton("close", "Close (Esc)", theme, self, px=14, size=(24, 24))
        self._close.clicked.connect(self.close_by_user)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def is_same(self, notice: Note | Problem) -> bool:
        """Whether this card tells just that."""
        return self.notice == notice

    def count_again(self) -> None:
        """The same happened once more."""

    def set_task(self, task: Task) -> None:
        """Show how far the work is now."""

    def close_by_user(self) -> None:
        self.closed.emit(self)

    def finish(self) -> None:
        """Go, for good."""
        self.hide()
        self.deleteLater()

    def fit(self, width: int, height: int) -> None:
        """Take this width, and as much height as the contents need, `height` at most."""
        self.setFixedWidth(width)
        self.column.activate()
        wanted = self.column.totalHeightForWidth(width) if self.column.hasHeightForWidth() else -1
        self.setFixedHeight(min(wanted if wanted > 0 else self.column.totalSizeHint().height(), height))
        self._close.move(width - 24 - 8, 8)

    def label(self, text: str, *, px: float = 12, weight: int = 400, faint: bool = False, room: int = 0) -> QLabel:
        """A wrapped text that can be selected; `room` px stay free at its right."""
        label = QLabel(text, self)
        label.setFont(fonts.ui(px, weight))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("faint", faint)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setContentsMargins(0, 0, room, 0)
        self._ink(label)
        self.column.addWidget(label)
        return label

    def _ink(self, label: QLabel) -> None:
        color = self.theme.text_2 if label.property("faint") else self.theme.text_1
        label.setStyleSheet(f"color: {color.name()};")

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for label in self.findChildren(QLabel):
            self._ink(label)
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            set_theme_below(child, theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        box(painter, QRectF(self.rect()), fill=theme.tooltip, line=theme.border_strong, radius=8)
        tone: QColor = getattr(theme, self._tone)
        icons.paint(painter, self._icon, tone, QRectF(14, 12, 18, 18))


class NoteCard(Card):
    """A line that goes after some seconds, but not from under the mouse."""

    def __init__(self, note: Note, seconds: float, theme: Theme, parent: QWidget) -> None:
        super().__init__("info", "accent", theme, parent)
        self.notice = note
        self.label(note.text, room=28)
        if note.action and note.callback is not None:
            button = Button(note.action, theme, self)
            button.clicked.connect(self._do)
            self.column.addWidget(button)
        self._callback = note.callback
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(seconds * 1000 * (1 + len(note.text) / 160)))
        self._timer.timeout.connect(self.close_by_user)
        self._timer.start()

    def _do(self) -> None:
        if self._callback is not None:
            self._callback()
        self.closed.emit(self)

    def finish(self) -> None:
        self._timer.stop()
        super().finish()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.isVisible():
            self._timer.start()
        super().leaveEvent(event)


class ProblemCard(Card):
    """An error: what happened, to what, what to do; details unfold, and can be copied."""

    def __init__(self, problem: Problem, theme: Theme, parent: QWidget) -> None:
        super().__init__("error", "error", theme, parent)
        self.notice = problem
        self._problem = problem
        self._times = 1
        self._title = self.label(problem.title, weight=600, room=28)
        if problem.message:
            self.label(problem.message)
        if problem.advice:
            self.label(problem.advice, faint=True)
        self._details: QPlainTextEdit | None = None
        if problem.details:
            row = QHBoxLayout()
            row.setContentsMargins(0, 2, 0, 0)
            row.setSpacing(8)
            self._unfold = Button("Details", theme, self)
            self._unfold.clicked.connect(self._toggle)
            copy = Button("Copy details", theme, self, icon="copy")
            copy.clicked.connect(self.copy)
            row.addWidget(self._unfold)
            row.addWidget(copy)
            row.addStretch(1)
            self.column.addLayout(row)

    @property
    def text(self) -> str:
        """All that the card knows, as it is copied."""
        parts = (self._problem.title, self._problem.message, self._problem.advice, self._problem.details)
        return "\n\n".join(part for part in parts if part)

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)

    def count_again(self) -> None:
        self._times += 1
        self._title.setText(f"{self._problem.title} ({self._times} times)")
        self.resized.emit()

    def _toggle(self) -> None:
        if self._details is None:
            self._details = QPlainTextEdit(self._problem.details, self)
            self._details.setReadOnly(True)
            self._details.setFont(fonts.mono(11))
            self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            lines = min(10, self._problem.details.count("\n") + 2)
            self._details.setFixedHeight(QFontMetrics(fonts.mono(11)).lineSpacing() * lines + 16)
            self._details.hide()
            self.column.addWidget(self._details)
        shown = not self._details.isHidden()
        self._details.setVisible(not shown)
        self._unfold.setText("Details" if shown else "Hide details")
        self._unfold.updateGeometry()
        self.resized.emit()


class TaskCard(Card):
    """A long work: title, bar, what is done and how long it will take, and a way to stop it."""

    def __init__(self, task: Task, on_stop: Callable[[], object] | None, theme: Theme, parent: QWidget) -> None:
        super().__init__("download", "accent", theme, parent)
        self._close.setVisible(False)
        self._on_stop = on_stop
        self.label(task.title, weight=600)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(task.title)
        self.column.addWidget(self._bar)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        self._facts = QLabel(self)
        self._facts.setFont(fonts.ui(11))
        self._facts.setProperty("faint", True)
        self._ink(self._facts)
        row.addWidget(self._facts, 1)
        self._stop = Button("Stop", theme, self, icon="stop")
        self._stop.clicked.connect(self._stop_it)
        self._stop.setVisible(on_stop is not None)
        row.addWidget(self._stop)
        self.column.addLayout(row)
        self.set_task(task)

    @property
    def facts(self) -> str:
        return self._facts.text()

    def set_task(self, task: Task) -> None:
        known = task.total > 0
        self._bar.setRange(0, 1000 if known else 0)
        if known:
            self._bar.setValue(round(1000 * min(max(task.done / task.total, 0.0), 1.0)))
        parts = []
        if known:
            parts.append(numbers.percent(task.done / task.total, 0))
        if task.done and task.unit == "bytes":
            total = f" of {numbers.size_in_bytes(task.total)}" if known else ""
            parts.append(numbers.size_in_bytes(task.done) + total)
        elif task.done and task.unit:
            total = f" of {numbers.count(round(task.total))}" if known else ""
            parts.append(f"{numbers.count(round(task.done))}{total} {task.unit}")
        if task.seconds_left is not None:
            parts.append(f"{numbers.duration(task.seconds_left)} left")
        self._facts.setText("  ·  ".join(parts))

    def close_by_user(self) -> None:
        """Escape leaves a running work alone; only its Stop button stops it."""

    def _stop_it(self) -> None:
        self._stop.setEnabled(False)
        self._stop.setText("Stopping…")
        self._stop.updateGeometry()
        if self._on_stop is not None:
            self._on_stop()
