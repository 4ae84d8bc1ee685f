"""What a turn costs: model calls, prompt characters, CPU, memory."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass

import understudy.engine as p

from .tables import Figure, warm
from .workload import TURNS, InstantModel, build, said

CALLS = {20: 6, 200: 26}
CPU = {20: 5.0, 200: 20.0}
MEMORY = {20: 70, 200: 90}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One conversation of the workload, turn by turn."""

    cpu: tuple[float, ...]
    """Milliseconds."""
    wall: tuple[float, ...]
    calls: tuple[int, ...]
    characters: tuple[int, ...]


async def measure(guidelines: int, turns: int = TURNS) -> Measured:
    """Play a conversation of the workload."""
    model = InstantModel()
    cpu: list[float] = []
    wall: list[float] = []
    calls: list[int] = []
    characters: list[int] = []
    async with p.Server(model=model) as server:
        talk = server.conversation(await build(server, guidelines=guidelines))
        for number in range(1, turns + 1):
            model.turn, model.calls, model.characters = number, 0, 0
            started, began = time.process_time(), time.perf_counter()
            result = await talk.say(said(number))
            cpu.append(1000 * (time.process_time() - started))
            wall.append(1000 * (time.perf_counter() - began))
            if result.trace.failure:
                raise RuntimeError(result.trace.failure.message)
            calls.append(model.calls)
            characters.append(model.characters)
    return Measured(cpu=tuple(cpu), wall=tuple(wall), calls=tuple(calls), characters=tuple(characters))


def figures(guidelines: int) -> list[Figure]:
    """The figures of one size of the workload."""
    measured = run(measure(guidelines))
    late = statistics.median(measured.cpu[54:60])
    early = statistics.median(measured.cpu[1:7])
    waiting = statistics.median(wall - cpu for wall, cpu in zip(measured.wall, measured.cpu, strict=True))
    calls, prompts, cpu = measured.calls, measured.characters, statistics.median(measured.cpu)
    judged = guidelines == 20
    found = [
        Figure(what="model calls a turn", value=statistics.median(calls), unit="calls", target=CALLS.get(guidelines)),
        Figure(what="model calls a turn, at most", value=max(calls), unit="calls"),
        Figure(what="prompt, turn 10", value=prompts[9], unit="characters", target=40_000 if judged else None),
        Figure(what="prompt, 60 turns", value=sum(prompts), unit="characters", target=3_500_000 if judged else None),
        Figure(what="CPU a turn", value=cpu, unit="ms", target=CPU.get(guidelines)),
        Figure(what="wall minus CPU a turn", value=waiting, unit="ms", target=1),
        Figure(what="growth of CPU, turn 3 to turn 58", value=late / early, unit="times", target=1.5),
    ]
    return [*found, _memory(guidelines)]


def _memory(guidelines: int) -> Figure:
    """The most memory that a process of its own took for the workload."""
    code = (
        "import asyncio; from benchmarks.tables import peak_memory; from benchmarks.turns import measure; "
        f"asyncio.run(measure({guidelines})); print(peak_memory())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=warm())
    return Figure(what="peak memory", value=float(done.stdout), unit="MB", target=MEMORY.get(guidelines))


def run(conversation: Coroutine[None, None, Measured]) -> Measured:
    """Play a conversation in an event loop of its own."""
    return asyncio.run(conversation)
