"""The command line, as a user has it: a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gui import arguments
from gui.arguments import ArgumentError, Arguments, display_problem, parse

ROOT = Path(__file__).resolve().parents[3]


def run(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *argv],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--export", "picture.bmp"], "--export picture.bmp: the name must end in .png, .svg or .gif"),
        (["--export", "no/such/a.png"], "there is no folder no/such"),
        (["--size", "big"], "--size 'big' is no size"),
        (["--size", "10x10"], "out of range"),
        (["--scale", "x"], "--scale 'x' is no number"),
        (["--scale", "99"], "out of range"),
        (["--theme", "pink"], "--theme"),
        (["--data-root", "/no/such/folder"], "/no/such/folder: there is no such folder"),
        (["https://example.org"], "'https://example.org' is neither a link of Receptive"),
        (["receptive://studio", "--lab", "studio"], "cannot both"),
        (["--colour"], "--colour"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(argv: list[str], words: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        parse(argv)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistake_of_a_user_in_a_process() -> None:
    result = run("--size", "big")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "receptive: --size 'big' is no size; write it as 1600x1000\n"


def test_help_needs_no_display_and_no_qt() -> None:
    result = run("--help", QT_QPA_PLATFORM="")
    assert result.returncode == 0
    assert "--export FILE" in result.stdout
    code = "import sys, main; print(sorted({'PySide6', 'numpy', 'torch'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="displays are named by DISPLAY on Linux alone")
def test_without_a_display_a_line_says_what_to_do() -> None:
    result = run(QT_QPA_PLATFORM="")
    assert result.returncode == 1
    assert result.stderr.startswith("receptive: there is no display")
    assert "--export picture.png" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="displays are named by DISPLAY on Linux alone")
def test_a_display_that_does_not_answer_is_named() -> None:
    result = run(QT_QPA_PLATFORM="", DISPLAY=":4321")
    assert result.returncode == 1
    assert "the display :4321 does not answer" in result.stderr


def test_displays_that_are_fine() -> None:
    assert display_problem({}, platform="darwin") == ""
    assert display_problem({}, platform="win32") == ""
    assert display_problem({"QT_QPA_PLATFORM": "offscreen"}, platform="linux") == ""
    assert display_problem({"WAYLAND_DISPLAY": "wayland-0"}, platform="linux") == ""
    assert "DISPLAY" in display_problem({"QT_QPA_PLATFORM": "xcb"}, platform="linux")


@pytest.mark.skipif(sys.platform != "linux", reason="X servers listen at local sockets")
def test_a_listening_display_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("\0/tmp/.X11-unix/X4322")
        server.listen()
        assert arguments._answers(":4322.0")
    assert not arguments._answers(":4322")
    assert not arguments._answers("nonsense")


def test_all_arguments_are_read(tmp_path: Path) -> None:
    line = f"receptive://studio?v=1 --data-root {tmp_path} --export {tmp_path / 'a.svg'} --size 1280x800"
    found = parse([*line.split(), "--theme", "light", "--scale", "2"])
    assert found == Arguments(
        link="receptive://studio?v=1",
        data_root=tmp_path,
        export=tmp_path / "a.svg",
        size=(1280, 800),
        scale=2.0,
        theme="light",
    )
    assert parse([]) == Arguments()
