"""The network as a table: every layer with its shapes, window, parameters, cost, receptive field and memory."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.messages import DatasetFacts, Graph, Snapshot
from gui.theme import DARK, Density, Theme, fonts, numbers
from gui.theme.controls import Button, set_theme_below
from gui.views import drawing
from gui.views.figure_view import take_focus
from gui.views.table_model import PAD, CellPainter, Heading, LayerModel, cell, enlarged, heading
from gui.views.table_rows import COLUMNS, as_csv, rows

_ROW, _SMALL_ROW = 28, 24
_EDGE = 24
_TOTALS = 34
_AROUND = 48 + 32 + _TOTALS  # the heights of search field, titles and totals
_LEAST = (44, 110, 128, 92, 92, 62, 60, 70, 104, 124, 114, 58, 64, 92)
"""How wide the columns are at least; what is left goes to the names and the bars."""
_GROWS = {1: 3.0, 2: 2.0, 3: 1.2, 4: 0.8, 8: 2.0, 9: 2.0, 13: 1.6}
_HIDDEN_FIRST = (12, 11, 3, 7, 6, 13, 5, 10)
"""Columns that give way, in this order, where there is no room for all."""


class TableView(QWidget):
    """`set_graph` feeds it. `node_activated(node)`: a double-click, or Enter. `pinned(node, 0, 0, 0)`: a click.

    Typing in the field filters, a click on a title sorts (again: the other way round), Ctrl+C copies the marked rows or
    else all as CSV.
    """

    node_activated = Signal(str)
    pinned = Signal(str, int, int, int)
    watch_changed = Signal(tuple)
    copied = Signal(int)  # so many rows

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.density = Density.LARGE
        self.graph: Graph | None = None
        self._presenting = False
        self._keyed = False  # whether the last thing that the user did here was to press a key
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.model = LayerModel(self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find a layer")
        self.search.setAccessibleName("Find a layer")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(240)
        self.search.setFont(fonts.ui(12))
        self.found = QLabel(self)
        self.found.setFont(fonts.ui(12))
        self.copy_button = Button("Copy as CSV", theme, self, icon="copy")
        self.table = QTableView(self)
        self.totals = _Totals(self)
        self._make_table()
        self._lay_out()
        self.search.textChanged.connect(self._searched)
        self.copy_button.clicked.connect(self.copy)
        self.table.doubleClicked.connect(self._activated)
        self.table.clicked.connect(self._clicked)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        self.table.horizontalHeader().sectionClicked.connect(self._sort)
        self.table.horizontalScrollBar().valueChanged.connect(self.totals.update)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.copy_marked)
        QShortcut(QKeySequence("/"), self).activated.connect(self.search.setFocus)
        self.setFocusProxy(self.table)
        self.set_theme(theme)

    def _make_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        self._cells = CellPainter(self.theme, table)
        table.setItemDelegate(self._cells)
        self._heading = Heading(self.theme, table)
        table.setHorizontalHeader(self._heading)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setMouseTracking(True)
        table.setTabKeyNavigation(False)
        table.setAccessibleName("Layers of the network")
        table.entered.connect(self._entered)
        table.viewport().installEventFilter(self)
        table.installEventFilter(self)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(_EDGE, 10, _EDGE, 10)
        header.setSpacing(12)
        header.addWidget(self.search)
        header.addWidget(self.found)
        header.addStretch(1)
        header.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)

    # What it is fed with

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        """Another network."""
        self.graph = graph
        self.search.clear()
        self.model.set_rows(rows(graph))
        self._fit_columns()
        self._tell_found()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Nothing here depends on values."""

    def watch_nodes(self) -> tuple[str, ...]:
        """No values are shown."""
        return ()

    def select(self, node: str | None) -> None:
        """Mark the row of a node, without a signal; None marks none."""
        selection = self.table.selectionModel()
        place = -1 if node is None else self.model.row_of(node)
        selection.blockSignals(True)
        if place < 0:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        else:
            self.table.selectRow(place)
        selection.blockSignals(False)
        self.table.viewport().update()

    def pin(self, node: str, index: int = 0, row: int = 0, column: int = 0) -> bool:
        """Mark the row of a node; False if it is not listed."""
        self.select(node)
        return self.model.row_of(node) >= 0

    def unpin(self) -> None:
        self.select(None)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._cells.theme = self._heading.theme = theme
        set_theme_below(self, theme)
        self.found.setStyleSheet(f"color: {theme.text_3.name()}")
        palette = self.table.viewport().palette()
        for part in (self.table, self.table.viewport()):
            palette.setColor(part.backgroundRole(), theme.stage)
            part.setPalette(palette)
        self.table.viewport().setAutoFillBackground(True)
        self.update()

    def set_density(self, density: Density | str) -> None:
        self.density = Density(density)
        self._fit_sizes()

    def set_presenting(self, on: bool) -> None:
        """Everything larger, for a projector."""
        self._presenting = on
        self._fit_sizes()

    @property
    def grown(self) -> float:
        """How many times larger than usual all is drawn."""
        return drawing.grown(self.width(), self.height(), presenting=self._presenting)

    def _fit_sizes(self) -> None:
        grown, small = self.grown, self.density is Density.SMALL
        self.table.verticalHeader().setDefaultSectionSize(round((_SMALL_ROW if small else _ROW) * grown))
        self._cells.grown = grown
        self._heading.set_grown(grown)
        self.totals.setFixedHeight(round(_TOTALS * grown))
        for part in (self.search, self.found, self.copy_button):
            part.setVisible(not self._presenting)
        self._fit_columns()

    # Sorting, searching, copying

    def sort(self, column: int, *, descending: bool) -> None:
        """Sort by a column."""
        node = self.current
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.model.sort(column, order)
        self.select(node)
        self._heading.viewport().update()

    def _sort(self, column: int) -> None:
        """The first click brings the largest numbers up, and names in their order; the next one turns it round."""
        again = column == self.model.sorted_by
        large_first = COLUMNS[column].numeric and column != 0
        self.sort(column, descending=not self.model.descending if again else large_first)

    @property
    def current(self) -> str | None:
        """The node whose row is marked."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()].node if index.isValid() else None

    def copy(self) -> None:
        """All rows that are shown, as CSV, to the clipboard."""
        self._copy(list(range(len(self.model.rows))))

    def copy_marked(self) -> None:
        """The marked rows, where there is more than one, else all that are shown."""
        marked = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        self._copy(marked if len(marked) > 1 else list(range(len(self.model.rows))))

    def _copy(self, places: list[int]) -> None:
        QGuiApplication.clipboard().setText(as_csv([self.model.rows[place] for place in places]))
        self.copied.emit(len(places))
        self.found.setText(f"{numbers.count(len(places))} rows copied")

    def _searched(self, query: str) -> None:
        node = self.current
        self.model.set_query(query)
        if node is not None and self.model.row_of(node) >= 0:
            self.select(node)
        self._tell_found()

    def _tell_found(self) -> None:
        shown, total = self.model.rowCount(), len(self.graph.nodes) if self.graph is not None else 0
        text = f"{numbers.count(total)} layers" if shown == total else f"{numbers.count(shown)} of {total} layers"
        self.found.setText(text if shown else "No layer has all of these words")
        self.totals.update()

    # Layout

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        take_focus(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sizes()

    def _fit_columns(self) -> None:
        """Columns fill the width; those that matter least give way."""
        high = self.table.verticalHeader().defaultSectionSize() * self.model.rowCount()
        bar = self.table.verticalScrollBar().sizeHint().width()
        grown = self.grown
        room = (self.width() - (bar if high > self.height() - _AROUND * grown else 0)) / grown
        hidden: set[int] = set()
        for column in _HIDDEN_FIRST:
            if sum(width for place, width in enumerate(_LEAST) if place not in hidden) <= room:
                break
            hidden.add(column)
        least = [0 if place in hidden else width for place, width in enumerate(_LEAST)]
        spare = max(0.0, room - sum(least))
        grows = {place: share for place, share in _GROWS.items() if place not in hidden}
        for place, width in enumerate(least):
            self.table.setColumnHidden(place, place in hidden)
            self.table.setColumnWidth(place, int((width + spare * grows.get(place, 0.0) / sum(grows.values())) * grown))
        self.totals.update()

    # The user

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave and watched is self.table.viewport():
            self._cells.hovered = -1
            self.table.viewport().update()
        if event.type() is QEvent.Type.MouseButtonPress:
            self._keyed = False
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            self._keyed = True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
                self.node_activated.emit(self.current)
                return True
        return False

    def _entered(self, index: QModelIndex) -> None:
        self._cells.hovered = index.row()
        self.table.viewport().update()

    def _activated(self, index: QModelIndex) -> None:
        self.node_activated.emit(self.model.rows[index.row()].node)

    def _clicked(self, index: QModelIndex) -> None:
        self.pinned.emit(self.model.rows[index.row()].node, 0, 0, 0)

    def _current_changed(self, index: QModelIndex, before: QModelIndex) -> None:
        """By keys: a click tells by itself."""
        if index.isValid() and self._keyed:
            self.pinned.emit(self.model.rows[index.row()].node, 0, 0, 0)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.panel)

    def paint(self, painter: QPainter) -> None:
        """All rows under each other with their titles and totals, text as text; as high as that is."""
        theme, row_height = self.theme, self.table.verticalHeader().defaultSectionSize()
        width = float(self.width())
        painter.fillRect(QRectF(0, 0, width, self.paint_height()), theme.stage)
        lefts = [(place, float(self.table.columnViewportPosition(place) + self.table.horizontalScrollBar().value()))
                 for place in range(len(COLUMNS)) if not self.table.isColumnHidden(place)]  # fmt: skip
        for place, left in lefts:
            box = QRectF(left, 0, self.table.columnWidth(place), self._heading.height())
            with enlarged(painter, box, self.grown) as inner:
                heading(painter, inner, place, theme, model=self.model, hovered=False)
        top = float(self._heading.height())
        painter.fillRect(QRectF(0, top - 1, width, 1), theme.border_strong)
        for number, row in enumerate(self.model.rows):
            y = top + number * row_height
            painter.fillRect(QRectF(0, y + row_height - 1, width, 1), theme.border)
            for place, left in lefts:
                column = COLUMNS[place]
                box = QRectF(left, y, self.table.columnWidth(place), row_height)
                cell(painter, box, column.text(row), column, theme, share=self.model.share(row, column))
        painter.translate(0, top + row_height * len(self.model.rows))
        self.totals.write(painter)
        painter.translate(0, -top - row_height * len(self.model.rows))

    def paint_height(self) -> float:
        """How high `paint` paints."""
        rows_height = self.table.verticalHeader().defaultSectionSize() * len(self.model.rows)
        return float(self._heading.height() + rows_height + self.totals.height())


class _Totals(QWidget):
    """The last row, which stays while the others scroll: what all layers have together."""

    def __init__(self, table: TableView) -> None:
        super().__init__(table)
        self._table = table
        self.setFixedHeight(_TOTALS)
        self.setAccessibleName("Totals")

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._table.theme.panel)
            self.write(painter)

    def write(self, painter: QPainter) -> None:
        """Write the totals under their columns."""
        view = self._table
        theme, model = view.theme, view.model
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.border_strong)
        for place, column in enumerate(COLUMNS):
            if view.table.isColumnHidden(place):
                continue
            box = QRectF(view.table.columnViewportPosition(place), 0, view.table.columnWidth(place), self.height())
            with enlarged(painter, box, view.grown) as inner:
                if column.title == "Name":
                    drawing.write(painter, PAD, 21, "All layers", drawing.ui(12, 600), theme.text_1)
                elif column.title in model.totals:
                    total = model.totals[column.title]
                    text = numbers.size_in_bytes(total) if column.title == "Memory" else numbers.count(total)
                    cell(painter, inner, text, column, theme, strong=True)
