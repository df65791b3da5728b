"""The samples under the input picture of a graph: their name in a row of its own, the steps beside their pictures."""

from __future__ import annotations

from gui.views.network.samples import MARGIN, SampleStrip


class Samples(SampleStrip):
    """A `SampleStrip` for a narrow picture: the buttons stand under the thumbnails."""

    def _arrange(self) -> None:
        width = self.width()
        row = round(30 * self.grown)
        self.caption.setGeometry(MARGIN, 0, width - MARGIN, round(28 * self.grown))
        bottom = max(0, self.height() - row)
        self.thumbnails.setGeometry(0, row, width, max(0, bottom - row))
        self.previous.move(MARGIN - 4, bottom)
        self.following.move(MARGIN + round(26 * self.grown) - 4, bottom)
        self.edit.move(width - self.edit.width() - MARGIN, bottom)

    def set_density(self, density: str) -> None:
        self.edit.show()
        self._arrange()
