"""What can be done with the drawing of a network: find a layer, open modules to a depth, draw it another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gui.actions import Action
from gui.labs.studio.state import Drawing, Page

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab
    from gui.labs.studio.stage import Stage

_ALL = 99
_DEPTHS = ((1, "Close all modules"), (2, "Open modules to depth 2"), (3, "Open modules to depth 3"),
           (_ALL, "Open all modules"))  # fmt: skip
_DRAWINGS = {
    Drawing.MAPS: ("Draw the network as maps", "feature maps diagram graph layers"),
    Drawing.VOLUMES: ("Draw the network as volumes", "boxes 3d figure paper width height depth"),
    Drawing.UNITS: ("Draw the network as units and edges", "neurons weights circles lines"),
    Drawing.TABLE: ("List the layers in a table", "csv parameters shapes sort"),
}


def actions(lab: StudioLab) -> Sequence[Action]:
    """The actions; those of modules are there where the network has some on the stage."""
    stage = lab.pages.network

    def on_stage() -> bool:
        return lab.state.page is Page.NETWORK

    def has_modules() -> bool:
        return on_stage() and stage.graph_view is not None

    def find() -> None:
        if (view := stage.graph_view) is not None:
            view.header.finder.start()

    def colour() -> None:
        if (view := stage.graph_view) is not None:
            view.header.role.toggle()

    def is_coloured() -> bool:
        return (view := stage.graph_view) is not None and view.canvas.by_role

    def export() -> None:
        from gui.labs.studio import drawing_file  # seldom needed

        drawing_file.ask_and_save(lab)

    return [
        Action("find-layer", "Find a layer…", find, "/", "View", has_modules, words="search module operation"),
        Action(
            "colour-roles", "Colour nodes by what they compute", colour, "", "View", has_modules, is_coloured,
            words="operation role convolution activation",
        ),
        *(_open_to(stage, depth, title, has_modules) for depth, title in _DEPTHS),
        *(_draw(stage, drawing, on_stage) for drawing in Drawing),
        Action(
            "export-drawing", "Export the drawing alone…", export, "Ctrl+Shift+E", "File", on_stage,
            words="save png svg figure paper picture network table",
        ),
    ]  # fmt: skip


def _open_to(stage: Stage, depth: int, title: str, enabled: Callable[[], bool]) -> Action:
    def do() -> None:
        if (view := stage.graph_view) is not None:
            view.canvas.set_depth(depth)

    def is_so() -> bool:
        return stage.chosen_depth == depth

    return Action(f"depth-{depth}", title, do, "", "View", enabled, is_so, words="expand collapse module level")


def _draw(stage: Stage, drawing: Drawing, enabled: Callable[[], bool]) -> Action:
    title, words = _DRAWINGS[drawing]

    def do() -> None:
        stage.draw_as(drawing)

    def is_so() -> bool:
        return stage.drawing is drawing

    return Action(f"draw-{drawing}", title, do, "", "View", enabled, is_so, words=words)
