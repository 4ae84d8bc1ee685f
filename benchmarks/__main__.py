"""Print every figure with its target: `python -m benchmarks [turns|starting|harness|reporting|star FOLDER [N]]`."""

import sys
from pathlib import Path

from . import harness, reporting, star, starting, turns
from .tables import table


def main(wanted: list[str]) -> None:
    """Measure what is asked for, or everything that needs no argument."""
    if wanted[:1] == ["star"]:
        star.main(Path(wanted[1]), show=int(wanted[2]) if len(wanted) > 2 else 0)
        return
    if not wanted or "starting" in wanted:
        print(table("Starting", starting.figures()), end="\n\n", flush=True)
    if not wanted or "harness" in wanted:
        print(table("Replaying", harness.figures()), end="\n\n", flush=True)
    if not wanted or "reporting" in wanted:
        print(table("Reporting", reporting.figures()), end="\n\n", flush=True)
    if not wanted or "turns" in wanted:
        for guidelines in (10, 20, 50, 200):
            print(table(f"A turn with {guidelines} guidelines", turns.figures(guidelines)), end="\n\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
