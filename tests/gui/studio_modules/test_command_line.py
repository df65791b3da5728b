"""`main.py my_net.py:Net` and `main.py --follow RUN`."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine import messages
from engine.messages.modules import Follow, OpenModule
from gui import app
from gui.arguments import ArgumentError, Arguments, parse
from gui.labs.studio.lab import StudioLab
from tests.gui.studio_modules.conftest import Recording, ready


def test_files_and_runs_are_told_from_links(net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse([f"{net}:Net"]) == Arguments(module=f"{net}:Net")
    assert parse([str(net)]).module == str(net)
    monkeypatch.chdir(tmp_path)
    assert parse(["my_net.py:Net"]).module == f"{net}:Net"
    assert parse(["receptive://studio?v=1"]).link == "receptive://studio?v=1"
    assert parse(["--follow", "."]).follow == tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.py:Net"], "there is no file nothing.py"),
        (["nonsense"], "neither a link of Receptive"),
        (["--follow", "/no/such/folder"], "no such folder"),
        (["--follow", ".", "receptive://studio"], "leave out what else does"),
        (["my_net.py", "--export", "a.png"], "agreed to in the window"),
    ],
)
def test_mistakes_are_one_line(
    net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match=said):
        parse(arguments)


def test_a_module_is_asked_about_in_the_window(qtbot: QtBot, session: Recording, net: Path) -> None:
    _, window = app.create(parse([f"{net}:Net"]), session=session)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    lab = window.lab
    assert isinstance(lab, StudioLab)
    qtbot.waitUntil(lambda: lab.modules.dialog is not None)
    assert not any(isinstance(one, OpenModule | messages.Open) for one in session.sent)
    assert not net.with_name("ran").exists()
    window.close()


def test_a_run_is_followed_as_soon_as_the_engine_is_there(qtbot: QtBot, session: Recording, tmp_path: Path) -> None:
    _, window = app.create(parse(["--follow", str(tmp_path)]), session=session)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    lab = window.lab
    assert isinstance(lab, StudioLab)
    assert lab.modules.pending
    assert not lab.settled
    assert not any(isinstance(one, Follow) for one in session.sent)
    lab.bridge.start()
    ready(lab)
    assert [one for one in session.sent if isinstance(one, Follow)] == [Follow(str(tmp_path))]
    lab.bridge.failed.emit(messages.Failed("The run could not be followed", "It holds none."))
    assert not lab.modules.pending
    window.close()
