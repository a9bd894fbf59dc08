"""Every regular expression of the package takes time in proportion to the text, whatever the text.

Patterns are found in the source: every call of `re` whose first argument is a pattern, with the methods by which it is
used. Each meets strings that repeat what the pattern itself speaks of, of one length and of twice that length.
"""

import ast
import importlib
import itertools
import re
import string
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
FUNCTIONS: Final = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
USES: Final = FUNCTIONS - {"compile", "split"}
ANCHORED: Final = {"match", "fullmatch"}
ANYWHERE: Final = "finditer"
LENGTH: Final = 4_000
FAST_SECONDS: Final = 0.004
FAST_FOR_BOUNDED_SECONDS: Final = 0.04
GROWTH: Final = 3.0
BOUNDED: Final = {"_META_CHARSET": 2048, "_XML_ENCODING": 2048}
"""Patterns that never see more than so many characters, which bound what their repetitions may cost."""


@dataclass(frozen=True)
class Expression:
    """A pattern of the package and the methods by which it meets text."""

    name: str
    pattern: "re.Pattern[Any]"
    methods: tuple[str, ...]


def modules_with_patterns() -> list[str]:
    paths = sorted((ROOT / "pipeline").rglob("*.py"))
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in paths
        if re.search(r"^import re$", path.read_text("utf-8"), re.MULTILINE)
    ]


def expressions_of(module: ModuleType) -> Iterator[Expression]:
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    names = {id(node.value): ast.unparse(node.target) for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)}
    names |= patterns_made_by_functions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and function_of_re(node.func) in FUNCTIONS:
            name = names.get(id(node), "")
            yield Expression(
                name or f"line {node.lineno}", pattern_of(name, node, module), methods_of(name, node, tree)
            )


def patterns_made_by_functions(tree: ast.Module) -> dict[int, str]:
    """What is returned by functions without arguments, by the call that makes it."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and not node.args.args]
    returned = [(function, node) for function in functions for node in function.body if isinstance(node, ast.Return)]
    return {id(node.value): f"{function.name}()" for function, node in returned}


def function_of_re(function: ast.expr) -> str:
    is_of_re = isinstance(function, ast.Attribute) and ast.unparse(function.value) == "re"
    return function.attr if isinstance(function, ast.Attribute) and is_of_re else ""


def pattern_of(name: str, call: ast.Call, module: ModuleType) -> "re.Pattern[Any]":
    """The pattern that a call of `re` compiles, with its flags: of constants of its module, or by a function of it."""
    if name.endswith("()"):
        made: re.Pattern[Any] = vars(module)[name.removesuffix("()")]()
        return made
    flags = [call.args[1]] if function_of_re(call.func) == "compile" and len(call.args) > 1 else []
    flags += [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    values = [eval(ast.unparse(value), vars(module)) for value in (call.args[0], *flags)]  # noqa: S307 - our own source
    return re.compile(*values)


def methods_of(name: str, call: ast.Call, tree: ast.Module) -> tuple[str, ...]:
    """The methods by which a pattern is used; one in a table is used as its module uses any lower-case name."""
    if function_of_re(call.func) != "compile":
        return (function_of_re(call.func) if function_of_re(call.func) in ANCHORED else ANYWHERE,)
    uses = {(ast.unparse(node.value), node.attr) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = {
        method for user, method in uses if (user == name if name else user not in {"re", "text"}) and method in USES
    }
    return tuple(sorted({method if method in ANCHORED else ANYWHERE for method in found})) or (*ANCHORED, ANYWHERE)


def hostile_strings(pattern: "re.Pattern[Any]", length: int) -> Iterator[Any]:
    """Repetitions of what the pattern names, with and without an end that cannot match."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = sorted(set(re.findall(r"[<\w/!-]{2,}", source)), key=len)[-5:]
    marks = [character for character in sorted(set(source)) if character in string.punctuation][:16]
    pairs = [*(f"a{mark}" for mark in marks), *(f"{mark} " for mark in marks), "a ", "1a"]
    for pump, end in itertools.product([*" \n\ta1A", "é", *marks, *words, *pairs], ("", "\x00")):
        text = (pump * length)[: length - 1] + end
        yield text if isinstance(pattern.pattern, str) else text.encode()


def cpu_seconds(method: Callable[[Any], Any], text: Any) -> float:  # noqa: ANN401 - str or bytes
    """The least of three, as caches fill and other processes take turns."""
    best = float("inf")
    for _ in range(3):
        started = time.thread_time()
        found = method(text)
        deque(found if isinstance(found, Iterator) else (), maxlen=0)
        best = min(best, time.thread_time() - started)
        if best < FAST_SECONDS:
            break
    return best


def slow_cases(expression: Expression) -> Iterator[str]:
    """Strings that take more than three times as long when they are twice as long."""
    length = BOUNDED.get(expression.name, LENGTH)
    fast = FAST_FOR_BOUNDED_SECONDS if expression.name in BOUNDED else FAST_SECONDS
    for name in expression.methods:
        method = getattr(expression.pattern, name)
        half_and_whole = (hostile_strings(expression.pattern, size) for size in (length // 2, length))
        for half, whole in zip(*half_and_whole, strict=True):
            seconds = cpu_seconds(method, whole)
            if seconds > fast and seconds > GROWTH * cpu_seconds(method, half):
                yield f"{expression.name}: {name} of {whole[:20]!r}... takes {seconds:.3f} s"


@pytest.mark.parametrize("module", modules_with_patterns())
def test_no_pattern_of_a_module_takes_more_than_linear_time(module: str) -> None:
    expressions = list(expressions_of(importlib.import_module(module)))
    assert expressions
    assert [case for expression in expressions for case in slow_cases(expression)] == []


@pytest.mark.parametrize("pattern", [r"a+!", r"<.*?>"])
def test_a_slow_pattern_would_be_found(pattern: str) -> None:
    slow = Expression("slow", re.compile(pattern), (ANYWHERE,))
    assert next(slow_cases(slow), "").startswith("slow: ")
