import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.composition.canned import (
    RenderError,
    disqualified,
    fields_of,
    generative_fields,
    render,
    standard_fields,
)
from understudy.engine.domain.facts import KnownVariable
from understudy.engine.domain.knowledge import CannedResponse, Term
from understudy.engine.domain.tool import Insight, Parameter
from understudy.engine.errors import TemplateError
from understudy.engine.templating.sandbox import MOST_OUTPUT

BALANCE = CannedResponse(id="balance", template="Your balance is {{currency_symbol}}{{account_balance}}.")


def test_the_fields_of_a_template_are_the_names_it_does_not_make_itself() -> None:
    template = (
        "{% for item in order.items %}{{ loop.index }} {{ item }}{% endfor %} {{ std.customer.name }} {{ range(2) }}"
    )
    assert fields_of(template) == {"order", "std"}


def test_a_response_whose_fields_are_all_there_can_be_said() -> None:
    assert disqualified(BALANCE, dict.fromkeys(["std", "currency_symbol", "account_balance"])) is None


def test_a_response_that_lacks_fields_cannot_be_said_and_names_them() -> None:
    assert disqualified(BALANCE, {"std": {}}) == "fields 'account_balance', 'currency_symbol' not available"


def test_a_response_can_depend_on_a_field_that_its_text_does_not_show() -> None:
    response = CannedResponse(id="done", template="Done.", field_dependencies=("receipt.number",))
    assert disqualified(response, {}) == "field 'receipt' not available"
    assert disqualified(response, {"receipt": "R1"}) is None


def test_a_default_in_the_template_does_not_make_up_for_a_field_that_no_tool_gave() -> None:
    response = CannedResponse(id="r", template="{{ balance|default('nothing') }}")
    assert disqualified(response, {}) == "field 'balance' not available"


def test_fields_that_a_model_would_have_to_word_are_named() -> None:
    response = CannedResponse(
        id="r", template="{{ generative.apology }} {{ generative['reason'] }} {{ std.agent.name }}"
    )
    assert generative_fields(response.template) == ("apology", "reason")
    assert disqualified(response, {"std": {}}) == "fields 'generative.apology', 'generative.reason' not available"


def test_a_template_that_cannot_be_read_is_an_error_that_names_response_and_line() -> None:
    with pytest.raises(TemplateError, match=r"agent.py:3: canned response 'hello', line 2 of its template: .*expected"):
        fields_of("Hello\n{{ name ", response="hello", place="agent.py:3")


def test_a_response_that_cannot_be_read_cannot_be_said() -> None:
    reason = disqualified(CannedResponse(id="hello", template="{% if %}"), {"std": {}})
    assert reason is not None
    assert reason.startswith("canned response 'hello', line 1")


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ name|uppr }}", "no filter is called 'uppr'; did you mean 'upper'?"),
        ("{{ name is strng }}", "no test is called 'strng'; did you mean 'string'?"),
        ("{% macro m() %}{% endmacro %}", "'macro' can't be used"),
        ("{% include 'secrets' %}", "'include' can't be used"),
        ("{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "a recursive loop can't be used"),
        ("{{" + "[" * 60 + "]" * 60 + "}}", "nested more than 40 levels deep"),
        ("{{" + "(" * 3000 + "1" + ")" * 3000 + "}}", "can't be read"),
        ("{{ " + "9" * 5000 + " }}", "can't be read"),
        ("a" * (MOST_OUTPUT + 1), "more than 20,000 characters"),
    ],
)
def test_what_a_template_may_not_hold_is_refused_when_it_is_read(template: str, problem: str) -> None:
    with pytest.raises(TemplateError) as raised:
        fields_of(template)
    assert problem in str(raised.value)


