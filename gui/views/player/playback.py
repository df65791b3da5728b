"""Where the player is and how it moves on: a clock that is told how much time has passed. No Qt, no timer."""

from __future__ import annotations

from dataclasses import dataclass

STEP_MS = 250.0  # of a step at 1x
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_BUILD_UP_TO = 2.0  # faster, a step lasts four frames or less: the window still glides, all else is there at once


@dataclass(frozen=True)
class Moment:
    """What the stage shows: step `index`, `phase` of the way (0 … 1) there from step `previous`.

    `build` says whether the parts of the step appear one after the other or are all there.
    """

    index: int
    previous: int
    phase: float = 1.0
    build: bool = False

    @property
    def done(self) -> bool:
        return self.phase >= 1.0


class Playback:
    """Position and motion over `count` steps (at least 1)."""

    def __init__(self, count: int, index: int = 0) -> None:
        if count < 1:
            raise ValueError("there is nothing to play: a trace has at least one step")
        self.count = count
        self.index = min(max(index, 0), count - 1)
        self.previous = self.index
        self.phase = 1.0
        self.playing = False
        self.held = False
        self.loop = False
        self.speed = 1.0
        self._forward = True

    @property
    def moving(self) -> bool:
        """Whether time changes anything now: only then a timer needs to run."""
        return not self.held and (self.playing or self.phase < 1.0)

    @property
    def moment(self) -> Moment:
        if self.phase >= 1.0:
            return Moment(self.index, self.index)
        return Moment(self.index, self.previous, self.phase, self._forward and self.speed <= _BUILD_UP_TO)

    def resize(self, count: int) -> None:
        """Another number of steps; the position stays where it can."""
        if count < 1:
            raise ValueError("there is nothing to play: a trace has at least one step")
        self.count = count
        if self.index >= count or self.previous >= count:
            self.index = min(self.index, count - 1)
            self.previous, self.phase = self.index, 1.0

    def advance(self, milliseconds: float) -> bool:
        """Let time pass; returns whether anything has changed."""
        if not self.moving or milliseconds <= 0:
            return False
        self.phase += milliseconds * self.speed / STEP_MS
        if not self.playing:
            self.phase = min(self.phase, 1.0)
            return True
        whole = int(self.phase)
        if whole:
            self._move_on(whole)
        return True

    def _move_on(self, steps: int) -> None:
        target = self.index + steps
        if target < self.count:
            self.previous, self.index, self.phase = target - 1, target, self.phase - steps
        elif self.loop:
            self.index, self.phase = target % self.count, self.phase - steps
            self.previous = (self.index - 1) % self.count
        else:
            self.index = self.previous = self.count - 1
            self.phase, self.playing = 1.0, False
        self._forward = True

    def play(self) -> None:
        """Play from here; from the first step if the last is done."""
        if self.index == self.count - 1 and self.phase >= 1.0:
            self.index = self.previous = 0
            self.phase = 0.0
            self._forward = True
        self.playing = True

    def pause(self) -> None:
        """Stop playing; what is moving arrives."""
        self.playing = False

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def step(self, by: int) -> None:
        """So many steps on (or back), not beyond the ends. A single step moves, more jump. Pauses."""
        self.pause()
        target = min(max(self.index + by, 0), self.count - 1)
        if target == self.index:
            self.phase = 1.0
            return
        self.previous, self.index = self.index, target
        self._forward = by > 0
        self.phase = 0.0 if abs(by) == 1 else 1.0

    def jump(self, index: int) -> None:
        """To a step, at once. It goes on playing from there if it was playing."""
        self.index = self.previous = min(max(index, 0), self.count - 1)
        self.phase = 1.0 if not self.playing else 0.0
        self._forward = True

    def faster(self) -> float:
        """The next higher speed; returns it."""
        self.speed = next((speed for speed in SPEEDS if speed > self.speed), SPEEDS[-1])
        return self.speed

    def slower(self) -> float:
        self.speed = next((speed for speed in reversed(SPEEDS) if speed < self.speed), SPEEDS[0])
        return self.speed


def eased(share: float) -> float:
    """Slow, fast, slow: cubic, 0 … 1 to 0 … 1."""
    share = min(max(share, 0.0), 1.0)
    return 4 * share**3 if share < 0.5 else 1 - (2 - 2 * share) ** 3 / 2


def between(phase: float, start: float, end: float) -> float:
    """How far (0 … 1) a part that moves from `start` to `end` of the phase has come."""
    return min(max((phase - start) / (end - start), 0.0), 1.0)
