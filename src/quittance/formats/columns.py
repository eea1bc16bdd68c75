"""What the columns of a spreadsheet are called: synonyms as data, and how a header is recognised.

Names are written as `column_key` leaves them: lower case, without accents, punctuation or currency. Where two
columns of a file answer to the same field, the name that comes first here wins.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from quittance.formats.errors import InvoiceFileError
from quittance.formats.tables import Row

PAGE = "docs/reference/import-files.md"  # lists every accepted title
HEADER_SEARCH_ROWS = 20  # exports often begin with a title and the date of the export


@dataclass(frozen=True, slots=True)
class Column:
    """One field, its French name for messages, its names in files separated by ` / `, its longest text."""

    field: str
    label: str
    names: str
    longest: int = 200

    @property
    def keys(self) -> tuple[str, ...]:
        """The names, in order of preference."""
        return tuple(self.names.split(" / "))

    def resembles(self, title: str) -> bool:
        """Whether a title that was not understood is nearly one of the names: a slip of the hand."""
        return bool(get_close_matches(column_key(title), self.keys, n=1, cutoff=0.75))


CUSTOMER_COLUMNS = (
    Column(
        "reference",
        "Code client",
        "code client / reference client / customer id / customer reference / numero client / n client"
        " / no client / identifiant client / compte auxiliaire / compte client / reference / code"
        " / identifiant / id / compte",
        60,
    ),
    Column(
        "name",
        "Raison sociale",
        "raison sociale / denomination sociale / denomination / nom du client / nom client / customer name"
        " / nom de l entreprise / entreprise / societe / client / company / nom / name / intitule",
    ),
    Column(
        "kind", "Type de client", "type de client / type client / categorie / kind / customer kind / type", 40
    ),
    Column(
        "siren",
        "SIREN",
        "siren / n siren / no siren / numero siren / numero de siren / siret / n siret / no siret"
        " / numero siret / siren siret",
        40,
    ),
    Column(
        "vat_number",
        "N° de TVA",
        "tva intracommunautaire / n tva / no tva / n de tva / no de tva / numero de tva / numero tva"
        " / n tva intracommunautaire / no tva intracommunautaire / numero de tva intracommunautaire"
        " / vat number / vat / tva",
        40,
    ),
    Column(
        "street", "Adresse", "adresse / adresse 1 / adresse de facturation / rue / voie / street / address"
    ),
    Column("postcode", "Code postal", "code postal / cp / zip / zip code / postcode / postal code", 12),
    Column("city", "Ville", "ville / commune / localite / city / town", 100),
    Column("country", "Pays", "pays / code pays / country / country code", 40),
    Column(
        "email",
        "E-mail",
        "e mail / email / mail / mel / courriel / adresse e mail / adresse email / adresse mail"
        " / e mail de facturation / email facturation / email comptabilite",
        254,
    ),
    Column(
        "phone", "Téléphone", "telephone / tel / n de telephone / numero de telephone / portable / phone", 30
    ),
    Column("iban", "IBAN", "iban / compte bancaire / coordonnees bancaires", 60),
    Column(
        "term",
        "Délai de paiement",
        "delai de paiement / delai de reglement / conditions de reglement / conditions de paiement"
        " / condition de reglement / reglement / delai / echeance / terms / terms days / payment terms"
        " / payment term",
        120,
    ),
    Column(
        "payer_aliases",
        "Autres payeurs",
        "autres payeurs / autre payeur / autres noms de payeur / payeurs / paye par / alias du payeur"
        " / alias payeur / alias / payer aliases / payer alias",
        500,
    ),
    Column("contact_civility", "Civilité", "civilite / civilite du contact / civility", 20),
    Column("contact_first_name", "Prénom", "prenom / prenom du contact / prenom contact / first name", 80),
    Column("contact_last_name", "Nom du contact", "nom du contact / nom contact / contact / last name", 80),
    Column("language", "Langue", "langue / language", 20),
    Column("address_form", "Tutoiement", "tutoiement / vous ou tu / tu ou vous / address form", 20),
    Column("tone", "Ton", "ton / ton des relances / tone", 20),
    Column(
        "in_charge_email",
        "E-mail du commercial",
        "e mail du commercial / email du commercial / email commercial / mail du commercial / in charge email"
        " / person in charge email / person in charge",
        254,
    ),
)

INVOICE_COLUMNS = (
    Column(
        "number",
        "Numéro",
        "numero de facture / numero facture / n facture / no facture / n de facture / no de facture"
        " / invoice number / numero de piece / n piece / no piece / n de piece / numero / n / no / number"
        " / facture n / facture no / facture / piece / reference facture / reference",
        60,
    ),
    Column(
        "customer_reference",
        "Code client",
        "code client / reference client / customer id / customer reference / numero client / n client"
        " / no client / identifiant client / compte auxiliaire / compte client / compte tiers / code tiers"
        " / code",
        60,
    ),
    Column(
        "customer_name",
        "Client",
        "nom du client / nom client / raison sociale / client / customer name / customer / tiers"
        " / societe / nom",
    ),
    Column(
        "issued_on",
        "Date",
        "date de facture / date facture / date fact / date de la facture / date d emission / invoice date / issue date"
        " / date de piece / date piece / emise le / date",
    ),
    Column(
        "due_on",
        "Date d'échéance",
        "date d echeance / date echeance / echeance / due date / due on / a payer avant le / date limite",
    ),
    Column("currency", "Devise", "devise / monnaie / currency"),
    Column(
        "net_cents",
        "Total HT",
        "total ht / montant ht / ht / net ht / montant hors taxes / total hors taxes / total net / net"
        " / net amount",
    ),
    Column(
        "vat_cents",
        "TVA",
        "total tva / montant tva / montant de la tva / tva / total vat / vat / vat amount / tva 20 / tva 10"
        " / tva 5 5 / tva 2 1",
    ),
    Column(
        "total_cents",
        "Montant TTC",
        "total ttc / montant ttc / ttc / net a payer / montant total / total amount / total / montant"
        " / amount",
    ),
    Column("kind", "Type", "type / type de piece / type de document / nature / kind"),
    Column(
        "order_reference",
        "Commande",
        "bon de commande / n de commande / no de commande / n commande / no commande / numero de commande"
        " / reference commande / commande / votre reference / order reference / order / purchase order",
        80,
    ),
    Column("subject", "Objet", "objet / libelle / designation / description / subject"),
    Column(
        "paid_cents",
        "Déjà réglé",
        "deja regle / deja paye / montant regle / montant paye / total regle / regle / reglee / paye / payee / encaisse"
        " / paid / amount paid",
    ),
    Column(
        "open_cents",
        "Reste à payer",
        "reste a payer / reste du / solde du / solde / restant du / montant du / open amount / balance"
        " / amount due",
    ),
)

LINE_COLUMNS = (
    Column(
        "number",
        "Numéro de facture",
        "numero de facture / numero facture / n facture / no facture / n de facture / no de facture"
        " / invoice number / facture / numero / n / no / number / invoice",
        60,
    ),
    Column("position", "Ligne", "position / ligne / n ligne / no ligne / numero de ligne / rang / line"),
    Column(
        "description",
        "Désignation",
        "designation / description / libelle / article / produit / prestation",
        500,
    ),
    Column("quantity_e4", "Quantité", "quantite / qte / qt / quantity / qty"),
    Column(
        "unit_price_e6",
        "Prix unitaire HT",
        "prix unitaire ht / pu ht / prix unitaire / pu / prix ht / prix / unit price / price",
    ),
    Column("vat_rate_bp", "Taux de TVA", "taux de tva / taux tva / tva / vat rate / vat / taux"),
    Column(
        "net_cents",
        "Montant HT",
        "montant ht / total ht / total ligne ht / montant hors taxes / ht / amount ht / net amount / net"
        " / montant / total / amount",
    ),
)

# The first name of each value is the one that messages show.
CHOICES: dict[str, dict[str, str]] = {
    "customer kind": {
        **dict.fromkeys(("entreprise", "b2b", "professionnel", "professionnels", "pro", "societe"), "b2b"),
        **dict.fromkeys(("business", "company", "association"), "b2b"),
        **dict.fromkeys(("public", "b2g", "secteur public", "acheteur public", "collectivite"), "public"),
        **dict.fromkeys(("administration", "mairie", "etat"), "public"),
        **dict.fromkeys(("particulier", "b2c", "consumer", "particuliers", "consommateur"), "consumer"),
    },
    "language": {
        **dict.fromkeys(("fr", "francais", "french"), "fr"),
        **dict.fromkeys(("en", "anglais"), "en"),
    }
    | {"english": "en"},
    "address_form": {"vous": "vous", "tu": "tu", "non": "vous", "oui": "tu"},
    "tone": {
        **dict.fromkeys(("chaleureux", "warm", "cordial", "amical"), "warm"),
        **dict.fromkeys(("neutre", "neutral", "normal"), "neutral"),
        **dict.fromkeys(("ferme", "firm"), "firm"),
    },
    "invoice kind": {
        **dict.fromkeys(("facture", "invoice", "fa", "fac", "380"), "invoice"),
        **dict.fromkeys(("facture d acompte", "acompte", "386", "facture de solde", "384"), "invoice"),
        **dict.fromkeys(("avoir", "credit note", "av", "381", "note de credit"), "credit_note"),
    },
    "country": {
        **dict.fromkeys(("france", "fra"), "FR"),
        **dict.fromkeys(("belgique", "belgium"), "BE"),
        **dict.fromkeys(("suisse", "switzerland"), "CH"),
        **dict.fromkeys(("luxembourg",), "LU"),
        **dict.fromkeys(("allemagne", "germany"), "DE"),
        **dict.fromkeys(("espagne", "spain"), "ES"),
        **dict.fromkeys(("italie", "italy"), "IT"),
        **dict.fromkeys(("pays bas", "netherlands"), "NL"),
        **dict.fromkeys(("portugal",), "PT"),
        **dict.fromkeys(("royaume uni", "united kingdom"), "GB"),
        **dict.fromkeys(("monaco",), "MC"),
    },
}

_VAT_OF_ONE_RATE = re.compile(r"tva \d.*")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_CURRENCY = re.compile(r" (en )?(eur|euro|euros)$")


def column_key(header: str) -> str:
    """Reduce a header to what identifies it: `Date d'échéance` and `DATE D ECHEANCE` are one, `T.V.A. (€)` is
    `tva`.
    """
    plain = unicodedata.normalize("NFKD", header.replace(".", "").replace("°", " "))
    words = _NOT_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c)).lower()).strip()
    return _CURRENCY.sub("", words)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each field stands (0-based), under which title, and the titles that were not understood."""

    places: dict[str, int]
    titles: dict[str, str]
    ignored: tuple[str, ...]
    found: tuple[str, ...]
    repeated: str  # a title that stands twice, and would be read
    row: int  # rank of the header among the rows

    def require(self, columns: tuple[Column, ...], *fields: str) -> None:
        """Refuse the file when none of these fields has a column; the first one is named."""
        if not any(field in self.places for field in fields):
            missing = next(column for column in columns if column.field == fields[0])
            near = next((title for title in self.ignored if missing.resembles(title)), "")
            advice = (
                f"Est-ce « {near} » ? Renommez-la « {missing.label} »"
                if near
                else f"Titres acceptés : {', '.join(missing.keys[:6])}… (liste : {PAGE})"
            )
            raise InvoiceFileError(
                f"la colonne « {missing.label} » manque. {advice}. Colonnes trouvées : {', '.join(self.found)}"
            )

    def require_one_vat_column(self) -> None:
        """Refuse VAT in one column for each rate: the one read would pass for the VAT of the invoice."""
        if _VAT_OF_ONE_RATE.fullmatch(column_key(self.titles.get("vat_cents", ""))):
            others = [title for title in self.ignored if _VAT_OF_ONE_RATE.fullmatch(column_key(title))]
            if others:
                raise InvoiceFileError(
                    f"la TVA est répartie par taux (« {self.titles['vat_cents']} », « {others[0]} »). "
                    "Ajoutez une colonne « Total TVA », ou supprimez ces colonnes et gardez le total TTC"
                )


