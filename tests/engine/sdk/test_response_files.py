"""Canned responses in bulk: the three kinds of files, and every mistake in one of them at once."""

from pathlib import Path

import pytest

import understudy.engine as p

from ..worlds import choosing, scripted_model

YAML = """
- template: We open at {{hour}}.
  id: hours
  signals: [When do you open?, Are you there on Sunday?]
  tags: [retail]
  metadata: {button: No, order: 3}
  fields: [{name: hour, description: the first hour, examples: [nine, ten]}]
  field_dependencies: [hour]
- template: "Thank you! \\U0001F600"
"""
JSON = """{
\t"canned_responses": [
\t\t{"template": "We open at {{hour}}.", "id": "hours",
\t\t "signals": ["When do you open?", "Are you there on Sunday?"], "tags": ["retail"],
\t\t "fields": [{"name": "hour", "description": "the first hour", "examples": ["nine", "ten"]}],
\t\t "metadata": {"button": "No", "order": 3}, "field_dependencies": ["hour"]},
\t\t{"template": "Thank you! \\ud83d\\ude00"}
\t]
}"""
CSV = """template,id,signals,tags,metadata,field_dependencies,fields
We open at {{hour}}.,hours,When do you open?|Are you there on Sunday?,retail,"{""button"": ""No"", ""order"": 3}",hour,\
"[{""name"": ""hour"", ""description"": ""the first hour"", ""examples"": [""nine"", ""ten""]}]"
Thank you! 😀,,,,,,
"""


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


async def loaded(file: Path) -> p.AgentDefinition:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.load_canned_responses(file)
    return agent.freeze()


@pytest.mark.parametrize(("name", "text"), [("a.yaml", YAML), ("a.json", JSON), ("a.csv", CSV)])
async def test_a_file_says_of_a_response_all_that_code_can_say(tmp_path: Path, name: str, text: str):
    hours, thanks = (await loaded(written(tmp_path, name, text))).canned_responses
    assert (hours.id, hours.template) == ("hours", "We open at {{hour}}.")
    assert hours.signals == ("When do you open?", "Are you there on Sunday?")
    assert (hours.tags, hours.metadata) == (("retail",), {"button": "No", "order": 3})
    assert hours.field_dependencies == ("hour",)
    assert hours.fields == (p.CannedResponseField(name="hour", description="the first hour", examples=("nine", "ten")),)
    assert (thanks.id, thanks.template) == ("thank-you", "Thank you! 😀")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("[{name: houre}]", "no field of the template is called 'houre'; did you mean 'hour'?"),
        ("[{name: hour, exampels: [nine]}]", "a field has no 'exampels'; did you mean 'examples'?"),
        ("[{name: hour, examples: nine}]", "examples of field 'hour' must be a list of texts, not 'nine'"),
        ("[hour]", "a field is written as"),
        ("hour", "fields must be a list, not 'hour'"),
    ],
)
async def test_a_field_that_is_badly_explained_is_told_with_its_line(tmp_path: Path, fields: str, problem: str):
    file = written(tmp_path, "a.yaml", f'- template: "At {{{{hour}}}}."\n  id: hours\n  fields: {fields}\n')
    with pytest.raises(p.DefinitionError) as told:
        await loaded(file)
    assert f"a.yaml:1: {problem}" in str(told.value)


async def test_a_spreadsheet_saved_with_a_mark_at_its_start_is_read_like_any_other(tmp_path: Path):
    (response,) = (await loaded(written(tmp_path, "a.csv", "\ufefftemplate\nHello.\n"))).canned_responses
    assert response.template == "Hello."


async def test_a_loaded_response_is_said_like_one_that_was_declared(tmp_path: Path):
    file = written(tmp_path, "a.yaml", "- template: We open at nine.\n  signals: [When do you open?]\n")
    model = scripted_model(selection=choosing("we-open-at-nine", "high"))
    async with p.Server(model=model) as server:
        ids = await server.load_canned_responses(file)
        agent = await server.create_agent("Shop", composition_mode=p.CompositionMode.STRICT)
        turn = await server.conversation(agent).say("When do you open?")
    assert ids == ("we-open-at-nine",)
    assert turn.reply == "We open at nine."


async def test_every_mistake_of_a_file_is_told_at_once_with_its_line_and_nothing_is_added(tmp_path: Path):
    text = """
- template: Hello.
  id: hi
- template: Hello {{ name
- tempalte: Hello.
- Hello.
- template: Bye.
  id: hi
  signals: {a: b}
- template: Welcome.
  id: taken
"""
    file = written(tmp_path, "a.yaml", text)
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_canned_response("Here.", id="taken")
        with pytest.raises(p.DefinitionError) as raised:
            await agent.load_canned_responses(file)
        kept = [response.id for response in agent.freeze().canned_responses]
    told = [line.strip().removeprefix(f"{file}:") for line in str(raised.value).splitlines()[1:]]
    assert [line.partition(":")[0] for line in told] == ["4", "5", "6", "7", "7", "10"]
    assert "a canned response has no 'tempalte'; did you mean 'template'?" in told[1]
    assert 'written as a map with a template; write {"template": "Hello."}' in told[2]
    assert "signals must be a list of texts" in told[3]
    assert f"'hi' was declared at {file}:2" in told[4]
    assert "'taken' was declared at" in told[5]
    assert kept == ["taken"]


@pytest.mark.parametrize(
    ("name", "text", "line", "why"),
    [
        ("a.yaml", "- template: [", 1, "this is no YAML"),
        ("a.yaml", "template: Hello.", 1, "written as a list"),
        ("a.json", '[{"template": "Hello."},\n]', 2, "this is no JSON"),
        ("a.csv", "text\nHello.\n", 1, "did you mean 'template'|no 'template' is among them"),
        ("a.csv", 'template,metadata\nHello.,"{"\n', 2, "metadata is no JSON"),
        ("a.csv", "template\nHello, you.\n", 2, "more values than columns"),
        ("a.csv", 'template\n"Hello\n', 2, "this is no line of CSV"),
    ],
)
async def test_a_file_that_can_not_be_read_says_in_which_line(
    tmp_path: Path, name: str, text: str, line: int, why: str
):
    file = written(tmp_path, name, text)
    with pytest.raises(p.DefinitionError, match=why) as raised:
        await loaded(file)
    assert f"{file}:{line}: " in str(raised.value)


async def test_a_file_that_is_not_there_or_of_another_kind_is_named_with_what_there_may_be(tmp_path: Path):
    with pytest.raises(p.AuthoringError, match=r"there is no file '.*none.yaml'"):
        await loaded(tmp_path / "none.yaml")
    with pytest.raises(p.AuthoringError, match=r"read from \.yaml, \.yml, \.json, \.csv; '.*a.txt' is none"):
        await loaded(written(tmp_path, "a.txt", "Hello."))


async def test_a_file_is_looked_for_beside_the_module_that_names_it():
    with pytest.raises(p.AuthoringError, match="beside this module"):
        await loaded(Path("no-such-file.yaml"))
    beside = written(Path(__file__).parent, "responses-beside.yaml", "- template: Hello.\n")
    try:
        assert [item.template for item in (await loaded(Path(beside.name))).canned_responses] == ["Hello."]
    finally:
        beside.unlink()
