"""The pooling lab as a lab of the window: strips, stage, facts and panel around one State."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QRegion
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.labs import Context, Status
from gui.labs.pooling.editing import Editing
from gui.labs.pooling.fields import Fields
from gui.labs.pooling.lab_actions import actions as lab_actions
from gui.labs.pooling.lanes import lanes
from gui.labs.pooling.numbers import block_of, with_block
from gui.labs.pooling.panel import SidePanel
from gui.labs.pooling.parts import Places, describe, places
from gui.labs.pooling.picture import PicturePage
from gui.labs.pooling.player import PoolingPlayer
from gui.labs.pooling.presets import Preset, preset
from gui.labs.pooling.state import Compare, Function, Kind, Page, PoolingState, with_axes
from gui.labs.pooling.strip import Strip
from gui.labs.pooling.top_bar import TopBar
from gui.operation.lab import OperationLab
from gui.theme import Density, Theme

if TYPE_CHECKING:
    from gui.actions import Action
    from gui.lessons.panel import LessonPanel


class PoolingLab(OperationLab):
    """See `OperationLab`."""

    player: PoolingPlayer
    top: TopBar

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._state = PoolingState().repaired()[0]
        self._lesson: LessonPanel | None = None
        theme = context.theme
        self.top = TopBar(theme)
        self.strip = Strip(theme, self._widget)
        self.fields = Fields(theme, self._widget)
        self.player = PoolingPlayer(theme, self._widget)
        self.picture = PicturePage(theme, self._widget)
        self.panel = SidePanel(theme, self._widget)
        self.editing = Editing(self)
        self._right = QVBoxLayout()
        self._right.addWidget(self.panel)
        self.arrange(self.strip, self.fields, pages=(self.player, self.picture), right=self._right)
        self._connect()
        self.set_density(context.density)
        self.set_state(preset("max").state)

    def _connect(self) -> None:
        self.top.page_chosen.connect(self._choose_page)
        self.top.axes_chosen.connect(self._choose_axes)
        self.strip.kind_chosen.connect(self._choose_kind)
        self.strip.preset_chosen.connect(self.open_preset)
        self.fields.wanted.connect(self.change)
        self.fields.new_numbers.connect(self.new_numbers)
        self.player.step_changed.connect(self._step_changed)
        self.player.hint_changed.connect(self._player_hinted)
        self.player.shift_chosen.connect(self._choose_shift)
        self.picture.hint_changed.connect(self.tell_hint)
        self.picture.shift_chosen.connect(self._choose_shift)
        self.picture.picture_chosen.connect(self._choose_picture)
        self.panel.wanted.connect(self.change)
        self.panel.check_switched.connect(self._switch_check)
        self.panel.copied.connect(self._tell_copied)

    # -- what the window asks -------------------------------------------------------------------------------------

    @property
    def state(self) -> PoolingState:
        """What is shown, at the step where the player is now."""
        return replace(self._state, step=self.player.index)

    @property
    def status(self) -> Status:
        if self._state.page is Page.PICTURE:
            return Status(hint=self.hint or "Move over the picture for its numbers; drag it to shift it")
        return super().status

    @property
    def settled(self) -> bool:
        return not self.player.playback.moving

    def set_state(self, state: PoolingState) -> None:
        """Show a state; what cannot be computed is put right first."""
        state, _ = state.repaired()
        before, self._state = self._state, state
        if before.page is not state.page:
            self.hint = ""
        self.editing.state_changed(before, state)
        made = lanes(state)
        self.top.set_state(state)
        self.strip.set_state(state)
        self.fields.set_state(state)
        self.player.show_state(state, self.editing.answers)
        if state.page is Page.PICTURE:
            self.picture.show_state(state)
            self.panel.show_state(self.picture.state, self.picture.lanes, 0)
        else:
            self.panel.show_state(state, made, self.player.index)
        page = self.picture if state.page is Page.PICTURE else self.player
        if self.pages.currentWidget() is not page:
            self.pages.setCurrentWidget(page)
            page.setFocus()
        self.tell()

    def actions(self) -> Sequence[Action]:
        return lab_actions(self)

    def paint(self, painter: QPainter) -> bool:
        """The steps as vectors: the window's way for all but the stage and the facts, which draw text as text."""
        if self._state.page is not Page.STEPS:
            return False
        flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
        origin = painter.transform().map(QPoint(0, 0))
        painter.save()
        painter.resetTransform()
        with self.player.emptied():
            self._widget.render(painter, origin, QRegion(), flags)
        painter.restore()
        for part, paint in (
            (self.player.stage, self.player.paint_stage),
            (self.player.facts, self.player.facts.paint_vectors),
        ):
            painter.save()
            painter.translate(part.mapTo(self._widget, QPoint(0, 0)))
            paint(painter)
            painter.restore()
        return True

    def frames(self, scale: float) -> Iterable[QImage | tuple[QImage, int]]:
        """The stage and the formula at each step of the play-through; what is no play-through is one picture."""
        return self.player.frames(scale) if self._state.page is Page.STEPS else self.picture_of(scale)

    def places(self, part: str) -> Places:
        """See `gui.labs.Lab`."""
        return places(self, part)

    def describe(self) -> str:
        """See `gui.labs.Lab`."""
        return describe(self)

    def set_presenting(self, on: bool) -> None:
        """Only the stage and the player, for a projector."""
        self.presenting = on
        self.fit()
        self.player.set_presenting(on)

    def fit(self) -> None:
        shown = not self.presenting
        for part in (self.strip, self.fields):
            part.setVisible(shown)
        if self._lesson is not None:
            self._lesson.setVisible(shown)
        self.panel.setVisible(shown and self.is_roomy)
        self.panel.set_short(not self.is_tall)
        self.player.facts.setVisible(shown and self.is_tall)

    def set_lesson_panel(self, lesson: LessonPanel | None) -> None:
        """A lesson stands above the panel, in place of the lab's own words."""
        if self._lesson is not None:
            self._right.removeWidget(self._lesson)
        self._lesson = lesson
        self.panel.set_words_shown(lesson is None)
        if lesson is not None:
            self._right.insertWidget(0, lesson, 100)  # it takes all the room that the panel leaves

    def set_theme(self, theme: Theme) -> None:
        for part in (self.top, self.strip, self.fields, self.player, self.picture, self.panel, self.editing):
            part.set_theme(theme)

    def set_density(self, density: Density) -> None:
        for part in (self.top, self.strip, self.fields, self.panel):
            part.set_density(density)

    def set_active(self, active: bool) -> None:
        if active:
            self.player.setFocus()
        else:
            self.stop()
        self.tell()

    # -- what the user does ---------------------------------------------------------------------------------------

    def change(self, state: PoolingState) -> None:
        """The user wants this state: the nearest that can be computed is shown, one step to undo."""
        state, messages = state.repaired()
        if state != self.state:
            super().change(state)
            self.tell_hint(" ".join(messages))

    def open_preset(self, preset: Preset) -> None:
        self.change(preset.state)

    def to_channel(self, by: int) -> None:
        """To the same place in another channel."""
        self.to_same_place(by, of=self._state.channels)

    def new_numbers(self) -> None:
        """Other random numbers in all cells."""
        self.change(replace(self._state, x=(), seed=(self._state.seed + 1) % 10_000))

    def paste_numbers(self) -> None:
        """The clipboard's numbers as the input, rows and columns as they come; on the picture page its picture."""
        if self._state.page is Page.PICTURE:
            self._paste_picture()
            return
        block = block_of(QGuiApplication.clipboard().text())
        if not block:
            self.context.notices.failed(
                "There are no numbers to paste",
                "The clipboard holds no rows of numbers.",
                advice="Copy rows of numbers, separated by spaces, tabs, commas or semicolons.",
            )
            return
        self.change(with_block(self._state, block))

    def _paste_picture(self) -> None:
        if not self.picture.use_image(QGuiApplication.clipboard().image(), "Pasted picture"):
            self.context.notices.failed(
                "There is no picture to paste",
                "The clipboard holds no picture.",
                advice="Copy a picture, or drop a file here.",
            )

    def _choose_kind(self, name: str) -> None:
        kind, state = Kind(name), self._state
        function = state.function
        if kind in (Kind.GLOBAL, Kind.ADAPTIVE) and state.sliding:
            function = Function.AVERAGE
        main = Function(name) if kind.value in Function._value2member_map_ else function
        compare = state.compare
        if compare.value == main.value or (compare is Compare.LP and kind in (Kind.GLOBAL, Kind.ADAPTIVE)):
            compare = Compare.AVERAGE if main is Function.MAX else Compare.MAX
        padding = (0,) * state.axes if kind is Kind.LP else state.padding
        dilation = state.dilation if kind is Kind.MAX else (1,) * state.axes
        self.change(
            replace(state, kind=kind, function=function, compare=compare, padding=padding, dilation=dilation, step=0)
        )

    def _choose_page(self, page: str) -> None:
        self.change(replace(self._state, page=Page(page)))

    def _choose_axes(self, axes: int) -> None:
        self.change(with_axes(self._state, axes))

    def _choose_shift(self, shift: tuple[int, int]) -> None:
        self.change(replace(self._state, shift=shift))

    def _choose_picture(self, name: str) -> None:
        self.change(replace(self._state, picture=name))

    def _switch_check(self, on: bool) -> None:
        self.change(replace(self._state, check=on, step=0 if on else self._state.step))
        if self._state.check and self._state.page is Page.STEPS:
            self.editing.answer(0)

    def toggle_check(self) -> None:
        self._switch_check(not self._state.check)

    # -- what happens ---------------------------------------------------------------------------------------------

    def _step_changed(self, index: int) -> None:
        if index != self._state.step and not self.player.playback.playing:
            self._state = replace(self._state, step=index)
        self.hint = ""
        if self._state.page is Page.STEPS:
            self.panel.show_step(self.player.comparison.lanes, index)
        if not self.player.playback.playing:
            self.tell()

    def _player_hinted(self, hint: str) -> None:
        if self._state.page is Page.STEPS:
            self.tell_hint(hint)

    def _tell_copied(self) -> None:
        self.tell_hint("Copied: a program with these numbers")
