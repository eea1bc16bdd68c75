"""The company's own words: written in place of the library's, tried out, undone, and never with a hole."""

from dataclasses import replace
from datetime import date

import pytest

from cast import ACTOR, MAIRIE, PARTICULIER, TARDIF, Bill, Desk, at_noon, decision_for, in_words
from quittance.collection.models import OwnText, Reminder
from quittance.collection.plan_operations import (
    NoSuchText,
    TextRefused,
    restore_text,
    rewrite_text,
    use_shipped_text,
)
from quittance.collection.plan_queries import own_text_history, own_wordings
from quittance.company.operations import change_company
from quittance.customers.queries import customer_by_reference
from quittance.domain.plans import plan_texts
from quittance.domain.texts import library
from quittance.domain.texts.known import known_in
from quittance.domain.texts.library import MessageVersion
from quittance.domain.texts.lint import lint_wording
from quittance.flows.deliver import PostOffice
from quittance.flows.try_texts import (
    Attempt,
    CannotBeTried,
    TrialNotSent,
    may_be_tried_on,
    send_trial,
    try_text,
)
from quittance.gateways.mailer import Rejected
from quittance.journal.queries import entries_of_kind

TEXT = "reminder_1_neutral"
LATE = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
J10 = date(2026, 9, 17)
SHIPPED = library.messages()[TEXT].versions["fr"]
OWN = replace(SHIPPED, body=SHIPPED.body.replace("Cordialement", "Bien amicalement"))


def rewrite(desk: Desk, wording: MessageVersion, *, text: str = TEXT, version: str = "fr"):
    return rewrite_text(
        company_id=desk.company.pk,
        text_id=text,
        version=version,
        wording=wording,
        actor=ACTOR,
        at=at_noon(date(2026, 9, 1)),
    )


def body_to(desk: Desk, email: str) -> str:
    mail = next(mail for mail in desk.mails if email in mail["To"])
    return mail.get_body(("plain",)).get_content()


def test_a_reminder_is_written_in_the_companys_own_words(desk: Desk, neighbour: Desk):
    rewrite(desk, OWN)
    for one in (desk, neighbour):
        one.invoices(LATE)
        one.morning(J10)
    assert "Bien amicalement" in body_to(desk, TARDIF.email)
    assert "Bien amicalement" not in body_to(neighbour, TARDIF.email)
    assert desk.broken(J10) == []


def test_who_is_written_to_otherwise_keeps_the_shipped_words(desk: Desk):
    rewrite(desk, OWN, version="fr")
    customer = customer_by_reference(desk.company.pk, TARDIF.reference)
    customer.address_form = "tu"
    customer.save(update_fields=["address_form"])
    desk.invoices(LATE)
    desk.morning(J10)
    assert "Peux-tu" in body_to(desk, TARDIF.email)


def test_the_history_is_kept_and_an_earlier_version_stands_again(desk: Desk):
    first = rewrite(desk, OWN)
    second = rewrite(desk, replace(OWN, body=OWN.body.replace("Bien amicalement", "À bientôt")))
    assert first is not None
    assert second is not None
    assert [row.pk for row in own_text_history(desk.company.pk, TEXT, "fr")] == [second.pk, first.pk]
    again = restore_text(
        company_id=desk.company.pk, own_text_id=first.pk, actor=ACTOR, at=at_noon(date(2026, 9, 2))
    )
    assert again is not None
    assert "Bien amicalement" in own_wordings(desk.company.pk)[TEXT]["fr"].body
    assert OwnText.objects.filter(replaced_at__isnull=True).count() == 1


def test_back_to_the_shipped_text(desk: Desk):
    rewrite(desk, OWN)
    back = {"company_id": desk.company.pk, "text_id": TEXT, "version": "fr", "actor": ACTOR}
    assert use_shipped_text(**back, at=at_noon(date(2026, 9, 2)))
    assert own_wordings(desk.company.pk) == {}
    assert not use_shipped_text(**back, at=at_noon(date(2026, 9, 2)))


def test_to_write_the_shipped_words_again_is_to_go_back_to_them(desk: Desk):
    rewrite(desk, OWN)
    assert rewrite(desk, SHIPPED) is None
    assert own_wordings(desk.company.pk) == {}


def test_the_same_words_twice_are_written_once(desk: Desk):
    rewrite(desk, OWN)
    assert rewrite(desk, OWN) is None
    assert len(entries_of_kind(desk.company.pk, "collection.text_rewritten")) == 1


def test_one_company_never_restores_the_text_of_another(desk: Desk, neighbour: Desk):
    row = rewrite(desk, OWN)
    assert row is not None
    with pytest.raises(NoSuchText):
        restore_text(
            company_id=neighbour.company.pk, own_text_id=row.pk, actor=ACTOR, at=at_noon(date(2026, 9, 2))
        )


