"""Payment terms: their text forms, their due dates, and the caps that warn."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.calendar import end_of_month
from quittance.domain.law import read_toml
from quittance.domain.terms import (
    Buyer,
    Method,
    PaymentTerm,
    Sector,
    StartEvent,
    TermUnreadable,
    cap_warnings,
    due_on,
    parse_term,
)

ORACLES = Path(__file__).parents[1] / "oracles"
ISSUE, INVOICE_RECEIPT = StartEvent.ISSUE, StartEvent.INVOICE_RECEIPT
GOODS_RECEIPT, END_OF_PERFORMANCE = StartEvent.GOODS_RECEIPT, StartEvent.END_OF_PERFORMANCE
LEGAL_NAMES = [row["code"] for row in read_toml("payment_caps.toml")["term"]]
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
FREE_TERMS = st.one_of(
    st.builds(PaymentTerm, st.just(Method.DAYS), st.integers(0, 365), st.sampled_from(StartEvent)),
    st.builds(
        PaymentTerm,
        st.sampled_from([Method.DAYS_THEN_MONTH_END, Method.MONTH_END_THEN_DAYS]),
        st.integers(1, 365),
        st.sampled_from(StartEvent),
        st.none() | st.integers(1, 31),
    ),
)
TERMS = FREE_TERMS | st.sampled_from([parse_term(name) for name in LEGAL_NAMES])


def oracle_rows() -> list[dict[str, str]]:
    return list(csv.DictReader((ORACLES / "due_dates.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", oracle_rows(), ids=lambda row: row["case_id"])
def test_oracle(row: dict[str, str]) -> None:
    term = parse_term(row["term"])
    event, _, start = row["start_date"].rpartition(" ")
    starts_on = date.fromisoformat(start)
    falls_on = due_on(term, starts_on)
    assert falls_on == date.fromisoformat(row["expected_due_date"])
    assert (
        term.start
        in {
            "": {ISSUE},
            "delivery": {GOODS_RECEIPT},
            "receipt": {GOODS_RECEIPT, INVOICE_RECEIPT},
        }[event]
    )
    warnings = cap_warnings(term, starts_on, falls_on)
    if row["cap_check"].startswith("ok"):
        assert warnings == ()
    else:
        assert row["cap_check"].startswith(f"above 60 d ({(falls_on - starts_on).days} d); within EOM45_B")
        (warning,) = warnings
        assert warning.code == "ABOVE_CAP_WITHIN_DEROGATION"


@pytest.mark.parametrize(
    ("term", "start", "expected"),
    [
        # both computations, on the same day
        ("EOM45_A", "2026-01-31", "2026-03-31"),
        ("EOM45_B", "2026-01-31", "2026-03-17"),
        ("EOM30_B", "2026-04-10", "2026-05-30"),
        ("EOM0_A", "2026-02-10", "2026-02-28"),
        ("EOM0_A_DAY10", "2026-12-10", "2027-01-10"),
        ("EOM30_A_DAY31", "2026-01-10", "2026-03-31"),  # 9 February, 28 February, then 31 March
        ("EOM30_A_DAY31", "2026-02-25", "2026-04-30"),  # a month of 30 days has no 31st
        ("EOM30_B_DAY10", "2026-04-10", "2026-06-10"),
        ("EOM45_B_DAY10", "2026-04-10", "2026-07-10"),  # 14 June is after the 10th
        ("EOM45_B_DAY15", "2026-04-10", "2026-06-15"),
        # terms stated by the law
        ("PERISHABLE_30", "2026-11-05", "2026-12-05"),
        ("PERISHABLE_DECADE_30", "2026-11-10", "2026-12-10"),
        ("PERISHABLE_DECADE_30", "2026-11-21", "2026-12-30"),
        ("MEAT_20", "2026-02-09", "2026-03-01"),
        ("ALCOHOL_EOM_30", "2026-11-05", "2026-12-30"),
        ("ALCOHOL_EOM_30", "2026-01-31", "2026-03-02"),
        ("WINE_60", "2026-11-21", "2027-01-20"),
        ("WINE_EOM45_A", "2026-01-31", "2026-03-31"),
        ("WINE_EOM45_B", "2026-01-31", "2026-03-17"),
        ("PUBLIC_HEALTH_50", "2026-11-21", "2027-01-10"),
        ("PUBLIC_UNDERTAKING_60", "2026-11-21", "2027-01-20"),
        # a due date on a Sunday is kept
        ("NET_30", "2026-10-23", "2026-11-22"),
    ],
)
def test_due_dates(term: str, start: str, expected: str) -> None:
    assert due_on(parse_term(term), date.fromisoformat(start)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30 jours", "NET_30"),
        ("30 jours net", "NET_30"),
        ("Paiement à 30 jours nets", "NET_30"),
        ("Virement 30 jours fin de mois", "EOM30_A"),
        ("par chèque à 45 jours", "NET_45"),
        ("60 jours date de facture", "NET_60"),
        ("60 jours à compter de la date d'émission de la facture", "NET_60"),
        ("1 jour", "NET_1"),
        ("45 jours fin de mois", "EOM45_A"),
        ("45 j. FDM", "EOM45_A"),
        ("45 jours date de facture, puis fin de mois", "EOM45_A"),
        ("fin de mois 45 jours", "EOM45_B"),
        ("fin de mois + 45 jours", "EOM45_B"),
        ("45 jours après la fin du mois de facturation", "EOM45_B"),
        ("fin de mois", "EOM0_A"),
        ("30 jours fin de mois le 10", "EOM30_A_DAY10"),
        ("à 30 jours, fin de mois, le 10 du mois suivant", "EOM30_A_DAY10"),
        ("fin de mois 30 jours le 15", "EOM30_B_DAY15"),
        ("comptant", "NET_0"),
        ("Paiement comptant", "NET_0"),
        ("à réception", "NET_0_FROM_INVOICE_RECEIPT"),
        ("à réception de facture", "NET_0_FROM_INVOICE_RECEIPT"),
        ("30 jours à réception de la facture", "NET_30_FROM_INVOICE_RECEIPT"),
        ("à la livraison", "NET_0_FROM_GOODS_RECEIPT"),
        ("30 jours après réception des marchandises", "NET_30_FROM_GOODS_RECEIPT"),
        ("30 jours fin de mois de livraison", "EOM30_A_FROM_GOODS_RECEIPT"),
        ("30 jours à compter de l'exécution de la prestation", "NET_30_FROM_END_OF_PERFORMANCE"),
        ("délai légal", "DEFAULT_RECEIPT_30"),
        ("30 jours fin de décade", "PERISHABLE_DECADE_30"),
        # codes: any case, other names of the same term, a start event that is not the usual one
        ("eom45_b", "EOM45_B"),
        ("ALCOHOL_MONTH_30", "ALCOHOL_EOM_30"),
        ("PUBLIC_HOSPITAL_50", "PUBLIC_HEALTH_50"),
        ("NET_30_FROM_ISSUE", "NET_30"),
        ("DEFAULT_RECEIPT_30_FROM_END_OF_PERFORMANCE", "DEFAULT_RECEIPT_30_FROM_END_OF_PERFORMANCE"),
    ],
)
def test_wordings(text: str, code: str) -> None:
    assert parse_term(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30 %",
        "400",
        "30 le 10",
        "fin de mois 45",
        "30 mois",
        "30 jours ouvrés",
        "30 jours fin de trimestre",
        "à la commande",
        "30 ou 45 jours",
        "366 jours",
        "30 jours fin de mois le 32",
        "30 jours fin de mois le 0",
        "30 jours le 10",
        "30 jours date de facture après réception des marchandises",  # two starts
        "45 jours fin de mois (fin du mois, puis 45 jours)",  # the brackets say the other computation
        "30 jours (60 jours)",
        "EOM400",
        "EOM0_B",
        "DEFAULT_PERFORMANCE_30_FROM_GOODS_RECEIPT",
        "NET_400",
        "NET_30_FROM_",
        "NET_30_FROM_SIGNATURE",
        "jours " * 100,
    ],
)
def test_what_may_be_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises(TermUnreadable) as refused:
        parse_term(text)
    assert f"« {text.strip()[:80]} » n'est pas un délai de paiement connu." in str(refused.value)
    assert "45 jours fin de mois" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("EOM45", "EOM45_A", "EOM45_B"),
        ("eom 30", "EOM30_A", "EOM30_B"),
        ("1 mois", "30 jours", "30 jours fin de mois"),
        ("à 2 mois", "60 jours", "60 jours fin de mois"),
    ],
)
def test_what_is_ambiguous_is_refused_with_the_two_readings(text: str, first: str, second: str) -> None:
    with pytest.raises(TermUnreadable) as refused:
        parse_term(text)
    assert str(refused.value) == f"« {text} » n'est pas un délai de paiement connu : {refused.value.proposal}"
    assert first in refused.value.proposal
    assert second in refused.value.proposal
    assert parse_term(first) != parse_term(second)


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        ("NET30, NET 30, net-30, 30, 30 net, 30 jours nets", "NET_30"),
        ("0", "NET_0"),
        ("EOM45A, eom45 a, EOM_45_A, 45 FDM, 45 jours FDM, 45 fin de mois", "EOM45_A"),
        ("EOM30_DAY10, EOM30A_DAY10, EOM30_A_DAY_10, 30 FDM le 10", "EOM30_A_DAY10"),
        ("ALCOHOL_MONTH_END_30, ALCOHOL_END_OF_MONTH_30, ALCOHOL_EOM, ALCOHOL_30", "ALCOHOL_EOM_30"),
        ("WINE_45_EOM, WINE_EOM45_A, WINE-EOM45", "WINE_EOM45_A"),
        ("WINE_NET_60, WINE_60", "WINE_60"),
        ("PERISHABLE_DELIVERY_30, PERISHABLE_30", "PERISHABLE_30"),
        ("CATTLE_20, LIVESTOCK_20", "MEAT_20"),
        ("PUBLIC_LOCAL_AUTHORITY_30, PUBLIC_LOCAL_30", "PUBLIC_STATE_30"),
        ("PUBLIC_HEALTH_50, PUBLIC_HOSPITAL_50", "PUBLIC_HEALTH_50"),
        ("PUBLIC_UNDERTAKING_60", "PUBLIC_UNDERTAKING_60"),
        ("DEFAULT_30", "DEFAULT_RECEIPT_30"),
        ("DEFAULT_PERFORMANCE_30", "DEFAULT_RECEIPT_30_FROM_END_OF_PERFORMANCE"),
    ],
)
def test_other_spellings_of_a_term(spellings: str, code: str) -> None:
    assert {parse_term(spelling).code for spelling in spellings.split(", ")} == {code}


@pytest.mark.parametrize(
    ("code", "french"),
    [
        ("NET_30", "30 jours date de facture"),
        ("NET_0", "comptant, à la date de facture"),
        ("NET_0_FROM_INVOICE_RECEIPT", "à réception de la facture"),
        ("NET_15_FROM_END_OF_PERFORMANCE", "15 jours à compter de la fin de la prestation"),
        ("EOM45_A", "45 jours fin de mois (45 jours, puis fin du mois)"),
        ("EOM45_B", "fin de mois + 45 jours (fin du mois, puis 45 jours)"),
        ("EOM0_A", "fin de mois"),
        (
            "EOM30_A_DAY10",
            "30 jours fin de mois le 10 (30 jours, puis fin du mois, puis le 10 suivant)",
        ),
        ("TRANSPORT_30", "30 jours date de facture (transport)"),
        ("ALCOHOL_EOM_30", "30 jours après la fin du mois de livraison (boissons alcooliques)"),
    ],
)
def test_a_term_in_french(code: str, french: str) -> None:
    assert parse_term(code).french() == french


@given(TERMS)
def test_both_text_forms_are_read_back(term: PaymentTerm) -> None:
    assert parse_term(term.code) == term
    assert parse_term(term.french()) == term


@given(TERMS, DAYS)
def test_a_due_date_never_precedes_its_start_nor_its_days(term: PaymentTerm, starts_on: date) -> None:
    assert due_on(term, starts_on) >= starts_on + timedelta(days=term.days)


@given(TERMS, DAYS)
def test_starting_later_never_makes_due_sooner(term: PaymentTerm, starts_on: date) -> None:
    assert due_on(term, starts_on) <= due_on(term, starts_on + timedelta(days=1))


@given(st.integers(1, 31), DAYS)
def test_a_term_with_a_pay_day_falls_on_that_day(day: int, starts_on: date) -> None:
    for method in (Method.DAYS_THEN_MONTH_END, Method.MONTH_END_THEN_DAYS):
        falls_on = due_on(PaymentTerm(method, 30, pay_day=day), starts_on)
        assert falls_on.day == day or (falls_on.day < day and falls_on == end_of_month(falls_on))


# Caps


def codes(term: str, start: str, **given_facts: Buyer | Sector) -> list[str]:
    read, starts_on = parse_term(term), date.fromisoformat(start)
    return [warning.code for warning in cap_warnings(read, starts_on, due_on(read, starts_on), **given_facts)]


@pytest.mark.parametrize(
    ("term", "start", "facts", "expected"),
    [
        ("NET_60", "2026-11-21", {}, []),
        ("NET_61", "2026-11-21", {}, ["ABOVE_CAP_WITHIN_DEROGATION"]),
        ("NET_75", "2026-11-30", {}, ["ABOVE_CAP"]),
        ("NET_90", "2026-11-21", {"buyer": Buyer.BUSINESS}, ["ABOVE_CAP"]),
        ("NET_90", "2026-11-21", {"buyer": Buyer.CONSUMER}, []),
        ("EOM30_A", "2026-07-02", {}, []),  # 60 days exactly, the worst case
        ("EOM45_A", "2026-01-16", {}, []),  # 74 days: the derogation itself
        ("EOM45_A_DAY10", "2026-01-16", {}, ["ABOVE_CAP"]),
        ("EOM60_A", "2026-04-10", {}, ["ABOVE_CAP"]),
        # the cap is counted from the issue of the invoice
        ("NET_30_FROM_INVOICE_RECEIPT", "2026-11-21", {}, ["CAP_STARTS_ELSEWHERE"]),
        ("à réception", "2026-11-21", {}, []),
        # what the law states answers to its own cap, whatever starts it among the law's events
        ("DEFAULT_RECEIPT_30", "2026-11-21", {}, []),
        ("DEFAULT_RECEIPT_30_FROM_END_OF_PERFORMANCE", "2026-11-21", {}, []),
        ("ALCOHOL_EOM_30", "2026-11-01", {}, []),
        ("WINE_EOM45_A", "2026-01-16", {}, []),
        ("PUBLIC_UNDERTAKING_60", "2026-11-21", {}, []),
        ("PUBLIC_UNDERTAKING_60", "2026-11-21", {"buyer": Buyer.PUBLIC_STATE}, ["ABOVE_CAP"]),
        ("PUBLIC_UNDERTAKING_60", "2026-11-21", {"buyer": Buyer.BUSINESS}, ["CAP_STARTS_ELSEWHERE"]),
        # sectors and public buyers
        ("NET_30", "2026-11-21", {"sector": Sector.TRANSPORT}, []),
        ("NET_31", "2026-11-21", {"sector": Sector.TRANSPORT}, ["ABOVE_CAP"]),
        ("EOM30_A", "2026-11-21", {"sector": Sector.TRANSPORT}, ["ABOVE_CAP"]),
        ("EOM45_A", "2026-11-21", {"sector": Sector.PERIODIC}, ["ABOVE_CAP"]),
        ("NET_45", "2026-11-21", {"sector": Sector.PERIODIC}, []),
        ("NET_20_FROM_GOODS_RECEIPT", "2026-11-21", {"sector": Sector.MEAT}, []),
        ("NET_21_FROM_GOODS_RECEIPT", "2026-11-21", {"sector": Sector.MEAT}, ["ABOVE_CAP"]),
        ("NET_30", "2026-11-21", {"sector": Sector.PERISHABLE}, ["CAP_STARTS_ELSEWHERE"]),
        ("PERISHABLE_DECADE_30", "2026-11-05", {"sector": Sector.PERISHABLE}, ["ABOVE_CAP"]),
        ("NET_60", "2026-11-21", {"sector": Sector.WINE}, []),
        ("NET_51_FROM_INVOICE_RECEIPT", "2026-11-21", {"buyer": Buyer.PUBLIC_HEALTH}, ["ABOVE_CAP"]),
        ("NET_30_FROM_INVOICE_RECEIPT", "2026-11-21", {"buyer": Buyer.PUBLIC_STATE}, []),
        # new versions of the articles on 1 January 2027; nothing is known before the first row
        ("NET_61", "2027-01-01", {"sector": Sector.TRANSPORT}, ["ABOVE_CAP"]),
        ("NET_30", "2019-04-25", {}, ["CAP_UNKNOWN"]),
        ("NET_30", "2023-12-31", {"sector": Sector.TRANSPORT}, ["CAP_UNKNOWN"]),
    ],
)
def test_caps(term: str, start: str, facts: dict[str, Buyer | Sector], expected: list[str]) -> None:
    assert codes(term, start, **facts) == expected


def test_a_warning_names_the_cap_the_derogation_and_the_source() -> None:
    term, starts_on = parse_term("EOM30_A_DAY10"), date(2026, 4, 10)
    (warning,) = cap_warnings(term, starts_on, due_on(term, starts_on))
    assert warning.sentence == (
        "L'échéance du 10 juin 2026 est à 61 jours ; le maximum est « 60 jours date de facture », soit le "
        "9 juin 2026. L'échéance reste dans la limite de « fin de mois + 45 jours » (14 juin 2026), "
        "permise seulement si le contrat le prévoit expressément."
    )
    assert warning.source == "C. com. L441-10 I"


def test_a_warning_follows_the_law_of_its_day() -> None:
    term = parse_term("NET_50")
    before, after = date(2026, 12, 31), date(2027, 1, 1)
    (old,) = cap_warnings(term, before, due_on(term, before), sector=Sector.PERIODIC)
    (new,) = cap_warnings(term, after, due_on(term, after), sector=Sector.PERIODIC)
    assert old.source == "C. com. L441-10 I et CGI 289 I-3"
    assert new.source == "C. com. L441-10 I et CIBS L216-34 (version du 1er janvier 2027)"


@given(st.integers(0, 365), DAYS)
def test_sixty_days_are_the_cap_of_plain_terms(days: int, issued_on: date) -> None:
    term = PaymentTerm(Method.DAYS, days)
    assert bool(cap_warnings(term, issued_on, due_on(term, issued_on))) is (days > 60)


@given(DAYS)
def test_thirty_days_end_of_month_never_pass_sixty_days(issued_on: date) -> None:
    for code in ("EOM30_A", "EOM30_B"):
        term = parse_term(code)
        assert cap_warnings(term, issued_on, due_on(term, issued_on)) == ()


@given(TERMS, DAYS, st.sampled_from(Buyer), st.sampled_from(Sector))
def test_every_buyer_and_sector_has_a_cap_or_none(
    term: PaymentTerm, starts_on: date, buyer: Buyer, sector: Sector
) -> None:
    for warning in cap_warnings(term, starts_on, due_on(term, starts_on), buyer=buyer, sector=sector):
        assert warning.code != "CAP_UNKNOWN"
        assert warning.sentence.endswith(".")
        assert warning.source
