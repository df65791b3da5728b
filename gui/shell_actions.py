"""The actions that are there in every lab."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from gui.actions import Action

if TYPE_CHECKING:
    from gui.window import Window


def shell_actions(window: Window) -> tuple[Action, ...]:
    """Those of the window itself, in the order of its menus."""
    lessons = window.lessons.list_actions()
    recent = window.recent.actions()
    return (*_labs(window), *_file(window), *_edit(window), *recent, *_view(window), *_help(window), *lessons)


def _labs(window: Window) -> list[Action]:
    entries = [entry for entry in window.host.entries.values() if not entry.hidden]
    return [
        Action(
            f"lab.{entry.name}",
            f"Go to {entry.title}",
            partial(window.open_lab, entry.name),
            shortcut=f"Ctrl+{index}" if index < 10 else "",
            group="Labs",
            icon=entry.icon,
            words=entry.summary,
        )
        for index, entry in enumerate(entries, 1)
    ]


def _has_lab(window: Window) -> Callable[[], bool]:
    return lambda: window.lab is not None


def _file(window: Window) -> list[Action]:
    there = _has_lab(window)
    return [
        Action(
            "export", "Export…", window.export, "Ctrl+E", "File", there, icon="export", words="save png svg picture"
        ),
        Action(
            "copy-link", "Copy link", window.copy_link, "Ctrl+Shift+C", "File", there, icon="link", words="share url"
        ),
        Action(
            "paste-link",
            "Paste link",
            window.recent.paste,
            "Ctrl+Shift+V",
            "File",
            icon="link",
            words="open url clipboard",
        ),
        Action("settings", "Settings…", window.show_settings, "Ctrl+,", "File", icon="settings", words="preferences"),
        Action("quit", "Quit", window.close, "Ctrl+Q", "File", words="exit close"),
    ]


def _can(window: Window, what: str) -> Callable[[], bool]:
    return lambda: bool(getattr(window.host.history, what, False))


def _edit(window: Window) -> list[Action]:
    return [
        Action("undo", "Undo", window.host.undo, "Ctrl+Z", "Edit", _can(window, "can_undo"), icon="undo", repeat=True),
        Action(
            "redo",
            "Redo",
            window.host.redo,
            "Ctrl+Shift+Z",
            "Edit",
            _can(window, "can_redo"),
            icon="redo",
            more=("Ctrl+Y",),
            repeat=True,
        ),
    ]


def _view(window: Window) -> list[Action]:
    def choice(name: str) -> Callable[[], bool]:
        return lambda: window.settings.theme == name

    themes = (("system", "as the system", ""), ("light", "light", "sun"), ("dark", "dark", "moon"))
    return [
        Action("menu", "Menu", window.show_menu, "F10", "View", icon="mark"),
        Action("palette", "Find any action…", window.show_palette, "Ctrl+K", "View", icon="search", words="palette"),
        *(
            Action(
                f"theme.{name}",
                f"Theme: {title}",
                partial(window.set_theme_choice, name),
                group="View",
                checked=choice(name),
                icon=icon,
                words="colour color appearance",
            )
            for name, title, icon in themes
        ),
        Action(
            "present",
            "Present, full screen",
            window.presenting.toggle,
            "F11",
            "View",
            checked=lambda: window.presenting.active,
            icon="full-screen",
            words="projector teacher large",
        ),
    ]


def _help(window: Window) -> list[Action]:
    lessons = window.lessons

    def any_lessons() -> bool:
        return bool(lessons.lessons)

    def open_now() -> bool:
        return lessons.is_open

    return [
        Action(
            "lessons",
            "Lessons",
            lessons.toggle,
            "F1",
            "Help",
            any_lessons,
            checked=open_now,
            icon="lessons",
            words="learn course lecture tutorial",
        ),
        Action("next-lesson", "Next lesson", partial(lessons.go, 1), "Ctrl+PgDown", "Help", any_lessons),
        Action("previous-lesson", "Previous lesson", partial(lessons.go, -1), "Ctrl+PgUp", "Help", any_lessons),
        Action("keys", "Keys", window.show_keys, "?", "Help", icon="keyboard", words="shortcuts help"),
    ]
