"""The parts of the convolution lab that a lesson may speak of, where each is on screen; all of it in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from gui.theme.numbers import TIMES

if TYPE_CHECKING:
    from gui.labs.convolution.lab import ConvolutionLab

Places: TypeAlias = list[tuple[QWidget, QRectF]]

PARTS = (
    "input", "padding", "window", "kernel", "products", "sums", "bias", "value", "output", "size", "formula",
    "player", "examples", "fields", "field-*", "cost", "code", "check", "colours", "pages",
    "picture", "magnifier", "gallery",
)  # fmt: skip
"""`field-stride`, `field-padding`, …: one field of the strip. `size`: the arithmetic of the output's size."""


class Spoken:
    """The part of the lab (`gui.labs.convolution.lab`) that others speak of: see `gui.labs.Lab`."""

    def places(self, part: str) -> Places:
        return places(self, part)  # type: ignore[arg-type]

    def describe(self) -> str:
        return describe(self)  # type: ignore[arg-type]


def places(lab: ConvolutionLab, part: str) -> Places:
    """Where a part is now; empty where it is not on screen."""
    if part.startswith("field-"):
        field = _field(lab, part.removeprefix("field-"))
        return [] if field is None else _whole(field)
    widgets: dict[str, Callable[[], QWidget | None]] = {
        "examples": lambda: lab.strip,
        "fields": lambda: lab.picture.fields if _on_picture(lab) and lab.picture is not None else lab.fields,
        "formula": lambda: lab.picture.formula if _on_picture(lab) and lab.picture is not None else lab.player.formula,
        "player": lambda: lab.player.transport,
        "cost": lambda: lab.panel.cost,
        "code": lambda: lab.panel.code,
        "check": lambda: lab.panel.check.check,
        "colours": lambda: lab.panel.check.colours,
        "pages": lambda: lab.top.page,
        "gallery": lambda: lab.picture.strip if lab.picture is not None else None,
    }
    if part in widgets:
        widget = widgets[part]()
        return [] if widget is None else _whole(widget)
    if _on_picture(lab):
        return _picture_places(lab, part)
    found: Places = [(lab.player.stage, rect) for rect in _stage_rects(lab, part)]
    if part == "size" and not found:
        return _whole(lab.panel.size_part)
    return found


def _on_picture(lab: ConvolutionLab) -> bool:
    return lab.state.page.value == "picture"


def _whole(widget: QWidget) -> Places:
    return [(widget, QRectF(widget.rect()))] if widget.isVisible() else []


def _field(lab: ConvolutionLab, name: str) -> QWidget | None:
    return lab.fields.fields.get(name)


def _picture_places(lab: ConvolutionLab, part: str) -> Places:
    if lab.picture is None or lab.picture.view.places is None:
        return []
    view, found = lab.picture.view, lab.picture.view.places
    rects = {
        "picture": found.picture, "input": found.picture, "output": found.result, "kernel": found.kernel.rect,
        "magnifier": found.magnifier.rect, "window": found.magnifier.rect, "products": found.products.rect,
        "value": found.value,
    }  # fmt: skip
    return [(view, rects[part])] if part in rects else []


def _stage_rects(lab: ConvolutionLab, part: str) -> list[QRectF]:
    """On the stage of the step player."""
    scene: Any = lab.player.scene
    if not lab.player.stage.isVisible() or scene is None or scene.wanted is None:
        return []
    index = lab.player.index
    if hasattr(scene, "inner"):  # a volume shows one slice at a time
        scene, index = scene.inner(index)
    layout = getattr(scene, "layout", None)
    if layout is None or not hasattr(layout, "blocks"):
        return []
    blocks = layout.blocks
    idle = layout.idle
    if part == "window":
        place = scene.reading.place(index)
        return [block.input.span(place.top, place.left, *scene.reading.reach) for block in blocks]
    rects: dict[str, list[QRectF]] = {
        "input": [block.input.inner for block in blocks],
        "padding": [block.input.rect for block in blocks if any(block.input.pads)],
        "kernel": [block.kernel.rect for block in blocks] + [kernel.rect for rest in idle for kernel in rest.kernels],
        "products": [block.products.rect for block in blocks],
        "sums": [block.chip for block in blocks],
        "bias": [layout.bias, *(rest.bias for rest in idle)],
        "value": [layout.value],
        "output": [layout.output.rect, *(rest.output.rect for rest in idle)],
        "size": [layout.size],
    }
    return [rect for rect in rects.get(part, []) if rect.isValid()]


def describe(lab: ConvolutionLab) -> str:
    """What is shown, in a few words."""
    state = lab.state
    kernel = TIMES.join(map(str, state.kernel))
    if _on_picture(lab):
        strip = lab.picture.strip if lab.picture is not None else None
        name = next((each.title for each in strip.kernels if each.name == strip.current), "") if strip else ""
        return f"{name or f'a {kernel} kernel'} on a picture"
    kind = "transposed, " if state.transposed else "causal, " if state.causal else ""
    stride = "" if set(state.stride) == {1} else f", stride {TIMES.join(map(str, state.stride))}"
    x = TIMES.join(map(str, (*state.size, state.in_channels)))
    channels = f", {state.out_channels} filters" if state.out_channels > 1 else ""
    return f"{kind}{x}, kernel {kernel}{stride}{channels}"
