"""The timeline as an animation: the window at each recorded moment, with what was known then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtGui import QImage

from engine import messages
from engine.messages.film import AskEvaluation

if TYPE_CHECKING:
    from gui.labs.studio.film import Film

_WAIT_MS = 20_000
_MOST_FRAMES = 48
_FRAME_MS, _LAST_MS = 250, 2000
_CALM_MS = 3000
"""How long a frame waits for what is answered in its own time: the film strip's maps, what a layer's page asks."""
_NUMBERS_MS = 200
"""How long numbers on the stage take to follow: they are written less often than maps are painted."""


def stops(film: Film) -> list[int | None]:
    """The recorded steps that become frames, no more than 48 of them, and None for the present."""
    experiment = film.lab.experiment
    earlier = [step for step in experiment.recorded if step < experiment.step]
    return [*earlier[:: -(-len(earlier) // _MOST_FRAMES) or 1], None]


def frames(film: Film, scale: float) -> Iterator[tuple[QImage, int]]:
    """The window at each recorded moment, with the confusion matrix of then; the last one stays longer.

    The moment that was looked at is shown again at the end. ValueError if a moment is not shown in time.
    """
    from gui.export import picture

    lab, before = film.lab, film.looked
    window: Any = lab.context.window_widget
    lab.timeline.stop()
    if lab.experiment.training:
        lab.send(messages.Pause())
        _wait(lambda: not lab.experiment.training)
    judged = lab.experiment.evaluated is not None and film.is_quick()
    try:
        for step in stops(film):
            lab.timeline.choose(step)
            _wait(lambda step=step: film.looked == step)  # type: ignore[misc]
            film.leave_alone()
            if judged and step is not None:
                lab.send(AskEvaluation(step))
                _wait(lambda step=step: film.judged == step)  # type: ignore[misc]
            settle = QDeadlineTimer(_NUMBERS_MS)
            _wait(settle.hasExpired)
            _wait(lambda: lab.settled and not film.edges_awaited, patience=_CALM_MS)
            yield picture(window, scale=scale), _LAST_MS if step is None else _FRAME_MS
    finally:
        lab.timeline.choose(before)


def _wait(ready: Callable[[], bool], *, patience: int | None = None) -> None:
    """Let the window live until something is so; ValueError if it does not come, without a `patience` of one's own
    in milliseconds, after which it is done without."""
    deadline = QDeadlineTimer(_WAIT_MS if patience is None else patience)
    loop, timer = QEventLoop(), QTimer()

    def look() -> None:
        if ready() or deadline.hasExpired():
            loop.quit()

    timer.timeout.connect(look)
    timer.start(5)
    if not ready():
        loop.exec()
    timer.stop()
    if patience is None and not ready():
        raise ValueError("a recorded moment was not shown in time")
