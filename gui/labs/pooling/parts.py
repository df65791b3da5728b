"""The parts of the pooling lab that a lesson may speak of, where each is on screen, and all of it in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from gui.labs.pooling.scene import ComparisonScene
from gui.theme.numbers import TIMES

if TYPE_CHECKING:
    from gui.labs.pooling.lab import PoolingLab

Places: TypeAlias = list[tuple[QWidget, QRectF]]

PARTS = (
    "input", "padding", "window", "candidates", "value", "output", "beside", "gradient", "shift", "size", "formula",
    "player", "kinds", "fields", "field-*", "cost", "code", "check", "pages", "picture",
)  # fmt: skip
"""`beside`: the output of the pooling that stands beside. `gradient`, `shift`, `size`: the facts below the stage.
`field-stride`, `field-kernel`, …: one field of the strip."""

_FACTS = ("gradient", "shift", "size")


def places(lab: PoolingLab, part: str) -> Places:
    """Where a part is now; empty where it is not on screen."""
    widgets: dict[str, QWidget] = {
        "formula": lab.player.formula, "player": lab.player.transport, "kinds": lab.strip, "fields": lab.fields,
        "cost": lab.panel.cost, "code": lab.panel.code, "check": lab.panel.check, "pages": lab.top.page,
        "picture": lab.picture,
    }  # fmt: skip
    if part.startswith("field-"):
        field = lab.fields.steppers.get(part.removeprefix("field-"))
        return [] if field is None else _whole(field)
    if part in widgets:
        return _whole(widgets[part])
    if part in _FACTS:
        facts = lab.player.facts
        columns = facts.columns() if facts.isVisible() else (QRectF(),) * 3
        return [(facts, column) for name, column in zip(_FACTS, columns, strict=True) if name == part]
    return [(lab.player.stage, rect) for rect in _stage_rects(lab, part)]


def _whole(widget: QWidget) -> Places:
    return [(widget, QRectF(widget.rect()))] if widget.isVisible() else []


def _stage_rects(lab: PoolingLab, part: str) -> list[QRectF]:
    scene = lab.player.scene
    if not lab.player.stage.isVisible() or not isinstance(scene, ComparisonScene) or scene.wanted is None:
        return []
    found = scene.places
    if part == "window":
        top, left, rows, columns = scene.first.window_cells(lab.player.index)
        above, _, before, _ = found.padded.pads
        return [found.padded.span(top + above, left + before, rows, columns)]
    rects = {
        "input": [found.input.rect],
        "padding": [found.padded.rect] if any(found.padded.pads) else [],
        "candidates": [lane.candidates.rect for lane in found.lanes],
        "value": [lane.chip for lane in found.lanes],
        "output": [lane.output.rect for lane in found.lanes[:1]],
        "beside": [lane.output.rect for lane in found.lanes[1:]],
    }
    return rects.get(part, [])


def describe(lab: PoolingLab) -> str:
    """What is shown, in a few words."""
    state = lab.state
    kernel = f" {TIMES.join(map(str, state.kernel))}" if state.sliding else ""
    if state.page.value == "picture":
        return f"{state.kind.value}{kernel} on a picture"
    return f"{state.kind.value}{kernel}, {TIMES.join(map(str, (*state.size, state.channels)))}"
