"""Saved runs that train a module of the user's own: its file is opened first, with consent, then the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine import messages
from gui.labs.studio.modules_reference import split

if TYPE_CHECKING:
    from gui.labs.studio.modules import Modules


class ModuleRuns:
    """Keeps the run that waits for its module."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._waiting: tuple[messages.modules.SavedModule, messages.OpenRun] | None = None

    def open(self, path: str) -> None:
        """Open a run; at once, if it needs no code or what it needs is open."""
        modules, run = self._modules, messages.OpenRun(path)
        lab, experiment = modules.lab, modules.lab.experiment
        saved = lab.bridge.session.saved_module(Path(path).expanduser())
        shown = experiment.settings.network if experiment.settings is not None else ""
        if saved is None or (saved.reference == shown and not experiment.refusal):
            lab.send(run)
            return
        file, name = split(saved.reference)
        outline = lab.bridge.session.outline(file)
        if outline.problem:
            said = f"It trains {name or file.name}, which is code. {outline.problem}"
            lab.context.notices.failed("The run could not be opened", said)
            return
        from gui.labs.studio.modules_dialog import Asked

        self._waiting = (saved, run)
        edits = modules.consent.covers_edits(outline.path)
        asked = Asked(name, saved.arguments, (saved.picture_shape,), None, edits)
        if edits or modules.consent.given(outline.path, outline.digest):
            modules.open_agreed(outline, asked)
        else:
            modules.ask(outline, consent=True, name=name, before=asked)

    def base(self, base: messages.Open) -> messages.Open:
        """On what data a module is opened: those of the run that waits for it, else `base`."""
        saved = self._waiting[0] if self._waiting is not None else None
        if saved is None or saved.reference != base.network:
            return base
        return replace(base, dataset=saved.dataset, folder=saved.folder, seed=saved.seed)

    def module_shown(self, reference: str, untrained: str) -> None:
        """A module is open: is it the one that a run waits for?"""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting[0].reference == reference and not untrained:
            self._modules.lab.send(waiting[1])

    def forget(self) -> None:
        """It did not come."""
        self._waiting = None
