"""Who may import whom. The contracts are in .importlinter; docs/internals/layout.md explains them."""

import ast
import sys

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from architecture.sources import PACKAGE, ROOT, at, code, run_time_nodes, tree

APPS = ("journal", "company", "customers", "sales", "correspondence", "payments", "collection")


def test_imports_go_downward(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def imported_modules(path):
    """Every module that a file imports when it runs, with the line; names of `from` count as modules too."""
    for node in run_time_nodes(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{at(path, node.lineno)}: relative import"
            yield node.module, node.lineno
            for name in node.names:
                yield f"{node.module}.{name.name}", node.lineno


@pytest.mark.parametrize("app", APPS)
def test_only_an_app_imports_its_models(app):
    strangers = [
        f"{at(path, line)} imports the models of {app}"
        for path in code(PACKAGE)
        if not path.is_relative_to(PACKAGE / app)
        for module, line in imported_modules(path)
        if f"{module}.".startswith(f"quittance.{app}.models.")
    ]
    assert sorted(set(strangers)) == []


def test_the_domain_stands_on_the_standard_library_alone():
    foreign = [
        f"{at(path, line)} imports {module}"
        for path in code(PACKAGE / "domain")
        for module, line in imported_modules(path)
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not module.startswith(("quittance.domain", "quittance.law"))
    ]
    assert foreign == []


def test_doors_do_not_know_each_other():
    """A folder of `interfaces` is a door; the modules beside them serve several, and know none."""
    doors = PACKAGE / "interfaces"
    strangers = [
        f"{at(path, line)} imports {module}"
        for path in code(doors)
        for module, line in imported_modules(path)
        if module.startswith("quittance.interfaces.")
        and (doors / module.split(".")[2]).is_dir()
        and module.split(".")[2] != path.relative_to(doors).parts[0]
    ]
    assert strangers == []


def test_only_doors_read_the_clock():
    strangers = [
        f"{at(path, line)} reads the clock"
        for path in code(PACKAGE)
        if not path.is_relative_to(PACKAGE / "interfaces")
        for module, line in imported_modules(path)
        if module == "quittance.gateways.clock.instant"
    ]
    assert strangers == []
