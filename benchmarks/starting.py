"""What it takes to start: importing the front door, and being ready to answer."""

import statistics
import subprocess
import sys

from .tables import Figure

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
import time, resource; started = time.perf_counter()
import understudy.engine
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def figures() -> list[Figure]:
    """The figures of starting, each the median of five processes."""
    imports = [[float(part) for part in _run(IMPORT).split()] for _ in range(5)]
    ready = [float(_run(READY)) for _ in range(5)]
    return [
        Figure(
            what="import of the front door", value=statistics.median(row[0] for row in imports), unit="s", target=0.25
        ),
        Figure(what="memory after it", value=statistics.median(row[1] for row in imports), unit="MB", target=45),
        Figure(what="start to ready", value=statistics.median(ready), unit="s", target=0.5),
    ]


def _run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
