"""The clock of the player: time moves it on, nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.views.player import Playback
from gui.views.player.playback import SPEEDS, eased


def test_stands_still_until_played() -> None:
    playback = Playback(18, 4)
    assert not playback.moving
    assert not playback.advance(1000)
    assert playback.index == 4
    assert playback.moment.done


def test_a_step_takes_250_ms_and_16x_is_16_times_as_fast() -> None:
    playback = Playback(18)
    playback.play()
    playback.advance(249)
    assert playback.index == 1
    assert 0.99 < playback.moment.phase < 1
    playback.advance(2)
    assert playback.index == 2
    playback.speed = 16.0
    playback.advance(15.625 * 5)
    assert playback.index == 7


def test_a_long_wait_skips_no_step_of_the_count_and_stops_at_the_end() -> None:
    playback = Playback(18, 15)
    playback.play()
    playback.advance(10_000)
    assert playback.index == 17
    assert not playback.playing
    assert not playback.moving
    playback.play()
    assert playback.index == 0


def test_the_loop_begins_anew() -> None:
    playback = Playback(4, 3)
    playback.loop = True
    playback.playing = True
    playback.advance(300)
    assert playback.playing
    assert playback.index == 1  # 0 took 250 ms


def test_a_single_step_glides_a_jump_does_not() -> None:
    playback = Playback(18, 4)
    playback.step(1)
    assert playback.moment.previous == 4
    assert playback.moment.build
    playback.advance(125)
    assert playback.moment.phase == pytest.approx(0.5)
    playback.advance(1000)
    assert playback.moment.done
    playback.step(-1)
    assert (playback.index, playback.moment.build) == (4, False)
    playback.step(10)
    assert playback.moment.done


def test_held_it_waits() -> None:
    playback = Playback(18)
    playback.play()
    playback.held = True
    assert not playback.advance(1000)
    playback.held = False
    playback.advance(100)
    assert playback.index == 1


def test_speeds() -> None:
    playback = Playback(3)
    for speed in SPEEDS[3:]:
        assert playback.faster() == speed
    assert playback.faster() == 16.0
    for speed in SPEEDS[-2::-1]:
        assert playback.slower() == speed
    assert playback.slower() == 0.25


def test_nothing_to_play_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        Playback(0)


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.sampled_from(["step", "jump", "advance", "toggle"]), st.integers(-60, 400))),
)
def test_it_never_leaves_its_steps(count: int, doings: list[tuple[str, int]]) -> None:
    playback = Playback(count)
    for doing, number in doings:
        if doing == "toggle":
            playback.toggle()
        else:
            getattr(playback, doing)(number)
        moment = playback.moment
        assert 0 <= moment.index < count
        assert 0 <= moment.previous < count
        assert moment.phase >= 0.0


def test_eased_runs_from_0_to_1() -> None:
    shares = [eased(n / 20) for n in range(21)]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)
