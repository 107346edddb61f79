"""Identifiers of other registries: their form, their check digits, their address."""

import re
from typing import NamedTuple
from urllib.parse import quote

import idutils

from .text import CONTROL

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


class Scheme(NamedTuple):
    """How a registry writes its identifiers: `form` is matched in full; `url` has one {} for the value."""

    label: str
    form: str
    url: str = ""
    example: str = ""


SCHEMES = {
    "ror": Scheme("ROR", r"0[a-hj-km-np-tv-z0-9]{6}\d\d", "https://ror.org/{}", "02f9zrr09"),
    "wikidata": Scheme("Wikidata", r"Q[1-9]\d{0,11}", "https://www.wikidata.org/wiki/{}", "Q507154"),
    "grid": Scheme("GRID", r"grid\.\d{1,8}\.[0-9a-f]{1,2}", "", "grid.419481.1"),
    "isni": Scheme("ISNI", r"\d{15}[\dX]", "https://isni.org/isni/{}", "0000000115159979"),
    "orcid": Scheme("ORCID", r"(\d{4}-){3}\d{3}[\dX]", "https://orcid.org/{}", "0000-0002-1825-0097"),
    "crossref_funder": Scheme("Crossref Funder ID", r"\d{9,12}", "https://doi.org/10.13039/{}", "100004336"),
    "doi": Scheme("DOI", r"10\.\d{4,9}/\S{1,200}", "https://doi.org/{}", "10.1056/NEJMoa1709866"),
    "nct": Scheme("ClinicalTrials.gov", r"NCT\d{8}", "https://clinicaltrials.gov/study/{}", "NCT02435849"),
    "orpha": Scheme("Orphanet", r"[1-9]\d{0,6}", "https://www.orpha.net/en/disease/detail/{}", "98878"),
    "mondo": Scheme("Mondo", r"\d{7}", "https://purl.obolibrary.org/obo/MONDO_{}", "0010602"),
    "reference": Scheme("Reference", r"\S(.{0,98}\S)?", "", "ICH E6(R3)"),
}
# what people paste before the value: an address, or the scheme's own prefix
PREFIX = {
    "ror": r"(https?://)?ror\.org/",
    "wikidata": r"(https?://)?(www\.)?wikidata\.org/(wiki|entity)/",
    "isni": r"((https?://)?(www\.)?isni\.org/(isni/)?)|ISNI:?\s*",
    "orcid": r"(https?://)?orcid\.org/",
    "crossref_funder": r"(https?://)?(dx\.)?doi\.org/10\.13039/|10\.13039/",
    "doi": r"(https?://)?(dx\.)?doi\.org/|doi:\s*",
    "nct": r"(https?://)?(www\.)?clinicaltrials\.gov/(ct2/show|study)/",
    "orpha": r"(https?://www\.orpha\.net/\S*detail/)|ORPHA:?\s*",
    "mondo": r"(https?://purl\.obolibrary\.org/obo/)?MONDO[_:]",
}


def normalise(scheme, text):
    """The value of `text` in its scheme's own form, without the address or prefix; not yet validated."""
    value = text.strip()
    if scheme in PREFIX:
        value = re.sub(rf"^(?:{PREFIX[scheme]})", "", value, flags=re.IGNORECASE)
    if scheme in ("isni",):
        value = re.sub(r"[\s-]", "", value)
    if scheme in ("ror", "grid"):
        value = value.lower()
    if scheme in ("wikidata", "nct", "isni", "orcid"):
        value = value.upper()
    return value


def validate(scheme, value):
    """Raise ValueError, with a sentence, unless `value` is an identifier of `scheme` with right check digits."""
    if scheme not in SCHEMES:
        raise ValueError(f"“{scheme}” is not a scheme of identifiers known here.")
    label, form, _, example = SCHEMES[scheme]
    if CONTROL.search(value) or not re.fullmatch(form, value, re.ASCII if scheme != "reference" else 0):
        raise ValueError(f"“{value[:60]}” is not a {label} identifier; one looks like {example}.")
    if not CHECKS.get(scheme, bool)(value):
        raise ValueError(f"The check digits of the {label} identifier “{value}” are wrong: a character differs.")


def url(scheme, value):
    """The address of an identifier, or an empty text where its registry has none."""
    return SCHEMES[scheme].url.format(quote(value, safe="/:;(),")) if scheme in SCHEMES else ""


def ror_checksum_holds(value):
    """Whether the last two digits of a ROR id fit the six characters after the leading 0 (ISO 7064, mod 97-10)."""
    number = 0
    for letter in value[1:7]:
        number = number * 32 + CROCKFORD.index(letter)
    return int(value[7:]) == 98 - number * 100 % 97


CHECKS = {
    "ror": ror_checksum_holds,
    "isni": idutils.is_isni,
    "orcid": idutils.is_orcid,
    "doi": idutils.is_doi,
}
