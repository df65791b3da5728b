"""The Studio's part of the top bar: what is trained on what, the transport, and how far and how fast it goes."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine import messages
from gui.labs.studio.network_field import NetworkField
from gui.theme import Theme, numbers
from gui.theme.controls import FieldBox, IconButton, PrimaryButton, Readout, set_theme_below

FOLDER = "folder…"
"""The entry of the data list that asks for a folder."""


class TopBar(QWidget):
    """Fields, transport and read-outs. Its signals are the user's wishes; what it shows is set by the lab."""

    network_chosen = Signal(str)
    dataset_chosen = Signal(str)
    device_chosen = Signal(str)
    rewind = Signal()
    back = Signal()
    step = Signal()
    train_toggled = Signal()
    settings_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.network = NetworkField("Network", theme, self)
        self.dataset = FieldBox("Data", theme, self)
        self.device = FieldBox("Device", theme, self)
        self._rewind = IconButton("rewind", "Rewind to the same initial weights (Ctrl+Home)", theme, self, framed=True)
        self._back = IconButton("step-back", "Look back one recorded moment (Ctrl+←)", theme, self, framed=True)
        self._step = IconButton("step", "Train one update (Ctrl+→)", theme, self, framed=True)
        self._train = PrimaryButton("Train", theme, self, icon="play", steady=("Train", "Pause", "Waiting"))
        self._epoch = Readout("Epoch", theme, self)
        self._steps = Readout("Step", theme, self)
        self._rate = Readout("Learning rate", theme, self)
        self._throughput = Readout("Throughput", theme, self, widest="88,888 /s")
        self._display = Readout("Display", theme, self, widest="88 fps")
        self._tune = IconButton("settings", "Training settings (Ctrl+T)", theme, self)
        self._has_device = True
        self._large = True
        self._totals, self._unit = (0, 0), "/s"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for field in (self.network, self.dataset, self.device):
            row.addWidget(field)
        row.addStretch(3)
        for button in (self._rewind, self._back, self._step, self._train):
            row.addWidget(button)
        row.addSpacing(16)
        for readout in (self._epoch, self._steps):
            row.addWidget(readout)
            row.addSpacing(8)
        row.addStretch(4)
        for readout in (self._rate, self._throughput, self._display):
            row.addWidget(readout)
            row.addSpacing(8)
        row.addWidget(self._tune)
        self.network.chosen.connect(self.network_chosen)
        self.dataset.chosen.connect(self.dataset_chosen)
        self.device.chosen.connect(self.device_chosen)
        self._rewind.clicked.connect(self.rewind)
        self._back.clicked.connect(self.back)
        self._step.clicked.connect(self.step)
        self._train.clicked.connect(self.train_toggled)
        self._tune.clicked.connect(self.settings_wanted)
        self.set_speed(None, None)

    @property
    def tune_button(self) -> QWidget:
        """Where the training settings drop down from."""
        return self._tune

    @property
    def train_button(self) -> QWidget:
        return self._train

    def set_catalogue(self, networks: Sequence[messages.Entry], datasets: Sequence[messages.Entry]) -> None:
        """Fill the lists of networks and data."""
        self.network.set_entries(networks)
        for entry in datasets:
            if entry.name != "folder":
                self.dataset.add(entry.name, entry.title, entry.summary)
        self.dataset.add(FOLDER, "From a folder…", "A folder of pictures, or of a dataset's own files")

    def set_opened(self, opened: messages.Opened) -> None:
        """Show what is open now."""
        known = {self.device.itemData(index) for index in range(self.device.count())}
        for name in opened.devices:
            if name not in known:
                self.device.add(name, name.upper())
        self._has_device = bool(opened.devices)
        self.network.set_key(opened.settings.network)
        self._show_dataset(opened.dataset)
        self.device.set_key(opened.settings.device)
        self._fit()

    def _show_dataset(self, facts: messages.DatasetFacts) -> None:
        """A folder of pictures stands in the list by its own name, while it is open."""
        listed = self.dataset.findData("folder")
        if listed >= 0:
            self.dataset.removeItem(listed)
        if not self.dataset.set_key(facts.name):
            self.dataset.insertItem(self.dataset.findData(FOLDER), facts.title, facts.name)
            self.dataset.set_key(facts.name)

    def set_settings(self, settings: messages.Settings) -> None:
        self._rate.set_value(numbers.plain(float(f"{settings.learning_rate:.3g}")))
        decay = settings.learning_rate_decay
        self._rate.setToolTip("" if decay == 1 else f"Multiplied by {numbers.plain(decay)} after each epoch")

    def set_position(self, *, steps: tuple[int, int], epochs: tuple[float, int]) -> None:
        """How far training is: updates made of all, and epochs done of all; of epochs, whole ones are shown."""
        done = floor(epochs[0] + 1e-6)
        for readout, value, most in ((self._epoch, done, epochs[1]), (self._steps, *steps)):
            rest = f" / {numbers.count(most)}" if most else ""
            readout.set_widest(numbers.count(most) + rest)  # else the buttons would wander while it counts
            readout.set_value(numbers.count(value), rest)
        if (steps[1], epochs[1]) != self._totals:
            self._totals = (steps[1], epochs[1])
            self._fit()

    def set_speed(self, per_second: float | None, frames_per_second: float | None, unit: str = "/s") -> None:
        """Throughput (samples, if `unit` does not say else) and frames; None while there is nothing to measure."""
        few = per_second is not None and per_second < 10 and unit != "/s"
        shown = "–" if per_second is None else numbers.text(per_second, 2) if few else numbers.count(round(per_second))
        self._throughput.set_value(shown, f" {unit}")
        if unit != self._unit:
            self._unit = unit
            self._throughput.set_widest(f"88,888 {unit}")
            self._fit()
        self._display.set_value("–" if frames_per_second is None else numbers.count(round(frames_per_second)), " fps")

    def set_status(
        self, status: messages.Status, *, can_look_back: bool, refusal: str = "", awaited: bool = False
    ) -> None:
        """Enable what can be done now, and say on the button what it does; `refusal`: why nothing can be trained.

        `awaited`: training begins when the engine is free again; until then the button takes that back.
        """
        training = status is messages.Status.TRAINING
        busy = status in (messages.Status.STARTING, messages.Status.WORKING, messages.Status.CLOSED)
        read_only = busy or status is messages.Status.FOLLOWING or bool(refusal)
        early = status in (messages.Status.STARTING, messages.Status.WORKING) and not refusal
        tip = f"{refusal[:1].upper()}{refusal[1:]}." if refusal else ""
        if early:
            tip = "Training begins when this is done; click to take it back" if awaited else "Train when this is done"
        self._train.setToolTip(tip)
        self._train.setText("Waiting" if early and awaited else "Pause" if training else "Train")
        self._train.set_icon("pause" if training or (early and awaited) else "play")
        self._train.setEnabled(early or not read_only)
        self._step.setEnabled(not read_only and not training)
        self._rewind.setEnabled(not read_only)
        self._back.setEnabled(can_look_back and not training)
        for field in (self.network, self.dataset, self.device):
            field.setEnabled(not busy)

    def set_density(self, density: str) -> None:
        """Below 1440x920 the fields lose their captions, and the learning rate goes."""
        large = density == "large"
        for field in (self.network, self.dataset, self.device):
            field.set_captioned(large)
        self._large = large
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What has no room goes, the least important first. All is worked out before anything is shown or hidden: that
        may come back here."""
        row = self.layout()
        assert row is not None
        last = ((self._epoch, True), (self._throughput, True), (self._display, True), (self._rate, self._large))
        parts = ((self._steps, True), (self.device, self._has_device), *last)
        optional = [part for part, _ in parts]
        items = [item for place in range(row.count()) if (item := row.itemAt(place)) is not None]
        always = [item for item in items if item.widget() not in optional]
        used = sum(item.sizeHint().width() for item in always)
        used += sum(row.spacing() for item in always if item.widget() is not None) - row.spacing()
        shown: list[QWidget] = []
        for part, there in parts:
            used += part.sizeHint().width() + row.spacing() if there else 0
            if there and used <= self.width():
                shown.append(part)
        for part, _ in parts:
            part.setVisible(part in shown)

    def set_theme(self, theme: Theme) -> None:
        set_theme_below(self, theme)
