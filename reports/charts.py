"""Charts: frames made of page models, and pure functions from frames to plotly figures."""

# pyright: basic
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from html import escape

import pandas as pd
import plotly.graph_objects as go

from .page import DecisionUse, LatencyPoint, Report, Timing, TrendPoint

# Middle tones that stand out from a white page and from a dark one; lines differ by dash and symbol as well.
BLUE, ORANGE, VIOLET = "#3f7fc1", "#c9772f", "#8f6cc4"
BAND = "rgba(63, 127, 193, 0.16)"
SYMBOLS = {"live": "circle", "replayed": "square", "mixed": "diamond", "offline": "x-thin-open", "scripted": "cross"}
"""How a run is marked by where its answers came from."""
MARKED_RUNS = 60
"""Up to so many runs each is marked, more are a line."""
NAMED_RUNS = 6
"""Up to so many runs are named on the axis, more are numbered: names of more would slope and be left out in part."""


def figures(report: Report) -> Mapping[str, go.Figure]:
    """The figure for each chart that the report has a place for."""
    runs = trend_frame(report.overview.trend.points)
    uses = decision_frame(report.asks.uses)
    made: Mapping[str, Callable[[], go.Figure]] = {
        "pass-rate": lambda: pass_rate(runs),
        "changed": lambda: changed(runs),
        "coverage": lambda: coverage(runs),
        "asks": lambda: asks(runs),
        "tokens": lambda: tokens(runs),
        "cost": lambda: cost(runs),
        "scenario-cost": lambda: scenario_cost(runs),
        "scenario-seconds": lambda: scenario_seconds(runs),
        "turn-seconds": lambda: turn_seconds(runs),
        "by-decision": lambda: by_decision(uses),
    }
    drawn = {chart.id: made[chart.id]() for chart in (*report.overview.trend.charts, *report.asks.charts)}
    timings = (*report.latency.timings, *report.latency.stages)
    return drawn | {timing.chart.id: latency(timing) for timing in timings}


def trend_frame(points: Sequence[TrendPoint]) -> pd.DataFrame:
    """One row for each run, oldest first, numbered from 1."""
    return _over_runs(points, columns=list(TrendPoint.__dataclass_fields__))


def latency_frame(points: Sequence[LatencyPoint]) -> pd.DataFrame:
    """The same for a chart of latency."""
    return _over_runs(points, columns=list(LatencyPoint.__dataclass_fields__))


def _over_runs(points: Sequence[TrendPoint] | Sequence[LatencyPoint], *, columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame([asdict(point) for point in points], columns=columns)
    frame["run"] = range(1, len(frame) + 1)
    # Plotly reads a few tags in text, so names are escaped for it.
    said = (filter(None, [point.name, point.started, point.source]) for point in points)
    frame["said"] = ["<br>".join(map(escape, parts)) for parts in said]
    frame["tick"] = [escape(point.name[:14]) for point in points]
    return frame


def decision_frame(uses: Sequence[DecisionUse]) -> pd.DataFrame:
    """One row for each decision, the one that took most last, so that it is drawn on top."""
    columns = list(DecisionUse.__dataclass_fields__)
    frame = pd.DataFrame([asdict(use) for use in reversed(uses)], columns=columns)
    frame["decision"] = [escape(use.decision) for use in reversed(uses)]
    return frame


def pass_rate(runs: pd.DataFrame) -> go.Figure:
    """The pass rate of each run within its 95 % interval."""
    figure = go.Figure(layout=_layout(runs))
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=_list(runs["run"]), y=_list(runs["high"] * 100), **edge)
    figure.add_scatter(x=_list(runs["run"]), y=_list(runs["low"] * 100), fill="tonexty", fillcolor=BAND, **edge)
    figure.add_trace(_line(runs, runs["pass_rate"] * 100, name="pass rate, with 95 % interval", unit=" %"))
    return figure.update_yaxes(range=[-3, 103], ticksuffix=" %")


