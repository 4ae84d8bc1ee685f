"""The part of Jinja's language that a template may use, and where a bound is put around it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from ..errors import closest
from .faults import Unreadable

DEEPEST = 40

JINJA_FILTERS = (
    *("abs", "capitalize", "center", "count", "d", "default", "dictsort", "filesizeformat", "first", "float"),
    *("groupby", "indent", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject"),
    *("rejectattr", "replace", "reverse", "round", "select", "selectattr", "sort", "string", "striptags", "sum"),
    *("title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount", "wordwrap"),
)
OWN_FILTERS = ("format", "tojson")
JINJA_TESTS = (
    *("!=", "<", "<=", "==", ">", ">=", "eq", "equalto", "ge", "greaterthan", "gt", "le", "lessthan", "lt", "ne"),
    *("boolean", "defined", "divisibleby", "even", "false", "float", "in", "integer", "iterable", "lower", "mapping"),
    *("none", "number", "odd", "sameas", "sequence", "string", "true", "undefined", "upper"),
)

EACH, CONCAT, SMALL, WEIGHED = "(each)", "(concat)", "(small)", "(weighed)"
"""Filters that only we put into a template: no template can write their names."""

_LANGUAGE: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.With),
    *(nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Slice),
    *(nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Call, nodes.CondExpr, nodes.Compare, nodes.Operand),
    *(nodes.BinExpr, nodes.UnaryExpr, nodes.Concat),
)


def check_language(tree: nodes.Node, depth: int = 0) -> None:
    """Refuse what canned responses have no use for: macros, imports, recursion, unknown filters. Raises Unreadable."""
    if depth > DEEPEST:
        raise Unreadable(f"it is nested more than {DEEPEST} levels deep", line=tree.lineno)
    for node in tree.iter_child_nodes():
        if problem := _problem(node):
            raise Unreadable(problem, line=node.lineno)
        check_language(node, depth + 1)


def _problem(node: nodes.Node) -> str | None:
    match node:
        case nodes.For(recursive=True):
            return "a recursive loop can't be used in a canned response"
        case nodes.Filter(node=None):
            return "a filter block can't be used in a canned response"
        case nodes.Filter(name=name) if name not in (*JINJA_FILTERS, *OWN_FILTERS):
            return _unknown("filter", name, known=(*JINJA_FILTERS, *OWN_FILTERS))
        case nodes.Test(name=name) if name not in JINJA_TESTS:
            return _unknown("test", name, known=JINJA_TESTS)
        case _ if not isinstance(node, _LANGUAGE):
            return f"{_NAMES.get(type(node), f'{type(node).__name__.lower()!r}')} can't be used in a canned response"
        case _:
            return None


_NAMES: Mapping[type[nodes.Node], str] = {
    nodes.AssignBlock: "a block of text as a value ({% set name %}...{% endset %})",
    nodes.NSRef: "setting an attribute",
    nodes.FilterBlock: "a filter block",
    nodes.CallBlock: "a call block",
    nodes.FromImport: "an import",
}


def _unknown(kind: str, name: str, *, known: Sequence[str]) -> str:
    nearest = closest(name, known)
    return f"no {kind} is called {name!r}" + (f"; did you mean {nearest!r}?" if nearest else "")


def generative_names(tree: nodes.Template) -> tuple[str, ...]:
    """The names behind `generative.`, in order, each once. Raises Unreadable where it is taken in any other way."""
    names: list[str] = []
    mentions = [name for name in tree.find_all(nodes.Name) if name.name == "generative" and name.ctx == "load"]
    taken: list[nodes.Node] = []
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        match node:
            case nodes.Getattr(node=nodes.Name(name="generative") as root, attr=name):
                names.append(name)
                taken.append(root)
            case nodes.Getitem(node=nodes.Name(name="generative") as root, arg=nodes.Const(value=str(name))):
                names.append(name)
                taken.append(root)
            case _:
                pass
    for mention in mentions:
        if not any(mention is root for root in taken):
            raise Unreadable(
                "'generative' stands for fields that have to be worded; take one by its name, as {{ generative.name }}",
                line=mention.lineno,
            )
    return tuple(dict.fromkeys(names))


def standard_names(tree: nodes.Template) -> frozenset[str]:
    """The names behind `std.` that a template takes without ever asking in a condition whether there is any."""
    asked = {
        name
        for choice in tree.find_all((nodes.If, nodes.CondExpr))
        for name in _behind_std(nodes.Output([choice.test]))
    }
    return frozenset(_behind_std(tree)) - asked


def _behind_std(tree: nodes.Node) -> Iterator[str]:
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        match node:
            case nodes.Getattr(node=nodes.Name(name="std"), attr=name):
                yield name
            case nodes.Getitem(node=nodes.Name(name="std"), arg=nodes.Const(value=str(name))):
                yield name
            case _:
                pass


class Bounded(NodeTransformer):
    """Puts a bound where Jinja offers none: around loops, literals, comparisons and the joining of texts."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  # named after the node
        node = cast("nodes.For", self.generic_visit(node))
        node.iter = _around(cast("nodes.Expr", node.iter), EACH, nodes.Keyword("weight", nodes.Const(_weight(node))))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        node = cast("nodes.Concat", self.generic_visit(node))
        return _around(nodes.List(node.nodes, lineno=node.lineno), CONCAT)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        return _around(cast("nodes.Expr", self.generic_visit(node)), SMALL)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        return _around(cast("nodes.Expr", self.generic_visit(node)), SMALL)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        visited = cast("nodes.Tuple", self.generic_visit(node))
        return visited if visited.ctx == "store" else _around(visited, SMALL)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        node = cast("nodes.Compare", self.generic_visit(node))
        node.expr = _around(node.expr, WEIGHED)
        for operand in node.ops:
            operand.expr = _around(operand.expr, WEIGHED)
        return node


def _around(node: nodes.Expr, name: str, *named: nodes.Keyword) -> nodes.Filter:
    return nodes.Filter(node, name, [], list(named), None, None, lineno=node.lineno)


def _weight(loop: nodes.For) -> int:
    """What one pass through a loop costs: its nodes, and the text it repeats."""
    inner = list(loop.find_all(nodes.Node))
    return len(inner) + sum(len(node.data) // 64 for node in inner if isinstance(node, nodes.TemplateData))
