"""Reading companies."""

from quittance.company.models import BankAccount, Company, Member


class NoSuchCompany(LookupError):
    """No company here has this short name."""


def company_by_slug(slug: str) -> Company:
    """Find a company by its short name. Refusal: `NoSuchCompany`, naming those that exist."""
    try:
        return Company.objects.get(slug=slug)
    except Company.DoesNotExist:
        known = ", ".join(Company.objects.order_by("slug").values_list("slug", flat=True)[:10])
        remedy = f"Sociétés connues : {known}." if known else "Créez-la avec « quittance company create »."
        raise NoSuchCompany(f"La société « {slug} » n'existe pas ici. {remedy}") from None


def all_companies() -> list[Company]:
    """Return every company of the installation, by short name."""
    return list(Company.objects.order_by("slug"))


def bank_accounts(company_id: int) -> list[BankAccount]:
    """Return the company's accounts, the one printed on its documents first."""
    return list(BankAccount.objects.filter(company_id=company_id).order_by("pk"))


def account_owner(iban: str) -> int | None:
    """Return the id of the company that owns an account, if any here does."""
    return BankAccount.objects.filter(iban=iban).values_list("company_id", flat=True).first()


def members(company_id: int) -> list[Member]:
    """Return the people of a company, the one who represents it first."""
    return list(Member.objects.filter(company_id=company_id).order_by("rank", "pk"))
