"""The page "On a picture": filters, gallery, editing, moving, opening."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine import traces
from gui import links
from gui.labs.convolution import gallery, pictures
from gui.labs.convolution.code import picture_lines
from gui.labs.convolution.cost import dense_cost
from gui.labs.convolution.filtering import as_bytes, correlated, is_picture, limit_of, padded
from gui.labs.convolution.lab import ConvolutionLab
from gui.labs.convolution.picture_page import PicturePage
from gui.labs.convolution.presets import ON_PICTURE, Preset, preset
from gui.labs.convolution.state import ConvolutionState, PaddingMode, Page
from gui.theme import LIGHT
from gui.window import Window


@pytest.fixture
def page(lab: ConvolutionLab) -> PicturePage:
    lab.show_page(Page.PICTURE)
    assert lab.picture is not None
    return lab.picture


@settings(max_examples=60, deadline=None)
@given(
    picture=arrays_of.arrays(np.uint8, st.tuples(st.integers(12, 60), st.integers(12, 60))),
    kernel=arrays_of.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(-3, 3)),
    stride=st.integers(1, 3), dilation=st.integers(1, 2), padding=st.integers(0, 4), mode=st.sampled_from(PaddingMode),
)  # fmt: skip
def test_filtered_as_the_trace_says(
    picture: np.ndarray, kernel: np.ndarray, stride: int, dilation: int, padding: int, mode: PaddingMode
) -> None:
    ours = correlated(
        padded(picture, padding=(padding, padding), mode=mode.value), kernel, stride=(stride, stride),
        dilation=(dilation, dilation),
    )  # fmt: skip
    theirs = traces.convolution(
        picture[None].astype(float), kernel[None, None], stride=stride, padding=padding, dilation=dilation,
        padding_mode=mode.value,
    ).output[0]  # fmt: skip
    np.testing.assert_allclose(ours, theirs, atol=1e-2)


@pytest.mark.parametrize("entry", gallery.all_kernels(), ids=lambda entry: entry.name)
def test_each_kernel_of_the_gallery_is_laid_over_the_picture(page: PicturePage, entry: gallery.Kernel) -> None:
    page.choose(entry)
    view, size = page.view, len(entry.rows)
    assert view.output.shape == (512, 512)
    expected = correlated(
        padded(pictures.bundled("letter"), padding=(size // 2,) * 2, mode="zeros"), entry.array / entry.divide
    )
    np.testing.assert_allclose(view.output, expected, atol=1e-3)
    assert page.strip._current == entry.name
    state = page.lab.state
    assert links.read(links.to_link("convolution", state), {"convolution": lambda: ConvolutionState}) == (
        "convolution", state, (),
    )  # fmt: skip


def test_what_kernels_are_for() -> None:
    flat = np.full((20, 20), 100, np.uint8)
    edge = np.where(np.arange(20) < 10, 20, 220).astype(np.uint8)[None].repeat(20, 0)
    for entry in gallery.DESIGNED:
        values = correlated(padded(flat, padding=(0, 0), mode="zeros"), entry.array / entry.divide)
        total = entry.array.sum() / entry.divide
        np.testing.assert_allclose(values, 100 * total, atol=1e-3)
        assert is_picture(entry.array, entry.divide) == (abs(total - 1) < 0.02)
    upright = correlated(padded(edge, padding=(0, 0), mode="zeros"), gallery.kernel("sobel-x").array)
    level = correlated(padded(edge, padding=(0, 0), mode="zeros"), gallery.kernel("sobel-y").array)
    assert upright.max() == 4 * 200
    assert not level.any()


def test_bytes_are_symmetric_about_zero() -> None:
    values = np.array([[-10.0, 0.0, 10.0]], np.float32).repeat(8, 0)
    limit = limit_of(values)
    assert limit == 10
    low, _, high = as_bytes(values, grey=False, limit=limit)[0].tolist()
    assert (low, high) == (0, 255)


@pytest.mark.parametrize("name", pictures.TITLES)
def test_bundled_pictures_show_something(name: str, qapp: object) -> None:
    picture = pictures.bundled(name, 256)
    assert picture.shape == (256, 256)
    assert picture.dtype == np.uint8
    assert picture.std() > 20
    assert not picture.flags.writeable


def _point(rect: object, x: float, y: float) -> QPoint:
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()  # type: ignore[attr-defined]


def test_a_kernel_cell_is_typed_and_undone(page: PicturePage, window: Window, qtbot: QtBot) -> None:
    page.choose(gallery.kernel("sobel-x"))
    before = page.view.output.copy()
    qtbot.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=page.view.kernel_rect(1, 1).center().toPoint())
    assert page.edit.isVisible()
    qtbot.keyClicks(page.edit, "4")
    assert page.view.kernel[1, 1] == 4
    assert np.abs(page.view.output - before).max() > 100
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    window.host.undo()
    np.testing.assert_array_equal(page.view.output, before)


def test_buttons_turn_the_kernel(page: PicturePage) -> None:
    page.choose(gallery.kernel("sobel-x"))
    sobel = gallery.kernel("sobel-x").array
    for button, expected in zip(page.turns, (sobel[:, ::-1], np.rot90(sobel[:, ::-1], -1), None), strict=True):
        button.click()
        if expected is not None:
            np.testing.assert_array_equal(page.view.kernel, expected)
    np.testing.assert_array_equal(page.view.kernel, -np.rot90(sobel[:, ::-1], -1))


def test_maps_follow_the_moved_picture(page: PicturePage, qtbot: QtBot) -> None:
    page.choose(gallery.kernel("laplacian"))
    view = page.view
    assert view.shift_error() is None
    assert view.places is not None
    start = _point(view.places.picture, 0.5, 0.5)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(40, 25))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 25))
    down, right = page.lab.state.shift
    assert down > 20
    assert right > 35
    assert view.shift_error() == 0


def test_the_place_under_the_mouse_is_explained_and_pinned(page: PicturePage, qtbot: QtBot) -> None:
    page.choose(gallery.kernel("gaussian"))
    view = page.view
    assert view.places is not None
    qtbot.mouseMove(view, _point(view.places.result, 0.25, 0.75))
    row, column = view.place
    assert abs(row - 384) < 4
    assert abs(column - 128) < 4
    assert page.formula.text().startswith(f"y[{row},{column}] =")
    values, corner = view.taps()
    assert corner == (row - 1, column - 1)
    total = (values * view.kernel).sum() / 16
    assert total == pytest.approx(view.output[row, column], abs=1e-2)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=_point(view.places.result, 0.5, 0.5))
    pinned = page.lab.state.at
    qtbot.mouseMove(view, _point(view.places.result, 0.1, 0.1))
    assert view.place == pinned
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert page.lab.state.at == (pinned[0], pinned[1] + 1)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.lab.state.at == (-1, -1)


def test_own_pictures_are_opened_dropped_and_pasted(page: PicturePage, tmp_path: Path) -> None:
    image = QImage(90, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    path = tmp_path / "red.png"
    assert image.save(str(path))
    page.view.dropped.emit(str(path))
    assert page.view.picture.shape == (60, 90)
    QGuiApplication.clipboard().setImage(image.scaled(2000, 100))
    page.paste()
    assert page.view.picture.shape == (51, 1024)
    wrong = tmp_path / "not.png"
    wrong.write_text("no picture")
    with pytest.raises(ValueError, match=r"not\.png"):
        pictures.opened(wrong)
    page.open_file(str(wrong))
    assert page.view.picture.shape == (51, 1024)


def test_a_pasted_matrix_is_the_kernel(page: PicturePage) -> None:
    QGuiApplication.clipboard().setText("[[1, 0], [0, -1]]")
    page.paste()
    assert page.view.kernel.tolist() == [[1, 0], [0, -1]]


def test_kernel_size_keeps_its_middle(page: PicturePage) -> None:
    page.choose(gallery.kernel("sharpen"))
    page.fields.steppers["kernel"].step_by(1)
    page.fields.steppers["kernel"].step_by(1)
    assert page.view.kernel.shape == (5, 5)
    np.testing.assert_array_equal(page.view.kernel[1:4, 1:4], gallery.kernel("sharpen").array)
    for name in ("stride", "dilation", "divide"):
        page.fields.steppers[name].step_by(1)
    assert page.view.output.shape[0] < 512


@pytest.mark.parametrize("name", ["sobel-x", "gaussian", "gaussian-5", "box"])
@pytest.mark.parametrize("mode", [PaddingMode.ZEROS, PaddingMode.REFLECT])
def test_shown_code_computes_the_result(page: PicturePage, name: str, mode: PaddingMode) -> None:
    torch = pytest.importorskip("torch")
    page.choose(gallery.kernel(name))
    page._change(replace(page.lab.state, padding_mode=mode, stride=(2, 2)))
    names = {
        "torch": torch,
        "F": torch.nn.functional,
        "x": torch.from_numpy(page.view.picture[None].astype(np.float32)),
    }
    text = picture_lines(page.lab.state)
    assert page.lab.panel.code.lines() == text.splitlines()
    exec(compile(text, "shown code", "exec"), names)
    np.testing.assert_allclose(names["y"][0].numpy(), page.view.output, atol=1e-3)


def test_themes_and_any_state_on_a_picture(page: PicturePage, window: Window) -> None:
    lab = page.lab
    for entry in ("two-filters", "transposed", "one-d", "three-d", "depthwise"):
        lab.change(replace(preset(entry).state, page=Page.PICTURE))
        assert lab.possible
        assert page.view.output.shape[0] > 200
    window.set_theme(LIGHT)
    assert page.grab().toImage().pixelColor(3, page.view.y() + 3) == LIGHT.stage
    lab.show_page(Page.STEPS)
    assert lab.pages.currentWidget() is lab.player


def test_the_lecture_counts_weights(lab: ConvolutionLab) -> None:
    lab.open_preset(preset("parameter-count"))
    page, cost = lab.picture, lab.panel.cost
    assert page is not None
    assert page.view.picture.shape == (96, 96)
    assert cost.state is not None
    dense = dense_cost(inputs=96 * 96, outputs=lab.state.units, bias=False)
    assert dense.parameters == 4_608_000
    assert cost.state.size == (96, 96)
    page.fields.side.chosen.emit("128")
    assert page.view.picture.shape == (128, 128)
    page.fields.steppers["units"].step_by(1)
    assert lab.state.units == 501
    assert cost.state.units == 501


@pytest.mark.parametrize("entry", ON_PICTURE, ids=lambda entry: entry.name)
def test_picture_presets_survive_their_link(entry: Preset) -> None:
    link = links.to_link("convolution", entry.state)
    assert links.read(link, {"convolution": lambda: ConvolutionState}) == ("convolution", entry.state, ())


def test_the_window_is_played_over_the_picture(page: PicturePage, lab: ConvolutionLab, window: Window) -> None:
    play, view = page.play, page.view
    before = window.host.history.can_undo
    play.toggle()
    assert play.playing
    assert view.revealed == 1
    play.set_speed(1.0)
    play.advance(1000)
    assert play.playback.index == 64
    assert view.place == divmod(64, view.output.shape[1])
    assert view.revealed == 65
    shown = view.grab().toImage()
    play.set_speed(16.0)
    play.advance(2000)
    assert play.playback.index == 64 + 120_000
    assert view.grab().toImage() != shown
    play.pause()
    assert lab.state.at == view.place
    play.advance(1e6)
    assert play.playback.index == 64 + 120_000
    play.toggle()
    play.advance(1e6)
    assert not play.playing
    assert view.revealed is None
    assert play.playback.index == view.output.size - 1
    assert window.host.history.can_undo == before


def test_the_place_on_the_picture_is_scrubbed_and_filmed(page: PicturePage, lab: ConvolutionLab) -> None:
    play, view = page.play, page.view
    play.transport.jumped.emit(1000)
    assert lab.state.at == divmod(1000, view.output.shape[1])
    assert view.revealed == 1001
    play.transport.stepped.emit(-1)
    assert lab.state.at == divmod(999, view.output.shape[1])
    frames = list(lab.frames(0.25))
    assert len(frames) == 60
    assert view.place == divmod(999, view.output.shape[1])
    page.view.pinned.emit(-1, -1)
    assert lab.state.at == (-1, -1)
    play.toggle()
    lab.set_active(False)
    assert not play.playing


def test_keys_play_over_the_picture(page: PicturePage, lab: ConvolutionLab) -> None:
    found = {action.id: action for action in lab.actions()}
    for name in ("play", "faster", "slower", "last", "first"):
        assert found[name].enabled()
    found["play"].callback()
    assert page.play.playing
    found["faster"].callback()
    assert page.play.playback.speed == 2.0
    found["slower"].callback()
    found["play"].callback()
    found["last"].callback()
    assert page.play.playback.index == page.view.output.size - 1
    found["first"].callback()
    assert page.view.place == (0, 0)


def test_presenting_leaves_the_pictures_and_the_player(page: PicturePage, lab: ConvolutionLab) -> None:
    lab.set_presenting(True)
    assert page.strip.isHidden()
    assert page.fields.isHidden()
    assert page.play.transport.isVisible()
    assert page.view.isVisible()
    lab.set_presenting(False)
    assert not page.strip.isHidden()


def test_learned_kernels_can_be_asked_for_from_any_page(lab: ConvolutionLab) -> None:
    action = next(action for action in lab.actions() if action.id == "learned")
    action.callback()
    assert lab.state.page is Page.PICTURE
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    assert any("LeNet" in entry.text() for entry in popup.actions())
    popup.close()


def test_kernels_are_walked_and_chosen_by_keys(qtbot: QtBot, lab: ConvolutionLab) -> None:
    lab.show_page(Page.PICTURE)
    page = lab.picture
    assert page is not None
    strip = page.strip
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    for _ in range(4):
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert strip.current == strip.kernels[4].name == "sobel-x"
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.item_rects()[-1][0] == len(strip.kernels)  # the card is one of them
