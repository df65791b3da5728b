"""The lab in the window: what is shown, edited, asked, undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui import export
from gui.labs.convolution import numbers
from gui.labs.convolution.lab import ConvolutionLab, preset_name
from gui.labs.convolution.presets import PRESETS, preset
from gui.labs.convolution.state import ConvolutionState, Page, fitted, trace
from gui.theme import LIGHT
from gui.window import Window
from tests.gui.convolution.conftest import click, hover, place_of, scene_of


def _inks(image: QImage) -> int:
    """How many colours a picture has."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return len(np.unique(pixels))


def test_all_presets_open_and_are_painted(lab: ConvolutionLab) -> None:
    for entry in PRESETS:
        lab.change(entry.state)
        assert lab.possible, entry.name
        assert lab.state == entry.state
        np.testing.assert_allclose(lab.player.trace.output, trace(entry.state).output)
        assert _inks(lab.player.stage.grab().toImage()) > 20, entry.name
        named = PRESETS[[p.name for p in PRESETS].index(preset_name(entry.state))]
        assert replace(named.state, step=0) == entry.state


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_the_window_is_painted_in_both_themes_and_sizes(
    make_window: Callable[..., Window], theme: str, size: tuple[int, int]
) -> None:
    window = make_window(size=size, theme=theme)
    image = export.picture(window)
    assert (image.width(), image.height()) == size
    assert _inks(image) > 60


def test_a_field_changes_the_output_and_can_be_undone(lab: ConvolutionLab, window: Window) -> None:
    lab.open_preset(preset("one-channel"))
    lab.fields.steppers["padding"][0].step_by(1)
    assert lab.state.padding == (1, 1)
    assert lab.player.trace.output.shape == (1, 5, 5)
    window.host.undo()
    assert lab.state == preset("one-channel").state
    assert lab.player.trace.output.shape == (1, 3, 3)
    window.host.redo()
    assert lab.state.padding == (1, 1)


def test_the_lecture_numbers_stay_where_sizes_grow(lab: ConvolutionLab) -> None:
    lab.open_preset(preset("one-channel"))
    lab.fields.steppers["size"][0].step_by(1)
    assert lab.player.trace.inputs[0][0, :5, :5].tolist() == trace(preset("one-channel").state).inputs[0][0].tolist()


def test_typing_into_a_cell_changes_the_output(lab: ConvolutionLab, qtbot: QtBot, window: Window) -> None:
    lab.open_preset(preset("one-channel"))
    click(qtbot, lab, "w", 0, 0, 1, 1)
    edit = lab.editor.edit
    assert edit.isVisible()
    assert edit.text() == "1"
    qtbot.keyClicks(edit, "-4")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert not edit.isVisible()
    assert lab.player.trace.weights["weight"][0, 0, 1, 1] == -4
    assert lab.player.trace.output[0, 0, 0] == 4 - 5
    window.host.undo()
    assert lab.player.trace.output[0, 0, 0] == 4


def test_arrows_move_between_cells_and_escape_leaves(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.open_preset(preset("one-channel"))
    click(qtbot, lab, "x", 0, 1, 1)
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Right)
    assert lab.editor.target is not None
    assert lab.editor.target.index == (0, 1, 2)
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Down)
    assert lab.editor.target.index == (0, 2, 2)
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Tab)
    assert lab.editor.target.index == (0, 2, 3)
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Backtab)
    assert lab.editor.target.index == (0, 2, 2)
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Escape)
    assert lab.editor.target is None
    assert lab.player.hasFocus()
    click(qtbot, lab, "x", 0, 1, 1)
    lab.fields.bias.setFocus(Qt.FocusReason.TabFocusReason)
    assert lab.editor.target is None
    assert not lab.editor.edit.isVisible()
    assert lab.fields.bias.hasFocus()


