import asyncio
import datetime as clock
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel

from understudy.engine.domain.session import Customer, MessageEvent
from understudy.engine.domain.tool import Parameter, Tool, ToolResult
from understudy.engine.errors import ToolSignatureError
from understudy.engine.sdk.tools import Interaction, ToolContext, ToolId, ToolParameterOptions, tool

if TYPE_CHECKING:
    import understudy.engine as p


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Address(BaseModel):
    street: str
    number: int = 1


@dataclass
class Point:
    x: int


def test_a_decorated_function_is_a_tool_and_still_callable() -> None:
    @tool
    async def get_balance(context: ToolContext, account_id: str) -> ToolResult:
        """Fetch the balance of an account."""
        return ToolResult(data={"account": account_id, "customer": context.customer_id})

    assert get_balance.tool == Tool(
        id="get_balance",
        description="Fetch the balance of an account.",
        parameters=(Parameter(name="account_id", type="string"),),
    )
    assert get_balance.context_parameter == "context"
    context = ToolContext(customer=Customer(id="ada"))
    assert asyncio.run(get_balance(context, account_id="7")).data == {"account": "7", "customer": "ada"}


def test_name_metadata_and_consequence_can_be_stated() -> None:
    @tool(name="wire", consequential=True, metadata={"team": "payments"})
    def transfer(amount: float) -> None: ...

    described = transfer.tool
    assert (described.id, described.consequential, described.metadata) == ("wire", True, {"team": "payments"})
    assert described.permission == "write"
    assert transfer.name == "wire"


def test_a_tool_knows_where_it_was_written() -> None:
    @tool
    def here() -> None: ...

    source = here.tool.source
    assert source is not None
    assert source.file == __file__
    assert "here" in repr(here)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, Parameter(name="x", type="string")),
        (int, Parameter(name="x", type="integer")),
        (float, Parameter(name="x", type="number")),
        (bool, Parameter(name="x", type="boolean")),
        (date, Parameter(name="x", type="date")),
        (datetime, Parameter(name="x", type="datetime")),
        (Size, Parameter(name="x", type="enum", choices=("small", "large"))),
        (Literal["a", "b"], Parameter(name="x", type="enum", choices=("a", "b"))),
        (list[int], Parameter(name="x", type="array", item="integer")),
        (list[Size], Parameter(name="x", type="array", item="enum", choices=("small", "large"))),
        (Optional[str], Parameter(name="x", type="string", required=False)),  # noqa: UP045
        (date | None, Parameter(name="x", type="date", required=False)),
        (list[str] | None, Parameter(name="x", type="array", item="string", required=False)),
        (Annotated[int, "a remark"], Parameter(name="x", type="integer")),
    ],
)
def test_a_type_hint_becomes_the_type_of_a_parameter(annotation: Any, expected: Parameter) -> None:
    assert tool(_function_of(annotation)).tool.parameters == (expected,)


@pytest.mark.parametrize(("annotation", "names"), [(Address, ["street", "number"]), (Point, ["x"])])
def test_a_nested_model_is_an_object_with_its_schema(annotation: Any, names: list[str]) -> None:
    (parameter,) = tool(_function_of(annotation)).tool.parameters
    assert parameter.type == "object"
    assert list(parameter.schema["properties"]) == names


def test_a_default_makes_a_parameter_optional() -> None:
    @tool
    def transfer(amount: float, memo: str = "", note: str = None) -> None: ...  # noqa: RUF013  # pyright: ignore[reportArgumentType]

    assert [parameter.required for parameter in transfer.tool.parameters] == [True, False, False]


def test_a_parameter_may_have_the_name_of_its_type() -> None:
    @tool
    async def schedule(context: ToolContext, datetime: datetime) -> None: ...

    @tool
    async def reschedule(context: "ToolContext", date: "date") -> None: ...

    assert [parameter.type for parameter in schedule.tool.parameters] == ["datetime"]
    assert [parameter.type for parameter in reschedule.tool.parameters] == ["date"]


@pytest.mark.parametrize("name", ["context", "ctx", "c"])
def test_the_context_is_known_by_its_name(name: str) -> None:
    names: dict[str, Any] = {}
    exec(f"async def look_up({name}, order: str): ...", names)
    made = tool(names["look_up"])
    assert made.context_parameter == name
    assert [parameter.name for parameter in made.tool.parameters] == ["order"]


def test_the_context_is_known_by_its_type_also_where_that_is_text() -> None:
    @tool
    def first(order: str, who: ToolContext) -> None: ...

    @tool
    def second(order: str, who: "ToolContext | None") -> None: ...

    @tool
    def third(order: str, who: "p.ToolContext") -> None: ...

    assert [made.context_parameter for made in (first, second, third)] == ["who", "who", "who"]


def test_a_parameter_called_c_with_a_type_of_its_own_is_an_argument() -> None:
    @tool
    def to_fahrenheit(c: float) -> float:
        return c * 1.8 + 32

    assert to_fahrenheit.context_parameter is None
    assert to_fahrenheit.tool.parameters == (Parameter(name="c", type="number"),)


def test_type_hints_that_are_text_may_name_what_is_defined_beside_the_function() -> None:
    class Colour(Enum):
        RED = "red"

    @tool
    def paint(colour: "Colour") -> None: ...

    @tool(name="spray")
    def spray(colour: "list[Colour]") -> None: ...

    assert paint.tool.parameters[0].choices == ("red",)
    assert spray.tool.parameters[0].choices == ("red",)


