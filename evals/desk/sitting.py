"""Sitting at the desk: every line that is typed is something to say or a command, and gives lines to show."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...engine import UnderstudyError
from ...engine.domain.modes import SessionMode
from ...engine.errors import closest
from ..playing.models import Namings
from ..plugin.telling import tell
from ..scenario import AgentFirst, CustomerSays, OperatorSays, OwnStep, SetMode
from .remembering import Models
from .saving import Saved, save
from .talk import Talk
from .words import turn_lines, why

SLASH = "/"


class MistypedError(UnderstudyError):
    """A line that is no command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A command of the desk."""

    name: str
    takes: str
    help: str
    run: Callable[["Sitting", str], Iterator[str]]


@dataclass(slots=True)
class Sitting:
    """One sitting: the conversation one is in, those it was forked from, and where things are kept."""

    talk: Talk
    runner: asyncio.Runner
    models: Models
    namings: Namings = field(default_factory=Namings)
    """The models that the project names, as a later run finds them."""
    root: Path = field(default_factory=Path.cwd)
    behind: list[Talk] = field(default_factory=list[Talk])
    """The conversations that were forked, the latest last."""
    is_over: bool = False

    def hear(self, line: str) -> Iterator[str]:
        """Do what a line says, giving what there is to show. Raises UnderstudyError where it can't be done."""
        text = line.strip()
        if not text:
            return
        if text.startswith(SLASH) and not text.startswith(SLASH * 2):
            name, _, rest = text[1:].partition(" ")
            yield from _word(name).run(self, rest.strip())
        else:
            yield from self.take(CustomerSays(texts=(text.removeprefix(SLASH),)))

    def take(self, step: OwnStep) -> Iterator[str]:
        """Take a step, giving the turn that came of it. Raises TurnTakenBackError."""
        result = self.runner.run(self.talk.take(step))
        yield from turn_lines(result) if result else ()


def _word(name: str) -> Word:
    if name in WORDS:
        return WORDS[name]
    near = closest(name, WORDS)
    hint = f"did you mean /{near}?" if near else "/help lists the commands"
    raise MistypedError(f"there is no command /{name}; {hint} (to say a text that begins with a slash, write two)")


def _help(_: Sitting, __: str) -> Iterator[str]:
    yield "Type what the customer says, or a command:"
    for word in WORDS.values():
        yield f"  {f'/{word.name} {word.takes}'.rstrip():<16} {word.help}"


def _undo(sitting: Sitting, _: str) -> Iterator[str]:
    last = sitting.talk.undo()
    if last is None:
        raise MistypedError("there is nothing to take back")
    left = len(sitting.talk.results)
    yield f"(taken back; {left} turn{'s' if left != 1 else ''} left; what tools did outside stays done)"


def _fork(sitting: Sitting, _: str) -> Iterator[str]:
    sitting.behind.append(sitting.talk)
    sitting.talk = sitting.runner.run(sitting.talk.fork())
    yield "(you are in a copy of the conversation; /back returns to the one it was made of)"


def _back(sitting: Sitting, _: str) -> Iterator[str]:
    if not sitting.behind:
        raise MistypedError("there is no conversation to go back to; /fork makes a copy of this one first")
    sitting.talk = sitting.behind.pop()
    yield f"(back in the conversation as it stood after turn {len(sitting.talk.results)})"


def _why(sitting: Sitting, name: str) -> Iterator[str]:
    if not sitting.talk.results:
        raise MistypedError("there was no turn yet; say something first")
    if not name:
        raise MistypedError("why what? Write the id of a guideline, journey, tool or canned response: /why ID")
    agent = sitting.talk.desk.agent.definition
    yield from why(name, sitting.talk.results[-1].trace, agent=agent).splitlines()


def _save(sitting: Sitting, name: str) -> Iterator[str]:
    if not name:
        raise MistypedError("save it under which name? Write a few words that say what happens: /save NAME")
    saved = save(sitting.talk, name, root=sitting.root, namings=sitting.namings, models=sitting.models)
    yield from _told(saved)


def _told(saved: Saved) -> Iterator[str]:
    bad = [outcome for outcome in saved.outcomes if outcome.verdict != "passed"]
    if not bad:
        yield f"(saved in {saved.path} and played: it passes. Again with: pytest --scenarios {saved.path})"
    else:
        yield f"(saved in {saved.path}, but played again it does not pass: take out what may differ each time,"
        yield " or give tools that answer otherwise each time a stand-in under `tools:`)"
        for outcome in bad:
            yield from tell(outcome).splitlines()
    yield from saved.notes


def _agent_first(sitting: Sitting, _: str) -> Iterator[str]:
    yield from sitting.take(AgentFirst())


def _manual(sitting: Sitting, _: str) -> Iterator[str]:
    yield from sitting.take(SetMode(mode=SessionMode.MANUAL))
    yield "(an operator has the session now: /operator TEXT speaks for them, /auto hands it back)"


def _auto(sitting: Sitting, _: str) -> Iterator[str]:
    yield from sitting.take(SetMode(mode=SessionMode.AUTO))
    yield "(the agent answers again)"


def _operator(sitting: Sitting, text: str) -> Iterator[str]:
    if not text:
        raise MistypedError("what does the operator say? Write /operator TEXT")
    yield from sitting.take(OperatorSays(text=text))


def _quit(sitting: Sitting, _: str) -> Iterator[str]:
    sitting.is_over = True
    yield from ()


WORDS = {
    word.name: word
    for word in (
        Word(name="why", takes="ID", help="why that guideline, journey or tool was or was not in the turn", run=_why),
        Word(name="undo", takes="", help="take the last turn back", run=_undo),
        Word(name="fork", takes="", help="go on in a copy of the conversation", run=_fork),
        Word(name="back", takes="", help="return to the conversation that was forked", run=_back),
        Word(name="save", takes="NAME", help="write the conversation as a scenario, with what was decided", run=_save),
        Word(name="first", takes="", help="let the agent speak of its own accord", run=_agent_first),
        Word(name="manual", takes="", help="hand the session to an operator", run=_manual),
        Word(name="operator", takes="TEXT", help="speak as the operator", run=_operator),
        Word(name="auto", takes="", help="hand the session back to the agent", run=_auto),
        Word(name="help", takes="", help="list the commands", run=_help),
        Word(name="quit", takes="", help="leave; so does the end of the input (Ctrl-D)", run=_quit),
    )
}
