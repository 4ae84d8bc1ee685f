"""`understudy evaluate CASES --agent AGENT`: play the cases of a file and count."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from ...engine import load_agent
from ..evaluation.cases import CasesError, Written
from ..evaluation.evaluating import evaluate
from ..evaluation.figures import METRICS
from ..loader.documents import read_document
from ..loader.nodes import Node
from . import Command

FAILED, INCONCLUSIVE = 1, 16
CASES = "cases"
"""The one key of a file that is no list."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = (
        "Example: understudy evaluate cases.yaml --agent scenarios/shop/agent.py:build. "
        "Exits with 1 where a case failed, with 16 where none did and one could not be told."
    )
    parser.add_argument(
        "cases",
        metavar="CASES",
        type=Path,
        help="a YAML or JSON file with a list of cases, such as `- {input: Hello, expected_guideline: greet}`",
    )
    parser.add_argument("--agent", metavar="AGENT", required=True, help="agent.py:build, agent.py or package.module:f")
    parser.add_argument("--model", metavar="NAME", help="the model that answers: offline, openai/gpt-4o-mini, ...")
    parser.add_argument("--judge", metavar="NAME", help="the model that judges (default: the one that answers)")
    parser.add_argument(
        "--metric", metavar="NAME", action="append", help=f"a figure to tell, may be repeated: {', '.join(METRICS)}"
    )
    parser.add_argument(
        "--run", metavar="TOOL", action="append", default=[], help="let a tool with consequences run for real"
    )


def run(arguments: argparse.Namespace) -> int:
    """Play the cases and print what came of them: 1 where one failed, 16 where none did and one is inconclusive."""
    evaluation = evaluate(
        load_agent(arguments.agent, Path.cwd()),
        list(read_file(arguments.cases)),
        model=arguments.model,
        judge=arguments.judge,
        metrics=arguments.metric,
        run=arguments.run,
        recordings=arguments.cases.parent,
    )
    print(evaluation)
    if evaluation.failed:
        return FAILED
    return INCONCLUSIVE if evaluation.inconclusive else 0


def read_file(path: Path) -> Iterator[Written]:
    """The cases of a file with their places. Raises ScenarioError, CasesError."""
    if not path.is_file():
        raise CasesError([f"there is no file {path}; it should hold a list of cases"])
    root = read_document(path)
    listed = root
    if root.is_map:
        fields = root.fields("a file of cases", (CASES,), required=(CASES,))
        root.findings.raise_if_any()
        listed = fields[CASES]
    if not listed.is_list:
        raise CasesError([f"{listed.place}: a file of cases is a list, not {listed.kind}"])
    for number, item in enumerate(listed.items("cases"), start=1):
        yield Written(number=number, given=_plain(item), place=item.place)
    root.findings.raise_if_any()


def _plain(node: Node) -> object:
    """A case as Python has it; texts are read as they are written, also such as 007 and No."""
    if not node.is_map:
        return node.json()
    return {key.text: _value(key.text, value) for key, value in node.entries("a case")}


def _value(key: str, node: Node) -> object:
    if key == "should_match":
        return node.boolean(key)
    if key == "rating":
        return node.number(key)
    if node.is_list:
        return [item.scalar if item.scalar is not None else item.json() for item in node.items(key, may_be_empty=True)]
    return node.scalar if node.scalar is not None else node.json()


command = Command(
    name="evaluate",
    help="play a list of cases against an agent and tell success rate, accuracy, tool calls, compliance and turns",
    run=run,
    add_arguments=add_arguments,
)
