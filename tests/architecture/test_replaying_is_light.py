"""Replaying a suite loads nothing of what calls models or draws reports, and the database only in the end."""

import subprocess
import sys
from pathlib import Path

from ..evals.commands.recorded import a_suite, record

CODE = """
import sys
from pathlib import Path
from understudy.evals.commands.selecting import select
from understudy.evals.playing.means import Means
from understudy.evals.playing.rehearsal import Rehearsal
import understudy.evals.plugin.stage

with Rehearsal(Means(mode="replay", cache=Path("cache"))) as rehearsal:
    for chosen in select([]):
        for outcome in rehearsal.play(chosen.scenario, node=chosen.node).outcomes:
            assert outcome.answered_by == "replayed", outcome.explanation
print(*sorted({"litellm", "openai", "httpx", "pandas", "plotly", "duckdb", "diskcache", "numpy"} & set(sys.modules)))
"""


def test_replaying_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    a_suite(tmp_path)
    record(tmp_path)
    done = subprocess.run([sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == ([], "")
