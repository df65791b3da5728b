"""The window: labs by rail and key, density, theme, undo, the end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import app
from gui.arguments import Arguments
from gui.labs import Lab, Status, discover
from gui.theme import DARK, LIGHT, Density
from gui.window import Window
from tests.gui.shell.conftest import MakeWindow
from tests.gui.shell.sample_lab import ENTRY, OTHER, SampleLab, SampleState


def lab_of(window: Window) -> SampleLab:
    assert isinstance(window.lab, SampleLab)
    return window.lab


def test_sample_lab_keeps_the_protocol(window: Window) -> None:
    assert isinstance(window.lab, Lab)


def test_every_lab_has_metadata_that_loads_and_an_icon() -> None:
    from gui.theme import icons

    for entry in discover():
        assert entry.icon in icons.names()
        assert entry.state_type()() == entry.state_type()()


def test_discovery_loads_no_lab(make_window: MakeWindow) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from gui.labs import discover; found = discover();"
        "loaded = [entry.factory for entry in found if entry.factory.split(':')[0] in sys.modules];"
        "sys.exit(str(loaded) if loaded or 'torch' in sys.modules or 'pyqtgraph' in sys.modules else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_rail_opens_a_lab_on_click_and_marks_it(qtbot: QtBot, window: Window) -> None:
    first = window.lab
    qtbot.mouseClick(window.rail.item("other"), Qt.MouseButton.LeftButton)
    second = lab_of(window)
    assert second is not first
    assert window.rail.item("other").isChecked()
    assert not window.rail.item("sample").isChecked()
    assert second.active
    assert isinstance(first, SampleLab)
    assert not first.active
    assert second.widget.isVisible()
    assert not first.widget.isVisible()
    assert second.top_bar.isVisible()
    assert not first.top_bar.isVisible()
    assert window.windowTitle() == "Lessons – Receptive"


def test_a_lab_is_made_once(window: Window) -> None:
    first = window.lab
    window.open_lab("other")
    assert window.open_lab("sample") is first


def test_keys_open_labs(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.host.name == "other"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.host.name == "sample"


def test_a_lab_that_fails_leaves_the_window_alive_and_is_told(window: Window) -> None:
    assert window.open_lab("broken") is None
    assert window.host.name == "sample"
    assert window.rail.item("sample").isChecked()
    (problem,) = window.notices.problems
    assert problem.title == "Broken could not be opened"
    assert "no weights here" in problem.message
    assert "Traceback" in problem.details


def test_shortcuts_reach_the_lab_that_is_shown_alone(qtbot: QtBot, window: Window) -> None:
    first = lab_of(window)
    window.open_lab("other")
    second = lab_of(window)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert (first.done, second.done) == ([], ["train"])


def test_a_disabled_action_is_not_done_by_its_key(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert lab_of(window).done == []


def test_space_presses_a_button_only_while_its_ring_shows(qtbot: QtBot, window: Window) -> None:
    lab = lab_of(window)
    clicks: list[str] = []
    lab.train.clicked.connect(lambda: clicks.append("click"))
    lab.train.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(lab.train, Qt.Key.Key_Space)
    assert (lab.done, clicks) == (["train"], [])
    lab.widget.setFocus()
    lab.train.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(lab.train, Qt.Key.Key_Space)
    assert (lab.done, clicks) == (["train"], ["click"])


@pytest.mark.parametrize(
    ("size", "density", "rail", "status"),
    [((1280, 800), "small", 48, 24), ((1600, 1000), "large", 72, 28), ((1440, 919), "small", 48, 24)],
)
def test_density_follows_the_size(
    make_window: MakeWindow, size: tuple[int, int], density: str, rail: int, status: int
) -> None:
    window = make_window(size=size)
    assert window.density == density
    assert lab_of(window).density == density
    assert (window.rail.width(), window.top_bar.height(), window.status_bar.height()) == (rail, 48, status)
    expected = QSize(size[0] - rail, size[1] - 48 - status)
    assert lab_of(window).widget.size() == expected


def test_density_changes_while_the_window_is_resized(qtbot: QtBot, window: Window) -> None:
    assert lab_of(window).density is Density.LARGE
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: lab_of(window).density is Density.SMALL)
    assert window.rail.width() == 48
    window.open_lab("other")
    assert lab_of(window).density is Density.SMALL
    window.resize(1600, 1000)
    qtbot.waitUntil(lambda: window.rail.width() == 72)


def test_theme_switch_reaches_everything(qtbot: QtBot, window: Window) -> None:
    lab = lab_of(window)
    assert (window.theme, lab.theme, lab.train.theme) == (DARK, DARK, DARK)
    window.notices.failed("Title", "Message")
    window.set_theme_choice("light")
    assert (window.theme, lab.theme, lab.train.theme, window.rail.theme) == (LIGHT, LIGHT, LIGHT, LIGHT)
    assert window.notices.cards[0].theme is LIGHT
    assert window.rail.mark.theme is LIGHT
    assert QApplication.palette().window().color() == LIGHT.window
    shot = window.grab().toImage()
    assert shot.pixelColor(5, 500) == LIGHT.window
    assert shot.pixelColor(800, 200) == LIGHT.stage
    assert window.store.load().theme == "light"


def test_theme_follows_the_system_unless_one_is_chosen(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    from gui import window as module

    monkeypatch.setattr(module, "system_theme", lambda: LIGHT)
    window.set_theme_choice("system")
    assert window.theme is LIGHT
    monkeypatch.setattr(module, "system_theme", lambda: DARK)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.theme is DARK
    window.set_theme_choice("light")
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.theme is LIGHT


def test_undo_and_redo_restore_states(qtbot: QtBot, window: Window) -> None:
    lab = lab_of(window)
    lab.change(number=5)
    lab.change(text="other")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert lab.state == SampleState(number=5)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert lab.state == SampleState()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert lab.state == SampleState()
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert lab.state == SampleState(number=5)


def test_link_goes_to_the_lab_and_back(window: Window) -> None:
    assert window.open_link("receptive://other?v=1&n=7&text=a%20b")
    assert window.host.name == "other"
    assert lab_of(window).state == SampleState(number=7, text="a b")
    assert window.link() == "receptive://other?v=1&n=7&text=a%20b"
    window.copy_link()
    assert QGuiApplication.clipboard().text() == window.link()
    window.host.undo()
    assert lab_of(window).state == SampleState()


def test_a_link_out_of_range_is_put_right_and_said(window: Window) -> None:
    assert window.open_link("receptive://sample?n=99")
    assert lab_of(window).state.number == 9
    assert "99 is above 9" in str(window.notices.cards[0].notice)


def test_a_link_to_nowhere_is_told_and_changes_nothing(window: Window) -> None:
    assert not window.open_link("https://example.org")
    assert not window.open_link("receptive://nowhere")
    assert window.host.name == "sample"
    assert "nowhere" in window.notices.problems[1].message


def test_status_bar_shows_the_lab_that_is_shown(window: Window) -> None:
    lab = lab_of(window)
    lab.signals.status.emit(Status(label="Training"))
    assert window.status_bar.status.label == "Training"
    window.open_lab("other")
    lab.signals.status.emit(Status(label="Finished"))
    assert window.status_bar.status.label == "Paused"


def test_shutting_down_is_done_once(qtbot: QtBot, window: Window) -> None:
    lab = lab_of(window)
    lab.change(number=4)
    window.close()
    window.shut_down()
    assert lab.closed == 1
    assert not lab.active
    assert window.store.text("link") == "receptive://sample?v=1&n=4"


def test_window_opens_what_was_open_last_if_the_user_wants_that(make_window: MakeWindow, qtbot: QtBot) -> None:
    from dataclasses import replace

    first = make_window()
    first.apply_settings(replace(first.settings, start="last"))
    first.open_link("receptive://other?n=6")
    first.close()
    assert lab_of(make_window()).state == SampleState(number=6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (Arguments(lab="nowhere"), "no lab 'nowhere'"),
        (Arguments(link="receptive://nowhere"), "no lab “nowhere”"),
        (Arguments(link="receptive://"), "names no lab"),
    ],
)
def test_a_start_that_leads_nowhere_is_a_user_error(qapp: QApplication, arguments: Arguments, words: str) -> None:
    with pytest.raises(app.StartError, match=words):
        app.create(arguments, entries=(ENTRY, OTHER))


def test_painted_is_told_once_after_the_first_picture(qtbot: QtBot) -> None:
    _, window = app.create(Arguments(size=(1280, 800)), entries=(ENTRY,))
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        window.show()
    with qtbot.assertNotEmitted(window.painted, wait=50):
        window.repaint()


def test_menu_has_all_groups_and_does_an_action(qtbot: QtBot, window: Window) -> None:
    from gui.menus import main_menu

    menu = main_menu(window.all_actions(), window.theme, window)
    titles = [item.text() for item in menu.actions()]
    assert titles == ["File", "Edit", "Train", "View", "Labs", "Help"]
    train = menu.actions()[2].menu()
    assert [item.isEnabled() for item in train.actions()] == [True, False]  # type: ignore[union-attr]
    train.actions()[0].trigger()  # type: ignore[union-attr]
    assert lab_of(window).done == ["train"]
    menu.deleteLater()


def test_full_screen_toggles(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()
