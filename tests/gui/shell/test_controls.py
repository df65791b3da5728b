"""The painted controls, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme
from gui.theme.controls import (
    Button,
    FieldBox,
    IconButton,
    PrimaryButton,
    Readout,
    RoundButton,
    Segmented,
    Stepper,
    Toggle,
    set_theme_below,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def board(qtbot: QtBot) -> QWidget:
    """A window for controls."""
    board = QWidget()
    QHBoxLayout(board)
    qtbot.addWidget(board)
    board.resize(500, 80)
    with qtbot.waitActive(board):
        board.show()
    return board


def put(board: QWidget, control: QWidget) -> QWidget:
    layout = board.layout()
    assert layout is not None
    layout.addWidget(control)
    layout.activate()
    return control


def segmented(board: QWidget) -> Segmented:
    control = Segmented([("a", "Activations"), ("g", "Gradients"), ("w", "Weights")], DARK)
    put(board, control)
    return control


def test_segmented_by_mouse_and_keys(qtbot: QtBot, board: QWidget) -> None:
    control = segmented(board)
    told: list[str] = []
    control.changed.connect(told.append)
    qtbot.mouseClick(control, LEFT, pos=control.segment_rects()[2].center().toPoint())
    qtbot.mouseClick(control, LEFT, pos=control.segment_rects()[2].center().toPoint())
    assert (control.value, told) == ("w", ["w"])
    qtbot.keyClick(control, Qt.Key.Key_Right)
    control.set_disabled_values(frozenset({"g"}))
    qtbot.keyClick(control, Qt.Key.Key_Left)
    assert told == ["w", "a"]
    qtbot.mouseClick(control, LEFT, pos=control.segment_rects()[1].center().toPoint())
    assert control.value == "a"
    control.set_value("w")
    assert told == ["w", "a"]
    with pytest.raises(ValueError, match="'x' is none of a, g, w"):
        control.set_value("x")


def test_segments_share_the_width_where_they_shall(qtbot: QtBot) -> None:
    control = Segmented([("s", "Samples"), ("d", "Draw")], DARK, equal=True)
    qtbot.addWidget(control)
    control.resize(196, 28)
    first, second = control.segment_rects()
    assert first.width() == second.width() == 96
    assert second.right() == 194


def test_field_box_tells_the_key_of_the_users_choice_alone(qtbot: QtBot, board: QWidget) -> None:
    field = FieldBox("Network", DARK)
    field.add("lenet", "LeNet")
    field.add("relu", "LeNet, ReLU", "with ReLU")
    field.add("off", "Not now", enabled=False)
    put(board, field)
    told: list[str] = []
    field.chosen.connect(told.append)
    assert field.set_key("relu")
    assert not field.set_key("nothing")
    assert (field.key, told) == ("relu", [])
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (field.key, told) == ("lenet", ["lenet"])
    qtbot.keyClick(field, Qt.Key.Key_End)
    assert field.key == "relu"


def test_field_box_is_as_wide_as_what_it_shows(qtbot: QtBot, board: QWidget) -> None:
    field = FieldBox("Network", DARK)
    field.add("a", "LeNet")
    field.add("b", "LeNet with ReLU and max pooling")
    put(board, field)
    narrow = field.sizeHint().width()
    field.set_key("b")
    assert field.sizeHint().width() > narrow
    field.set_captioned(False)
    assert field.toolTip() == "Network"
    assert field.sizeHint().width() < narrow + 200
    assert FieldBox("Empty", DARK).key == ""


def test_field_box_ignores_the_wheel(qtbot: QtBot, board: QWidget) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    field = FieldBox("Network", DARK)
    field.add("a", "A")
    field.add("b", "B")
    put(board, field)
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    assert field.key == "a"


def stepper(board: QWidget, **settings: object) -> tuple[Stepper, list[float]]:
    control = Stepper(DARK, **settings)  # type: ignore[arg-type]
    put(board, control)
    told: list[float] = []
    control.changed.connect(told.append)
    return control, told


def test_stepper_by_mouse_stays_in_range(qtbot: QtBot, board: QWidget) -> None:
    control, told = stepper(board, value=1, minimum=0, maximum=2)
    plus, minus = QPoint(control.width() - 5, 14), QPoint(5, 14)
    for _ in range(3):
        qtbot.mouseClick(control, LEFT, pos=plus)
    assert told == [2]
    for _ in range(4):
        qtbot.mouseClick(control, LEFT, pos=minus)
    assert told == [2, 1, 0]


def test_stepper_repeats_while_held_and_stops(qtbot: QtBot, board: QWidget) -> None:
    control, told = stepper(board, value=0, minimum=0, maximum=100)
    qtbot.mousePress(control, LEFT, pos=QPoint(control.width() - 5, 14))
    qtbot.waitUntil(lambda: len(told) >= 3)
    qtbot.mouseRelease(control, LEFT)
    assert not control._repeat.isActive()


def test_stepper_takes_typed_numbers(qtbot: QtBot, board: QWidget) -> None:
    control, told = stepper(
        board, value=0.1, minimum=0.0001, maximum=10, decimals=6, ladder=(0.01, 0.02, 0.05, 0.1, 0.2)
    )
    edit = control.findChild(QLineEdit)
    assert edit is not None
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "0,035")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told == [0.035]
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert told[-1] == 0.05
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert told[-1] == 0.02
    edit.selectAll()
    qtbot.keyClicks(edit, "99")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (told[-1], edit.text()) == (0.02, "0.02")
    edit.selectAll()
    qtbot.keyClicks(edit, "abc")
    control.set_value(0.5)
    assert edit.text() == "abc"
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "0.5"


def test_stepper_ends_of_a_ladder_are_the_range(qtbot: QtBot, board: QWidget) -> None:
    control, told = stepper(board, value=0.2, minimum=0, maximum=1, decimals=3, ladder=(0.1, 0.2))
    control.step_by(1)
    control.step_by(-1)
    control.set_range(0, 0.15)
    assert told == [1.0, 0.2]
    assert control.value == 0.15


def test_toggle(qtbot: QtBot, board: QWidget) -> None:
    control = Toggle("Hide outputs", DARK)
    put(board, control)
    told: list[bool] = []
    control.toggled.connect(told.append)
    qtbot.mouseClick(control, LEFT)
    control.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(control, Qt.Key.Key_Space)
    assert told == [True, False]


def test_primary_button_keeps_its_width_while_its_text_changes(qapp: object) -> None:
    button = PrimaryButton("Train", DARK, icon="play", steady=("Train", "Pause"))
    width = button.sizeHint()
    button.setText("Pause")
    assert button.sizeHint() == width


def test_readout_repaints_and_grows_only_where_it_must(qtbot: QtBot, board: QWidget) -> None:
    readout = Readout("Step", DARK, widest="00,000 / 00,000")
    put(board, readout)
    width = readout.sizeHint().width()
    readout.set_value("2,811", " / 4,685")
    assert readout.text == "2,811 / 4,685"
    assert readout.sizeHint().width() == width
    readout.set_value("2,811,000,000", " / 4,685,000,000")
    assert readout.sizeHint().width() > width
    readout.set_value("9", "")
    assert readout.minimumSizeHint().width() < width  # the room kept goes first where there is little
    readout.set_widest("0,000,000 / 0,000,000")
    assert readout.sizeHint().width() > width
    readout.set_widest("")
    assert readout.sizeHint() == readout.minimumSizeHint()


def colours(widget: QWidget) -> set[str]:
    image: QImage = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_every_control_is_painted_in_its_theme(qtbot: QtBot, theme: Theme) -> None:
    field = FieldBox("Network", theme)
    field.add("a", "LeNet")
    readout = Readout("Step", theme)
    readout.set_value("1", " / 2")
    expected = [
        (PrimaryButton("Train", theme, icon="play"), theme.accent),
        (RoundButton("pause", "Pause", theme), theme.accent),
        (Toggle("On", theme, on=True), theme.accent),
        (Button("Copy link", theme, icon="link"), theme.raised),
        (IconButton("step", "Step", theme, framed=True), theme.raised),
        (Segmented([("a", "A"), ("b", "B")], theme), theme.segment_on),
        (field, theme.raised),
        (Stepper(theme, value=3), theme.raised),
    ]
    for control, colour in expected:
        qtbot.addWidget(control)
        control.resize(control.sizeHint())
        assert colour.name() in colours(control), type(control).__name__
        for state in (False, True):
            control.setEnabled(state)
            control.grab()


def test_a_theme_reaches_all_controls_below(qtbot: QtBot, board: QWidget) -> None:
    first, second = Readout("A", DARK), Button("B", DARK)
    put(board, first)
    put(board, second)
    set_theme_below(board, LIGHT)
    assert first.theme is second.theme is LIGHT
