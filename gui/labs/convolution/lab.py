"""The convolution lab as a lab of the window: a State, its view, and what the user does to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from engine.traces import TraceError
from gui.labs import Context, Status
from gui.labs.convolution import numbers as cells
from gui.labs.convolution.checking import Checking
from gui.labs.convolution.convolution_actions import actions as convolution_actions
from gui.labs.convolution.editing import Editor
from gui.labs.convolution.fields import Fields
from gui.labs.convolution.impossible import Impossible
from gui.labs.convolution.panels import SidePanel
from gui.labs.convolution.parts import Spoken
from gui.labs.convolution.player import LabPlayer
from gui.labs.convolution.presets import PRESETS, Preset
from gui.labs.convolution.repair import picture_ready
from gui.labs.convolution.scene import LabScene
from gui.labs.convolution.state import ConvolutionState, Page, fitted, trace
from gui.labs.convolution.strip import PresetStrip
from gui.labs.convolution.top_bar import TopBar
from gui.operation.lab import OperationLab
from gui.theme import Density, Theme

if TYPE_CHECKING:
    from gui.actions import Action
    from gui.labs.convolution.picture_page import PicturePage
    from gui.lessons.panel import LessonPanel


class ConvolutionLab(Spoken, OperationLab):
    """See `OperationLab`."""

    player: LabPlayer
    top: TopBar

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._state = PRESETS[0].state
        self._valid = self._state
        self.theme: Theme | None = context.theme
        self.picture: PicturePage | None = None
        theme = context.theme
        self._density = context.density
        self.top = TopBar(theme)
        self.strip = PresetStrip(theme, self._widget)
        self.fields = Fields(theme, self._widget)
        self.player = LabPlayer(theme, self._widget)
        self.editor = Editor(self.player, theme)
        self.impossible = Impossible(theme, self._widget)
        self.panel = SidePanel(theme, self._widget)
        self.checking = Checking(self)
        self.arrange(self.strip, self.fields, pages=(self.player, self.impossible), right=self.panel)
        self._connect()
        self.set_density(context.density)
        self._show()

    def _connect(self) -> None:
        self.top.page_chosen.connect(self._choose_page)
        self.top.axes_chosen.connect(self._choose_axes)
        self.top.kind_chosen.connect(self._choose_kind)
        self.strip.chosen.connect(self.open_preset)
        self.fields.wanted.connect(self.change)
        self.fields.new_numbers.connect(self.new_numbers)
        self.player.step_changed.connect(self._step_changed)
        self.player.hint_changed.connect(self.tell_hint)
        self.editor.changed.connect(self._cell_changed)
        self.editor.pasted.connect(self._pasted)
        self.impossible.nearest.connect(self._to_nearest)
        self.impossible.back.connect(self._to_last)
        self.panel.check.check_switched.connect(self.checking.switch)
        self.panel.check.colours_switched.connect(self._switch_colours)
        self.panel.check.stretched_switched.connect(self._switch_stretched)
        self.panel.code.copied.connect(self._tell_copied)

    # -- what the window asks -------------------------------------------------------------------------------------

    @property
    def state(self) -> ConvolutionState:
        return self._state

    @property
    def status(self) -> Status:
        if not self.possible:
            return Status(kind="error", label="This cannot be computed", hint="Change one of the two numbers")
        if self._state.page is Page.PICTURE:
            pinned = self._state.at != (-1, -1)
            keys = (("Space", "play"), ("Left", "one pixel"), ("Shift+Left", "ten pixels"), ("Escape", "let go"))
            return Status(keys=keys, hint="Click to let go of this place" if pinned else "Click to pin this place")
        return super().status

    @property
    def settled(self) -> bool:
        return True

    @property
    def possible(self) -> bool:
        """Whether the present State can be computed."""
        return self._valid is self._state

    def actions(self) -> Sequence[Action]:
        return convolution_actions(self)

    def set_state(self, state: ConvolutionState) -> None:
        if state.page is Page.PICTURE:
            state = picture_ready(state)
        self.checking.forget(keep=_same_question(self._state, state))
        self._state = state
        self._show()

    def set_theme(self, theme: Theme) -> None:
        for part in (self.top, self.strip, self.player, self.editor, self.panel, self.impossible, self.fields):
            part.set_theme(theme)
        self.theme = theme
        if self.picture is not None:
            self.picture.set_theme(theme)
        for button in (self.impossible.nearest_button, self.impossible.back_button):
            button.set_theme(theme)

    def set_density(self, density: Density) -> None:
        self._density = density
        for part in (self.top, self.strip, self.fields, self.panel):
            part.set_density(density)
        if self.picture is not None:
            self.picture.set_density(density)

    def set_active(self, active: bool) -> None:
        if not active:
            self.stop()
        self.tell()

    def paint(self, painter: QPainter) -> bool:
        return False

    def frames(self, scale: float) -> Iterable[QImage | tuple[QImage, int]]:
        """The stage and the formula at each step of the play-through; what is no play-through is one picture."""
        from gui.film import film

        if self.possible and self._state.page is Page.STEPS:
            return film(self.player, scale=scale)
        if self._state.page is Page.PICTURE and self.picture is not None:
            return self.picture.play.film(self.picture, scale=scale)
        return self.picture_of(scale)

    def set_presenting(self, on: bool) -> None:
        """Only the stage and the player, for a projector."""
        self.presenting = on
        self.fit()
        self.player.set_presenting(on)
        if self.picture is not None:
            self.picture.set_presenting(on)

    def fit(self) -> None:
        bars = not self.presenting and self._state.page is not Page.PICTURE
        panel = not self.presenting and (self.is_roomy or self.panel.lesson is not None)
        for part, there in ((self.strip, bars), (self.fields, bars), (self.panel, panel)):
            part.setVisible(there)
        self.panel.short = not self.is_tall
        QTimer.singleShot(0, self._widget, self._fit_size)  # when the stage has its size

    def set_lesson_panel(self, lesson: LessonPanel | None) -> None:
        """A lesson takes the place of the lab's own words."""
        self.panel.set_lesson(lesson)
        self.fit()

    def stop(self) -> None:
        if self.picture is not None:
            self.picture.play.stop()
        super().stop()

    # -- showing --------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Make the view that of the State."""
        state = self._state
        out: tuple[int, ...] = ()
        self.top.set_state(state)
        on_picture = state.page is Page.PICTURE
        self.fit()
        if on_picture:
            self._show_picture(state)
            return
        self.fields.set_state(state)
        self.strip.set_current(preset_name(state))
        try:
            out = trace(state).output.shape
            self._valid = state
            self.player.show_state(state, self.checking.answers)
            self.player.repaint_stage()
            self.player.show_matrix(state.page is Page.MATRIX)
            self.editor.follow()
            self.pages.setCurrentWidget(self.player)
        except TraceError as problem:
            self.editor.close()
            self.player.playback.pause()
            self.impossible.show_message(f"{problem}.", " ".join(state.repaired()[1]))
            self.pages.setCurrentWidget(self.impossible)
        self.panel.show_state(state, out)
        self._fit_size()
        self.checking.show()
        self.tell()

    def _show_picture(self, state: ConvolutionState) -> None:
        """The page "On a picture", made when it is first asked for."""
        if self.picture is None:
            from gui.labs.convolution.picture_page import PicturePage

            self.picture = PicturePage(self)
            self.picture.set_density(self._density)
            self.picture.set_presenting(self.presenting)
            self.pages.addWidget(self.picture)
        self.player.playback.pause()
        self.editor.close()
        self._valid = state
        arrived = self.pages.currentWidget() is not self.picture
        self.pages.setCurrentWidget(self.picture)
        self.picture.show_state(state)
        if arrived:
            self.picture.setFocus()
        view = self.picture.view
        self.panel.show_state(replace(state, size=view.picture.shape, x=()), (1, *view.output.shape))
        self._fit_size()
        self.checking.show()
        self.tell()

    def _fit_size(self) -> None:
        self.panel.fit_size(size_shown=self._size_on_stage())

    def _size_on_stage(self) -> bool:
        """Whether the stage shows the arithmetic of the output's size."""
        scene = self.player.scene
        shown = self.pages.currentWidget() is self.player and self._state.page is Page.STEPS
        return shown and isinstance(scene, LabScene) and scene.wanted is not None and bool(scene.layout.size.isValid())

    # -- what the user does ---------------------------------------------------------------------------------------

    def open_preset(self, preset: Preset) -> None:
        self.change(preset.state)

    def to_filter(self, by: int) -> None:
        """To the same place under another filter."""
        self.to_same_place(by, of=self._state.out_channels)

    def new_numbers(self) -> None:
        """Other random numbers everywhere."""
        self.change(cells.renewed(self._state))

    def _choose_page(self, page: str) -> None:
        self.show_page(Page(page))

    def show_page(self, page: Page) -> None:
        """Go to another page; on a picture a small kernel begins with padding, so that the size stays."""
        self.change(replace(self._state, page=page))

    def _choose_axes(self, axes: int) -> None:
        self.change(fitted(self._state, axes=axes).repaired()[0])

    def _choose_kind(self, kind: str) -> None:
        """Convolution, transposed or causal, with what does not go with it put right."""
        wanted = replace(self._state, transposed=kind == "transposed", causal=kind == "causal", step=0)
        if wanted.transposed != self._state.transposed:
            wanted = replace(wanted, w=(), check=False)
        self.change(wanted.repaired()[0])

    def _cell_changed(self, part: str, index: Any, value: float) -> None:
        self.change(cells.with_value(self._state, part, index, value))

    def _pasted(self, part: str, index: Any, text: str) -> None:
        try:
            block = cells.block_of(text)
        except ValueError as problem:
            self.context.notices.failed("The clipboard cannot be pasted here", f"{str(problem).capitalize()}.")
            return
        state, taken = cells.with_block(self._state, part, index, block)
        count = sum(len(row) for row in block)
        if taken < count:
            self.context.notices.noticed(f"{taken} of {count} pasted numbers had a place from here on.")
        self.editor.close()
        self.change(state)

    def paste_numbers(self) -> None:
        """The clipboard's numbers: from the cell under the mouse on, else as the whole input."""
        text = QGuiApplication.clipboard().text()
        hit, scene = self.player.stage.hit, self.editor.scene
        target = None
        if hit is not None and scene is not None:
            target = scene.target_at(hit.rect.center(), self.player.index)
        if target is not None and target.part != "y":
            self._pasted(target.part, target.index, text)
            return
        try:
            self.change(cells.with_input(self._state, cells.block_of(text)))
        except ValueError as problem:
            self.context.notices.failed("The clipboard cannot be pasted here", f"{str(problem).capitalize()}.")

    def _switch_colours(self, on: bool) -> None:
        self.change(replace(self._state, colours=on))

    def _switch_stretched(self, on: bool) -> None:
        self.change(replace(self._state, stretched=on, step=0))

    def _to_nearest(self) -> None:
        self.change(self._state.repaired()[0])

    def _to_last(self) -> None:
        self.change(self._valid)

    def _step_changed(self, index: int) -> None:
        """Playing is no step to undo; the link leads to where it is."""
        if self.possible:
            self._state = self._valid = replace(self._state, step=index)
            self.checking.step_changed(index)

    def hold_place(self, at: tuple[int, int]) -> None:
        """The place on the picture where playing stands; it is no step to undo, but the link leads there."""
        self._state = self._valid = replace(self._state, at=at)
        self.signals.status.emit(self.status)

    def _tell_copied(self) -> None:
        self.context.notices.noticed("Code copied")


def preset_name(state: ConvolutionState) -> str:
    """The example that a State is, whatever step or page it shows; "" if it is none."""
    plain = replace(state, step=0, page=Page.STEPS, colours=False, stretched=False, lesson="")
    return next((entry.name for entry in PRESETS if replace(entry.state, step=0, stretched=False) == plain), "")


def _same_question(before: ConvolutionState, after: ConvolutionState) -> bool:
    """Whether the answers given so far are answers to this State too."""
    looks = {"step": 0, "page": Page.STEPS, "colours": False, "stretched": False, "lesson": ""}
    return replace(before, **looks) == replace(after, **looks)  # type: ignore[arg-type]
