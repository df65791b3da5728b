"""The page "As a matrix"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.labs.convolution.lab import ConvolutionLab
from gui.labs.convolution.matrix_view import matrices
from gui.labs.convolution.presets import PRESETS, Preset, preset
from gui.labs.convolution.state import Page, trace
from gui.labs.convolution.stretched import stretched_trace


@pytest.mark.parametrize("entry", PRESETS, ids=lambda entry: entry.name)
def test_the_product_is_the_convolution(entry: Preset) -> None:
    plain = trace(entry.state)
    shown = stretched_trace(entry.state) if entry.state.transposed else plain
    assert shown is not None
    each = entry.state.out_channels // entry.state.groups
    for group in range(entry.state.groups):
        found = matrices(shown, group * each)
        product = found.weight @ found.columns
        if found.bias is not None:
            product += found.bias[:, None]
        np.testing.assert_allclose(product, plain.output[group * each : (group + 1) * each].reshape(each, -1))
        x = shown.inputs[0].ravel()
        copied = np.where(found.sources >= 0, x[found.sources], 0)
        np.testing.assert_array_equal(copied, found.columns)


def test_the_matrix_follows_the_player(lab: ConvolutionLab, qtbot: QtBot) -> None:
    lab.change(replace(preset("grouped").state, page=Page.MATRIX))
    matrix = lab.player.matrix
    assert matrix is not None
    assert matrix.isVisible()
    assert not lab.player.stage.isVisible()
    lab.player.go_to(22)
    assert matrix.matrices is not None
    assert matrix.matrices.group == 1
    assert matrix.cell == (0, 4)
    before = matrix.grab().toImage()
    qtbot.keyClick(lab.player, Qt.Key.Key_Right)
    assert matrix.cell == (0, 5)
    assert matrix.grab().toImage() != before
    assert matrix._grids is not None
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix._grids[2].cell(1, 0).center().toPoint())
    assert lab.player.index == 27
    lab.show_page(Page.STEPS)
    assert lab.player.stage.isVisible()


def test_what_is_too_large_says_so(lab: ConvolutionLab) -> None:
    state = replace(preset("one-channel").state, size=(28, 28), in_channels=16, x=(), w=(), page=Page.MATRIX)
    lab.change(replace(state, kernel=(11, 11), padding=(5, 5)).repaired()[0])
    assert lab.player.matrix is not None
    assert "make the input or the kernel smaller" in lab.player.matrix.message
