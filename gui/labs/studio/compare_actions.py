"""The comparison's actions, for menus, palette, keys and help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gui.actions import Action
from gui.labs.studio import compare_asking
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab


def actions(lab: StudioLab) -> Sequence[Action]:
    """What can be done now; one action for each twin that can be trained."""
    compare = lab.compare

    def on_page() -> bool:
        return compare.shown

    def toggle() -> None:
        lab.navigation.open_page(Page.NETWORK if compare.shown else Page.COMPARE)

    table = [
        Action(
            "compare",
            "Compare runs",
            toggle,
            "X",
            "View",
            checked=on_page,
            words="side by side curves settings difference twin",
        ),
        Action(
            "compare-with",
            "Compare with…",
            compare.add,
            "Shift+X",
            "Compare",
            words="add run sigmoid relu average max seed twin saved",
        ),
        Action(
            "next-difference",
            "Next sample where they differ",
            compare.next_difference,
            "J",
            "Compare",
            lambda: compare.can_differ,
            repeat=True,
        ),
        Action(
            "previous-difference",
            "Previous sample where they differ",
            lambda: compare.next_difference(-1),
            "Shift+J",
            "Compare",
            lambda: compare.can_differ,
            repeat=True,
        ),
        *(
            Action(
                f"other-run-{key}",
                f"Next run {key}",
                lambda lane=lane: compare.turn(lane),  # type: ignore[misc]
                shortcut,
                "Compare",
                lambda: compare.can_turn,
                words="compare pair side by side maps of another run",
                repeat=True,
            )
            for lane, key, shortcut in ((0, "above", "Shift+K"), (1, "below", "K"))
        ),
        Action("stop-twins", "Stop training twins", compare.stop, "", "Compare", lambda: compare.queue.busy),
        *(
            Action(
                f"export-runs-{what}",
                title,
                lambda what=what: compare_asking.export(compare, what),  # type: ignore[misc]
                "",
                "File",
                on_page,
                words="csv pandas spreadsheet tensorboard table",
            )
            for what, title in (
                ("curves", "Save the runs' curves as CSV…"),
                ("settings", "Save the runs' settings as CSV…"),
                ("tensorboard", "Save the runs as TensorBoard event files…"),
            )
        ),
    ]
    if lab.experiment.settings is not None:
        for choice in compare.choices():
            table.append(
                Action(
                    f"compare-{choice.key}",
                    f"Compare: {choice.title}",
                    lambda choice=choice: compare.choose(choice),  # type: ignore[misc]
                    group="Compare",
                    enabled=lambda: not lab.experiment.busy,
                    words=choice.summary,
                )
            )
    return table
