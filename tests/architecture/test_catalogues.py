"""The words of the pages: typeset in French, all of them said in English, compiled as they stand."""

import pytest

import catalogues


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_catalogue_has_just_the_words_that_are_used(language: str) -> None:
    used = {(context, forms if len(forms) > 1 else forms[0]) for context, forms in catalogues.used()}
    kept = {(message.context, message.id) for message in catalogues.read(language) if message.id}
    assert sorted(map(str, used - kept)) == [], "run « make words »"
    assert sorted(map(str, kept - used)) == [], "run « make words »"


def test_every_word_is_said_in_english() -> None:
    silent = [
        message.id
        for message in catalogues.read("en")
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]
    assert silent == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_filled_in_stands_in_both(language: str) -> None:
    for message in catalogues.read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(ids) or not all(strings):
            continue
        wanted = set(catalogues.FILLED_IN.findall(ids[-1]))
        assert set(catalogues.FILLED_IN.findall(strings[-1])) == wanted, message.id


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_catalogue_is_compiled_as_it_is_written(language: str) -> None:
    compiled = (catalogues.LOCALE / language / "LC_MESSAGES" / "django.mo").read_bytes()
    assert compiled == catalogues.mo_bytes(language), "run « make words »"


def test_french_is_typeset_and_what_is_filled_in_is_left_alone() -> None:
    assert catalogues.in_french("Jusqu'au %(day)s : <a href=\"x\">l'aide</a> !") == (
        'Jusqu’au %(day)s\u00a0: <a href="x">l’aide</a>\u202f!'
    )
