"""What the user gives the Studio, and what it asks for as its window grows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect

from engine import messages
from gui.labs.studio import asking
from gui.labs.studio.lab import StudioLab
from tests.gui.studio_modules.conftest import Recording


def test_a_picture_is_shown_and_a_folder_opened_as_data(studio: StudioLab, session: Recording, tmp_path: Path) -> None:
    asking.give_picture(studio, str(tmp_path / "four.png"))
    shown = session.sent[-1]
    assert isinstance(shown, messages.ShowFile)
    assert shown.path == str(tmp_path / "four.png")
    asking.give_picture(studio, str(tmp_path))
    opened = [one for one in session.sent if isinstance(one, messages.Open)][-1]
    assert (opened.dataset, opened.folder) == ("folder", str(tmp_path))


def test_more_thumbnails_are_asked_for_when_there_is_room(studio: StudioLab, session: Recording) -> None:
    studio.samples.ask_gallery()
    asked = [one for one in session.sent if isinstance(one, messages.AskGallery)]
    studio.samples.set_place(QRect(0, 0, 100, 100))
    assert [one for one in session.sent if isinstance(one, messages.AskGallery)] == asked
    studio.samples._asked = 1  # of the last time, when the window was small
    studio.samples.set_place(QRect(0, 0, 100, 100))
    new = [one for one in session.sent if isinstance(one, messages.AskGallery)][len(asked) :]
    assert [one.count for one in new] == [studio.pages.network.gallery_size]
