"""Agents from files: a builder function, or a whole script that opens a server of its own."""

import ast
import asyncio
import importlib
import importlib.util
import runpy
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar, cast

from ..domain.values import slug
from ..errors import AgentLoadError, closest
from ..guard import Fault, isolated
from .agents import Agent
from .app import Server, handover
from .built import BuiltAgent

Builder = Callable[[Server], Awaitable[Agent]]
T = TypeVar("T")


def load_agent(reference: str, base: Path) -> BuiltAgent:
    """Load the agent that a reference names, relative to a folder.

    `file.py:build` is a builder (`async def build(server) -> Agent`), `file.py` a script that declares one agent,
    `file.py:<agent id>` one of several that a script declares, `package.module:build` a builder that can be imported.
    The code runs in a thread of its own, with an event loop of its own. Raises AgentLoadError, and whatever
    AuthoringError the declarations raise.
    """
    path, _, name = reference.partition(":")
    if not path.endswith(".py"):
        if not all(part.isidentifier() for part in path.split(".")) or (base / path).exists():
            raise AgentLoadError(_no_reference(reference))
        return _run(lambda: _from_builder(lambda: importlib.import_module(path), name or "build", reference), reference)
    file = (base / path).resolve()
    if not file.is_file():
        raise AgentLoadError(_missing(reference, file))
    named = _named(file, reference)
    if name in named:
        return _run(lambda: _from_builder(lambda: _module(file), name, reference), reference)
    return _run(lambda: _from_script(file, name, _near_miss(name, sorted(named), file=path)), reference)


def _near_miss(name: str, named: Sequence[str], *, file: str) -> str:
    """A word on a builder that was probably meant."""
    if not name:
        return f"; name its builder: {file}:build" if "build" in named else ""
    near = closest(name, named)
    return f"; it defines no function {name!r}: did you mean {near!r}?" if near else ""


def _missing(reference: str, file: Path) -> str:
    others = sorted(other.name for other in file.parent.glob("*.py")) if file.parent.is_dir() else []
    near = closest(file.name, others)
    return f"agent {reference!r}: there is no file {file}" + (f"; did you mean {near!r}?" if near else "")


def _no_reference(reference: str) -> str:
    return (
        f"agent {reference!r}: this is no Python file; name a builder (agent.py:build), a script (agent.py), "
        "or a builder that can be imported (package.module:build)"
    )


def _named(file: Path, reference: str) -> set[str]:
    """What may be a builder in a file: what it defines, imports or assigns at its top, found without running it."""
    try:
        tree = ast.parse(file.read_text("utf-8"), filename=str(file))
    except SyntaxError as error:
        raise AgentLoadError(f"agent {reference!r}: {file}:{error.lineno}: {error.msg}") from error
    return {name for node in tree.body for name in _names_of(node)}


def _names_of(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.AsyncFunctionDef() | ast.FunctionDef():
            yield node.name
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name
        case _:
            pass


def _module(file: Path) -> ModuleType:
    """Import a file under a name made from its whole path, so that every suite may have an agent.py."""
    name = f"understudy_agents.{slug(str(file)).replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise AgentLoadError(f"{file} can't be imported as a module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _from_builder(load: Callable[[], ModuleType], name: str, reference: str) -> BuiltAgent:
    module = load()
    builder = getattr(module, name, None)
    if builder is None:
        near = closest(name, vars(module))
        hint = f"; did you mean {near!r}?" if near else ""
        raise AgentLoadError(f"agent {reference!r}: {module.__file__} defines no {name!r}{hint}")

    async def build() -> BuiltAgent:
        handover.servers = []  # the thread ends with this agent, so nothing is left to take back
        async with Server() as server:
            agent = await cast(Builder, builder)(server)
            if not isinstance(agent, Agent):  # pyright: ignore[reportUnnecessaryIsInstance]  # authors forget to return it
                raise AgentLoadError(f"agent {reference!r}: {name}() must return the agent it built, not {agent!r}")
            return server.build(agent)

    return asyncio.run(build())


def _from_script(file: Path, agent_id: str, hint: str) -> BuiltAgent:
    """Run a script and take over the agent that its servers declared."""
    servers: list[Server] = []
    handover.servers = servers
    try:
        runpy.run_path(str(file), run_name="__main__")
    finally:
        handover.servers = None
    built = {name: server for server in servers for name in server.agent_ids}
    if not built:
        raise AgentLoadError(f"{file} ran to its end without declaring an agent{hint}")
    if agent_id and agent_id not in built:
        raise AgentLoadError(f"{file} declares no agent {agent_id!r}, only {', '.join(map(repr, built))}{hint}")
    if not agent_id and len(built) > 1:
        wanted = " or ".join(f"{file.name}:{name}" for name in built)
        raise AgentLoadError(f"{file} declares {len(built)} agents; say which, as {wanted}")
    name = agent_id or next(iter(built))
    return built[name].build(name)


def _run(load: Callable[[], BuiltAgent], reference: str) -> BuiltAgent:
    """Run an author's code apart from the caller's, and say plainly what went wrong with it."""
    result = isolated(load, what=f"agent {reference!r}")
    if isinstance(result, Fault):
        raise AgentLoadError(f"agent {reference!r} can't be loaded: {result}\n{_own_frames(result.traceback)}")
    return result


def _own_frames(traceback: str) -> str:
    """The end of a traceback: the author's own lines are there, those of Python's import system are not."""
    return "\n".join([line for line in traceback.rstrip().splitlines() if "<frozen importlib" not in line][-6:])