def test_options_say_more_of_a_parameter() -> None:
    said = ToolParameterOptions(
        hidden=True,
        source="customer",
        description="The account to pay into",
        significance="to send the money",
        examples=["12-34"],
        precedence=2,
        display_name="account number",
    )

    @tool
    def pay(to: Annotated[str, said], through: Annotated[str, said] | None = None) -> None:
        """Pay.

        Args:
            to: Not what counts.
        """

    to, through = pay.tool.parameters
    assert to == Parameter(
        name="to",
        type="string",
        hidden=True,
        source="customer",
        description="The account to pay into",
        significance="to send the money",
        examples=("12-34",),
        precedence=2,
        display_name="account number",
    )
    assert (through.label, through.required) == ("account number", False)
    assert pay.annotations == {"to": str, "through": str | None}


def test_a_parameter_with_an_adapter_may_have_any_type() -> None:
    class Product:
        pass

    async def find(text: str) -> Product:
        return Product()

    def buy(product: Any) -> None: ...

    buy.__annotations__["product"] = Annotated[Product, ToolParameterOptions(adapter=find)]
    made = tool(buy)
    assert made.tool.parameters == (Parameter(name="product", type="string"),)
    assert made.adapters == {"product": find}


def test_a_docstring_describes_the_tool_and_its_parameters() -> None:
    @tool
    def check_order_status(order_id: str, verbose: bool = False) -> None:
        """
        Check the status of an order.

        It may take a while: be patient.

        Args:
            order_id: The identifier
                of the order.
            verbose (bool, optional): Whether to
                tell: everything.

        Returns:
            Detailed order information.

        Raises:
            LookupError: where there is none.
        """

    described = check_order_status.tool
    assert described.description == "Check the status of an order.\n\nIt may take a while: be patient."
    assert [parameter.description for parameter in described.parameters] == [
        "The identifier of the order.",
        "Whether to tell: everything.",
    ]


def test_a_tool_without_a_docstring_has_no_description() -> None:
    assert tool(_function_of(str)).tool.description == ""
    assert tool(name="plain")(_function_of(Address)).tool.description == ""


def test_all_mistakes_of_a_signature_come_at_once_with_their_place() -> None:
    def book(room, nights: dict, guest: Any, price: int | str, *extras: str) -> None: ...

    with pytest.raises(ToolSignatureError) as raised:
        tool(book)
    line = book.__code__.co_firstlineno
    usable = "use str, int, float, bool, date, datetime, an Enum, a list of these, Optional or a pydantic model"
    assert str(raised.value).splitlines() == [
        f"{__file__}:{line}: 'book' can't be a tool as it is written:",
        "  parameter 'room' has no type: write one, such as room: str",
        f"  parameter 'nights' has the type dict, which a tool can't take: {usable}",
        f"  parameter 'guest' has the type Any, which a tool can't take: {usable}",
        "  parameter 'price' may be int or str: choose one type, so that a model knows what to write",
        "  parameter 'extras' takes any number of arguments: name each one, so that a model can be told of it",
    ]


class Rating(Enum):
    ONE = 1


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (list, "is a list of anything"),
        (list[list[int]], "its items must be single values"),
        (list[Any], "has the type Any"),
        (dict[str, int], "has the type dict[str, int]"),
        (set[str], "has the type set[str]"),
        (Rating, "not all texts"),
        (clock, "has the module 'datetime' as its type"),
        ("Nowhere", "has the type 'Nowhere', which can't be read"),
        (Annotated[str, ToolParameterOptions(source="anyone")], "has the source 'anyone'"),  # pyright: ignore[reportArgumentType]
        (Annotated[str, ToolParameterOptions(examples="12-34")], "write a list of texts"),
        (Annotated[int, ToolParameterOptions(choice_provider=list)], "has a choice_provider, which gives texts"),
    ],
)
def test_a_type_that_a_tool_can_not_take_is_refused(annotation: Any, problem: str) -> None:
    with pytest.raises(ToolSignatureError) as raised:
        tool(_function_of(annotation))
    assert "parameter 'x' " in str(raised.value)
    assert problem in str(raised.value)


def _yields(x: str):
    yield x


def _positional(x: str, /) -> None: ...


def _method(self, x: str) -> None: ...


def _two(context: ToolContext, other: ToolContext) -> None: ...


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (_yields, "it yields"),
        (_positional, "remove the '/'"),
        (_method, "makes it a method"),
        (_two, "parameters 'context', 'other' all take the context"),
        (lambda: None, "its name is '<lambda>'"),
        (partial(_two), "it is of type 'partial': decorate a function"),
        (tool(name="twice")(lambda: None), "it is a tool already"),
    ],
)
def test_what_is_no_plain_function_is_refused(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(ToolSignatureError) as raised:
        tool(function)
    assert problem in str(raised.value)


def test_a_name_that_could_be_that_of_a_service_is_refused() -> None:
    with pytest.raises(ToolSignatureError, match="its name is 'shop:buy'"):
        tool(name="shop:buy")(_function_of(str))


def test_a_tool_id_is_written_with_its_service() -> None:
    assert ToolId.from_string("shop:buy") == ToolId("shop", "buy")
    assert str(ToolId("shop", "buy")) == "shop:buy"
    with pytest.raises(ValueError, match="service:tool"):
        ToolId.from_string("buy")


def test_the_context_tells_what_the_customer_said_last() -> None:
    said = MessageEvent(source="customer", text="hello")
    answered = MessageEvent(source="ai_agent", text="hi")
    assert Interaction(messages=(said, answered)).last_customer_message is said
    assert Interaction(messages=(answered,)).last_customer_message is None


def _function_of(annotation: Any) -> Callable[..., Any]:
    def function(x: Any) -> None: ...

    function.__annotations__["x"] = annotation
    return function
