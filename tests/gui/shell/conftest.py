"""A window with sample labs, without an engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gui import app
from gui.arguments import Arguments
from gui.theme import Theme
from gui.window import Window
from tests.gui.shell.sample_lab import BROKEN, ENTRY, OTHER

MakeWindow = Callable[..., Window]


@pytest.fixture
def make_window(qtbot: QtBot) -> MakeWindow:
    """Makes windows as the app does; each is shown, and closed when the test ends."""

    def make(size: tuple[int, int] = (1600, 1000), theme: str = "dark", **asked: str) -> Window:
        arguments = Arguments(size=size, theme=theme, **asked)  # type: ignore[arg-type]
        _, window = app.create(arguments, entries=(ENTRY, OTHER, BROKEN))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
        return window

    return make


@pytest.fixture
def window(make_window: MakeWindow) -> Window:
    return make_window()


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest, qapp: object) -> Theme:
    from gui.theme import DARK, LIGHT

    return DARK if request.param == "dark" else LIGHT
