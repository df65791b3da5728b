"""The step player as the lab shows it: without its header, with the lab's own stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.labs.convolution.scene import Answers, LabScene
from gui.labs.convolution.state import ConvolutionState, played, stamped
from gui.labs.convolution.stretched import stretched_trace
from gui.theme import Theme
from gui.views.player import Names, PlayerView, Scene

if TYPE_CHECKING:
    from gui.labs.convolution.matrix_view import MatrixView


class LabPlayer(PlayerView):
    """Plays a State. `show_state` raises TraceError for one that cannot be computed.

    `typed(str)`: a digit or a minus.
    """

    typed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.state: ConvolutionState | None = None
        self.answers: Answers | None = None
        self.matrix: MatrixView | None = None
        for part in (self.breadcrumb, self.live, self.close_button):
            part.hide()
        layout = self.layout()
        first = None if layout is None else layout.itemAt(0)
        header = None if first is None else first.layout()
        if header is not None:
            header.setContentsMargins(0, 0, 0, 0)

    def show_state(self, state: ConvolutionState, answers: Answers | None) -> None:
        """Show this convolution at its step; playing goes on where only numbers differ."""
        made: Any = played(state)
        names = Names()
        if state.transposed and not stamped(state):
            wide = stretched_trace(state)
            if wide is not None:
                made, names = wide, Names(inputs=("Stretched",))
        same = self.trace is not None and _alike(self.trace, made) and self.names == names
        self.state, self.answers = state, answers
        if same and self.scene is not None and hasattr(self.scene, "answers"):
            self.scene.state, self.scene.answers = state, answers  # type: ignore[attr-defined]
        if same:
            self._later.stop()  # the user's own edit is shown at once
            self.refresh(made)
            if state.step != self.index and not self.playback.playing:
                self.go_to(state.step)
        else:
            self.set_trace(made, names=names, start_index=min(state.step, len(made) - 1))

    def _show_scene(self, scene: Scene) -> None:
        if self.state is not None and scene.trace.name == "stamping":
            from gui.labs.convolution.stamp_scene import LabStampScene

            scene = LabStampScene(scene.trace, self.names, self.state, self.answers)
        elif self.state is not None and scene.trace.name == "convolution" and self.state.axes == 3:
            from gui.labs.convolution.volume import VolumeScene

            scene = VolumeScene(scene.trace, self.names, self.state, self.answers)
        elif self.state is not None and scene.trace.name == "convolution":
            scene = LabScene(scene.trace, self.names, self.state, self.answers)
        super()._show_scene(scene)

    def show_matrix(self, shown: bool) -> None:
        """Show the matrix multiplication in the stage's place, or the stage; the rest of the player stays."""
        if shown and self.matrix is None:
            from gui.labs.convolution.matrix_view import MatrixView

            self.matrix = MatrixView(self.theme, self)
            self.matrix.step_wanted.connect(self.go_to)
            self.step_changed.connect(self.matrix.show_step)
            layout = self.layout()
            if isinstance(layout, QVBoxLayout):
                layout.insertWidget(layout.indexOf(self.stage), self.matrix, 1)
        if self.matrix is not None:
            self.matrix.setVisible(shown)
            if shown:
                self.matrix.show_trace(self.trace, self.index)
        self.stage.setVisible(not shown)

    def _hinted(self, hint: str) -> None:
        """Numbers are edited here: the hint says how."""
        hit = self.stage.hit
        if hint and hit is not None and hasattr(self.scene, "target_at"):
            if hit.part == "kernel" or (hit.part == "input" and hit.input_index is not None):
                hint = "Click: type a number. Drag up or down, or turn the wheel: change it"
            elif hit.part == "output" and self.answers is not None:
                hint = "Click: type what you expect here"
        super()._hinted(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if len(text) == 1 and text in "0123456789-":
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def repaint_stage(self) -> None:
        """What the scene shows has changed without newer numbers: colours, answers."""
        self._formula_of = None
        self.stage.refresh()
        self._show()


def _alike(before: Any, after: Any) -> bool:
    """Whether newer numbers fit the same places."""
    if before.name != after.name or before.output.shape != after.output.shape:
        return False
    shapes = [[array.shape for array in (*each.inputs, *each.weights.values())] for each in (before, after)]
    parameters = ("stride", "pads", "dilation", "groups", "padding_mode", "flip", "padding", "output_padding")
    return shapes[0] == shapes[1] and all(
        getattr(before, name, None) == getattr(after, name, None) for name in parameters
    )
