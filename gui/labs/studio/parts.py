"""The parts of the Studio that a lesson may speak of, and where each is on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab

Places: TypeAlias = list[tuple[QWidget, QRectF]]

PARTS = (
    "network", "input", "samples", "output", "layer-*", "kernels-*", "maps", "kernels", "pages", "stage", "formula",
    "player", "inspector", "curves", "confusion", "timeline", "train", "settings", "facts",
)  # fmt: skip
"""`layer-conv1`: that layer's maps or units, on the diagram or on its own page; `kernels-conv1`: the kernels before it.
`maps`, `kernels`: those of the layer's page. `facts`: name, shape and parameters of what the stage shows."""


def places(lab: StudioLab, part: str) -> Places:
    """Where a part is now; empty where it is not on screen."""
    pages, player = lab.pages, lab.pages.player
    widgets: dict[str, Callable[[], QWidget | None]] = {
        "inspector": lambda: lab.inspector,
        "curves": lambda: lab.curves,
        "confusion": lambda: lab.confusion,
        "timeline": lambda: lab.timeline,
        "train": lambda: lab.top.train_button,
        "settings": lambda: lab.top.tune_button,
        "network": lambda: lab.top.network,
        "samples": lambda: pages.network.strip,
        "stage": pages.currentWidget,
        "formula": lambda: player.formula if player is not None else None,
        "player": lambda: player.transport if player is not None else None,
    }
    if part in widgets:
        widget = widgets[part]()
        return [] if widget is None or not widget.isVisible() else [(widget, QRectF(widget.rect()))]
    if pages.layer is not None and pages.layer.isVisible():
        return _layer_places(lab, part)
    return _diagram_places(lab, part) if pages.network.isVisible() else []


def _diagram_places(lab: StudioLab, part: str) -> Places:
    """On the network's diagram."""
    view = lab.pages.network
    canvas, layout = view.canvas, view.canvas.layout_now
    if view.current is not view.chain_view:
        return view.part_places(part)
    if layout is None:
        return []
    if part == "facts":
        header = view.header
        end = min(header.quantity.x(), view.forms.x() if view.forms.isVisible() else header.width())
        return [(header, QRectF(8, 6, end - 24, header.height() - 12))]
    if part == "input":
        return [(canvas, QRectF(canvas.view_rect(layout.input)))]
    place = layout.places[-1] if part == "output" else layout.place(part.partition("-")[2])
    if place is None:
        return []
    if part.startswith("kernels-"):
        return [] if place.kernels is None else [(canvas, QRectF(canvas.view_rect(place.kernels.rect)))]
    rect = place.rect
    if part.startswith("layer-"):  # with its name and shape
        top = place.heading.rect
        left, right = min(rect.x, top.x), max(rect.right, top.right)
        return [(canvas, QRectF(canvas.view_rect((left, top.y, right - left, rect.bottom - top.y))))]
    return [(canvas, QRectF(canvas.view_rect(rect)))]


def _layer_places(lab: StudioLab, part: str) -> Places:
    """On the page of one layer."""
    page = lab.pages.layer
    assert page is not None
    sheet, canvas = page.canvas.sheet, page.canvas
    if part in ("maps", f"layer-{lab.state.node}"):
        height = canvas.height() if sheet is None else min(sheet.height + 24, canvas.height())
        return [(canvas, QRectF(0, 0, canvas.width(), height))]
    if part in ("kernels", f"kernels-{lab.state.node}") and sheet is not None:
        edge = canvas.tile(0).left() - sheet.tiles[0].left() if sheet.tiles else 0.0
        found: Places = [(canvas, rect.translated(edge, 0)) for each in sheet.kernels for rect in each]
        return found or [(lab.inspector, QRectF(lab.inspector.rect()))]  # where maps stand close, they are below
    if part == "facts":
        return [(page, QRectF(0, 0, page.width(), canvas.mapTo(page, canvas.rect().topLeft()).y()))]
    return []
