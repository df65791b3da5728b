"""When a picture is made, and what it says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from engine.messages import (
    AskGallery,
    Gallery,
    Links,
    Opened,
    Quantity,
    Rewound,
    Sample,
    Scale,
    ShowFile,
    ShowNeighbour,
    ShowPicture,
    ShowSample,
    Snapshot,
    TrainPoint,
    Watch,
)
from engine.picture import Picture
from engine.session.display import Display, Moment
from engine.session.outbox import Outbox
from engine.session.samples import SampleError, Samples, Split


class _Scene:
    """Counts how often it is looked at."""

    def __init__(self, shape: tuple[int, ...] = (1, 4, 4)) -> None:
        self.samples = Samples({"test": Split(np.zeros((5, *shape), np.uint8), np.arange(5))})
        self.moment = Moment(step=7, moment=7, epoch=0.5)
        self.looks: list[tuple[Sample, bool]] = []
        self.fails = False

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return self.samples.picture_shape

    def look(self, *, sample: Sample, watch: Watch, links: Mapping[str, Links] | None) -> Picture:
        if self.fails:
            raise RuntimeError("broken")
        self.looks.append((sample, links is None))
        nothing = np.zeros(0, np.float32)
        return Picture(Quantity.ACTIVATIONS, {}, {}, {} if links is None else links, nothing, nothing, None)


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def woken() -> list[int]:
    return []


@pytest.fixture
def outbox(woken: list[int]) -> Outbox:
    return Outbox(lambda: woken.append(1))


@pytest.fixture
def scene() -> _Scene:
    return _Scene()


@pytest.fixture
def display(outbox: Outbox, clock: _Clock, scene: _Scene) -> Display:
    display = Display(outbox, clock)
    display.set_scene(scene)
    return display


def _show(display: Display, clock: _Clock, *, moving: bool = False) -> bool:
    """As the session's thread does."""
    if display.wants_frame(clock.now, moving=moving):
        display.publish(moving=moving)
        return True
    return False


def _taken(outbox: Outbox) -> Snapshot:
    snapshot = outbox.take()
    assert snapshot is not None
    return snapshot


def test_nothing_is_computed_for_nobody(display: Display, clock: _Clock, scene: _Scene) -> None:
    display.handle(ShowSample(index=2))
    assert not _show(display, clock)
    assert not _show(display, clock, moving=True)
    assert not scene.looks


def test_when_idle_a_picture_is_made_only_if_something_has_changed(
    display: Display, clock: _Clock, outbox: Outbox, woken: list[int]
) -> None:
    display.handle(Watch(("a",), scale=Scale.MAP))
    assert _show(display, clock)
    assert len(woken) == 1
    first = _taken(outbox)
    assert (first.step, first.moment, first.epoch, first.sample.index, first.scale) == (7, 7, 0.5, 0, Scale.MAP)
    clock.now += 10
    assert not _show(display, clock)
    display.handle(Watch(("a",), scale=Scale.MAP))
    assert not _show(display, clock)
    display.handle(ShowSample(index=3))
    assert _show(display, clock)
    second = _taken(outbox)
    assert second.serial == first.serial + 1
    assert second.sample.label == 3


def test_when_moving_pictures_come_at_display_rate_and_only_if_the_last_was_taken(
    display: Display, clock: _Clock, outbox: Outbox, woken: list[int]
) -> None:
    display.handle(Watch(("a",), frames_per_second=10.0))
    assert _show(display, clock, moving=True)
    assert len(woken) == 1
    outbox.take()
    clock.now += 0.05
    assert not _show(display, clock, moving=True)
    clock.now += 0.05
    assert _show(display, clock, moving=True)
    clock.now += 1
    assert not _show(display, clock, moving=True)
    outbox.take()
    assert _show(display, clock, moving=True)
    assert len(woken) == 1  # what nobody asked for wakes nobody


def test_a_picture_that_was_asked_for_waits_for_no_display(
    display: Display, clock: _Clock, outbox: Outbox, woken: list[int]
) -> None:
    display.handle(Watch(("a",)))
    assert _show(display, clock, moving=True)
    picture = np.full((1, 4, 4), 9, np.uint8)
    clock.now += 0.001
    display.handle(ShowPicture(picture, request=5))
    assert _show(display, clock, moving=True)
    assert len(woken) == 2
    snapshot = _taken(outbox)
    assert snapshot.request == 5
    assert snapshot.sample.picture is picture
    assert (snapshot.sample.split, snapshot.sample.index, snapshot.sample.label) == ("drawing", -1, None)
    clock.now += 0.001
    display.handle(ShowPicture(picture, request=6))
    assert not _show(display, clock, moving=True)  # a pen moves more often than anybody sees
    clock.now += 0.008
    assert _show(display, clock, moving=True)
    assert _taken(outbox).request == 6
    display.handle(ShowPicture(picture, request=4))
    clock.now += 0.008
    assert _show(display, clock)
    assert _taken(outbox).request == 6


