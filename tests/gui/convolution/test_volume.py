"""3-D convolutions on the stage, slice after slice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from gui.labs.convolution.lab import ConvolutionLab
from gui.labs.convolution.presets import preset
from gui.labs.convolution.state import ConvolutionState, PaddingMode, trace
from gui.labs.convolution.volume import VolumeScene
from gui.views.player import Moment, Names
from gui.views.player.drawing.figures import number

BASE = preset("three-d").state
STATES = {
    "plain": BASE,
    "strided": replace(BASE, stride=(2, 1, 2), size=(5, 4, 5)),
    "padded": replace(BASE, padding=(1, 0, 2), in_channels=2, out_channels=2, bias=True),
    "grouped": replace(BASE, in_channels=4, out_channels=4, groups=2, dilation=(2, 1, 1)),
    "flipped": replace(BASE, flip=True, kernel=(3, 2, 2)),
    "reflected": replace(BASE, padding=(2, 1, 1), padding_mode=PaddingMode.REFLECT),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_slices_hold_the_numbers_of_the_volume(state: ConvolutionState, qapp: object) -> None:
    made = trace(state)
    scene = VolumeScene(made, Names(), state)
    for index in range(0, len(made), 3):
        inner, step = scene.inner(index)
        assert inner.trace[step].value == made[index].value
        assert sorted(inner.trace[step].terms.products) == sorted(made[index].terms.products)
        assert scene.outer(made.index_of(index)[1], step) == index


def test_a_cell_of_the_volume_is_edited(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(STATES["padded"], step=30))
    scene = lab.player.scene
    assert isinstance(scene, VolumeScene)
    depth = lab.player.trace.index_of(30)[1]
    plane = depth  # padded by one before: the second tap reads the plane of the same number
    for part, index in (("x", (1, plane, 2, 1)), ("w", (0, 1, 1, 0, 1)), ("b", (0,))):
        target = scene.target_of(part, index, 30)
        assert target is not None
        qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=target.rect.center().toPoint())
        qtbot.keyClicks(lab.editor.edit, "7")
        qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
    made = lab.player.trace
    assert made.inputs[0][1, plane, 2, 1] == 7
    assert made.weights["weight"][0, 1, 1, 0, 1] == 7
    assert made.weights["bias"][0] == 7
    np.testing.assert_allclose(made.output, trace(lab.state).output)


def test_it_plays_through_all_slices(lab: ConvolutionLab) -> None:
    lab.change(BASE)
    player = lab.player
    pictures = []
    for step in (0, 9, 18, 26):
        player.go_to(step)
        pictures.append(player.stage.grab().toImage())
        assert player.formula.text().startswith(f"y[{', '.join(map(str, player.trace.index_of(step)))}]")
    assert all(before != after for before, after in itertools.pairwise(pictures))
    player.step(-1)
    player.advance(60)
    player.stage.grab()
    player.advance(1000)
    assert player.index == 25


def test_check_yourself_in_a_volume(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(BASE, check=True))
    values = [float(step.value) for step in trace(BASE)]
    for step in (0, 13, 26):
        lab.checking.ask(step)
        assert lab.player.index == step
        qtbot.keyClicks(lab.editor.edit, str(values[step]) if step != 13 else "99")
        qtbot.keyClick(lab.editor.edit, Qt.Key.Key_Return)
        assert not lab.player.stage.grab().isNull()
    answers = lab.checking.answers
    assert answers is not None
    assert {step: right for step, (_, right) in answers.given.items()} == {0: True, 13: False, 26: True}
    assert "slice 1, row 1, column 1" in lab.panel.check.score.text()
    lab.player.go_to(14)
    assert "= ?" in lab.player.formula.text()
    lab.checking.explain(13)
    assert "= ?" not in lab.player.formula.text()


@pytest.mark.parametrize("name", ["plain", "strided", "padded", "flipped", "reflected"])
def test_the_read_out_names_cells_of_the_volume(name: str, lab: ConvolutionLab) -> None:
    lab.change(replace(STATES[name], step=5))
    scene = lab.player.scene
    assert isinstance(scene, VolumeScene)
    terms = lab.player.trace[5].terms
    seen = 0
    for x in range(0, int(scene.width), 13):
        for y in range(x % 11, int(scene.height), 17):
            hit = scene.hit(QPointF(x, y), Moment(5, 5))
            if hit is None or not hit.lines or hit.term is None:
                continue
            seen += 1
            term = terms[hit.term]
            text = "".join(span.text for span in hit.lines[1])
            if not term.padding:
                assert f"x[{','.join(map(str, term.input_index))}]" in text
            assert f"w[{','.join(map(str, term.weight_index))}]" in text
            assert "".join(span.text for span in hit.lines[0]).startswith(number(term.input_value))
    assert seen > 20
