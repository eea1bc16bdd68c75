"""One movement in other words, with another reference or in another format counts once; two movements stay two."""

from datetime import date

import pytest

from cast import ACTOR, MOREL_IBAN, TARDIF, Desk, Transfer, at_noon, paid_by
from quittance.flows.receive_payments import import_statement
from quittance.payments.operations import ImportedStatement
from quittance.payments.operations.known_lines import BankMovement, known_among

EVE = date(2026, 9, 16)


def movement(text: str) -> BankMovement:
    """`day cents words reference format [IBAN of the other side]`; a dash for no reference."""
    day, cents, words, reference, its_format, *iban = text.split()
    return BankMovement(
        booked_on=date(2026, 9, int(day)),
        amount_cents=int(cents),
        words=words,
        reference=reference.replace("-", ""),
        format=its_format,
        counterparty_iban="".join(iban),
    )


@pytest.mark.parametrize(
    ("earlier", "incoming", "known"),
    [
        # The bank's reference tells, whatever the words.
        (["16 600 vir R1 camt"], ["16 600 virement R1 camt"], "known"),
        (["16 600 vir R1 camt"], ["16 600 virement R2 camt"], "new"),
        (["16 600 vir R1 camt"], ["16 601 vir R1 camt"], "new"),
        (["16 600 vir R1 camt"], ["15 600 vir R1 camt"], "new"),
        (["16 600 vir R1 camt"], ["16 600 virement - camt"], "new"),
        (["16 600 vir - camt"], ["16 600 vir R1 camt"], "known"),
        (["16 600 vir R1 camt"], ["16 600 vir R2 camt"], "new"),
        # A word that the bank writes on several movements tells nothing.
        (["16 600 vir SEPA camt", "16 700 x SEPA camt"], ["16 600 virement SEPA camt"], "new"),
        (["16 600 vir SEPA camt"], ["16 600 virement SEPA camt", "16 700 y SEPA camt"], "new new"),
        (["16 600 vir SEPA camt", "16 700 x SEPA camt"], ["16 600 vir SEPA camt"], "known"),
        # As many are known as there are.
        (["16 -350 cb - camt"], ["16 -350 cb - camt", "16 -350 cb - camt"], "known new"),
        (["16 600 vir R1 camt"], ["16 600 x R1 camt", "16 600 vir - camt"], "known new"),
        (["16 600 vir R1 camt", "16 600 vir - camt"], ["16 600 vir - camt", "16 600 vir R2 camt"], "known known"),
        # Another format words and numbers each movement in its own way.
        (["16 600 vir R1 camt"], ["16 600 recu K9 cfonb"], "known"),
        (["16 600 vir R1 camt"], ["16 600 recu K9 cfonb", "16 600 recu K8 cfonb"], "known new"),
        (["16 600 vir R1 camt"], ["16 601 recu K9 cfonb", "15 600 recu K8 cfonb"], "new new"),
        (["16 600 vir R1 camt", "16 600 x - csv"], ["16 600 recu K9 csv"], "known"),
        (["16 600 vir R1 camt FR1"], ["16 600 recu K9 cfonb FR2"], "new"),
        (["16 600 vir R1 camt FR1"], ["16 600 recu K9 cfonb"], "known"),
        # The one that is surely the same goes first.
        (["16 600 vir R1 camt"], ["16 600 other - csv", "16 600 vir - csv"], "new known"),
        ([], ["16 600 vir R1 camt", "16 600 vir - camt"], "new new"),
    ],
)  # fmt: skip
def test_what_is_known(earlier: list[str], incoming: list[str], known: str):
    found = known_among([movement(one) for one in incoming], [movement(one) for one in earlier])
    assert " ".join("known" if is_known else "new" for is_known in found) == known


def test_one_movement_that_the_bank_words_anew(desk: Desk):
    assert desk.statement(paid_by(TARDIF, EVE, 60_000, "F-TAR", ref="R1"), through=EVE).new == 1
    reworded = Transfer(EVE, 60_000, "VIREMENT DE TARDIF F-TAR", "TARDIF", "", "R1")
    told = desk.statement(reworded, through=EVE)
    assert (told.new, told.known) == (0, 1)


def csv(desk: Desk, *rows: str) -> ImportedStatement:
    return import_statement(
        company=desk.company,
        data="\n".join(["Date;Libellé;Montant;Compte", *(f"{row};{MOREL_IBAN}" for row in rows)]).encode(),
        file_name="mouvements.csv",
        actor=ACTOR,
        at=at_noon(EVE),
    )


def test_the_same_days_in_another_format(desk: Desk):
    """The owner downloads a CSV, then the CAMT file of the same days with one movement more."""
    told = csv(desk, "15/09/2026;VIR RECU TARDIF;600,00", "16/09/2026;CARTE CAFE;-3,50")
    assert told.new == 2
    told = desk.statement(
        paid_by(TARDIF, date(2026, 9, 15), 60_000, "F-TAR", ref="R1"),
        Transfer(EVE, -350, "CB CAFE DU PORT", ref="R2"),
        Transfer(EVE, -350, "CB CAFE DU PORT", ref="R3"),
        through=EVE,
    )
    assert (told.new, told.known) == (1, 2)
    assert csv(desk, "15/09/2026;VIR RECU TARDIF;600,00").known == 1
    assert sorted(row.amount_cents for row in desk.lines()) == [-350, -350, 60_000]
