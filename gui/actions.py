"""Everything that can be done, in one table: it feeds menus, shortcuts, tooltips, the palette and the help sheet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """One thing that can be done.

    `shortcut` is in Qt's portable text ("Ctrl+K", "Shift+Right", "["), `more` are further ones. `group` is the menu and
    the heading under which it stands. `enabled` and `checked` are asked each time that the action is shown or done;
    `checked` None means that it is no switch. `repeat`: holding the keys does it again and again. `words` help the
    palette to find it. A title ends in … if something is asked before it is done.
    """

    id: str
    title: str
    callback: Callable[[], object]
    shortcut: str = ""
    group: str = ""
    enabled: Callable[[], bool] = _always
    checked: Callable[[], bool] | None = None
    icon: str = ""
    more: tuple[str, ...] = ()
    words: str = ""
    repeat: bool = False

    @property
    def shortcuts(self) -> tuple[str, ...]:
        return (self.shortcut, *self.more) if self.shortcut else self.more

    @property
    def keys(self) -> str:
        """The first shortcut as people read it, "" if there is none."""
        return key_text(self.shortcut)

    def tip(self) -> str:
        """The tooltip of its button."""
        title = self.title.removesuffix("…")
        return f"{title} ({self.keys})" if self.shortcut else title

    def do(self) -> bool:
        """Do it if it is enabled; returns whether it was."""
        if not self.enabled():
            return False
        self.callback()
        return True


class DuplicateError(ValueError):
    """Two actions share an id or a shortcut."""


def table(*lists: Iterable[Action]) -> tuple[Action, ...]:
    """One table of several lists. DuplicateError if an id or a shortcut occurs twice: Qt would then do neither."""
    actions = tuple(action for actions in lists for action in actions)
    ids: dict[str, Action] = {}
    keys: dict[str, Action] = {}
    for action in actions:
        if action.id in ids:
            raise DuplicateError(f"two actions have the id {action.id!r}")
        ids[action.id] = action
        for shortcut in action.shortcuts:
            key = shortcut.lower()
            if key in keys:
                raise DuplicateError(f"{shortcut} is the shortcut of {keys[key].id!r} and of {action.id!r}")
            keys[key] = action
    return actions


def groups(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """The actions by group, both in the table's order."""
    result: dict[str, list[Action]] = {}
    for action in actions:
        result.setdefault(action.group, []).append(action)
    return result


def doing(action: Action) -> Callable[..., None]:
    """A slot for Qt that does the action, whatever arguments the signal has."""

    def slot(*_: object) -> None:
        action.do()

    return slot


_NAMES = {
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "Escape": "Esc",
    "Return": "Enter",
    "Delete": "Del",
    "PgUp": "Page up",
    "PgDown": "Page down",
}
_MAC = {"Ctrl": "⌘", "Shift": "⇧", "Alt": "⌥", "Meta": "⌃"}


def key_text(shortcut: str, *, mac: bool = sys.platform == "darwin") -> str:
    """A shortcut as people read it: "Ctrl+K" is Ctrl K, "Shift+Right" is Shift →; on a Mac ⌘K and ⇧→."""
    if not shortcut:
        return ""
    parts = ["+"] if shortcut == "+" else shortcut.replace("++", "+\0").split("+")
    names = [_NAMES.get(part, part.replace("\0", "+")) for part in parts]
    if mac:
        return "".join(_MAC.get(name, name) for name in names)
    return " ".join(names)


@dataclass(frozen=True)
class Match:
    """How well an action fits what was typed, and which letters of its title did (for emphasis)."""

    action: Action
    score: float
    letters: tuple[int, ...]


def search(query: str, actions: Sequence[Action], *, recent: Sequence[str] = ()) -> list[Match]:
    """The actions that fit, best first. All letters of each typed word must occur in order in title, group or words.

    With nothing typed: all, the recently done ones first (`recent` holds their ids, the latest first).
    """
    places = {name: index for index, name in enumerate(recent)}
    found = []
    for action in actions:
        fit = _fit(query, action)
        if fit is not None:
            score, letters = fit
            if action.id in places:
                score += 6.0 / (1 + places[action.id]) + (100.0 if not query.strip() else 0.0)
            found.append(Match(action, score, letters))
    return sorted(found, key=lambda match: -match.score)


def _fit(query: str, action: Action) -> tuple[float, tuple[int, ...]] | None:
    total = 0.0
    letters: set[int] = set()
    for word in query.lower().split():
        in_title = _letters(word, action.title.lower())
        if in_title is not None:
            total += _score(in_title, action.title)
            letters.update(in_title)
            continue
        elsewhere = [_letters(word, text.lower(), whole=True) for text in (action.words, action.group)]
        fits = [place for place in elsewhere if place is not None]
        if not fits:
            return None
        total += 2.0 if fits[0][0] == 0 else 1.0
    return total, tuple(sorted(letters))


def _letters(word: str, text: str, *, whole: bool = False) -> tuple[int, ...] | None:
    """Where the letters of a word lie in a text: in one piece if they can (best at a word's start), else apart."""
    start = text.find(word)
    while start > 0 and text[start - 1].isalnum():
        following = text.find(word, start + 1)
        if following < 0:
            break
        start = following
    if start >= 0:
        return tuple(range(start, start + len(word)))
    if whole:
        return None
    return _by_words(word, text) or _near(word, text)


def _by_words(word: str, text: str, start: int = 0) -> tuple[int, ...] | None:
    """Pieces of a word that each begin a word of the text, in order: "oprun" in "open run"."""
    if not word:
        return ()
    for place in range(start, len(text)):
        if text[place] != word[0] or (place > 0 and text[place - 1].isalnum()):
            continue
        longest = 1
        while longest < len(word) and text[place + longest : place + longest + 1] == word[longest]:
            longest += 1
        for length in range(longest, 0, -1):
            rest = _by_words(word[length:], text, place + length)
            if rest is not None:
                return (*range(place, place + length), *rest)
    return None


def _near(word: str, text: str) -> tuple[int, ...] | None:
    """The letters of a word in order and close together, so that a slip is forgiven and chance finds little."""
    for begin in range(len(text)):
        if text[begin] != word[0]:
            continue
        places = [begin]
        for letter in word[1:]:
            place = text.find(letter, places[-1] + 1)
            if place < 0:
                return None
            places.append(place)
        if places[-1] - begin < 2 * len(word):
            return tuple(places)
    return None


def _score(places: tuple[int, ...], title: str) -> float:
    """More for letters that follow each other, begin a word, or stand early."""
    score = 0.0
    for index, place in enumerate(places):
        starts = place == 0 or not title[place - 1].isalnum()
        follows = index > 0 and places[index - 1] == place - 1
        score += 4.0 if starts else 3.0 if follows else 0.5
    spread = places[-1] - places[0] + 1 - len(places)
    return score / len(places) * 4.0 - 0.2 * spread - 0.02 * places[0] - 0.01 * len(title)
