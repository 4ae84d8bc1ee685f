"""Figures beside their targets, in plain text."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measurement: what, how much, and what it is meant to be at most."""

    what: str
    value: float
    unit: str
    target: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.target is None:
            return ""
        return "met" if self.value <= self.target else "MISSED"


def table(title: str, figures: list[Figure]) -> str:
    """The figures as lines of a table."""
    width = max((len(figure.what) for figure in figures), default=10)
    lines = [title, "-" * len(title)]
    for figure in figures:
        target = "" if figure.target is None else f"target {figure.target:,g}"
        value = f"{figure.value:,.3f}" if figure.value < 10 else f"{figure.value:,.0f}"
        lines.append(f"{figure.what:<{width}}  {value:>12} {figure.unit:<12} {target:<18} {figure.verdict}".rstrip())
    return "\n".join(lines)


def warm() -> dict[str, str]:
    """The environment of processes that are measured: they keep compiled modules, as where nobody forbids it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def peak_memory() -> float:
    """The most memory that this process has used, MB. On Linux `getrusage` counts what started it, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024
