"""Whether a path can be walked in a journey's graph."""

import asyncio

import pytest

import understudy.engine as p


def clinic() -> p.AgentDefinition:
    async def build() -> p.AgentDefinition:
        async with p.Server() as server:
            agent = await server.create_agent(name="Clinic", description="Books visits.")
            visit = await agent.create_journey(title="Visit", description="Book", conditions=["a visit is wanted"])
            reason = await visit.initial_state.transition_to(chat_state="ask for the reason", id="reason")
            day = await reason.target.transition_to(chat_state="ask for the day", id="day")
            ready = await day.target.fork()
            booked = await ready.target.transition_to(tool_state=book, condition="a day was said", id="book")
            await ready.target.transition_to(chat_state="offer a call", condition="no day suits", id="call")
            await booked.target.transition_to(state=p.END_JOURNEY)
            return server.build(agent).definition

    return asyncio.run(build())


@p.tool
async def book(context: p.ToolContext) -> p.ToolResult:
    """Book a visit."""
    return p.ToolResult("booked")


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("reason",),
        ("reason", "day", "book"),  # the fork between the two is passed through
        ("day", "call"),  # what was said at once is not asked for
        ("reason", "day", "reason", "book"),  # back, and on again
        ("reason", "day", "call", "day", "book", "day"),
    ],
)
def test_a_path_goes_along_transitions_over_chat_states_and_back(path: tuple[str, ...]) -> None:
    (visit,) = clinic().journeys
    assert p.first_misstep(visit, path) is None


@pytest.mark.parametrize(
    ("path", "step"),
    [
        (("book", "call"), p.Misstep(number=1, origin="book", target="call", ahead=())),
        (
            ("day", "book", "reason"),
            p.Misstep(number=2, origin="book", target="reason", ahead=(), back=("day",)),
        ),
        (
            ("reason", "day", "day"),
            p.Misstep(number=2, origin="day", target="day", ahead=("book", "call"), back=("reason",)),
        ),
        (("reason", "end"), p.Misstep(number=1, origin="reason", target="end", ahead=("day", "book", "call"))),
        (("root",), p.Misstep(number=0, origin="root", target="root", ahead=("reason", "day", "book", "call"))),
    ],
)
def test_the_first_step_that_can_not_be_taken_is_told_with_those_that_can(
    path: tuple[str, ...], step: p.Misstep
) -> None:
    (visit,) = clinic().journeys
    assert p.first_misstep(visit, path) == step
