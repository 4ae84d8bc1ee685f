"""A project to begin with: an agent, its scenarios, a workflow, and what git has to know."""

from dataclasses import dataclass
from pathlib import Path

from ...engine import UnderstudyError
from ..loader.schema import schema_text

AGENT = '''"""Ada, who looks after the customers of a bookshop."""

import understudy.engine as p

ORDERS = {"BK-1234": "shipped", "BK-1300": "in preparation"}


@p.tool
async def find_order(context: p.ToolContext, order_id: str) -> p.ToolResult:
    """Look up an order by its number."""
    state = ORDERS.get(order_id)
    return p.ToolResult({"order": order_id, "state": state}) if state else p.ToolResult(error="there is no such order")


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent(name="Ada", description="Looks after the customers of a bookshop.")
    await agent.create_guideline(
        id="greet",
        condition="the customer greets you",
        action="greet them and ask how you can help",
    )
    await agent.create_guideline(
        id="order-status",
        condition="the customer asks where their order is",
        action="tell them what state the order is in",
        tools=[find_order],
    )
    newsletter = await agent.create_guideline(
        id="newsletter",
        condition="the customer thanks you",
        action="say that the shop has a newsletter",
    )
    complaint = await agent.create_guideline(
        id="complaint",
        condition="the customer complains",
        action="apologize and say that a colleague will call them",
    )
    await complaint.prioritize_over(newsletter)
    return agent
'''

SUITE = """# yaml-language-server: $schema=../scenario.schema.json
agent: agent.py:build

scenarios:
  - name: greets a customer
    script:
      - customer: Hello
        expect:
          guidelines: {fired: greet, not_fired: order-status}

  - name: looks an order up before answering
    id: order-status
    script:
      - customer: Where is my order BK-1234?
        expect:
          guidelines: {fired: order-status}
          tools: {called: [{find_order: {order_id: BK-1234}}]}
          reply: {mentions: shipped}

  - name: does not advertise to somebody who complains
    id: no-newsletter-for-complaints
    script:
      - customer: Thank you, but I have to complain about the service
        expect:
          guidelines: {fired: complaint, dropped: {newsletter: lower_priority}}
          reply: {not_mentions: newsletter}
"""

WORKFLOW = """name: scenarios

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  play:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install understudy
      # Where CI is set nothing is asked of a model that was not recorded, so no key is needed here.
      - run: python -m pytest --scenarios --scenarios-report .understudy/report.html
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: scenarios-report
          path: .understudy/report.html
          include-hidden-files: true
"""

ATTRIBUTES = (
    "scenarios/**/recordings/*.jsonl linguist-generated eol=lf",
    "scenarios/**/baseline/*.json eol=lf",
)
IGNORED = (".understudy/", "__pycache__/", ".pytest_cache/", ".venv/")
PYTEST = """[pytest]
# The root of the project: paths in settings, and where results are kept (.understudy/), go out from here.
"""
ROOTS = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""Any of these tells pytest where the root of the project is."""

FILES = {
    "scenarios/shop/agent.py": (AGENT, "the agent: guidelines, a tool, a relationship"),
    "scenarios/shop/orders.yaml": (SUITE, "three scenarios that it is to play"),
    "scenarios/scenario.schema.json": (schema_text(), "lets editors complete and check scenario files"),
    ".github/workflows/scenarios.yml": (WORKFLOW, "plays them on GitHub with every change"),
}
LISTS = {
    ".gitattributes": (ATTRIBUTES, "how git treats recordings and baselines"),
    ".gitignore": (IGNORED, "what git is to leave alone"),
}


class NotEmptyError(UnderstudyError):
    """A project can't be made where it would overwrite something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that was written or added to."""

    path: str
    what: str
    added: bool = False
    """Whether it was there before and only got more lines."""


def make_project(folder: Path) -> tuple[Made, ...]:
    """Write a project that plays as it is. What is there is kept. Raises NotEmptyError, before anything is written."""
    if folder.exists() and not folder.is_dir():
        raise NotEmptyError(f"{folder} is a file; name a folder, or one that is still to be made")
    if taken := [path for path in FILES if (folder / path).exists()]:
        names = " and ".join(str(folder / path) for path in taken)
        there = "is" if len(taken) == 1 else "are"
        raise NotEmptyError(f"{names} {there} there already, and nothing is overwritten; name another folder")
    has_root = any((folder / name).exists() for name in ROOTS)
    written = [_write(folder, path, text=text, what=what) for path, (text, what) in FILES.items()]
    written += [made for path, (lines, what) in LISTS.items() if (made := _add(folder / path, lines, what=what))]
    if not has_root:
        written.append(_write(folder, "pytest.ini", text=PYTEST, what="tells pytest where the project begins"))
    return tuple(written)


def _write(folder: Path, path: str, *, text: str, what: str) -> Made:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Made(path=path, what=what)


def _add(file: Path, lines: tuple[str, ...], *, what: str) -> Made | None:
    """Add lines to a list of git's; None where they are all there."""
    there = file.read_text(encoding="utf-8") if file.exists() else ""
    missing = [line for line in lines if line not in there.splitlines()]
    if not missing:
        return None
    start = f"{there.rstrip()}\n" if there.strip() else ""
    file.write_text(start + "".join(f"{line}\n" for line in missing), encoding="utf-8")
    return Made(path=file.name, what=what, added=bool(start))
