"""`understudy chat AGENT`: talk to an agent in the terminal and see what it decides."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ...engine import UnderstudyError, load_agent
from ...engine.domain.modes import MODERATION_MODES
from ...engine.domain.session import Customer
from ...engine.domain.values import slug
from ...engine.errors import closest
from ..desk.remembering import Models
from ..desk.sitting import Sitting
from ..desk.talk import Desk, Talk, desk_for, setting
from ..playing.models import ENVIRONMENT, Namings, choose_model, models_in_code
from ..plugin.settings import namings_at
from . import Command

GIVEN_UP = "(the turn was given up and taken back)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = (
        "Example: understudy chat scenarios/shop/agent.py:build. Then type what the customer says; "
        "/help lists what else can be typed."
    )
    parser.add_argument(
        "agent", metavar="AGENT", help="agent.py:build (a builder), agent.py (a script), or package.module:build"
    )
    parser.add_argument("--model", metavar="NAME", help="the model that answers: offline, openai/gpt-4o-mini, ...")
    parser.add_argument("--customer", metavar="NAME", help="the name of the customer you play (default: a guest)")
    parser.add_argument(
        "--run",
        metavar="TOOL",
        action="append",
        default=[],
        help="let a tool with consequences run for real; may be given several times",
    )
    parser.add_argument(
        "--moderation",
        choices=MODERATION_MODES,
        default="none",
        help="who reads what you type before the agent does: nobody, a moderator, or one who expects jailbreaks too",
    )
    parser.add_argument("--now", metavar="TIME", default="", help="the agent's clock, such as 2026-03-02T09:00:00Z")


def run(arguments: argparse.Namespace) -> int:
    """Talk until the end of the input. 1 where the input is no terminal and something in it could not be done."""
    with suppress(ImportError):  # where there is one, input() lets lines be edited and called back
        import readline  # noqa: F401  # pyright: ignore[reportUnusedImport]
    models = Models()
    desk = _desk(arguments, models)
    _greet(desk)
    with asyncio.Runner() as runner:
        root = Path.cwd()
        sitting = Sitting(
            talk=Talk(desk), runner=runner, models=models, namings=namings_at(root, model=None), root=root
        )
        went_well = _sit(sitting)
    return 0 if went_well or sys.stdin.isatty() else 1


def _desk(arguments: argparse.Namespace, models: Models) -> Desk:
    agent = load_agent(arguments.agent, Path.cwd())
    tools = [tool.id for tool in agent.definition.tools]
    for tool in arguments.run:
        if tool not in tools:
            raise UnderstudyError(f"--run: no tool is called {tool!r}; {_instead_of(tool, tools)}")
    named = choose_model(None, models_in_code(agent), run=_without_judge(namings_at(Path.cwd(), model=arguments.model)))
    scenario = setting(arguments.agent, run=arguments.run, now=_moment(arguments.now))
    scenario = replace(scenario, moderation=arguments.moderation)
    if arguments.customer:
        customer = Customer(id=slug(arguments.customer), name=arguments.customer)
        scenario = replace(scenario, customer=customer)
    return desk_for(agent, scenario=scenario, named=named, llm=models.of(named))


def _instead_of(tool: str, tools: Sequence[str]) -> str:
    """What can be named in place of a tool that there is not."""
    near = closest(tool, tools)
    there_are = f"the agent has {', '.join(tools)}" if tools else "the agent has no tools"
    return f"did you mean {near!r}? ({there_are})" if near else there_are


def _without_judge(namings: Namings) -> Namings:
    """A chat has no expectations, so nobody is needed who judges them."""
    return replace(namings, project_judge=None)


def _moment(written: str) -> str:
    try:
        known = not written or datetime.fromisoformat(written).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        raise UnderstudyError(f"--now {written!r} is not a time with a time zone, such as 2026-03-02T09:00:00Z")
    return written


def _greet(desk: Desk) -> None:
    named, agent = desk.named, desk.agent.definition
    print(f"You are talking to {agent.name}. The model is {named.choice.name!r} ({_by(desk)}).")
    if named.choice.name == "offline":
        print("It follows simple rules and costs nothing; --model names another.")
    print("Type what the customer says. /help lists the commands, /quit leaves.")


def _by(desk: Desk) -> str:
    by = desk.named.by
    return {"nobody": "nobody named another", "environment": f"named by {ENVIRONMENT}"}.get(by, f"named by the {by}")


def _sit(sitting: Sitting) -> bool:
    """Read lines until it is over. Whether everything could be done."""
    went_well = True
    while not sitting.is_over:
        line = _read()
        if line is None:
            break
        try:
            for shown in sitting.hear(line):
                print(shown, flush=True)
        except UnderstudyError as error:
            went_well = False
            print(f"! {error}", flush=True)
        except KeyboardInterrupt:
            went_well = False
            print(GIVEN_UP, flush=True)
    return went_well


def _read() -> str | None:
    """The next line, None at the end of the input."""
    try:
        line = input("\nyou: ")
    except (EOFError, KeyboardInterrupt):
        print()
        return None
    if not sys.stdin.isatty():
        print(line, flush=True)  # so that what was piped in reads as a conversation
    return line


command = Command(
    name="chat",
    help="talk to an agent in the terminal, see what it decides, and keep the conversation as a scenario",
    run=run,
    add_arguments=add_arguments,
)