def test_links_are_repeated_while_moving_and_new_when_idle(display: Display, clock: _Clock, scene: _Scene) -> None:
    def fresh(*, moving: bool) -> bool:
        display.touch() if not moving else display.handle(ShowSample(index=1))
        clock.now += 0.02
        assert _show(display, clock, moving=moving)
        return scene.looks[-1][1]

    display.handle(Watch(("a",)))
    assert fresh(moving=True)
    assert [fresh(moving=True) for _ in range(8)] == [False] * 8
    clock.now += 0.3
    assert fresh(moving=True)
    assert fresh(moving=False)


def test_what_cannot_be_made_is_tried_once(display: Display, clock: _Clock, outbox: Outbox, scene: _Scene) -> None:
    display.handle(Watch(("a",)))
    scene.fails = True
    with pytest.raises(RuntimeError):
        _show(display, clock, moving=True)
    clock.now += 1
    assert not _show(display, clock, moving=True)
    scene.fails = False
    display.handle(ShowSample(index=1))
    assert _show(display, clock, moving=True)
    assert _taken(outbox).sample.index == 1


def test_another_scene_keeps_what_fits(display: Display, outbox: Outbox, clock: _Clock) -> None:
    display.handle(Watch(("a",)))
    display.handle(ShowSample(index=3))
    display.set_scene(_Scene((3, 2, 2)))
    assert _show(display, clock)
    assert _taken(outbox).sample.index == 3
    drawing = np.ones((3, 2, 2), np.uint8)
    display.handle(ShowPicture(drawing))
    display.set_scene(_Scene((3, 2, 2)))
    assert _show(display, clock)
    assert _taken(outbox).sample.picture is drawing
    display.set_scene(_Scene((1, 4, 4)))
    assert _show(display, clock)
    assert _taken(outbox).sample.index == 3


def test_neighbours_go_on_from_the_last_sample_after_a_drawing(display: Display, outbox: Outbox, clock: _Clock) -> None:
    display.handle(Watch(("a",)))
    display.handle(ShowSample(index=2))
    display.handle(ShowPicture(np.zeros((1, 4, 4), np.uint8)))
    display.handle(ShowNeighbour(1))
    assert _show(display, clock)
    assert _taken(outbox).sample.index == 3


def test_wrong_requests_are_told(display: Display) -> None:
    with pytest.raises(SampleError, match="1x4x4"):
        display.handle(ShowPicture(np.zeros((1, 5, 5), np.uint8)))
    with pytest.raises(SampleError):
        display.handle(ShowSample(index=5))
    with pytest.raises(SampleError):
        display.handle(ShowFile())
    with pytest.raises(ValueError, match="more than 0"):
        display.handle(Watch((), frames_per_second=0.0))


def test_a_gallery_is_told(display: Display, outbox: Outbox) -> None:
    display.handle(AskGallery(count=2))
    (gallery,) = outbox.events()
    assert isinstance(gallery, Gallery)
    assert gallery.indices.tolist() == [0, 1]


def test_a_picture_file_is_shown(display: Display, outbox: Outbox, clock: _Clock) -> None:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("L", (8, 8), 200).save(file, "PNG")
    display.handle(Watch(("a",)))
    display.handle(ShowFile(data=file.getvalue()))
    assert _show(display, clock)
    sample = _taken(outbox).sample
    assert (sample.split, sample.index, sample.picture.shape) == ("picture", -1, (1, 4, 4))
    assert sample.picture.max() == 200


def test_points_and_pictures_wait_for_the_event_that_says_what_they_are_of(
    display: Display, outbox: Outbox, clock: _Clock, woken: list[int]
) -> None:
    point = TrainPoint(1, 0.1, 1.0, 0.5, 0.1)
    outbox.tell(Rewound())
    outbox.add_points([point])
    assert outbox.points() == []
    assert outbox.events() == [Rewound()]
    assert outbox.points() == [point]
    assert outbox.points() == []
    opened = object.__new__(Opened)
    outbox.tell(opened)
    display.handle(Watch(("a",)))
    assert _show(display, clock)
    outbox.add_points([point])
    assert outbox.take() is None
    assert outbox.points() == []
    assert outbox.events() == [opened]
    assert outbox.take() is not None
    assert outbox.points() == [point]
    outbox.add_points([point])
    outbox.forget_points()
    assert outbox.points() == []


def test_a_viewer_is_woken_once_for_many_events(outbox: Outbox, woken: list[int]) -> None:
    for _ in range(3):
        outbox.tell(Rewound())
    assert len(woken) == 1
    assert len(outbox.events()) == 3
    outbox.tell(Rewound())
    assert len(woken) == 2
