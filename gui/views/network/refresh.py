"""Which parts of the stage a snapshot paints again, and when numbers beside its pictures may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QRegion

from engine.messages import Links, Quantity, Sample, Scale, Snapshot
from gui.views.network.classes import share_box
from gui.views.network.draw import Box
from gui.views.network.places import Layout
from gui.views.network.samples import MARGIN

_NUMBERS_MS = 180


class Refresh(QObject):
    """Keeps what a frame paints small: pictures and bars with each, numbers and lines a few times a second.

    Nobody reads thirty numbers a second, and what a frame paints is taken from the training. `whole` is emitted when
    numbers that waited are due and no snapshot follows.
    """

    whole = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.live = QRegion()
        self._moving = QRegion()
        self._links: Mapping[str, Links] = {}
        self._shown: tuple[Sample, Scale, int] | None = None
        self._numbers_of: tuple[Sample, Scale] | None = None
        self._since_numbers = QElapsedTimer()
        self._since_numbers.start()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.whole)

    def lay_out(self, layout: Layout, view_rect: Callable[[Box], QRect]) -> None:
        """Find the places where snapshots change the stage: `live` is all but headings and controls."""
        picture = layout.places[0]
        live = QRegion(view_rect(picture.rect.grown(2)))
        if picture.bar is not None:
            live = live.united(view_rect(picture.bar.grown(8, 20)))
        left, top = picture.x + picture.width + MARGIN + 1, layout.maps_top - 4
        self.live = live.united(view_rect((left, top, layout.width - left, layout.height - top)))
        self._moving = QRegion()
        for x, width in _moving(layout):
            # All from top to bottom: rectangles of one height stay one each in a region, others fall into dozens.
            self._moving = self._moving.united(view_rect((x - 1, top, width + 2, layout.height - top)))

    def region(self, snapshot: Snapshot) -> QRegion:
        """What this snapshot may change: pictures and bars, or everything where more has changed or is due."""
        said = int(np.argmax(snapshot.probabilities)) if len(snapshot.probabilities) else -1
        shown = snapshot.sample, snapshot.scale, said
        still = snapshot.quantity is not Quantity.GRADIENTS  # of the input picture
        if still and shown == self._shown and snapshot.links is self._links and not self._due(snapshot):
            return self._moving
        self._shown, self._links = shown, snapshot.links
        return self.live

    def numbers_due(self, snapshot: Snapshot, painted: QRegion) -> bool:
        """Whether numbers may change in a paint event: at once for another sample, else a few times a second.

        Not where only a part is painted: what is written outside of it would be seen at another time.
        """
        if not self._due(snapshot) or not painted.boundingRect().contains(self.live.boundingRect()):
            if not self._later.isActive():
                self._later.start(_NUMBERS_MS)
            return False
        self._numbers_of = snapshot.sample, snapshot.scale
        self._since_numbers.restart()
        self._later.stop()
        return True

    def stop(self) -> None:
        """Nothing is to be painted any more."""
        self._later.stop()

    def _due(self, snapshot: Snapshot) -> bool:
        return (snapshot.sample, snapshot.scale) != self._numbers_of or self._since_numbers.elapsed() >= _NUMBERS_MS


def _moving(layout: Layout) -> Iterator[tuple[float, float]]:
    """(left, width) of what changes with every snapshot of one sample."""
    for place in layout.places[1:]:
        classes = place.classes
        if classes is not None and classes.all_shown:
            x, _, width, _ = share_box(classes, 0)
            yield x, width
        elif classes is not None:  # rows change places
            yield classes.rect.x, classes.rect.width
        for part in (place.grid, place.kernels, place.strip):
            if part is not None:
                yield part.rect.x, part.rect.width
