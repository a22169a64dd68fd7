"""Conditions on the rows of a return, as the door judges them: a small language in Python's syntax, with SQL's nothing-is-known.

    coalesce(value < hard_low, False) or unit in ('人', '件')      a + b <= total      length(trim(value_text)) < 6      named is None

Belongs here: the words of the language, checking a text against the columns there are, working it out on whole columns. Does not belong here: any
condition. Standing decisions: decimals are exact; a comparison with nothing gives nothing (three-valued, as in SQL); what is not a word of the language is
refused when declarations load, never tried on data.
"""

from __future__ import annotations

import ast
import decimal
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache, reduce

COMPARISONS = {ast.Eq: "equal", ast.NotEq: "not_equal", ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater", ast.GtE: "greater_equal"}
ARITHMETIC = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}
FUNCTIONS = {"abs": 1, "round": 2, "length": 1, "trim": 1, "coalesce": 2, "starts_with": 2, "contains": 2}  # with their number of arguments


class ExpressionFault(ValueError):
    """A text that is not of the language, or names a column that there is not. The message is in both languages."""


@lru_cache(maxsize=1024)
def parsed(text: str) -> ast.expr:
    """The text as a tree, words of the language only. Raises ExpressionFault."""
    try:
        tree = ast.parse(" ".join(str(text).split()), mode="eval").body
    except SyntaxError as error:
        raise ExpressionFault(f"条件写法有误（{error.msg}）：{text} / not a condition ({error.msg}): {text}") from error
    for node in ast.walk(tree):
        _refuse_foreign(node, text)
    return tree


def _refuse_foreign(node: ast.AST, text: str) -> None:
    calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and FUNCTIONS.get(node.func.id) == len(node.args) and not node.keywords
    plain = (ast.Name, ast.Load, ast.Constant, ast.BoolOp, ast.And, ast.Or, ast.Not, ast.USub, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, *ARITHMETIC)
    compares = isinstance(node, ast.Compare) and len(node.ops) == 1
    if not (calls or compares or isinstance(node, (*plain, *COMPARISONS, ast.In, ast.NotIn, ast.Is, ast.IsNot))):
        word = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
        raise ExpressionFault(f"条件中不能用 `{word}`，函数可用 {'、'.join(FUNCTIONS)} / `{word}` cannot stand in a condition; functions are {', '.join(FUNCTIONS)}")


def columns(text: str) -> set[str]:
    """The columns that a condition names. Raises ExpressionFault."""
    tree = parsed(text)
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions}


def evaluate(text: str, column: Callable[[str], object], n: int):
    """A condition on whole columns: `column(name)` gives an Arrow array of n rows. Returns an Arrow array of booleans, null where nothing is known."""
    import pyarrow as pa

    found = _value(parsed(text), column)
    return pa.array([found.as_py()] * n, pa.bool_()) if isinstance(found, pa.Scalar) else found


def _value(node: ast.expr, column: Callable[[str], object]):
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Name):
        return column(node.id)
    if isinstance(node, ast.BoolOp):
        join = pc.and_kleene if isinstance(node.op, ast.And) else pc.or_kleene
        return reduce(join, (_value(part, column) for part in node.values))
    if isinstance(node, ast.UnaryOp):
        return (pc.invert if isinstance(node.op, ast.Not) else pc.negate)(_value(node.operand, column))
    if isinstance(node, ast.BinOp):
        return _computed(type(node.op), *_alike(_value(node.left, column), _value(node.right, column)))
    if isinstance(node, ast.Call):
        return _called(node.func.id, [_value(argument, column) for argument in node.args])
    left, kind, right = _value(node.left, column), node.ops[0], node.comparators[0]
    if isinstance(kind, (ast.Is, ast.IsNot)):
        return (pc.is_null if isinstance(kind, ast.Is) else pc.is_valid)(left)
    if isinstance(kind, (ast.In, ast.NotIn)):
        among = pc.if_else(pc.is_valid(left), pc.is_in(left, value_set=pa.array([part.value for part in right.elts]).cast(left.type)), pa.scalar(None, pa.bool_()))
        return pc.invert(among) if isinstance(kind, ast.NotIn) else among
    return getattr(pc, COMPARISONS[type(kind)])(*_alike(left, _value(right, column)))


def _constant(value):
    import pyarrow as pa

    return pa.scalar(decimal.Decimal(str(value))) if isinstance(value, (int, float)) and not isinstance(value, bool) else pa.scalar(value)


def _alike(left, right):
    """Numbers as decimals, so that nothing is rounded; texts as they are."""
    import pyarrow as pa

    def plain(value, other):
        if pa.types.is_dictionary(value.type):
            value = value.cast(value.type.value_type)
        if pa.types.is_integer(value.type) or (pa.types.is_floating(value.type)):
            return value.cast(pa.decimal128(28, 8))
        return value.cast(other.type) if pa.types.is_null(value.type) else value

    return plain(left, right), plain(right, left)


def _computed(kind: type, left, right):
    """A sum or product; nothing where something would be divided by zero."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind in (ast.Mult, ast.Div):
        left, right = left.cast(pa.decimal256(28, 8)), right.cast(pa.decimal256(28, 8))
    if kind is ast.Div:
        right = pc.if_else(pc.equal(right, pa.scalar(decimal.Decimal(0), right.type)), pa.scalar(None, right.type), right)
    found = getattr(pc, ARITHMETIC[kind])(left, right)
    return found.cast(pa.decimal128(38, 10), safe=False) if kind in (ast.Mult, ast.Div) else found


def _called(name: str, given: list):
    import pyarrow as pa
    import pyarrow.compute as pc

    if name == "abs":
        return pc.abs(given[0])
    if name == "round":
        return pc.round(given[0], ndigits=int(given[1].as_py()), round_mode="half_towards_infinity")
    if name == "length":
        return pc.utf8_length(given[0])
    if name == "trim":
        return pc.utf8_trim_whitespace(given[0])
    if name == "coalesce":
        return pc.coalesce(*_alike(*given))
    test = str.startswith if name == "starts_with" else operator.contains
    return pa.array([None if a is None or b is None else test(a, b) for a, b in zip(given[0].to_pylist(), given[1].to_pylist(), strict=True)], pa.bool_())


def check(texts: Mapping[str, str], known: set[str]) -> None:
    """Refuse conditions that are not of the language or name a column that is not among the known ones. Raises ExpressionFault."""
    for key, text in texts.items():
        if unknown := sorted(columns(text) - known):
            raise ExpressionFault(f"`{key}` 中没有这样的列：{'、'.join(unknown)} / `{key}` names columns that do not exist: {', '.join(unknown)}")
