"""Write docs/prompts.md: the prompts of a short conversation as they are sent, with their sizes.

`python -m benchmarks.prompts` writes the file, `python -m benchmarks.prompts -` prints it.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply

TARGET = Path(__file__).parent.parent / "docs" / "prompts.md"
SAID = (
    "Hi, I'd like to return something",
    "It is about my order AB1234, the lamp",
    "It is too bright. And what is your return window?",
    "What is my limit, by the way?",
    "The one for gift cards. Thanks!",
)

INTRODUCTION = """\
# Prompts

What a model is asked in a conversation of five turns, as it is sent: written by `make docs`, answered by the offline
model. A prompt consists of named sections, ordered by how rarely they change, so that providers' caches of prompts hit
as often as possible. A section that was shown before, word for word, is not shown again but named with its size.
"""


class Listening:
    """The offline model, remembering what it was asked."""

    def __init__(self) -> None:
        self._model = p.make_llm("offline")
        self.asked: list[Ask] = []

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer by rules."""
        self.asked.append(ask)
        return await self._model.ask(ask)


@p.tool
async def find_order(context: p.ToolContext, order_number: str) -> p.ToolResult:
    """Look up an order by its number.

    Args:
        order_number: two letters and four digits
    """
    return p.ToolResult({"order_number": order_number, "articles": ["lamp"], "status": "delivered"})


async def build(server: p.Server) -> p.Agent:
    """A small shop, with one of everything that prompts show."""
    agent = await server.create_agent("Ada", "Ada helps the customers of a furniture shop. She is friendly and brief.")
    await agent.create_term("RMA", "The number under which a return is sent.", synonyms=["return number"])
    await agent.create_guideline("Customer asks about the return window", "Say that it is 30 days", id="window")
    await agent.create_guideline("Customer is upset", "Be kind and patient", id="patient", continuous=True)
    await agent.create_guideline(
        "The customer asks about an order", "look the order up", id="look-up", tools=[find_order], criticality="high"
    )
    cash = await agent.create_guideline("Customer asks about the credit limit", "Say that it is 500 euros", id="credit")
    gift = await agent.create_guideline(
        "Customer asks about the gift card limit", "Say that it is 100 euros", id="gift"
    )
    limit = await agent.create_observation("Customer asks about a limit", id="which-limit")
    await limit.disambiguate([cash, gift])
    journey = await agent.create_journey("Return an article", triggers=["The customer wants to return something"])
    asked = await journey.initial_state.transition_to(chat_state="Ask which article it is", id="which")
    why = await asked.transition_to(chat_state="Ask why they return it", id="why")
    await why.transition_to(chat_state="Tell them that a label is on its way", id="label")
    return agent


async def converse() -> list[list[Ask]]:
    """The asks of each turn, after those about the agent alone."""
    model = Listening()
    turns: list[list[Ask]] = []
    async with p.Server(model=model, infer_properties=True) as server:
        talk = server.conversation(await build(server))
        for text in SAID:
            model.asked = []
            turn = await talk.say(text)
            if turn.trace.failure:
                raise RuntimeError(turn.trace.failure.message)
            turns.append(model.asked)
    return turns


def page(turns: Sequence[Sequence[Ask]]) -> str:
    """The page about a conversation's prompts."""
    before = [ask for ask in turns[0] if ask.id.startswith("agent/")]
    during = [[ask for ask in asks if ask not in before] for asks in turns]
    total = sum(len(ask.prompt) for asks in turns for ask in asks)
    seen: set[str] = set()
    parts = [INTRODUCTION, *_table(before, during), f"All together: {total:,} characters.", ""]
    parts += ["## Before the first turn", "", *_asks(before, seen)]
    for number, (said, asks) in enumerate(zip(SAID, during, strict=True), start=1):
        parts += [f"## Turn {number}", "", f"> {said}", "", *_asks(asks, seen)]
    return "\n".join(parts).rstrip() + "\n"


def _table(before: Sequence[Ask], during: Sequence[Sequence[Ask]]) -> Iterator[str]:
    yield "| turn | asks | characters | decisions |"
    yield "|---|---|---|---|"
    for name, asks in (("before the first", before), *((str(number), asks) for number, asks in enumerate(during, 1))):
        size = sum(len(ask.prompt) for ask in asks)
        yield f"| {name} | {len(asks)} | {size:,} | {', '.join(ask.decision for ask in asks)} |"
    yield ""


def _asks(asks: Sequence[Ask], seen: set[str]) -> Iterator[str]:
    for ask in asks:
        yield f"### {ask.id} ({len(ask.prompt):,} characters)"
        yield ""
        for section in ask.sections:
            told = f"`{section.name}`, {len(section.text):,} characters"
            if section.digest in seen:
                yield f"- {told}: as above"
                continue
            seen.add(section.digest)
            yield f"- {told}:"
            yield ""
            yield from ("  ```text", *(f"  {line}".rstrip() for line in section.text.splitlines()), "  ```")
            yield ""
        yield ""


def main(wanted: list[str]) -> None:
    """Write the page, or print it."""
    text = page(asyncio.run(converse()))
    if wanted == ["-"]:
        print(text)
        return
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name}: {len(text):,} characters")


if __name__ == "__main__":
    main(sys.argv[1:])
