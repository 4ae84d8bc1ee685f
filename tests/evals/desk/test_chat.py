"""`understudy chat`: talking to an agent in the terminal, and keeping what was said as a scenario."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.evals.commands import main
from understudy.evals.desk.remembering import Models
from understudy.evals.desk.sitting import Sitting
from understudy.evals.desk.talk import Talk, desk_for, setting
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.playing.means import Means
from understudy.evals.playing.models import Namings, choose_model, models_in_code
from understudy.evals.playing.rehearsal import Rehearsal
from understudy.evals.scenario import ModelChoice

AGENT = '''
import understudy.engine as p

@p.tool
async def get_slots(context: p.ToolContext) -> p.ToolResult:
    """List the free slots."""
    return p.ToolResult(["Monday", "Tuesday"])

@p.tool(consequential=True)
async def file_complaint(context: p.ToolContext) -> p.ToolResult:
    """File a complaint."""
    return p.ToolResult("filed")

async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    await agent.create_guideline(
        condition="the customer wants to see a doctor", action="offer the free slots", tools=[get_slots], id="offer"
    )
    await agent.create_guideline(
        condition="the customer complains", action="file a complaint", tools=[file_complaint], id="complain"
    )
    return agent
'''

Chat = Callable[..., str]


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Chat:
    """Pipes lines into a chat with the clinic, and gives what was shown."""
    suite = tmp_path / "scenarios" / "clinic"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNDERSTUDY_MODEL", raising=False)

    def piped(*lines: str, options: tuple[str, ...] = (), code: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        assert main(["chat", "scenarios/clinic/agent.py:build", *options]) == code
        return capsys.readouterr().out

    return piped


def test_after_each_turn_one_sees_what_was_decided(chat: Chat) -> None:
    said = chat("Hello", "I want to see a doctor")
    assert "The model is 'offline' (nobody named another)." in said
    assert "you: Hello\nagent: " in said
    assert "    fired    greet\n" in said
    assert '    called   get_slots() → ["Monday","Tuesday"]\n' in said
    assert "    asks     " in said


def test_a_turn_is_taken_back(chat: Chat, tmp_path: Path) -> None:
    chat("Hello", "I want to see a doctor", "/undo", "/save greets")
    (scenario,) = load_file(tmp_path / "scenarios" / "clinic" / "greets.yaml")
    assert len(scenario.script) == 1


def test_a_fork_is_a_copy_and_one_can_go_back(chat: Chat, tmp_path: Path) -> None:
    chat("Hello", "/fork", "I want to see a doctor", "/save offers", "/back", "/save greets")
    folder = tmp_path / "scenarios" / "clinic"
    assert [len(load_file(folder / f"{name}.yaml")[0].script) for name in ("offers", "greets")] == [2, 1]


def test_why_tells_of_guidelines_that_fired_and_of_those_that_did_not(chat: Chat) -> None:
    said = chat("Hello", "/why greet", "/why offer", "/why get_slots")
    assert "'greet' fired (round " in said
    assert "'offer' was considered and did not match (round " in said
    assert "get_slots was not offered" in said


def test_what_is_saved_is_a_scenario_that_passes_at_once(chat: Chat, tmp_path: Path) -> None:
    said = chat("Hello", "I want to see a doctor", "/save Sees a doctor", options=("--customer", "Jean Grey"))
    assert "saved in scenarios/clinic/sees-a-doctor.yaml and played: it passes." in said
    written = (tmp_path / "scenarios" / "clinic" / "sees-a-doctor.yaml").read_text()
    assert "agent: agent.py:build" in written
    (scenario,) = load_file(tmp_path / "scenarios" / "clinic" / "sees-a-doctor.yaml")
    assert scenario.customer.name == "Jean Grey"
    with Rehearsal(Means(mode="replay")) as rehearsal:
        (outcome,) = rehearsal.play(scenario, node="x").outcomes
    assert outcome.verdict == "passed"
    assert [check.expectation for check in outcome.checks] == [
        "guidelines.fired: greet",
        "guidelines.fired: offer",
        "tools.called: [get_slots]",
    ]


def test_what_comes_out_otherwise_when_played_again_is_told_at_once(chat: Chat, tmp_path: Path) -> None:
    once = """
    async def only_once(context, guideline):
        import pathlib
        fresh = not pathlib.Path("seen").exists()
        pathlib.Path("seen").touch()
        return p.GuidelineMatch(id=guideline.id, matched=fresh, rationale="seen before")
    await agent.create_guideline(matcher=only_once, action="welcome them", id="welcome")
    return agent
