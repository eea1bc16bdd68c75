"""Every kind of entry that the code writes into the journal has its sentence on the journal's page."""

import ast
import re

from architecture.sources import PACKAGE, at, code, tree
from quittance.interfaces.web.settings.sentences import SENTENCES

APPS = ("company", "customers", "sales", "payments", "correspondence", "collection")
KIND = re.compile(rf"(?:{'|'.join(APPS)})\.[a-z_]+")
FROM_AN_OUTCOME = {"correspondence.": ("postponed", "refused", "rejected", "in_doubt")}


def written():
    """Every kind that the verbs of the apps name, with where: a text of the form noun.verb is one."""
    for app in APPS:
        for path in code(PACKAGE / app):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    start = node.values[0].value
                    for end in FROM_AN_OUTCOME.get(start, ()):
                        yield start + end, at(path, node.lineno)
                elif isinstance(node, ast.Constant) and KIND.fullmatch(str(node.value)):
                    yield node.value, at(path, node.lineno)


def test_every_kind_of_entry_has_its_sentence():
    silent = {kind: where for kind, where in written() if kind not in SENTENCES}
    assert silent == {}, "add a sentence to interfaces/web/settings/sentences.py"


def test_no_sentence_is_of_a_kind_that_nothing_writes():
    assert set(SENTENCES) - {kind for kind, _ in written()} == set()
