"""Words in data: for "no value", for yes and no, for months."""

from __future__ import annotations


def spaced(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


TOTALS = frozenset(
    (
        *spaced(
            "total totals sum sums subtotal summe gesamt gesamtsumme insgesamt zusammen razem suma somme totale totaal"
        ),
        *spaced("łącznie ogółem celkem součet összesen ukupno zbroj svega skupaj итого всего сума усього укупно общо"),
        *spaced("yhteensä summa totalt samtals toplam σύνολο 合计 总计 合計 総計 합계 총계"),
        *("grand total", "total general", "total général", "total geral", "overall total", "sub total", "sub-total"),
    )
)
"""Words that begin a record which sums others up; in small letters."""
STRONG_NULLS = frozenset(("\\n", "#n/a", "#n/d", "#nv", "<na>", "<null>", "(null)", "#null!", "[null]"))
"""Texts that mean "no value" in a column of words, too; in small letters."""

NULLS = STRONG_NULLS | frozenset(
    (
        "",
        "null",
        "nan",
        "none",
        "nil",
        "na",
        "n/a",
        "n.a.",
        "n/d",
        "nd",
        "n.d.",
        "k.a.",
        "k. a.",
        "keine angabe",
        "s/d",
        "s.d.",
        "b.d.",
        "brak",
        "brak danych",
        "nema",
        "nema podataka",
        "нет",
        "нема",
        "unknown",
        "unbekannt",
        "inconnu",
        "missing",
        "undefined",
        "not available",
        "not applicable",
        "no data",
        "-",
        "--",
        "---",
        "\u2013",
        "\u2014",
        ".",
        "..",
        "...",
        "?",
        "#value!",
        "#div/0!",
        "#ref!",
        "#name?",
        "#num!",
    )
)
"""Texts that mean "no value" in a column of numbers or times; in small letters."""

BOOLEANS: tuple[tuple[str, str, str], ...] = (
    ("true", "false", "English"),
    ("yes", "no", "English"),
    ("ja", "nein", "German"),
    ("wahr", "falsch", "German"),
    ("oui", "non", "French"),
    ("vrai", "faux", "French"),
    ("sí", "no", "Spanish"),
    ("si", "no", "Spanish"),
    ("verdadero", "falso", "Spanish"),
    ("sì", "no", "Italian"),
    ("vero", "falso", "Italian"),
    ("tak", "nie", "Polish"),
    ("prawda", "fałsz", "Polish"),
    ("da", "ne", "Serbian"),
    ("да", "не", "Serbian"),
    ("да", "нет", "Russian"),
    ("ano", "ne", "Czech"),
    ("áno", "nie", "Slovak"),
    ("sim", "não", "Portuguese"),
    ("ja", "nee", "Dutch"),
    ("ja", "nej", "Swedish"),
    ("igen", "nem", "Hungarian"),
    ("evet", "hay\u0131r", "Turkish"),
    ("on", "off", "English"),
    ("t", "f", "English"),
    ("y", "n", "English"),
    ("j", "n", "German"),
    ("o", "n", "French"),
    ("s", "n", "Spanish"),
    ("v", "f", "Italian"),
)
"""Words for true and for false, and their language; in small letters."""

MONTHS = spaced(
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sep oct nov dec"
)
WEEKDAYS = spaced("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun")
"""In English, as strptime has them in every place."""

IDENTIFIERS = frozenset(
    spaced(
        "zip zipcode plz postleitzahl postcode postal postalcode phone tel telefon telephone mobile handy fax "
        "isbn issn ean gtin upc iban bic swift ssn vat nip pesel regon jmbg pib oib siret siren konto "
        "kontonummer pin imei barcode"
    )
)
"""Words of columns whose digits are no quantity."""

MONEY = frozenset(
    spaced(
        "price amount cost total sum net gross tax fee balance salary wage revenue turnover discount payment "
        "paid charge preis betrag kosten summe gehalt umsatz steuer brutto netto gebuehr prix montant cout "
        "solde cena kwota koszt suma iznos cijena precio importe saldo prezzo importo eur usd gbp chf pln rsd "
        "czk huf"
    )
)
"""Words of columns of money, which is counted exactly."""