"""
    (tmp_path / "scenarios" / "clinic" / "agent.py").write_text(AGENT.replace("\n    return agent\n", once))
    said = chat("Hello", "/save welcomes")
    assert "played again it does not pass" in said
    assert "'welcome' was considered and did not match (round 1): seen before" in said


def test_nothing_is_overwritten(chat: Chat) -> None:
    said = chat("Hello", "/save greets", "/save Greets", code=1)
    assert "greets.yaml is there already; choose another name" in said


def test_a_tool_with_consequences_is_not_run_unasked_and_its_turn_is_taken_back(chat: Chat) -> None:
    said = chat("I have a complaint", "/save books", code=1)
    assert "! the agent was about to call file_complaint, which has consequences, and was not let" in said
    assert "start the chat with --run file_complaint" in said
    assert "! nothing was said yet; say something first" in said


def test_what_a_tool_with_consequences_gave_stands_in_for_it_in_the_scenario(chat: Chat, tmp_path: Path) -> None:
    said = chat("I have a complaint", "/save books", options=("--run", "file_complaint"))
    assert "it passes" in said
    (scenario,) = load_file(tmp_path / "scenarios" / "clinic" / "books.yaml")
    assert [stand_in.data for stand_in in scenario.tools["file_complaint"]] == ["filed"]  # type: ignore[union-attr]


def test_an_operator_takes_over_and_hands_back(chat: Chat) -> None:
    said = chat("Hello", "/manual", "Is anybody there", "/operator Dana here", "/auto", "Hello", "/save hands over")
    assert "(an operator has the session, so the agent does not answer; /auto hands it back)" in said
    assert "it passes" in said


def test_a_mistyped_command_names_the_nearest_and_two_slashes_say_a_text(chat: Chat) -> None:
    said = chat("/sav", "/why", "/back", "/undo", "//Hello", code=1)
    assert "! there is no command /sav; did you mean /save?" in said
    assert "! there was no turn yet" in said
    assert "! there is nothing to take back" in said
    assert "    fired    greet" in said


def test_an_agent_that_is_not_there_is_named_with_the_nearest(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "scenarios/clinic/agnet.py:build"]) == 2
    assert "did you mean 'agent.py'?" in capsys.readouterr().err


def test_a_tool_to_run_has_to_be_one_of_the_agents(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "scenarios/clinic/agent.py:build", "--run", "file_complaints"]) == 2
    assert "did you mean 'file_complaint'? (the agent has " in capsys.readouterr().err
    assert main(["chat", "scenarios/clinic/agent.py:build", "--run", "teleport"]) == 2
    told = capsys.readouterr().err
    assert "--run: no tool is called 'teleport'; the agent has " in told
    assert "file_complaint" in told


def test_what_is_typed_can_be_moderated_and_is_in_what_is_saved(chat: Chat, tmp_path: Path) -> None:
    insult = "you are an idiot"
    assert "flagged" not in chat(insult)
    said = chat(insult, "/save rude", options=("--moderation", "auto"))
    assert "    flagged  harassment\n" in said
    (scenario,) = load_file(tmp_path / "scenarios" / "clinic" / "rude.yaml")
    assert scenario.moderation == "auto"


def test_a_mode_of_moderation_that_there_is_not_is_refused(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        chat(options=("--moderation", "strict"))
    assert "invalid choice: 'strict' (choose from 'none', 'auto', 'paranoid')" in capsys.readouterr().err


def test_a_clock_needs_a_time_zone(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "scenarios/clinic/agent.py:build", "--now", "2026-03-02T09:00:00"]) == 2
    assert "not a time with a time zone" in capsys.readouterr().err


class Paid:
    """Answers as the offline model does, and counts."""

    def __init__(self) -> None:
        self.asks = 0

    async def ask(self, ask: Ask, /) -> Reply:
        self.asks += 1
        return replace(await p.make_llm("offline").ask(ask), source="live", model="small-1")


def test_what_a_paid_model_said_is_recorded_and_not_paid_twice(chat: Chat, tmp_path: Path) -> None:
    paid = Paid()
    models = Models(make=lambda name, **_: paid)
    agent = p.load_agent("agent.py:build", tmp_path / "scenarios" / "clinic")
    named = choose_model(None, models_in_code(agent), run=Namings(command_line=ModelChoice(name="openai/small")))
    scene = setting("scenarios/clinic/agent.py:build", now="2026-03-02T09:00:00Z")
    with asyncio.Runner() as runner:
        desk = desk_for(agent, scenario=scene, named=named, llm=models.of(named))
        sitting = Sitting(talk=Talk(desk), runner=runner, models=models, root=tmp_path)
        list(sitting.hear("Hello"))
        list(sitting.hear("I want to see a doctor"))
        before = paid.asks
        told = "\n".join(sitting.hear("/save sees a doctor"))
    assert "it passes" in told
    assert paid.asks == before > 0
    (scenario,) = load_file(tmp_path / "scenarios" / "clinic" / "sees-a-doctor.yaml")
    with Rehearsal(Means(mode="replay", make_llm=lambda name, **_: p.make_llm("blocked"))) as rehearsal:
        (outcome,) = rehearsal.play(scenario, node="x").outcomes
    assert (outcome.verdict, outcome.answered_by) == ("passed", "replayed")


class Strict:
    """Reads messages as a service that is paid for does, and counts."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def check(self, text: str, session: p.Session, /) -> p.Moderation:
        self.read.append(text)
        return p.Moderation(tags=("violence",))


@pytest.mark.parametrize(("model", "tags", "read"), [("openai/small", "violence", 1), ("offline", "harassment", 0)])
def test_the_agents_own_moderator_reads_along_where_somebody_is_paid_anyway(
    chat: Chat, tmp_path: Path, model: str, tags: str, read: int
) -> None:
    service = Strict()
    models = Models(make=lambda name, **_: Paid())
    agent = replace(p.load_agent("agent.py:build", tmp_path / "scenarios" / "clinic"), moderator=service)
    named = choose_model(None, models_in_code(agent), run=Namings(command_line=ModelChoice(name=model)))
    scene = replace(setting("scenarios/clinic/agent.py:build", now="2026-03-02T09:00:00Z"), moderation="auto")
    with asyncio.Runner() as runner:
        desk = desk_for(agent, scenario=scene, named=named, llm=models.of(named))
        sitting = Sitting(talk=Talk(desk), runner=runner, models=models, root=tmp_path)
        said = "\n".join(sitting.hear("You are an idiot"))
    assert f"flagged  {tags}" in said
    assert len(service.read) == read


def test_a_turn_that_ends_in_an_error_is_taken_back(chat: Chat) -> None:
    said = chat("Hello", "/save greets", options=("--model", "blocked"), code=1)
    assert "! the turn ended in an error: " in said
    assert "! nothing was said yet" in said
