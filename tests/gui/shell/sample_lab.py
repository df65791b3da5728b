"""A small lab for tests of the window: one number, one text, one choice, drawn as text on the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.actions import Action
from gui.labs import Context, Entry, Signals, Status
from gui.settings import Settings
from gui.theme import Density, Theme, fonts
from gui.theme.controls import FieldBox, IconButton, PrimaryButton, Readout, set_theme_below


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class SampleState:
    number: int = field(default=3, metadata={"min": 0, "max": 9, "key": "n"})
    text: str = field(default="hello", metadata={"longest": 40})
    colour: Colour = Colour.GREEN


ENTRY = Entry(
    name="sample",
    title="Studio",
    icon="studio",
    order=10,
    factory="tests.gui.shell.sample_lab:SampleLab",
    state="tests.gui.shell.sample_lab:SampleState",
)
OTHER = replace(ENTRY, name="other", title="Lessons", icon="lessons", order=20)
BROKEN = replace(
    ENTRY, name="broken", title="Broken", icon="warning", order=30, factory="tests.gui.shell.sample_lab:fail"
)


def fail(context: Context) -> Any:
    raise OSError("no weights here")


class Stage(QWidget):
    def __init__(self, lab: SampleLab) -> None:
        super().__init__()
        self._lab = lab

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._lab.theme.stage)
        painter.setFont(fonts.ui(32, 600))
        painter.setPen(self._lab.theme.text_1)
        state = self._lab.state
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, f"{state.text} {state.number}")


class SampleLab:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.theme = context.theme
        self.density = context.density
        self.settings = context.settings()
        self.signals = Signals()
        self.state: Any = SampleState()
        self.active = False
        self.closed = 0
        self.settled = True
        self.done: list[str] = []
        self.widget = Stage(self)
        self.top_bar = QWidget()
        row = QHBoxLayout(self.top_bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.network = FieldBox("Network", self.theme)
        for name in ("LeNet", "LeNet, ReLU"):
            self.network.add(name.lower(), name)
        self.train = PrimaryButton("Train", self.theme, icon="play")
        step = Readout("Step", self.theme, widest="00,000 / 00,000")
        step.set_value("2,811", " / 4,685")
        row.addWidget(self.network)
        row.addStretch(1)
        row.addWidget(IconButton("step", "Step", self.theme, framed=True))
        row.addWidget(self.train)
        row.addWidget(step)
        row.addStretch(1)

    @property
    def status(self) -> Status:
        return Status(
            "idle",
            "Paused",
            (("Space", "train"),),
            "Hover a map to see where it comes from, click to pin, double-click to step it",
            ("seed 3", "SGD, momentum 0.9, batch 64", "Run saved"),
        )

    def set_state(self, state: Any) -> None:
        self.state = state
        self.widget.update()

    def change(self, **changes: Any) -> None:
        """As the user would."""
        self.set_state(replace(self.state, **changes))
        self.signals.state_changed.emit()

    def actions(self) -> Sequence[Action]:
        return (
            Action("train", "Train", self._train, "Space", "Train", icon="play"),
            Action("rewind", "Rewind", self._rewind, "Home", "Train", enabled=self._can_rewind, icon="rewind"),
            Action("open-run", "Open run…", self._train, "Ctrl+O", "File", icon="folder"),
        )

    def _train(self) -> None:
        self.done.append("train")

    def _rewind(self) -> None:
        self.done.append("rewind")

    def _can_rewind(self) -> bool:
        return False

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self.top_bar, theme)

    def set_density(self, density: Density) -> None:
        self.density = density
        self.network.set_captioned(density is Density.LARGE)

    def set_settings(self, settings: Settings) -> None:
        self.settings = settings

    def set_active(self, active: bool) -> None:
        self.active = active

    def paint(self, painter: QPainter) -> bool:
        return False

    def close(self) -> None:
        self.closed += 1
