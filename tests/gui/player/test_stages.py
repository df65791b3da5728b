"""Every kind of stage: all of it is on the stage, in the colours of its roles, and every number can be asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from engine import traces
from gui.theme import DARK, LIGHT, Theme
from gui.views.player import Moment, Names, Scene, scene_of
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look, sizes_for
from gui.views.player.drawing.spans import text_of
from gui.views.player.scenes.convolution_scene import ConvolutionScene
from gui.views.player.scenes.convolution_size import caption, side_of, size_formula
from gui.views.player.scenes.pool_scene import PoolScene
from tests.gui.player.cases import every_kind, maps, two_filters, weights

pytestmark = pytest.mark.usefixtures("qapp")
SIZES = ((1528, 740), (1232, 552), (952, 520), (1232, 348), (2488, 1000))
KINDS = sorted(every_kind())


def painted(scene: Scene, width: int, height: int, theme: Theme = DARK, moment: Moment | None = None) -> np.ndarray:
    """The stage as pixels, uint8 (height, width, 3)."""
    scene.arrange(width, height, sizes_for(width, height))
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(theme.stage)
    with QPainter(image) as painter:
        scene.render(Ink(painter), Look(theme, scene.sizes), moment or Moment(0, 0))
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return pixels[:, : width * 3].reshape(height, width, 3).copy()


def count(pixels: np.ndarray, color: QColor) -> int:
    """How many pixels have exactly this colour."""
    red, green, blue = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
    return int(((red == color.red()) & (green == color.green()) & (blue == color.blue())).sum())


def at_edge(pixels: np.ndarray, theme: Theme) -> bool:
    """Whether anything but the stage's ground touches the picture's edge: then something is cut off."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return bool((edge != np.array([theme.stage.red(), theme.stage.green(), theme.stage.blue()])).any())


