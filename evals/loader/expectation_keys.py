"""Every key below `expect` with what it says; a test compares them with what the loader reads."""

from typing import get_args

from ..expectations.kinds import ArgumentMode, CallMode, DropReason
from .keys import MODE
from .shapes import (
    ANYTHING,
    PLACEHOLDER,
    TEXT,
    TEXTS,
    TRUTH,
    Key,
    Keys,
    Shape,
    by_name,
    defined,
    either,
    keyed,
    number,
    one_of,
    some,
)

BOUND: Shape = defined("bound")
ARGUMENTS: Shape = by_name(defined("value_test"))
CALLS: Shape = some(either(TEXT, by_name(either(ARGUMENTS, PLACEHOLDER))))

GUIDELINES: Keys = {
    "fired": Key(about="They matched or were entailed, and were kept.", shape=TEXTS),
    "only": Key(about="These fired and no others.", shape=TEXTS),
    "not_fired": Key(about="They did not fire.", shape=TEXTS),
    "considered": Key(about="They were looked at, whatever came of it.", shape=TEXTS),
    "dropped": Key(about="They matched and gave way, for this reason.", shape=by_name(one_of(get_args(DropReason)))),
    "applied": Key(about="Their action was fulfilled, now or before.", shape=TEXTS),
}
OVER_THE_CONVERSATION: Keys = {
    "ever": Key(about="They fired in one of the turns.", shape=TEXTS),
    "never": Key(about="They fired in none.", shape=TEXTS),
    "in_order": Key(about="They fired one after another.", shape=TEXTS),
}
JOURNEYS: Keys = {
    "active": Key(about="They were active.", shape=TEXTS),
    "inactive": Key(about="They were not active.", shape=TEXTS),
    "at": Key(about="The journey is active and stands at this state.", shape=by_name(TEXT)),
    "path": Key(about="The states it went through, exactly; … stands for any.", shape=by_name(TEXTS)),
    "transitions": Key(
        about="The ways it went along, as in ask -> confirm; others may be among them.", shape=by_name(TEXTS)
    ),
    "completed": Key(about="They reached their end.", shape=TEXTS),
    "left": Key(about="They were left before it.", shape=TEXTS),
}
TOOLS: Keys = {
    "called": Key(about="They were called, each by its name or with tests of its arguments.", shape=CALLS),
    "not_called": Key(about="They were not called.", shape=TEXTS),
    "times": Key(about="How often each was called.", shape=by_name(BOUND)),
    "result": Key(about="What one call of each gave back.", shape=by_name(defined("value_test"))),
    "failed": Key(about="A call of each failed.", shape=TEXTS),
    "missing": Key(about="They could not run, for the customer has not given these parameters.", shape=by_name(TEXTS)),
    "invalid": Key(about="They could not run, for these parameters had no valid value.", shape=by_name(TEXTS)),
    "mode": Key(
        about="How `called` is meant: superset (others may be called too; the default), subset, unordered, strict.",
        shape=one_of(get_args(CallMode)),
    ),
    "arguments": Key(
        about="Whether calls may have other arguments too (subset, the default) or not (exact).",
        shape=one_of(get_args(ArgumentMode)),
    ),
}
SIMILAR: Keys = {
    "to": Key(about="The text, or several of which one is enough.", shape=TEXTS),
    "at_least": Key(about="How alike they must be, from 0 to 1 (the same).", shape=number(0)),
}
REPLY: Keys = {
    "equals": Key(about="The whole reply is this text.", shape=TEXT),
    "mentions": Key(about="Each of these phrases is said.", shape=TEXTS),
    "any_of": Key(about="One of these phrases is said.", shape=TEXTS),
    "matches": Key(about="Each of these regular expressions is found.", shape=TEXTS),
    "not_mentions": Key(about="None of these phrases is said.", shape=TEXTS),
    "not_matches": Key(about="None of these regular expressions is found.", shape=TEXTS),
    "canned": Key(about="These canned responses were said.", shape=TEXTS),
    "from_canned": Key(about="Whether all that was said came from canned responses.", shape=TRUTH),
    "no_match": Key(about="Whether no canned response fitted, so that the agent said so.", shape=TRUTH),
    "silent": Key(about="Whether nothing was said.", shape=TRUTH),
    "words": Key(about="How many words a reply has.", shape=BOUND),
    "similar": Key(
        about="The reply means about the same as a text.", shape=keyed(SIMILAR, required=["to", "at_least"])
    ),
    "judge": Key(about="Each of these criteria is met, as a model judges it.", shape=TEXTS),
}
SIMULATION: Keys = {
    "reached": Key(about="Whether every simulated customer reached its goal.", shape=TRUTH),
    "turns": Key(about="How many turns each simulated customer took.", shape=BOUND),
}
SECRET: Keys = {
    "said": Key(about="The agent says none of these values.", shape=TEXTS),
    "prompts": Key(about="No prompt holds one of these values.", shape=TEXTS),
    "stored": Key(about="Nothing that is stored of the conversation holds one of these values.", shape=TEXTS),
    "everywhere": Key(about="All three.", shape=TEXTS),
}
SESSION: Keys = {
    "mode": Key(about="Who answers the customer by then: auto or manual.", shape=MODE),
    "labels": Key(about="The session has these labels.", shape=TEXTS),
    "metadata": Key(about="The session's metadata have such values.", shape=by_name(defined("value_test"))),
    "variables": Key(about="Variables have such values for this customer.", shape=by_name(defined("value_test"))),
}
USAGE: Keys = {
    "asks": Key(about="How many asks were made of the model.", shape=BOUND),
    "tokens": Key(about="How many tokens prompts and answers had together.", shape=BOUND),
    "cost": Key(about="USD; in a replay what it cost when it was recorded.", shape=BOUND),
    "seconds": Key(about="How long the model took for all asks together; in a replay as recorded.", shape=BOUND),
}
LIMITS: Keys = {
    "at_least": Key(about="The number is this or more.", shape=number()),
    "at_most": Key(about="The number is this or less.", shape=number()),
}
TESTS: Keys = {
    "like": Key(about="A text with this phrase in it, as whole words.", shape=TEXT),
    "matches": Key(about="A text in which this regular expression is found.", shape=TEXT),
    **LIMITS,
    "equals": Key(about="The very value.", shape=ANYTHING),
}
GROUPS: Keys = {
    "guidelines": Key(about="What the engine made of guidelines.", shape=defined("expect_guidelines")),
    "journeys": Key(about="Where journeys went.", shape=defined("expect_journeys")),
    "reply": Key(about="What the agent said.", shape=defined("expect_reply")),
    "session": Key(about="How the session stands.", shape=defined("expect_session")),
    "usage": Key(about="What it took.", shape=defined("expect_usage")),
    "tools": Key(about="Which tools were called, and with what.", shape=defined("expect_tools")),
    "simulation": Key(about="How simulated customers fared.", shape=keyed(SIMULATION)),
    "secret": Key(about="Values that nobody may get to see.", shape=keyed(SECRET)),
    "check": Key(about="Functions that are given the outcome: checks.py:function, or a registered name.", shape=TEXTS),
}
OF_ALL = ("simulation",)
"""Groups that are about the whole conversation alone."""
