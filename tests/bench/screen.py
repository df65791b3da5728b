"""A screen to measure windows on: the one that there is, else Xvfb, else Qt's offscreen platform."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SIZE = "2560x1440x24"


@contextmanager
def screen(*, wanted: bool) -> Iterator[tuple[dict[str, str], str]]:
    """(environment for those who open windows, what the windows are shown on: empty if none is wanted)."""
    if not wanted:
        yield {}, ""
    elif os.environ.get("QT_QPA_PLATFORM"):
        yield {}, f"the Qt platform {os.environ['QT_QPA_PLATFORM']}"
    elif not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield {}, "the screen"
    elif (program := shutil.which("Xvfb")) is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}, "Qt's offscreen platform (there is neither a display nor Xvfb)"
    else:
        reader, writer = os.pipe()
        server = subprocess.Popen(
            [program, "-displayfd", str(writer), "-screen", "0", _SIZE, "-nolisten", "tcp", "-noreset"],
            pass_fds=(writer,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        try:
            with os.fdopen(reader) as numbers:
                number = numbers.readline().strip()
            if number:
                yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}, f"Xvfb ({_SIZE})"
            else:
                yield {"QT_QPA_PLATFORM": "offscreen"}, "Qt's offscreen platform (Xvfb does not start)"
        finally:
            server.terminate()
            server.wait(10)
