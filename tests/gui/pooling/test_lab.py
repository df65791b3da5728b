"""The pooling lab by mouse and keys: playing, editing, checking, undoing, pictures."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.labs.pooling.editor import parsed
from gui.labs.pooling.lab import PoolingLab
from gui.labs.pooling.numbers import block_of
from gui.labs.pooling.presets import KINDS, PRESETS, Preset, preset
from gui.labs.pooling.state import Compare, Kind, Page, values_of
from gui.window import Window
from tests.gui.pooling.conftest import at, send_mouse


def _click(qtbot: QtBot, widget: QWidget, point: QPointF, *, twice: bool = False) -> None:
    qtbot.mouseMove(widget, at(point))
    do = qtbot.mouseDClick if twice else qtbot.mouseClick
    do(widget, Qt.MouseButton.LeftButton, pos=at(point))


def _colors(widget: QWidget) -> set[int]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return set(np.unique(data & 0xFFFFFF).tolist())


def _has(widget: QWidget, color: QColor) -> bool:
    return (color.rgb() & 0xFFFFFF) in _colors(widget)


def test_keys_play_and_step(lab: PoolingLab, window: Window, qtbot: QtBot) -> None:
    lab.player.setFocus()
    qtbot.keyClick(lab.player, Qt.Key.Key_Right)
    assert lab.player.index == 1
    qtbot.keyClick(lab.player, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert lab.player.index == 11
    qtbot.keyClick(lab.player, Qt.Key.Key_End)
    assert lab.player.index == 31
    assert lab.state.step == 31
    qtbot.keyClick(lab.player, Qt.Key.Key_Home)
    qtbot.keyClick(lab.player, Qt.Key.Key_Space)
    assert lab.player.playback.playing
    qtbot.waitUntil(lambda: lab.player.index >= 1, timeout=5000)
    qtbot.keyClick(lab.player, Qt.Key.Key_Space)
    assert not lab.player.playback.playing
    qtbot.waitUntil(lambda: lab.settled, timeout=5000)


def test_the_step_of_the_sketch(lab: PoolingLab) -> None:
    lab.player.go_to(6)
    assert "Tie: 8 at (2, 5) and (3, 4)" in lab.status.hint
    assert lab.player.formula.text().endswith("= max(5, 8, 8, 2) = 8")
    assert lab.player.second.text().endswith("= (5 + 8 + 8 + 2) / 4 = 5.75")
    assert lab.player.second.text().startswith("z")
    assert "at[0,1,2] = 21" in lab.panel.code.text


def test_an_output_is_gone_to_by_click(lab: PoolingLab, qtbot: QtBot) -> None:
    stage = lab.player.stage
    _click(qtbot, stage, lab.player.comparison.output_rect(1, 9).center())
    assert lab.player.index == 9


def test_hovering_a_cell_tells_its_part_and_its_outputs(lab: PoolingLab, qtbot: QtBot) -> None:
    lab.player.go_to(6)
    stage, scene = lab.player.stage, lab.player.comparison
    qtbot.mouseMove(stage, at(scene.input_rect((0, 3, 4)).center()))
    assert stage.hit is not None
    texts = ["".join(span.text for span in line) for line in stage.hit.lines]
    assert texts == ["x[0,3,4] = 8  ties", "The 8 at [0,2,5] is read first"]
    qtbot.mouseMove(stage, at(scene.input_rect((0, 7, 7)).center()))
    assert stage.hit.lines[1][0].text == "reaches 1 output"
    qtbot.mouseMove(stage, at(scene.places.lanes[1].candidates.cell(0, 0).center()))
    assert "".join(span.text for span in stage.hit.lines[1]) == "× ¼ = 1.25"


def test_a_cell_is_edited_in_place_and_undone(lab: PoolingLab, window: Window, qtbot: QtBot) -> None:
    stage, editor = lab.player.stage, lab.editing.editor
    _click(qtbot, stage, lab.player.comparison.input_rect((0, 0, 0)).center(), twice=True)
    assert editor.open
    assert editor.field.text() == "2"
    qtbot.keyClicks(editor.field, "9,5")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert values_of(lab.state)[0, 0, 0] == 9.5
    assert lab.player.comparison.lanes[0].trace.output[0, 0, 0] == 9.5
    assert editor.open  # the next cell
    assert editor.key == ("input", (0, 0, 1))
    qtbot.keyClicks(editor.field, "x")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor.open  # no number: it stays
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert not editor.open
    window.host.undo()
    assert lab.state == preset("max").state
    window.host.redo()
    assert values_of(lab.state)[0, 0, 0] == 9.5


def test_digits_and_the_wheel_change_the_cell_under_the_mouse(lab: PoolingLab, qtbot: QtBot) -> None:
    stage = lab.player.stage
    center = lab.player.comparison.input_rect((0, 4, 4)).center()
    qtbot.mouseMove(stage, at(center))
    wheel = QWheelEvent(
        center, stage.mapToGlobal(center), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage, wheel)
    assert values_of(lab.state)[0, 4, 4] == 2
    lab.player.setFocus()
    qtbot.keyClick(lab.player, Qt.Key.Key_7)
    assert lab.editing.editor.field.text() == "7"
    qtbot.keyClick(lab.editing.editor.field, Qt.Key.Key_Tab)
    assert values_of(lab.state)[0, 4, 4] == 7


def test_a_cell_takes_digits_after_a_button_was_clicked(lab: PoolingLab, window: Window, qtbot: QtBot) -> None:
    window.setFocus()  # where a click on a button leaves the keyboard
    qtbot.mouseMove(lab.player.stage, at(lab.player.comparison.input_rect((0, 0, 1)).center()))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_5)
    assert lab.editing.editor.open
    qtbot.keyClick(lab.editing.editor.field, Qt.Key.Key_Escape)


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("−2,5", -2.5), ("5/4", 1.25), ("", None), ("a", None), ("1/0", None), ("1e9", None)]
)
def test_numbers_as_people_write_them(text: str, value: float | None) -> None:
    assert parsed(text) == value


def test_pasted_rows_become_the_input(lab: PoolingLab, window: Window) -> None:
    assert block_of("1;2;3\n\n[4, 5 6]") == [[1, 2, 3], [4, 5, 6]]
    assert block_of("1 2\na b") == []
    QGuiApplication.clipboard().setText("1\t2\t3\n4\t5\t6\n7\t8\t9\n")
    lab.paste_numbers()
    assert values_of(lab.state).tolist() == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    QGuiApplication.clipboard().setText("hello")
    lab.paste_numbers()
    assert "no numbers" in window.notices.problems[-1].title


def test_checking_yourself_hides_and_marks(lab: PoolingLab, qtbot: QtBot) -> None:
    lab.panel.check.click()
    assert lab.state.check
    scene, editor = lab.player.comparison, lab.editing.editor
    assert scene.hidden(0, 0)
    assert [text.splitlines()[1] for text in lab.player.formulas_text()] == ["= ?", "= ?"]
    assert "at[" not in lab.panel.code.text
    _click(qtbot, lab.player.stage, scene.output_rect(0, 0).center())
    assert editor.key == ("output", (0, 0))
    qtbot.keyClicks(editor.field, "2")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert lab.player.index == 1  # right: on to the next
    assert editor.key == ("output", (0, 1))
    qtbot.keyClicks(editor.field, "4")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert lab.player.index == 1  # wrong: this step shows why
    assert "1 of 2 right" in lab.status.hint
    assert not scene.hidden(0, 1)
    assert scene.hidden(1, 1)
    assert _has(lab.player.stage, lab.player.theme.error) or not scene.is_right(0, 1)
    _click(qtbot, lab.player.stage, scene.output_rect(1, 2).center())
    qtbot.keyClicks(editor.field, "2.75")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert lab.editing.score == (2, 3)
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    lab.new_numbers()
    assert lab.editing.answers == {}
    lab.toggle_check()
    assert lab.editing.answers is None


def test_kinds_keep_the_numbers_and_what_has_no_sense_gives_way(lab: PoolingLab, qtbot: QtBot) -> None:
    x = values_of(lab.state)
    for kind in Kind:
        lab.strip.kinds[kind.value].click()
        assert lab.state.kind is kind
        assert np.array_equal(values_of(lab.state), x)
        assert len(lab.player.comparison.lanes) == 2
        assert lab.strip.kinds[kind.value].role == "chosen"
    lab.strip.kinds["max"].click()
    lab.fields.steppers["dilation"].step_by(1)
    assert lab.state.dilation == (2, 2)
    assert len(lab.player.comparison.lanes) == 1
    assert "no dilation" in lab.player.comparison.note


def test_fields_change_one_side_or_both(lab: PoolingLab) -> None:
    lab.fields.steppers["kernel"].step_by(1)
    assert (lab.state.kernel, lab.state.stride) == ((3, 3), (3, 3))
    lab.fields.axis.set_value("1")
    lab.fields.steppers["stride"].step_by(-1)
    assert lab.state.stride == (3, 2)
    lab.fields.steppers["padding"].step_by(1)
    assert lab.state.padding == (0, 1)
    lab.fields.ceil.click()
    assert lab.state.ceil_mode
    lab.fields.compare.set_key("none")
    lab.fields.compare.chosen.emit("none")
    assert lab.state.compare is Compare.NONE
    assert not lab.player.second.isVisible()


def test_new_numbers_and_shift_are_undone(lab: PoolingLab, window: Window, qtbot: QtBot) -> None:
    before = lab.state
    lab.fields.new.click()
    assert lab.state.x == ()
    lab.player.facts.directions.changed.emit("↓")
    assert lab.state.shift == (1, 0)
    assert lab.player.facts.shift is not None
    window.host.undo()
    window.host.undo()
    assert lab.state == before


@pytest.mark.parametrize("entry", PRESETS, ids=lambda entry: entry.name)
def test_every_preset_is_drawn_at_every_step(lab: PoolingLab, entry: Preset) -> None:
    lab.open_preset(entry)
    stage, scene = lab.player.stage, lab.player.comparison
    for step in {0, scene.count // 2, scene.count - 1}:
        lab.player.go_to(step)
        assert _has(stage, lab.player.theme.output)
        assert _has(lab.player.facts, lab.player.theme.gradient)
        for lane in scene.places.lanes:
            assert lane.output.rect.right() <= stage.width()
            assert lane.candidates.rect.bottom() <= stage.height() + 1


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
@pytest.mark.parametrize("entry", KINDS, ids=lambda entry: entry.name)
def test_nothing_lies_over_another_in_any_size(
    make_window: Callable[..., Window], size: tuple[int, int], entry: Preset
) -> None:
    window = make_window(size=size, theme="light")
    lab = window.lab
    assert isinstance(lab, PoolingLab)
    lab.open_preset(entry)
    QApplication.processEvents()
    shown = [part for part in lab.fields.children() if isinstance(part, QWidget) and part.isVisible()]
    shown.sort(key=lambda part: part.x())
    for left, right in pairwise(shown):
        assert left.geometry().right() <= right.x()
    assert shown[-1].geometry().right() <= lab.fields.width()
    assert lab.panel.code.geometry().bottom() <= lab.panel.height()
    places = lab.player.comparison.places
    first = places.padded.rect
    assert first.bottom() <= lab.player.stage.height()
    for lane in places.lanes:
        assert first.right() < lane.candidates.left < lane.chip.left() < lane.output.left
    if places.idle is not None:
        assert max(lane.output.rect.right() for lane in places.lanes) < places.idle.left


def test_examples_of_the_text(lab: PoolingLab) -> None:
    lab.panel.rows[1].click()
    assert lab.player.facts.shift is not None
    assert lab.player.facts.shift.moves
    lab.panel.rows[2].click()
    assert lab.state.kind is Kind.GLOBAL
    lab.panel.rows[0].click()
    assert lab.player.index == 6


def test_code_is_copied_as_a_program(lab: PoolingLab) -> None:
    lab.panel.copy.click()
    assert "F.max_pool2d" in QGuiApplication.clipboard().text()
    assert lab.panel.code.text.splitlines()[0] in QGuiApplication.clipboard().text()


def test_a_picture_is_pooled_and_moved(lab: PoolingLab, qtbot: QtBot, tmp_path: Path) -> None:
    lab.change(replace(lab.state, page=Page.PICTURE, shift=(0, 0)))
    page = lab.picture
    assert page.isVisible()
    assert [plate.values.shape for plate in page.plates] == [(92, 92), (46, 46), (46, 46)]
    assert page.changed is None
    center = page.rects()[0].center()
    qtbot.mouseMove(page, at(center))
    assert page.place is not None
    assert _has(page, page.theme.kernel)
    scale = page.rects()[0].width() / 92
    start = at(center)
    qtbot.mousePress(page, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(page, QPoint(start.x() + round(3 * scale), start.y() - round(scale)))
    qtbot.mouseRelease(page, Qt.MouseButton.LeftButton, pos=start)
    assert lab.state.shift == (-1, 3)
    assert page.changed is not None
    qtbot.keyClick(page, Qt.Key.Key_Left)
    assert lab.state.shift == (-1, 2)
    qtbot.mouseDClick(page, Qt.MouseButton.LeftButton, pos=start)
    assert lab.state.shift == (0, 0)
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 200, 200))
    image.save(str(tmp_path / "grey.png"))
    page.open_file(tmp_path / "grey.png")
    assert lab.state.picture == "own"
    assert page.plates[1].values.shape == (10, 20)
    assert set(page.plates[1].values.ravel().tolist()) == {200}
    QGuiApplication.clipboard().setImage(image.scaled(200, 200))
    lab.paste_numbers()
    assert lab.picture.plates[0].values.shape == (92, 92)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    page.open_file(tmp_path / "broken.png")
    assert "cannot be read" in lab.status.hint


@pytest.mark.parametrize("name", ["letter", "rings", "spots", "bricks"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_picture_takes_every_pooling(lab: PoolingLab, name: str, kind: Kind) -> None:
    lab.change(replace(preset(kind.value).state, page=Page.PICTURE, picture=name))
    assert len(lab.picture.plates) == 3
    lab.picture.place = (40, 40)
    assert _has(lab.picture, lab.picture.theme.output)


def test_frames_are_the_steps(lab: PoolingLab, window: Window) -> None:
    lab.open_preset(preset("numerical_max_pooling"))
    frames = list(lab.frames(0.5))
    assert len(frames) == 9
    assert frames[0] != frames[1]
    first = frames[0]
    assert isinstance(first, tuple)
    assert first[0].height() == (lab.player.stage.height() + lab.player.formula.height()) // 2
    assert lab.player.index == 0


def test_a_vector_picture_has_its_numbers_as_text(lab: PoolingLab, window: Window, tmp_path: Path) -> None:
    from gui.export import save_window

    lab.player.go_to(6)
    save_window(window, tmp_path / "pool.svg")
    text = (tmp_path / "pool.svg").read_text(encoding="utf-8")
    assert ">wins<" in text
    assert text.count(">5.75<") >= 2
    assert lab.player.stage.scene is lab.player.comparison


def test_what_is_copied_is_where_the_player_is(lab: PoolingLab, qtbot: QtBot) -> None:
    lab.player.toggle()
    lab.player.advance(1000)
    lab.player.toggle()
    assert lab.player.index > 1
    assert lab.state.step == lab.player.index
    qtbot.waitUntil(lambda: lab.settled, timeout=5000)


def test_presenting_leaves_stage_and_player(lab: PoolingLab) -> None:
    lab.set_presenting(True)
    assert not lab.strip.isVisible()
    assert not lab.panel.isVisible()
    assert lab.player.transport.isVisible()
    lab.set_presenting(False)
    assert lab.panel.isVisible()


def test_in_the_smallest_window_panel_and_facts_give_way(make_window: Callable[..., Window]) -> None:
    window = make_window(size=(960, 600))
    lab = window.lab
    assert isinstance(lab, PoolingLab)
    assert not lab.panel.isVisible()
    assert not lab.player.facts.isVisible()
    shown = [widget for widget in lab.fields.steppers.values() if widget.isVisible()]
    assert all(widget.width() >= widget.minimumSizeHint().width() for widget in shown)
    window.resize(1280, 600)
    assert lab.panel.isVisible()
    assert not lab.panel.rows[0].isVisible()
    window.resize(1280, 800)
    assert lab.panel.rows[0].isVisible()
    assert lab.player.facts.isVisible()


def test_it_needs_neither_torch_nor_time_at_startup() -> None:
    code = (
        "import sys; import gui.labs.pooling; "
        "assert not any('pooling.' in name for name in sys.modules); "
        "import gui.labs.pooling.lab; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_cell_is_dragged_up_and_down(lab: PoolingLab, qtbot: QtBot) -> None:
    stage = lab.player.stage
    start = at(lab.player.comparison.input_rect((0, 2, 3)).center())
    before = values_of(lab.state)[0, 2, 3]
    qtbot.mouseMove(stage, start)
    send_mouse(stage, QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton)
    send_mouse(stage, QEvent.Type.MouseButtonPress, start, Qt.MouseButton.LeftButton)
    send_mouse(stage, QEvent.Type.MouseMove, start - QPoint(0, 25), Qt.MouseButton.LeftButton)
    assert values_of(lab.state)[0, 2, 3] == before + 3
    send_mouse(stage, QEvent.Type.MouseMove, start + QPoint(0, 9), Qt.MouseButton.LeftButton)
    assert values_of(lab.state)[0, 2, 3] == before - 1
    send_mouse(stage, QEvent.Type.MouseButtonRelease, start + QPoint(0, 9), Qt.MouseButton.LeftButton)
    send_mouse(stage, QEvent.Type.MouseMove, start - QPoint(0, 40), Qt.MouseButton.NoButton)
    assert values_of(lab.state)[0, 2, 3] == before - 1
