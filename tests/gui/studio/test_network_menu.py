"""The list of networks: families apart, small ones apart from paper-size ones, keys, search, and what is marked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.networks import catalogue
from gui.labs.studio.network_field import NetworkField
from gui.labs.studio.network_menu import NetworkMenu
from gui.theme import DARK, LIGHT, Theme


def field_of(qtbot: QtBot, theme: Theme = DARK) -> NetworkField:
    field = NetworkField("Network", theme)
    qtbot.addWidget(field)
    field.set_entries(catalogue())
    field.set_key("googlenet-small")
    field.show()
    return field


def opened(field: NetworkField) -> NetworkMenu:
    field.showPopup()
    assert field.menu is not None
    return field.menu


def test_every_network_is_listed_once_with_its_family_in_the_column_of_its_size(qtbot: QtBot) -> None:
    field = field_of(qtbot)
    menu = opened(field)
    shown = {line.key: line for line in menu.lines.shown}
    assert set(shown) == {entry.name for entry in catalogue()}
    left, right = (menu.lines.rects[key].x() for key in ("vgg-small", "vgg16"))
    assert left < right
    assert menu.lines.rects["tiny-vgg"].x() == left
    order = [line.family for line in menu.lines.shown if line.column == shown["vgg-small"].column]
    runs = [family for place, family in enumerate(order) if place == 0 or order[place - 1] != family]
    assert len(runs) == len(set(runs))  # each family stands together
    assert menu.height() < 660  # below the top bar of a window that is 800 high
    menu.close()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_what_is_open_is_marked(qtbot: QtBot, theme: Theme) -> None:
    field = field_of(qtbot, theme)
    menu = opened(field)
    picture = QImage(menu.lines.size(), QImage.Format.Format_RGB32)
    picture.fill(theme.tooltip)
    menu.lines.render(picture, QPoint(), menu.lines.visibleRegion())

    def accents(key: str) -> int:
        rect = menu.lines.rects[key]
        inside = [(x, y) for x in range(rect.left(), rect.right()) for y in range(rect.top(), rect.bottom())]
        return sum(QColor(picture.pixel(x, y)) == theme.accent for x, y in inside)

    assert accents("googlenet-small") > 20
    assert accents("googlenet") == accents("resnet50") == 0
    menu.close()


def test_typing_finds_and_enter_chooses(qtbot: QtBot) -> None:
    field = field_of(qtbot)
    menu = opened(field)
    QTest.keyClicks(menu.search, "vgg16")
    assert [line.key for line in menu.lines.shown] == ["vgg16", "vgg16_bn"]
    assert menu.lines.current == "vgg16"
    assert "Simonyan" in menu.search.accessibleDescription()
    with qtbot.waitSignal(field.chosen) as told:
        qtbot.keyClick(menu.search, Qt.Key.Key_Return)
    assert told.args == ["vgg16"]
    assert field.key == "vgg16"
    assert field.menu is None


def test_what_fits_nothing_cannot_be_chosen(qtbot: QtBot) -> None:
    field = field_of(qtbot)
    menu = opened(field)
    QTest.keyClicks(menu.search, "transformer")
    assert menu.lines.shown == ()
    with qtbot.assertNotEmitted(field.chosen):
        qtbot.keyClick(menu.search, Qt.Key.Key_Down)
        qtbot.keyClick(menu.search, Qt.Key.Key_Return)
    menu.search.clear()
    assert menu.lines.current == "googlenet-small"
    menu.close()


def test_arrows_walk_down_and_across(qtbot: QtBot) -> None:
    field = field_of(qtbot)
    menu = opened(field)
    qtbot.keyClick(menu.search, Qt.Key.Key_Down)
    assert menu.lines.current == "resnet-small"
    qtbot.keyClick(menu.search, Qt.Key.Key_Up)
    qtbot.keyClick(menu.search, Qt.Key.Key_Right)
    across = menu.lines.current
    assert menu.lines.rects[across].x() > menu.lines.rects["googlenet-small"].x()
    assert abs(menu.lines.rects[across].y() - menu.lines.rects["googlenet-small"].y()) < 24
    qtbot.keyClick(menu.search, Qt.Key.Key_Right)
    assert menu.lines.current == across
    menu.close()


def test_a_click_chooses_and_what_was_opened_from_a_file_is_listed_as_well(qtbot: QtBot) -> None:
    field = field_of(qtbot)
    field.add("/home/me/net.py:Net", "Net", "/home/me/net.py")
    field.set_key("/home/me/net.py:Net")
    menu = opened(field)
    line = menu.lines.line
    assert line is not None
    assert (line.title, line.family) == ("Net", "Opened")
    with qtbot.waitSignal(field.chosen) as told:
        qtbot.mouseClick(menu.lines, Qt.MouseButton.LeftButton, pos=menu.lines.rects["resnet20"].center())
    assert told.args == ["resnet20"]


def test_esc_leaves_all_as_it_was_and_nothing_is_made_before_it_is_asked_for(qtbot: QtBot) -> None:
    field = field_of(qtbot)
    assert field.menu is None
    menu = opened(field)
    assert field.is_dropped
    with qtbot.assertNotEmitted(field.chosen):
        qtbot.keyClick(menu.search, Qt.Key.Key_Escape)
    assert field.menu is None
    assert not field.is_dropped
    assert field.key == "googlenet-small"