def test_dragging_and_wheeling_change_a_number(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.open_preset(preset("two-filters"))
    stage, start = lab.player.stage, place_of(lab, "b", 0)
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(stage, left, pos=start)
    qtbot.mouseMove(stage, QPoint(start.x(), start.y() - 24))
    hover(qtbot, lab, QPoint(start.x(), start.y() - 24))
    qtbot.mouseRelease(stage, left, pos=start)
    assert lab.player.trace.weights["bias"][0] == 4
    point = QPointF(place_of(lab, "x", 0, 0, 1))
    wheel = QWheelEvent(
        point, stage.mapToGlobal(point), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage, wheel)
    assert lab.player.trace.inputs[0][0, 0, 1] == 0


def test_a_pasted_matrix_is_written_from_the_cell_on(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.open_preset(preset("one-channel"))
    click(qtbot, lab, "x", 0, 2, 3)
    QGuiApplication.clipboard().setText("7\t8\n9\t10")
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert lab.player.trace.inputs[0][0, 2:4, 3:5].tolist() == [[7, 8], [9, 10]]
    click(qtbot, lab, "x", 0, 0, 0)
    QGuiApplication.clipboard().setText("1, two")
    before = lab.state
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert lab.state == before


def test_cells_of_a_transposed_convolution_are_those_of_its_own_arrays(lab: ConvolutionLab, qtbot: QtBot) -> None:
    state = replace(preset("transposed").state, in_channels=2, out_channels=2, stretched=True)
    lab.change(state)
    for part, index in (("x", (1, 2, 1)), ("w", (1, 0, 0, 2))):
        click(qtbot, lab, part, *index)
        qtbot.keyClicks(lab.editor.edit, "9")
        qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    plain = trace(lab.state)
    assert plain.inputs[0][1, 2, 1] == 9
    assert plain.weights["weight"][1, 0, 0, 2] == 9
    np.testing.assert_allclose(lab.player.trace.output, plain.output)


def test_what_is_impossible_names_both_numbers_and_shows_no_picture(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(preset("depthwise").state, groups=2))
    assert not lab.possible
    assert lab.pages.currentWidget() is lab.impossible
    assert "3 input channels" in lab.impossible.message
    assert "2 groups" in lab.impossible.message
    assert lab.status.kind == "error"
    qtbot.mouseClick(lab.impossible.nearest_button, Qt.MouseButton.LeftButton)
    assert lab.possible
    assert lab.state.groups == 1
    lab.change(replace(preset("one-channel").state, kernel=(7, 7)))
    assert "7" in lab.impossible.message
    assert "5" in lab.impossible.message
    qtbot.mouseClick(lab.impossible.back_button, Qt.MouseButton.LeftButton)
    assert lab.pages.currentWidget() is lab.player


def test_keys_play_and_step(lab: ConvolutionLab, window: Window, qtbot: QtBot) -> None:
    lab.open_preset(preset("two-filters"))
    for key, expected in ((Qt.Key.Key_End, 17), (Qt.Key.Key_Left, 16), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1)):
        qtbot.keyClick(lab.player, key)
        assert lab.player.index == expected
    qtbot.keyClick(lab.player, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert lab.player.index == lab.state.step == 11
    assert "step=11" in window.link()
    qtbot.keyClick(lab.player, Qt.Key.Key_Space)
    assert lab.player.playback.playing
    qtbot.keyClick(lab.player, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not lab.player.is_running)


def test_hovering_asks_backwards(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(preset("one-channel").state, step=4))
    stage = lab.player.stage
    plain = stage.grab().toImage()
    for part, index in (("x", (0, 2, 2)), ("w", (0, 0, 1, 1))):
        hover(qtbot, lab, place_of(lab, part, *index))
        assert stage.hit is not None
        assert stage.grab().toImage() != plain
    assert stage.hit.part == "kernel"


def test_colours_are_those_of_the_weights(lab: ConvolutionLab) -> None:
    lab.change(replace(preset("one-channel").state, step=4))
    plain = lab.player.stage.grab().toImage()
    lab.panel.check.colours.click()
    assert lab.state.colours
    assert lab.player.stage.grab().toImage() != plain
    hues = {scene_of(lab).hue(row, column).hue() for row in range(3) for column in range(3)}
    assert len(hues) == 9


def test_answers_are_marked_and_explained(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.open_preset(preset("intuition-check"))
    assert lab.checking.active
    assert "19" not in lab.player.formula.text().splitlines()[1].rsplit("=", 1)[1]
    click(qtbot, lab, "y", 0, 0, 0)
    for text in ("19", "25", "36", "43"):
        qtbot.keyClicks(lab.editor.edit, text)
        qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    answers = lab.checking.answers
    assert answers is not None
    assert {step: right for step, (_, right) in answers.given.items()} == {0: True, 1: True, 2: False, 3: True}
    part = lab.panel.check
    assert "3</b> of 4 right" in part.score.text()
    assert "36" in part.score.text()
    assert "row 1, column 0" in part.score.text()
    part.step_button.click()
    assert lab.player.index == 2
    assert lab.player.formula.text().splitlines()[1].endswith("= 37")
    click(qtbot, lab, "y", 0, 0, 0)
    lab.new_numbers()
    assert lab.checking.answers is not None
    assert not lab.checking.answers.given
    lab.panel.check.check.click()
    assert not lab.editor.edit.isVisible()


def test_theme_kind_and_type_can_be_changed(lab: ConvolutionLab, window: Window) -> None:
    window.set_theme(LIGHT)
    for axes in (1, 3, 2):
        lab.top.axes_chosen.emit(axes)
        assert lab.state.axes == axes
        for kind in ("transposed", "causal", "convolution"):
            lab.top.kind_chosen.emit(kind)
            assert lab.possible
            assert (lab.state.transposed, lab.state.causal) == (kind == "transposed", kind == "causal")
    assert lab.player.stage.grab().toImage().pixelColor(2, 2) == LIGHT.stage


def test_copied_code_is_the_program_of_what_is_shown(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.open_preset(preset("one-channel"))
    lab.panel.code.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert "import torch" in text
    assert all(line in text for line in lab.panel.code.lines())
    lab.panel.code.form.changed.emit("function")


def test_the_lab_needs_no_torch() -> None:
    import subprocess
    import sys

    code = (
        "import sys, gui.labs, gui.labs.convolution as c; assert 'gui.labs.convolution.state' not in sys.modules;"
        "c.LAB.load(); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_any_state_may_be_set(lab: ConvolutionLab) -> None:
    lab.set_state(ConvolutionState())
    assert lab.possible


def test_undo_works_while_a_cell_is_edited(lab: ConvolutionLab, window: Window, qtbot: QtBot) -> None:
    lab.open_preset(preset("one-channel"))
    click(qtbot, lab, "w", 0, 0, 0, 0)
    qtbot.keyClicks(lab.editor.edit, "5")
    assert lab.player.trace.weights["weight"][0, 0, 0, 0] == 5
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert lab.player.trace.weights["weight"][0, 0, 0, 0] == 1
    assert lab.editor.edit.text() == "1"


def test_numbers_are_pasted_onto_the_stage(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(preset("one-channel").state)
    QGuiApplication.clipboard().setText("1,2,3,4\n5,6,7,8\n9,10,11,12")
    lab.paste_numbers()
    assert lab.state.size == (3, 4)
    np.testing.assert_array_equal(lab.player.trace.inputs[0][0], np.arange(1.0, 13).reshape(3, 4))
    hover(qtbot, lab, place_of(lab, "w", 0, 0, 1, 1))
    QGuiApplication.clipboard().setText("[[0.5 -1], [2, 3]]")
    lab.paste_numbers()
    np.testing.assert_array_equal(lab.player.trace.weights["weight"][0, 0, 1:, 1:], [[0.5, -1], [2, 3]])
    assert lab.state.size == (3, 4)
    before = lab.state
    hover(qtbot, lab, QPoint(1, 1))
    QGuiApplication.clipboard().setText("1 2 3\n4 5")
    lab.paste_numbers()
    assert lab.state == before


@pytest.mark.parametrize(
    ("axes", "channels", "text", "size"),
    [
        (1, 1, "1 2 3 4\n5 6 7 8", (8,)),
        (1, 2, "1 2 3 4\n5 6 7 8", (4,)),
        (2, 2, "1 2 3\n4 5 6\n7 8 9\n1 1 1\n2 2 2\n3 3 3", (3, 3)),
        (2, 1, "\n".join(["1 " * 40] * 3), (3, 28)),
        (3, 1, "\n".join(["1 2 3"] * 8), (2, 4, 3)),
    ],
)
def test_a_pasted_matrix_is_the_input(axes: int, channels: int, text: str, size: tuple[int, ...]) -> None:
    state = replace(fitted(ConvolutionState(), axes=axes), in_channels=channels)
    if axes == 3:
        state = replace(state, size=(4, 4, 4))
    found = numbers.with_input(state, numbers.block_of(text))
    assert found.size == size
    given = np.array(numbers.block_of(text))
    x = numbers.array_of(found, "x")
    assert x.shape == (channels, *size)
    assert x.sum() == given[:, : size[-1] if axes > 1 else None].sum()


def test_checking_asks_at_once_and_answers_can_be_typed_anywhere(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.open_preset(preset("one-channel"))
    lab.player.go_to(2)
    lab.panel.check.check.click()
    assert lab.editor.edit.isVisible()
    assert lab.editor.target is not None
    assert lab.editor.target.index == (0, 0, 2)
    lab.editor.close()
    qtbot.keyClicks(lab.player, "4")
    assert lab.editor.edit.text() == "4"
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    assert lab.checking.answers is not None
    assert lab.checking.answers.given == {2: ("4", True)}
    assert lab.editor.target.index == (0, 1, 0)
    qtbot.keyClicks(lab.editor.edit, "c[")
    assert lab.editor.edit.text() == ""


def test_undoing_an_edit_stays_where_it_was_made(lab: ConvolutionLab, window: Window) -> None:
    lab.open_preset(preset("one-channel"))
    lab.player.go_to(5)
    for value in (2.0, 3.0):  # one drag
        lab._cell_changed("w", (0, 0, 0, 0), value)
    assert lab.player.index == 5
    window.host.undo()
    assert lab.player.index == 5
    assert lab.state == replace(preset("one-channel").state, step=5)
    window.host.redo()
    assert lab.player.index == 5
    assert lab.state.w[0] == 3.0


def test_tab_goes_through_the_fields_as_they_stand(lab: ConvolutionLab, window: Window) -> None:
    lab.change(ConvolutionState(size=(8, 6)))  # an own number for each side
    window.activateWindow()
    first = lab.fields.steppers["size"][0].findChild(QLineEdit)
    assert first is not None
    first.setFocus()
    places = []
    at: QWidget | None = first
    while at is not None and lab.fields.isAncestorOf(at) and len(places) < 100:
        place = at.mapTo(lab.fields, QPoint())
        places.append((place.y() // 40, place.x()))
        at.focusNextPrevChild(True)
        at = QApplication.focusWidget()
    assert len(places) > 12
    assert places == sorted(places)


def test_examples_are_reached_and_chosen_by_keys(qtbot: QtBot, lab: ConvolutionLab) -> None:
    button = lab.strip.buttons["stride-3"]
    assert button.isVisible()
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert lab.state.stride == (3, 3)
    assert not lab.player.playback.playing  # Space was the button's
    assert button.role == "chosen"
    lab.context.window_widget.host.undo()
    assert button.role == ""


def test_as_many_examples_are_shown_as_have_room(make_window: Callable[..., Window]) -> None:
    strips = [make_window(size=size).lab.strip for size in ((1280, 800), (1600, 1000))]  # type: ignore[union-attr]
    small, large = ([button for button in strip.buttons.values() if button.isVisible()] for strip in strips)
    assert 5 < len(small) < len(large)
    for strip, shown in zip(strips, (small, large), strict=True):
        assert all(button.geometry().right() < strip.all.geometry().left() for button in shown)
        assert strip.all.geometry().right() < strip.width()


def test_in_the_smallest_window_the_panel_gives_way(qtbot: QtBot, make_window: Callable[..., Window]) -> None:
    window = make_window(size=(960, 600))
    lab = window.lab
    assert isinstance(lab, ConvolutionLab)
    assert not lab.panel.isVisible()
    assert lab.fields.height() == 56  # all in one row
    for part in lab.fields.fields.values():
        assert part.isHidden() or part.geometry().right() < lab.fields.dice.x()
    window.resize(1280, 600)
    assert lab.panel.isVisible()
    assert not lab.panel.size_part.isVisible()
    assert lab.panel.cost.geometry().bottom() < lab.panel.code.geometry().top() < lab.panel.height() - 140
    window.resize(1280, 800)
    lab.show_page(Page.MATRIX)
    assert lab.panel.size_part.isVisible()  # not on the stage there
    lab.show_page(Page.STEPS)
    qtbot.waitUntil(lambda: not lab.panel.size_part.isVisible())
