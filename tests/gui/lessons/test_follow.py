"""Following every line of the lessons that need no engine: the lab goes there, lights up parts, shows numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import labs
from gui.labs.pooling.player import PoolingPlayer
from gui.lessons.library import load
from gui.lessons.markdown import Lesson, LessonError, check_parts, parse
from gui.window import Window
from tests.gui.lessons.screen import texts

LESSONS = [lesson for lesson in load() if lesson.labs & {"convolution", "pooling"}]

MUST: dict[tuple[str, str], tuple[str, ...]] = {
    ("parameter-count", "96×96 pixels, 500 units"): ("4,608,000", "9", "96×96"),
    ("parameter-count", "On a small picture"): ("9",),
    ("parameter-count", "With more pixels"): ("9", "12×12×1"),
    ("parameter-count", "Two deeper filters"): ("56",),
    ("translation", "The shape in the top corner"): ("11",),
    ("translation", "Three cells to the right"): ("11",),
    ("translation", "In the bottom corner"): ("11",),
    ("convolution", "The first window"): ("5×5×1", "3×3×1", "3×3", "4"),
    ("convolution", "Padding keeps the size"): ("5×5",),
    ("volumes", "Three in, four out"): ("6×6×3", "3×3×3", "of 6×6×4"),
    ("volumes", "Stride 2 halves both sides"): ("6×6×3",),
    ("volumes", "1×1: only the depth"): ("4×4×3", "1×1×3"),
    ("two-filters", "A corner, with padding"): ("5×5×3", "3×3×3", "padded 7×7", "1", "18", "7"),
    ("two-filters", "In the middle"): ("5",),
    ("two-filters", "The second filter begins"): ("10",),
    ("intuition-check", "See the first sum"): ("19",),
    ("pooling", "The largest wins"): ("wins", "8×8", "4×4"),
    ("pooling", "A tie: the first one wins"): ("wins", "ties", "7"),
    ("pooling", "The mean of each region"): ("4×4",),
    ("pooling", "Overlapping windows"): ("3×3",),
}
"""What `LECTURE.md` says must be shown, as it is written on screen."""


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_line_leads_there_and_lights_up_what_it_speaks_of(
    qtbot: QtBot, window: Window, tmp_path: Path, lesson: Lesson
) -> None:
    window.lessons.open(lesson.id)
    panel = window.lessons.panel
    assert panel is not None
    for row in panel.rows:
        show = row.show_me
        if show.lab == "studio":
            continue
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert window.link() == show.link
        assert not window.notices.cards
        assert show.parts, f"“{show.title}” says not what to look at"
        qtbot.waitUntil(lambda: bool(window.spotlight.rects))
        assert window.spotlight.parts == show.parts
        bounds = QRectF(window.rect())
        for part in show.parts:
            places = window.spotlight.places(part)
            assert places, f"“{part}” is not on screen"
            assert all(bounds.contains(place) for place in places)
        check_numbers(window, lesson, show.hint)
        must = MUST.get((lesson.id, show.title), ())
        if must:
            found = texts(window, tmp_path)
            assert not [text for text in must if text not in found]


def check_numbers(window: Window, lesson: Lesson, hint: str) -> None:
    """What the lab itself says now is what the line promises."""
    lab: Any = window.lab
    if found := re.fullmatch(r"= (-?\d+)", hint):
        assert result(lab) == found[1]
    elif found := re.fullmatch(r"step (\d+)", hint):
        assert lab.player.index + 1 == int(found[1])
    elif found := re.fullmatch(r"sum (\d)", hint):
        assert lab.picture.view.kernel.sum() / lab.state.divide == float(found[1])
        assert lab.picture.strip.current
    elif hint == "Sobel":
        assert lab.picture.view.shift_error() == 0.0  # the result moved with the picture, exactly
    elif re.fullmatch(r"\d+×\d+", hint) and isinstance(lab.player, PoolingPlayer):
        assert "×".join(map(str, lab.player.trace.output.shape[1:])) == hint


def result(lab: Any) -> str:
    """What the formula below the stage comes to."""
    line: str = next(line for line in lab.player.formula.text().splitlines() if line.lstrip().startswith("="))
    return line.rpartition("= ")[2].strip()


def test_the_whole_output_of_the_lecture_is_on_the_stage(window: Window) -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "convolution")
    window.open_link(lesson.shows[0].link)
    lab: Any = window.lab
    sums = []
    for step in range(9):
        lab.player.go_to(step)
        sums.append(int(result(lab)))
    assert sums == [4, 3, 4, 2, 4, 3, 2, 3, 4]


def test_the_four_answers_are_typed_and_told_right(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.id == "intuition-check")
    window.open_link(lesson.shows[0].link)
    lab: Any = window.lab
    assert result(lab) == "?"
    stage = lab.player.stage
    for answer, cell in zip(("19", "25", "36", "43"), ((0, 0), (0, 1), (1, 0), (1, 1)), strict=True):
        place = lab.player.scene.layout.output.cell(*cell).center().toPoint()
        qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=place)
        field = QApplication.focusWidget()
        assert field is not None
        qtbot.keyClicks(field, answer)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert lab.checking.answers.right == 3  # 36 is wrong: it should be 37
    assert "36" in texts(window, tmp_path)


def test_words_light_up_what_they_stand_for(qtbot: QtBot, window: Window) -> None:
    window.lessons.open("convolution")
    panel = window.lessons.panel
    assert panel is not None
    panel.part_pointed.emit("kernel")
    assert window.spotlight.parts == ("kernel",)
    qtbot.waitUntil(lambda: bool(window.spotlight.rects))
    panel.part_pointed.emit("")
    assert window.spotlight.parts == ()
    qtbot.waitUntil(lambda: not window.spotlight.isVisible())
    panel.part_pointed.emit("gallery")  # it is on the other page: pointing changes nothing
    assert window.spotlight.parts == ()


def test_clicked_words_lead_to_a_state_that_shows_them(qtbot: QtBot, window: Window) -> None:
    window.lessons.open("kernels")
    panel = window.lessons.panel
    assert panel is not None
    assert not window.spotlight.places("gallery")
    panel.part_chosen.emit("gallery")
    assert window.lab is not None
    assert window.lab.state.page.value == "picture"
    qtbot.waitUntil(lambda: bool(window.spotlight.rects))
    assert window.spotlight.parts == ("gallery",)


@pytest.mark.parametrize("touch", ["key", "click", "move", "lab", "resize"])
def test_the_spotlight_gives_way(qtbot: QtBot, window: Window, touch: str) -> None:
    window.lessons.open("convolution")
    lab: Any = window.lab
    window.spotlight.light(("kernel",))
    qtbot.waitUntil(lambda: bool(window.spotlight.rects))
    if touch == "key":
        qtbot.keyClick(lab.player, Qt.Key.Key_Space)
        assert lab.player.playback.playing
    elif touch == "click":
        qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    elif touch == "move":
        qtbot.waitUntil(lambda: move(lab.player.stage) or window.spotlight.parts == ())
    elif touch == "lab":
        window.spotlight.clear()
    else:
        window.resize(1300, 900)
    assert window.spotlight.parts == ()
    qtbot.waitUntil(lambda: not window.spotlight.isVisible())


def move(widget: Any) -> bool:
    """A mouse move over a widget, as the window system sends it."""
    place = QPointF(widget.width() / 2, widget.height() / 2)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, place, widget.mapToGlobal(place), none, none, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(widget, event)
    return False


def test_it_takes_no_mouse(window: Window) -> None:
    window.spotlight.light(("kernel",))
    lab: Any = window.lab
    middle = lab.player.stage.mapTo(window, lab.player.stage.rect().center())
    assert window.childAt(middle) is lab.player.stage


# Parts in the text of a lesson.


def parts_of_labs() -> dict[str, tuple[str, ...]]:
    return {entry.name: entry.part_names() for entry in labs.discover()}


@pytest.mark.parametrize("lesson", load(), ids=lambda lesson: lesson.id)
def test_all_parts_are_parts_of_a_lab(lesson: Lesson) -> None:
    check_parts(lesson, parts_of_labs())
    assert any(span.part for paragraph in lesson.paragraphs for span in paragraph) or lesson.id == "lenet"


def lesson_with(text: str = "Words.", show: str = "") -> Lesson:
    return parse(f"# Title\n\n{text}\n\n## Show me\n\n- [A](receptive://convolution){show}", id="some", number=1)


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(LessonError, match="some: “kernl” is no part of the lab convolution; there are input, padding"):
        check_parts(lesson_with(show=" {#kernl}"), parts_of_labs())
    with pytest.raises(LessonError, match="“candidates” is no part of the lab convolution"):
        check_parts(lesson_with("The [words]{#candidates}."), parts_of_labs())
    check_parts(lesson_with("The [stride]{#field-stride}.", " {#kernel #output}"), parts_of_labs())


@pytest.mark.parametrize("marks", ["#Kernel!", "kernel", ".kernel .input", "#", "#a/../b"])
def test_marks_that_are_none_are_named(marks: str) -> None:
    with pytest.raises(LessonError, match=r"neither a role \(.kernel\) nor a part \(#kernel\)|is no role"):
        lesson_with(f"The [words]{{{marks}}}.")


def test_words_stand_for_one_part() -> None:
    with pytest.raises(LessonError, match="one part, not for 2"):
        lesson_with("The [words]{#kernel #input}.")


def test_a_line_has_no_colour() -> None:
    with pytest.raises(LessonError, match="has no colour of its own"):
        lesson_with(show=" {.kernel}")
