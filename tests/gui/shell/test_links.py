"""Links: what goes out comes back, and nothing that comes in crashes."""

from __future__ import annotations

import contextlib
import string
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui import links


class Mode(StrEnum):
    ZEROS = "zeros"
    REFLECT = "reflect"
    CIRCULAR = "circular"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True)
class Everything:
    number: int = field(default=3, metadata={"min": -5, "max": 9, "key": "n"})
    free: int = 0
    rate: float = field(default=0.1, metadata={"min": 0.0, "max": 10.0, "key": "lr"})
    real: float = 0.0
    on: bool = False
    off: bool = True
    text: str = "hello"
    chosen: str = field(default="a", metadata={"choices": ("a", "b", "none of it")})
    even: int = field(default=2, metadata={"choices": (2, 4, 8)})
    mode: Mode = Mode.ZEROS
    level: Level = Level.LOW
    sizes: tuple[int, ...] = field(default=(3, 3), metadata={"min": 1, "max": 64, "longest": 5, "key": "s"})
    pair: tuple[int, int] = (0, 0)
    values: tuple[float, ...] = field(default=(), metadata={"non_finite": True})
    names: tuple[str, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    modes: tuple[Mode, ...] = ()
    maybe: int | None = None
    word: str | None = None


TYPES = {"lab": lambda: Everything}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
finite = st.floats(allow_nan=False, allow_infinity=False)
STATES = st.builds(
    Everything,
    number=st.integers(-5, 9),
    free=st.integers(),
    rate=st.floats(0, 10),
    real=finite,
    on=st.booleans(),
    off=st.booleans(),
    text=texts,
    chosen=st.sampled_from(("a", "b", "none of it")),
    even=st.sampled_from((2, 4, 8)),
    mode=st.sampled_from(Mode),
    level=st.sampled_from(Level),
    sizes=st.lists(st.integers(1, 64), max_size=5).map(tuple),
    pair=st.tuples(st.integers(), st.integers()),
    values=st.lists(st.floats(allow_nan=False), max_size=6).map(tuple),
    names=st.lists(texts, max_size=4).map(tuple),
    pairs=st.lists(st.tuples(st.integers(), st.integers()), max_size=3).map(tuple),
    modes=st.lists(st.sampled_from(Mode), max_size=3).map(tuple),
    maybe=st.none() | st.integers(),
    word=st.none() | texts | st.just("none"),
)


@given(STATES)
@settings(deadline=None)
def test_a_state_survives_the_journey(state: Everything) -> None:
    link = links.to_link("lab", state)
    assert links.read(link, TYPES) == ("lab", state, ())


@given(STATES)
@settings(max_examples=30, deadline=None)
def test_a_link_is_plain_text_of_one_word(state: Everything) -> None:
    link = links.to_link("lab", state)
    assert set(link) <= set(string.ascii_letters + string.digits + "-._~:/?&=%,;'")


def test_only_what_differs_is_written_and_by_short_names() -> None:
    assert links.to_link("lab", Everything()) == "receptive://lab?v=1"
    state = Everything(number=5, rate=0.05, sizes=(1, 2), mode=Mode.REFLECT, on=True, text="a b&c=d/é")
    expected = "receptive://lab?v=1&n=5&lr=0.05&on=1&text=a%20b%26c%3Dd/%C3%A9&mode=reflect&s=1,2"
    assert links.to_link("lab", state) == expected


keys = st.sampled_from([str(f.metadata.get("key", f.name)) for f in fields(Everything)] + ["v", "", "x", "__class__"])
raws = st.text(max_size=20) | st.sampled_from(
    [
        "nan",
        "inf",
        "-inf",
        "1e999",
        "9" * 5000,
        "%",
        "%zz",
        "%00",
        "0x10",
        "1_0",
        "1,2,3",
        ";;",
        ",",
        "''",
        "none",
        "-0",
    ]
)


@given(st.lists(st.tuples(keys, raws), max_size=12))
@settings(deadline=None)
def test_no_parameters_crash_and_the_state_is_valid(pairs: list[tuple[str, str]]) -> None:
    state, messages = links.from_parameters(pairs, Everything)
    assert -5 <= state.number <= 9
    assert isinstance(state.number, int)
    assert 0 <= state.rate <= 10
    assert state.chosen in ("a", "b", "none of it")
    assert state.even in (2, 4, 8)
    assert isinstance(state.mode, Mode)
    assert all(isinstance(size, int) and 1 <= size <= 64 for size in state.sizes)
    assert len(state.pair) == 2
    assert all(message.isprintable() and len(message) < 600 for message in messages)


@given(st.text(max_size=200) | st.text(max_size=100).map(lambda rest: "receptive://lab?" + rest))
@settings(deadline=None)
def test_no_text_crashes(text: str) -> None:
    with contextlib.suppress(links.LinkError):
        lab, state, _ = links.read(text, TYPES)
        assert lab == "lab"
        assert isinstance(state, Everything)


@pytest.mark.parametrize(
    ("raw", "name", "value", "words"),
    [
        ("n=12", "number", 9, "12 is above 9; 9 is used"),
        ("n=-99", "number", -5, "-99 is below -5; -5 is used"),
        ("n=3.7", "number", 4, "3.7 is no whole number; 4 is used"),
        ("n=4.0", "number", 4, ""),
        ("n=abc", "number", 3, "“abc” is no number; 3 is used"),
        ("n=1e999", "number", 9, "is above 9"),
        ("lr=nan", "rate", 0.1, "no finite number"),
        ("free=inf", "free", 0, "no finite number"),
        ("on=maybe", "on", False, "neither 1 nor 0"),
        ("on=TRUE", "on", True, ""),
        ("mode=Reflect", "mode", Mode.REFLECT, ""),
        ("mode=reflekt", "mode", Mode.REFLECT, "none of zeros, reflect, circular; reflect is used"),
        ("mode=xyz", "mode", Mode.ZEROS, "zeros is used"),
        ("level=2", "level", Level.HIGH, ""),
        ("even=7", "even", 8, "none of 2, 4, 8; 8 is used"),
        ("s=3,99", "sizes", (3, 64), "99 is above 64; (3, 64) is used"),
        ("s=1,2,3,4,5,6", "sizes", (3, 3), "6 values are more than 5"),
        ("s=a,2", "sizes", (3, 3), "no number"),
        ("pair=1", "pair", (0, 0), "1 values where there should be 2"),
        ("values=1,nan,-inf", "values", None, ""),
        ("text=" + "x" * 3000, "text", "hello", "3,000 characters are more than 2,000"),
        ("wat=1", "number", 3, "“wat” is unknown"),
        ("moda=zeros", "mode", Mode.ZEROS, "perhaps “mode” was meant"),
        ("v=2&n=4", "number", 4, "newer version"),
        ("v=x", "number", 3, "no version"),
    ],
)
def test_what_is_wrong_is_put_right_and_said(raw: str, name: str, value: Any, words: str) -> None:
    _, state, messages = links.read(f"receptive://lab?{raw}", TYPES)
    if value is not None:
        assert getattr(state, name) == value
    assert words in " ".join(messages)
    assert bool(messages) == bool(words)


@pytest.mark.parametrize(
    "text", ["receptive:lab?n=5", "RECEPTIVE://LAB/?n=5", "receptive://lab?n=5#top", " receptive://lab?\n n=5 "]
)
def test_links_are_read_leniently(text: str) -> None:
    assert links.read(text, TYPES) == ("lab", Everything(number=5), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no link of Receptive"),
        ("https://lab?n=5", "no link of Receptive"),
        ("receptive://lab/../../etc/passwd", "no link of Receptive"),
        ("receptive://", "names no lab"),
        ("receptive://other?n=5", "no lab “other”; there are lab"),
        ("receptive://lab?text=" + "x" * links.LONGEST, "characters long"),
    ],
)
def test_what_is_no_link_is_refused(text: str, words: str) -> None:
    with pytest.raises(links.LinkError, match=words.replace("(", r"\(")):
        links.read(text, TYPES)


@dataclass(frozen=True)
class Bound:
    """Fields that depend on each other, in both ways that a State may say so."""

    size: int = 5
    kernel: int = 3

    def __post_init__(self) -> None:
        if self.kernel == 0:
            raise ValueError("a kernel of 0")

    def repaired(self) -> tuple[Bound, tuple[str, ...]]:
        if self.kernel > self.size:
            return Bound(self.size, self.size), ("the kernel is larger than the input",)
        return self, ()


def test_fields_that_depend_on_each_other() -> None:
    assert links.from_parameters([("size", "2")], Bound) == (Bound(2, 2), ("the kernel is larger than the input",))
    state, (message,) = links.from_parameters([("kernel", "0")], Bound)
    assert state == Bound()
    assert "a kernel of 0" in message


def test_reading_a_link_touches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins
    import os
    import socket

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a link opened something")

    monkeypatch.setattr(builtins, "open", forbidden)
    monkeypatch.setattr(os, "open", forbidden)
    monkeypatch.setattr(socket, "socket", forbidden)
    _, state, _ = links.read("receptive://lab?text=file:///etc/passwd&names=http://example.org,/tmp", TYPES)
    assert state.text == "file:///etc/passwd"
