"""What may be larger than the rest, each with its reason. A line that is no longer needed fails the test of sizes."""

from dataclasses import dataclass
from typing import Literal

Limit = Literal["file", "function", "class", "parameters", "positional", "template"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One thing that may pass one limit; `name` is a dotted name in the file, empty for the file itself."""

    limit: Limit
    place: str
    name: str = ""
    reason: str


EXEMPTIONS: tuple[Exemption, ...] = (
    Exemption(
        limit="positional",
        place="engine/author_code/engine_context.py",
        name="EngineContext.add_tool_event",
        reason="the public documentation fixes its parameters, and authors pass them by position",
    ),
    Exemption(
        limit="positional",
        place="engine/templating/sandbox.py",
        name="_Sandbox.call_binop",
        reason="Jinja calls it, and passes context, operator and operands by position",
    ),
    Exemption(
        limit="positional",
        place="evals/recordings/disk.py",
        name="StrictDisk.fetch",
        reason="diskcache calls it, and passes a row's columns by position",
    ),
)

BUILDERS = "engine/sdk/"
"""Standing exemption: the public documentation fixes names and number of the builder methods' parameters."""

CALLED_BY_OTHERS = ("pytest_", "__")
"""Standing exemption: pytest's hooks and special methods take what pytest and Python pass, by position."""
