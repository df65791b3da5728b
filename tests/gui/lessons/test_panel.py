"""The lesson beside a lab: opened by key, read, followed into the lab, remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui import export
from gui.lessons.markdown import Lesson, parse
from gui.lessons.panel import LessonPanel, html
from gui.settings import Store
from gui.theme import DARK, LIGHT, Density
from gui.window import Window

TEXT = """
# Title {n}

A [kernel]{{.kernel}} with [`3·3 < 10`]{{.input}} and **bold**.

## Show me

- [One](receptive://convolution?v=1&step=4) `step 5`
- [Two](receptive://convolution?v=1&k=5,5)
"""


def lessons() -> list[Lesson]:
    return [parse(TEXT.format(n=n), id=f"lesson-{n}", number=n) for n in (1, 2, 3)]


@pytest.fixture
def panel(qtbot: QtBot) -> LessonPanel:
    panel = LessonPanel(lessons(), DARK)
    qtbot.addWidget(panel)
    panel.resize(320, 600)
    panel.show()
    return panel


def test_text_is_in_the_colours_of_its_roles(qapp: object) -> None:
    for theme in (DARK, LIGHT):
        text = html(lessons()[0].paragraphs, theme, px=13, line=20)
        assert f"color:{theme.kernel.name()}" in text
        assert f"color:{theme.input.name()};font-family:" in text
        assert "3·3 &lt; 10" in text
        assert "font-weight:600" in text


def test_previous_and_next_stop_at_the_ends(qtbot: QtBot, panel: LessonPanel) -> None:
    assert panel.place.text() == "Lesson 1 of 3"
    assert not panel.previous_button.isEnabled()
    with qtbot.waitSignal(panel.lesson_changed) as changed:
        qtbot.mouseClick(panel.next_button, Qt.MouseButton.LeftButton)
    assert changed.args == ["lesson-2"]
    panel.next()
    panel.next()
    assert (panel.lesson.id, panel.place.text()) == ("lesson-3", "Lesson 3 of 3")
    assert not panel.next_button.isEnabled()
    panel.open("none of them")
    assert panel.lesson.id == "lesson-1"


def test_a_row_asks_for_its_link_and_stays_marked(qtbot: QtBot, panel: LessonPanel) -> None:
    with qtbot.waitSignal(panel.link_wanted) as wanted:
        qtbot.mouseClick(panel.rows[1], Qt.MouseButton.LeftButton)
    assert wanted.args == ["receptive://convolution?v=1&k=5,5", ()]
    assert [row.isChecked() for row in panel.rows] == [False, True]
    panel.next()
    assert [row.isChecked() for row in panel.rows] == [False, False]


def test_it_has_two_widths_and_both_themes(panel: LessonPanel) -> None:
    dark = panel.grab().toImage()
    panel.set_theme(LIGHT)
    light = panel.grab().toImage()
    assert dark.pixelColor(100, 590) == DARK.panel
    assert light.pixelColor(100, 590) == LIGHT.panel
    assert light.pixelColor(0, 300) == LIGHT.border
    panel.set_density(Density.SMALL)
    assert panel.width() == 280
    panel.set_inside(True)
    assert panel.grab().toImage().pixelColor(0, 300) == LIGHT.panel


def test_there_must_be_lessons() -> None:
    with pytest.raises(ValueError, match="no lessons"):
        LessonPanel([], DARK)


# In the window.


def test_f1_opens_and_closes_it_beside_the_lab(qtbot: QtBot, window: Window) -> None:
    assert window.lessons.panel is None
    qtbot.keyClick(window, Qt.Key.Key_F1)
    panel = window.lessons.panel
    assert panel is not None
    assert panel.isVisible()
    assert window.lab is not None
    assert window.lab.widget.isAncestorOf(panel)  # the lab has a side panel of its own
    window.open_lab("studio")
    assert not window.lab.widget.isAncestorOf(panel)
    assert panel.isVisible()
    assert panel.parent() is window
    window.open_lab("pooling")
    assert window.lab.widget.isAncestorOf(panel)
    assert panel.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert not panel.isVisible()
    window.open_lab("convolution")
    assert not panel.isVisible()


def test_show_me_sets_the_lab_and_can_be_undone(qtbot: QtBot, window: Window) -> None:
    window.lessons.open("two-filters")
    panel = window.lessons.panel
    assert panel is not None
    for row in panel.rows:
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert window.link() == row.show_me.link
    assert window.notices.problems == ()
    window.host.undo()
    assert window.link() != panel.rows[-1].show_me.link


def test_every_link_of_the_labs_without_engine_is_shown_as_it_is(qtbot: QtBot, window: Window) -> None:
    for lesson in window.lessons.lessons:
        for show in lesson.shows:
            if show.lab != "studio":
                assert window.open_link(show.link)
                assert window.link() == show.link
                assert window.host.name == show.lab
    assert window.notices.problems == ()


def test_which_lesson_is_open_is_remembered(qtbot: QtBot, window: Window) -> None:
    window.lessons.open("convolution")
    qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    store = Store()
    assert (store.text("lesson"), store.text("lesson-open")) == ("volumes", "1")
    panel = window.lessons.panel
    assert panel is not None
    qtbot.mouseClick(panel.close_button, Qt.MouseButton.LeftButton)
    assert Store().text("lesson-open") == ""
    window.lessons.restore()
    assert not window.lessons.is_open
    window.lessons.toggle()
    assert panel.lesson.id == "volumes"
    window.lessons.restore()
    assert panel.isVisible()


def test_each_lesson_is_an_action_and_in_the_list(qtbot: QtBot, window: Window) -> None:
    actions = {action.id: action for action in window.all_actions()}
    assert {f"lesson.{lesson.id}" for lesson in window.lessons.lessons} <= set(actions)
    action = actions["lesson.kernels"]
    assert action.checked is not None
    assert not action.checked()
    assert action.do()
    assert action.checked()
    window.lessons.show_list()
    from PySide6.QtWidgets import QMenu

    menu = window.findChild(QMenu)
    assert menu is not None
    titles = [item.text() for item in menu.actions()]
    assert titles == [f"Lesson: {lesson.title}" for lesson in window.lessons.lessons]
    assert [item.isChecked() for item in menu.actions()].index(True) == titles.index("Lesson: What kernels see")
    menu.close()


def test_lessons_that_cannot_be_read_are_told(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    from gui.lessons import beside
    from gui.lessons.markdown import LessonError

    def fail() -> None:
        raise LessonError("20-two-filters.md, line 3: words")

    monkeypatch.setattr(beside, "load", fail)
    window.lessons._lessons = None
    assert window.lessons.lessons == ()
    assert "20-two-filters.md, line 3" in window.notices.problems[0].message
    window.lessons.open()
    assert not window.lessons.is_open


def test_the_key_opens_a_lesson_of_the_lab_that_is_shown(window: Window) -> None:
    lessons = window.lessons
    for lab, lesson in (("studio", "modules"), ("convolution", "convolution"), ("pooling", "pooling")):
        window.open_lab(lab)
        lessons.toggle()
        assert lessons.panel is not None
        assert lessons.panel.lesson.id == lesson
        lessons.close()
    window.open_lab("convolution")
    lessons.open("kernels")
    lessons.close()
    lessons.toggle()
    assert lessons.panel is not None
    assert lessons.panel.lesson.id == "kernels"  # what was read last, where it leads to this lab
    lessons.close()


def test_the_panel_is_in_the_picture(window: Window) -> None:
    window.open_lab("studio")
    without = export.picture(window)
    window.lessons.open("lenet")
    window.repaint()
    with_panel = export.picture(window)
    assert isinstance(with_panel, QImage)
    assert without != with_panel
    assert with_panel.pixelColor(1500, 900) == DARK.panel
