"""Pages to one HTML file that needs no network: templates set the type, style, script and charts are put in once."""

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..engine.domain.values import JSON
from ..evals.results.run import RunRecord
from .build import build_report
from .page import Report
from .wording import count, writable


def write_report(run: RunRecord, path: Path) -> None:
    """Write the report of a run to a file: as a whole or not at all. Raises OSError where that is not possible."""
    report = build_report(run)
    html = render(report, charts=chart_texts(report))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def render(report: Report, *, charts: Mapping[str, str]) -> str:
    """The page's HTML, with charts as plotly's JSON by id; without charts plotly.js is left out."""
    scripts = [_asset("report.js")]
    if charts:
        from plotly.offline import get_plotlyjs  # heavy, and only wanted here

        scripts.insert(0, get_plotlyjs())
    return (
        _environment()
        .get_template("report.html", globals={"count": count})
        .render(
            report=report,
            charts={name: script_json(json.loads(text)) for name, text in charts.items()},
            style=Markup(_asset("report.css")),
            scripts=[Markup(script) for script in scripts],
            policy=_policy(scripts),
        )
    )


def chart_texts(report: Report) -> Mapping[str, str]:
    """The report's charts as plotly's JSON; pandas and plotly are imported only where there are any."""
    if not (report.overview.trend.charts or report.asks.charts or report.latency.timings):
        return {}
    from .charts import figures

    return {name: str(figure.to_json()) for name, figure in figures(report).items()}


def script_json(value: JSON) -> Markup:
    """JSON that may stand in a script element: nothing in it can close the element or end a line of script."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """What a template is about to show, with what can't be written shown as replaced."""
    return writable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> str:
    return (files(__package__ or "") / "assets" / name).read_text(encoding="utf-8")


def _policy(scripts: list[str]) -> str:
    """A content security policy under which nothing but these scripts runs, and nothing is fetched."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
