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
PYTEST = (sys.executable, "-m", "pytest", "--scenarios", "-q", "-p", "no:cacheprovider", "--junitxml", "told.xml")
ALONE = {"PATH": "", "CI": "true"}
"""The environment that they are played in: nobody's settings, and nothing is recorded."""
INTRODUCTION = """\
# Failures

What is told when an expectation does not hold, one real example of each: written by `make docs`, which plays the
scenarios in `benchmarks/failures/` with the offline model. A failure names the turn and the place in the file, explains
the engine's side of it from the trace, and shows the conversation around it.
"""
CHAPTERS: Mapping[str, str] = {
    "decisions.yaml": "What the engine decided",
    "replies.yaml": "What was said",
    "canned.yaml": "What was said in the author's own words",
    "faults.yaml": "When tools and time fail",
    "instruments.yaml": "Inconclusive: nothing can be said of the agent",
    "judged.yaml": "Inconclusive: the check or the judge broke",
    "broken.yaml": "Inconclusive: the agent can't be built",
    "names.yaml": "Mistakes in a scenario: names that are not there",
    "mistakes.yaml": "Mistakes in a scenario file, all at once",
}


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
        told = play(shop)
        parts = [part for file in CHAPTERS for part in _chapter(shop / file, told=told[file])]
    return "\n".join([INTRODUCTION, *parts])


def _chapter(file: Path, *, told: Sequence[Told]) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    yield f"## {CHAPTERS[file.name]}\n"
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


def play(shop: Path) -> Mapping[str, Sequence[Told]]:
    """What is told of the scenarios, all of which fail, by file. Raises ValueError for one that does not."""
    report = shop / "told.xml"
    done = subprocess.run([*PYTEST, *CHAPTERS], cwd=shop, env=ALONE, capture_output=True, text=True, check=False)
    if not report.exists():
        raise ValueError(f"nothing was played:\n{done.stdout}{done.stderr}")
    told: dict[str, list[Told]] = {file: [] for file in CHAPTERS}
    for case in ElementTree.parse(report).iter("testcase"):
        file, name = case.attrib["classname"], case.attrib["name"]
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
