"""Our own handwriting: the same from a seed, made like MNIST, kept on disk with care."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from engine.datasets import Cancelled, load, reporting
from engine.datasets.digits import Size, load_digits, write_digits
from engine.datasets.handwriting import CHUNK, FORMAT, generate
from engine.datasets.handwriting.shapes import SIZES, STYLES
from engine.datasets.handwriting.strokes import PEN_POSITIONS, Style, prepare
from engine.messages import Progress

SMALL = Size(train=2000, test=500)


@pytest.fixture(scope="module")
def thousand() -> tuple[np.ndarray, np.ndarray]:
    """The first thousand training samples: uint8 (1000, 28, 28), int64 (1000,)."""
    return next(generate(1000, seed=0))


def test_the_same_seed_writes_the_same_digits(thousand) -> None:
    again = next(generate(1000, seed=0))
    np.testing.assert_array_equal(again[0], thousand[0])
    np.testing.assert_array_equal(again[1], thousand[1])
    for other in (generate(1000, seed=1), generate(1000, seed=0, split=1)):
        assert (next(other)[0] != thousand[0]).mean() > 0.1


def test_fewer_are_the_first_of_more(thousand) -> None:
    chunks = list(generate(CHUNK + 300, seed=0))
    assert [len(labels) for _, labels in chunks] == [CHUNK, 300]
    np.testing.assert_array_equal(chunks[0][0], thousand[0])
    np.testing.assert_array_equal(next(generate(7, seed=0))[0], thousand[0][:7])


def test_every_digit_is_there_as_often(thousand) -> None:
    assert np.bincount(thousand[1]).tolist() == [100] * 10
    assert thousand[1][:10].tolist() != sorted(thousand[1][:10].tolist())


def test_no_two_are_alike(thousand) -> None:
    pictures, labels = thousand
    for digit in range(10):
        flat = pictures[labels == digit].reshape(100, -1).astype(np.float32)
        apart = np.sqrt(((flat[:, None] - flat[None]) ** 2).mean(axis=2))
        apart[np.arange(100), np.arange(100)] = 255
        assert apart.min() > 8.0
        assert np.median(apart) > 40.0


def test_digits_fit_the_box_and_are_centred_by_mass_as_mnist_is(thousand) -> None:
    ink = thousand[0].astype(np.float64)
    high = (ink.max(axis=2) > 64).sum(axis=1)
    wide = (ink.max(axis=1) > 64).sum(axis=1)
    larger = np.maximum(high, wide)
    assert larger.min() >= 17
    assert larger.max() <= 23
    assert np.median(larger) == 20
    grid = np.arange(28) - 13.5
    for axis in (1, 2):
        centre = (ink.sum(axis=3 - axis) @ grid) / ink.sum(axis=(1, 2))
        assert np.abs(centre).max() < 2.0
        assert np.median(np.abs(centre)) < 0.3
    assert ink[:, [0, -1]].max() == 0 or (ink[:, [0, -1]] > 64).mean() < 0.001


def test_the_ink_is_spread_as_in_mnist(thousand) -> None:
    values = thousand[0] / 255.0
    assert values.mean() == pytest.approx(0.1307, abs=0.012)
    assert values.std() == pytest.approx(0.3081, abs=0.015)
    assert np.median(thousand[0].max(axis=(1, 2))) == 255
    assert (thousand[0] == 0).mean() > 0.7


def test_pictures_change_only_together_with_their_format(thousand) -> None:
    # Kept digits of another format are written anew. Where a change of the shapes or the pen is meant, count FORMAT up.
    known = {
        "receptive-digits-2": [3479355, 1383530, 2948963, 2481421, 2371766, 2365463, 2794948, 2178100, 3106855, 2448841]
    }
    sums = [int(thousand[0][thousand[1] == digit].sum(dtype=np.int64)) for digit in range(10)]
    assert FORMAT in known
    np.testing.assert_allclose(sums, known[FORMAT], rtol=1e-4)  # rounding may differ between processors


@pytest.mark.parametrize("digit", range(10))
def test_every_style_can_be_written(digit: int) -> None:
    assert 0.5 < SIZES[digit] < 1.5
    for style in STYLES[digit]:
        pen = prepare(style)
        for controls in pen.controls:
            positions, steps = pen.positions @ controls, pen.steps @ controls
            assert positions.shape == steps.shape == (PEN_POSITIONS, 2)
            assert np.hypot(*steps.T).max() < 0.12  # no gap between two positions once it is 20 pixels high
            assert np.ptp(positions[:, 1]) == pytest.approx(1.0, abs=0.35)


def test_variants_of_one_style_have_the_same_strokes() -> None:
    with pytest.raises(ValueError, match="differ in strokes"):
        prepare(Style(1.0, ("0,0 1,1 2,2", "0,0 1,1! 2,2")))


def test_digits_are_written_once_and_then_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_digits(root=tmp_path, size=SMALL)
    monkeypatch.setattr("engine.datasets.digits.generate", lambda *_, **__: pytest.fail("written twice"))
    second = load_digits(root=tmp_path, size=SMALL)
    for name in ("train_pictures", "train_labels", "test_pictures", "test_labels"):
        array = getattr(second, name)
        np.testing.assert_array_equal(array, getattr(first, name))
        assert not array.flags.writeable
    assert first.facts().picture_shape == (1, 28, 28)
    assert first.train_pictures.shape == (2000, 1, 28, 28)
    assert first.notices == second.notices == ()
    assert [path.name for path in (tmp_path / "digits").iterdir()] == ["digits.safetensors"]


@pytest.mark.parametrize("damage", ["truncated", "changed", "text", "empty", "unnamed"])
def test_a_broken_cache_is_written_anew_and_that_is_said(tmp_path: Path, damage: str) -> None:
    whole = load_digits(root=tmp_path, size=SMALL)
    path = tmp_path / "digits" / "digits.safetensors"
    data = bytearray(path.read_bytes())
    if damage == "changed":
        data[-1000] ^= 255
    if damage == "unnamed":
        data = data.replace(b"test_labels", b"best_labels")
    path.write_bytes({"truncated": data[:-1], "text": b"not what it was", "empty": b""}.get(damage, bytes(data)))
    mended = load_digits(root=tmp_path, size=SMALL)
    np.testing.assert_array_equal(mended.train_pictures, whole.train_pictures)
    assert len(mended.notices) == 1
    assert str(path) in mended.notices[0]
    assert "damaged" in mended.notices[0]
    assert load_digits(root=tmp_path, size=SMALL).notices == ()


def test_a_cache_of_another_format_is_written_anew_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.datasets.digits.FORMAT", "receptive-digits-0")
    load_digits(root=tmp_path, size=SMALL)
    monkeypatch.undo()
    load_digits(root=tmp_path, size=SMALL, seed=3)
    dataset = load_digits(root=tmp_path, size=SMALL)
    assert dataset.notices == ()
    np.testing.assert_array_equal(dataset.train_pictures[:1000, 0], next(generate(1000, seed=0))[0])


def test_where_nothing_may_be_written_they_are_kept_elsewhere_or_not_at_all(tmp_path: Path) -> None:
    locked, elsewhere = tmp_path / "locked", tmp_path / "elsewhere"
    locked.mkdir(mode=0o555)
    assert load_digits(root=locked, fallback=elsewhere, size=SMALL).notices == ()
    assert (elsewhere / "digits" / "digits.safetensors").is_file()
    assert load_digits(root=locked, fallback=elsewhere, size=SMALL).notices == ()
    alone = load_digits(root=locked, size=SMALL)
    assert len(alone.train_labels) == 2000
    assert "could not be kept. No permission to write" in alone.notices[0]


def test_a_full_disk_costs_only_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    dataset = load_digits(root=tmp_path, size=SMALL)
    assert len(dataset.train_labels) == 2000
    assert "The disk is full" in dataset.notices[0]
    assert list((tmp_path / "digits").iterdir()) == []


def test_writing_tells_its_progress_and_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "_INTERVAL", 0.0)
    told: list[Progress] = []
    write_digits(size=SMALL, progress=told.append)
    assert [message.done for message in told] == [1000, 2000, 2500, 2500]
    assert [message.finished for message in told] == [False, False, False, True]
    assert {message.total for message in told} == {2500}
    told.clear()
    with pytest.raises(Cancelled, match="Writing digits was cancelled"):
        load_digits(root=tmp_path, size=SMALL, progress=told.append, cancelled=lambda: bool(told))
    assert told[-1].finished
    assert not (tmp_path / "digits").exists()


def test_the_catalogue_gives_all_of_them(data_folder: Path) -> None:
    facts = load("digits", root=data_folder).facts()
    assert (facts.train_samples, facts.test_samples) == (60_000, 10_000)
    assert facts.classes == tuple("0123456789")
