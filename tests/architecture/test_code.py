"""Rules of style that a machine can check: size, words, money, the clock, tables, tests that can fail."""

import ast
import re
from functools import cache

import pytest

from architecture.sources import PACKAGE, ROOT, TESTS, at, code, functions, tree

FILE_LINES = 500
FUNCTION_LINES = 60
CLOCK = PACKAGE / "gateways" / "clock.py"
DECLARED_TO_DJANGO = "apps.py"  # three lines each, the same in every app
OUR_CODE = [*code(PACKAGE), *code(TESTS), ROOT / "requirements" / "hatch_hook.py"]

# A name says what a thing is or does; these say nothing.
EMPTY_WORDS = re.compile(r"(?:^|_)(?:manager|helpers?|utils?|process|handle)(?:_|$)")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def calls(path):
    """Every call of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def test_files_are_short_enough_to_read():
    long = {
        at(path, 1): lines
        for path in OUR_CODE
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }
    assert long == {}


def test_functions_are_short_enough_to_read():
    long = {
        f"{at(path, function.lineno)} {function.name}": lines
        for path in OUR_CODE
        for function in functions(path)
        if (lines := function.end_lineno - function.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_money_never_becomes_a_float():
    """The constructor and literals alike: amounts are whole cents, rates whole basis points."""
    found = [
        at(path, call.lineno)
        for path in code(PACKAGE)
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "float"
    ]
    assert found == []


def test_the_day_is_given_not_read():
    readers = ("today", "now", "utcnow", "localdate", "localtime")
    found = [
        at(path, call.lineno)
        for path in code(PACKAGE)
        if path != CLOCK
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in readers
    ]
    assert found == []


def test_today_has_no_default():
    found = []
    for path in code(PACKAGE):
        for function in functions(path):
            given = function.args
            positional = [*given.posonlyargs, *given.args]
            defaulted = positional[len(positional) - len(given.defaults) :]
            defaulted += [
                a for a, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default
            ]
            found += [at(path, argument.lineno) for argument in defaulted if argument.arg == "today"]
    assert found == []


def test_what_an_earlier_step_causes_is_a_story_not_a_signal():
    modules = ("django.dispatch", "django.db.models.signals", "django.core.signals")
    found = [
        at(path, node.lineno)
        for path in code(PACKAGE)
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and node.module in modules)
        or (isinstance(node, ast.Import) and any(name.name in modules for name in node.names))
    ]
    assert found == []


def test_tables_only_store():
    """No `save` or `delete` override, and no `Meta.ordering`: an order is asked for where it is needed."""
    found = []
    for path in PACKAGE.glob("*/models.py"):
        found += [at(path, f.lineno) for f in functions(path) if f.name in ("save", "delete")]
        found += [
            at(path, node.lineno)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "ordering" for target in node.targets)
        ]
    assert found == []


def names_given(path):
    """Every name that a file gives: modules, classes, functions, arguments, variables."""
    yield path.stem, 1
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


# Methods that the framework or the standard library calls by their names.
CALLED_BY_NAME = {"handle_raw_input", "process_view", "handle_starttag", "handle_endtag"}


def test_names_say_something():
    found = [
        f"{at(path, line)} {name}"
        for path in OUR_CODE
        for name, line in names_given(path)
        if name not in CALLED_BY_NAME and EMPTY_WORDS.search(CAMEL.sub("_", name).lower())
    ]
    assert found == []


def test_public_functions_say_what_they_mean():
    """In the package; methods that fulfil a protocol are described where the protocol is."""
    silent = [
        f"{at(path, node.lineno)} {node.name}"
        for path in code(PACKAGE)
        if path.name != DECLARED_TO_DJANGO
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_modules_say_what_they_are():
    silent = [
        at(path, 1)
        for path in code(PACKAGE)
        if path.name != DECLARED_TO_DJANGO and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_errors_are_not_swallowed():
    """No bare `except`, and no broad one that goes on in silence."""
    found = []
    for path in code(PACKAGE):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            silent = all(isinstance(line, ast.Pass) for line in node.body)
            if node.type is None or (broad and silent):
                found.append(at(path, node.lineno))
    assert found == []


def asserts(function):
    """Tell whether a function asserts what may vary, or expects a refusal."""
    return any(
        (isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant))
        or (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("pytest.raises", "raises", "pytest.fail")
        )
        for node in ast.walk(function)
    )


@cache
def asserting_names():
    """The functions of the tests that assert; a test may leave its assertion to one of them."""
    return frozenset(
        function.name for path in code(TESTS) for function in functions(path) if asserts(function)
    )


# Fixtures that fail where more questions are asked of the database.
QUERY_CEILINGS = {"django_assert_max_num_queries", "django_assert_num_queries"}


def checks_something(function):
    """Tell whether a test can fail by more than a crash."""
    called = {
        ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(function) if isinstance(node, ast.Call)
    }
    return asserts(function) or bool(called & (asserting_names() | QUERY_CEILINGS))


@pytest.mark.parametrize("path", sorted(TESTS.rglob("test_*.py")), ids=lambda path: path.stem)
def test_tests_can_fail(path):
    idle = [
        at(path, function.lineno)
        for function in functions(path)
        if function.name.startswith("test_") and not checks_something(function)
    ]
    assert idle == []
