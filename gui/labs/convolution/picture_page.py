"""The page "On a picture": kernels to choose from, fields, the picture and its result, the formula of a pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from gui.labs.convolution import pictures
from gui.labs.convolution.editing import CellEdit, parsed
from gui.labs.convolution.gallery import Kernel
from gui.labs.convolution.gallery_strip import GalleryStrip
from gui.labs.convolution.learned import LearnedChoice
from gui.labs.convolution.numbers import array_of, block_of, with_array
from gui.labs.convolution.picture_fields import OWN, PictureFields
from gui.labs.convolution.picture_play import PicturePlay
from gui.labs.convolution.picture_view import PictureView
from gui.labs.convolution.repair import picture_ready
from gui.labs.convolution.state import ConvolutionState
from gui.theme import Density, Theme, fonts, numbers
from gui.theme.controls import IconButton
from gui.views.player import FormulaLine
from gui.views.player.drawing.look import LARGE, sizes_for

if TYPE_CHECKING:
    from gui.labs.convolution.lab import ConvolutionLab

_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape}


class PicturePage(QWidget):
    """All of it. It changes the lab's State through the lab."""

    def __init__(self, lab: ConvolutionLab) -> None:
        super().__init__(lab.widget)
        self.lab = lab
        theme = lab.context.theme if lab.theme is None else lab.theme
        self.own: Any = None
        self.strip = GalleryStrip(theme, self)
        self.learned = LearnedChoice(self.strip, getattr(lab.context.bridge, "learned", None))
        self.fields = PictureFields(theme, self)
        self.view = PictureView(theme, self)
        self.formula = FormulaLine(theme, self)
        self.edit = CellEdit(self.view)
        self.edit.set_theme(theme)
        self._cell = (0, 0)
        self._presenting = False
        self.turns = [
            IconButton(icon, tip, theme, self.view, framed=True)
            for icon, tip in (
                ("mirror", "Mirror the kernel"),
                ("turn", "Turn it by 90°"),
                ("negate", "Change all signs"),
            )
        ]
        changes: tuple[Callable[[Any], Any], ...] = (np.fliplr, _turned, np.negative)
        for button, turn in zip(self.turns, changes, strict=True):
            button.clicked.connect(self._turner(turn))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.strip, self.fields):
            column.addWidget(part)
        column.addWidget(self.view, 1)
        column.addWidget(self.formula)
        self.play = PicturePlay(self.view, theme, self)
        self.play.held.connect(self._hold)
        column.addWidget(self.play.transport)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.setFocusProxy(self)
        view = self.view
        view.arranged.connect(self._place_controls)
        self.strip.chosen.connect(self.choose)
        self.fields.wanted.connect(self._change)
        self.fields.open_picture.connect(self.ask_for_picture)
        view.kernel_changed.connect(self._set_cell)
        view.kernel_pressed.connect(self.edit_cell)
        view.shifted.connect(self._shift)
        view.pinned.connect(self._pin)
        view.dropped.connect(self.open_file)
        view.place_changed.connect(self._show_formula)
        self.edit.typed.connect(self._typed)
        self.edit.left.connect(self._left)
        self.edit.pasted.connect(self._pasted)

    # -- showing --------------------------------------------------------------------------------------------------

    @property
    def picture(self) -> Any:
        """The grey levels that are filtered, before they are moved."""
        name = self.lab.state.picture
        return self.own if name == OWN and self.own is not None else pictures.bundled(name, self.lab.state.side)

    def show_state(self, state: ConvolutionState) -> None:
        picture = self.picture
        self.fields.set_state(state)
        self.strip.set_picture(picture)
        self.view.show_state(state, picture, "your own" if state.picture == OWN else state.picture)
        values = tuple(float(value) for value in self.view.kernel.ravel())
        self.strip.set_current(
            next((k.name for k in self.strip.kernels if k.values == values and k.divide == state.divide), "")
        )
        self._place_controls()
        if not self.play.playing:
            self.play.follow()
        self._show_formula()

    def _place_controls(self) -> None:
        places = self.view.places
        if places is None:
            return
        x, y = (
            round(places.kernel.left),
            round(max(places.kernel.rect.bottom() + 14, places.products.rect.bottom() + 16)),
        )
        row_end = places.value.left() - 8
        for button in self.turns:
            size = button.sizeHint()
            if x + size.width() > row_end and x > places.kernel.left:
                x = round(places.kernel.left)
        y = round(max(places.kernel.rect.bottom() + 14, places.value.top() + 2))
        for button in self.turns:
            button.move(x, y)
            x += button.width() + 6
        if self.edit.isVisible():
            self.edit.setGeometry(self.view.kernel_rect(*self._cell).adjusted(-1, -1, 2, 2).toAlignedRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.formula.set_sizes(LARGE if self._presenting else sizes_for(self.width(), self.height()))

    def _show_formula(self) -> None:
        if not self.play.playing:
            self.play.follow()
        self.formula.set_formula(self.view.formula())

    def set_density(self, density: Density) -> None:
        self.strip.set_density(density)
        self.fields.set_density(density)
        self.play.transport.set_small(density is Density.SMALL)

    def set_presenting(self, on: bool) -> None:
        """Only the pictures, the formula and the player, for a projector."""
        self.strip.setVisible(not on)
        self.fields.setVisible(not on)
        self._presenting = on
        self.formula.set_sizes(LARGE if on else sizes_for(self.width(), self.height()))

    def set_theme(self, theme: Theme) -> None:
        parts: tuple[Any, ...] = (self.strip, self.fields, self.view, self.formula, self.edit, self.play, *self.turns)
        for part in parts:
            part.set_theme(theme)

    # -- the user's changes ---------------------------------------------------------------------------------------

    def _change(self, state: ConvolutionState) -> None:
        self.lab.change(picture_ready(state))

    def choose(self, kernel: Kernel) -> None:
        """Lay a kernel of the gallery over the picture, padded so that the size stays."""
        size = len(kernel.rows)
        half = size // 2 * self.lab.state.dilation[0]
        self._change(
            replace(
                self.lab.state, kernel=(size, size), padding=(min(half, 10),) * 2, w=kernel.values, divide=kernel.divide
            )
        )

    def _set_cell(self, row: int, column: int, value: float) -> None:
        weight = array_of(self.lab.state, "w")
        weight[0, 0, row, column] = value
        self._change(with_array(self.lab.state, "w", weight))
        if self.edit.isVisible() and self._cell == (row, column) and parsed(self.edit.text()) != value:
            self.edit.setText(numbers.plain(value))

    def _turner(self, turn: Callable[[Any], Any]) -> Callable[[], None]:
        def change() -> None:
            kernel = turn(array_of(self.lab.state, "w")[0, 0]) + 0.0
            size: Any = kernel.shape
            self._change(replace(self.lab.state, kernel=size, w=tuple(float(value) for value in kernel.ravel())))

        return change

    def edit_cell(self, row: int, column: int) -> None:
        """Type a number into a kernel cell."""
        self._cell = (row, column)
        rect = self.view.kernel_rect(row, column)
        self.edit.setFont(fonts.mono(max(11, min(15, round(rect.height() * 0.42)))))
        self.edit.setGeometry(rect.adjusted(-1, -1, 2, 2).toAlignedRect())
        self.edit.setText(numbers.plain(float(self.view.kernel[row, column])))
        self.edit.selectAll()
        self.edit.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str) -> None:
        value = parsed(text)
        if value is not None:
            self._set_cell(*self._cell, value)

    def _left(self, key: Qt.Key) -> None:
        moves = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Tab: (0, 1), Qt.Key.Key_Backtab: (0, -1),
        }  # fmt: skip
        if key in moves:
            rows, columns = self.view.kernel.shape
            row, column = self._cell[0] + moves[key][0], self._cell[1] + moves[key][1]
            if 0 <= row < rows and 0 <= column < columns:
                self.edit_cell(row, column)
            return
        if self.edit.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.hide()

    def _pasted(self, text: str) -> None:
        """A pasted matrix is the kernel."""
        try:
            rows = block_of(text)
        except ValueError as problem:
            self.lab.context.notices.failed("The clipboard cannot be pasted here", f"{str(problem).capitalize()}.")
            return
        width = len(rows[0])
        if any(len(row) != width for row in rows) or len(rows) > 11 or width > 11:
            self.lab.context.notices.failed(
                "This matrix is no kernel",
                f"It has {len(rows)} rows of {', '.join(sorted({str(len(row)) for row in rows}))} numbers.",
                advice="A kernel has rows of equal length, at most 11 × 11.",
            )
            return
        self.edit.hide()
        flat = tuple(value for row in rows for value in row)
        self._change(replace(self.lab.state, kernel=(len(rows), width), w=flat))

    def _shift(self, down: int, right: int) -> None:
        self._change(replace(self.lab.state, shift=(down, right)))

    def _pin(self, row: int, column: int) -> None:
        self._change(replace(self.lab.state, at=(row, column)))

    def _hold(self, row: int, column: int) -> None:
        """The player stands at a place, or goes on."""
        self.lab.hold_place((row, column))
        self.view.state = self.lab.state
        self.view.update()

    def ask_for_picture(self) -> None:
        """Let the user choose a file."""
        filters = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.pgm *.ppm);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self, "Open picture", "", filters)
        if path:
            self.open_file(path)

    def open_file(self, path: str) -> None:
        """Filter the picture in a file; what is wrong with it is said."""
        try:
            self.show_own(pictures.opened(path))
        except ValueError as problem:
            self.lab.context.notices.failed("The picture could not be opened", f"{problem}.")

    def show_own(self, picture: Any) -> None:
        """Filter these grey levels, uint8 (height, width)."""
        self.own = picture
        self.strip.set_picture(picture)
        state = replace(self.lab.state, picture=OWN, shift=(0, 0), at=(-1, -1))
        if state == self.lab.state:
            self.show_state(state)
        else:
            self._change(state)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and Qt.Key(event.key()) in _KEYS
            and not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):
            event.accept()  # the arrows move over the picture here
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in moves:
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.view.move_place(moves[key][0] * far, moves[key][1] * far)
        elif key == Qt.Key.Key_Escape and self.lab.state.at != (-1, -1):
            self._pin(-1, -1)
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """A picture from the clipboard, else a kernel of numbers."""
        clipboard = QGuiApplication.clipboard()
        image: QImage = clipboard.image()
        if not image.isNull() and min(image.width(), image.height()) >= 16:
            self.show_own(pictures.grey_of(image))
        elif clipboard.text().strip():
            self._pasted(clipboard.text())
        else:
            self.lab.context.notices.noticed("There is no picture and no matrix on the clipboard.")


def _turned(kernel: Any) -> Any:
    """A quarter turn clockwise."""
    return np.rot90(kernel, -1)
