"""The command line, read before Qt is: help is instant and a mistake is one line."""

from __future__ import annotations

import argparse
import ctypes
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

USER_ERROR = 2
NO_DISPLAY = 1


@dataclass(frozen=True)
class Arguments:
    """What was asked for. `size` is (width, height) in logical pixels, None where it was not given.

    `module` is FILE.py:NAME or FILE.pt2, absolute; `follow` the folder of a run that something else writes.
    """

    link: str = ""
    module: str = ""
    follow: Path | None = None
    lab: str = ""
    data_root: Path | None = None
    export: Path | None = None
    size: tuple[int, int] | None = None
    scale: float = 1.0
    theme: str = ""


class ArgumentError(ValueError):
    """A mistake on the command line; one line that names it."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ArgumentError(message)


def parse(argv: Sequence[str]) -> Arguments:
    """Read the arguments (without the program's name). ArgumentError names a mistake; --help prints and exits 0."""
    parser = _Parser(
        prog="main.py",
        description="Receptive: see, step, train and take apart neural networks.",
        epilog="A link is what “Copy link” makes: receptive://studio?…",
        allow_abbrev=False,
    )
    parser.add_argument(
        "link",
        nargs="?",
        default="",
        metavar="LINK | FILE.py[:NAME]",
        help="what to show, receptive://<lab>?…, or a network of your own: a class or function in a Python file, or a "
        ".pt2 program; the window asks before it runs it",
    )
    parser.add_argument("--follow", type=Path, metavar="RUN", help="show a run that something else writes, live")
    parser.add_argument("--lab", default="", metavar="NAME", help="the lab to open, where there is no link")
    parser.add_argument("--data-root", type=Path, metavar="DIR", help="where datasets are kept (else RECEPTIVE_DATA)")
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="draw it to a .png, .svg or .gif without a screen, and exit"
    )
    parser.add_argument("--size", default="", metavar="WxH", help="of the window or the picture, as 1600x1000")
    parser.add_argument("--scale", default="1", metavar="N", help="pixels of an exported picture for each of its size")
    parser.add_argument("--theme", default="", choices=("", "light", "dark"), metavar="light|dark", help="how it looks")
    found = parser.parse_args(list(argv))
    if found.link and found.lab:
        raise ArgumentError("a link and --lab cannot both say what to open")
    if found.follow is not None:
        if found.link or found.lab not in ("", "studio"):
            raise ArgumentError("--follow says what to open; leave out what else does")
        if not found.follow.is_dir():
            raise ArgumentError(f"--follow {found.follow}: there is no such folder")
    module = _module(found.link)
    if module and found.export is not None:
        raise ArgumentError("a module is code and has to be agreed to in the window; --export cannot open one")
    if found.link and not module and not found.link.lower().startswith("receptive:"):
        raise ArgumentError(
            f"{found.link!r} is neither a link of Receptive (receptive://…) nor a network in a file (my_net.py:Net)"
        )
    if found.data_root is not None and not found.data_root.is_dir():
        raise ArgumentError(f"--data-root {found.data_root}: there is no such folder")
    if found.export is not None:
        _check_export(found.export)
    return Arguments(
        link="" if module else found.link,
        module=module,
        follow=None if found.follow is None else found.follow.absolute(),
        lab=found.lab,
        data_root=found.data_root,
        export=found.export,
        size=_size(found.size) if found.size else None,
        scale=_scale(found.scale),
        theme=found.theme,
    )


def _module(text: str) -> str:
    """FILE.py:NAME or FILE.pt2 with the file's absolute path; empty where the text means something else."""
    if text.lower().startswith("receptive:"):
        return ""
    before, colon, name = text.rpartition(":")
    file, name = (before, name) if colon and before.endswith(".py") else (text, "")
    path = Path(file).expanduser()
    if path.suffix not in (".py", ".pt2"):
        return ""
    if not path.is_file():
        raise ArgumentError(f"there is no file {path}")
    return f"{path.absolute()}:{name}" if name else str(path.absolute())


def _check_export(path: Path) -> None:
    if path.suffix.lower() not in (".png", ".svg", ".gif"):
        raise ArgumentError(f"--export {path}: the name must end in .png, .svg or .gif")
    if not path.parent.is_dir():
        raise ArgumentError(f"--export {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise ArgumentError(f"--export {path} is a folder")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ArgumentError(f"--size {text!r} is no size; write it as 1600x1000")
    size = (int(width[:6]), int(height[:6]))
    if not (640 <= size[0] <= 16_000 and 400 <= size[1] <= 16_000):
        raise ArgumentError(f"--size {text} is out of range; from 640x400 to 16000x16000 can be drawn")
    return size


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        raise ArgumentError(f"--scale {text!r} is no number") from None
    if not 0.1 <= scale <= 8:
        raise ArgumentError(f"--scale {text} is out of range; from 0.1 to 8 can be drawn")
    return scale


_NO_SCREEN = "or draw a picture without a screen: python main.py --export picture.png"


def display_problem(environment: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> str:
    """Why no window can open on this system, "" if one can. Qt itself would end with an abort."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if platform in ("win32", "darwin") or chosen not in ("", "xcb"):
        return ""
    display = environment.get("DISPLAY", "")
    if environment.get("WAYLAND_DISPLAY") and not chosen:
        return ""
    if not display:
        return (
            "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it from a desktop session or with"
            f" “ssh -X”, {_NO_SCREEN}"
        )
    if not _answers(display):
        return f"the display {display} does not answer. Set DISPLAY to the one of your desktop session, {_NO_SCREEN}"
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return (
            "Qt needs the library libxcb-cursor, which this system does not have."
            f" Install it (Debian, Ubuntu: sudo apt install libxcb-cursor0), {_NO_SCREEN}"
        )
    return ""


def _answers(display: str) -> bool:
    """Whether an X server listens there: at the local socket of ":1", or over the network for "host:1"."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdecimal():
        return False
    tries: list[tuple[int, Any]] = []
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        tries = [(socket.AF_UNIX, path), (socket.AF_UNIX, "\0" + path)]
    elif not host.startswith("/"):
        tries = [(socket.AF_INET, (host, 6000 + int(number)))]
    else:  # a socket's own path, as XQuartz has
        return True
    for family, address in tries:
        with socket.socket(family, socket.SOCK_STREAM) as server:
            server.settimeout(5.0)
            try:
                server.connect(address)
            except OSError:
                continue
            return True
    return False
