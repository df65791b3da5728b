"""The rows of the layer table for Qt: sorted by any column, filtered by words, painted with bars for shares."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.theme import Theme, icons
from gui.views import drawing
from gui.views.table_rows import COLUMNS, Column, Row, matches

_Index = QModelIndex | QPersistentModelIndex
PAD = 12
BAR = 3.0
_HEADING = 32


class LayerModel(QAbstractTableModel):
    """Rows in the order in which they are shown."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._all: tuple[Row, ...] = ()
        self.rows: tuple[Row, ...] = ()
        self.query = ""
        self.sorted_by, self.descending = 0, False
        self.totals: dict[str, int] = {}

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Other rows, in the order of running."""
        self._all = tuple(rows)
        self.query = ""
        self.sorted_by, self.descending = 0, False
        self.totals = {
            column.title: sum(map(column.share, self._all)) for column in COLUMNS if column.share is not None
        }
        self._arrange()

    def set_query(self, query: str) -> None:
        """Show the rows that all of these words are in."""
        if query != self.query:
            self.query = query
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sorted_by, self.descending = column, order is Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        shown = [row for row in self._all if matches(row, self.query)]
        key = COLUMNS[self.sorted_by].order
        self.rows = tuple(sorted(shown, key=lambda row: key(row), reverse=self.descending))
        self.endResetModel()

    def row_of(self, node: str) -> int:
        """Where a node is listed; -1 if it is not."""
        return next((place for place, row in enumerate(self.rows) if row.node == node), -1)

    def share(self, row: Row, column: Column) -> float | None:
        """The share of the total that a cell's bar shows; None without a bar."""
        if column.share is None:
            return None
        return column.share(row) / max(self.totals[column.title], 1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            share = self.share(row, column)
            if share is not None:
                return f"{column.text(row) or 0}: {share * 100:.2f} % of all"
            return f"{row.title}: {column.text(row)}" if column.text(row) else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].tip
        return None


class CellPainter(QStyledItemDelegate):
    """Paints a cell: names in the interface face, numbers in fixed width at the right, a bar under a share."""

    def __init__(self, theme: Theme, parent: Any = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.hovered = -1
        self.focused = False
        self.grown = 1.0  # larger, for a projector

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(60, 28)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, LayerModel)
        rect = QRectF(option.rect)
        row, column = model.rows[index.row()], COLUMNS[index.column()]
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self.theme.segment_on)
        elif index.row() == self.hovered:
            painter.fillRect(rect, self.theme.raised)
        if state & QStyle.StateFlag.State_Selected and index.column() == 0:
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), self.theme.accent)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), self.theme.border)
        with enlarged(painter, rect, self.grown) as inner:
            cell(painter, inner, column.text(row), column, self.theme, share=model.share(row, column))


@contextlib.contextmanager
def enlarged(painter: QPainter, rect: QRectF, grown: float) -> Iterator[QRectF]:
    """While this lasts, what is painted into the rectangle that is given comes out so much larger, in `rect`."""
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(grown, grown)
    yield QRectF(0, 0, rect.width() / grown, rect.height() / grown)
    painter.restore()


def cell(
    painter: QPainter, rect: QRectF, text: str, column: Column, theme: Theme, *, share: float | None = None,
    strong: bool = False,
) -> None:  # fmt: skip
    """The text of one cell, and its bar."""
    weight = 600 if strong else 400
    name = column.title == "Name"
    ink = drawing.ui(12, 600 if name else weight) if column.title in ("Name", "Operation") else drawing.mono(12, weight)
    color = theme.text_1 if name or strong or column.share is not None else theme.text_2
    if column.title == "#":
        color = theme.text_3
    baseline = rect.center().y() + 3  # over the bars
    room = rect.width() - 2 * PAD
    mode = Qt.TextElideMode.ElideLeft if name else Qt.TextElideMode.ElideRight  # a path's end says more than its start
    shown = text if ink.width(text) <= room else ink.metrics.elidedText(text, mode, room)
    if column.numeric:
        drawing.write_right(painter, rect.right() - PAD, baseline, shown, ink, color)
    else:
        drawing.write(painter, rect.left() + PAD, baseline, shown, ink, color)
    if not share:
        return
    bar = QRectF(rect.left() + PAD, rect.bottom() - 6, room, BAR)
    painter.fillRect(bar, theme.track)
    fill = {"Parameters": theme.kernel, "Multiply-adds": theme.text_2}.get(column.title, theme.output)
    painter.fillRect(QRectF(bar.left(), bar.top(), max(bar.width() * share, 2.0), BAR), fill)


def heading(painter: QPainter, rect: QRectF, section: int, theme: Theme, *, model: LayerModel, hovered: bool) -> None:
    """The title of a column, with a chevron where the rows are sorted by it."""
    column = COLUMNS[section]
    ink = drawing.ui(11)
    current = model.sorted_by == section and (section or model.descending)
    color = theme.text_1 if current or hovered else theme.text_2
    baseline = rect.center().y() + 4
    room = rect.width() - 2 * PAD
    text = ink.elided(column.title, room)
    if column.numeric:
        left = rect.right() - PAD - ink.width(text)
        drawing.write_right(painter, rect.right() - PAD, baseline, text, ink, color)
        mark = QRectF(left - 13, rect.center().y() - 5, 10, 10)
    else:
        right = drawing.write(painter, rect.left() + PAD, baseline, text, ink, color)
        mark = QRectF(right + 3, rect.center().y() - 5, 10, 10)
    if current:
        icons.paint(painter, "chevron-down" if model.descending else "chevron-up", theme.accent, mark)


class Heading(QHeaderView):
    """The columns' titles; a click sorts."""

    def __init__(self, theme: Theme, parent: Any = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.theme = theme
        self.grown = 1.0
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(_HEADING)
        self.setMinimumSectionSize(36)

    def paintSection(self, painter: QPainter, rect: Any, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        box = QRectF(rect)
        painter.fillRect(box, self.theme.panel)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), self.theme.border_strong)
        model = self.model()
        if isinstance(model, LayerModel):
            with enlarged(painter, box, self.grown) as inner:
                heading(painter, inner, logicalIndex, self.theme, model=model, hovered=False)

    def set_grown(self, grown: float) -> None:
        """Paint so much larger."""
        self.grown = grown
        self.setFixedHeight(round(_HEADING * grown))