ROWS = [{"name": "tea", "cost": 2.5}, {"name": "Milk", "cost": 1}]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {{ std.customer.name }}!", "Hi Ada!"),
        ("{{ order.items|join(', ') }}", "tea, milk"),
        ("{{ order.keys()|list|length }}", "2"),
        ("{% for r in rows %}{{ r.name }}{{ ', ' if not loop.last else '' }}{% endfor %}", "tea, Milk"),
        ("{% for r in rows if r.cost > 2 %}{{ loop.length }}{{ r.name }}{% else %}none{% endfor %}", "1tea"),
        ("{% for r in rows %}{{ loop.cycle('a', 'b') }}{% endfor %}", "ab"),
        ("{{ '%.2f'|format(balance) }} {{ '{:,.2f}'.format(balance) }} {{ '%d%%' % 5 }}", "1234.50 1,234.50 5%"),
        ("{{ rows|sort(attribute='name')|map(attribute='name')|join('+') }}", "Milk+tea"),
        ("{{ rows|sum(attribute='cost') }} {{ rows|selectattr('cost', 'gt', 2)|list|length }}", "3.5 1"),
        ("{{ balance|round|int }} {{ 2 ** 10 }} {{ 7 // 2 }} {{ -balance }}", "1234 1024 3 -1234.5"),
        ("{% set total = balance * 2 %}{{ total ~ ' EUR' }}", "2469.0 EUR"),
        ("{{ order|tojson }}", '{"id": 7, "items": ["tea", "milk"]}'),
        ("{{ 'tea' in order.items }} {{ [1] + [2] }} {{ 'a b'.split()|last }}", "True [1, 2] b"),
        ("{{ nickname|default('friend') }} {{ range(3)|list }}", "friend [0, 1, 2]"),
        (
            "{{ 'name'|center(8) }}|{{ 'a\nb'|indent(2) }}|{{ 'one two three'|wordwrap(10) }}",
            "  name  |a\n  b|one two\nthree",
        ),
    ],
)
def test_a_template_renders_with_its_fields(template: str, text: str) -> None:
    fields = {
        "std": {"customer": {"name": "Ada"}},
        "order": {"items": ["tea", "milk"], "id": 7},
        "rows": ROWS,
        "balance": 1234.5,
    }
    assert render(template, fields) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ missing }}",
        "{{ std.nothing }}",
        "{{ none }}",
        "{{ 1 / 0 }}",
        "{{ big.upper }}",
        "{{ [big.upper] }}",
        "{{ range }}",
        "{{ self }}",
        "{{ big }}{{ big }}",
    ],
)
def test_what_can_not_be_said_is_refused(template: str) -> None:
    with pytest.raises(RenderError):
        render(template, {"std": {}, "big": "y" * 15_000})


HOSTILE = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ big.format.__globals__ }}",
    "{{ rows.append(1) }}",
    "{{ 'a' * 300000000 }}",
    "{{ [[1] * 100] * 100000 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ 2 ** 99999999999 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '%.1000000000f'|format(1) }}",
    "{{ '%(a(b))1000000000d' % {'a(b)': 1} }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ '{:>{}}'.format(1, 999999999) }}",
    "{{ '{0}{0}{0}'.format(big) }}",
    "{{ '\t'.expandtabs(999999999) }}",
    "{{ 'a'.ljust(999999999) }}",
    "{{ 'a'|center(999999999) }}",
    "{{ 'a\nb'|indent(999999999) }}",
    "{{ big|indent(big) }}",
    "{{ big|wordwrap(1) }}",
    "{{ big|wordwrap(10, wrapstring=big) }}",
    "{{ big|replace('y', big) }}",
    "{{ big.replace('y', big) }}",
    "{{ big.join([big, big]) }}",
    "{{ [big, big]|join(big) }}",
    "{{ rows|map('center', 999999999)|list }}",
    "{{ 1.5|round(999999999, 'ceil') }}",
    "{{ {'a': 1}|tojson(999999999) }}",
    "{{ [[1]]|sum(start=[]) }}",
    "{{ range(999999999)|list }}",
    "{{ lipsum(n=99999) }}",
    "{{ rows|random }}",
    "{% for i in range(1000) %}" * 3 + "{% endfor %}" * 3,
    "{% for i in range(1000) %}" + "x" * 5000 + "{% endfor %}",
    "{% for i in range(1000) %}{{ big == big ~ '' }}{% endfor %}",
    "{% for i in range(1000) %}{% set x = big|list|sort|unique|list %}{% endfor %}",
    "{% set a = big %}" + "{% set a = a ~ a %}" * 40 + "{{ a|length }}",
    "{% set a = [1] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
    "{% set a = [1] %}" + "{% set a = {'x': a, 'y': a} %}" * 40 + "{{ a == a }}",
    "{% set a = 99 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
]


@pytest.mark.parametrize("template", HOSTILE)
def test_a_template_that_would_break_out_or_grow_without_bound_is_refused(template: str) -> None:
    with pytest.raises(RenderError):
        render(template, {"big": "y" * 15_000, "rows": ROWS})


