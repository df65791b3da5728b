"""One picture of the user's own: fitted as a photograph or as a digit, and refused if it is none."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.datasets import DatasetError, load_picture, pictures
from engine.datasets.handwriting import generate
from tests.engine.datasets.files import flat, picture

DIGIT, PHOTO = (1, 28, 28), (3, 32, 32)


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def seven() -> np.ndarray:
    """A written seven, uint8 (28, 28), light on black."""
    drawn, labels = next(generate(100, seed=5))
    return drawn[np.flatnonzero(labels == 7)[1]]


def on_paper(digit: np.ndarray, *, scale: int, left: int, top: int, paper: int, ink: int) -> np.ndarray:
    """A digit enlarged and put somewhere on a sheet of 300x400."""
    sheet = np.full((300, 400), float(paper))
    large = np.asarray(Image.fromarray(digit).resize((28 * scale, 28 * scale), Image.Resampling.BICUBIC)) / 255.0
    sheet[top : top + 28 * scale, left : left + 28 * scale] += large * (ink - paper)
    return sheet.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("paper", "ink"), [(255, 0), (0, 255), (200, 90), (60, 160)], ids=["ink", "chalk", "pencil", "faint chalk"]
)
def test_a_digit_anywhere_on_any_paper_becomes_one_like_mnist(seven: np.ndarray, paper: int, ink: int) -> None:
    sheet = on_paper(seven, scale=6, left=190, top=40, paper=paper, ink=ink)
    found = load_picture(picture(sheet), shape=DIGIT)
    assert found.shape == DIGIT
    assert found.dtype == np.uint8
    assert found.max() == 255
    difference = np.abs(found[0].astype(float) - seven).mean()
    assert difference < 12.0  # of 255: the same digit, but for a smoother edge


def test_uneven_light_on_the_paper_is_taken_out(seven: np.ndarray) -> None:
    sheet = on_paper(seven, scale=6, left=100, top=60, paper=230, ink=60).astype(float)
    sheet *= np.linspace(1.0, 0.55, 400)  # one side lies in the shade
    found = load_picture(picture(sheet.astype(np.uint8)), shape=DIGIT)
    assert np.abs(found[0].astype(float) - seven).mean() < 20.0
    assert (found[0] == 0).mean() > 0.6


def test_see_through_ink_is_laid_on_paper(seven: np.ndarray) -> None:
    large = np.asarray(Image.fromarray(seven).resize((140, 140)))
    for ink in (0, 255):
        sheet = np.full((140, 140, 4), ink, np.uint8)
        sheet[..., 3] = large
        found = load_picture(picture(sheet), shape=DIGIT)
        assert np.abs(found[0].astype(float) - seven).mean() < 12.0


def test_a_picture_that_is_such_a_digit_already_stays_as_it_is(seven: np.ndarray) -> None:
    np.testing.assert_array_equal(load_picture(picture(seven), shape=DIGIT)[0], seven)


def test_a_digit_is_centred_by_mass_in_its_box() -> None:
    sheet = np.full((100, 100), 255, np.uint8)
    sheet[10:70, 20:30] = 0  # an upright bar
    found = load_picture(picture(sheet), shape=DIGIT)[0].astype(float)
    rows = np.flatnonzero(found.max(axis=1) > 64)
    assert len(rows) == 20
    grid = np.arange(28) - 13.5
    assert abs(found.sum(axis=1) @ grid / found.sum()) <= 0.5
    assert abs(found.sum(axis=0) @ grid / found.sum()) <= 0.5


def test_fine_lines_are_drawn_as_with_a_pen_and_dust_is_no_ink() -> None:
    sheet = np.full((300, 300), 255, np.uint8)
    sheet[60:240, 150:152] = 0
    sheet[5, 5] = sheet[290, 280] = 0
    found = load_picture(picture(sheet), shape=DIGIT)[0]
    assert found[10:18].max(axis=1).min() >= 230
    wide = (found[14] / 255.0).sum()
    assert 1.4 < wide < 2.6
    assert 19 <= (found.max(axis=1) > 100).sum() <= 21


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_sheet_shows_no_digit(value: int) -> None:
    with pytest.raises(DatasetError, match="shows no digit"):
        load_picture(picture(flat(value, height=60, width=60)), shape=DIGIT)


def test_a_photograph_covers_the_shape_and_is_cropped_in_the_middle() -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (200, 100, 50)
    found = load_picture(picture(wide), shape=(3, 10, 10))
    assert found.shape == (3, 10, 10)
    np.testing.assert_array_equal(found[:, 5, 5], [200, 100, 50])
    assert found[0, 5].min() > 100  # only the middle third is left


def test_fit_chooses_how_whatever_the_shape(seven: np.ndarray) -> None:
    sheet = picture(on_paper(seven, scale=4, left=10, top=10, paper=255, ink=0))
    assert load_picture(sheet, shape=DIGIT, fit="cover").mean() > 150
    coloured = load_picture(sheet, shape=(3, 56, 56), fit="digit")
    assert coloured.shape == (3, 56, 56)
    assert 38 <= (coloured[0].max(axis=1) > 64).sum() <= 42
    np.testing.assert_array_equal(coloured[0], coloured[2])


def test_grey_is_luminance() -> None:
    found = load_picture(picture(flat((255, 0, 0))), shape=(1, 8, 8))
    assert found.max() == found.min() == 76  # ITU-R 601-2: 0.299 of 255


MODES = {
    "1": Image.new("1", (8, 8), 1),
    "L": Image.new("L", (8, 8), 255),
    "LA": Image.new("LA", (8, 8), (255, 255)),
    "P": Image.new("RGB", (8, 8), (255, 255, 255)).convert("P"),
    "RGBA": Image.new("RGBA", (8, 8), (255, 255, 255, 255)),
    "I;16": Image.fromarray(np.full((8, 8), 65535, np.uint16)),
}


@pytest.mark.parametrize("image", MODES.values(), ids=MODES.keys())
@pytest.mark.parametrize("channels", [1, 3])
def test_every_mode_gives_8_bits(image: Image.Image, channels: int) -> None:
    found = load_picture(png(image), shape=(channels, 4, 4))
    assert found.shape == (channels, 4, 4)
    assert found.min() >= 254


def test_deep_greys_keep_their_shades() -> None:
    ramp = np.tile(np.linspace(0, 65535, 16).astype(np.uint16), (16, 1))
    found = load_picture(png(Image.fromarray(ramp)), shape=(1, 16, 16))
    np.testing.assert_allclose(found[0, 3], np.linspace(0, 255, 16), atol=1)


def test_a_picture_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    upright = np.zeros((8, 8, 3), np.uint8)
    upright[:, :4] = 255  # left half
    found = load_picture(picture(upright, "PNG", exif=exif), shape=(1, 8, 8), fit="cover")
    assert found[0, :4].min() == 255
    assert found[0, 4:].max() == 0


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM"])
def test_reads_the_usual_kinds(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(picture(flat((90, 90, 90), height=16, width=16), kind))
    assert load_picture(path, shape=PHOTO).mean() == pytest.approx(90, abs=1)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text("Dear reader")
    with pytest.raises(DatasetError, match=r"letter\.png is not a picture"):
        load_picture(path, shape=PHOTO)
    with pytest.raises(DatasetError, match=r"^The picture is not"):
        load_picture(b"", shape=PHOTO)
    with pytest.raises(DatasetError, match=r"gone\.png is not there"):
        load_picture(tmp_path / "gone.png", shape=PHOTO)
    with pytest.raises(DatasetError, match=r"is a folder|No permission"):
        load_picture(tmp_path, shape=PHOTO)
    with pytest.raises(DatasetError, match="1 or 3 channels, but 2"):
        load_picture(picture(flat(0)), shape=(2, 8, 8))


def test_postscript_is_not_even_tried() -> None:
    with pytest.raises(DatasetError, match="is not a picture"):
        load_picture(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", shape=PHOTO)


def bomb(side: int) -> bytes:
    """A PNG whose header promises side x side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_100, 10_000, 30_000])
def test_a_decompression_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(DatasetError, match="too large to open safely"):
        load_picture(bomb(side), shape=PHOTO)


WHOLE = {
    kind: picture(np.arange(48, dtype=np.uint8).reshape(4, 4, 3) * 5, kind)
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "BMP")
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.data())
@pytest.mark.filterwarnings("ignore")  # Pillow warns of odd metadata
def test_damage_never_gives_anything_but_a_dataset_error(data: st.DataObject) -> None:
    raw = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))])
    for position in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=5)):
        raw[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)))
    shape = data.draw(st.sampled_from([DIGIT, PHOTO]))
    with suppress(DatasetError):
        assert load_picture(bytes(raw[:cut]), shape=shape).shape == shape


def test_most_pixels_is_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 64)
    assert load_picture(picture(flat(3)), shape=(1, 8, 8)).max() == 3
    with pytest.raises(DatasetError, match="8 x 9 pixels"):
        load_picture(picture(flat(3, height=9)), shape=(1, 8, 8))
