"""Somebody's code is run after consent and never otherwise: not from a link, an undo step, a list, a saved edit."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine import messages
from engine.messages.modules import Following, ModuleAsks, ModuleShown, OpenModule, Outline
from gui.labs.studio import asking
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.modules_dialog import OpenModuleDialog
from gui.theme import DARK
from tests.gui.studio_modules.conftest import SOURCE, Recording, ready, window_of


def opens(session: Recording) -> list[OpenModule]:
    return [command for command in session.sent if isinstance(command, OpenModule)]


def dialog_of(lab: StudioLab) -> OpenModuleDialog:
    assert isinstance(lab.modules.dialog, OpenModuleDialog)
    return lab.modules.dialog


def agree(lab: StudioLab, qtbot: QtBot, *, edits: bool = False) -> None:
    dialog = dialog_of(lab)
    dialog.edits.setChecked(edits)
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)


def shown(lab: StudioLab, command: OpenModule, *beside: Path) -> None:
    """The engine has carried it out."""
    opened = lab.experiment.opened
    assert opened is not None
    settings = replace(opened.settings, network=command.reference)
    lab.bridge.opened.emit(replace(opened, settings=settings))
    lab.bridge.module_told.emit(ModuleShown(command, beside=tuple(map(str, beside))))
    ready(lab)


def test_of_a_program_nothing_is_to_be_chosen_and_nothing_lies_over_what_is_said(qtbot: QtBot) -> None:
    dialog = OpenModuleDialog(Outline("/models/net.pt2", digest="1", program=True), DARK, consent=True)
    qtbot.addWidget(dialog)
    dialog.show()
    shown = [one.geometry() for one in dialog.findChildren(QWidget) if one.parent() is dialog and one.isVisible()]
    assert not any(one.intersects(other) for one, other in itertools.combinations(shown, 2))
    assert not dialog.candidates.isVisible()


def test_runs_are_looked_for_where_they_are_saved(
    studio: StudioLab, session: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "gui.labs.studio.asking.QFileDialog.getExistingDirectory", lambda *given: asked.append(given[2]) or ""
    )
    asking.open_run(studio)
    assert asked == [str(session.runs_folder)]


def test_the_first_time_it_says_that_it_is_code_and_cancel_is_what_return_does(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.open_reference(str(net))
    dialog = dialog_of(studio)
    words = " ".join(label.text() for label in dialog.findChildren(type(dialog.problem)))
    assert "my_net.py is code" in words
    assert str(net) in words
    assert "with your rights" in words
    assert dialog.cancel.isDefault()
    assert not dialog.run.isDefault()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.modules.dialog is None)
    assert opens(session) == []
    assert not net.with_name("ran").exists()
    studio.modules.open_reference(str(net))
    qtbot.keyClick(dialog_of(studio), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: studio.modules.dialog is None)
    assert opens(session) == []


def test_consent_is_for_one_content_of_one_path_and_is_remembered(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot)
    (command,) = opens(session)
    assert command.reference == f"{net}:Net"
    assert command.digest == session.outline(net).digest
    studio.modules.open_reference(f"{net}:Net")
    assert studio.modules.dialog is None  # said once
    assert len(opens(session)) == 2
    net.write_text(SOURCE + "\n# edited\n")
    studio.modules.open_reference(f"{net}:Net")
    assert dialog_of(studio).cancel.isDefault()
    dialog_of(studio).reject()
    copy = tmp_path / "copy.py"
    copy.write_text(SOURCE)
    studio.modules.open_reference(f"{copy}:Net")
    assert dialog_of(studio).cancel.isDefault()
    dialog_of(studio).reject()
    assert len(opens(session)) == 2
    assert not net.with_name("ran").exists()


def test_a_link_never_runs_code_and_offers_to_ask(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.consent.give(str(net), session.outline(net).digest, edits=True)  # not even what was agreed to
    assert window_of(studio).open_link(f"receptive://studio?v=1&net={net}:Net")
    ready(studio)
    assert opens(session) == []
    assert not any(isinstance(one, messages.Open) and "my_net" in one.network for one in session.sent)
    banner = studio.modules.banner
    assert banner.isVisibleTo(studio.widget)
    assert "A link never runs code" in banner.text
    assert str(net) in banner.text
    assert studio.wanted is None
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    assert len(opens(session)) == 1  # the user has asked for it, of a content that was agreed to


def test_a_link_to_code_that_nobody_agreed_to_asks_when_its_button_is_pressed(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    window_of(studio).open_link(f"receptive://studio?v=1&net={net}:Net")
    qtbot.mouseClick(studio.modules.banner.button, Qt.MouseButton.LeftButton)
    assert dialog_of(studio).cancel.isDefault()
    dialog_of(studio).reject()
    assert opens(session) == []


def test_choosing_a_module_again_in_the_list_asks_if_it_is_not_the_one_that_is_open(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot)
    shown(studio, opens(session)[0])
    assert studio.top.network.key == f"{net}:Net"
    studio.wishes.open(dataset="mnist")  # other data for what is open: the same consent
    assert opens(session)[-1].base.dataset == "mnist"
    assert opens(session)[-1].digest == session.outline(net).digest
    opened = studio.experiment.opened
    assert opened is not None
    studio.bridge.opened.emit(replace(opened, settings=replace(opened.settings, network="lenet")))
    net.write_text(SOURCE + "# edited\n")
    count = len(opens(session))
    studio.wishes.open(network=f"{net}:Net")
    assert dialog_of(studio).cancel.isDefault()
    dialog_of(studio).reject()
    assert len(opens(session)) == count


def test_a_saved_edit_runs_only_where_that_was_ticked(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot, edits=False)
    shown(studio, opens(session)[0])
    net.write_text(SOURCE + "# one\n")
    notices = window_of(studio).notices
    qtbot.waitUntil(lambda: any("was saved" in getattr(card.notice, "text", "") for card in notices.cards))
    assert len(opens(session)) == 1
    card = next(card for card in notices.cards if "was saved" in getattr(card.notice, "text", ""))
    assert card.notice.action == "Reload"  # type: ignore[union-attr]
    card.notice.callback()  # type: ignore[union-attr]
    command = opens(session)[-1]
    assert command.reload
    assert command.digest == session.outline(net).digest


def test_a_saved_edit_reloads_with_the_settings_of_now(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot, edits=True)
    shown(studio, opens(session)[0])
    settings = studio.experiment.settings
    assert settings is not None
    studio.bridge.settings.emit(messages.SettingsChanged(replace(settings, learning_rate=0.5), 10))
    part = net.with_name("part")  # as editors save: another file in its place
    part.write_text(SOURCE + "# two\n")
    part.replace(net)
    qtbot.waitUntil(lambda: len(opens(session)) == 2)
    command = opens(session)[-1]
    assert command.reload
    assert command.base.learning_rate == 0.5
    shown(studio, command)
    net.write_text("def broken(:\n")
    qtbot.waitUntil(lambda: "Not reloaded" in studio.modules.banner.text)
    assert "line 1" in studio.modules.banner.text
    net.write_text(SOURCE)
    qtbot.waitUntil(lambda: len(opens(session)) == 3)


def test_an_edit_of_what_it_imports_asks_unless_edits_were_agreed_to(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    beside = net.with_name("layers.py")
    beside.write_text("SIZE = 3\n")
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot, edits=False)
    shown(studio, opens(session)[0], beside)
    beside.write_text("SIZE = 4\n")
    notices = window_of(studio).notices
    qtbot.waitUntil(lambda: any("layers.py was saved" in getattr(card.notice, "text", "") for card in notices.cards))
    assert len(opens(session)) == 1
    card = next(card for card in notices.cards if "layers.py was saved" in getattr(card.notice, "text", ""))
    card.notice.callback()  # type: ignore[union-attr]
    command = opens(session)[-1]
    assert command.reload
    assert command.digest == session.outline(net).digest
    shown(studio, command, beside)
    studio.modules.consent.give(str(net), command.digest, edits=True)
    part = beside.with_name("part")  # as editors save: another file in its place
    part.write_text("SIZE = 5\n")
    part.replace(beside)
    qtbot.waitUntil(lambda: len(opens(session)) == 3)
    beside.write_text("SIZE = 6\n")
    qtbot.waitUntil(lambda: len(opens(session)) == 4)


def test_arguments_shape_and_weights_are_asked_for(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    net.write_text(
        SOURCE.replace("width: int = 4", "width: int, name='a'") + "\ndef make(depth=2):\n    return Net(1)\n"
    )
    studio.modules.open_reference(str(net))
    dialog = dialog_of(studio)
    assert [dialog.candidates.itemText(index) for index in range(2)] == ["Net", "make  (function)"]
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    assert "width is needed" in dialog.problem.text()
    dialog.argument("width").setText("print(1)")
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    assert "is no plain value" in dialog.problem.text()
    assert "write a function in the file that returns the network" in dialog.problem.text()
    assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width())
    dialog.argument("width").setText("8")
    dialog.argument("name").setText("b")
    dialog.input.setText("3 by 3")
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    assert "is no shape" in dialog.problem.text()
    assert opens(session) == []
    dialog.input.setText("1x28x28")
    dialog.weights.setText("/somewhere/w.safetensors")
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    (command,) = opens(session)
    assert command.arguments == (("width", 8), ("name", "b"))
    assert command.input_shapes == ((1, 28, 28),)
    assert command.weights == "/somewhere/w.safetensors"


def test_another_class_shows_its_own_arguments(studio: StudioLab, net: Path) -> None:
    net.write_text(SOURCE + "\ndef make(depth=2):\n    return Net(1)\n")
    studio.modules.open_reference(f"{net}:make")
    dialog = dialog_of(studio)
    assert dialog.candidate is not None
    assert dialog.candidate.name == "make"
    assert dialog.argument("depth").placeholderText() == "2"
    dialog.candidates.setCurrentIndex(0)
    assert dialog.argument("width").placeholderText() == "4"
    dialog.reject()


def test_a_shape_that_cannot_be_guessed_is_asked_for_without_asking_for_consent_again(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot)
    command = opens(session)[0]
    studio.bridge.module_told.emit(ModuleAsks(command, "Net takes none of 1x28x28."))
    ready(studio)
    dialog = dialog_of(studio)
    assert dialog.problem.text() == "Net takes none of 1x28x28."
    assert dialog.run.isDefault()
    dialog.input.setText("2x2")
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    assert opens(session)[-1].input_shapes == ((2, 2),)


def test_files_that_are_none_are_said(studio: StudioLab, session: Recording, net: Path) -> None:
    net.write_text("class Net(:\n")
    studio.modules.open_reference(f"{net}:Net")
    studio.modules.open_reference(str(net.with_name("nothing.py")))
    said = [problem.message for problem in window_of(studio).notices.problems]
    assert any("line 1" in one for one in said)
    assert any("There is no file" in one for one in said)
    assert opens(session) == []


def test_what_stopped_and_what_is_followed_stand_above_the_stage(
    studio: StudioLab, session: Recording, net: Path, qtbot: QtBot
) -> None:
    studio.modules.open_reference(f"{net}:Net")
    agree(studio, qtbot)
    command = opens(session)[0]
    shown(studio, command)
    banner = studio.modules.banner
    assert not banner.isVisibleTo(studio.widget)
    studio.bridge.module_told.emit(ModuleShown(command, stopped="stopped in fc (Linear): mat1", untrained="it stops"))
    assert "Net stops on its way.  Stopped in fc (Linear): mat1. What ran before is drawn." in banner.text
    studio.bridge.module_told.emit(ModuleShown(command, untrained="Net gives a tuple"))
    assert banner.text == "It can be looked at, not trained here.  Net gives a tuple."
    for state, title in (("waiting", "Waiting"), ("running", "Following"), ("ended", "Ended"), ("damaged", "Cannot")):
        studio.bridge.module_told.emit(Following("/runs/a", state, "As it is."))
        assert banner.text.startswith(title)
        assert "/runs/a" in banner.text
    banner.grab()
    studio.bridge.status.emit(messages.StatusChanged(messages.Status.FOLLOWING))
    assert studio.status.label == "Following"
    assert not studio.top._train.isEnabled()
    assert studio.top.network.isEnabled()
    banner._close.click()
    assert not banner.isVisibleTo(studio.widget)


def test_both_themes_paint(studio: StudioLab, net: Path) -> None:
    window = window_of(studio)
    for theme in ("light", "dark"):
        window.set_theme_choice(theme)
        studio.modules.banner.tell("Title.", "A text that is rather long. " * 20, tone="error", action="Do it")
        assert studio.modules.banner.grab().width() > 0
        studio.modules.open_reference(str(net))
        assert dialog_of(studio).grab().width() >= 600
        dialog_of(studio).reject()
    assert window.findChildren(QShortcut) == []
