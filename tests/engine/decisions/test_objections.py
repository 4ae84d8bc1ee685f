"""What each decision finds wrong with an answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.decisions.analysis import ANALYSIS, AnalysisAnswer
from understudy.engine.decisions.disambiguate import DISAMBIGUATE, AmbiguityAnswer
from understudy.engine.decisions.draft import DRAFT, DraftAnswer
from understudy.engine.decisions.journey import JOURNEY, JourneyAnswer, Move, allowed_targets
from understudy.engine.decisions.match import MATCH, MatchAnswer
from understudy.engine.decisions.properties import PROPERTIES, PropertyAnswer
from understudy.engine.decisions.selection import SELECTION, SelectionAnswer
from understudy.engine.decisions.tools import TOOLS, ToolsAnswer
from understudy.engine.domain.facts import (
    AmbiguityFacts,
    AmbiguityView,
    AnalysisFacts,
    DraftFacts,
    GuidelineCandidate,
    Instruction,
    JourneyFacts,
    JourneyView,
    MatchFacts,
    PossibleMeaning,
    PropertyCandidate,
    PropertyFacts,
    ResponseCandidate,
    SelectionFacts,
    Situation,
    Step,
    ToolFacts,
    ToolOffer,
)
from understudy.engine.domain.tool import Parameter, Tool

NOBODY = Situation(agent_name="Ada", agent_description="", customer_name="")
ids = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=5)


def match_facts(*names: str) -> MatchFacts:
    candidates = tuple(GuidelineCandidate(id=name, kind="actionable", condition=name) for name in names)
    return MatchFacts(situation=NOBODY, candidates=candidates)


def match_answer(*names: str) -> MatchAnswer:
    return MatchAnswer.model_validate({"checks": [{"id": name, "evidence": "", "applies": True} for name in names]})


@pytest.mark.parametrize(
    ("given_ids", "expected"),
    [
        (("greet", "help"), ()),
        (("help", "greet"), ()),
        (("greet",), ("guideline 'help' was not checked",)),
        (("greet", "greet", "help"), ("guideline 'greet' was checked twice",)),
        (("greet", "help", "x"), ("'x' is not one of the guidelines asked about",)),
        ((), ("guideline 'greet' was not checked", "guideline 'help' was not checked")),
    ],
)
def test_a_match_judges_every_guideline_once_and_no_other(
    given_ids: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert MATCH.objections(match_facts("greet", "help"), match_answer(*given_ids)) == expected


@given(asked=ids.map(set).map(sorted), answered=ids)
def test_a_match_is_acceptable_exactly_when_it_is_a_rearrangement_of_what_was_asked(
    asked: list[str], answered: list[str]
) -> None:
    objections = MATCH.objections(match_facts(*asked), match_answer(*answered))
    assert (objections == ()) == (sorted(answered) == asked)


@pytest.mark.parametrize(
    ("given_ids", "expected"),
    [
        (("greet", "help"), ()),
        (("help",), ("guideline 'greet' was not judged",)),
        (("greet", "help", "help"), ("guideline 'help' was judged twice",)),
        (("greet", "help", "x"), ("'x' is not one of the guidelines asked about",)),
    ],
)
def test_an_analysis_judges_every_guideline_once_and_no_other(
    given_ids: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    instructions = (Instruction(id="greet", action="greet"), Instruction(id="help", action="help"))
    checks = [{"id": name, "evidence": "", "missing": "nothing", "followed": True} for name in given_ids]
    facts = AnalysisFacts(situation=NOBODY, reply=("Hello",), instructions=instructions)
    assert ANALYSIS.objections(facts, AnalysisAnswer.model_validate({"checks": checks})) == expected


@pytest.mark.parametrize(
    ("plans", "message", "expected"),
    [
        (("greet",), "Hello", ()),
        (("greet",), None, ()),
        ((), "Hello", ("instruction 'greet' has no plan",)),
        (("greet",), "  \n", ("the message is empty; write one, or null to stay silent",)),
        (
            ("other",),
            "",
            ("instruction 'greet' has no plan", "the message is empty; write one, or null to stay silent"),
        ),
    ],
)
def test_a_draft_plans_every_instruction_and_says_something_or_nothing(
    plans: tuple[str, ...], message: str | None, expected: tuple[str, ...]
) -> None:
    facts = DraftFacts(situation=NOBODY, instructions=(Instruction(id="greet", action="greet"),))
    answer = {"plans": [{"id": name, "how": "so"} for name in plans], "message": message}
    assert DRAFT.objections(facts, DraftAnswer.model_validate(answer)) == expected


@pytest.mark.parametrize(
    ("response", "quality", "expected"),
    [
        ("yes", "high", ()),
        ("no", "low", ()),
        (None, "none", ()),
        (None, "low", ()),
        (None, "high", ("quality 'high' needs a response",)),
        (None, "partial", ("quality 'partial' needs a response",)),
        ("maybe", "high", ("'maybe' is not one of the responses offered; choose one of: yes, no",)),
    ],
)
def test_a_selection_is_one_of_the_responses_offered(
    response: str | None, quality: str, expected: tuple[str, ...]
) -> None:
    candidates = (ResponseCandidate(id="yes", text="Yes."), ResponseCandidate(id="no", text="No."))
    facts = SelectionFacts(situation=NOBODY, draft="Yes", instructions=(), candidates=candidates)
    answer = SelectionAnswer.model_validate({"reason": "", "response": response, "quality": quality})
    assert SELECTION.objections(facts, answer) == expected


def view(**changes: Any) -> JourneyView:
    fields: dict[str, Any] = {
        "id": "trip",
        "title": "Trip",
        "description": "",
        "current": "day",
        "path": ("root", "city", "day"),
        "states": (),
        "steps": (Step(target="hotel"), Step(target="pay", via=("hotel",))),
        "visited": ("city",),
    }
    return JourneyView(**{**fields, **changes})


def journey_objections(seen: JourneyView, *steps: tuple[str, Move, str | None]) -> tuple[str, ...]:
    verdicts = [
        {"journey": name, "evidence": "", "current_completed": True, "move": move, "target": target}
        for name, move, target in steps
    ]
    answer = JourneyAnswer.model_validate({"steps": verdicts})
    return JOURNEY.objections(JourneyFacts(situation=NOBODY, journeys=(seen,)), answer)


@pytest.mark.parametrize(
    ("move", "target"),
    [("advance", "hotel"), ("advance", "pay"), ("backtrack", "city"), ("stay", None), ("leave", None)],
)
def test_a_journey_may_go_where_its_move_leads(move: Move, target: str | None) -> None:
    assert journey_objections(view(), ("trip", move, target)) == ()


def test_a_journey_that_was_under_way_or_is_over_may_begin_again() -> None:
    assert journey_objections(view(starts=(Step(target="city"), Step(target="day"))), ("trip", "restart", "day")) == ()
    over = view(current="root", visited=(), over=True, steps=(Step(target="city"),), starts=(Step(target="city"),))
    assert journey_objections(over, ("trip", "restart", "city")) == ()


@pytest.mark.parametrize(
    ("seen", "move", "target", "expected"),
    [
        (view(), "advance", "city", "journey 'trip' can't advance to 'city'; choose one of: hotel, pay"),
        (view(), "advance", None, "journey 'trip' can't advance to None; choose one of: hotel, pay"),
        (view(), "backtrack", "pay", "journey 'trip' can't backtrack to 'pay'; choose one of: city"),
        (
            view(visited=()),
            "backtrack",
            "city",
            "journey 'trip' can't backtrack to 'city'; no state can be reached by backtrack",
        ),
        (
            view(starts=(Step(target="city"),)),
            "restart",
            "day",
            "journey 'trip' can't restart to 'day'; choose one of: city",
        ),
        (view(visited=()), "restart", "hotel", "journey 'trip' has not been under way, so it can't restart"),
        (
            view(may_stay=False),
            "stay",
            None,
            "journey 'trip' can't stay in state 'day': choose where it goes",
        ),
    ],
)
def test_a_journey_may_not_go_elsewhere(seen: JourneyView, move: Move, target: str | None, expected: str) -> None:
    assert journey_objections(seen, ("trip", move, target)) == (expected,)


def test_every_journey_is_decided_once_and_no_other() -> None:
    stay = ("trip", "stay", None)
    assert journey_objections(view()) == ("journey 'trip' was not decided",)
    assert journey_objections(view(), stay, stay) == ("journey 'trip' was decided twice",)
    assert journey_objections(view(), stay, ("tour", "stay", None)) == (
        "'tour' is not one of the journeys asked about",
    )


@given(
    move=st.sampled_from(["advance", "stay", "backtrack", "restart", "leave"]),
    target=st.sampled_from(["root", "city", "day", "hotel", "pay"]),
)
def test_a_move_with_a_target_is_acceptable_exactly_when_the_target_is_allowed(move: Move, target: str) -> None:
    allowed = move in ("stay", "leave") or target in allowed_targets(view(), move)
    assert (journey_objections(view(), ("trip", move, target)) == ()) == allowed


NUMBER = Parameter(name="number", type="string")
NOTE = Parameter(name="note", type="string", required=False)
FIND = Tool(id="find", parameters=(NUMBER, NOTE))


def tool_objections(verdicts: list[tuple[str, bool, list[list[str]]]], **offer: Any) -> tuple[str, ...]:
    tools = [
        {
            "tool": name,
            "evidence": "",
            "should_run": should_run,
            "calls": [
                {"arguments": [{"name": n, "evidence": "", "state": "given", "value": "1"} for n in names]}
                for names in calls
            ],
        }
        for name, should_run, calls in verdicts
    ]
    facts = ToolFacts(situation=NOBODY, offers=(ToolOffer(tool=FIND, reasons=(), **offer),))
    return TOOLS.objections(facts, ToolsAnswer.model_validate({"tools": tools}))


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([("find", True, [["number"]])], ()),
        ([("find", True, [["note", "number"], ["number"]])], ()),
        ([("find", False, [])], ()),
        ([("find", False, [["nonsense"]])], ()),
        ([], ("tool 'find' was not decided",)),
        (
            [("find", True, [])],
            ("tool 'find' should run but has no call; list one, or decide that it should not run",),
        ),
        ([("find", False, []), ("find", False, [])], ("tool 'find' was decided twice",)),
        ([("find", False, []), ("seek", True, [[]])], ("'seek' is not one of the tools offered",)),
        ([("find", True, [["number", "colour"]])], ("tool 'find' has no parameter 'colour'",)),
        ([("find", True, [["note"]])], ("tool 'find': parameter 'number' was not examined",)),
        ([("find", True, [["number"], []])], ("tool 'find': parameter 'number' was not examined",)),
    ],
)
def test_every_tool_is_decided_once_with_parameters_that_it_has_and_requires(
    verdicts: list[tuple[str, bool, list[list[str]]]], expected: tuple[str, ...]
) -> None:
    assert tool_objections(verdicts) == expected


def test_an_argument_that_is_set_already_need_not_be_examined() -> None:
    assert tool_objections([("find", True, [[]])], fixed={"number": "7"}) == ()


def ambiguous(**verdict: Any) -> AmbiguityAnswer:
    clear = {"id": "which", "evidence": "", "asked": False, "resolved": False, "ambiguous": False}
    return AmbiguityAnswer.model_validate({"checks": [{**clear, "meanings": [], "question": None, **verdict}]})


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ({}, ()),
        ({"ambiguous": True, "meanings": ["atm", "card"], "question": "Which?"}, ()),
        ({"asked": True, "resolved": True}, ()),
        (
            {"ambiguous": True, "meanings": ["atm"], "question": "Which?"},
            ("ambiguity 'which' is unclear between fewer than two meanings: name those left open, or answer false",),
        ),
        (
            {"ambiguous": True, "meanings": ["atm", "card"], "question": " "},
            ("ambiguity 'which' needs a question to the customer",),
        ),
        (
            {"ambiguous": True, "resolved": True, "meanings": ["atm", "card"], "question": "Which?"},
            ("ambiguity 'which' can't be both resolved and ambiguous",),
        ),
        ({"meanings": ["bank"]}, ("ambiguity 'which' has no meaning 'bank'; choose among: atm, card",)),
        (
            {"id": "other"},
            ("ambiguity 'which' was not judged", "'other' is not one of the ambiguities asked about"),
        ),
    ],
)
def test_an_ambiguity_leaves_several_meanings_open_and_asks_about_them(
    verdict: dict[str, Any], expected: tuple[str, ...]
) -> None:
    meanings = (PossibleMeaning(id="atm", when="cash"), PossibleMeaning(id="card", when="card"))
    facts = AmbiguityFacts(
        situation=NOBODY, ambiguities=(AmbiguityView(id="which", condition="limits", meanings=meanings),)
    )
    assert DISAMBIGUATE.objections(facts, ambiguous(**verdict)) == expected


def property_of(**verdict: Any) -> PropertyAnswer:
    plain = {"id": "size", "evidence": "", "continuous": False, "customer_dependent": False, "agent_intention": False}
    texts = dict.fromkeys(("customer_part", "agent_part", "rewritten_condition", "internal_action"))
    return PropertyAnswer.model_validate({"checks": [{**plain, **texts, **verdict}]})


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ({}, ()),
        ({"customer_dependent": True, "customer_part": "tell it", "agent_part": "ask"}, ()),
        (
            {"customer_dependent": True, "agent_part": "ask"},
            ("guideline 'size' depends on the customer: say the customer's part and the agent's part",),
        ),
        (
            {"agent_intention": True},
            ("guideline 'size' is about what the agent intends: rewrite its condition",),
        ),
        (
            {"continuous": True, "customer_dependent": True, "customer_part": "tell it", "agent_part": "ask"},
            ("guideline 'size' can't be both continuous and dependent on the customer: choose one",),
        ),
        ({"id": "x"}, ("guideline 'size' was not judged", "'x' is not one of the guidelines asked about")),
    ],
)
def test_what_is_said_of_a_guideline_is_complete_and_consistent(
    verdict: dict[str, Any], expected: tuple[str, ...]
) -> None:
    candidates = (PropertyCandidate(id="size", condition="wants shoes", action="ask for the size"),)
    facts = PropertyFacts(situation=NOBODY, candidates=candidates)
    assert PROPERTIES.objections(facts, property_of(**verdict)) == expected


@pytest.mark.parametrize(
    ("missing", "followed", "objected"),
    [
        ("nothing", True, False),
        ("manner", True, False),
        ("substance", False, False),
        ("substance", True, True),
        ("manner", False, True),
        ("nothing", False, True),
    ],
)
def test_a_guideline_is_followed_unless_substance_is_missing(missing: str, followed: bool, objected: bool) -> None:
    facts = AnalysisFacts(situation=NOBODY, reply=("Hi",), instructions=(Instruction(id="greet", action="greet"),))
    check = {"id": "greet", "evidence": "", "missing": missing, "followed": followed}
    found = ANALYSIS.objections(facts, AnalysisAnswer.model_validate({"checks": [check]}))
    assert bool(found) is objected
