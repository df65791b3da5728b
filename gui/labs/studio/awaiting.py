"""What the Studio waits for: a network and data that are being opened, and a training to begin when they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import messages

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab


class Awaiting:
    """Remembers a wish to train for which it was too early; it is granted when the engine is free again, unless the
    user takes it back, or what was being opened did not come."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab
        self.train = False
        self._opening = False  # asked for, not there yet
        self._begun = False  # the engine is at it
        bridge = lab.bridge
        bridge.opened.connect(self._opened)
        bridge.failed.connect(self._failed)
        bridge.status.connect(self._status_changed)

    @property
    def opening(self) -> bool:
        """Whether a network or data were asked for that are not there yet."""
        return self._opening

    def open(self) -> None:
        """A network or data were asked for."""
        self._opening, self._begun = True, False

    def toggle(self) -> None:
        """Train as soon as that is possible, or no longer."""
        self._set(not self.train)

    def _set(self, train: bool) -> None:
        if train is not self.train:
            self.train = train
            self.lab.readouts.write()
            self.lab.signals.actions_changed.emit()

    def _opened(self, opened: messages.Opened) -> None:
        self._opening = False

    def _failed(self, failed: messages.Failed) -> None:
        self._opening = False
        self._set(False)

    def _status_changed(self, changed: messages.StatusChanged) -> None:
        if changed.status is messages.Status.WORKING:
            self._begun = True
        elif changed.status is messages.Status.STARTING:
            return
        elif self._opening and self._begun:  # it was given up
            self._opening = False
            self._set(False)
        elif self.train and not self._opening:
            self._set(False)
            self.lab.wishes.toggle_training()
