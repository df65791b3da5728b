"""What is made after the theme was switched has the theme that is shown, not that of the start."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from gui.labs.studio import asking
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.settings_popup import SettingsPopup
from gui.theme import DARK, LIGHT
from tests.gui.studio_modules.conftest import window_of


def test_training_settings_drop_down_in_the_theme_that_is_shown(studio: StudioLab) -> None:
    window = window_of(studio)
    for theme in (LIGHT, DARK, LIGHT):
        window.set_theme(theme)
        asking.training_settings(studio)
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, SettingsPopup)
        assert popup.bar.theme is theme
        popup.close()