def find_header(rows: tuple[Row, ...], columns: tuple[Column, ...]) -> Header:
    """Find the row of titles: the one of the first rows where most fields are recognised."""
    header = _best_header(rows, columns)
    if header.repeated:
        raise InvoiceFileError(
            f"deux colonnes portent le même titre « {header.repeated} ». Renommez l'une d'elles",
            rows[header.row].line,
        )
    return header


def proposed_header(rows: tuple[Row, ...], columns: tuple[Column, ...]) -> Header:
    """Find the row of titles and what is certain of it: two columns of one title are left to a person, and so is
    VAT that stands in one column for each rate.
    """
    header = _best_header(rows, columns)
    keys = [column_key(cell) for cell in rows[header.row].cells]
    rates = [key for key in keys if _VAT_OF_ONE_RATE.fullmatch(key)]
    places = {
        field: place
        for field, place in header.places.items()
        if keys.count(keys[place]) == 1 and not (keys[place] in rates and len(rates) > 1)
    }
    return _with_places(header, rows[header.row], places)


def chosen_header(rows: tuple[Row, ...], columns: tuple[Column, ...], chosen: Mapping[int, str]) -> Header:
    """Read the row of titles as a person says: the field of each place (0-based); other places are left alone.

    Refusal: `InvoiceFileError`, for two places that would be one field.
    """
    labels = {column.field: column.label for column in columns}
    places: dict[str, int] = {}
    for place, field in sorted(chosen.items()):
        if field in places:
            raise InvoiceFileError(f"deux colonnes deviennent « {labels[field]} ». Choisissez-en une seule")
        if field in labels:
            places[field] = place
    header = _best_header(rows, columns)
    return _with_places(header, rows[header.row], places)


def _with_places(header: Header, row: Row, places: dict[str, int]) -> Header:
    return replace(
        header,
        places=places,
        titles={field: row.cells[place] for field, place in places.items() if _title(row, place)},
        ignored=tuple(cell for place, cell in enumerate(row.cells) if cell and place not in places.values()),
        repeated="",
    )


def _title(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _best_header(rows: tuple[Row, ...], columns: tuple[Column, ...]) -> Header:
    headers = [_header(rank, row, columns) for rank, row in enumerate(rows[:HEADER_SEARCH_ROWS])]
    return max(headers, key=lambda header: (len(header.places), -header.row))


def _header(rank: int, row: Row, columns: tuple[Column, ...]) -> Header:
    keys = [column_key(cell) for cell in row.cells]
    places: dict[str, int] = {}
    for column in columns:
        for key in column.keys:
            if key in keys:
                places[column.field] = keys.index(key)
                break
    titles = {field: row.cells[place] for field, place in places.items()}
    repeated = next((row.cells[place] for place in places.values() if keys.count(keys[place]) > 1), "")
    ignored = tuple(cell for place, cell in enumerate(row.cells) if cell and place not in places.values())
    return Header(places, titles, ignored, tuple(filter(None, row.cells)), repeated, rank)
