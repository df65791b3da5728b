"""The table of actions, the search in it, and how keys are written."""

from __future__ import annotations

import pytest

from gui.actions import Action, DuplicateError, groups, key_text, search, table


def action(name: str, title: str = "", shortcut: str = "", group: str = "", **more: object) -> Action:
    return Action(name, title or name, lambda: None, shortcut, group, **more)  # type: ignore[arg-type]


def titles(query: str, *names: str) -> list[str]:
    return [match.action.title for match in search(query, [action(name, name) for name in names])]


def test_table_refuses_two_of_one_id_or_key() -> None:
    with pytest.raises(DuplicateError, match="the id 'a'"):
        table([action("a")], [action("a")])
    with pytest.raises(DuplicateError, match="is the shortcut of 'a' and of 'b'"):
        table([action("a", shortcut="Ctrl+K")], [action("b", more=("ctrl+k",))])
    assert [entry.id for entry in table([action("a", shortcut="A")], [action("b", shortcut="B")])] == ["a", "b"]


def test_groups_keep_the_order() -> None:
    found = groups([action("a", group="X"), action("b", group="Y"), action("c", group="X")])
    assert {name: [entry.id for entry in entries] for name, entries in found.items()} == {"X": ["a", "c"], "Y": ["b"]}


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("train", "Train"),
        ("tr", "Train"),
        ("cl", "Copy link"),
        ("link", "Copy link"),
        ("oprun", "Open run…"),
        ("run open", "Open run…"),
        ("thdark", "Theme: dark"),
        ("LIGHT", "Theme: light"),
    ],
)
def test_search_finds_the_best_first(query: str, best: str) -> None:
    assert titles(query, "Copy link", "Train", "Restrain", "Open run…", "Theme: dark", "Theme: light")[0] == best


def test_search_leaves_out_what_does_not_fit() -> None:
    assert titles("xyz", "Train", "Copy link") == []
    assert titles("niart", "Train") == []
    assert titles("theme li", "Lesson: Maps that the network makes for itself", "Theme: light") == ["Theme: light"]


def test_search_forgives_a_slip() -> None:
    assert titles("trn", "Train", "Copy link") == ["Train"]
    assert titles("swtch", "Switch") == ["Switch"]


def test_search_looks_into_words_and_group() -> None:
    found = search("share", [action("a", "Copy link", words="share url"), action("b", "Train")])
    assert [match.action.id for match in found] == ["a"]
    assert found[0].letters == ()
    assert [match.action.id for match in search("view dark", [action("c", "Theme: dark", group="View")])] == ["c"]


def test_search_tells_the_letters_that_fit() -> None:
    (match,) = search("cl", [action("a", "Copy link")])
    assert match.letters == (0, 5)


def test_nothing_typed_shows_all_recent_first() -> None:
    actions = [action("a"), action("b"), action("c")]
    assert [match.action.id for match in search(" ", actions, recent=("c", "b"))] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("shortcut", "text", "mac"),
    [
        ("Ctrl+K", "Ctrl K", "⌘K"),
        ("Shift+Right", "Shift →", "⇧→"),
        ("Ctrl++", "Ctrl +", "⌘+"),
        ("+", "+", "+"),
        ("[", "[", "["),
        ("Space", "Space", "Space"),
        ("", "", ""),
    ],
)
def test_keys_read_as_people_say_them(shortcut: str, text: str, mac: str) -> None:
    assert key_text(shortcut, mac=False) == text
    assert key_text(shortcut, mac=True) == mac


def test_an_action_that_is_not_enabled_is_not_done() -> None:
    done: list[int] = []
    one = Action("a", "A…", lambda: done.append(1), "Ctrl+A", enabled=lambda: False)
    assert not one.do()
    assert done == []
    assert one.tip().startswith("A (")