@pytest.mark.parametrize("kind", KINDS)
def test_all_is_on_the_stage_in_both_themes(kind: str) -> None:
    trace, names = every_kind()[kind]
    for size, theme in zip(SIZES, (DARK, LIGHT, DARK, LIGHT, DARK), strict=True):
        scene = scene_of(trace, names)
        last = len(trace) - 1
        for moment in (Moment(last // 2, last // 2), Moment(last, last)):
            pixels = painted(scene, *size, theme, moment)
            assert not at_edge(pixels, theme), (kind, size)
            assert count(pixels, theme.output) > 40, (kind, size)


@pytest.mark.parametrize("kind", KINDS)
def test_every_moment_can_be_painted(kind: str) -> None:
    trace, names = every_kind()[kind]
    scene = scene_of(trace, names)
    index = min(5, len(trace) - 1)
    for phase in (0.0, 0.1, 0.3, 0.5, 0.8, 0.95):
        for build in (True, False):
            moment = Moment(index, max(index - 1, 0), phase, build)
            assert painted(scene, 1100, 600, DARK, moment).any()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_under_the_mouse_answers(kind: str) -> None:
    trace, names = every_kind()[kind]
    scene = scene_of(trace, names)
    index = len(trace) // 2
    moment = Moment(index, index)
    painted(scene, 1528, 740, DARK, moment)
    image = QImage(1528, 740, QImage.Format.Format_RGB32)
    parts = set()
    with QPainter(image) as painter:
        for x in range(4, 1528, 11):
            for y in range(4 + x % 9, 740, 13):
                hit = scene.hit(QPointF(x, y), moment)
                if hit is None:
                    continue
                assert hit.rect.adjusted(-1, -1, 1, 1).contains(QPointF(x, y)) or kind in ("softmax", "many classes")
                assert hit.lines
                if hit.input_index is not None:
                    assert np.isfinite(trace.sources[hit.source][hit.input_index]) or "NaN" in kind
                if hit.part not in parts:
                    parts.add(hit.part)
                    scene.paint_hover(Ink(painter), Look(DARK, scene.sizes), moment, hit, None)
                if hit.part == "output":
                    assert hit.step is not None
                    assert 0 <= hit.step < len(trace)
    assert "output" in parts
    assert len(parts) >= 2


def test_lecture_is_laid_out_as_in_the_sketch() -> None:
    scene = scene_of(two_filters(), Names())
    assert isinstance(scene, ConvolutionScene)
    pixels = painted(scene, 1208, 676, DARK, Moment(4, 4))
    layout = scene.layout
    assert [block.input.width for block in layout.blocks] == [32, 32, 32]
    assert layout.middle.kind == "side"
    assert (layout.blocks[0].kernel.width, layout.blocks[0].products.width, layout.output.width) == (28, 40, 36)
    assert len(layout.idle) == 1
    for role in ("input", "kernel", "bias", "output"):
        assert count(pixels, getattr(DARK, role)) > 100, role
    small = scene_of(two_filters(), Names())
    painted(small, 952, 520, DARK, Moment(4, 4))
    assert small.layout.blocks[0].input.width == 24  # type: ignore[attr-defined]


def test_products_and_sums_are_those_of_the_trace() -> None:
    trace, names = every_kind()["conv2"]
    scene = scene_of(trace, names)
    assert isinstance(scene, ConvolutionScene)
    reading = scene.reading
    for index in (0, 857, 1599):
        step = trace[index]
        window, kernel = reading.window(index), reading.filter(reading.place(index).channel)
        assert np.allclose(window * kernel, reading.products(index), rtol=1e-6)
        assert np.allclose(reading.products(index).sum() + step.bias, step.value, atol=1e-4)
        place = reading.place(index)
        assert reading.output_index(place.channel, place.row, place.column) == step.index
        assert reading.index(place.channel, place.row, place.column) == index


@pytest.mark.parametrize("kind", ["lecture", "depthwise", "signal", "flipped"])
def test_a_term_lies_where_its_numbers_are(kind: str) -> None:
    trace, names = every_kind()[kind]
    scene = scene_of(trace, names)
    assert isinstance(scene, ConvolutionScene)
    reading = scene.reading
    for index in range(0, len(trace), max(1, len(trace) // 7)):
        place, terms = reading.place(index), trace[index].terms
        kernel = reading.filter(place.channel)
        first = reading.channels(place.channel).start
        for number, term in enumerate(terms):
            channel, row, column = reading.tap(number)
            assert reading.term(channel, row, column) == number
            assert kernel[channel, row, column] == term.weight_value
            y, x = place.top + row * reading.dilation[0], place.left + column * reading.dilation[1]
            assert reading.padded[first + channel, y, x] == term.input_value


def test_of_many_channels_the_strongest_are_shown_and_the_others_are_counted_in() -> None:
    trace, names = every_kind()["wide"]
    scene = scene_of(trace, names)
    assert isinstance(scene, ConvolutionScene)
    painted(scene, 1528, 740, DARK, Moment(3000, 3000))
    channel = scene.reading.place(3000).channel
    shown = scene.shown(channel)
    assert 4 <= len(shown) < 64
    assert scene.layout.others.isValid()
    strength = np.abs(trace.weights["weight"][channel]).sum(axis=(1, 2)) * np.abs(trace.inputs[0]).mean(axis=(1, 2))
    assert set(shown) == set(np.argsort(-strength)[: len(shown)].tolist())
    other = next(n for n in range(64) if n not in shown)
    hit = scene.hit(scene.strip_bar(other, channel).center(), Moment(3000, 3000))
    assert hit is not None
    assert hit.part == "strip"
    scene.choose(channel, other)
    assert other in scene.shown(channel)
    assert len(scene.shown(channel)) == len(shown)


def test_winners_and_ties() -> None:
    x = np.array([[[5.0, 8], [8, 2]]])
    scene = scene_of(traces.max_pool(x, 2), Names())
    assert isinstance(scene, PoolScene)
    assert scene.winners(0) == ((0, 1, True), (1, 0, False))
    scene.arrange(900, 400, sizes_for(900, 400))
    assert "Tie: 8 at (0, 1) and (1, 0)" in scene.hint(0)


@pytest.mark.parametrize(
    ("kernel", "options"),
    [
        (2, {}),
        (3, {"stride": 2, "padding": 1}),
        ((3, 2), {"stride": (1, 2), "dilation": (2, 1)}),
        (2, {"stride": 3, "ceil_mode": True}),
    ],
)
def test_winners_are_those_of_the_trace(kernel: object, options: dict[str, object]) -> None:
    trace = traces.max_pool(np.round(maps(2, 9, 8)), kernel, **options)  # type: ignore[arg-type]
    scene = scene_of(trace, Names())
    assert isinstance(scene, PoolScene)
    for index, step in enumerate(trace):
        marks = {
            (*term.input_index[1:], term.weight_value == 1) for term in step.terms if term.weight_value == 1 or term.tie
        }
        assert set(scene.winners(index)) == marks


def test_nan_and_infinity_are_shown() -> None:
    x = maps(1, 6, 6).astype(np.float64)
    x[0, 2, 2], x[0, 3, 3] = np.nan, np.inf
    for trace in (
        traces.convolution(x, weights(1, 1, 3, 3)),
        traces.max_pool(x, 2),
        traces.activation(x, "tanh"),
        traces.linear(x.ravel(), weights(3, 36)),
        traces.softmax(x.ravel()),
    ):
        scene = scene_of(trace, Names())
        assert count(painted(scene, 1228, 600, LIGHT, Moment(len(trace) // 2, 0)), LIGHT.output) > 40


def test_svg_has_text_as_text() -> None:
    scene = scene_of(two_filters(), Names())
    scene.arrange(1208, 676, sizes_for(1208, 676))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(1208, 676))
    generator.setViewBox(QRectF(0, 0, 1208, 676))
    painter = QPainter(generator)
    scene.render(Ink(painter, vector=True), Look(DARK, scene.sizes), Moment(4, 4))
    painter.end()
    buffer.close()
    svg = bytes(data.data()).decode()
    assert svg.count("<text") > 150
    assert ">Channel 0<" in svg
    assert "<image" not in svg


@settings(max_examples=40, deadline=None)
@given(
    channels=st.integers(1, 40),
    filters=st.integers(1, 4),
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    kernel=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    padding=st.integers(0, 3),
    whole=st.booleans(),
    size=st.sampled_from([*SIZES, (800, 420), (1208, 676)]),
)
def test_any_convolution_fits_its_stage(
    channels: int,
    filters: int,
    rows: int,
    columns: int,
    kernel: tuple[int, int],
    padding: int,
    whole: bool,
    size: tuple[int, int],
) -> None:
    kernel = (min(kernel[0], rows + 2 * padding), min(kernel[1], columns + 2 * padding))
    x, weight = maps(channels, rows, columns), weights(filters, channels, *kernel)
    if whole:
        x, weight = np.round(x), np.round(weight * 3)
    scene = ConvolutionScene(traces.convolution(x, weight, padding=padding), Names())
    scene.arrange(*size, sizes_for(*size))
    layout, stage = scene.layout, QRectF(0, 0, *size)
    parts = [layout.output.rect, layout.value]
    for block in layout.blocks:
        parts += [block.input.rect, block.kernel.rect, block.products.rect, block.chip]
    for part in parts:
        assert stage.contains(part), (part, layout.middle.kind)
    for first, block in enumerate(layout.blocks):
        for other in layout.blocks[first + 1 :]:
            assert not block.input.rect.intersects(other.products.rect)
            assert not block.products.rect.intersects(other.products.rect)
    assert len(layout.blocks) == min(len(layout.blocks), channels)


@pytest.mark.parametrize(
    "trace",
    [
        traces.convolution(maps(3, 500, 700), weights(2, 3, 3, 3)),
        traces.max_pool(maps(1, 560, 1300), 2),
        traces.activation(maps(1, 560, 1300), "relu"),
        traces.linear(maps(3, 300, 400).ravel(), weights(4, 360_000)),
        traces.linear(np.ones(1), np.ones((2000, 1))),
        traces.softmax(np.arange(1000.0)),
        traces.global_average_pool(maps(2, 200, 200)),
    ],
    ids=["convolution", "pool", "relu", "linear", "many units", "softmax", "global pool"],
)
def test_what_is_larger_than_the_stage_is_shown_smaller(trace: traces.Trace) -> None:
    pixels = painted(scene_of(trace, Names()), 1228, 552, DARK, Moment(len(trace) // 2, len(trace) // 2))
    assert not at_edge(pixels, DARK)
    assert count(pixels, DARK.output) > 40


@pytest.mark.parametrize(
    ("size", "options", "formula", "words"),
    [
        (
            5,
            {"kernel": 3, "stride": 2, "padding": 1},
            "⌊(5 + 2·1 − 3) / 2⌋ + 1 = 3",
            "Three places fit along each side, two cells apart.",
        ),
        (
            7,
            {"kernel": 2, "stride": 2},
            "⌊(7 + 2·0 − 2) / 2⌋ + 1 = 3",
            "Three places fit along each side, two cells apart. The last cell is never covered.",
        ),
        (
            9,
            {"kernel": 3, "dilation": 2},
            "⌊(9 + 2·0 − (2·(3−1)+1)) / 1⌋ + 1 = 5",
            "Five places fit along each side, one cell apart.",
        ),
    ],
)
def test_output_size_is_written_out(size: int, options: dict[str, int], formula: str, words: str) -> None:
    kernel = options.pop("kernel")
    scene = ConvolutionScene(traces.convolution(maps(1, size, size), weights(1, 1, kernel, kernel), **options), Names())
    side = side_of(scene)
    assert text_of(size_formula(side)) == formula
    assert " ".join(caption(side, square=True)) == words
    assert side.count == scene.reading.rows
