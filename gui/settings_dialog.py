"""Where the user sets how the whole app looks and works. Every change shows at once; Cancel takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from gui.settings import Settings
from gui.theme import Theme, fonts
from gui.theme.controls import Segmented, Toggle, set_theme_below

_MEMORY = (64, 256, 1024, 4096)


class SettingsDialog(QDialog):
    """`apply` is called with each change; what it was before comes back if the dialog is cancelled.

    `default_root` says where data live while no folder is chosen.
    """

    def __init__(
        self,
        settings: Settings,
        apply: Callable[[Settings], object],
        theme: Theme,
        parent: QWidget | None = None,
        *,
        default_root: str = "the system's data folder",
        settings_file: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._before = self.settings = settings
        self._apply = apply
        self._theme = theme
        self._faint: list[QLabel] = []
        self._rows = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, 130)
        self._grid.setColumnStretch(1, 1)

        self.theme_choice = Segmented(
            [("system", "System"), ("light", "Light"), ("dark", "Dark")], theme, self, value=settings.theme
        )
        self.theme_choice.changed.connect(self._theme_chosen)
        self._row("Theme", self.theme_choice, "System follows what the desktop is set to.")

        self.frames = Segmented(
            [("15", "15"), ("30", "30"), ("60", "60")], theme, self, value=str(_nearest(settings.frames_per_second))
        )
        self.frames.changed.connect(self._frames_chosen)
        self._row("Frames per second", self.frames, "While a network trains. Fewer leave more time to training.")

        self._row(
            "Smoothing of curves",
            self._smoothing_line(settings.smoothing),
            "What a new experiment's curves start with.",
        )
        self._row(
            "Data folder",
            self._folder_line(settings.data_root, default_root),
            "Downloaded datasets are kept here. Used from the next start on.",
        )

        self.last = Toggle("Open what was open last", theme, self, on=settings.start == "last")
        self.last.toggled.connect(self._last_toggled)
        self._row("At the start", self.last, "Else a trained LeNet that looks at a digit.")

        sizes = [(str(size), f"{size:,}") for size in _MEMORY]
        nearest = min(_MEMORY, key=lambda size: abs(size - settings.timeline_megabytes))
        self.memory = Segmented(sizes, theme, self, value=str(nearest))
        self.memory.changed.connect(self._memory_chosen)
        self._row("Timeline", self.memory, "Megabytes of weights kept while training, to look back at.")

        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(20)
        column.addLayout(self._grid)
        column.addStretch(1)
        column.addLayout(self._buttons(settings_file))
        self.setMinimumWidth(560)
        self.set_theme(theme)

    def _smoothing_line(self, value: float) -> QHBoxLayout:
        self.smoothing = QSlider(Qt.Orientation.Horizontal, self)
        self.smoothing.setRange(0, 99)
        self.smoothing.setValue(round(value * 100))
        self.smoothing.setAccessibleName("Smoothing")
        self._smoothing_value = QLabel(self)
        self._smoothing_value.setFont(fonts.mono(12))
        self._smoothing_value.setFixedWidth(32)
        self._smoothing_value.setText(f"{value:.2f}")
        self.smoothing.valueChanged.connect(self._smooth)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.smoothing, 1)
        line.addWidget(self._smoothing_value)
        return line

    def _folder_line(self, chosen: str, default_root: str) -> QHBoxLayout:
        self.folder = QLineEdit(chosen, self)
        self.folder.setPlaceholderText(default_root)
        self.folder.setAccessibleName("Data folder")
        self.folder.editingFinished.connect(self._folder_typed)
        browse = QPushButton("Choose…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.folder, 1)
        line.addWidget(browse)
        return line

    def _buttons(self, settings_file: Path | None) -> QHBoxLayout:
        cancel = QPushButton("Cancel", self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        done = QPushButton("Done", self)
        done.setProperty("primary", True)
        done.setDefault(True)
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if settings_file is not None:
            where = self._label(f"Kept in {settings_file}", faint=True)
            where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            where.setWordWrap(True)
            buttons.addWidget(where, 1)
        else:
            buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(done)
        return buttons

    def _label(self, text: str, *, faint: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setFont(fonts.ui(11 if faint else 12))
        if faint:
            self._faint.append(label)
        return label

    def _row(self, title: str, field: QWidget | QHBoxLayout, explanation: str) -> None:
        row = 3 * self._rows
        self._rows += 1
        self._grid.addWidget(self._label(title), row, 0)
        if isinstance(field, QHBoxLayout):
            self._grid.addLayout(field, row, 1)
        else:
            self._grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._label(explanation, faint=True), row + 1, 1)
        self._grid.setRowMinimumHeight(row + 2, 12)

    def _change(self, **changes: object) -> None:
        settings = replace(self.settings, **changes).valid()  # type: ignore[arg-type]
        if settings != self.settings:
            self.settings = settings
            self._apply(settings)

    def _theme_chosen(self, value: str) -> None:
        self._change(theme=value)

    def _frames_chosen(self, value: str) -> None:
        self._change(frames_per_second=int(value))

    def _memory_chosen(self, value: str) -> None:
        self._change(timeline_megabytes=int(value))

    def _folder_typed(self) -> None:
        self._change(data_root=self.folder.text().strip())

    def _last_toggled(self, on: bool) -> None:
        self._change(start="last" if on else "first-light")

    def _smooth(self, value: int) -> None:
        self._smoothing_value.setText(f"{value / 100:.2f}")
        self._change(smoothing=value / 100)

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Data folder", self.settings.data_root)
        if chosen:
            self.folder.setText(chosen)
            self._change(data_root=chosen)

    def set_theme(self, theme: Theme) -> None:
        """Called when the theme changes while the dialog is open (it is this dialog that changes it)."""
        self._theme = theme
        set_theme_below(self, theme)
        for label in self._faint:
            label.setStyleSheet(f"color: {theme.text_3.name()};")

    def reject(self) -> None:
        if self.settings != self._before:
            self.settings = self._before
            self._apply(self._before)
        super().reject()


def _nearest(frames_per_second: int) -> int:
    return min((15, 30, 60), key=lambda choice: abs(choice - frames_per_second))
