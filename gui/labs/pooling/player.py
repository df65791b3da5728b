"""The step player as the pooling lab shows it: two poolings on the stage, facts below, a formula for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QRegion
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.labs.pooling.facts import FactsRow
from gui.labs.pooling.lanes import Lane, lanes, obstacle
from gui.labs.pooling.scene import Answers, ComparisonScene
from gui.labs.pooling.state import Compare, PoolingState
from gui.theme import Theme
from gui.views.player import FormulaLine, Moment, PlayerView, Scene
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import LARGE, REGULAR, SMALL, Sizes


class PoolingPlayer(PlayerView):
    """Plays a State. `shift_chosen((down, right))` comes from its facts, `typed(str)`: a digit or a minus."""

    shift_chosen = Signal(object)
    typed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.state: PoolingState | None = None
        self._answers: Answers | None = None
        for part in (self.breadcrumb, self.live, self.close_button):
            part.hide()
        self.facts = FactsRow(theme, self)
        self.facts.shift_chosen.connect(self.shift_chosen)
        self.second = FormulaLine(theme, self)
        self.second.setAccessibleName("Formula of the pooling beside")
        self.second.term_hovered.connect(self.stage.set_term)
        self.second.held.connect(self._held_by_second)
        self.stage.term_hovered.connect(self.second.set_term)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        first = layout.itemAt(0)
        header = first.layout() if first is not None else None
        if header is not None:
            header.setContentsMargins(0, 0, 0, 0)
        layout.insertWidget(layout.indexOf(self.stage) + 1, self.facts)
        at = layout.indexOf(self.formula)
        layout.removeWidget(self.formula)
        both = QHBoxLayout()
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self.formula, 1)
        both.addWidget(self.second, 1)
        layout.insertLayout(at, both)

    def show_state(self, state: PoolingState, answers: Answers | None = None) -> None:
        """Show this pooling at its step; playing goes on where only numbers differ. `answers` while checking."""
        made = lanes(state)
        scene = self._scene
        same = (
            isinstance(scene, ComparisonScene)
            and self.state is not None
            and [(lane.function, lane.trace.output.shape) for lane in scene.lanes]
            == [(lane.function, lane.trace.output.shape) for lane in made]
            and _windows(self.state) == _windows(state)
        )
        self.state, self._answers = state, answers
        if same and isinstance(scene, ComparisonScene):
            scene.lanes = made
            self._set_answers(scene)
            scene.replace(made[0].trace)
            self._formula_of = None
            self.facts.show_state(state, scene)
            self.stage.refresh()
            if state.step != self.index and not self.playback.playing:
                self.go_to(state.step)
            else:
                self._show()
        else:
            self.set_trace(made[0].trace, start_index=min(state.step, len(made[0].trace) - 1))

    def formulas_text(self) -> tuple[str, ...]:
        """Both formulas as plain text."""
        return tuple(line.text().strip() for line in (self.formula, self.second))

    def show_answers(self, answers: Answers | None) -> None:
        """While checking, what was typed by (lane, step); None when nothing is hidden."""
        self._answers = answers
        if isinstance(self._scene, ComparisonScene):
            self._set_answers(self._scene)
            self._formula_of = None
            self.stage.refresh()
            self.facts.update()
            self._show()

    def _set_answers(self, scene: ComparisonScene) -> None:
        scene.checking = self._answers is not None
        scene.answers = self._answers if self._answers is not None else {}

    @property
    def comparison(self) -> ComparisonScene:
        """The stage of the lab. ValueError before there is a state."""
        if not isinstance(self._scene, ComparisonScene):
            raise ValueError("there is no pooling on the stage: show_state comes first")
        return self._scene

    def _show_scene(self, scene: Scene) -> None:
        if self.state is not None:
            made = lanes(self.state)
            note = obstacle(self.state) if self.state.compare is not Compare.NONE else ""
            scene = _scene(made, note, axes=self.state.axes)
            self._set_answers(scene)
            self.second.setVisible(len(made) > 1)
            self.facts.show_state(self.state, scene)
        super()._show_scene(scene)

    def _show(self) -> None:
        scene = self._scene
        fresh = scene is not None and self._formula_of != (self.playback.index, scene.version)
        super()._show()
        if isinstance(scene, ComparisonScene):
            self.facts.show_step(self.playback.index)
            if fresh:
                found = scene.formulas(self.playback.index)
                self.formula.set_formula(found[0])
                self.second.set_formula(found[1] if len(found) > 1 else None)

    def _held_by_second(self, held: bool) -> None:
        self._hold("second", held)

    def frames(self, scale: float) -> Iterator[tuple[QImage, int]]:
        """(picture, milliseconds) of each step of the play-through: the stage and both formulas."""
        from gui.film import LAST_MS, MOST, STEP_MS

        count, before = min(self.playback.count, MOST), self.index
        self.playback.pause()
        try:
            for step in range(count):
                self.go_to(step)
                yield self.still(scale), STEP_MS if step + 1 < count else LAST_MS
        finally:
            self.go_to(before)

    @contextmanager
    def emptied(self) -> Iterator[None]:
        """The stage without its scene for a while: what it keeps are pictures, which vectors take the place of."""
        scene = self.stage.scene
        self.stage.set_scene(None)
        try:
            yield
        finally:
            self.stage.set_scene(scene)

    def paint_stage(self, painter: QPainter) -> None:
        """The stage at rest as vectors, text as text."""
        painter.fillRect(self.stage.rect(), self.theme.stage)
        ink = Ink(painter, vector=True)
        index = self.playback.index
        self.comparison.render(ink, self.stage.look, Moment(index, index))
        ink.flush()

    def still(self, scale: float = 1.0) -> QImage:
        """The stage with the formulas below it, as they are now, `scale` pixels to a logical one."""
        width, height = self.width(), self.stage.height() + self.formula.height()
        image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(self.theme.stage)
        flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
        self.stage.render(image, QPoint(0, 0), QRegion(), flags)
        for line in (self.formula, self.second):
            if not line.isHidden():
                line.render(image, QPoint(line.x(), self.stage.height()), QRegion(), flags)
        image.setDevicePixelRatio(1.0)
        return image

    def _hinted(self, hint: str) -> None:
        """On numbers of the input the mouse can do more here than in a network."""
        if hint.startswith("Click: keep it lit"):
            hint = "Click: keep it lit. Double-click, type, drag or turn the wheel: change it"
        super()._hinted(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.text()
            and event.text() in "0123456789-"
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.facts.set_theme(theme)
        self.second.set_theme(theme)

    def _fit_sizes(self) -> None:
        sizes = SMALL if self.height() < 760 or self.width() < 1100 else self._sizes()
        self.facts.set_sizes(sizes)
        for line in (self.formula, self.second):
            line.set_sizes(LARGE if self._presenting else sizes)
        self.transport.set_small(sizes is SMALL)

    def _sizes(self) -> Sizes:
        return LARGE if self.width() >= 2000 and self.height() >= 1150 else REGULAR


def _scene(made: tuple[Lane, ...], note: str, *, axes: int) -> ComparisonScene:
    """The stage for signals and maps, or that for volumes."""
    if axes < 3:
        return ComparisonScene(made, note=note)
    from gui.labs.pooling.volume import VolumeComparison

    return VolumeComparison(made, note=note)


def _windows(state: PoolingState) -> tuple[object, ...]:
    """All that windows depend on: with the same, newer numbers fit the same places."""
    return (
        state.axes, state.kind, state.function, state.compare, state.size, state.channels, state.kernel, state.stride,
        state.padding, state.dilation, state.output_size, state.norm_type, state.ceil_mode, state.count_include_pad,
        state.check,
    )  # fmt: skip
