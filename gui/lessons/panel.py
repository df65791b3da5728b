"""The side panel of a lesson: its text, and rows that show in the lab what it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.lessons.markdown import SHOW_ME, Lesson, Paragraph, Show, Span, position
from gui.theme import Density, Theme, fonts, icons
from gui.theme.controls import ButtonControl, IconButton, box, set_theme_below

WIDTH = {Density.LARGE: 320, Density.SMALL: 280}
_MARGIN = 16


def html(paragraphs: Sequence[Paragraph], theme: Theme, *, px: int, line: int) -> str:
    """Paragraphs as rich text in the colours of a theme."""
    blocks = []
    for index, paragraph in enumerate(paragraphs):
        space = 0 if index == 0 else 12
        inside = "".join(_styled(span, theme, px) for span in paragraph)
        blocks.append(f"<p style='margin:{space}px 0 0 0;line-height:{line}px'>{inside}</p>")
    return f"<div style='color:{theme.text_2.name()}'>{''.join(blocks)}</div>"


def _styled(span: Span, theme: Theme, px: int) -> str:
    style = []
    if span.role:
        style.append(f"color:{getattr(theme, span.role).name()}")
    elif span.bold or span.code:
        style.append(f"color:{theme.text_1.name()}")
    if span.bold:
        style.append("font-weight:600")
    if span.code:
        style.append(f"font-family:'{fonts.mono(px).family()}';font-size:{px - 1}px;white-space:pre")
    if span.part:
        color = getattr(theme, span.role) if span.role else theme.text_1
        style = [f"color:{color.name()}", *style, "text-decoration:underline"]
        return f'<a href="{escape(span.part)}" style="{";".join(style)}">{escape(span.text)}</a>'
    return f'<span style="{";".join(style)}">{escape(span.text)}</span>' if style else escape(span.text)


class ShowRow(ButtonControl):
    """A line of "Show me". Checked: it is the one that was pressed last."""

    def __init__(self, show: Show, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.show_me = show
        self.setText(show.title)
        self.setAccessibleName(f"{SHOW_ME}: {show.title}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedHeight(32)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        if self.isChecked() or self.hovered:
            ground = QRectF(_MARGIN - 8, 1, self.width() - 2 * (_MARGIN - 8), self.height() - 2)
            box(painter, ground, fill=theme.segment_on if self.isChecked() else theme.track)
        if self.ring:
            ring = QRectF(_MARGIN - 8, 1, self.width() - 2 * (_MARGIN - 8), self.height() - 2)
            box(painter, ring, line=theme.accent, width=1.5)
        icons.paint(painter, "play-circle", theme.accent, QRectF(_MARGIN - 1, 7, 18, 18))
        middle = self.height() / 2
        right = float(self.width() - _MARGIN)
        if self.show_me.hint:
            face = fonts.mono(11)
            metrics = QFontMetricsF(face)
            width = metrics.horizontalAdvance(self.show_me.hint)
            painter.setFont(face)
            painter.setPen(theme.text_3 if not self.isChecked() else theme.text_2)
            painter.drawText(round(right - width), round(middle + metrics.capHeight() / 2), self.show_me.hint)
            right -= width + 10
        face = fonts.ui(13)
        metrics = QFontMetricsF(face)
        painter.setFont(face)
        painter.setPen(theme.text_1)
        left = _MARGIN + 24
        title = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, right - left)
        self.setToolTip("" if title == self.text() else self.text())
        painter.drawText(left, round(middle + metrics.capHeight() / 2), title)


class _Place(ButtonControl):
    """ "Lesson 20 of 28": opens the list of all."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setToolTip("All lessons")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        face = fonts.ui(12)
        metrics = QFontMetricsF(face)
        width = metrics.horizontalAdvance(self.text())
        if self.ring:
            box(painter, QRectF(-6, 2, width + 32, self.height() - 4), line=self.theme.accent, width=1.5)
        painter.setFont(face)
        ink = self.theme.text_1 if self.hovered or self.ring else self.theme.text_3
        painter.setPen(ink)
        painter.drawText(0, round(self.height() / 2 + metrics.capHeight() / 2), self.text())
        icons.paint(painter, "chevron-down", ink, QRectF(round(width) + 5, self.height() / 2 - 6, 12, 12))


