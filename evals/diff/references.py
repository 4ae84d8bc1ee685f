"""What a name of a comparison stands for: a run, a file, approved behaviour, or a revision of the code."""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal

from ...engine.codec import dump_text, load_text
from ...engine.errors import UnderstudyError
from ..baselines import NAME, baselines_below, is_baseline, read_baselines
from ..results.errors import NoResultsError, ResultsError, UnknownRunError
from ..results.journal import parse_journal
from ..results.presence import has_results, journals_of
from ..results.run import RunRecord

if TYPE_CHECKING:
    from ..results.store import Results


class NotComparableError(UnderstudyError):
    """A name of a comparison leads to nothing that can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """What a name stands for."""

    run: RunRecord
    origin: Literal["file", "run", "baseline", "committed baseline", "played"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where runs, baselines and revisions are looked for."""

    db: Path
    root: Path = Path()
    play: bool = False
    """Whether a revision of which nothing is known is played."""


def refer(name: str, places: Places) -> Referred:
    """What a name stands for. Raises NotComparableError, UnknownRunError, ResultsError, BaselineError."""
    if Path(name).is_file():
        return Referred(run=parse_journal(Path(name)).run, origin="file")
    if name == NAME:
        return Referred(run=_approved(places.root), origin="baseline")
    found = _stored(name, places)
    if isinstance(found, RunRecord):
        return Referred(run=found, origin="run")
    revision = _revision(name, places.root)
    if revision is None:
        raise found
    return _of_revision(name, revision, places=places)


def _approved(root: Path) -> RunRecord:
    texts = baselines_below(root)
    if not texts:
        raise NotComparableError("no behaviour is approved yet; play scenarios and approve them: understudy approve")
    return read_baselines(texts)


def _stored(name: str, places: Places) -> RunRecord | ResultsError:
    """The stored run of that name, or why there is none; a dirty run never stands for its revision."""
    if not has_results(places.db):
        return NoResultsError(path=places.db)
    from ..results.store import open_results  # journal files alone need no database

    with open_results(places.db) as results:
        results.load_journals(journals_of(places.db))
        try:
            return results.run(name)
        except UnknownRunError as error:
            return error


def _of_revision(name: str, revision: str, *, places: Places) -> Referred:
    if (found := _stored_at(revision, places)) is not None:
        return Referred(run=found, origin="run")
    if texts := _committed(revision, places.root):
        return Referred(run=read_baselines(texts, name=name), origin="committed baseline")
    if places.play:
        return Referred(run=_played(name, revision, root=places.root), origin="played")
    raise NotComparableError(
        f"{name!r} ({revision[:10]}): no run of that revision is stored and no baseline is committed there; "
        "add --play to play it now, or approve a baseline: understudy approve"
    )


def _stored_at(revision: str, places: Places) -> RunRecord | None:
    if not places.db.is_file():
        return None
    from ..results.store import open_results

    with open_results(places.db) as results:
        return _clean_run(results, revision)


def _clean_run(results: "Results", revision: str) -> RunRecord | None:
    clean = [run.id for run in results.runs() if run.revision == revision and not run.dirty]
    return results.run(clean[-1]) if clean else None


def _committed(revision: str, root: Path) -> dict[PurePath, str]:
    names = _git(root, "ls-tree", "-r", "--name-only", "-z", revision)
    paths = [name for name in (names or b"").decode("utf-8", "surrogateescape").split("\0") if is_baseline(name)]
    content = _git(root, "archive", "--format=tar", revision, "--", *paths) if paths else None
    if not content:
        return {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        return {PurePath(name): file.read().decode("utf-8") for name, file in sorted(members.items()) if file}


def _played(name: str, revision: str, *, root: Path) -> RunRecord:
    """Play a revision in a worktree of its own, from the recordings committed there: a comparison spends nothing."""
    with _worktree(revision, root) as tree:
        db = tree.parent / "results.duckdb"
        play = ("-m", "pytest", "-q", "--scenarios", "--scenarios-llm", "replay", "--scenarios-db", str(db))
        told = subprocess.run([sys.executable, *play], cwd=tree, capture_output=True, text=True, check=False)
        if not db.is_file():
            last = "\n".join((told.stdout + told.stderr).strip().splitlines()[-5:])
            raise NotComparableError(f"{name!r} ({revision[:10]}) could not be played:\n{last}")
        from ..results.store import open_results

        with open_results(db) as results:
            # The worktree is gone in a moment: places are told as they are in the project.
            return load_text(RunRecord, dump_text(results.run("latest")).replace(f"{tree.as_posix()}/", ""))


@contextmanager
def _worktree(revision: str, root: Path) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="understudy-") as folder:
        tree = Path(folder) / "tree"
        if _git(root, "worktree", "add", "--detach", str(tree), revision) is None:
            raise NotComparableError(f"git can't check {revision[:10]} out into {tree}; see `git worktree list`")
        try:
            yield tree
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))


def _revision(name: str, root: Path) -> str | None:
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.decode().strip() if found else None


def _git(root: Path, *arguments: str) -> bytes | None:
    try:
        finished = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError:
        return None
    return finished.stdout if finished.returncode == 0 else None
