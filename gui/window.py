"""The main window: rail, top bar, the lab that is shown, status bar; and what serves all labs alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from gui import engine_notices, links
from gui.actions import Action, doing, table
from gui.bars import StatusBar, TopBar
from gui.lab_host import LabHost
from gui.labs import Context, Entry, Lab
from gui.lessons.beside import LessonsBeside
from gui.notices import Notices
from gui.presenting import Presenting
from gui.rail import Rail
from gui.recent import Recent
from gui.settings import Settings, Store, data_root
from gui.shell_actions import shell_actions
from gui.theme import DARK, LIGHT, Density, Theme
from gui.theme.stylesheet import palette, stylesheet

if TYPE_CHECKING:
    from gui.overlay import Overlay
    from gui.settings_dialog import SettingsDialog
    from gui.spotlight import Spotlight


def system_theme() -> Theme:
    """The theme that the desktop is set to; the dark one where it does not say."""
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


class Window(QWidget):
    """The main window. `labs` are all that there are; `bridge` is handed on to each.

    `theme` overrides what the settings say, for this time. Labs are made when they are first opened and live until the
    window closes. `shut_down()` ends everything; closing the window calls it.
    """

    painted = Signal()
    """Once, when the first picture of the window has been painted."""

    def __init__(
        self,
        *,
        labs: Sequence[Entry],
        store: Store,
        bridge: Any = None,
        theme: str = "",
        root: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.store = store
        self.settings = store.load()
        self.bridge = bridge
        self._given_theme, self._root = theme, root
        self.theme = self._chosen_theme()
        self.density = Density.LARGE
        self._installed: list[QAction] = []
        self._overlays: dict[str, Overlay] = {}
        self._dialog: SettingsDialog | None = None
        self._shut = False
        self._painted = False
        self._apply_style()

        self.setWindowTitle("Receptive")
        self.setMinimumSize(960, 600)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()  # else Qt gives the focus to the first button, with its ring
        self.rail = Rail([entry for entry in labs if not entry.hidden], self.theme, self)
        self.top_bar = TopBar(self.theme, self)
        self.status_bar = StatusBar(self.theme, self)
        self.host = LabHost(labs, context=self.context, clock=clock, parent=self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0, 2, 1)
        grid.addWidget(self.top_bar, 0, 1, 1, 2)
        grid.addWidget(self.host, 1, 1)
        grid.addWidget(self.status_bar, 2, 0, 1, 3)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self.lessons = LessonsBeside(self, grid, row=1, column=2)
        self.presenting = Presenting(self)
        self.notices = Notices(self, self.theme)
        self.recent = Recent(self)
        if bridge is not None:
            engine_notices.connect(bridge, self.notices)
        self.host.shown.connect(self._lab_shown)
        self.host.status.connect(self.status_bar.set_status)
        self.host.actions_changed.connect(self._install_actions)
        self.host.state_changed.connect(self.recent.changed)
        self.host.link_wanted.connect(self.open_link)
        self.host.failed.connect(self._lab_failed)
        self.rail.chosen.connect(self.open_lab)
        self.rail.menu.connect(self.show_menu)
        self.rail.help.connect(self.show_keys)
        self.rail.lessons.connect(self.lessons.toggle)
        self.lessons.toggled.connect(self.rail.set_lessons_open)
        self.rail.settings.connect(self.show_settings)
        self.top_bar.actions_field.clicked.connect(self.show_palette)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)
        self._install_actions()

    # Labs and links.

    @property
    def lab(self) -> Lab | None:
        """The lab that is shown, None before the first is opened."""
        return self.host.lab

    def context(self) -> Context:
        """What a lab is given."""
        return Context(
            theme=self.theme,
            density=self.density,
            bridge=self.bridge,
            notices=self.notices,
            settings=self._settings_now,
            window_widget=self,
            data_root=data_root(self.settings, self._root),
            change_settings=self.apply_settings,
        )

    def _settings_now(self) -> Settings:
        return self.settings

    def open_lab(self, name: str, state: Any = None) -> Lab | None:
        """Show a lab, in this state where one is given; None (and a notice) if that failed."""
        if name != self.host.name:
            self.recent.keep()
        lab = self.host.open(name, state)
        self.recent.changed()
        self.rail.set_current(self.host.name)
        return lab

    def _lab_shown(self, lab: Lab) -> None:
        lab.set_density(self.density)
        lab.top_bar.setParent(self.top_bar)
        self.top_bar.show_bar(lab.top_bar)
        self.rail.set_current(self.host.name)
        self.setWindowTitle(f"{self.host.entries[self.host.name].title} – Receptive")
        self.status_bar.set_status(lab.status)
        self.lessons.lab_shown()
        self.presenting.fit()
        self._install_actions()

    def _lab_failed(self, title: str, message: str, advice: str, details: str) -> None:
        self.notices.failed(title, message, details, advice=advice)

    def link(self) -> str:
        """The link to what is shown, "" if nothing is."""
        return links.to_link(self.host.name, self.lab.state) if self.lab is not None else ""

    def open_link(self, link: str) -> bool:
        """Go where a link leads; what had to be put right is said. Returns whether it was a link to a lab."""
        try:
            types = {name: entry.state_type for name, entry in self.host.entries.items()}
            name, state, messages = links.read(link, types)
        except links.LinkError as problem:
            self.notices.failed("The link leads nowhere", str(problem))
            return False
        if self.open_lab(name, state) is None:
            return False
        self.tell_corrections(messages)
        return True

    def tell_corrections(self, messages: Sequence[str]) -> None:
        """Say what had to be put right in a link, if anything."""
        if messages:
            more = f" And {len(messages) - 4} more." if len(messages) > 4 else ""
            self.notices.noticed("In the link: " + " ".join(messages[:4]) + more)

    def copy_link(self) -> None:
        QGuiApplication.clipboard().setText(self.link())
        self.recent.keep()
        self.notices.noticed("Link copied")

    # Actions.

    def all_actions(self) -> tuple[Action, ...]:
        """All that can be done now, the lab's own first."""
        own = shell_actions(self)
        return table(self.lab.actions() if self.lab is not None else (), own)

    def _install_actions(self) -> None:
        """Let the shortcuts of all actions work; those of the lab before are forgotten."""
        for old in self._installed:
            self.removeAction(old)
            old.deleteLater()
        self._installed = []
        for action in self.all_actions():
            if not action.shortcuts:
                continue
            item = QAction(action.title, self)
            item.setShortcuts([QKeySequence(keys) for keys in action.shortcuts])
            item.setAutoRepeat(action.repeat)
            item.triggered.connect(doing(action))
            self.addAction(item)
            self._installed.append(item)

    def show_palette(self) -> None:
        from gui.palette import Palette

        if "palette" not in self._overlays:
            self._overlays["palette"] = Palette(self.all_actions, self.open_link, self.theme, self)
        self._overlays["palette"].open()

    def show_keys(self) -> None:
        from gui.key_sheet import KeySheet

        if "keys" not in self._overlays:
            self._overlays["keys"] = KeySheet(self.all_actions, self.theme, self)
        self._overlays["keys"].open()

    def show_menu(self) -> None:
        """The menu of the app's mark, with all groups of actions."""
        from gui.menus import main_menu

        menu = main_menu(self.all_actions(), self.theme, self)
        menu.popup(self.rail.mark.mapToGlobal(QPoint(8, self.rail.mark.height() - 4)))

    # Looks.

    def _chosen_theme(self) -> Theme:
        choice = self._given_theme or self.settings.theme
        return {"light": LIGHT, "dark": DARK}.get(choice) or system_theme()

    def _apply_style(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(self.theme))
            app.setStyleSheet(stylesheet(self.theme))

    def _system_theme_changed(self) -> None:
        if not self._shut:
            self.set_theme(self._chosen_theme())

    def set_theme_choice(self, choice: str) -> None:
        """ "system", "light" or "dark"; kept for the next start."""
        from dataclasses import replace

        self._given_theme = ""
        self.apply_settings(replace(self.settings, theme=choice))

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in this theme from now on."""
        if theme is self.theme:
            return
        self.theme = theme
        self._apply_style()
        from gui.theme.controls import set_theme_below

        for part in (self.rail, self.top_bar.actions_field, self.status_bar, *self._overlays.values()):
            set_theme_below(part, theme)
        self.top_bar.theme = theme
        self.lessons.set_theme(theme)
        self.notices.set_theme(theme)
        for lab in self.host.made:
            lab.set_theme(theme)
        if self._dialog is not None:
            self._dialog.set_theme(theme)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_density()
        self.notices.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def fit_density(self) -> None:
        """Use the column of sizes that the window's size asks for."""
        density = Density.of(self.width(), self.height())
        if density is not self.density:
            self.set_density(density)

    def set_density(self, density: Density) -> None:
        """Use this column of sizes; follows the window's size by itself."""
        self.density = density
        for part in (self.rail, self.top_bar, self.status_bar):
            part.set_density(density)
        self.lessons.set_density(density)
        self.notices.set_bottom(self.status_bar.height())
        for lab in self.host.made:
            lab.set_density(density)

    @property
    def is_covered(self) -> bool:
        """Whether something lies over the whole window: the palette or the keys."""
        return any(overlay.isVisible() for overlay in self._overlays.values())

    @cached_property
    def spotlight(self) -> Spotlight:
        """Lights up what a lesson speaks of."""
        from gui.spotlight import Spotlight

        return Spotlight(self)

    def around(self) -> tuple[QWidget, ...]:
        """What lies around the lab."""
        return (self.rail, self.top_bar, self.status_bar, *self.lessons.parts())

    # Settings.

    def show_settings(self) -> None:
        from gui.settings_dialog import SettingsDialog

        if self._dialog is None:
            self._dialog = SettingsDialog(
                self.settings, self.apply_settings, self.theme, self, settings_file=self.store.path
            )
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.finished.connect(self._dialog_closed)
        self._dialog.open()

    def _dialog_closed(self) -> None:
        self._dialog = None

    def apply_settings(self, settings: Settings) -> None:
        """Use these settings and keep them."""
        before, self.settings = self.settings, settings.valid()
        self.store.save(self.settings)
        if not self.store.writable:
            self.notices.failed(
                "The settings could not be kept",
                f"“{self.store.path}” cannot be written.",
                advice="They hold until Receptive is closed. Check the folder's permissions and the disk.",
            )
        if before.theme != self.settings.theme:
            self._given_theme = ""
        self.set_theme(self._chosen_theme())
        if self.bridge is not None and before.frames_per_second != self.settings.frames_per_second:
            self.bridge.set_frames_per_second(self.settings.frames_per_second)
        for lab in self.host.made:
            lab.set_settings(self.settings)

    # Export.

    def parts(self) -> tuple[QWidget, ...]:
        """What the window consists of, without what lies over it for a moment."""
        parts = (self.rail, self.top_bar, self.status_bar, self.host, *self.lessons.parts())
        return tuple(part for part in parts if not part.isHidden())

    def export(self) -> None:
        """Ask for a file and write what is on screen there."""
        from gui.export_dialog import ask_and_save

        ask_and_save(self)

    # The end.

    def sizeHint(self) -> QSize:
        return QSize(1600, 1000)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.notices.escape():
            event.accept()
        else:
            super().keyPressEvent(event)

    def shut_down(self) -> None:
        """End everything: labs, the engine, notices. Safe to call twice."""
        if self._shut:
            return
        self._shut = True
        self.presenting.end()
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._system_theme_changed)
        self.store.set_text("link", self.link())
        self.recent.keep()
        self.host.close_labs()
        if self.bridge is not None:
            self.bridge.close()
        self.notices.clear()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.isFullScreen():
            self.store.set_geometry(self.saveGeometry())
        self.shut_down()
        event.accept()