class LessonPanel(QWidget):
    """Shows one of several lessons. `link_wanted(str, parts)` a row was pressed that speaks of these parts;
    `part_pointed(str)` the mouse is over words that stand for a part, "" no longer; `part_chosen(str)` they were
    clicked; `lesson_changed(str)` another lesson is shown, by its id; `closed()` the close button or Esc;
    `list_wanted()` the user asks for the list of all."""

    link_wanted = Signal(str, tuple)
    part_pointed = Signal(str)
    part_chosen = Signal(str)
    lesson_changed = Signal(str)
    closed = Signal()
    list_wanted = Signal()

    def __init__(self, lessons: Sequence[Lesson], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if not lessons:
            raise ValueError("there are no lessons to show")
        self.theme = theme
        self.lessons = tuple(lessons)
        self.rows: list[ShowRow] = []
        self._index = -1
        self._density = Density.LARGE
        self._inside_lab = False
        self.setAccessibleName("Lesson")
        self.place = _Place(theme, self)
        self.previous_button = IconButton("chevron-left", "Previous lesson (Ctrl Page up)", theme, self, size=(28, 28))
        self.next_button = IconButton("chevron-right", "Next lesson (Ctrl Page down)", theme, self, size=(28, 28))
        self.close_button = IconButton("close", "Close the lesson (F1)", theme, self, size=(28, 28))
        head = QHBoxLayout()
        head.setContentsMargins(_MARGIN, 10, 8, 0)
        head.setSpacing(0)
        for part in (self.place, self.previous_button, self.next_button, self.close_button):
            head.addWidget(part, 1 if part is self.place else 0)
        self._title = QLabel(self)
        self._text = QLabel(self)
        self._heading = QLabel(SHOW_ME, self)
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._inside = QWidget(self)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 4, 0, 16)
        self._column.setSpacing(0)
        for label, above in ((self._title, 0), (self._text, 8), (self._heading, 16)):
            label.setContentsMargins(_MARGIN, above, _MARGIN, 0)
            self._column.addWidget(label)
        self._column.addSpacing(4)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(self._inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for ground in (scroll.viewport(), self._inside):
            ground.setAutoFillBackground(False)  # the panel's own shows through
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area = scroll
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        self.previous_button.clicked.connect(self.previous)
        self.next_button.clicked.connect(self.next)
        self.close_button.clicked.connect(self.closed)
        self.place.clicked.connect(self.list_wanted)
        self._text.linkHovered.connect(self.part_pointed)
        self._text.linkActivated.connect(self.part_chosen)
        self.set_density(Density.LARGE)
        self.open(self.lessons[0].id)

    @property
    def lesson(self) -> Lesson:
        """What is shown."""
        return self.lessons[self._index]

    def open(self, id: str) -> None:
        """Show the lesson of that id; the first where there is none."""
        index = position(self.lessons, id)
        if index != self._index:
            self._index = index
            self._show()
            self.lesson_changed.emit(self.lesson.id)

    def next(self) -> None:
        self._go(1)

    def previous(self) -> None:
        self._go(-1)

    def _go(self, by: int) -> None:
        index = self._index + by
        if 0 <= index < len(self.lessons):
            self.open(self.lessons[index].id)

    def _show(self) -> None:
        lesson = self.lesson
        self.place.setText(f"Lesson {self._index + 1} of {len(self.lessons)}")
        self.place.setAccessibleName(f"{self.place.text()}: list of all")
        self._title.setText(lesson.title)
        self.previous_button.setEnabled(self._index > 0)
        self.next_button.setEnabled(self._index + 1 < len(self.lessons))
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ShowRow(show, self.theme, self._inside) for show in lesson.shows]
        for row in self.rows:
            self._column.insertWidget(self._column.count() - 1, row)
            row.clicked.connect(self._pressed)
        self._write()
        self.area.verticalScrollBar().setValue(0)

    def _pressed(self) -> None:
        row = self.sender()
        if isinstance(row, ShowRow):
            self.link_wanted.emit(row.show_me.link, row.show_me.parts)

    def _write(self) -> None:
        if self._index < 0:
            return
        small = self._density is Density.SMALL
        px, line = (12, 18) if small else (13, 20)
        ink = self.theme.text_1.name()
        self._title.setFont(fonts.ui(16, 600))
        self._title.setStyleSheet(f"color:{ink}")
        self._text.setFont(fonts.ui(px))
        self._text.setText(html(self.lesson.paragraphs, self.theme, px=px, line=line))
        self._heading.setFont(fonts.ui(12))
        self._heading.setStyleSheet(f"color:{self.theme.text_3.name()}")

    def set_density(self, density: Density) -> None:
        """320 px wide, or 280 with smaller type."""
        self._density = density
        self.set_inside(self._inside_lab)
        self._write()

    def set_inside(self, inside: bool) -> None:
        """Whether it is part of a lab's side panel: as wide as that, without a border of its own."""
        self._inside_lab = inside
        if inside:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16_777_215)
        else:
            self.setFixedWidth(WIDTH[self._density])
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self._write()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.theme.panel)
        if not self._inside_lab:
            painter.fillRect(0, 0, 1, self.height(), self.theme.border)