# what is written, where, and the rule that speaks with the place it names
REFUSED = [
    ("body", "Cordialement", "Cordialement, sinon le tribunal,", "threat_in_courteous_text", "body"),
    ("body", "{{ greeting }}", "{{ saluation }}", "unknown_variable", "body"),
    ("body", "{{ greeting }}", "{{ penalty.stanse }}", "unknown_variable", "body"),
    ("body", "{{ greeting }}", "{{greeting}}", "braces_left", "body"),
    ("body", "{{ greeting }}", "Bonjour {nom}", "braces_left", "body"),
    ("body", "{{ greeting }}", "{{ quote.number }}", "not_known_here", "body"),
    ("body", "{{ greeting }}", "{{ row.number }}", "not_known_here", "body"),
    ("body", "{{ signature }}", "Julien", "unsigned", "body"),
    ("body", "{{ pay.block }}", "", "no_way_to_pay", "body"),
    ("body", "{{ invoices.list }}", "", "missing_references", "body"),
    ("body", "Cordialement", "Réglez avant le 15 juillet. Cordialement", "hard_coded_figure", "body"),
    ("body", "Cordialement", "Dis-moi si tu veux. Cordialement", "address_mixed", "body"),
    ("subject_one", "Facture", "URGENT, facture", "pressure", "subject_one"),
    ("subject_many", "{{ net.open }}", "{{ signature }}", "misplaced_variable", "subject_many"),
    ("subject_many", "{{ net.open }}", "{{ invoice.order_reference }}", "misplaced_variable", "subject_many"),
    ("lead_one", "{{ bank.read_on }}", "{{ lead }}", "misplaced_variable", "lead_one"),
    ("lead_many", SHIPPED.lead_many, "", "lead_missing", "lead_many"),
]


@pytest.mark.parametrize(("part", "old", "new", "rule", "place"), REFUSED)
def test_what_may_not_be_said_is_refused_with_its_place(
    desk: Desk, part: str, old: str, new: str, rule: str, place: str
):
    wording = replace(SHIPPED, **{part: getattr(SHIPPED, part).replace(old, new)})
    with pytest.raises(TextRefused) as refused:
        rewrite(desk, wording)
    told = {finding.rule: finding for finding in refused.value.findings}
    assert rule in told
    assert told[rule].place == place
    assert own_wordings(desk.company.pk) == {}


def test_a_near_name_is_offered_for_an_unknown_variable(desk: Desk):
    wording = replace(SHIPPED, body=SHIPPED.body + "\n{{ invoice.due_one }}")
    with pytest.raises(TextRefused, match=r"invoice\.due_on »"):
        rewrite(desk, wording)


def test_what_is_only_unwise_is_told_and_kept(desk: Desk):
    wording = replace(
        SHIPPED, body=SHIPPED.body.replace("{{ signature }}", "{{ signature }}\n{{ pay.link }}")
    )
    findings = lint_wording(library.messages()[TEXT], "fr", wording, known_in(TEXT))
    assert [(finding.rule, finding.severity) for finding in findings] == [("line_dropped", "warn")]
    assert rewrite(desk, wording) is not None


def test_shipped_wordings_pass_their_own_rules():
    for text in plan_texts().values():
        for text_id in text.text_ids:
            shipped = library.messages()[text_id]
            for name, version in shipped.versions.items():
                assert lint_wording(shipped, name, version, known_in(text_id)) == []


KINDS = {"b2b": TARDIF, "public": MAIRIE, "consumer": PARTICULIER}
TEXT_IDS = [text_id for text in plan_texts().values() for text_id in text.text_ids]


@pytest.mark.parametrize("text_id", TEXT_IDS)
def test_every_variable_said_to_be_known_is_known(desk: Desk, text_id: str):
    """Each is put alone on a line of the text: it is written, or its line goes; nothing is held back."""
    company = change_company(
        company_id=desk.company.pk, actor=ACTOR, at=at_noon(J10), mediator="Médiateur, 1 rue de la Paix",
        street="1 rue du Port", postcode="69002",
    )  # fmt: skip
    text = library.messages()[text_id]
    today = date(2026, 9, 1) if text.step == "J-7" else date(2026, 10, 7)
    for kind in text.audience:
        customer = KINDS[kind]
        desk.invoices(replace(LATE, number=f"F-{kind}", customer=customer))
        found = customer_by_reference(company.pk, customer.reference)
        for name, version in text.versions.items():
            lines = "\n".join(
                f"{variable} = {{{{ {variable} }}}}" for variable in known_in(text_id) if variable != "lead"
            )
            wording = replace(version, body=version.body + "\n" + lines)
            tried = try_text(
                company=company,
                attempt=Attempt(text_id=text_id, version=name, customer_id=found.pk, wording=wording),
                today=today,
            )
            assert "{{" not in tried.message.body


