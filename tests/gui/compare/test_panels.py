"""The comparison's panels by what they show and by mouse and keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.messages.compare import Plan, QueueChanged, QueuedRun, QueueState, RunFacts, SamplesFound
from gui.theme import DARK, LIGHT, Density
from gui.views import drawing
from gui.views.compare.add_popup import AddPopup, described
from gui.views.compare.bar import CompareBar
from gui.views.compare.choices import choices
from gui.views.compare.curves import CompareCurves
from gui.views.compare.curves_over import spread
from gui.views.compare.page import ComparePage
from gui.views.compare.pair import PairPanel
from gui.views.compare.pair_paint import facts_text, name_rect
from gui.views.compare.settings_table import SettingsTable
from tests.gui.compare.examples import DIGITS, SETTINGS, evaluated, layer, pair, run, seen


@pytest.fixture
def page(qtbot: QtBot) -> ComparePage:
    made = ComparePage(DARK)
    qtbot.addWidget(made)
    made.resize(1528, 924)
    with qtbot.waitExposed(made):
        made.show()
    return made


def colors_in(image: QImage) -> set[int]:
    pointer = image.convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(pointer.constBits(), np.uint32).reshape(pointer.height(), -1)
    return set(np.unique(values).tolist())


def test_the_page_shows_both_networks(page: ComparePage) -> None:
    runs = pair()
    page.set_runs(runs)
    page.set_seen(seen(runs))
    assert page.pair.titles == ("Conv 1", "Conv 2")
    assert page.pair.nodes() == {"one": ("act1", "act2"), "two": ("act1", "act2")}
    assert not page.invitation.isVisible()
    image = page.pair.grab().toImage()
    assert {DARK.output.rgb(), DARK.target.rgb()} <= colors_in(image)
    assert page.differ.difference is not None
    assert [round(float(share), 2) for share in page.classes.shares[0][:4]] == [1, 1, 1, 0.75]
    page.set_theme(LIGHT)
    page.set_density(Density.SMALL)
    page.resize(1232, 728)
    page.grab()


def test_one_run_alone_invites_to_compare(page: ComparePage, qtbot: QtBot) -> None:
    runs = pair()[:1]
    page.set_runs(runs)
    page.set_seen(seen(runs))
    page.set_choices(choices(SETTINGS, untrained=False, known=frozenset()), busy="")
    assert page.invitation.isVisible()
    assert not page.invitation.geometry().intersects(page.pair.layout_.input.translated(page.pair.x(), 0).toRect())
    with qtbot.waitSignal(page.choice_made) as made:
        qtbot.mouseClick(page.invitation.buttons[1], Qt.MouseButton.LeftButton)
    assert made.args[0].key == "pooling"
    with qtbot.waitSignal(page.add_wanted):
        qtbot.mouseClick(page.invitation.buttons[-1], Qt.MouseButton.LeftButton)
    page.set_choices((), busy="LeNet is being trained")
    assert not any(button.isVisible() for button in page.invitation.buttons)


def test_tab_goes_where_they_differ(page: ComparePage, qtbot: QtBot) -> None:
    runs = pair()
    page.set_runs(runs)
    page.set_seen(seen(runs, 3))
    chosen: list[int] = []
    page.sample_chosen.connect(chosen.append)
    page.pair.setFocus()
    qtbot.keyClick(page.pair, Qt.Key.Key_Tab)
    page.differ.set_index(chosen[-1])
    qtbot.keyClick(page.pair, Qt.Key.Key_Tab)
    page.differ.set_index(chosen[-1])
    qtbot.keyClick(page.pair, Qt.Key.Key_Tab)
    assert sorted(chosen) == [3, 12, 13]
    page.timeline.setFocus()
    qtbot.keyClick(page.timeline, Qt.Key.Key_Tab)
    assert len(chosen) == 3  # from a control it moves the focus on


def test_a_sample_is_chosen_from_the_strips(page: ComparePage, qtbot: QtBot) -> None:
    wanted: list[tuple[int, ...]] = []
    page.pictures_wanted.connect(wanted.append)
    runs = pair()
    page.set_runs(runs)
    assert sorted(wanted[0]) == [3, 12, 13]
    pictures = np.zeros((3, 1, 28, 28), np.uint8)
    page.set_samples(SamplesFound("one", wanted[0], pictures, np.array([3, 2, 3])))
    spot = page.differ.rect_of(1, 0).center().toPoint()
    with qtbot.waitSignal(page.sample_chosen) as chosen:
        qtbot.mouseClick(page.differ, Qt.MouseButton.LeftButton, pos=spot)
    assert chosen.args[0] in (12, 13)
    page.differ.setFocus()
    page.differ.set_index(3)
    with qtbot.waitSignal(page.sample_chosen) as following:
        qtbot.keyClick(page.differ, Qt.Key.Key_Right)
    assert following.args[0] != 3


def test_a_name_chooses_another_run_for_its_place(page: ComparePage, qtbot: QtBot) -> None:
    runs = [*pair(), run("three", 2, seed=4)]
    page.set_runs(runs, pair=[runs[2], runs[0]])
    page.set_seen(seen([runs[2], runs[0]]))
    assert page.pair.nodes() == {"three": ("act1", "act2"), "one": ("act1", "act2")}
    assert page.classes.pair == (runs[2], runs[0])

    def pick() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert [one.isChecked() for one in menu.actions()] == [True, False, False]
        menu.setActiveAction(next(one for one in menu.actions() if one.data() == "two"))
        qtbot.keyClick(menu, Qt.Key.Key_Return)

    QTimer.singleShot(0, page, pick)
    place = name_rect(page.pair.layout_, 1).center().toPoint()
    with qtbot.waitSignal(page.put_wanted) as put:
        qtbot.mouseClick(page.pair, Qt.MouseButton.LeftButton, pos=place)
    assert put.args == [1, "two"]
    page.pair.setFocus()
    with qtbot.waitSignal(page.turn_wanted) as turned:
        qtbot.keyClick(page.pair, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert turned.args == [0, -1]
    page.set_runs(runs[:2])
    assert not page.pair.can_choose


def test_settings_of_runs_without_room_are_a_click_away(qtbot: QtBot) -> None:
    table = SettingsTable(DARK)
    qtbot.addWidget(table)
    table.resize(420, 240)
    runs = [run(f"run-{place}", place, seed=place) for place in range(6)]
    table.set_runs(runs)
    before = table.grab().toImage()
    room = len(table._columns(table._body))
    assert room < 6
    for _ in range(6):
        qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=QPoint(table.width() - 24, 52))
    assert table._first == 6 - room
    assert table.grab().toImage() != before
    table.set_runs(runs[:2])
    assert table._first == 0


def test_a_network_of_other_classes_is_not_asked_for_the_label(page: ComparePage) -> None:
    runs = pair()
    clothes = replace(DIGITS, name="fashion-mnist", title="Fashion-MNIST", classes=tuple("abcdefghij"))
    runs[1].opened = replace(runs[1].opened, dataset=clothes)
    page.set_runs(runs)
    page.set_seen(seen(runs))
    assert not page.classes.shares
    assert page.differ.difference is None
    assert page.differ._note == "The two networks know different classes."
    page.grab()


def test_a_network_that_takes_other_pictures_says_so(page: ComparePage, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = pair()
    page.set_runs(runs)
    page.set_seen(replace(seen(runs[:1]), problem="LeNet takes pictures of 3x32x32, and this one is 1x28x28."))
    written: list[str] = []
    write = drawing.write
    monkeypatch.setattr(drawing, "write", lambda *a, **k: (written.append(a[3]), write(*a, **k))[1])
    page.pair.grab()
    assert "LeNet takes pictures of 3x32x32" in " ".join(written)
    assert written.count("correct") == 1  # the other one was not asked


def test_values_that_are_no_numbers_are_said() -> None:
    assert facts_text(replace(layer((2, 3, 3)), broken=1.0), kernels=True) == "100 % NaN or infinite"


def test_other_data_are_not_set_side_by_side(page: ComparePage) -> None:
    runs = pair()
    other = evaluated("two", ())
    runs[1].evaluated = type(other)("two", 1, other.labels[::-1].copy(), other.predicted, other.confidence, 0.0)
    page.set_runs(runs)
    assert page.differ.difference is None
    assert "different data" in page.differ._note


def test_hovering_a_map_shows_its_place_in_both(qtbot: QtBot) -> None:
    panel = PairPanel(DARK)
    qtbot.addWidget(panel)
    panel.resize(999, 620)
    panel.show()
    runs = pair()
    panel.set_pair(*runs)
    panel.set_seen(seen(runs))
    tiles = panel.layout_.blocks[0][0]
    assert tiles is not None
    spot = tiles.rect(2, panel.layout_.corner(0, 0)).topLeft() + QPointF(tiles.cell * 4.5, tiles.cell * 3.5)
    qtbot.mouseMove(panel, spot.toPoint())
    assert panel._hover == (0, 0, 2, 3, 4)
    framed = panel.grab().toImage()
    other = panel.layout_.blocks[0][1]
    assert other is not None
    edge = other.rect(2, panel.layout_.corner(1, 0)).topLeft() + QPointF(8, -1)
    ratio = framed.devicePixelRatio()
    assert framed.pixelColor((edge * ratio).toPoint()) == QColor(DARK.output)


def test_kernels_scales_and_columns_can_be_chosen(qtbot: QtBot) -> None:
    panel = PairPanel(DARK)
    qtbot.addWidget(panel)
    panel.resize(999, 620)
    panel.show()
    runs = pair()
    panel.set_pair(*runs)
    panel.set_seen(seen(runs, limits=(2.0, 8.0)))
    assert (panel.limit_of(0, 0), panel.limit_of(1, 0)) == (2.0, 8.0)
    before = panel.image(0, 0)
    assert before is not None
    panel.scale.set_key("both")
    panel.scale.chosen.emit("both")
    assert (panel.limit_of(0, 0), panel.limit_of(1, 0)) == (8.0, 8.0)
    assert panel.image(0, 0) != before
    with qtbot.waitSignal(panel.wanted):
        panel.show_column(1, "Dense 1")
    assert panel.nodes()["one"] == ("act1", "act3")
    with qtbot.waitSignal(panel.wanted):
        panel.quantity._choose(1)
    assert panel.nodes()["two"] == ("conv1", "conv2")
    assert panel.layer(0, 0) is None  # what is here are maps still
    panel.set_seen(seen(runs, kernels=True))
    assert panel.layer(0, 0) is not None
    panel.grab()


def test_a_network_that_cannot_be_built_says_so(page: ComparePage) -> None:
    runs = pair()
    opened = runs[1].opened
    runs[1].reopen(type(opened)(opened.facts, opened.train, opened.held, problem="It cannot be built again."))
    page.set_runs(runs)
    page.set_seen(seen(runs[:1]))
    assert page.pair.nodes() == {"one": ("act1", "act2")}
    assert page.differ._note == "LeNet predicts nothing here; why is said beside its name."
    page.grab()


def test_curves_are_drawn_and_read(qtbot: QtBot) -> None:
    view = CompareCurves(DARK)
    qtbot.addWidget(view)
    view.resize(528, 620)
    with qtbot.waitExposed(view):
        view.show()
    view.grab()  # nothing yet
    view.set_runs([run("a", 0), run("b", 1, fall=0.05, batch_size=32)])
    image = view.grab().toImage()
    assert {DARK.accent.rgb(), DARK.text_1.rgb()} <= colors_in(image)
    assert not view._seeds.isVisible()
    view.set_runs([run("a", 0), run("b", 1, seed=1, fall=0.05)])
    assert view._seeds.isVisible()
    assert len(view.lines) == 4
    qtbot.mouseClick(view._seeds, Qt.MouseButton.LeftButton)
    assert len(view.lines) == 8
    view._axis._choose(1)
    assert view.by_time
    assert view.span[1] == pytest.approx(5.0)
    center = view.boxes[0].center().toPoint()
    qtbot.mouseMove(view, center)
    assert view._hover == center.x()
    view.grab()
    view._show(1.0, 2.0)
    assert view.span == (1.0, 2.0)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=center)
    assert view.span[0] == 0


def test_end_values_do_not_lie_over_each_other() -> None:
    assert spread([10, 12, 13], 20, 0, 200) == [10, 30, 50]
    assert spread([190, 195], 20, 0, 200) == [180, 200]


def test_one_slider_moves_both(page: ComparePage, qtbot: QtBot) -> None:
    runs = pair()
    page.set_runs(runs)
    timeline = page.timeline
    asked: list[object] = []
    timeline.moment_chosen.connect(asked.append)
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    qtbot.keyClick(timeline, Qt.Key.Key_End)
    assert asked == [0, 10, None]
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.x_of(50)), 16))
    assert timeline.moment == 50
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(28, 16))
    assert timeline.playing
    qtbot.waitUntil(lambda: not timeline.playing)
    assert timeline.moment is None
    for one in runs:
        one.recorded = ()
    page.set_runs(runs)
    assert not timeline.isEnabled()


def test_only_differences(page: ComparePage, qtbot: QtBot) -> None:
    page.set_runs(pair())
    assert len(page.settings.shown) > 5
    qtbot.mouseClick(page.settings.only, Qt.MouseButton.LeftButton)
    assert [row.name for row in page.settings.shown] == [
        "Network", "Activation", "Pooling", "Learning rate", "Optimizer",
    ]  # fmt: skip
    page.set_runs(pair()[:1])
    assert page.settings.shown == []
    page.settings.grab()


def test_chips_share_the_room_and_the_queue_is_told(qtbot: QtBot) -> None:
    bar = CompareBar(DARK)
    qtbot.addWidget(bar)
    bar.resize(900, 48)
    bar.show()
    bar.set_runs([run(str(place), place, seed=place) for place in range(6)])
    assert sum(chip.width() for chip in bar.chips) < 900
    first = bar.chips[0]
    bar.set_runs([chip.run for chip in bar.chips])
    assert bar.chips[0] is first
    queued = (
        QueuedRun(Plan("now"), QueueState.FINISHED, "a", "LeNet", 100, 100),
        QueuedRun(Plan("now"), QueueState.TRAINING, "b", "LeNet with ReLU", 50, 100, 12.0),
    )
    bar.set_queue(QueueChanged(queued), paused=False)
    assert bar.queue.text == "Training 2 of 2: LeNet with ReLU, 12 s left"
    assert bar.stop.isVisible()
    bar.set_queue(QueueChanged(queued), paused=True)
    assert "waits" in bar.queue.text
    with qtbot.waitSignal(bar.stop_wanted):
        qtbot.mouseClick(bar.stop, Qt.MouseButton.LeftButton)
    bar.set_queue(QueueChanged(queued[:1]), paused=False)
    assert not bar.stop.isVisible()
    bar.grab()


def test_the_list_of_runs_finds_and_gives_one(qtbot: QtBot) -> None:
    facts = [
        RunFacts(
            f"r{index}", network_title="LeNet", dataset_title="Digits", settings=SETTINGS, test_accuracy=0.98, saved=1e9
        )
        for index in range(8)
    ]
    facts.append(RunFacts("mine", title="My best", network_title="MLP", settings=SETTINGS, dataset_title="MNIST"))
    facts.append(RunFacts("broken", problem="run.json is broken"))
    popup = AddPopup(
        DARK, choices=choices(SETTINGS, untrained=True, known=frozenset()), runs=facts, untrained=True, epochs=3,
        seconds_per_epoch=5.0,
    )  # fmt: skip
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(popup)
    popup.show()
    assert popup.choices[0]._right == "2 runs, 3 epochs each, 30 s"
    popup.search.setText("best mnist")
    assert [entry.text() for entry in popup.runs if entry.isVisible()] == ["My best"]
    assert not popup.runs[-1].isEnabled()
    with qtbot.waitSignal(popup.run_chosen) as chosen:
        qtbot.mouseClick(next(entry for entry in popup.runs if entry.isVisible()), Qt.MouseButton.LeftButton)
    assert chosen.args == ["mine"]
    popup.show()
    with qtbot.waitSignal(popup.chosen) as choice:
        qtbot.keyClick(popup.choices[0], Qt.Key.Key_Return)
    assert choice.args[0].key == "activation"
    assert choice.args[1] == 3
    assert described(facts[0])[2] == "98.00 %"
    assert DIGITS.name == "digits"
