"""The training settings as fields: what can be changed in the middle of a run, and the seed, which starts anew."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from engine.messages import Settings, Tune
from gui.theme import DARK, Theme, fonts, numbers
from gui.theme.controls import Stepper, set_theme_below

_RATES = tuple(base * 10.0**power for power in range(-5, 2) for base in (1.0, 2.0, 5.0))
_LOW, _HIGH = -5.0, 1.0  # powers of ten at the ends of the learning rate's slider
_STEPS = 600
_RATE = "How far each update moves the weights"


class HyperparametersBar(QWidget):
    """Fields for an experiment's settings; `set_settings` shows what holds.

    `tuned(Tune)`: one setting was changed, to hold from the next update on. `seed_chosen(int)`: another seed, which
    means other initial weights and so a new start.
    """

    tuned = Signal(object)
    seed_chosen = Signal(int)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._texts: list[tuple[QLabel, str]] = []
        self.rate = Stepper(
            theme, minimum=1e-6, maximum=10.0, ladder=_RATES, decimals=6, width=112, name="Learning rate"
        )
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setAccessibleName("Learning rate, logarithmic")
        self.momentum = Stepper(
            theme, maximum=0.999, ladder=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99), decimals=3, width=112, name="Momentum"
        )
        self.decay = Stepper(
            theme, maximum=1.0, ladder=(0.0, 1e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1), decimals=6, width=112,
            name="Weight decay",
        )  # fmt: skip
        self.batch = Stepper(
            theme, minimum=1, maximum=8192, ladder=tuple(float(2**power) for power in range(14)), width=112,
            name="Batch size",
        )  # fmt: skip
        self.epochs = Stepper(theme, minimum=1, maximum=10_000, width=112, name="Epochs")
        self.patience = Stepper(theme, maximum=1000, width=112, name="Patience")
        self.improvement = Stepper(
            theme, maximum=1.0, ladder=(0.0, 1e-4, 1e-3, 1e-2, 1e-1), decimals=6, width=112, name="Least improvement"
        )
        self.seed = Stepper(theme, maximum=2**31 - 1, width=112, name="Seed")
        self.rate_meaning = QLabel(_RATE)
        self.refusal = QLabel()
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        rows: list[tuple[str, Stepper, str]] = [
            ("Learning rate", self.rate, _RATE),
            ("Momentum", self.momentum, "How much of the last update is kept"),
            ("Weight decay", self.decay, "How strongly weights are pulled to zero"),
            ("Batch size", self.batch, "Samples averaged in one update"),
            ("Epochs", self.epochs, "Passes over the training samples in all"),
            ("Patience", self.patience, "Epochs without improvement before stopping; 0: never"),
            ("Least improvement", self.improvement, "Of the held-out loss, to count as one"),
            ("Seed", self.seed, "Other initial weights: this starts anew"),
        ]
        line = 0
        for name, field, meaning in rows:
            for column, (text, role) in enumerate(((name, "text_1"), (meaning, "text_3"))):
                label = QLabel(text) if field is not self.rate or column == 0 else self.rate_meaning
                label.setFont(fonts.ui(12 if column == 0 else 11))
                label.setBuddy(field)
                self._texts.append((label, role))
                grid.addWidget(label, line, 0 if column == 0 else 2)
            grid.addWidget(field, line, 1)
            line += 1
            if field is self.rate:
                grid.addWidget(self.slider, line, 0, 1, 3)
                line += 1
            field.refused.connect(self.refusal.setText)
            field.changed.connect(self.refusal.clear)
        self.refusal.setWordWrap(True)
        self.refusal.setFont(fonts.ui(11))
        self.refusal.setMinimumHeight(32)  # the popup keeps its size when there is something to say
        self._texts.append((self.refusal, "error"))
        grid.addWidget(self.refusal, line, 0, 1, 3)

    def _connect(self) -> None:
        self.rate.changed.connect(self._rate_changed)
        self.slider.valueChanged.connect(self._slid)
        self.momentum.changed.connect(lambda value: self.tuned.emit(Tune(momentum=value)))
        self.decay.changed.connect(lambda value: self.tuned.emit(Tune(weight_decay=value)))
        self.batch.changed.connect(lambda value: self.tuned.emit(Tune(batch_size=int(value))))
        self.epochs.changed.connect(lambda value: self.tuned.emit(Tune(epochs=int(value))))
        self.patience.changed.connect(lambda value: self.tuned.emit(Tune(patience=int(value))))
        self.improvement.changed.connect(lambda value: self.tuned.emit(Tune(min_delta=value)))
        self.seed.changed.connect(lambda value: self.seed_chosen.emit(int(value)))

    def set_settings(self, settings: Settings) -> None:
        """Show what holds now, without a signal."""
        self.rate.set_value(settings.learning_rate)
        decay = settings.learning_rate_decay
        self.rate_meaning.setText(_RATE if decay == 1 else f"{_RATE}; × {numbers.plain(decay)} each epoch")
        self._place_slider(settings.learning_rate)
        self.momentum.set_value(settings.momentum)
        self.decay.set_value(settings.weight_decay)
        self.batch.set_value(settings.batch_size)
        self.epochs.set_value(settings.epochs)
        self.patience.set_value(settings.patience or 0)
        self.improvement.set_value(settings.min_delta)
        self.seed.set_value(settings.seed)

    def _place_slider(self, rate: float) -> None:
        share = (math.log10(max(rate, 1e-9)) - _LOW) / (_HIGH - _LOW)
        self.slider.blockSignals(True)
        self.slider.setValue(round(min(max(share, 0.0), 1.0) * _STEPS))
        self.slider.blockSignals(False)

    def _rate_changed(self, rate: float) -> None:
        self._place_slider(rate)
        self.tuned.emit(Tune(learning_rate=rate))

    def _slid(self, place: int) -> None:
        rate = 10.0 ** (_LOW + (_HIGH - _LOW) * place / _STEPS)
        rate = float(f"{rate:.2g}")
        self.rate.set_value(rate)
        self.tuned.emit(Tune(learning_rate=rate))

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for label, role in self._texts:
            label.setStyleSheet(f"color: {getattr(theme, role).name()}")
        set_theme_below(self, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.theme.tooltip)
