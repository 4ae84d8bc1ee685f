"""What it takes to start: importing the front door, and being ready to answer."""

import statistics
import subprocess
import sys

from .tables import Figure, warm

READY = """
import time; started = time.perf_counter()
import asyncio, understudy.engine as p
from benchmarks.workload import build, InstantModel
async def main():
    async with p.Server(model=InstantModel()) as server:
        server.conversation(await build(server, guidelines=20))
asyncio.run(main())
print(time.perf_counter() - started)
"""
IMPORT = """
import time; started = time.perf_counter()
import understudy.engine
print(time.perf_counter() - started)
"""
MEMORY = "import understudy.engine; from benchmarks.tables import peak_memory; print(peak_memory())"


def figures() -> list[Figure]:
    """The figures of starting, each the median of five processes."""
    return [
        Figure(what="import of the front door", value=_median(IMPORT), unit="s", target=0.25),
        Figure(what="memory after it", value=_median(MEMORY), unit="MB", target=45),
        Figure(what="start to ready", value=_median(READY), unit="s", target=0.5),
    ]


def _median(code: str) -> float:
    """What the code prints, in the middle of five processes after one that leaves compiled modules behind."""
    return statistics.median([_run(code) for _ in range(6)][1:])


def _run(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=warm())
    return float(done.stdout)
