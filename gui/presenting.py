"""Presenting: full screen, and of a lab that can do so only the stage and the player, for a projector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

if TYPE_CHECKING:
    from gui.window import Window


class Presenting(QObject):
    """Presents what a window shows.

    A lab that can be presented has `set_presenting(on: bool)`: it leaves its stage and its player alone on its widget,
    in larger type. Rail, bars and lesson are then the window's to hide. Any other lab fills the screen as it is.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._active = False
        self._lab: Any = None  # that is presented
        self._hidden: list[QWidget] = []

    @property
    def active(self) -> bool:
        return self._active

    def toggle(self) -> None:
        """Begin (F11), or end (F11, Esc)."""
        if self._active:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """Fill the screen with the stage and its player alone."""
        if self._active:
            return
        self._active = True
        self._window.notices.set_presenting(True)
        self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowFullScreen)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)  # Esc is many things to the parts inside; here it ends this first
        self.fit()

    def end(self) -> None:
        """Bring all back that `begin` put away."""
        if not self._active:
            return
        self._active = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.fit()
        self._window.notices.set_presenting(False)
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)

    def fit(self) -> None:
        """Leave what is to be seen of the lab that is shown now."""
        lab: Any = self._window.lab if self._active else None
        lab = lab if hasattr(lab, "set_presenting") else None
        if lab is self._lab:
            return
        if self._lab is not None:
            self._lab.set_presenting(False)
            for part in self._hidden:
                part.show()
        self._lab, self._hidden = lab, []
        if lab is not None:
            self._hidden = [part for part in self._window.around() if not part.isHidden()]
            for part in self._hidden:
                part.hide()
            lab.set_presenting(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if QApplication.activePopupWidget() is not None or not self._mine(watched):
            return False
        if isinstance(watched, QLineEdit) and watched.text():
            return False  # what is being typed goes first
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self.end()
        return True

    def _mine(self, watched: QObject) -> bool:
        """Whether keys for this part are keys for the window itself: no dialog, nothing that lies over it."""
        window = self._window
        return (
            isinstance(watched, QWidget)
            and watched.window() is window
            and QApplication.activeModalWidget() is None
            and not window.is_covered
        )
