"""The step player: one for all traces. Title, stage, formula and bar; live numbers while training goes on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme import Theme
from gui.theme.controls import IconButton, Segmented, set_theme_below
from gui.views.player.breadcrumb import Breadcrumb
from gui.views.player.drawing.look import LARGE, SMALL, Sizes, sizes_for
from gui.views.player.formula_line import FormulaLine
from gui.views.player.playback import Playback
from gui.views.player.scenes.choice import scene_of
from gui.views.player.scenes.scene import Names, Scene
from gui.views.player.stage import StepStage
from gui.views.player.transport import Transport

FRAME_MS = 12
_OFF = "switched off: whatever this comes to, 0 is handed on"
REFRESH_MS = 60  # newer numbers are shown at most this often
_KEYS = {
    Qt.Key.Key_Space,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_BracketLeft,
    Qt.Key.Key_BracketRight,
    Qt.Key.Key_Escape,
}


class PlayerView(QWidget):
    """Plays a trace step by step. It knows no engine: `set_trace` gives it a trace, `refresh` newer numbers.

    `closed` (Esc or the close button); `cell_activated(index, source)`: an input cell was double-clicked, its index
    (tuple of ints) into input number `source` of the trace; `step_changed(int)`; `live_changed(bool)` the user froze
    the numbers or let them run again; `hint_changed(str)` a line for the status bar.

    Time comes from one timer that runs only while something moves; `advance(ms)` lets time pass without it.
    """

    closed = Signal()
    cell_activated = Signal(object, int)
    step_changed = Signal(int)
    live_changed = Signal(bool)
    hint_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.playback = Playback(1)
        self.names = Names()
        self._scene: Scene | None = None
        self._pending: Any = None
        self._told = -1
        self._formula_of: tuple[int, int] | None = None
        self._holders: set[str] = set()

        self.breadcrumb = Breadcrumb(theme, self)
        self.live = Segmented((("live", "Live"), ("frozen", "Frozen")), theme, self)
        self.live.setToolTip("Live follows the training; Frozen holds these numbers")
        self.close_button = IconButton("close", "Close (Esc)", theme, self)
        self.stage = StepStage(theme, self)
        self.formula = FormulaLine(theme, self)
        self.transport = Transport(theme, self)
        header = QHBoxLayout()
        header.setContentsMargins(24, 8, 16, 4)
        header.setSpacing(12)
        header.addWidget(self.breadcrumb, 1)
        header.addWidget(self.live)
        header.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.formula)
        layout.addWidget(self.transport)

        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)

        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REFRESH_MS)
        self._later.timeout.connect(self._apply)

        self.live.changed.connect(self._live_chosen)
        self.close_button.clicked.connect(self.closed)
        self.stage.term_hovered.connect(self.formula.set_term)
        self.formula.term_hovered.connect(self.stage.set_term)
        self.stage.held.connect(self._held_by_stage)
        self.formula.held.connect(self._held_by_formula)
        self.stage.step_wanted.connect(self.go_to)
        self.stage.cell_activated.connect(self.cell_activated)
        self.stage.hinted.connect(self._hinted)
        self.transport.toggled.connect(self.toggle)
        self.transport.stepped.connect(self.step)
        self.transport.jumped.connect(self.go_to)
        self.transport.speed_chosen.connect(self.set_speed)
        self.transport.loop_chosen.connect(self.set_loop)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(False)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # -- what is played -------------------------------------------------------------------------------------------

    def set_trace(
        self, trace: Any, *, title: str = "", names: Names | None = None, start_index: int | Sequence[int] = 0
    ) -> None:
        """Play another trace (of `engine.traces`), paused at a step: its number, or the index of its output cell.

        Raises IndexError for an output cell that does not exist.
        """
        start = start_index if isinstance(start_index, int) else trace.position_of(tuple(start_index))
        self.names = names if names is not None else Names()
        self._pending = None
        speed, loop = self.playback.speed, self.playback.loop
        self.playback = Playback(len(trace), start)
        self.playback.speed, self.playback.loop = speed, loop
        self._title = title or self.names.title
        self._show_scene(scene_of(trace, self.names))

    def refresh(self, trace: Any) -> None:
        """Newer numbers of the same operation; position and playing go on. While frozen they wait."""
        if self._scene is None:
            raise ValueError("there is nothing to refresh: set_trace comes first")
        self._pending = trace
        if self.is_live and not self._later.isActive():
            self._apply()

    def _apply(self) -> None:
        """Show the newest numbers; those that come soon after wait, for training has better use of the time."""
        trace, self._pending = self._pending, None
        if trace is None or self._scene is None or not self.is_live:
            return
        if self.isVisible():
            self._later.start()
        same = _shapes(trace) == _shapes(self._scene.trace)
        self._formula_of = None
        if same:
            self._scene.replace(trace)
            self.stage.refresh()
            self._show()
            return
        self.playback.resize(len(trace))
        self._show_scene(scene_of(trace, self.names))

    def _show_scene(self, scene: Scene) -> None:
        self._scene = scene
        self._formula_of, self._told = None, -1
        self.stage.set_scene(scene, self.playback.moment)
        self.transport.set_segments(scene.segments())
        self._show()
        self._run_or_rest()

    @property
    def scene(self) -> Scene | None:
        return self._scene

    @property
    def trace(self) -> Any:
        """The trace that is shown; None before there is one."""
        return None if self._scene is None else self._scene.trace

    @property
    def index(self) -> int:
        """The number of the current step."""
        return self.playback.index

    @property
    def is_live(self) -> bool:
        """Whether newer numbers are shown as they come."""
        return self.live.value == "live"

    def set_live(self, live: bool) -> None:
        """Follow newer numbers, or hold these."""
        if live != self.is_live:
            self.live.set_value("live" if live else "frozen")
            self._live_chosen(self.live.value)

    def _live_chosen(self, value: str) -> None:
        if value == "live":
            self._apply()
        self.live_changed.emit(value == "live")

    # -- playing --------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or pause."""
        self.playback.toggle()
        self._show()
        self._run_or_rest()

    def step(self, by: int) -> None:
        """So many steps on or back."""
        self.playback.step(by)
        self._show()
        self._run_or_rest()

    def go_to(self, index: int) -> None:
        """To a step."""
        self.playback.jump(index)
        self._show()
        self._run_or_rest()

    def set_speed(self, speed: float) -> None:
        """1/4 … 16 times."""
        self.playback.speed = speed
        self._show()

    def set_loop(self, loop: bool) -> None:
        """Begin anew after the last step, or stop there."""
        self.playback.loop = loop

    def advance(self, milliseconds: float) -> None:
        """Let time pass."""
        if self.playback.advance(milliseconds):
            self._show()
        self._run_or_rest()

    def _tick(self) -> None:
        self.advance(float(self._clock.restart()))

    def _run_or_rest(self) -> None:
        """The timer runs only while something moves and can be seen."""
        if self.playback.moving and self.isVisible():
            if not self._timer.isActive():
                self._clock.start()
                self._timer.start()
        elif self._timer.isActive():
            self._timer.stop()
            self._show()

    @property
    def is_running(self) -> bool:
        """Whether the timer runs."""
        return self._timer.isActive()

    def _held_by_stage(self, held: bool) -> None:
        self._hold("stage", held)

    def _held_by_formula(self, held: bool) -> None:
        self._hold("formula", held)

    def _hold(self, holder: str, held: bool) -> None:
        """While the mouse is over a number, playing waits."""
        (self._holders.add if held else self._holders.discard)(holder)
        now = bool(self._holders) and self.playback.playing
        if now != self.playback.held:
            self.playback.held = now
            if now and self._scene is not None:
                self.hint_changed.emit("Held while the mouse is over a number")
            else:
                self._tell_hint()
            self._run_or_rest()

    # -- showing --------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        scene = self._scene
        if scene is None:
            return
        playback = self.playback
        if self._holders and not playback.playing:
            playback.held = False
        index = playback.index
        self.stage.set_moment(playback.moment, settled=not playback.moving)
        newer = self._formula_of != (index, scene.version)
        if newer:
            self._formula_of = (index, scene.version)
            self.formula.set_formula(scene.formula(index))
            off = self._off.intersection(scene.trace.index_of(index)[:1])
            self.breadcrumb.show_text(self._title, scene.where(index), scene.hint(index), _OFF if off else "")
        self.transport.show_playback(playback)
        if index != self._told:
            self._told = index
            self.step_changed.emit(index)
            self._tell_hint()
        elif newer and self.stage.hit is None and not playback.playing:
            self._tell_hint()

    def _hinted(self, hint: str) -> None:
        if self.playback.playing:
            return  # then being held is what matters
        if hint:
            self.hint_changed.emit(hint)
        else:
            self._tell_hint()

    def _tell_hint(self) -> None:
        if self._scene is not None:
            self.hint_changed.emit(self._scene.hint(self.playback.index))

    def set_switched_off(self, maps: Collection[int]) -> None:
        """These maps of the output are switched off: the steps are as ever, but the title says what is handed on."""
        if self._off != frozenset(maps):
            self._off, self._formula_of = frozenset(maps), None
            self._show()

    _title, _off = "", frozenset[int]()
    _presenting = False

    def set_theme(self, theme: Theme) -> None:
        """Draw in this theme from now on."""
        self.theme = theme
        set_theme_below(self, theme)
        for part in (self.breadcrumb, self.stage, self.formula, self.transport):
            part.set_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.stage)
        painter.fillRect(QRectF(0, self.stage.y() - 1, self.width(), 1), self.theme.border)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_sizes()
        super().resizeEvent(event)

    def set_presenting(self, on: bool) -> None:
        """The formula in its largest type, to be read from afar; the stage fills its room by itself."""
        self._presenting = on
        self._fit_sizes()

    def formula_sizes(self) -> Sizes:
        """The sizes of the formula now."""
        return LARGE if self._presenting else sizes_for(self.width(), self.height())

    def _fit_sizes(self) -> None:
        self.formula.set_sizes(self.formula_sizes())
        self.transport.set_small(sizes_for(self.width(), self.height()) is SMALL)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._apply()
        self._run_or_rest()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._later.stop()
        super().hideEvent(event)

    # -- keyboard -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and Qt.Key(event.key()) in _KEYS
            and not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):
            event.accept()  # the player's keys are its own while it has the focus, whatever the window uses them for
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self.toggle()
        elif key == Qt.Key.Key_Left:
            self.step(-far)
        elif key == Qt.Key.Key_Right:
            self.step(far)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stage.turn_over(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Home:
            self.go_to(0)
        elif key == Qt.Key.Key_End:
            self.go_to(self.playback.count - 1)
        elif key == Qt.Key.Key_BracketLeft:
            self.set_speed(self.playback.slower())
        elif key == Qt.Key.Key_BracketRight:
            self.set_speed(self.playback.faster())
        elif key == Qt.Key.Key_Escape:
            if not self.stage.unpin():
                self.closed.emit()
        else:
            super().keyPressEvent(event)


def _shapes(trace: Any) -> tuple[Any, ...]:
    """What must stay the same for newer numbers to fit the same places."""
    inputs = tuple(array.shape for array in trace.inputs)
    weights = tuple((role, array.shape) for role, array in trace.weights.items())
    return trace.name, inputs, weights, trace.output.shape