def changed(runs: pd.DataFrame) -> go.Figure:
    """How many scenarios decided otherwise than in the run before."""
    line = _line(runs, runs["changed"], name="scenarios that decided otherwise")
    most = max(1.0, float(runs["changed"].max()))
    # Whole scenarios: no tick stands for a part of one.
    return go.Figure(line, layout=_layout(runs)).update_yaxes(range=[-0.05 * most, 1.05 * most], dtick=-(-most // 5))


def coverage(runs: pd.DataFrame) -> go.Figure:
    """How much of the agents' definitions each run exercised in scenarios that passed."""
    line = _line(runs, runs["coverage"] * 100, name="coverage", unit=" %")
    return go.Figure(line, layout=_layout(runs)).update_yaxes(range=[-3, 103], ticksuffix=" %")


def latency(timing: Timing) -> go.Figure:
    """How long one thing took in each run, with the time that live systems aim for."""
    runs = latency_frame(timing.points)
    scale, unit = (1000, " ms") if runs["p99"].max() < 1 else (1, " s")
    figure = go.Figure(_line(runs, runs["p50"] * scale, name="median", unit=unit), layout=_layout(runs))
    figure.add_trace(_second_line(runs, runs["p95"] * scale, name="95th percentile", unit=unit))
    figure.add_trace(_third_line(runs, runs["p99"] * scale, name="99th percentile", unit=unit))
    if timing.target is not None:
        dash = {"color": "#888", "width": 1, "dash": "longdashdot"}
        figure.add_hline(y=timing.target * scale, line=dash, annotation_text="aim", annotation_position="top right")
    return figure.update_yaxes(rangemode="tozero", ticksuffix=unit)


def asks(runs: pd.DataFrame) -> go.Figure:
    """The asks of each run."""
    return go.Figure(_line(runs, runs["asks"], name="asks"), layout=_layout(runs)).update_yaxes(rangemode="tozero")


def tokens(runs: pd.DataFrame) -> go.Figure:
    """The tokens of each run, those asked and those answered."""
    figure = go.Figure(_line(runs, runs["prompt_tokens"], name="in"), layout=_layout(runs))
    figure.add_trace(_second_line(runs, runs["answer_tokens"], name="out"))
    return figure.update_yaxes(rangemode="tozero")


def cost(runs: pd.DataFrame) -> go.Figure:
    """What each run cost, in USD."""
    figure = go.Figure(_line(runs, runs["cost"], name="USD"), layout=_layout(runs))
    return figure.update_yaxes(rangemode="tozero", tickprefix="$")


def scenario_cost(runs: pd.DataFrame) -> go.Figure:
    """What a scenario cost in each run, in USD: unlike the whole, the same whether few are played or many."""
    figure = go.Figure(_line(runs, runs["scenario_cost"], name="USD per scenario"), layout=_layout(runs))
    return figure.update_yaxes(rangemode="tozero", tickprefix="$")


def scenario_seconds(runs: pd.DataFrame) -> go.Figure:
    """How long a scenario took in each run."""
    line = _line(runs, runs["scenario_seconds"], name="seconds per scenario", unit=" s")
    return go.Figure(line, layout=_layout(runs)).update_yaxes(rangemode="tozero", ticksuffix=" s")


def turn_seconds(runs: pd.DataFrame) -> go.Figure:
    """How long turns took in each run: the median, the 95th and the 99th percentile."""
    figure = go.Figure(_line(runs, runs["turn_p50"], name="median", unit=" s"), layout=_layout(runs))
    figure.add_trace(_second_line(runs, runs["turn_p95"], name="95th percentile", unit=" s"))
    figure.add_trace(_third_line(runs, runs["turn_p99"], name="99th percentile", unit=" s"))
    return figure.update_yaxes(rangemode="tozero", ticksuffix=" s")


def by_decision(uses: pd.DataFrame) -> go.Figure:
    """What each decision took: tokens, or the prompts' characters where nobody counted tokens."""
    counted = bool(uses["prompt_tokens"].sum() + uses["answer_tokens"].sum())
    columns = {"prompt_tokens": "in", "answer_tokens": "out"} if counted else {"prompt_characters": "characters"}
    figure = go.Figure(layout=_base_layout() | {"barmode": "stack", "height": 90 + 30 * len(uses)})
    for (column, name), colour in zip(columns.items(), (BLUE, ORANGE), strict=False):
        pattern = {"shape": "/"} if colour == ORANGE else {}
        figure.add_bar(
            y=_list(uses["decision"]),
            x=_list(uses[column]),
            name=name,
            orientation="h",
            marker={"color": colour, "pattern": pattern},
        )
    return figure.update_yaxes(automargin=True).update_layout(hovermode="y unified")


def _list(column: pd.Series) -> list:
    """Plain numbers: plotly would pack arrays as base64, which nobody can read in the page's source."""
    return [None if pd.isna(value) else _short(value) for value in column.tolist()]


def _short(value: object) -> object:
    """Figures with as many digits as a chart shows: a thousand runs of them are much of a page."""
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _line(runs: pd.DataFrame, values: pd.Series, *, name: str, unit: str = "") -> go.Scatter:
    return go.Scatter(
        x=_list(runs["run"]),
        y=_list(values),
        name=name,
        text=_list(runs["said"]),
        mode="lines+markers" if len(runs) <= MARKED_RUNS else "lines",
        line={"color": BLUE, "width": 2},
        marker={"size": 7, "symbol": [SYMBOLS.get(source, "circle") for source in runs["source"]]},
        hovertemplate=f"%{{text}}<br>%{{y:,.4~g}}{unit}<extra>{name}</extra>",
    )


def _second_line(runs: pd.DataFrame, values: pd.Series, *, name: str, unit: str = "") -> go.Scatter:
    line = _line(runs, values, name=name, unit=unit)
    line.update(line={"color": ORANGE, "dash": "dash"})
    return line


def _third_line(runs: pd.DataFrame, values: pd.Series, *, name: str, unit: str = "") -> go.Scatter:
    line = _line(runs, values, name=name, unit=unit)
    line.update(line={"color": VIOLET, "dash": "dot"})
    return line


def _base_layout() -> dict:
    return {
        "template": "none",
        "height": 230,
        "margin": {"l": 54, "r": 12, "t": 8, "b": 34},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "font": {"size": 12},
    }


def _layout(runs: pd.DataFrame) -> dict:
    named = len(runs) <= NAMED_RUNS
    ticks = {"tickvals": _list(runs["run"]), "ticktext": _list(runs["tick"])} if named else {"title": {"text": "run"}}
    return _base_layout() | {"xaxis": {"zeroline": False, "automargin": True, "tickformat": "d", **ticks}}
