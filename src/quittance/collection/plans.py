"""The plans a company starts with, as data: law.md 7.1 for the notices, the texts' own steps for the days."""

from quittance.domain.reminders import Plan, Step

STANDARD = Plan(
    (
        Step("J-7", -7, "mail", "before_due", minimum_term_days=30),
        Step("J+10", 10, "mail", "reminder_1"),
        Step("J+20", 20, "mail", "reminder_2"),
        Step("J+25", 25, "call"),
        Step("J+30", 30, "letter", "formal_notice"),
    )
)

# Interest is due by law and nothing can be waived: no notice, and the file goes through Chorus Pro.
PUBLIC_BUYER = Plan(
    (
        Step("J+5", 5, "mail", "public_reminder"),
        Step("J+20", 20, "mail", "public_interest"),
    )
)

CONSUMER = Plan(
    (
        Step("J-7", -7, "mail", "before_due", minimum_term_days=30),
        Step("J+10", 10, "mail", "consumer_reminder_1"),
        Step("J+20", 20, "mail", "consumer_reminder_2"),
        Step("J+25", 25, "call"),
        Step("J+30", 30, "letter", "consumer_formal_notice"),
    )
)

DEFAULT_PLANS = {
    "b2b": ("Standard", STANDARD),
    "public": ("Acheteur public", PUBLIC_BUYER),
    "consumer": ("Particulier", CONSUMER),
}
