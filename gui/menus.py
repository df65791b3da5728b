"""The menu behind the app's mark, built from the table of actions when it is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui.actions import Action, doing, groups
from gui.theme import Theme, icons

ORDER = ("File", "Edit", "Recent", "View", "Help")


def main_menu(actions: Sequence[Action], theme: Theme, parent: QWidget) -> QMenu:
    """All actions as submenus: File, Edit, Recent, the lab's own groups, View, Labs, Lessons, Help.

    It deletes itself when closed.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    by_group = groups(actions)
    middle = [name for name in by_group if name not in (*ORDER, "Labs", "Lessons") and name]
    for name in ("File", "Edit", "Recent", *middle, "View", "Labs", "Lessons", "Help"):
        if name in by_group:
            fill(menu.addMenu(name), by_group[name], theme)
    return menu


def fill(menu: QMenu, actions: Sequence[Action], theme: Theme) -> QMenu:
    """Add actions to a menu, with icons, keys and their present state."""
    for action in actions:
        item = QAction(action.title, menu)
        if action.shortcut:
            item.setShortcut(QKeySequence(action.shortcut))
            item.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here; the window's own one works
            item.setShortcutVisibleInContextMenu(True)
        item.setEnabled(action.enabled())
        if action.checked is not None:
            item.setCheckable(True)
            item.setChecked(action.checked())
        elif action.icon:
            item.setIcon(icons.icon(action.icon, theme.text_2, 16, disabled=theme.border_strong))
        item.triggered.connect(doing(action))
        menu.addAction(item)
    return menu
