"""Settings stay, survive rubbish in their file, and reach the labs at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.settings import Settings, Store, data_root
from gui.window import Window
from tests.gui.shell.sample_lab import SampleLab


def test_settings_survive_a_restart() -> None:
    changed = Settings(theme="light", data_root="/data", frames_per_second=60, smoothing=0.25, start="last")
    Store().save(changed)
    assert Store().load() == changed


def test_settings_live_where_the_environment_says() -> None:
    import os

    store = Store()
    store.save(Settings(theme="light"))
    assert store.path == Path(os.environ["RECEPTIVE_CONFIG"]) / "receptive.ini"
    text = store.path.read_text()
    assert "theme=light" in text
    assert "smoothing" not in text


@pytest.mark.parametrize(
    "text",
    [
        "[settings]\ntheme=pink\nframes_per_second=9999\nsmoothing=nan\nstart=never\n",
        "[settings]\nframes_per_second=many\nsmoothing=\n",
        "\x00\x01 rubbish [[[",
    ],
)
def test_rubbish_in_the_file_becomes_valid_settings(text: str) -> None:
    path = Store().path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    settings = Store().load()
    assert settings == settings.valid()
    assert settings.theme == "system"
    assert 5 <= settings.frames_per_second <= 60


def test_data_root_prefers_the_command_line(tmp_path: Path) -> None:
    assert data_root(Settings(data_root="/a"), tmp_path) == tmp_path
    assert data_root(Settings(data_root="~/a")) == Path("~/a").expanduser()
    assert data_root(Settings()) is None


def test_dialog_applies_at_once_and_cancel_takes_it_back(qtbot: QtBot, window: Window) -> None:
    from gui.settings_dialog import SettingsDialog

    before = window.settings
    window.show_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.theme_choice.setFocus()
    qtbot.keyClick(dialog.theme_choice, Qt.Key.Key_Right)
    dialog.smoothing.setValue(20)
    lab = window.lab
    assert isinstance(lab, SampleLab)
    assert lab.settings == replace(before, theme="light", smoothing=0.2) == Store().load()
    assert dialog.theme_choice.theme.name == "light"
    dialog.reject()
    assert window.settings == lab.settings == before == Store().load()


def test_dialog_keeps_what_was_accepted(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    from gui.settings_dialog import SettingsDialog

    window.show_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path))
    dialog.folder.editingFinished.emit()
    dialog.last.click()
    dialog.accept()
    assert Store().load() == replace(Settings(), data_root=str(tmp_path), start="last")


def test_settings_that_cannot_be_kept_are_told(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "writable", property(lambda self: False))
    window.apply_settings(replace(window.settings, smoothing=0.1))
    (problem,) = window.notices.problems
    assert "receptive.ini" in problem.message
    assert window.settings.smoothing == 0.1
