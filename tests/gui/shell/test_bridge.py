"""Whatever an engine tells reaches the signal that its kind is for."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from engine import messages
from engine.messages.compare import Evaluating, RunsListed
from engine.messages.film import EvaluatedThen
from engine.messages.kinds import CompareEvent, Event, FilmEvent, ModuleEvent
from engine.messages.modules import Following
from engine.messages.weights import Edges
from engine.session import Session
from gui.bridge import Bridge


@pytest.fixture
def bridge(tmp_path: Path, qapp: object) -> Iterator[Bridge]:
    bridge = Bridge(Session(data_root=tmp_path))
    yield bridge
    bridge.close()


def test_events_of_a_part_reach_its_signal(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    told = (
        RunsListed(runs=()),
        Following(path="run", state="waiting"),
        Edges(moment=3, nodes=()),
        messages.Noticed("saved"),
        Evaluating(name="a", done=1, total=2),
    )
    heard: list[tuple[str, Event]] = []
    for name in ("compared", "module_told", "film_told", "noticed"):
        getattr(bridge, name).connect(lambda event, name=name: heard.append((name, event)))
    monkeypatch.setattr(bridge.session, "events", lambda: list(told))
    bridge.look()
    names = ("compared", "module_told", "film_told", "noticed", "compared")
    assert heard == list(zip(names, told, strict=True))


def test_every_event_there_is_has_a_signal(bridge: Bridge) -> None:
    for found in pkgutil.iter_modules(messages.__path__):
        import_module(f"engine.messages.{found.name}")
    kinds = [kind for kind in _below(Event) if kind not in (CompareEvent, ModuleEvent, FilmEvent)]
    assert EvaluatedThen in kinds
    assert len(kinds) > 25
    lost = [kind.__name__ for kind in kinds if not set(kind.__mro__) & set(bridge._signals)]
    assert lost == ["Rewound"]  # which has a signal of its own, without an event


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
