"""The confusion matrix: what is taken for what, the commonest mistakes, and their pictures on a click."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from engine.messages import DatasetFacts, Evaluated, Gallery
from gui.theme import DARK, Density, Theme, icons, numbers
from gui.theme.controls import Button
from gui.views import drawing
from gui.views.confusion_matrix import Matrix
from gui.views.mistakes import MistakeSheet, short_names
from gui.views.panel import Panel

_LEFT, _EDGE = 16, 24
_CLOSE = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WALKS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_EMPTY = (
    "After each epoch it says here which class is taken for which other: "
    "a row for each label, a column for each prediction."
)
_NOTHING = "The network is not trained here on labelled samples, so nothing says what would be right."


class ConfusionView(Panel):
    """Made for 288x211, small for 260x191.

    `cell_clicked(label, predicted)` and `worst_wanted()` ask for pictures: of one cell's mistakes, of the worst of
    all; give them with `set_gallery`. `sample_clicked(split, index)` is one of those. `evaluation_wanted()` comes from
    the button of the empty state.
    """

    cell_clicked = Signal(int, int)
    worst_wanted = Signal()
    sample_clicked = Signal(str, int)
    evaluation_wanted = Signal()

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Confusion matrix")
        self._classes: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()
        self._evaluated: Evaluated | None = None
        self._when = ""
        self._asked: tuple[int | None, int | None] | None = None
        self._sheet: MistakeSheet | None = None
        self._matrix: Matrix | None = None
        self._gallery: Gallery | None = None
        self._hover: QPointF | None = None
        self._picked: int | None = None  # by keys: a picture of the sheet, or a row beside the matrix
        self._judges = True
        self._refusal = ""
        self._button = Button("Evaluate now", theme, self)
        self._button.clicked.connect(self.evaluation_wanted)
        self._version = 0

    # What it is fed with

    def set_dataset(self, dataset: DatasetFacts) -> None:
        """Another dataset: its classes; what was evaluated before is dropped."""
        self._classes, self._names = dataset.classes, short_names(dataset.classes)
        self._judges = dataset.train_samples > 0
        self.set_evaluated(None)

    def set_refusal(self, refusal: str) -> None:
        """Why nothing can be evaluated; "" where it can: then the empty panel offers it."""
        if refusal != self._refusal:
            self._refusal = refusal
            self._changed()

    def set_evaluated(self, evaluated: Evaluated | None, *, when: str = "") -> None:
        """The result of an evaluation; None: there is none yet. Pictures of mistakes that are open stay open.

        `when` says of which moment it is, where that is not the present one: "step 1,000".
        """
        self._evaluated = evaluated
        self._when = when
        if evaluated is None:
            self._gallery = self._asked = None
        elif len(self._classes) != len(evaluated.confusion):
            self._classes = tuple(str(index) for index in range(len(evaluated.confusion)))
            self._names = self._classes
        self._changed()

    @property
    def wants_gallery(self) -> bool:
        """Whether pictures of mistakes were asked for that haven't come yet, or are open."""
        return self._asked is not None

    def wants(self, gallery: Gallery) -> bool:
        """Whether this is what was asked for by `cell_clicked` or `worst_wanted` last."""
        if self._asked is None:
            return False
        label, predicted = self._asked
        wrong = (gallery.predicted >= 0) & (gallery.predicted != gallery.labels)
        fits = wrong & ((gallery.labels == label) | (label is None))
        return bool(np.all(fits & ((gallery.predicted == predicted) | (predicted is None))))

    def set_gallery(self, gallery: Gallery) -> None:
        """Show these mistakes over the matrix."""
        self._gallery = gallery
        self._changed()

    def close_gallery(self) -> None:
        """Back to the matrix."""
        self._picked = None if self._picked is None else 0
        self._gallery = self._sheet = self._asked = None
        self._changed()

    @property
    def gallery_open(self) -> bool:
        return self._sheet is not None

    @property
    def matrix(self) -> Matrix | None:
        """The matrix as it is laid out; None before the first evaluation."""
        return self._matrix

    @property
    def sheet(self) -> MistakeSheet | None:
        """The pictures of mistakes that are shown."""
        return self._sheet

    def _changed(self) -> None:
        self._version += 1
        self._sheet = None
        if self._gallery is not None:
            confidence: dict[int, float] = {}
            if self._evaluated is not None:
                found = zip(self._evaluated.mistakes.tolist(), self._evaluated.confidence.tolist(), strict=True)
                confidence = dict(found)
            self._sheet = MistakeSheet(self._gallery, confidence, self._names, self.theme)
        self._lay_out()

    # Layout

    def sizeHint(self) -> QSize:
        return QSize(260, 191) if self.small else QSize(288, 211)

    def restyle(self) -> None:
        self._button.set_theme(self.theme)
        self._changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @property
    def _top(self) -> float:
        return 38.0 if self.small else 44.0

    @property
    def _baseline(self) -> float:
        return 24.0 if self.small else 25.0

    def _lay_out(self) -> None:
        if self._sheet is not None:
            width = self.width() - _LEFT - _EDGE
            self._sheet.lay_out(QRectF(_LEFT, self._top, width, self.height() - self._top - 6))
        self._matrix = None
        if self._evaluated is not None:
            self._matrix = Matrix(
                self._evaluated.confusion,
                self._names,
                width=self.width(),
                height=self.height(),
                top=self._top,
                edge=_EDGE,
                small=self.small,
            )
        empty = self._evaluated is None and self._sheet is None
        self._button.setVisible(empty and self._offers)
        if empty:
            self._button.adjustSize()
            self._button.move(_LEFT, round(self._top + 20 + 18 * len(self._explanation()) + 14))
        self.forget_still()

    def _explanation(self) -> list[str]:
        text = self._refusal or (_EMPTY if self._judges else _NOTHING)
        return drawing.wrapped(text, drawing.ui(12), self.width() - _LEFT - _EDGE)

    @property
    def _offers(self) -> bool:
        return self._judges and not self._refusal

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_still(painter, self._version)
            if self._sheet is not None:
                under = self._sheet.at(self._hover) if self._hover is not None else None
                self._sheet.paint(painter, self._picked if under is None else under)
            elif self._picked is not None and self._matrix is not None and self._matrix.pairs:
                painter.fillRect(self._matrix.row(self._picked), drawing.faded(self.theme.text_1, 0.12))
            if self._hover is not None:
                self._paint_hover(painter, self._hover)

    def paint_still(self, painter: QPainter) -> None:
        if self._sheet is not None:
            self._paint_gallery_title(painter)
            return
        theme = self.theme
        drawing.write(painter, _LEFT, self._baseline, "Confusion", drawing.ui(13, 600), theme.text_1)
        if self._evaluated is None:
            state = "Not evaluated yet" if self._offers else "Nothing is evaluated here"
            drawing.write(painter, _LEFT, self._top + 12, state, drawing.ui(12), theme.text_2)
            for line, text in enumerate(self._explanation()):
                drawing.write(painter, _LEFT, self._top + 32 + 18 * line, text, drawing.ui(12), theme.text_3)
            return
        self._paint_share(painter, self._evaluated)
        if self._matrix is not None:
            self._matrix.paint(painter, theme)

    def _paint_share(self, painter: QPainter, evaluated: Evaluated) -> None:
        right = float(self.width() - _EDGE)
        total = f"of {numbers.count(int(evaluated.confusion.sum()))}"
        x = drawing.write_right(painter, right, self._baseline, total, drawing.ui(12), self.theme.text_3)
        share = numbers.percent(evaluated.accuracy)
        x = drawing.write_right(painter, x - 7, self._baseline, share, drawing.mono(12), self.theme.text_1)
        if self._when:
            start = _LEFT + drawing.ui(13, 600).width("Confusion") + 8
            ink = drawing.ui(11)
            if start + ink.width(self._when) < x - 6:
                drawing.write(painter, start, self._baseline, self._when, ink, self.theme.accent)

    def _paint_gallery_title(self, painter: QPainter) -> None:
        theme, y = self.theme, self._baseline
        icons.paint(painter, "chevron-left", theme.text_2, QRectF(_LEFT - 5, y - 13, 16, 16))
        label, predicted = self._asked or (None, None)
        title = "Worst mistakes"
        if label is not None and predicted is not None:
            title = f"{self._class(label)} as {self._class(predicted)}"
        ink = drawing.ui(13, 600)
        count = len(self._sheet.items) if self._sheet is not None else 0
        caption = f"{numbers.count(count)}, confidence in %"
        room = self.width() - _EDGE - drawing.ui(11).width(caption) - 12 - (_LEFT + 14)
        if ink.width(title) > room:
            caption = numbers.count(count)
            room = self.width() - _EDGE - drawing.ui(11).width(caption) - 12 - (_LEFT + 14)
        drawing.write(painter, _LEFT + 14, y, ink.elided(title, room), ink, theme.text_1)
        drawing.write_right(painter, self.width() - _EDGE, y, caption, drawing.ui(11), theme.text_3)

    def _class(self, index: int) -> str:
        return self._classes[index] if index < len(self._classes) else str(index)

    def _paint_hover(self, painter: QPainter, at: QPointF) -> None:
        theme, matrix = self.theme, self._matrix
        if self._sheet is not None or matrix is None:
            return
        cell = matrix.cell_at(at)
        if cell is None:
            row = matrix.row_at(at)
            if row is not None:
                painter.fillRect(matrix.row(row), drawing.faded(theme.text_1, 0.07))
            return
        label, predicted = cell
        count, total = int(matrix.counts[cell]), int(matrix.counts[label].sum())
        drawing.frame(painter, matrix.cell(*cell), theme.text_1, 1.5)
        color = theme.output if label == predicted else theme.error if count else theme.text_2
        title = f"{self._class(label)} as {self._class(predicted)}"
        rows = [
            [(numbers.count(count), drawing.mono(13), color), (title, drawing.ui(12), theme.text_1)],
            [(f"of {numbers.count(total)} with label {self._class(label)}", drawing.ui(11), theme.text_2)],
        ]
        bounds = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        drawing.tooltip(painter, theme=theme, near=at, bounds=bounds, rows=rows)

    # The user

    def _ask(self, label: int | None, predicted: int | None) -> None:
        self._asked = (label, predicted)
        if label is None or predicted is None:
            self.worst_wanted.emit()
        else:
            self.cell_clicked.emit(label, predicted)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._sheet is not None:
            position = self._sheet.at(at)
            if at.y() < self._top - 6:
                self.close_gallery()
            elif position is not None:
                self._show(position)
            return
        matrix = self._matrix
        if matrix is None:
            return
        cell, row = matrix.cell_at(at), matrix.row_at(at)
        if cell is not None and matrix.wrong[cell]:
            self._ask(*cell)
        elif row is not None:
            self._ask_row(matrix, row)

    def _show(self, position: int) -> None:
        assert self._sheet is not None
        item = self._sheet.items[position]
        self.sample_clicked.emit(item.split, item.index)

    def _ask_row(self, matrix: Matrix, row: int) -> None:
        """The pictures of one of the commonest mistakes, or below them of the worst."""
        self._ask(*matrix.pairs[row][:2]) if row < len(matrix.pairs) else self._ask(None, None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._hover = event.position()
        if self._sheet is not None:
            clickable = at.y() < self._top - 6 or self._sheet.at(at) is not None
        elif self._matrix is not None:
            cell = self._matrix.cell_at(at)
            clickable = bool(self._matrix.wrong[cell]) if cell is not None else self._matrix.row_at(at) is not None
        else:
            clickable = False
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._sheet is None:
            event.ignore()
            return
        pixels = event.pixelDelta().y() or event.angleDelta().y() / 2
        self._sheet.scroll(-pixels)
        self.update()
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and not event.modifiers():
            walks = event.key() in (*_WALKS, *_ENTER) and (self._sheet is not None or self._picked is not None)
            if walks or (event.key() in _CLOSE and self._sheet is not None):
                event.accept()  # else they are the window's
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, sheet, matrix = Qt.Key(event.key()), self._sheet, self._matrix
        if sheet is not None and key in _CLOSE:
            self.close_gallery()
        elif key in _WALKS and sheet is not None and sheet.items:
            by = dict(zip(_WALKS, (-sheet.columns, sheet.columns, -1, 1), strict=True))[key]
            self._pick(0 if self._picked is None else self._picked + by, len(sheet.items))
            sheet.reveal(self._picked or 0)
        elif key in _WALKS and sheet is None and matrix is not None and matrix.pairs:
            by = 1 if key in (Qt.Key.Key_Down, Qt.Key.Key_Right) else -1
            self._pick(0 if self._picked is None else self._picked + by, len(matrix.pairs) + 1)
        elif key in _ENTER and self._picked is not None and sheet is not None and sheet.items:
            self._show(self._picked)
        elif key in _ENTER and self._picked is not None and sheet is None and matrix is not None and matrix.pairs:
            self._ask_row(matrix, self._picked)
            self._picked = 0
        else:
            super().keyPressEvent(event)

    def _pick(self, place: int, of: int) -> None:
        self._picked = min(max(place, 0), of - 1)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEY:
            self._pick(0, 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._picked = None
        self.update()
