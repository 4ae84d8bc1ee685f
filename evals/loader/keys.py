"""Every key of scenario files with what it says: the loader reads these, the schema and the manual are made of them."""

from ...engine.domain.modes import MODERATION_MODES as MODERATION
from ...engine.domain.modes import SessionMode
from .shapes import (
    ANYTHING,
    PLACEHOLDER,
    TEXT,
    TEXTS,
    VALUES,
    Key,
    Keys,
    Shape,
    by_name,
    defined,
    either,
    keyed,
    listed,
    number,
    one_of,
    some,
)

MODES = tuple(mode.value for mode in SessionMode)
MODE: Shape = one_of(MODES)
SECONDS: Shape = either({"type": "number", "exclusiveMinimum": 0}, PLACEHOLDER)
WHOLE: Shape = number(1, whole=True)
MODEL: Shape = either(TEXT, defined("model"))
ONE_MODEL: Shape = either(TEXT, defined("one_model"))
MAP: Shape = {"type": "object"}

FILE: Keys = {
    "agent": Key(
        about="The agent: a builder (agent.py:build), a script (agent.py), or package.module:name.", shape=TEXT
    ),
    "model": Key(about="The model that answers: a name, or a map with a name and settings.", shape=MODEL),
    "redact": Key(about="Regular expressions of what must never be stored.", shape=TEXTS),
    "defaults": Key(
        about="What holds for every scenario of the file that does not say otherwise.", shape=defined("defaults")
    ),
    "scenarios": Key(about="The scenarios.", shape=listed(defined("scenario"))),
}
LIMITS: Keys = {
    "turn": Key(about="Seconds that a turn may take (60 where nothing is said).", shape=SECONDS),
    "scenario": Key(about="Seconds that the whole scenario may take (300 where nothing is said).", shape=SECONDS),
}
CUSTOMER: Keys = {
    "id": Key(about="The customer's id; a slug of the name where none is given.", shape=TEXT),
    "name": Key(about="The customer's name.", shape=TEXT),
    "tags": Key(about="The customer's tags.", shape=TEXTS),
    "variables": Key(about="Values of variables for this customer.", shape=VALUES),
    "metadata": Key(about="What is known of the customer and stands in no prompt.", shape=VALUES),
}
SESSION: Keys = {
    "labels": Key(about="Labels that the session has from the beginning.", shape=TEXTS),
    "metadata": Key(about="The session's metadata.", shape=VALUES),
    "mode": Key(about="auto: the agent answers (the default); manual: an operator does.", shape=MODE),
    "moderation": Key(
        about="Who reads along: none (the default), auto (the agent's moderator), paranoid (attempts to talk the agent "
        "out of its rules are looked for, too).",
        shape=one_of(MODERATION),
    ),
}
JUDGE: Keys = {
    "model": Key(about="The model that judges, whichever answers the customer.", shape=ONE_MODEL),
}
DEFAULTS: Keys = {
    "customer": Key(
        about="Who talks to the agent; a scenario's own keys prevail one by one.", shape=defined("customer")
    ),
    "now": Key(about="The time at which the clock stands still, with a time zone (2026-01-01T09:00:00Z).", shape=TEXT),
    "timeout": Key(about="Limits in seconds.", shape=keyed(LIMITS)),
    "judge": Key(about="Who judges the criteria under `reply.judge`.", shape=keyed(JUDGE, required=["model"])),
}
GATE: Keys = {
    "at_least": Key(about="How many trials must pass.", shape=number(0, whole=True)),
    "of": Key(about="How many trials are played.", shape=WHOLE),
}
SCENARIO: Keys = {
    "name": Key(about="What happens, in a few words.", shape=TEXT),
    "id": Key(
        about="The name in node ids and file names, unique in the suite; a slug of the name where none is given.",
        shape=TEXT,
    ),
    "tags": Key(about="Marks by which pytest selects it (-m).", shape=TEXTS),
    "customer": Key(about="Who talks to the agent.", shape=defined("customer")),
    "session": Key(about="The session as it begins.", shape=keyed(SESSION)),
    "now": Key(about="The time at which the clock stands still, with a time zone.", shape=TEXT),
    "timeout": Key(about="Limits in seconds.", shape=keyed(LIMITS)),
    "with": Key(
        about="Cases: the scenario is played once for each, {name} standing for the case's value.", shape=listed(MAP)
    ),
    "include": Key(
        about="A shared beginning: the id of a scenario, a file with start, tools and script, or file.yaml::id.",
        shape=TEXT,
    ),
    "start": Key(about="How the conversation stands before the script.", shape=defined("start")),
    "script": Key(about="The steps, in order.", shape=listed(defined("step"))),
    "tools": Key(about="What stands in for tools, by tool.", shape=defined("tools")),
    "expect": Key(about="What is expected of the whole conversation.", shape=defined("expect")),
    "trials": Key(about="How often it is played; all trials must pass unless `pass` says otherwise.", shape=WHOLE),
    "pass": Key(about="How many of its trials must pass.", shape=keyed(GATE, required=["at_least"])),
}
MESSAGE: Keys = {
    "customer": Key(about="What the customer said.", shape=TEXTS),
    "agent": Key(about="What the agent said.", shape=TEXTS),
    "operator": Key(about="What a human agent said.", shape=TEXTS),
    "name": Key(about="The operator's name.", shape=TEXT),
}
START: Keys = {
    "history": Key(
        about="Messages from before, oldest first.",
        shape=listed(keyed(MESSAGE, only_one=["customer", "agent", "operator"])),
    ),
    "applied": Key(about="Guidelines whose action was fulfilled before.", shape=TEXTS),
    "journeys": Key(about="The states that each journey went through; it stands at the last.", shape=by_name(TEXTS)),
}
BEGINNING: Keys = {name: SCENARIO[name] for name in ("include", "start", "tools", "script")}
EVENT: Keys = {
    "kind": Key(about="custom, the one kind there is.", shape=one_of(["custom"])),
    "data": Key(about="What is reported.", shape=ANYTHING),
}
SIMULATE: Keys = {
    "goal": Key(about="What the customer wants, in a few words.", shape=TEXT),
    "persona": Key(about="Who the customer is and how they talk.", shape=TEXT),
    "knows": Key(about="What the customer can tell when it is asked for, by name.", shape=VALUES),
    "until": Key(about="What must have happened before the goal is reached.", shape=TEXT),
    "turns": Key(about="How many turns it may take (6 where nothing is said).", shape=WHOLE),
}
ACTIONS: Keys = {
    "customer": Key(about="The customer's message, or several before the agent's turn.", shape=TEXTS),
    "simulate": Key(
        about="A customer played by the model, for as many turns as it needs.",
        shape=keyed(SIMULATE, required=["goal"]),
    ),
    "agent_first": Key(about="true: the agent speaks of its own accord.", shape={"const": True}),
    "operator": Key(about="A human agent's message.", shape=TEXT),
    "mode": Key(about="Hands the session to an operator (manual) or back to the agent (auto).", shape=MODE),
    "event": Key(about="Something that the front end reports.", shape=keyed(EVENT, required=["data"])),
}
BESIDE: Keys = {
    "expect": Key(about="What is expected of the agent's turn.", shape=defined("expect_turn")),
    "name": Key(about="The operator's name.", shape=TEXT),
}
STEP: Keys = {**ACTIONS, **BESIDE}
STAND_IN: Keys = {
    "returns": Key(about="The tool gives back this value.", shape=ANYTHING),
    "raises": Key(about="The tool fails with this message.", shape=TEXT),
}
RUN = "run"
STAND_INS: Shape = by_name(some(either(one_of([RUN]), keyed(STAND_IN, only_one=STAND_IN))))
