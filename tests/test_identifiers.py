"""Identifiers of other registries; the ids are real ones, nearly all from our own data."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.identifiers import SCHEMES, normalise, url, validate

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
# {scheme: [(id, as people paste it, …)]}
REAL = {
    "ror": [
        ("02f9zrr09", "https://ror.org/02f9zrr09", "ror.org/02f9zrr09", "http://ror.org/02F9ZRR09"),
        ("043fs9135", "https://ror.org/043fs9135"),
        ("01ttmqc18", "https://ror.org/01ttmqc18"),
        ("049fnxe71", " 049fnxe71 "),
        ("00b30xv10", "https://ror.org/00b30xv10"),
    ],
    "wikidata": [
        ("Q5402012", "https://www.wikidata.org/wiki/Q5402012", "q5402012"),
        ("Q8908", "http://www.wikidata.org/entity/Q8908", "wikidata.org/wiki/Q8908"),
    ],
    "grid": [("grid.443875.9", "GRID.443875.9"), ("grid.487250.c", "grid.487250.C")],
    "isni": [
        ("0000000122374036", "0000 0001 2237 4036", "https://isni.org/isni/0000000122374036"),
        ("0000000096815730", "ISNI: 0000 0000 9681 5730", "isni 0000000096815730"),
        ("0000000106869987", "0000-0001-0686-9987", "http://www.isni.org/0000000106869987"),
        ("0000000404859218", "0000 0004 0485 9218", "isni.org/isni/0000000404859218"),
    ],
    "orcid": [
        ("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("0000-0002-1694-233X", "orcid.org/0000-0002-1694-233x"),
    ],
    "crossref_funder": [
        ("501100007761", "https://doi.org/10.13039/501100007761", "10.13039/501100007761"),
        ("100017596", "http://dx.doi.org/10.13039/100017596"),
    ],
    "doi": [
        ("10.1056/NEJMoa1709866", "https://doi.org/10.1056/NEJMoa1709866", "doi:10.1056/NEJMoa1709866"),
        ("10.1016/S0140-6736(20)31366-0", "http://dx.doi.org/10.1016/S0140-6736(20)31366-0"),
    ],
    "nct": [
        ("NCT02435849", "https://clinicaltrials.gov/study/NCT02435849", "nct02435849"),
        ("NCT05265767", "https://www.clinicaltrials.gov/ct2/show/NCT05265767", "clinicaltrials.gov/study/NCT05265767"),
    ],
    "orpha": [
        ("35708", "ORPHA:35708", "https://www.orpha.net/en/disease/detail/35708"),
        ("513", "orpha 513"),
    ],
    "mondo": [
        ("0012084", "MONDO:0012084", "http://purl.obolibrary.org/obo/MONDO_0012084"),
        ("0018852", "mondo_0018852"),
    ],
    "reference": [("ICH Q5A(R2)", " ICH Q5A(R2) "), ("EMA/CAT/852602/2018",), ("薬食審査発0908第1号",)],
}  # fmt: skip
IDS = [(scheme, value) for scheme, rows in REAL.items() for value, *_ in rows]
PASTED = [(scheme, value, text) for scheme, rows in REAL.items() for value, *texts in rows for text in texts]
WITH_CHECK_DIGITS = [(scheme, value) for scheme, value in IDS if scheme in ("ror", "isni", "orcid")]


def is_valid(scheme, value):
    try:
        validate(scheme, value)
    except ValueError:
        return False
    return True


def test_every_scheme_is_tried():
    assert set(REAL) == set(SCHEMES)


@pytest.mark.parametrize(("scheme", "value"), IDS)
def test_a_real_identifier_is_valid_and_its_own_normal_form(scheme, value):
    validate(scheme, value)
    assert normalise(scheme, value) == value


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_example_of_a_scheme_is_valid(scheme):
    validate(scheme, SCHEMES[scheme].example)


@pytest.mark.parametrize(("scheme", "value", "text"), PASTED)
def test_an_identifier_is_read_as_people_paste_it(scheme, value, text):
    assert normalise(scheme, text) == value


@pytest.mark.parametrize(("scheme", "value"), WITH_CHECK_DIGITS)
def test_every_single_wrong_character_is_refused_where_there_are_check_digits(scheme, value):
    letters = "0123456789abcdefghijklmnopqrstuvwxyz" if scheme == "ror" else "0123456789X"
    wrong = [
        value[:place] + letter + value[place + 1 :]
        for place, right in enumerate(value)
        for letter in letters
        if letter != right and right != "-"
    ]
    assert len(wrong) > 100
    assert [text for text in wrong if is_valid(scheme, text)] == []


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("wikidata", "Q05402012"), ("wikidata", "P5402012"), ("wikidata", "Q"), ("wikidata", "Q５"),
        ("grid", "grid.443875.g"), ("grid", "grid,443875.9"), ("grid", "443875.9"),
        ("crossref_funder", "50110000776I"), ("crossref_funder", "5011"),
        ("doi", "11.1056/NEJMoa1709866"), ("doi", "10.1056"), ("doi", "10.1056/"), ("doi", "10.1056/NEJ Moa"),
        ("doi", "10.1056/a\x01b"), ("doi", "https://doi.org/10.1056/NEJMoa1709866"), ("doi", "10.1056/a\u2028b"),
        ("nct", "NCT0243584"), ("nct", "NCT024358499"), ("nct", "NTC02435849"),
        ("orpha", "035708"), ("orpha", "35708a"),
        ("mondo", "12084"), ("mondo", "MONDO:0012084"),
        ("ror", "02F9ZRR09"), ("isni", "0000 0001 2237 4036"), ("orcid", "0000000218250097"),
        ("reference", ""), ("reference", " "), ("reference", "a\nb"), ("reference", "a\x00b"), ("reference", "x" * 101),
    ],
)  # fmt: skip
def test_a_spoilt_identifier_is_refused_with_a_sentence_that_shows_a_right_one(scheme, value):
    with pytest.raises(ValueError, match=re.escape(f"is not a {SCHEMES[scheme].label} identifier; one looks like")):
        validate(scheme, value)


def test_a_wrong_check_digit_is_told_from_a_wrong_form():
    with pytest.raises(ValueError, match="The check digits of the ROR identifier “02f9zrr08” are wrong"):
        validate("ror", "02f9zrr08")


def test_an_unknown_scheme_is_refused():
    with pytest.raises(ValueError, match="“isbn” is not a scheme"):
        validate("isbn", "9780000000000")
    assert url("isbn", "9780000000000") == ""


@pytest.mark.parametrize(
    ("scheme", "value", "address"),
    [
        ("ror", "02f9zrr09", "https://ror.org/02f9zrr09"),
        ("wikidata", "Q507154", "https://www.wikidata.org/wiki/Q507154"),
        ("isni", "0000000115159979", "https://isni.org/isni/0000000115159979"),
        ("orcid", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("crossref_funder", "100004336", "https://doi.org/10.13039/100004336"),
        ("doi", "10.1016/S0140-6736(20)31366-0", "https://doi.org/10.1016/S0140-6736(20)31366-0"),
        ("doi", "10.1000/a#b?c%d<e>", "https://doi.org/10.1000/a%23b%3Fc%25d%3Ce%3E"),
        ("nct", "NCT02435849", "https://clinicaltrials.gov/study/NCT02435849"),
        ("orpha", "98878", "https://www.orpha.net/en/disease/detail/98878"),
        ("mondo", "0010602", "https://purl.obolibrary.org/obo/MONDO_0010602"),
        ("grid", "grid.419481.1", ""),
        ("reference", "ICH E6(R3)", ""),
    ],
)
def test_the_address_of_an_identifier_leads_to_its_registry(scheme, value, address):
    assert url(scheme, value) == address


@pytest.mark.parametrize(("scheme", "value"), IDS)
def test_an_address_that_we_print_is_read_back(scheme, value):
    address = url(scheme, value)
    assert normalise(scheme, address or value) == value


@UNHURRIED
@given(st.sampled_from(list(SCHEMES)), st.text(max_size=60))
def test_any_text_is_refused_or_stays_as_it_was_normalised(scheme, text):
    value = normalise(scheme, text)
    if is_valid(scheme, value):
        assert normalise(scheme, value) == value
