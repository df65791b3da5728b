"""3-D poolings on the stage, slice after slice; and channels, however many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from gui.labs.pooling.code import code_lines
from gui.labs.pooling.lab import PoolingLab
from gui.labs.pooling.lanes import lanes
from gui.labs.pooling.presets import preset
from gui.labs.pooling.shift import compare
from gui.labs.pooling.state import Compare, Function, Kind, Page, PoolingState, values_of, with_axes
from gui.labs.pooling.volume import VolumeComparison
from gui.views.player import Moment

BASE = preset("three-d").state
STATES = {
    "max": BASE,
    "average": replace(BASE, kind=Kind.AVERAGE, compare=Compare.MAX, kernel=(3, 2, 2), padding=(1, 1, 0)),
    "overlapping": replace(BASE, kernel=(3, 3, 3), stride=(1, 1, 1), size=(5, 4, 4), channels=1),
    "global": replace(BASE, kind=Kind.GLOBAL, function=Function.MAX, compare=Compare.AVERAGE, size=(5, 5, 5)),
    "adaptive": replace(BASE, kind=Kind.ADAPTIVE, function=Function.AVERAGE, compare=Compare.MAX, size=(5, 4, 4)),
    "lp": replace(BASE, kind=Kind.LP, compare=Compare.MAX),
    "ceil": replace(BASE, size=(5, 5, 5), ceil_mode=True),
}


def scene_of(lab: PoolingLab) -> VolumeComparison:
    scene = lab.player.comparison
    assert isinstance(scene, VolumeComparison)
    return scene


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_torch_gives_the_numbers_on_the_stage(state: PoolingState) -> None:
    torch = pytest.importorskip("torch")
    state, said = state.repaired()
    assert said == ()
    scope = {"F": torch.nn.functional, "x": torch.tensor(values_of(state))}
    exec(code_lines(state), scope)
    for name, lane in zip("yz", lanes(state), strict=False):
        np.testing.assert_allclose(scope[name].numpy(), lane.trace.output, rtol=1e-6)


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_step_is_shown_and_says_what_it_is(state: PoolingState, lab: PoolingLab) -> None:
    lab.change(state)
    scene = scene_of(lab)
    parts = set()
    for step in range(0, lab.player.playback.count, max(1, lab.player.playback.count // 6)):
        lab.player.go_to(step)
        assert not lab.player.stage.grab().isNull()
        assert not lab.player.facts.grab().isNull()
        moment = Moment(step, step)
        terms = scene.first.terms(step)
        grid = scene.places.lanes[0].candidates
        places = {scene.candidate(grid, step, term) for term in range(len(terms))}
        assert len(places) == len(terms)
        assert all(scene.candidate_term(grid, step, scene.candidate(grid, step, n)) == n for n in range(len(terms)))
        for x in range(step % 7, int(scene.width), 29):
            for y in range(x % 17, int(scene.height), 31):
                hit = scene.hit(QPointF(x, y), moment)
                if hit is not None:
                    parts.add(hit.part)
                    if hit.input_index is not None:
                        assert scene.input_cell(step, hit.input_index) is not None or hit.part == "candidate"
    assert parts == {"input", "candidate", "output"}


def test_the_winner_is_marked_in_its_slice(lab: PoolingLab) -> None:
    lab.change(STATES["overlapping"])
    scene = scene_of(lab)
    for step in (0, 4, 11):
        marks = scene.first.marks(step)  # type: ignore[attr-defined]
        assert sum(wins for *_, wins in marks) == 1
        depth, row, column, _ = next(mark for mark in marks if mark[3])
        assert lab.player.trace.inputs[0][0, depth, row, column] == lab.player.trace[step].value
        assert scene.input_cell(step, (0, depth, row, column)) is not None


def test_a_cell_of_a_slice_is_written(lab: PoolingLab, qtbot: QtBot) -> None:
    lab.change(replace(BASE, step=5))
    scene = scene_of(lab)
    index = (0, scene.first.depths(5)[1], 1, 2)
    rect = scene.input_cell(5, index)
    assert rect is not None
    lab.player.stage.grab()
    qtbot.mouseDClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    qtbot.keyClicks(lab.editing.editor.field, "42")
    qtbot.keyClick(lab.editing.editor.field, Qt.Key.Key_Return)
    assert values_of(lab.state)[index] == 42


def test_check_yourself_in_a_volume(lab: PoolingLab) -> None:
    lab.change(replace(BASE, check=True, step=0))
    assert scene_of(lab).hidden(0, 3)
    lab.player.go_to(3)
    lab.editing._written(("output", (0, 3)), float(lab.player.trace[3].value), "stay")
    assert not scene_of(lab).hidden(0, 3)
    assert lab.editing.score == (1, 1)
    assert not lab.player.stage.grab().isNull()


def test_shift_of_a_volume_compares_a_slice() -> None:
    state = replace(BASE, shift=(0, 2))
    found = compare(state, values_of(state), 1, depth=1, maps=5)
    assert found.before.shape == (4, 4)
    np.testing.assert_array_equal(found.before, values_of(state)[1, 2])
    assert [row.after.shape for row in found.rows] == [(2, 2)] * 3
    assert found.moves


def test_the_type_is_chosen_and_a_picture_has_two_axes(lab: PoolingLab) -> None:
    lab.change(with_axes(preset("max").state, 3))
    assert lab.state.axes == 3
    scene_of(lab)
    lab.change(replace(lab.state, page=Page.PICTURE))
    assert "max_pool2d" in lab.panel.code.text
    lab.change(with_axes(lab.state, 1))
    assert lab.state.axes == 1


def test_all_channels_are_there_to_choose(lab: PoolingLab, qtbot: QtBot) -> None:
    lab.change(replace(preset("max").state, channels=9, x=(), step=5))
    thumbs = lab.player.comparison.places.thumbs
    assert len(thumbs) == 9
    qtbot.mouseClick(lab.player.stage, Qt.MouseButton.LeftButton, pos=thumbs[7].rect.center().toPoint())
    assert lab.player.index == 7 * 16 + 5
    lab.set_presenting(True)
    assert len(lab.player.comparison.places.thumbs) == 9
    lab.set_presenting(False)
    lab.to_channel(1)
    lab.to_channel(1)
    assert lab.player.index == 5
    lab.to_channel(-1)
    assert lab.player.index == 8 * 16 + 5