def attempt_on(desk: Desk, **more) -> Attempt:
    customer = customer_by_reference(desk.company.pk, TARDIF.reference)
    return Attempt(**{"text_id": TEXT, "version": "fr", "customer_id": customer.pk, **more})


def office(desk: Desk) -> PostOffice:
    return PostOffice(
        mailer_of=lambda _: desk.mailer,
        archive=desk.archive,
        letters=desk.letters,
        worker="test",
        is_dead=lambda _: True,
        clock=lambda: at_noon(J10),
        actor=ACTOR,
    )


def trial(desk: Desk, **more) -> None:
    send_trial(
        company=desk.company,
        attempt=attempt_on(desk, **more),
        to=("Camille", "camille@morel.example"),
        office=office(desk),
        today=date(2026, 10, 7),
        actor=ACTOR,
        at=at_noon(J10),
    )


@pytest.mark.parametrize(("text_id", "files"), [(TEXT, 0), ("reminder_2", 1), ("formal_notice", 2)])
def test_a_trial_goes_to_oneself_whole_and_is_no_reminder(desk: Desk, text_id: str, files: int):
    desk.invoices(LATE)
    change_company(
        company_id=desk.company.pk, actor=ACTOR, at=at_noon(J10), street="1 rue du Port", postcode="69002"
    )
    desk.company.refresh_from_db()
    trial(desk, text_id=text_id)
    (mail,) = desk.mails
    assert mail["To"].addresses[0].addr_spec == "camille@morel.example"
    assert mail["Subject"].startswith("[Essai] ")
    assert len(list(mail.iter_attachments())) == files
    assert not Reminder.objects.exists()
    (noted,) = entries_of_kind(desk.company.pk, "collection.trial_sent")
    assert noted["to"] == "camille@morel.example"
    desk.bank(through=date(2026, 9, 16))
    assert in_words(desk.day(J10, dry_run=True), TARDIF) == "J+10"


def test_a_trial_that_does_not_leave_says_so_and_is_not_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.invoices(LATE)

    def refuse(mail, *, handing_over):
        raise Rejected("550 non")

    monkeypatch.setattr(desk.mailer, "deliver", refuse)
    with pytest.raises(TrialNotSent, match="550 non"):
        trial(desk)
    assert entries_of_kind(desk.company.pk, "collection.trial_sent") == []


def test_the_preview_says_what_the_reminder_will_say(desk: Desk):
    desk.invoices(LATE)
    desk.bank(through=date(2026, 9, 16))
    shown = try_text(company=desk.company, attempt=attempt_on(desk), today=J10)
    decided = decision_for(desk.day(J10, dry_run=True), TARDIF)
    assert decided.draft.message is not None
    assert (shown.message.subject, shown.message.body) == (
        decided.draft.message.subject,
        decided.draft.message.body,
    )
    assert shown.filled_in["net.open"] == "1\u202f200,00\u202f€"


def test_who_can_be_chosen_for_a_preview(desk: Desk):
    desk.invoices(LATE, Bill("F-M", MAIRIE, date(2026, 8, 8), date(2026, 9, 7), 500_000))
    chosen = may_be_tried_on(company=desk.company, text_id=TEXT, today=J10)
    assert [one.name for one in chosen] == [TARDIF.name]
    assert may_be_tried_on(company=desk.company, text_id=TEXT, today=J10, in_charge_id=0) == []
    assert may_be_tried_on(company=desk.company, text_id="before_due", today=J10) == []


def test_a_customer_of_another_kind_cannot_be_tried_on(desk: Desk):
    desk.invoices(LATE)
    with pytest.raises(CannotBeTried, match="Choisissez un client"):
        try_text(company=desk.company, attempt=attempt_on(desk, text_id="public_reminder"), today=J10)
    with pytest.raises(CannotBeTried, match="aucune facture à venir"):
        try_text(company=desk.company, attempt=attempt_on(desk, text_id="before_due"), today=J10)


@pytest.mark.parametrize(
    ("part", "words", "said"),
    [
        ("body", "{{ no.such }}", "n'existe pas"),
        ("lead_many", "{{ lead }}", "ne se met pas ici"),
        ("subject_one", "{{ pay.block }}", "ne se met pas ici"),
    ],
)
def test_what_cannot_be_written_is_not_tried(desk: Desk, part: str, words: str, said: str):
    desk.invoices(LATE)
    wording = replace(SHIPPED, **{part: words})
    with pytest.raises(CannotBeTried, match=said):
        try_text(company=desk.company, attempt=attempt_on(desk, wording=wording), today=J10)
