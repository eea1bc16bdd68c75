"""Secrets open with the key they were sealed with, for whom they were sealed, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.gateways.sealing import SealBroken, seal, unseal

KEY, OF = "a key of this installation", "mailbox of company 1"


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()))
def test_what_is_sealed_opens(text: str) -> None:
    sealed = seal(text, secret_key=KEY, of=OF)
    assert sealed.isascii()
    assert len(text) < 4 or text not in sealed
    assert unseal(sealed, secret_key=KEY, of=OF) == text


def test_nothing_is_sealed_as_nothing() -> None:
    assert seal("", secret_key=KEY, of=OF) == ""
    assert unseal("", secret_key=KEY, of=OF) == ""


def test_two_seals_of_one_secret_differ() -> None:
    assert seal("secret", secret_key=KEY, of=OF) != seal("secret", secret_key=KEY, of=OF)


@pytest.mark.parametrize(
    ("key", "of", "change"),
    [
        ("another key", OF, ""),
        (KEY, "mailbox of company 2", ""),
        (KEY, OF, "x"),
    ],
)
def test_what_does_not_open_says_so_in_french(key: str, of: str, change: str) -> None:
    sealed = seal("secret", secret_key=KEY, of=OF)
    with pytest.raises(SealBroken, match=r"clé de l'installation a changé.*QUITTANCE_SECRET_KEY"):
        unseal(change + sealed, secret_key=key, of=of)


def test_what_was_never_sealed_does_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal("a plain password", secret_key=KEY, of=OF)
