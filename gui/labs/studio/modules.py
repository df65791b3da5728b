"""Modules of the user's own in the Studio, and runs that something else writes: asking, opening, reloading, following.

Code runs after the user's consent alone. What a link, an undo step or the last session asks for is shown as missing,
with a button that asks.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout

from engine import messages
from gui.actions import Action
from gui.labs.studio.modules_banner import Banner
from gui.labs.studio.modules_consent import Consent
from gui.labs.studio.modules_files import ModuleFiles
from gui.labs.studio.modules_reference import is_reference, split
from gui.labs.studio.modules_runs import ModuleRuns

if TYPE_CHECKING:
    from engine.messages.modules import Follow, Following, ModuleAsks, ModuleShown, OpenModule, Outline
    from gui.labs.studio.lab import StudioLab
    from gui.labs.studio.modules_dialog import Asked
    from gui.labs.studio.state import StudioState
    from gui.theme import Theme
    from gui.theme.controls import FieldBox

_FILES = "Networks (*.py *.pt2);;Python files (*.py);;Programs of torch.export (*.pt2)"


class Modules:
    """`opened` is the module that is shown, as it was asked for; None while something else is."""

    def __init__(self, lab: StudioLab, consent: Consent | None = None) -> None:
        self.lab = lab
        self.consent = Consent() if consent is None else consent
        self.opened: OpenModule | None = None
        self.following: Following | None = None
        self.dialog: QDialog | None = None
        self._theme = lab.context.theme
        self._banner: Banner | None = None
        self._files = ModuleFiles(lab.widget, self._saved)
        self._digest = self._followed_name = ""
        self._start: list[Any] = []  # what the command line asks for, once the engine is ready
        self._awaited = False
        self._runs = ModuleRuns(self)
        lab.bridge.module_told.connect(self._told)
        lab.bridge.opened.connect(self._opened)
        lab.bridge.status.connect(self._status)
        lab.bridge.failed.connect(self._failed)

    @property
    def pending(self) -> bool:
        """Whether something was asked for that is not there yet."""
        return bool(self._start) or self._awaited

    @property
    def banner(self) -> Banner:
        """The line above the stage, made when there is something to say."""
        if self._banner is None:
            self._banner = Banner(self._theme, self.lab.widget)
            column = self.lab.widget.layout()
            assert isinstance(column, QVBoxLayout)
            column.insertWidget(0, self._banner)
        return self._banner

    def actions(self) -> list[Action]:
        """What can be done with modules and others' runs."""
        return [
            Action(
                "open-module", "Open module…", self.ask_file, "Ctrl+M", "File", self._free,
                words="network nn.Module python file code pt2 own",
            ),
            Action(
                "follow-run", "Follow run…", self.ask_run, "", "File", self._free, words="watch script live training",
            ),
            Action("reload-module", "Reload module", self.reload, "Ctrl+R", "File", lambda: self.opened is not None),
        ]  # fmt: skip

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._banner is not None:
            self._banner.set_theme(theme)

    def close(self) -> None:
        """The lab is closed."""
        self._files.forget()
        if self.dialog is not None:
            self.dialog.reject()

    # --- asking -----------------------------------------------------------------------------------------------------

    def ask_file(self) -> None:
        """Let the user choose a file, and open it."""
        path, _ = QFileDialog.getOpenFileName(self.lab.widget, "Open module", "", _FILES)
        if path:
            self.open_reference(path)

    def ask_run(self) -> None:
        """Let the user choose a run that something else writes."""
        path = QFileDialog.getExistingDirectory(self.lab.widget, "Follow run: the folder that holds run.json")
        if path:
            self.follow(path)

    def follow(self, path: str) -> None:
        """Show a run that something else writes, and go on with it."""
        command = messages.modules.Follow(str(Path(path).expanduser().absolute()))
        self._when_ready(lambda: self._send(command))

    def open_reference(self, reference: str) -> None:
        """Open FILE.py:NAME or FILE.pt2. Asks for consent where the file's content is not known, and for what it needs.

        Only for what the user has chosen or typed.
        """
        path, name = split(reference)
        outline = self.lab.bridge.session.outline(path)
        if outline.problem:
            self.lab.context.notices.failed("The module could not be opened", outline.problem)
            return
        consent = not self.consent.given(outline.path, outline.digest)
        if not consent and self._needs_nothing(outline, name):
            from gui.labs.studio.modules_dialog import Asked

            edits = self.consent.covers_edits(outline.path)
            self.open_agreed(outline, Asked(name or self._only(outline), (), (), None, edits))
            return
        self.ask(outline, consent=consent, name=name)

    def open_run(self, path: str) -> None:
        """Go on with a saved run. If it trains a module of the user's own, that is opened first, with consent."""
        self._runs.open(path)

    def reload(self) -> None:
        """Open the file that is shown again, as it is now: what the user asks for by a key or a button."""
        if self.opened is None:
            return
        outline = self.lab.bridge.session.outline(split(self.opened.reference)[0])
        if outline.problem:
            self._say_broken(outline)
            return
        if not (self.consent.given(outline.path, outline.digest) or self.consent.covers_edits(outline.path)):
            self.consent.give(outline.path, outline.digest, edits=False)
        self._reload(outline)

    def ask(
        self, outline: Outline, *, consent: bool, name: str, problem: str = "", before: Asked | None = None
    ) -> None:
        """Ask for what is missing: consent, arguments, an input shape; then open it."""
        from gui.labs.studio.modules_dialog import OpenModuleDialog

        if self.dialog is not None:
            self.dialog.reject()
        dialog = OpenModuleDialog(
            outline,
            self._theme,
            self.lab.widget.window(),
            consent=consent,
            name=name,
            problem=problem,
            before=before,
            edits=self.consent.covers_edits(outline.path),
        )

        def ended() -> None:
            self.dialog = None
            if dialog.asked is not None:
                self.consent.give(outline.path, outline.digest, edits=dialog.asked.edits)
                self.open_agreed(outline, dialog.asked)
            else:
                self._runs.forget()
            dialog.deleteLater()

        self.dialog = dialog
        dialog.finished.connect(ended)
        dialog.open()

    def _needs_nothing(self, outline: Outline, name: str) -> bool:
        """Whether there is nothing to ask: one network, whose arguments have defaults."""
        if outline.program:
            return True
        chosen = name or self._only(outline)
        return any(one.name == chosen and not one.needed for one in outline.candidates)

    @staticmethod
    def _only(outline: Outline) -> str:
        return outline.candidates[0].name if len(outline.candidates) == 1 else ""

    # --- opening ----------------------------------------------------------------------------------------------------

    def open_agreed(self, outline: Outline, asked: Asked) -> None:
        """The user has agreed."""
        reference = f"{outline.path}:{asked.name}" if asked.name and not outline.program else outline.path
        settings = self.lab.experiment.settings
        base = messages.Open(
            network=reference,
            dataset=settings.dataset if settings is not None and settings.dataset != "script" else "digits",
            seed=settings.seed if settings is not None else 0,
            batch_size=settings.batch_size if settings is not None and settings.dataset != "script" else 64,
            epochs=5,
            download=False,
        )
        command = messages.modules.OpenModule(
            reference, outline.digest, self._runs.base(base), arguments=asked.arguments,
            input_shapes=asked.input_shapes, weights=asked.weights,
        )  # fmt: skip
        self._when_ready(lambda: self._send(command))

    def _send(self, command: OpenModule | Follow) -> None:
        self._awaited = True
        self.lab.samples.set_drawing(False)
        self.lab.experiment.loaded = True
        self.lab.wanted = None
        self.lab.send(command)

    def _reload(self, outline: Outline) -> None:
        assert self.opened is not None
        settings = self.lab.experiment.settings
        base = self.opened.base
        if settings is not None and settings.network == self.opened.reference:
            base = replace(
                base, learning_rate=settings.learning_rate, momentum=settings.momentum,
                weight_decay=settings.weight_decay, batch_size=settings.batch_size, epochs=max(1, settings.epochs),
                patience=settings.patience, min_delta=settings.min_delta,
            )  # fmt: skip
        self._digest = outline.digest
        self._send(replace(self.opened, digest=outline.digest, base=base, weights=None, reload=True))

    def translated(self, command: messages.Open) -> messages.Command | None:
        """An Open of a module, as when other data are chosen for it, becomes an OpenModule if it is the one that is
        shown; None, and a word on it, if it is not: then somebody has to agree first."""
        if self.following is not None and command.network == self._followed_name:
            if command.dataset != "script":
                self.lab.context.notices.noticed("A script's network goes with its own data; choose another network.")
                command = replace(command, dataset="script")
            self.follow(self.following.path)
            return None
        if command.dataset == "script":  # another network, after a script's
            command = replace(command, dataset="digits")
        if not is_reference(command.network):
            return command
        if self.opened is not None and self.opened.reference == command.network:
            return replace(self.opened, base=replace(command, pretrained=False), weights=None)
        self.open_reference(command.network)
        return None

    def refuses(self, state: StudioState) -> bool:
        """Whether a State, from a link or the last session, asks for code. It is not run: what is missing is said."""
        if not is_reference(state.network):
            return False
        if (opened := self.lab.experiment.opened) is not None:
            settings = opened.settings
            self.lab.change_state(network=settings.network, dataset=settings.dataset, seed=settings.seed)
        path, name = split(state.network)
        text = f"It shows {name or path.stem} from {path}, which is code. A link never runs code."
        self.banner.tell(
            "Not opened.", text, tone="bias", action="Open module…", do=lambda: self.open_reference(state.network)
        )
        return True

    def _free(self) -> bool:
        return not self.lab.experiment.busy

    def _when_ready(self, do: Any) -> None:
        """Do it now, or as soon as the engine is there."""
        if self.lab.bridge.started and not self.lab.experiment.busy:
            do()
        else:
            self._start.append(do)

    # --- what the engine tells --------------------------------------------------------------------------------------

    def _status(self, changed: messages.StatusChanged) -> None:
        if changed.status is messages.Status.READY and self._start:
            todo, self._start = self._start, []
            for do in todo:
                do()

    def _opened(self, opened: messages.Opened) -> None:
        """Something is open: if it is no module and no followed run, nothing is said above the stage any more."""
        facts = opened.dataset
        if facts.name == "script":
            self._list(self.lab.top.dataset, facts.name, facts.title, "What the script gives its network")
            self._list(self.lab.top.network, opened.settings.network, opened.graph.title, "The script's network")
        if self.opened is not None and opened.settings.network != self.opened.reference:
            self.opened = None
            self._files.forget()
        self.following = None
        self._followed_name = opened.settings.network
        if self._banner is not None:
            self._banner.hide()

    def _failed(self, failed: messages.Failed) -> None:
        self._awaited = False
        self._runs.forget()

    def _told(self, event: ModuleShown | ModuleAsks | Following) -> None:
        self._awaited = False
        if isinstance(event, messages.modules.ModuleAsks):
            self._asked_for_input(event)
        elif isinstance(event, messages.modules.Following):
            self._followed(event)
        elif event.command is not None:
            self._shown(event, event.command)

    def _shown(self, event: ModuleShown, command: OpenModule) -> None:
        self.opened = command
        path, name = split(command.reference)
        self._list(self.lab.top.network, command.reference, name or path.stem, str(path))
        self._digest = self.lab.bridge.session.outline(path).digest
        self._files.watch(path, event.beside)
        self.lab.experiment.refusal = event.untrained or event.stopped
        if event.stopped:
            text = f"{event.stopped[:1].upper()}{event.stopped[1:]}. What ran before is drawn."
            self.banner.tell(f"{name or path.stem} stops on its way.", text, tone="error")
        elif event.untrained:
            text = f"{event.untrained[:1].upper()}{event.untrained[1:]}."
            self.banner.tell("It can be looked at, not trained here.", text, tone="bias")
        self.lab.signals.actions_changed.emit()
        self._runs.module_shown(command.reference, event.untrained)

    def _asked_for_input(self, event: ModuleAsks) -> None:
        from gui.labs.studio.modules_dialog import Asked

        path, name = split(event.command.reference)
        outline = self.lab.bridge.session.outline(path)
        if outline.problem or outline.digest != event.command.digest:
            self.lab.context.notices.failed("The module could not be opened", outline.problem or event.problem)
            return
        command = event.command
        before = Asked(name, command.arguments, command.input_shapes, command.weights, False)
        self.ask(outline, consent=False, name=name, problem=event.problem, before=before)

    def _followed(self, event: Following) -> None:
        self.following = event
        titles = {
            "waiting": ("Waiting.", "accent"),
            "running": ("Following.", "accent"),
            "quiet": ("Following.", "bias"),
            "ended": ("Ended.", "accent"),
            "failed": ("Ended by an error.", "error"),
            "damaged": ("Cannot be read.", "error"),
        }
        title, tone = titles[event.state]
        where = "" if event.path in event.said else f"  {event.path}"
        self.banner.tell(title, f"{event.said}{where}", tone=tone)
        self.lab.signals.actions_changed.emit()

    @staticmethod
    def _list(field: FieldBox, key: str, title: str, tip: str) -> None:
        """Show something that is in no catalogue in a field of the top bar."""
        if not field.set_key(key):
            field.add(key, title, tip)
            field.set_key(key)

    # --- the file ---------------------------------------------------------------------------------------------------

    def _saved(self) -> None:
        """The file was saved, or something beside it. Who agreed to edits has been told that they cover what the file
        imports from its folder; everybody else is asked, for that is other code than what was agreed to."""
        if self.opened is None or not self._files.watching:
            return
        path, edited = split(self.opened.reference)[0], self._files.edited()
        outline = self.lab.bridge.session.outline(path)
        if outline.digest == self._digest and not edited:
            return
        name = path.name if outline.digest != self._digest else edited[0].name
        self._digest = outline.digest
        if outline.problem:
            self._say_broken(outline)
        elif self.consent.covers_edits(outline.path):
            self._reload(outline)
        else:
            self.lab.context.notices.noticed(f"{name} was saved.", action="Reload", callback=self.reload)

    def _say_broken(self, outline: Outline) -> None:
        self.banner.tell("Not reloaded.", f"{outline.problem} What is shown is as it was before.", tone="error")
