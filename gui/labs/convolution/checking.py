"""Check yourself: the outputs are hidden, the learner types them, and sees which are right and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gui.labs.convolution.editing import asked_of, parsed
from gui.labs.convolution.scene import Answers
from gui.labs.convolution.state import Page

if TYPE_CHECKING:
    from gui.labs.convolution.lab import ConvolutionLab


class Checking:
    """The learner's answers to the State that is shown."""

    def __init__(self, lab: ConvolutionLab) -> None:
        self.lab = lab
        self._answers = Answers({}, set())
        self._last_wrong: int | None = None
        lab.editor.answered.connect(self.answer)
        lab.editor.answer_wanted.connect(self.ask)
        lab.panel.check.explain.connect(self.explain)

    @property
    def active(self) -> bool:
        state = self.lab.state
        return state.check and state.page is Page.STEPS

    @property
    def answers(self) -> Answers | None:
        """The answers so far; None while nothing is hidden."""
        return self._answers if self.active else None

    def forget(self, *, keep: bool) -> None:
        """Another State comes: its outputs are another question."""
        if not keep:
            self._answers = Answers({}, set())
            self._last_wrong = None

    def switch(self, on: bool) -> None:
        """Hide the outputs and ask for the first, or show them."""
        self.lab.change(replace(self.lab.state, check=on))
        if self.active and self.lab.possible:
            self.ask(-1)

    def ask(self, step: int) -> bool:
        """Go to an output cell and let its value be typed; -1: to the next one that is open. False if none could be."""
        if step < 0:
            trace = self.lab.player.trace
            return self._ask_from(self.lab.player.index if trace is self._asked else 0)
        self._go_to(step)
        return self.lab.editor.open("y", tuple(self._asked.index_of(step)))

    def _ask_from(self, step: int) -> bool:
        """Ask for the first cell from here on that has no answer, else no right one. In a volume of stamps a slice
        that no stamp reaches is never on the stage: its cells are passed over."""
        given, count = self._answers.given, len(self._asked)
        steps = [n % count for n in range(step, step + count)]
        wrong = [n for n in steps if n in given and not given[n][1]]
        return any(self.ask(n) for n in [n for n in steps if n not in given] + wrong)

    @property
    def _asked(self) -> Any:
        """The trace whose outputs are hidden."""
        return asked_of(self.lab.player.trace)

    def _go_to(self, step: int) -> None:
        """To where an output cell is complete: of stamps, the last that reaches it."""
        trace = self.lab.player.trace
        self.lab.player.go_to(step if trace is self._asked else trace.last_reaching(self._asked.index_of(step)))

    def answer(self, step: int, text: str) -> None:
        """Mark what was typed, then ask for the next cell that is open."""
        lab, answers = self.lab, self._answers
        value = parsed(text)
        wanted = float(self._asked[step].value)
        right = value is not None and bool(np.isclose(value, wanted, rtol=1e-3, atol=5e-3))
        answers.given[step] = (text, right)
        if right:
            answers.revealed.add(step)
            if self._last_wrong == step:
                self._last_wrong = None
        else:
            self._last_wrong = step
        lab.player.repaint_stage()
        self.show()
        if not self._ask_from(step + 1):
            lab.editor.close()

    def explain(self, step: int) -> None:
        """Show every product of a step."""
        self._answers.revealed.add(step)
        self.lab.editor.close()
        self._go_to(step)
        scene: Any = self.lab.player.scene
        if hasattr(scene, "asked"):
            scene.asked = self._asked.index_of(step)
        self.lab.player.repaint_stage()

    def step_changed(self, index: int) -> None:
        """The player went on: of stamps, the sum that was explained gives way to the stamp of now."""
        scene: Any = self.lab.player.scene
        if getattr(scene, "asked", None) is not None:
            scene.asked = None
            self.lab.player.repaint_stage()

    def show(self) -> None:
        """Write the score into the panel."""
        part = self.lab.panel.check
        if not self.active:
            part.show_score(None, 0, None)
            return
        wrong = None
        if self._last_wrong is not None and self.lab.possible:
            index = self._asked.index_of(self._last_wrong)
            names = {2: ("position",), 3: ("row", "column"), 4: ("slice", "row", "column")}[len(index)]
            place = ", ".join(f"{name} {entry}" for name, entry in zip(names, index[1:], strict=True))
            wrong = (self._last_wrong, self._answers.given[self._last_wrong][0], f"at {place}")
        part.show_score(self._answers.right, len(self._answers.given), wrong)
