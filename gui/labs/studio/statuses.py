"""What the window's status bar says for the Studio."""

from __future__ import annotations

from engine.messages import Status as Engine
from gui.labs import Status
from gui.labs.studio.experiment import Experiment
from gui.labs.studio.state import Page
from gui.theme import numbers

_LABELS = {
    Engine.STARTING: ("working", "Starting PyTorch"),
    Engine.READY: ("idle", "Ready"),
    Engine.WORKING: ("working", "Working"),
    Engine.TRAINING: ("running", "Training"),
    Engine.PAUSED: ("idle", "Paused"),
    Engine.FINISHED: ("idle", "Finished"),
    Engine.CLOSED: ("idle", "Closed"),
    Engine.FOLLOWING: ("running", "Following"),
}
_HINTS = {
    Page.NETWORK: "Hover a map to see where it comes from, click to pin, double-click to step it",
    Page.LAYER: "Click a map to pin it, double-click a cell to step it",
    Page.STEP: "Double-click an input to see how it came about",
    Page.CURVES: "Hover to read the values",
    Page.COMPARE: "Hover a map to see the same place in the other network",
}


def status(experiment: Experiment, page: Page, *, drawing: bool, hint: str = "", awaited: bool = False) -> Status:
    """The texts for what goes on and for what is on the stage; `hint` is the network's own, where it has one.

    `awaited`: training begins when what goes on is done.
    """
    kind, label = _LABELS[experiment.status]
    if experiment.status in (Engine.WORKING, Engine.FOLLOWING) and experiment.detail:
        label = experiment.detail
    if awaited:
        label += ", then training"
    if page is Page.STEP:
        keys: tuple[tuple[str, str], ...] = (("Space", "play"), ("←", ""), ("→", "step"), ("Esc", "back"))
    elif page is Page.NETWORK:
        keys = (("Space", "do not train" if awaited else "pause" if experiment.training else "train"),)
        if experiment.status is Engine.FOLLOWING or experiment.refusal:
            keys = ()
    elif page is Page.COMPARE:
        keys = (("Tab", "next sample that differs"), ("Esc", "back"))
    else:
        keys = (("Esc", "back"),)
    if page is not Page.NETWORK or not hint:
        hint = _HINTS[page]
    if drawing and page is Page.NETWORK:
        hint = "Draw with the left button, erase with the right"
    return Status(
        kind=kind, label=label, keys=keys, hint=hint, facts=() if page is Page.COMPARE else _facts(experiment)
    )


def _facts(experiment: Experiment) -> tuple[str, ...]:
    settings = experiment.settings
    if settings is None:
        return ()
    recipe = ["SGD"]
    if settings.momentum:
        recipe.append(f"momentum {numbers.plain(settings.momentum)}")
    if settings.weight_decay:
        recipe.append(f"decay {numbers.plain(settings.weight_decay)}")
    recipe.append(f"batch {settings.batch_size}")
    off = experiment.switched_off
    facts = [f"{off} {'map' if off == 1 else 'maps'} switched off"] if off else []
    facts += [f"seed {settings.seed}", ", ".join(recipe)]
    if experiment.recorded_bytes and len(experiment.recorded) > 1:
        facts.append(f"timeline {numbers.size_in_bytes(experiment.recorded_bytes)}")
    if experiment.saved_step >= 0 and experiment.saved_step == experiment.step:
        facts.append("Run saved")
    elif experiment.step and experiment.status is not Engine.FOLLOWING:
        facts.append("Run not saved yet")
    return tuple(facts)
