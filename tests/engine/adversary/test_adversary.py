"""Laws of a turn, stated over random agents and conversations with a model that answers whatever it likes."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.engine import codec
from understudy.engine.domain.session import Session

from .laws import check_conversation
from .play import World, play, play_again, worlds
from .travel import check_travels

thorough = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])


@thorough
@given(worlds(), st.data())
def test_whatever_the_model_answers_a_turn_ends_well_and_keeps_to_what_was_declared(world: World, data: st.DataObject) -> None:
    moments = asyncio.run(play(world, data.draw))
    check_conversation(world, moments)
    check_travels(world.agent, moments)


@thorough
@given(worlds(), st.data())
def test_the_same_answers_give_the_same_traces_also_from_a_session_that_was_stored(
    world: World, data: st.DataObject
) -> None:
    moments = asyncio.run(play(world, data.draw))
    start = data.draw(st.integers(0, len(moments) - 1))
    stored = codec.load_text(Session, codec.dump_text(moments[start].before))
    again = asyncio.run(play_again(world, moments[start:], session=stored))
    assert again.traces == tuple(moment.turn.trace for moment in moments[start:] if moment.turn is not None)
    assert again.session == moments[-1].after
