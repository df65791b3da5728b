"""The training settings as fields: what holds is shown, what is changed is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.messages import Settings, Tune
from gui.labs.studio.settings_popup import SettingsPopup
from gui.theme import DARK, LIGHT
from gui.theme.controls import Stepper
from gui.views.hyperparameters import HyperparametersBar

SETTINGS = Settings("lenet", "mnist", 3, "cpu", 64, 0.05, 0.9, 0.0001, 5, 4, 0.001)


@pytest.fixture
def bar(qtbot: QtBot) -> HyperparametersBar:
    widget = HyperparametersBar()
    qtbot.addWidget(widget)
    widget.set_settings(SETTINGS)
    return widget


def write(qtbot: QtBot, field: Stepper, text: str) -> None:
    edit = field.findChild(QLineEdit)
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_it_shows_what_holds_and_says_nothing_by_itself(bar: HyperparametersBar, qtbot: QtBot) -> None:
    fields = (bar.rate, bar.momentum, bar.decay, bar.batch, bar.epochs, bar.patience, bar.improvement, bar.seed)
    assert [field.value for field in fields] == [0.05, 0.9, 0.0001, 64, 5, 4, 0.001, 3]
    with qtbot.assertNotEmitted(bar.tuned):
        bar.set_settings(replace(SETTINGS, learning_rate=0.2, patience=None))
    assert bar.patience.value == 0


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("rate", "0.02", Tune(learning_rate=0.02)),
        ("momentum", "0.5", Tune(momentum=0.5)),
        ("decay", "0.001", Tune(weight_decay=0.001)),
        ("batch", "128", Tune(batch_size=128)),
        ("epochs", "12", Tune(epochs=12)),
        ("patience", "0", Tune(patience=0)),
        ("improvement", "0.01", Tune(min_delta=0.01)),
    ],
)
def test_a_change_is_told_as_that_one_setting(
    bar: HyperparametersBar, qtbot: QtBot, name: str, text: str, told: Tune
) -> None:
    with qtbot.waitSignal(bar.tuned) as tuned:
        write(qtbot, getattr(bar, name), text)
    assert tuned.args == [told]


def test_the_slider_is_logarithmic_and_agrees_with_the_field(bar: HyperparametersBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.tuned) as tuned:
        bar.slider.setValue(bar.slider.maximum() // 2)
    assert tuned.args == [Tune(learning_rate=0.01)]
    assert bar.rate.value == 0.01
    place = bar.slider.value()
    write(qtbot, bar.rate, "0.1")
    assert bar.slider.value() == place + 100  # one power of ten


@pytest.mark.parametrize(("name", "text"), [("rate", "0"), ("rate", "fast"), ("momentum", "1"), ("batch", "0")])
def test_what_cannot_be_is_not_told_and_put_right(bar: HyperparametersBar, qtbot: QtBot, name: str, text: str) -> None:
    field = getattr(bar, name)
    before = field.value
    with qtbot.assertNotEmitted(bar.tuned):
        write(qtbot, field, text)
    assert field.value == before


def test_another_seed_is_told_apart_since_it_starts_anew(bar: HyperparametersBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.tuned), qtbot.waitSignal(bar.seed_chosen) as chosen:
        write(qtbot, bar.seed, "17")
    assert chosen.args == [17]


def test_it_follows_the_theme(bar: HyperparametersBar) -> None:
    dark: QImage = bar.grab().toImage()
    bar.set_theme(LIGHT)
    image = bar.grab().toImage()
    assert image != dark
    assert image.pixelColor(3, 3) == LIGHT.tooltip


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("momentum", "1.5", "1.5 is above the range. Momentum goes from 0 to 0.999; it stays 0.9."),
        ("batch", "0", "0 is below the range. Batch size goes from 1 to 8192; it stays 64."),
        ("rate", "fast", "“fast” is no number. Learning rate goes from 0.000001 to 10; it stays 0.05."),
    ],
)
def test_what_is_refused_says_why(bar: HyperparametersBar, qtbot: QtBot, name: str, text: str, said: str) -> None:
    with qtbot.assertNotEmitted(bar.tuned):
        write(qtbot, getattr(bar, name), text)
    assert bar.refusal.text() == said
    write(qtbot, bar.epochs, "7")
    assert bar.refusal.text() == ""


def test_the_popup_waits_for_a_learning_rate_and_closes_by_escape(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("settings", window)
    with qtbot.waitActive(window):
        window.show()
    popup = SettingsPopup(LIGHT, SETTINGS, parent=window)
    popup.show_under(button)
    edit = popup.bar.rate.findChild(QLineEdit)
    qtbot.waitUntil(edit.hasFocus)
    assert edit.selectedText() == edit.text() == "0.05"
    with qtbot.waitSignal(popup.tuned) as told:
        qtbot.keyClicks(edit, "0.3")
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told.args == [Tune(learning_rate=0.3)]
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not popup.isVisible()


class Painted(QObject):
    """Collects how much of a widget is painted anew."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def test_a_field_loses_its_frame_with_the_keyboard(bar: HyperparametersBar, qtbot: QtBot) -> None:
    bar.show()
    bar.rate.setFocus()
    qtbot.waitUntil(lambda: bar.rate.grab().toImage().pixelColor(56, 0) == DARK.accent)
    painted = Painted()
    bar.rate.installEventFilter(painted)
    bar.momentum.setFocus()
    qtbot.waitUntil(lambda: bar.rate.rect() in painted.areas)


def test_a_learning_rate_that_decays_says_so(bar: HyperparametersBar) -> None:
    bar.set_settings(replace(SETTINGS, learning_rate_decay=0.7))
    assert bar.rate_meaning.text().endswith("; × 0.7 each epoch")
    bar.set_settings(SETTINGS)
    assert "epoch" not in bar.rate_meaning.text()
