"""Which picture the network looks at: samples one after another, by class, mistakes only, or one that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Signal

from engine import messages
from gui.theme import Theme
from gui.views.sketch_pad import SketchPad

if TYPE_CHECKING:
    from gui.labs.studio.stage import Stage

Send = Callable[[messages.Command], None]


class Samples(QObject):
    """Turns the user's wishes about samples into commands, and owns the sketch pad that lies over the input picture.

    `drawing_changed(bool)`: the pad was shown or put away.
    """

    drawing_changed = Signal(bool)
    picture_given = Signal(object)

    def __init__(self, *, send: Send, theme: Theme, stage: Stage) -> None:
        super().__init__(stage)
        self._send = send
        self._theme = theme
        self._stage = stage
        self._pad: SketchPad | None = None
        self._place = QRect()
        self._shape: tuple[int, int, int] = (1, 28, 28)
        self._request = 0
        self._data = ""
        self._sample: messages.Sample | None = None
        self._last_index = 0
        self._asked = 0  # so many thumbnails were asked for last
        self.label: int | None = None
        self.only_mistakes = False
        self.drawing = False

    @property
    def pad(self) -> SketchPad | None:
        """The sketch pad, once it has been asked for."""
        return self._pad

    @property
    def request(self) -> int:
        """The number of the last picture of the user's own that was sent."""
        return self._request

    def set_dataset(self, facts: messages.DatasetFacts) -> None:
        """Another dataset: filters go, pictures of the user's own have its shape from now on."""
        self._shape = facts.picture_shape
        self._last_index = 0
        own = self._sample is not None and self._sample.index < 0
        if own and not self.drawing and self._data not in ("", facts.name):
            self.show(0)  # whoever chooses other data wants to see them, not the own picture from before
        self._data = facts.name
        self.label, self.only_mistakes = None, False
        self._stage.set_filter(None, False)
        if self._pad is not None:
            self._pad.blockSignals(True)  # an empty pad is nothing to look at
            self._pad.set_picture_shape(self._shape)
            self._pad.clear()
            self._pad.blockSignals(False)

    def set_sample(self, sample: messages.Sample) -> None:
        """What is shown now."""
        self._sample = sample
        if sample.index >= 0:
            self._last_index = sample.index
            if self.drawing:
                self._put_away()

    def set_place(self, place: QRect) -> None:
        """Where the input picture lies on the stage. If there is room for more thumbnails now, they are asked for."""
        self._place = place
        if 0 < self._asked < self._stage.gallery_size:
            self.ask_gallery()
        if self._pad is not None:
            self._pad.setGeometry(place)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._pad is not None:
            self._pad.set_theme(theme)

    def step(self, direction: int) -> None:
        """The next (+1), previous (-1) or a random (0) sample that fits the filters."""
        self._send(messages.ShowNeighbour(direction=direction, label=self.label, only_mistakes=self.only_mistakes))
        self.ask_gallery()

    def show(self, index: int, split: str = "test") -> None:
        """One sample by its place in the dataset."""
        self._send(messages.ShowSample(split=split, index=index))

    def filter(self, *, label: int | None, only_mistakes: bool) -> None:
        """Walk over samples of one class, or mistakes, only; goes to the first that fits."""
        self.label, self.only_mistakes = label, only_mistakes
        self._stage.set_filter(label, only_mistakes)
        if label is not None or only_mistakes:
            self._send(messages.ShowNeighbour(direction=1, label=label, only_mistakes=only_mistakes))
        self.ask_gallery()

    def ask_gallery(self) -> None:
        """Ask for the thumbnails around the shown sample."""
        count = self._asked = self._stage.gallery_size
        start = max(0, self._last_index - count // 2) if self.label is None and not self.only_mistakes else 0
        self._send(messages.AskGallery(start=start, count=count, label=self.label, only_mistakes=self.only_mistakes))

    def set_drawing(self, drawing: bool) -> None:
        """Show the sketch pad over the input picture, or put it away and go back to the sample before."""
        if drawing == self.drawing:
            return
        if drawing:
            self.drawing = True
            pad = self._pad or self._make_pad()
            pad.setGeometry(self._place)
            pad.show()
            pad.raise_()
            pad.setFocus()
            self._show_picture(pad.picture())
            self.drawing_changed.emit(True)
        else:
            self._put_away()
            self.show(self._last_index)

    def edit(self) -> None:
        """Draw on the sample that is shown."""
        sample = self._sample
        self.set_drawing(True)
        if self._pad is not None and sample is not None:
            self._pad.start_from(sample.picture)

    def give(self, picture: NDArray[np.uint8]) -> None:
        """Look at a picture of the user's own, uint8 (channels, height, width) of the network's input size."""
        self._request += 1
        self._send(messages.ShowPicture(picture=picture, split="picture", request=self._request))

    def _put_away(self) -> None:
        self.drawing = False
        if self._pad is not None:
            self._pad.hide()
        self.drawing_changed.emit(False)

    def _make_pad(self) -> SketchPad:
        pad = SketchPad(self._theme, parent=self._stage)
        pad.set_picture_shape(self._shape)
        pad.picture_changed.connect(self._show_picture)
        pad.picture_dropped.connect(self.picture_given)
        self._pad = pad
        return pad

    def _show_picture(self, picture: NDArray[np.uint8]) -> None:
        if not self.drawing:  # the pad tells what is drawn a little later: by then it may have been put away
            return
        self._request += 1
        self._send(messages.ShowPicture(picture=picture, split="drawing", request=self._request))
