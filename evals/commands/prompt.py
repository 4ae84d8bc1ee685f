"""`understudy prompt SCENARIO`: what is asked in a turn, section by section, also of the offline model."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...engine.domain.ask import Ask
from ..playing.replaying import Replayed, replay
from ..plugin.settings import namings_at
from . import Command
from .selecting import one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("scenario", metavar="SCENARIO", help="file::id, suite/id, or its id")
    parser.add_argument("--turn", type=int, metavar="N", help="the turn (1 is the first; 0 what is asked before)")
    parser.add_argument("--decision", metavar="NAME", help="only this decision, such as match or draft")
    parser.add_argument("--model", metavar="NAME", help="the model to play with; as --scenarios-model")
    parser.add_argument("--sizes", action="store_true", help="sizes alone, without the texts")


def run(arguments: argparse.Namespace) -> int:
    """Play the scenario, with recordings or on the offline model, and print what it asks."""
    chosen = one(arguments.scenario)
    heard: list[tuple[int, Ask]] = []
    namings = namings_at(Path.cwd(), model=arguments.model)
    replays = replay(
        [(chosen.node, chosen.scenario)], namings=namings, heard=lambda turn, ask: heard.append((turn, ask))
    )
    (replayed,) = replays.scenarios
    wanted = [(turn, ask) for turn, ask in _first_trial(heard) if _is_wanted(ask, turn, arguments=arguments)]
    for line in (*_asks(wanted, sizes=arguments.sizes), *_how_it_ended(replayed, heard, nothing=not wanted)):
        print(line)
    return 0 if wanted else 1


def _first_trial(heard: Sequence[tuple[int, Ask]]) -> Iterator[tuple[int, Ask]]:
    """The asks up to where the turns begin anew."""
    reached = 0
    for turn, ask in heard:
        if turn < reached:
            return
        reached = turn
        yield turn, ask


def _is_wanted(ask: Ask, turn: int, *, arguments: argparse.Namespace) -> bool:
    return arguments.turn in (None, turn) and arguments.decision in (None, ask.decision)


def _asks(wanted: Sequence[tuple[int, Ask]], *, sizes: bool) -> Iterator[str]:
    for turn, ask in wanted:
        attempt = f", attempt {ask.attempt}" if ask.attempt > 1 else ""
        size = sum(len(section.text) for section in ask.sections)
        yield f"turn {turn}, {ask.decision} (ask {ask.id}{attempt}): {size:,} characters"
        for number, section in enumerate(ask.sections):
            where = "system" if number < ask.stable_sections else "user"
            yield f"--- {section.name}  ({where}, {len(section.text):,} characters)"
            if not sizes:
                yield section.text
        yield ""


def _how_it_ended(replayed: Replayed, heard: Sequence[tuple[int, Ask]], *, nothing: bool) -> Iterator[str]:
    (first, *_) = replayed.outcomes
    if first.verdict == "inconclusive":
        yield f"the conversation ends here: {first.explanation}"
        yield "later prompts depend on answers that are not recorded; --model offline shows them on the offline model"
    elif nothing:
        there = sorted({(turn, ask.decision) for turn, ask in heard})
        yield f"nothing of that was asked; asked were: {', '.join(f'turn {turn} {name}' for turn, name in there)}"


command = Command(
    name="prompt",
    help="show what is asked in a turn of a scenario, section by section with sizes",
    run=run,
    add_arguments=add_arguments,
)
