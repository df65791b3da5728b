"""Colours, value maps, type, icons and the style sheet."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage, QPainter

from gui.theme import DARK, LIGHT, Density, Theme, colormaps, fonts, icons
from gui.theme.stylesheet import palette, stylesheet

SIGNED = ("activation_signed", "weight_signed")


def lightness(table: np.ndarray) -> np.ndarray:
    """OKLab lightness (Ottosson 2020) of ARGB32 colours."""
    rgb = np.stack([(table >> shift) & 255 for shift in (16, 8, 0)], axis=-1) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    return np.cbrt(linear @ to_cones.T) @ np.array([0.2104542553, 0.7936177850, -0.0040720468])


def contrast(ink: QColor, ground: QColor) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(color: QColor) -> float:
        parts = [color.redF(), color.greenF(), color.blueF()]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("kind", colormaps.KINDS)
def test_tables_are_opaque_read_only_and_shared(theme: Theme, kind: colormaps.Kind) -> None:
    table = colormaps.lut(theme, kind)
    assert table.shape == (256,)
    assert table.dtype == np.uint32
    assert (table >> 24 == 255).all()
    assert not table.flags.writeable
    assert colormaps.lut(theme, kind) is table


@pytest.mark.parametrize("kind", SIGNED)
def test_signed_tables_are_even_about_zero(theme: Theme, kind: colormaps.Kind) -> None:
    table = colormaps.lut(theme, kind)
    light = lightness(table)
    assert np.abs(light - light[::-1]).max() < 0.03
    steps = np.diff(light[128:])
    assert (steps > 0).all() if theme.is_dark else (steps < 0).all()
    assert abs(light[127] - light[128]) < 0.01


def test_tables_go_through_the_stops() -> None:
    ember = colormaps.lut(DARK, "activation")
    assert [f"#{int(ember[index]) & 0xFFFFFF:06X}" for index in (0, 255)] == ["#0D0E11", "#F4D397"]
    signed = colormaps.lut(DARK, "activation_signed")
    ends = [f"#{int(signed[index]) & 0xFFFFFF:06X}" for index in (0, 127, 128, 255)]
    assert ends == ["#CCD9EC", "#0D0E11", "#0D0E11", "#F4D397"]
    weights = colormaps.lut(LIGHT, "weight_signed")
    assert [f"#{int(weights[index]) & 0xFFFFFF:06X}" for index in (0, 255)] == ["#0E4F77", "#8A0E30"]
    assert colormaps.color(ember, 0.0) == QColor("#0D0E11")
    assert colormaps.color(ember, 2.0) == QColor("#F4D397")


def test_unknown_map_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown value map 'viridis'"):
        colormaps.lut(DARK, "viridis")  # type: ignore[arg-type]


def test_a_picture_has_the_colours_of_its_values_and_keeps_its_buffer() -> None:
    table = colormaps.lut(DARK, "activation_signed")
    pixels = np.arange(256, dtype=np.uint8).reshape(8, 32)
    images = [colormaps.picture(np.roll(pixels, index), table) for index in range(20)]
    assert (images[0].width(), images[0].height()) == (32, 8)
    for x, y in ((0, 0), (31, 7), (5, 3)):
        assert images[0].pixel(x, y) == table[pixels[y, x]]
    assert images[3].pixel(3, 0) == table[0]
    with pytest.raises(ValueError, match="needs uint8"):
        colormaps.picture(pixels.astype(np.float32), table)  # type: ignore[arg-type]


def test_a_picture_of_a_slice_is_right() -> None:
    table = colormaps.lut(LIGHT, "input")
    pixels = np.arange(100, dtype=np.uint8).reshape(10, 10)[::2, 1::3]
    image = colormaps.picture(pixels, table)
    assert (image.width(), image.height()) == (3, 5)
    assert image.pixel(2, 4) == table[pixels[4, 2]]


def test_a_photograph_keeps_its_colours() -> None:
    image = colormaps.photograph(np.array([[[255]], [[128]], [[0]]], np.uint8))
    assert image.pixelColor(0, 0) == QColor(255, 128, 0)


def test_ink_is_readable_on_every_grey() -> None:
    for value in range(0, 256, 5):
        ground = QColor(value, value, value)
        assert contrast(colormaps.ink_on(ground), ground) > 3.9


def test_texts_are_readable_on_every_surface(theme: Theme) -> None:
    for ground in (theme.window, theme.stage, theme.panel, theme.raised, theme.tooltip):
        assert contrast(theme.text_1, ground) > 12
        assert contrast(theme.text_2, ground) > 5.5
        assert contrast(theme.text_3, ground) > 4.0
    assert contrast(theme.on_accent, theme.accent) > 4.5


def test_roles_stand_out_from_the_stage_and_each_other(theme: Theme) -> None:
    roles = [theme.input, theme.kernel, theme.output, theme.bias, theme.gradient, theme.error]
    assert len({role.name() for role in roles}) == 6
    assert all(contrast(role, theme.stage) > 3.5 for role in roles)
    assert theme.target is theme.error


@pytest.mark.parametrize("face", [fonts.ui, fonts.mono])
def test_digits_are_equally_wide(qapp: object, face: object) -> None:
    metrics = QFontMetricsF(face(13))  # type: ignore[operator]
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_fonts_have_the_size_that_was_asked_for(qapp: object) -> None:
    assert fonts.ui(12).pixelSize() == 12
    assert fonts.ui(12) is fonts.ui(12)
    assert int(fonts.ui(12, 600).weight()) == 600
    assert QFontInfo(fonts.mono(12)).fixedPitch()


def test_icons_are_drawn_in_their_colour_at_any_ratio(qapp: object) -> None:
    assert len(icons.names()) > 40
    for name in icons.names():
        for ratio in (1.0, 1.5, 3.0):
            pixmap = icons.pixmap(name, QColor("#FF0000"), 20, ratio)
            assert pixmap.size().width() == round(20 * ratio)
            assert pixmap.deviceIndependentSize().width() == pytest.approx(20)
        image = icons.pixmap(name, QColor("#FF0000"), 20, 3.0).toImage()
        inked = [image.pixelColor(x, y) for x in range(60) for y in range(60) if image.pixelColor(x, y).alpha() > 200]
        assert inked, f"{name} draws nothing"
        assert all(color.red() > 240 and color.green() < 15 for color in inked), name


def test_icons_lie_inside_their_grid_and_have_our_stroke() -> None:
    for name in icons.names():
        text = (icons.FOLDER / f"{name}.svg").read_text()
        assert 'viewBox="0 0 20 20"' in text
        assert "#" not in text.replace("http://www.w3.org", "")
        for width in re.findall(r'stroke-width="([\d.]+)"', text):
            assert 1.0 <= float(width) <= 1.7


def test_unknown_icon_is_named() -> None:
    with pytest.raises(KeyError, match="no icon 'unicorn'"):
        icons.pixmap("unicorn", DARK.text_1)


def test_icons_are_painted_where_they_should_be(qapp: object) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icons.paint(painter, "stop", QColor("#00FF00"), QRectF(20, 20, 20, 20))
    painter.end()
    assert image.pixelColor(30, 30).green() == 255
    assert image.pixelColor(10, 10).alpha() == 0


def test_the_style_sheet_is_filled_in_and_its_pictures_exist(theme: Theme) -> None:
    text = stylesheet(theme)
    assert "@" not in text
    assert text.count("{") == text.count("}")
    found = re.findall(r'url\("([^"]+)"\)', text)
    assert len(found) > 6
    from pathlib import Path

    for path in found:
        assert Path(path).is_file()
        assert "currentColor" not in Path(path).read_text()


def test_pictures_of_the_style_sheet_have_the_theme_s_colours(theme: Theme) -> None:
    def text(name: str) -> str:
        return (icons.FOLDER / theme.name / f"{name}.svg").read_text().lower()

    assert theme.text_2.name() in text("chevron-down")
    assert theme.on_accent.name() in text("check")
    assert theme.accent.name() in text("check-menu")


def test_palette_matches(theme: Theme) -> None:
    assert palette(theme).window().color() == theme.window
    assert palette(theme).highlight().color() == theme.accent


@pytest.mark.parametrize(
    ("size", "density"),
    [((1440, 920), Density.LARGE), ((1439, 1000), Density.SMALL), ((2560, 1440), Density.LARGE)],
)
def test_density_by_size(size: tuple[int, int], density: Density) -> None:
    assert Density.of(*size) is density