atoms = st.sampled_from(
    [
        "big",
        "rows",
        "n",
        "1",
        "99999",
        "-3",
        "'a'",
        "'%9999d'",
        "'{:>9999}'",
        "[big]",
        "{'k': rows}",
        "range(900)",
        "none",
    ]
)
filters = st.sampled_from(
    [
        *("upper", "list", "join(big)", "center(900)", "indent(900)", "wordwrap(10)", "replace('y', big)", "tojson(8)"),
        *("sort", "unique|list", "reverse|list", "length", "string", "format(n)", "map('center', 99)|list", "first"),
        *("batch(9)", "sum", "round(9)", "int", "default(big)", "title", "truncate(9)", "groupby('name')", "dictsort"),
    ]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "**", "%", "/", "//", "~", "==", "in", "and"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("({}|{})".format, inner, filters),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({}).{}".format, inner, st.sampled_from(["upper()", "split()", "items()", "format(n)", "name"])),
    )


expressions = st.recursive(atoms, _grown, max_leaves=12)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{{% for x in {} %}}{}{{{{ x }}}}{{% endfor %}}".format, expressions, inner),
        st.builds("{{% set n = {} %}}{}{{{{ n }}}}".format, expressions, inner),
        st.builds("{}{}".format, inner, inner),
    )


templates = st.recursive(st.builds("{{{{ {} }}}}".format, expressions), _nested, max_leaves=6)


@given(templates)
def test_whatever_a_template_does_its_text_is_bounded_and_the_same_each_time(template: str) -> None:
    fields = {"big": "y" * 5_000, "rows": ROWS * 50, "n": 3}
    first, second = _outcome(template, fields), _outcome(template, fields)
    assert first == second
    assert len(first) <= MOST_OUTPUT + len("refused: ")


@given(st.text(alphabet="{}%#|.'\"()[]-~* \nabforinxyz019", max_size=80))
def test_any_text_renders_or_is_refused(template: str) -> None:
    assert isinstance(_outcome(template, {"a": 1, "b": [1, 2]}), str)


def _outcome(template: str, fields: dict[str, object]) -> str:
    try:
        return render(template, fields)
    except RenderError as error:
        return f"refused: {error}"


def test_standard_fields_tell_who_talks_what_is_known_and_what_tools_lack() -> None:
    date = Parameter(name="travel_date", type="date")
    secret = Parameter(name="token", type="string", hidden=True)
    size = Parameter(name="size", type="enum", display_name="shirt size")
    standard = standard_fields(
        customer_name="Ada",
        agent_name="Bo",
        variables=[KnownVariable(name="tier", description="", value="gold")],
        terms=[Term(id="sla", name="SLA", description="a promise")],
        insights=[
            Insight(kind="missing", tool="book", parameter=date),
            Insight(kind="missing", tool="change", parameter=date),
            Insight(kind="missing", tool="book", parameter=secret),
            Insight(kind="invalid", tool="buy", parameter=size, value="huge"),
        ],
    )
    assert standard == {
        "customer": {"name": "Ada"},
        "agent": {"name": "Bo"},
        "variables": {"tier": "gold"},
        "glossary": {"SLA": "a promise"},
        "missing_params": ["travel date"],
        "invalid_params": {"shirt size": "huge"},
    }
    template = "{{ std.variables.tier }}, {{ std.missing_params|join }}"
    template += "{% for k, v in std.glossary.items() %}{{ k }}{% endfor %}"
    assert render(template, {"std": standard}) == "gold, travel dateSLA"


@pytest.mark.parametrize(
    ("template", "dependencies"),
    [
        ("We still need {{ std.missing_params|join(', ') }}.", ()),
        ("We still need {{ std['missing_params']|first }}.", ()),
        ("We need{% for name in std.missing_params %} {{ name }}{% endfor %}.", ()),
        ("Could you tell us a little more?", ("std.missing_params",)),
    ],
)
def test_what_tells_of_missing_values_is_not_said_while_none_is_missing(template: str, dependencies: tuple[str, ...]):
    response = CannedResponse(id="ask", template=template, field_dependencies=dependencies)
    empty, lacking = standard_fields(customer_name="Ada", agent_name="Bo"), {"missing_params": ["date"]}
    assert disqualified(response, {"std": empty}) == "there is nothing in 'std.missing_params'"
    assert disqualified(response, {"std": {**empty, **lacking}}) is None


@pytest.mark.parametrize(
    "template",
    [
        "Sure.{% if std.missing_params %} We still need {{ std.missing_params|join(', ') }}.{% endif %}",
        "Sure. {{ std.missing_params|join(', ') if std.missing_params else 'That is all.' }}",
        "Hello {{ std.customer.name }}",
    ],
)
def test_a_template_that_minds_the_empty_case_itself_may_always_be_said(template: str):
    empty = standard_fields(customer_name="Ada", agent_name="Bo")
    assert disqualified(CannedResponse(id="sure", template=template), {"std": empty}) is None
