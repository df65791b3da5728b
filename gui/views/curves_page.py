"""The curves large: pyqtgraph's plots with a table of values beside them. Imports pyqtgraph: import it when needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.messages import HeldOutPoint, Point
from gui.theme import DARK, Density, Theme, fonts
from gui.theme.controls import Button, IconButton, set_theme_below
from gui.views import curves_axes, curves_csv, drawing
from gui.views.curves_controls import Chip, SmoothingSlider
from gui.views.curves_data import History
from gui.views.curves_page_plots import CurvePlots
from gui.views.curves_page_table import NARROW, WIDTH, CurveTable

_REDRAW_MS = 200
_EMPTY = "Loss and accuracy appear here while the network trains"


class CurvesPage(QWidget):
    """Is fed as a CurvesView: `reset` starts a run, `add_points` adds to it; drawn at most five times a second.

    `enlarge()`: the user wants to go back to the small curves (the button, Esc, a double-click on the title).
    `smoothing_changed(float)`: by the user. `exported(path)`; `export_failed(title, message)`.
    """

    enlarge = Signal()
    smoothing_changed = Signal(float)
    exported = Signal(str)
    export_failed = Signal(str, str)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.density = theme, Density(density)
        self.setAccessibleName("Curves")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.history = History()
        self.points: list[Point] = []
        self._epochs = self._steps_per_epoch = 1
        self._pointed: float | None = None
        self._moment: float | None = None
        self._stale = True
        self.plots = CurvePlots(self.history, theme, self)
        self.table = CurveTable(self.history, theme, self)
        self._empty = QLabel(_EMPTY, self)
        self._empty.setFont(fonts.ui(13))
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._make_controls()
        self.plots.hovered.connect(self._point)
        self.plots.fitted_changed.connect(lambda fits: self._fit.setEnabled(not fits))
        self.table.toggled.connect(self.plots.show_curve)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        self._restyle()

    def _make_controls(self) -> None:
        theme = self.theme
        self._slider = SmoothingSlider(theme, self)
        self._slider.setFixedWidth(140)
        self._slider.set_value(self.history.smoothing)
        self._slider.changed.connect(self._smooth)
        self._amount = QLabel(f"{self.history.smoothing:g}", self)
        self._amount.setFont(fonts.mono(12))
        self._amount.setFixedWidth(40)
        self._word = QLabel("smoothing", self)
        self._word.setFont(fonts.ui(11))
        self._chip = Chip("log", "Loss on a logarithmic axis", theme, self)
        self._chip.setChecked(True)
        self._chip.toggled.connect(self.set_log)
        self._fit = Button("Fit", theme, self, icon="fit")
        self._fit.setToolTip("Show all epochs and values, also those to come (double-click)")
        self._fit.setEnabled(False)
        self._fit.clicked.connect(self.plots.fit)
        self._csv = Button("CSV", theme, self, icon="download")
        self._csv.setToolTip("Save all points as a table")
        self._csv.clicked.connect(self.export)
        self._close = IconButton("close", "Back to the network (Esc)", theme, self)
        self._close.clicked.connect(self.enlarge)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        for part, after in (
            (self._word, 0), (self._slider, 0), (self._amount, 8), (self._chip, 0), (None, 0), (self._fit, 0),
            (self._csv, 8), (self._close, 0),
        ):  # fmt: skip
            if part is None:
                self._head.addStretch(1)
            else:
                self._head.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
            self._head.addSpacing(after)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._body.addWidget(self.plots, 1)
        self._body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(self._body, 1)

    # What it is fed with

    def reset(self, steps_per_epoch: int, epochs: int | None = None) -> None:
        """A run from its start: no points. `epochs` is how far the axis reaches at least."""
        self.history.clear()
        self.points = []
        self.table.samples = {}
        self._steps_per_epoch = max(steps_per_epoch, 1)
        self._epochs = max(epochs or self._epochs, 1)
        self._pointed = None
        self.plots.fit()
        self._changed(at_once=True)

    def set_epochs(self, epochs: int) -> None:
        """How many epochs the run is to have."""
        if epochs != self._epochs:
            self._epochs = max(epochs, 1)
            self._changed(at_once=True)

    def add_points(self, points: Sequence[Point]) -> None:
        """More points. They are drawn within a fifth of a second, together with those that follow meanwhile."""
        if not points:
            return
        self.points.extend(points)
        self.table.samples.update((point.step, point.samples) for point in points if isinstance(point, HeldOutPoint))
        self.history.add(points)
        self._changed()

    def set_smoothing(self, smoothing: float) -> None:
        """How much the training curves are smoothed: 0 (not at all) … 0.99."""
        if smoothing != self.history.smoothing:
            self.history.set_smoothing(smoothing)
            self._slider.set_value(self.history.smoothing)
            self._amount.setText(f"{self.history.smoothing:g}")
            self._changed()

    def _smooth(self, smoothing: float) -> None:
        self.set_smoothing(smoothing)
        self.smoothing_changed.emit(smoothing)

    def set_log(self, log: bool) -> None:
        """The loss on a logarithmic axis, or on a linear one."""
        if log != self.plots.log:
            self._chip.setChecked(log)
            self.plots.set_log(log)
            self._point(self._pointed)

    @property
    def log(self) -> bool:
        return self.plots.log

    # Drawing: rarely, and never unseen

    def _changed(self, *, at_once: bool = False) -> None:
        self._stale = True
        if not self.isVisible():
            return
        if at_once:
            self._redraw()
        elif not self._timer.isActive():
            self._timer.start()

    def _redraw(self) -> None:
        self._timer.stop()
        self._stale = False
        history = self.history
        self._empty.setVisible(history.empty)
        end = curves_axes.reach(history.epoch, self._epochs, empty=history.empty)
        self.plots.show_history(end=end, shortest=10 / self._steps_per_epoch)
        self._csv.setEnabled(bool(self.points))
        self._point(self._pointed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._changed()
        self._place_empty()

    def _place_empty(self) -> None:
        self._empty.adjustSize()
        area = self.plots.geometry()
        self._empty.move(
            area.left() + 64 + (area.width() - 64 - self._empty.width()) // 2, area.top() + area.height() // 3
        )

    def set_moment(self, epoch: float | None) -> None:
        """The epoch of the earlier moment that is looked at; None: the present."""
        if epoch != self._moment:
            self._moment = epoch
            self._point(self._pointed)

    def _point(self, epoch: float | None) -> None:
        """The cross-hair and the table at an epoch, or where the curves end."""
        self._pointed = epoch
        epoch = self._moment if epoch is None else epoch
        reading = self.history.at(epoch) if epoch is not None else None
        self.plots.mark(reading)
        self.table.show_reading(reading)

    # What it looks like

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.plots.set_theme(theme)
        self.table.set_theme(theme)
        set_theme_below(self, theme)
        self._restyle()
        self._changed(at_once=True)

    def set_density(self, density: Density) -> None:
        self.density = Density(density)
        self._restyle()

    def _restyle(self) -> None:
        large = self.density is Density.LARGE
        self.table.setFixedWidth(WIDTH if large else NARROW)
        left = 24 + round(drawing.ui(13, 600).width("Curves")) + 24
        self._head.setContentsMargins(left, 10 if large else 7, 16, 10 if large else 7)
        for label, color in ((self._word, self.theme.text_3), (self._amount, self.theme.text_1)):
            label.setStyleSheet(f"color: {color.name()}")
        colors = f"color: {self.theme.text_3.name()}; background: {self.theme.panel.name()}"
        self._empty.setStyleSheet(f"{colors}; padding: 2px 10px")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.panel)
            top = self._head.geometry().center().y()
            drawing.write(painter, 24, top + 6, "Curves", drawing.ui(13, 600), self.theme.text_1)
            painter.fillRect(QRectF(0, self.table.y() - 1, self.width(), 1), self.theme.border)

    # The user

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.enlarge.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: object) -> None:
        if event.position().y() < self.table.y():  # type: ignore[attr-defined]
            self.enlarge.emit()

    def export(self) -> None:
        """Ask for a file and write all points into it."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the points of the curves", str(Path(folder) / "curves.csv"), "Table (*.csv)"
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> bool:
        """Write all points into a CSV file, and tell how it went."""
        if not path.suffix:
            path = path.with_suffix(".csv")
        try:
            curves_csv.write(path, self.points)
        except OSError as problem:
            self.export_failed.emit(
                "The points were not saved",
                f"“{path}” could not be written: {problem.strerror or problem}. Choose another folder or name.",
            )
            return False
        self.exported.emit(str(path))
        return True
