"""The confusion matrix and the pictures of mistakes: colours, counts, clicks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.messages import DatasetFacts, Evaluated, Gallery
from gui.theme import DARK, LIGHT, numbers
from gui.theme.controls import Button
from gui.views import drawing
from gui.views.confusion import ConfusionView
from gui.views.confusion_matrix import Matrix
from gui.views.mistakes import short_names, strip
from tests.gui.dock.examples import CLASSES, hover

CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def evaluated(classes: int = 10) -> Evaluated:
    confusion = np.diag(np.full(classes, 90, np.int64))
    confusion[9, 7], confusion[4, 9], confusion[2, 7] = 15, 13, 8
    wrong = np.array([101, 102, 103], np.int64)
    confidence = np.array([0.99, 0.8, 0.5], np.float32)
    share = float(np.trace(confusion) / confusion.sum())
    return Evaluated(937, 0.05, share, confusion, wrong, np.array([7, 7, 9]), confidence)


def facts(classes: tuple[str, ...]) -> DatasetFacts:
    return DatasetFacts("mnist", "MNIST", classes, (1, 28, 28), 60_000, 10_000)


def gallery(labels: list[int], predicted: list[int], channels: int = 1) -> Gallery:
    count = len(labels)
    pictures = np.full((count, channels, 28, 28), 200, np.uint8)
    return Gallery("test", np.arange(101, 101 + count), pictures, np.array(labels), np.array(predicted))


@pytest.fixture
def view(qtbot: QtBot) -> ConfusionView:
    widget = ConfusionView()
    qtbot.addWidget(widget)
    widget.resize(288, 211)
    widget.set_dataset(facts(CLASSES))
    return widget


def shown(view: ConfusionView) -> QImage:
    return view.grab().toImage()


def middle(view: ConfusionView, label: int, predicted: int) -> QPoint:
    return view.matrix.cell(label, predicted).center().toPoint()


def test_where_nothing_is_trained_no_evaluation_is_offered(view: ConfusionView) -> None:
    button = view.findChild(Button)
    assert button is not None
    view.set_dataset(facts(CLASSES))
    assert not button.isHidden()
    view.set_dataset(DatasetFacts("script", "Examples of the script", CLASSES, (1, 28, 28), 0, 8))
    assert button.isHidden()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(("density", "size"), [("large", (288, 211)), ("small", (260, 191))])
def test_right_wrong_and_empty_cells_have_their_colours(view: ConfusionView, theme, density, size) -> None:
    view.set_theme(theme)
    view.set_density(density)
    view.resize(*size)
    view.set_evaluated(evaluated())
    image = shown(view)
    assert image.pixelColor(middle(view, 3, 3)) == theme.confusion_right
    assert image.pixelColor(middle(view, 0, 1)) == theme.track
    assert image.pixelColor(middle(view, 9, 7)).name().upper() == theme.stops["confusion_wrong"][-1]
    lightness = [image.pixelColor(middle(view, *cell)).lightnessF() for cell in ((9, 7), (4, 9), (2, 7))]
    assert lightness == sorted(lightness, reverse=theme.is_dark)
    assert view.matrix.cell(0, 0).topLeft().toPoint() == QPoint(44, 44 if density == "large" else 38)
    assert view.matrix.cell(1, 1).left() - view.matrix.cell(0, 0).left() == (13 if density == "large" else 12)


def test_the_commonest_mistakes_come_first(view: ConfusionView) -> None:
    view.set_evaluated(evaluated())
    assert view.matrix.pairs == [(9, 7, 15), (4, 9, 13), (2, 7, 8)]


def test_a_click_on_a_wrong_cell_or_its_row_asks_for_its_pictures(view: ConfusionView, qtbot: QtBot) -> None:
    view.set_evaluated(evaluated())
    with qtbot.waitSignal(view.cell_clicked) as asked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 4, 9))
    assert asked.args == [4, 9]
    with qtbot.waitSignal(view.cell_clicked) as asked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.matrix.row(2).center().toPoint())
    assert asked.args == [2, 7]
    with qtbot.assertNotEmitted(view.cell_clicked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 0, 1))
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 3, 3))
    with qtbot.waitSignal(view.worst_wanted):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.matrix.row(3).center().toPoint())


def test_pictures_that_were_asked_for_are_shown_and_can_be_chosen(view: ConfusionView, qtbot: QtBot) -> None:
    view.set_evaluated(evaluated())
    assert not view.wants(gallery([9], [7]))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 9, 7))
    assert view.wants(gallery([9, 9], [7, 7]))
    assert not view.wants(gallery([9, 4], [7, 9]))
    view.set_gallery(gallery([9, 9, 9, 9, 9], [7, 7, 7, 7, 7]))
    assert view.gallery_open
    assert view.sheet.items[0].confidence == pytest.approx(0.99)
    assert np.isnan(view.sheet.items[4].confidence)
    image = shown(view)
    inside = view.sheet.tile(1).center().toPoint()
    assert image.pixelColor(inside).lightnessF() > 0.5  # the picture is light on dark
    with qtbot.waitSignal(view.sample_clicked) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=inside)
    assert chosen.args == ["test", 102]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.gallery_open
    assert shown(view).pixelColor(middle(view, 3, 3)) == DARK.confusion_right


def test_the_worst_of_all_are_of_any_class_but_never_right(view: ConfusionView, qtbot: QtBot) -> None:
    view.set_evaluated(evaluated())
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.matrix.row(3).center().toPoint())
    assert view.wants(gallery([9, 4, 2], [7, 9, 7]))
    assert not view.wants(gallery([9, 4], [7, 4]))
    assert not view.wants(gallery([9, 4], [7, -1]))
    assert view.wants(gallery([], []))
    view.set_gallery(gallery([], []))
    shown(view)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert not view.gallery_open


def test_many_mistakes_scroll_and_stay_inside(view: ConfusionView, qtbot: QtBot) -> None:
    view.set_evaluated(evaluated())
    view.set_gallery(gallery([9] * 50, [7] * 50, channels=3))
    sheet = view.sheet
    assert sheet.columns == 4
    for _ in range(100):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert sheet.tile(49).bottom() <= sheet.area.bottom()
    assert sheet.at(sheet.tile(49).center()) == 49
    assert sheet.at(sheet.tile(0).center()) is None  # scrolled out of sight
    shown(view)
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Up)
    assert sheet.offset < sheet.content - sheet.area.height()


def test_mistakes_are_asked_for_and_shown_by_keys(view: ConfusionView, qtbot: QtBot) -> None:
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.set_evaluated(evaluated())
    view.clearFocus()
    before = shown(view)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert shown(view) != before  # where the keys are can be seen
    qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.cell_clicked) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [4, 9]  # the second commonest
    view.set_gallery(gallery([4, 4, 4], [9, 9, 9]))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.sample_clicked) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["test", 102]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    for _ in range(20):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.worst_wanted):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    view.set_gallery(gallery([], []))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)  # nothing there to show
    view.clearFocus()
    view.close_gallery()
    assert shown(view) == before


def test_before_the_first_evaluation_it_explains_itself_and_offers_one(view: ConfusionView, qtbot: QtBot) -> None:
    view.show()
    button = view.findChild(Button) or view.findChild(QPushButton)
    assert button.isVisible()
    with qtbot.waitSignal(view.evaluation_wanted):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    view.set_evaluated(evaluated())
    assert not button.isVisible()
    view.set_evaluated(None)
    assert button.isVisible()


def test_hovering_a_cell_says_what_it_counts(view: ConfusionView) -> None:
    view.set_evaluated(evaluated())
    quiet = shown(view)
    hover(view, middle(view, 4, 9))
    assert shown(view) != quiet
    hover(view, QPoint(3, 3))
    assert shown(view) == quiet


@pytest.mark.parametrize("classes", [2, 3, 10, 20])
@pytest.mark.parametrize("size", [(288, 211), (260, 191), (420, 320)])
def test_any_number_of_classes_fits(view: ConfusionView, classes: int, size: tuple[int, int]) -> None:
    view.resize(*size)
    rng = np.random.default_rng(0)
    confusion = rng.integers(0, 9, (classes, classes)).astype(np.int64)
    none = np.zeros(0, np.int64)
    view.set_dataset(facts(tuple(f"class number {index}" for index in range(classes))))
    view.set_evaluated(Evaluated(1, 1.0, 0.5, confusion, none, none, np.zeros(0, np.float32)))
    shown(view)
    last = view.matrix.cell(classes - 1, classes - 1)
    assert last.right() < view.matrix.list_left <= size[0] - 60
    assert last.bottom() < size[1] - 20


def test_an_evaluation_of_another_number_of_classes_renames_them(view: ConfusionView) -> None:
    view.set_evaluated(evaluated(12))
    shown(view)
    assert view.matrix.count == 12


def test_short_names_are_short_and_each_another() -> None:
    assert short_names(CLASSES) == CLASSES
    assert short_names(CIFAR)[:4] == ("air", "aut", "bir", "cat")
    alike = short_names(("category a", "category b", "cat", "category a"))
    assert len(set(alike)) == 4
    assert max(map(len, alike)) <= 3


def test_pictures_are_never_recoloured() -> None:
    colours = np.zeros((2, 3, 4, 4), np.uint8)
    colours[1, 0] = 250
    image = strip(colours, DARK)
    assert image.pixelColor(1, 5).getRgb()[:3] == (250, 0, 0)
    assert image.pixelColor(1, 1).getRgb()[:3] == (0, 0, 0)


@pytest.mark.parametrize(("width", "height", "small"), [(288, 211, False), (260, 191, True)])
@pytest.mark.parametrize("count", [99, 150, 1000])
def test_names_stay_beside_large_counts(qapp: object, width: int, height: int, small: bool, count: int) -> None:
    """A network that takes all for one class is wrong a thousand times a row."""
    counts = np.zeros((10, 10), np.int64)
    counts[:, 6] = count
    names = tuple("0123456789")
    matrix = Matrix(counts, names, width=width, height=height, top=40, edge=24, small=small)
    room = matrix.right - matrix.list_left - drawing.mono(12).width(numbers.count(count)) - 3
    assert drawing.ui(12).elided("0 as 6", room) == "0 as 6"
    assert matrix.pitch >= 6


def test_where_nothing_can_be_judged_it_says_why_and_offers_nothing(view: ConfusionView) -> None:
    view.show()
    button = view.findChild(Button)
    view.grab()
    assert button.isVisible()
    view.set_refusal("Photographs have no labels.")
    view.grab()
    assert not button.isVisible()
    assert view._explanation() == ["Photographs have no labels."]
    view.set_refusal("")
    view.grab()
    assert button.isVisible()
