"""The Studio's actions: one table for menus, palette, keys and help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine import messages
from gui.actions import Action
from gui.labs.studio import asking, compare_actions, diagram_actions, weights
from gui.labs.studio.state import Page

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab


def actions(lab: StudioLab) -> Sequence[Action]:
    """What can be done now; titles that depend on what is open are made anew at each call."""
    experiment, samples = lab.experiment, lab.samples

    def on_network() -> bool:
        return lab.state.page is not Page.STEP  # the player has keys of its own

    def free() -> bool:
        return not experiment.busy

    def trainable() -> bool:
        return free() and not experiment.refusal

    table = [
        Action(
            "train",
            "Train or pause",
            lab.wishes.toggle_training,
            "Space",
            "Train",
            lambda: not experiment.refusal and experiment.status is not messages.Status.CLOSED and on_network(),
        ),
        Action(
            "step",
            "Train one update",
            lambda: lab.wishes.ask(messages.TrainSteps()),
            "Ctrl+Right",
            "Train",
            lambda: trainable() and not experiment.training,
            repeat=True,
        ),
        Action("rewind", "Rewind to the same initial weights", lab.wishes.rewind, "Ctrl+Home", "Train", trainable),
        Action(
            "back",
            "Look back one recorded moment",
            lab.wishes.look_back,
            "Ctrl+Left",
            "Train",
            lambda: experiment.earlier_moment() is not None,
            repeat=True,
        ),
        Action(
            "now",
            "Look at the present weights",
            lambda: lab.send(messages.LookBack(None)),
            "Ctrl+End",
            "Train",
            lambda: experiment.moment != experiment.step,
        ),
        Action(
            "tune",
            "Training settings…",
            lambda: asking.training_settings(lab),
            "Ctrl+T",
            "Train",
            words="learning rate momentum weight decay batch size seed early stopping patience",
        ),
        Action(
            "evaluate",
            "Evaluate on the whole test set",
            lambda: lab.wishes.ask(messages.Evaluate()),
            "E",
            "Train",
            lambda: free() and not experiment.unjudged,
            words="confusion accuracy",
        ),
        Action(
            "trained",
            "Open the trained weights",
            lab.wishes.open_trained,
            "",
            "Train",
            free,
            words="pretrained bundled",
        ),
        Action("next", "Next sample", lambda: samples.step(1), "N", "Sample", on_network, repeat=True),
        Action("previous", "Previous sample", lambda: samples.step(-1), "P", "Sample", on_network, repeat=True),
        Action("random", "Random sample", lambda: samples.step(0), "R", "Sample", on_network, repeat=True),
        Action(
            "mistakes",
            "Only mistakes",
            lab.wishes.toggle_mistakes,
            "M",
            "Sample",
            checked=lambda: samples.only_mistakes,
            words="wrong errors",
        ),
        Action(
            "draw",
            "Draw a picture",
            lambda: samples.set_drawing(not samples.drawing),
            "D",
            "Sample",
            checked=lambda: samples.drawing,
            words="sketch pad pen",
        ),
        Action(
            "open-picture",
            "Open picture…",
            lambda: asking.open_picture(lab),
            "Ctrl+Shift+O",
            "File",
            words="photo image drop paste",
        ),
        Action("paste", "Paste picture", lambda: asking.paste_picture(lab), "Ctrl+V", "Sample"),
        Action(
            "open-folder",
            "Open data folder…",
            lambda: asking.open_folder(lab),
            "Ctrl+O",
            "File",
            free,
            words="dataset mnist pictures import",
        ),
        Action("save-run", "Save run", lambda: lab.wishes.ask(messages.SaveRun()), "Ctrl+S", "File", free),
        Action(
            "open-run", "Open run…", lambda: asking.open_run(lab), "Ctrl+Shift+R", "File", free, words="resume continue"
        ),
        *lab.modules.actions(),
        *weights.actions(lab),
        *lab.film.actions(),
        *diagram_actions.actions(lab),
        Action(
            "gradients",
            "Show gradients",
            lab.wishes.toggle_gradients,
            "G",
            "View",
            checked=lambda: lab.state.quantity is messages.Quantity.GRADIENTS,
            words="activations",
        ),
        Action("fit", "Fit the network to the stage", lab.pages.network.fit, "0", "View", on_network, words="zoom 100"),
        Action(
            "zoom-in",
            "Zoom in",
            lambda: lab.pages.network.set_zoom(lab.pages.network.zoom() * 1.25),
            "+",
            "View",
            on_network,
            more=("=",),
            repeat=True,
        ),
        Action(
            "zoom-out",
            "Zoom out",
            lambda: lab.pages.network.set_zoom(lab.pages.network.zoom() / 1.25),
            "-",
            "View",
            on_network,
            repeat=True,
        ),
        Action(
            "layer",
            "Show the pinned layer large",
            lab.navigation.open_pinned_layer,
            "L",
            "View",
            lambda: bool(lab.state.node),
        ),
        Action(
            "player",
            "Step the pinned cell",
            lab.navigation.step_pinned,
            "Return",
            "View",
            lambda: bool(lab.state.node) and on_network(),
            words="player formula",
        ),
        Action(
            "switch-off",
            "Switch the pinned map off, or on again",
            lab.navigation.insight.switch_pinned,
            "O",
            "View",
            lambda: bool(lab.state.node) and on_network(),
            words="ablation zero silence unit",
        ),
        Action(
            "all-on",
            "Switch all maps on again",
            lab.navigation.insight.all_on,
            "",
            "View",
            lambda: bool(lab.navigation.insight.off),
            words="ablation",
        ),
        Action("curves", "Show the curves large", lambda: lab.navigation.open_page(Page.CURVES), "C", "View"),
        Action("up", "One level up", lab.navigation.one_level_up, "Escape", "View"),
    ]
    classes = experiment.opened.dataset.classes[:10] if experiment.opened else ()
    table += compare_actions.actions(lab)
    return [*table, *(_only_class(lab, index, name) for index, name in enumerate(classes))]


def _only_class(lab: StudioLab, index: int, name: str) -> Action:
    return Action(
        f"class-{index}",
        f"Only samples of class {name}" if len(name) > 1 else f"Only samples of {name}",
        lambda: lab.wishes.toggle_class(index),
        group="Sample",
        checked=lambda: lab.samples.label == index,
    )
