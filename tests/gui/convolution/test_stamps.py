"""Transposed convolutions on the stage: stamps, their canvas, editing, asking, checking; and stretched ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from gui.labs.convolution.lab import ConvolutionLab
from gui.labs.convolution.presets import preset
from gui.labs.convolution.stamp_scene import LabStampScene
from gui.labs.convolution.state import ConvolutionState, fitted, played, trace
from gui.labs.convolution.volume import VolumeScene
from gui.views.player import Moment

BASE = preset("transposed").state
STATES = {
    "2-D": BASE,
    "channels": replace(BASE, in_channels=2, out_channels=2, bias=True, padding=(2, 0)),
    "grouped": replace(BASE, in_channels=4, out_channels=4, groups=2, stride=(3, 1), output_padding=(0, 0)),
    "1-D": replace(fitted(BASE, axes=1), size=(9,), dilation=(2,), bias=True),
    "long": replace(fitted(BASE, axes=1), size=(60,)),
    "3-D": replace(fitted(BASE, axes=3), size=(3, 3, 2), bias=True, in_channels=2),
    "cropped": replace(BASE, kernel=(4, 4), padding=(4, 3), size=(4, 4)),
}  # fmt: skip


def scene_of(lab: ConvolutionLab) -> LabStampScene:
    assert isinstance(lab.player.scene, LabStampScene)
    return lab.player.scene


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_number_is_edited_where_it_stands(state: ConvolutionState, lab: ConvolutionLab) -> None:
    lab.change(state)
    scene = scene_of(lab)
    count = len(lab.player.trace)
    seen = set()
    for step in range(0, count, max(1, count // 12)):
        lab.player.go_to(step)
        assert not lab.player.stage.grab().isNull()
        stamp = scene.trace[step]
        targets = [scene.target_of("x", stamp.cell, step)]
        kernel = (stamp.cell[0], stamp.filter % scene.trace.weights["weight"].shape[1], *(0,) * state.axes)
        targets.append(scene.target_of("w", kernel, step))
        if state.bias:
            targets.append(scene.target_of("b", (stamp.filter,), step))
        for target in targets:
            assert target is not None
            assert scene.target_at(target.rect.center(), step) == target
            seen.add(target.part)
    assert seen == ({"x", "w", "b"} if state.bias else {"x", "w"})


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_it_says_what_lies_under_the_mouse(state: ConvolutionState, lab: ConvolutionLab) -> None:
    lab.change(replace(state, step=3))
    scene, moment = scene_of(lab), Moment(3, 3)
    width, height = int(scene.width), int(scene.height)
    parts = set()
    for x in range(0, width, 11):
        for y in range(x % 9, height, 13):
            hit = scene.hit(QPointF(x, y), moment)
            if hit is not None:
                parts.add(hit.part)
                assert hit.lines
                if hit.step is not None:
                    assert 0 <= hit.step < len(scene.trace)
    assert {"input", "kernel", "product", "output"} <= parts


def test_an_edit_moves_the_output(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(BASE, step=4))
    for part, index in (("x", (0, 1, 1)), ("w", (0, 0, 2, 0))):
        target = scene_of(lab).target_of(part, index, 4)
        assert target is not None
        qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=target.rect.center().toPoint())
        qtbot.keyClicks(lab.editor.edit, "5")
        qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    made = scene_of(lab).trace
    assert made.inputs[0][0, 1, 1] == 5
    assert made.weights["weight"][0, 0, 2, 0] == 5
    np.testing.assert_allclose(made.canvas(8)[made.kept()], trace(lab.state).output[0])
    assert "5×5" in lab.player.formula.text()


def test_a_click_on_the_output_goes_to_where_it_is_complete(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(BASE)
    scene = scene_of(lab)
    index = (0, 3, 3)
    rect = scene.canvas_rect(0, scene.trace.canvas_cell(index))
    assert rect is not None
    qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert lab.player.index == scene.trace.last_reaching(index)


def test_stamps_or_the_stretched_input(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(BASE)
    assert lab.player.playback.count == 9
    assert not lab.panel.check.stretched.isHidden()
    qtbot.mouseClick(
        lab.panel.check.stretched, Qt.MouseButton.LeftButton, pos=lab.panel.check.stretched.rect().center()
    )
    assert lab.state.stretched
    assert lab.player.playback.count == 36
    assert lab.player.trace.name == "convolution"
    np.testing.assert_allclose(lab.player.trace.output, trace(BASE).output)
    lab.change(preset("one-channel").state)
    assert lab.panel.check.stretched.isHidden()


def test_a_stretched_volume_is_edited_as_its_own_arrays(lab: ConvolutionLab) -> None:
    state = replace(STATES["3-D"], stretched=True, padding=(0, 0, 0), output_padding=(0, 0, 0), stride=(2, 2, 2))
    lab.change(state)
    scene = lab.player.scene
    assert isinstance(scene, VolumeScene)
    np.testing.assert_allclose(lab.player.trace.output, trace(state).output)
    found = set()
    for step in range(0, len(lab.player.trace), 17):
        lab.player.go_to(step)
        for x in range(0, int(scene.width), 29):
            for y in range(x % 17, int(scene.height), 31):
                target = scene.target_at(QPointF(x, y), step)
                if target is not None and target.part in "xw":
                    found.add((target.part, target.index))
                    shape = state.input_shape if target.part == "x" else state.weight_shape
                    assert all(entry < size for entry, size in zip(target.index, shape, strict=True))
    assert {part for part, _ in found} == {"x", "w"}
    value = lab.player.trace
    terms = value[20].terms
    assert len(terms) == 2 * 27


@pytest.mark.parametrize("name", ["2-D", "1-D", "3-D"])
def test_check_yourself_on_stamps(name: str, lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(STATES[name], check=True))
    scene = scene_of(lab)
    assert scene.hidden()
    assert lab.player.formula.text().endswith("?")
    whole = scene.trace.whole
    lab.checking.ask(5)
    assert lab.editor.edit.isVisible()
    qtbot.keyClicks(lab.editor.edit, str(float(whole[5].value)))
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    assert lab.checking.answers is not None
    assert lab.checking.answers.given[5][1]
    lab.checking.ask(6)
    qtbot.keyClicks(lab.editor.edit, "77")
    qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    assert not lab.checking.answers.given[6][1]
    lab.checking.explain(6)
    assert scene_of(lab).asked == whole.index_of(6)
    assert "is the sum of all stamps" in lab.player.formula.text()
    assert not lab.player.stage.grab().isNull()


def test_a_link_says_how_it_is_shown() -> None:
    assert len(played(BASE)) == 9
    assert len(played(replace(BASE, stretched=True))) == 36
    state, said = replace(BASE, step=20).repaired()
    assert state.step == 8
    assert said == ("There are 9 steps, so step 20 is none; the last is shown.",)


def test_all_outputs_are_there_to_go_to(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(BASE, out_channels=4, bias=True, step=2))
    others = scene_of(lab).places.others
    assert len(others) == 4
    assert (others[0].rows, others[0].columns) == lab.player.trace.output.shape[1:]
    qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=others[3].rect.center().toPoint())
    assert lab.player.index == 3 * 9 + 2
    assert scene_of(lab).trace[lab.player.index].filter == 3
    lab.change(replace(lab.state, check=True))
    assert not lab.player.stage.grab().isNull()


def test_slices_that_no_stamp_reaches_are_not_asked_for(lab: ConvolutionLab, qtbot: QtBot) -> None:
    state = replace(STATES["3-D"], kernel=(1, 2, 2), padding=(0, 0, 0), output_padding=(0, 0, 0), stride=(2, 2, 2))
    lab.change(replace(state, size=(2, 2, 2)))
    lab.checking.switch(True)
    asked = set()
    for _ in range(100):
        target = lab.editor.target
        if target is None or target.index in asked:
            break
        asked.add(target.index)
        value = trace(lab.state).output[target.index]
        qtbot.keyClicks(lab.editor.edit, f"{value:g}")
        qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    assert lab.editor.target is None
    assert {index[1] for index in asked} == {0, 2}
    assert lab.checking.answers is not None
    assert all(right for _, right in lab.checking.answers.given.values())
