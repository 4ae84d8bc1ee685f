"""Laws of a turn, stated over random agents and conversations with a model that answers whatever it likes."""

import asyncio
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.engine import codec
from understudy.engine.domain.session import Session

from .laws import check_conversation
from .play import World, play, play_again, worlds
from .travel import check_travels

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


@settings(suppress_health_check=SLOW)
@given(worlds())
def test_whatever_the_model_answers_a_turn_ends_well_and_keeps_to_what_was_declared(world: World) -> None:
    moments = asyncio.run(play(world))
    check_conversation(world, moments)
    check_travels(world.agent, moments)


@settings(suppress_health_check=SLOW)
@given(worlds(), st.integers(0, 5))
def test_the_same_answers_give_the_same_traces_also_from_a_session_that_was_stored(world: World, step: int) -> None:
    moments = asyncio.run(play(world))
    start = step % len(moments)
    stored = codec.load_text(Session, codec.dump_text(moments[start].before))
    again = asyncio.run(play_again(world, moments[start:], session=stored))
    assert again.traces == tuple(moment.turn.trace for moment in moments[start:] if moment.turn is not None)
    assert again.session == moments[-1].after


@settings(suppress_health_check=SLOW)
@given(worlds(), worlds())
def test_a_session_goes_on_with_an_agent_that_was_changed_since(world: World, changed: World) -> None:
    earlier = asyncio.run(play(replace(world, malice=0)))
    moments = asyncio.run(play(changed, session=earlier[-1].after))
    check_conversation(changed, moments)
    check_travels(changed.agent, moments)
