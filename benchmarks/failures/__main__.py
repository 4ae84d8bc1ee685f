"""Write docs/failures.md: what is told of scenarios that fail, each played for it.

`python -m benchmarks.failures` writes the file, `python -m benchmarks.failures -` prints it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import yaml

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "docs" / "failures.md"
PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    "--scenarios",
    "-q",
    "--tb=short",
    "-p",
    "no:cacheprovider",
    "--junitxml",
    "told.xml",
)
ALONE = {"PATH": "", "CI": "true", "OPENAI_API_KEY": "none"}
"""The environment that they are played in: nobody's settings, no key that opens anything, and nothing is recorded."""
INTRODUCTION = """\
# Failures

What is told when an expectation does not hold, one real example of each: written by `make docs`, which plays the
scenarios in `benchmarks/failures/` with the offline model, but for those about models. A failure names the turn and
the place in the file, explains the engine's side of it from the trace, and shows the conversation around it.
"""
CHAPTERS: Mapping[str, str] = {
    "decisions.yaml": "What the engine decided",
    "replies.yaml": "What was said",
    "canned.yaml": "What was said in the author's own words",
    "secrets.yaml": "What came to light",
    "in_python.py": "The same in Python",
    "faults.yaml": "When tools and time fail",
    "undecided.yaml": "When the model gives no acceptable answer",
    "trials.yaml": "Several trials",
    "instruments.yaml": "Inconclusive: nothing can be said of the agent",
    "unreachable.yaml": "Inconclusive: the model does not answer",
    "budget.yaml": "Inconclusive: nothing more may be spent",
    "judged.yaml": "Inconclusive: the check or the judge broke",
    "broken.yaml": "Inconclusive: the agent can't be built",
    "names.yaml": "Mistakes in a scenario: names that are not there",
    "mistakes.yaml": "Mistakes in a scenario file, all at once",
}
LIVE: Mapping[str, Sequence[str]] = {
    "unreachable.yaml": ("--scenarios-llm", "live"),
    "budget.yaml": ("--scenarios-llm", "live", "--scenarios-budget", "0"),
}
"""Files that want a model, which they do not get, and the options with which they are played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What pytest told of a scenario."""

    id: str
    text: str


def page() -> str:
    """The whole page. Raises ValueError where a scenario does not fail."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop"
        shutil.copytree(HERE, shop, ignore=shutil.ignore_patterns("__*__*"))
        (shop / "pytest.ini").write_text("[pytest]\n")
        told = play(shop, [file for file in CHAPTERS if file not in LIVE])
        for file, options in LIVE.items():
            told |= play(shop, [file], options=options)
        parts = [part for file in CHAPTERS for part in _chapter(shop / file, told=told[file])]
    return "\n".join([INTRODUCTION, *parts])


def _chapter(file: Path, *, told: Sequence[Told]) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    yield f"## {CHAPTERS[file.name]}\n"
    if file.suffix == ".py":
        yield _fenced("python", text.partition("\n\n\n")[2])
        yield from (_fenced("text", each.text) for each in told)
        return
    sources = {_id(name): (name, source) for name, source in _sources(text)}
    if not sources.keys() >= {each.id for each in told}:  # a file with mistakes has no scenarios to show
        yield _fenced("yaml", text)
        yield from (_fenced("text", each.text) for each in told)
        return
    for each in told:
        name, source = sources[each.id]
        yield f"### {name}\n"
        yield _fenced("yaml", source)
        yield _fenced("text", each.text)


def play(shop: Path, files: Sequence[str], *, options: Sequence[str] = ()) -> dict[str, list[Told]]:
    """What is told of the scenarios, all of which fail, by file. Raises ValueError for one that does not."""
    report = shop / "told.xml"
    report.unlink(missing_ok=True)
    command = [*PYTEST, *options, *files]
    done = subprocess.run(command, cwd=shop, env=ALONE, capture_output=True, text=True, check=False)
    if not report.exists():
        raise ValueError(f"nothing was played:\n{done.stdout}{done.stderr}")
    told: dict[str, list[Told]] = {file: [] for file in files}
    for case in ElementTree.parse(report).iter("testcase"):
        module, name = case.attrib["classname"], case.attrib["name"]
        file = module if module in told else f"{module}.py"
        found = next((child for child in case if child.tag in ("failure", "error")), None)
        if found is None:
            raise ValueError(f"{file}: the scenario {name!r} does not fail")
        told[file].append(Told(id=name, text=(found.text or "").replace(f"{shop}/", "")))
    return told


def _sources(text: str) -> Iterator[tuple[str, str]]:
    """The scenarios of a file as they are written, by name."""
    for part in re.split(r"^  - (?=name:)", text, flags=re.MULTILINE)[1:]:
        source = "- " + re.sub(r"^  ", "", part, flags=re.MULTILINE).strip()
        yield yaml.safe_load(source)[0]["name"], source


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```\n"


def main() -> None:
    """Write the page, or print it."""
    text = page()
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(text)
    else:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
