"""Asks what a run that branches off shall do otherwise: seed, learning rate, epochs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine import messages
from gui.theme import Theme, fonts, numbers
from gui.theme.controls import set_theme_below


class BranchDialog(QDialog):
    """`seed` and `tune` are what the user wants, once it is accepted.

    `settings` are those that held at `step`, with the epochs asked for now; `present` those of now. `exact`: a branch
    that changes nothing goes on as the training did.
    """

    def __init__(
        self,
        settings: messages.Settings,
        *,
        present: messages.Settings,
        step: int,
        exact: bool,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Branch a new run")
        self._settings = settings
        title = QLabel(f"A new run goes on from step {numbers.count(step)}", self)
        title.setFont(fonts.ui(13, 600))
        said = "The run until now is saved and kept. Rewinding leads to the same initial weights."
        if exact:
            said += " With nothing changed it goes on exactly as that run did."
        elif settings.momentum:
            said += " Momentum starts from zero: it was not recorded, for want of room."
        explanation = QLabel(said, self)
        explanation.setFont(fonts.ui(12))
        explanation.setWordWrap(True)
        explanation.setStyleSheet(f"color: {theme.text_2.name()}")
        self.seed_field = QSpinBox(self)
        self.seed_field.setRange(0, 2**31 - 1)
        self.seed_field.setValue(settings.seed)
        self.rate_field = QDoubleSpinBox(self)
        self.rate_field.setDecimals(6)
        self.rate_field.setRange(0.0, 100.0)
        self.rate_field.setValue(settings.learning_rate)
        self.rate_field.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.epochs_field = QSpinBox(self)
        self.epochs_field.setRange(1, 100_000)
        self.epochs_field.setValue(max(settings.epochs, 1))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        rate, now = (f"{one.learning_rate:g}" for one in (settings, present))
        fields = (
            ("Seed", self.seed_field, "of the order of samples from there on"),
            ("Learning rate", self.rate_field, f"as it was then; now {now}" if rate != now else ""),
            ("Epochs", self.epochs_field, "in all, those before included"),
        )
        for row, (name, field, note) in enumerate(fields):
            text = QLabel(name, self)
            text.setFont(fonts.ui(12))
            text.setBuddy(field)
            field.setFixedWidth(140)
            field.setFont(fonts.mono(12))
            field.setAccessibleName(name)
            grid.addWidget(text, row, 0)
            grid.addWidget(field, row, 1)
            hint = QLabel(note, self)
            hint.setFont(fonts.ui(11))
            hint.setStyleSheet(f"color: {theme.text_3.name()}")
            grid.addWidget(hint, row, 2)
        grid.setColumnStretch(2, 1)
        cancel = QPushButton("Cancel", self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        done = QPushButton("Branch", self)
        done.setProperty("primary", True)
        done.setDefault(True)
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(14)
        column.addWidget(title)
        column.addWidget(explanation)
        column.addLayout(grid)
        column.addLayout(buttons)
        self.setMinimumWidth(460)
        set_theme_below(self, theme)

    @property
    def seed(self) -> int | None:
        """None where it is as before."""
        return None if self.seed_field.value() == self._settings.seed else self.seed_field.value()

    @property
    def tune(self) -> messages.Tune | None:
        """What is otherwise than before; None where nothing is."""
        rate, epochs = self.rate_field.value(), self.epochs_field.value()
        changed_rate = None if abs(rate - self._settings.learning_rate) < 5e-7 else rate
        changed_epochs = None if epochs == self._settings.epochs else epochs
        if changed_rate is None and changed_epochs is None:
            return None
        return messages.Tune(learning_rate=changed_rate, epochs=changed_epochs)
