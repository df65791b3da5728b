"""Picture files, read with care, and fitted to what a network takes: photographs by cropping, digits as MNIST's are."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import DatasetError
from engine.datasets.found_ink import centre_digit
from engine.datasets.places import cannot_read
from engine.messages import Bytes

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm"})
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")  # none that starts another program to be read
_MOST_PIXELS = 64_000_000  # 200 MB once it is unpacked
_KINDS = "PNG, JPEG, GIF, BMP, WebP, TIFF and PPM can be read"

Shape = tuple[int, int, int]
Fit = Literal["digit", "cover", "photograph"]


def load_picture(source: Path | str | bytes, *, shape: Shape, fit: Fit | None = None) -> Bytes:
    """A user's own picture as a network takes it: uint8 (channels, height, width) of `shape`, 1 or 3 channels.

    `source` is a path or the bytes of a picture file. `fit` "cover" scales the picture until it covers the shape and
    cuts off what hangs over, in the middle; "digit" finds dark or light ink on paper and puts it, light on black, into
    a 20x20 box (of 28x28; other sizes in proportion) centred by its mass, as MNIST's pictures are made. None means
    "digit" for a grey picture of 28x28 and "cover" for all others; "photograph" covers 8/7 of the shape (256
    for 224), as networks for ImageNet are tested. Raises DatasetError.
    """
    channels, height, width = shape
    if channels not in (1, 3):
        raise DatasetError(f"A picture has 1 or 3 channels, but {channels} are asked for.")
    name = "The picture" if isinstance(source, bytes) else str(source)
    image = open_picture(source)
    if fit == "photograph":
        return to_array(_middle(image, height=height, width=width), shape=shape)
    if (fit or ("digit" if shape == (1, 28, 28) else "cover")) == "cover":
        return to_array(image, shape=shape)
    grey = to_grey(image)
    if grey.shape == (height, width) and _border(grey).max() < 32:
        return _stack(grey, channels)  # is such a picture already
    return _stack(centre_digit(grey, height=height, width=width, name=name), channels)


def open_picture(source: Path | str | bytes) -> Image:
    """A decoded picture, turned as its EXIF data say. Raises DatasetError for anything that is not one."""
    import PIL.Image
    import PIL.ImageOps

    name = "The picture" if isinstance(source, bytes) else str(source)
    try:
        with PIL.Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS) as image:
            # The size is in the header: a bomb is refused before it is unpacked.
            if image.width * image.height > _MOST_PIXELS:
                raise _too_large(name, f"{image.width:,} x {image.height:,} pixels")
            image.load()
            return PIL.ImageOps.exif_transpose(image)
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as error:
        raise _too_large(name, str(error)) from error
    except PIL.UnidentifiedImageError as error:
        raise DatasetError(f"{name} is not a picture that can be read ({_KINDS}).") from error
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise cannot_read(Path(name), error) from error
    except DatasetError:
        raise
    except Exception as error:  # Pillow's readers raise whatever comes up in damaged files
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
        raise DatasetError(f"{name} could not be read: {why}. It may be damaged: save or export it again.") from error


def _middle(image: Image, *, height: int, width: int) -> Image:
    """The picture scaled until it covers 8/7 of (height, width), and the middle of it of exactly that size."""
    import PIL.Image

    flat = _flatten(image)
    scale = max(height * 8 / 7 / flat.height, width * 8 / 7 / flat.width)
    size = max(width, round(flat.width * scale)), max(height, round(flat.height * scale))
    scaled = flat.resize(size, PIL.Image.Resampling.BILINEAR)
    left, top = round((size[0] - width) / 2), round((size[1] - height) / 2)
    return scaled.crop((left, top, left + width, top + height))


def is_grey(image: Image) -> bool:
    """Whether a picture's mode has no colour."""
    return image.mode in ("1", "L", "LA", "La", "I", "F") or image.mode.startswith("I;16")


def to_array(image: Image, *, shape: Shape) -> Bytes:
    """A picture scaled to cover the shape and cropped in the middle: uint8 (channels, height, width)."""
    import PIL.Image
    import PIL.ImageOps

    channels, height, width = shape
    flat = PIL.Image.fromarray(to_grey(image)) if channels == 1 else _flatten(image)
    if flat.size != (width, height):
        flat = PIL.ImageOps.fit(flat, (width, height), PIL.Image.Resampling.LANCZOS)
    array = np.asarray(flat, np.uint8)
    return np.ascontiguousarray(array[None] if channels == 1 else array.transpose(2, 0, 1))


def to_grey(image: Image) -> NDArray[np.uint8]:
    """Luminance, uint8 (height, width); deep greys are scaled to 8 bits, see-through parts are laid on paper."""
    if image.mode == "F" or image.mode.startswith("I"):
        deep = np.asarray(image, np.float32)
        low, high = float(deep.min()), float(deep.max())
        if image.mode.startswith("I;16") or (low >= 0.0 and high > 255.0):
            low, high = 0.0, max(65535.0, high)
        elif low >= 0.0 and high <= 255.0:
            low, high = 0.0, 255.0 if high > 1.0 else 1.0
        return np.rint((deep - low) / max(high - low, 1e-9) * 255.0).astype(np.uint8)
    return np.asarray(_flatten(image).convert("L"), np.uint8)


def _flatten(image: Image) -> Image:
    """Without transparency: light ink is laid on black, everything else on white. Mode RGB."""
    import PIL.Image

    if is_grey(image) and image.mode not in ("1", "L", "LA", "La"):
        return PIL.Image.fromarray(to_grey(image)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    full = image.convert("RGBA")
    values = np.asarray(full, np.float32)
    alpha = values[..., 3]
    light = float((values[..., :3].mean(axis=2) * alpha).sum()) > 127.5 * float(alpha.sum())
    half_clear = float((alpha < 128).mean()) > 0.2
    paper = PIL.Image.new("RGBA", full.size, (0, 0, 0, 255) if light and half_clear else (255, 255, 255, 255))
    return PIL.Image.alpha_composite(paper, full).convert("RGB")


def _border(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _stack(grey: NDArray[np.uint8], channels: int) -> Bytes:
    return np.ascontiguousarray(np.repeat(grey[None], channels, axis=0))


def _too_large(name: str, what: str) -> DatasetError:
    return DatasetError(f"{name} is too large to open safely ({what}). Make it smaller than {_MOST_PIXELS:,} pixels.")
