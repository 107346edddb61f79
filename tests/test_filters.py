"""Every filter, asked through the address of a list and through its JSON twin, which must agree."""

import random
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.filters import MOST_VALUES, PARAMETERS
from entities.models.kinds import KINDS
from tests.reading import Page, data_of, refusal, slugs, twin
from tests.standing import on_stage, standing
from tests.world import ENTITIES, build, load

stage = standing(build)
world = on_stage()

EVERYTHING = ["alliance", "fda", "ich", "kymriah", "leukaemia", "licence-2020", "network", "novartis", "oldco", "penn"]
EVERYTHING = sorted([*EVERYTHING, "q5a"])


def found(client, address):
    """The slugs of a list, in alphabetical order."""
    return sorted(slugs(client, address))


def add(*entities):
    """Load more entries into the world."""
    load({"entities": list(entities)})


# Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("penn", ["alliance", "licence-2020", "penn"]),
        ("PENN", ["alliance", "licence-2020", "penn"]),
        ("ciba-geigy", ["novartis"]),  # a former name
        ("ciba geigy", ["novartis"]),
        ("FDA", ["fda"]),  # an acronym
        ("tisagenlecleucel", ["kymriah"]),  # a generic name
        ("zurich", ["oldco"]),
        ("Øldco", ["oldco"]),
        ("oldco zürich", ["oldco"]),
        ("universitat", ["penn"]),  # a translation, Universität
        ("UNIVERSITÄT", ["penn"]),
        ("Universita\N{COMBINING DIAERESIS}t", ["penn"]),
        ("ＮＯＶＡＲＴＩＳ", ["alliance", "licence-2020", "novartis"]),  # full-width letters
        ("00b30xv10", ["penn"]),  # a ROR id
        ("ICH Q5A(R2)", ["q5a"]),  # a reference
        ("pennsylvania university", ["penn"]),  # words in any order
        ("novartis penn", ["alliance", "licence-2020"]),
        ("penn novartis alliance", ["alliance"]),
        ("penn kymriah", []),
        ("  kymriah  ", ["kymriah"]),
        ("kymriah!", ["kymriah"]),
        ("nothing of that name", []),
    ],
)
def test_search_finds_by_any_name_or_identifier(client, world, text, expected):
    assert found(client, f"/entities/?q={quote(text)}") == expected


@pytest.mark.parametrize("text", ["!!!", "%", "_", "%%", "__", "\\", "'", "* ?", "\N{REPLACEMENT CHARACTER}", "–"])
def test_search_refuses_a_text_without_a_letter_or_digit(client, world, text):
    sentence = refusal(client, f"/entities/?q={quote(text)}")
    assert sentence == f"q: “{text}” has no letter and no digit to search for."


def test_the_signs_of_sql_are_no_wildcards(client, world):
    add({"slug": "hundred", "kind": "institution", "type": "company", "name": "Hundred 100% Pure_Cells\\Inc"})
    for text in ("100%", "pure_cells", "cells\\inc"):
        assert found(client, f"/institutions/?q={quote(text)}") == ["hundred"]
    assert found(client, "/institutions/?q=100%25+novartis") == []
    for name in ("nov%", "novarti_", "%"):
        assert "There is no partner" in refusal(client, f"/collaborations/?partner={quote(name)}")


def test_search_within_a_kind_gives_that_kind_only(client, world):
    assert found(client, "/institutions/?q=penn") == ["penn"]
    assert found(client, "/collaborations/?q=penn") == ["alliance", "licence-2020"]


def test_search_puts_first_what_bears_the_name_then_what_begins_with_it(client, world):
    add(
        {"slug": "a-friend", "kind": "institution", "type": "company", "name": "A friend of Penn"},
        {"slug": "pennine", "kind": "institution", "type": "company", "name": "Pennine Cells"},
    )
    assert slugs(client, "/institutions/?q=penn") == ["penn", "pennine", "a-friend"]
    assert slugs(client, "/institutions/?q=penn&sort=name") == ["a-friend", "pennine", "penn"]


def test_search_finds_a_name_that_an_editor_has_just_given(client, world):
    world["oldco"].names.create(text="Brandneu Zellen", type="alias")
    world["oldco"].save()
    assert found(client, "/institutions/?q=brandneu") == ["oldco"]


# Values of a fixed list


def test_without_a_filter_a_list_holds_every_published_entry(client, world):
    assert found(client, "/entities/") == EVERYTHING
    assert len(EVERYTHING) == sum("state" not in entity for entity in ENTITIES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_a_kind_holds_that_kind(client, world, kind):
    expected = sorted(
        entity["slug"]
        for entity in ENTITIES
        if entity["kind"] == kind and entity.get("state", "published") == "published"
    )
    assert found(client, f"/{KINDS[kind].path}/") == found(client, f"/entities/?kind={kind}") == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/entities/?kind=institution&kind=therapy", ["kymriah", "novartis", "oldco", "penn"]),
        ("/institutions/?kind=therapy", []),
        ("/institutions/?type=company", ["novartis", "oldco"]),
        ("/institutions/?type=company&type=university", ["novartis", "oldco", "penn"]),
        ("/institutions/?type=charity", []),
        ("/entities/?type=oncology", ["leukaemia"]),
        ("/collaborations/?status=completed", ["alliance"]),
        ("/collaborations/?status=active&status=completed", ["alliance", "licence-2020"]),
        ("/collaborations/?status=planned", []),
        ("/entities/?status=approved&status=in-force", ["kymriah", "q5a"]),
        ("/entities/?tag=licensing", ["licence-2020"]),
        ("/entities/?tag=licensing&tag=oncology", ["alliance", "leukaemia", "licence-2020", "network"]),
        ("/entities/?tag_all=car-t&tag_all=licensing", ["licence-2020"]),
        ("/entities/?tag_all=car-t&tag_all=oncology", ["alliance"]),
        ("/entities/?tag_all=oncology&tag_all=licensing", []),
        ("/entities/?tag=licensing&tag_all=car-t", ["licence-2020"]),
        ("/tags/car-t/", ["alliance", "kymriah", "licence-2020"]),
        ("/tags/car-t/?tag=oncology", ["alliance"]),
        ("/tags/car-t/?kind=therapy", ["kymriah"]),
    ],
)
def test_repeated_values_mean_any_of_them_and_different_filters_all(client, world, address, expected):
    assert found(client, address) == expected


# Countries


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/institutions/?country=CH", ["novartis"]),  # the seat
        ("/institutions/?country=CH&country=GB", ["novartis", "oldco"]),
        ("/collaborations/?country=CH", ["alliance", "licence-2020"]),  # a partner's
        ("/collaborations/?country=GB", ["alliance"]),  # a former partner's
        ("/collaborations/?country=JP", ["alliance"]),  # said by a statement
        ("/collaborations/?country=FR", []),
        ("/consortia/?country=FR", ["network"]),  # the seat
        ("/consortia/?country=CH", ["network"]),  # a member's
        ("/regulatory-bodies/?country=US", ["fda"]),  # not ICH, of which FDA is a member
        ("/therapies/?country=US", []),  # developers are not where a therapy is
        ("/entities/?country=US", ["alliance", "fda", "licence-2020", "network", "penn"]),
        ("/entities/?country=us", ["alliance", "fda", "licence-2020", "network", "penn"]),
    ],
)
def test_a_country_is_that_of_the_seat_and_of_partners_and_members(client, world, address, expected):
    assert found(client, address) == expected


def test_a_funder_does_not_bring_its_country(client, world):
    add(
        {"slug": "payer", "kind": "institution", "type": "funder", "name": "Payer", "country": "NO"},
        {
            "slug": "paid",
            "kind": "consortium",
            "type": "network",
            "name": "Paid",
            "statements": [{"predicate": "funder", "object": "payer"}],
        },
    )
    assert found(client, "/entities/?country=NO") == ["payer"]
    assert found(client, "/entities/?partner=payer&role=funder") == ["paid"]


# Those who take part


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/collaborations/?partner=penn", ["alliance", "licence-2020"]),
        ("/collaborations/?partner=oldco", ["alliance"]),  # a former one
        ("/consortia/?partner=penn", ["network"]),  # a member
        ("/consortia/?partner=fda", ["network"]),  # a funder
        ("/therapies/?partner=novartis", ["kymriah"]),  # a developer
        ("/therapies/?partner=fda", ["kymriah"]),  # who approved it
        ("/guidelines/?partner=ich", ["q5a"]),  # who issued it
        ("/regulatory-bodies/?partner=fda", ["ich"]),
        ("/entities/?partner=penn&partner=ich", ["alliance", "kymriah", "licence-2020", "network", "q5a"]),
        ("/collaborations/?partner=network", []),
        ("/collaborations/?role=licensee", ["alliance", "licence-2020"]),
        ("/collaborations/?role=originator", ["alliance"]),
        ("/collaborations/?role=originator&role=licensor", ["alliance", "licence-2020"]),
        ("/entities/?role=issuer", ["q5a"]),
        ("/entities/?role=approval", ["kymriah"]),
        ("/entities/?role=developer", ["kymriah"]),
        ("/entities/?role=funder", ["network"]),
        ("/entities/?role=member", ["network"]),
        ("/entities/?role=founding-member", ["ich", "network"]),
    ],
)
def test_a_partner_is_whoever_takes_part_in_whatever_capacity(client, world, address, expected):
    assert found(client, address) == expected


@pytest.mark.parametrize(
    ("partner", "role", "expected"),
    [
        ("penn", "originator", ["alliance"]),
        ("penn", "licensee", ["licence-2020"]),
        ("penn", "licensor", []),  # Novartis was: another statement of the same entry
        ("novartis", "licensee", ["alliance"]),
        ("novartis", "licensor", ["licence-2020"]),
        ("oldco", "licensee", []),
    ],
)
def test_a_partner_in_a_role_is_said_by_one_and_the_same_statement(client, world, partner, role, expected):
    assert found(client, f"/collaborations/?partner={partner}&role={role}") == expected
    assert found(client, f"/collaborations/?role={role}&partner={partner}") == expected


def test_several_partners_and_roles_mean_any_pair_of_them(client, world):
    both = "/collaborations/?partner=penn&partner=oldco&role=licensor&role=partner"
    assert found(client, both) == ["alliance"]


@pytest.mark.parametrize("name", ["Novartis", "novartis ag", "Ciba-Geigy", "CIBA GEIGY", "novartis"])
def test_a_partner_may_be_given_by_any_of_its_names(client, world, name):
    address = f"/collaborations/?partner={quote(name)}"
    assert found(client, address) == ["alliance", "licence-2020"]
    assert data_of(client, address)["filters"] == {"partner": ["novartis"]}


def test_a_name_that_two_bear_is_refused_with_both(client, world):
    add({"slug": "penn-foods", "kind": "institution", "type": "company", "name": "Penn Foods"} | {"names": [PENN]})
    sentence = refusal(client, "/collaborations/?partner=PENN")
    assert "“PENN” may be Penn Foods, University of Pennsylvania" in sentence
    assert "penn-foods" in sentence
    assert found(client, "/collaborations/?partner=penn") == ["alliance", "licence-2020"]


PENN = {"text": "Penn", "type": "alias"}


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        ("partner", "nonesuch", "There is no partner “nonesuch”."),
        ("partner", "Penn Univ", "There is no partner “Penn Univ”."),
        ("partner", "kymriah", "There is no partner “kymriah”."),  # a therapy
        ("partner", "alliance", "There is no partner “alliance”."),
        ("partner", "?", "There is no partner “?”."),
        ("therapy", "novartis", "There is no therapy “novartis”."),
        ("therapy", "Leukaemia", "There is no therapy “Leukaemia”."),
        ("disease", "kymriah", "There is no disease “kymriah”."),
        ("tag", "CAR-T", "There is no subject “CAR-T”."),
        ("tag_all", "nonesuch", "There is no subject “nonesuch”."),
    ],
)
def test_what_is_not_there_is_refused_by_name(client, world, parameter, value, sentence):
    assert refusal(client, f"/collaborations/?{parameter}={quote(value)}") == f"{parameter}: {sentence}"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/collaborations/?therapy=kymriah", ["alliance"]),
        ("/collaborations/?therapy=Tisagenlecleucel", ["alliance"]),
        ("/entities/?disease=leukaemia", ["alliance", "kymriah"]),  # about it, and indicated for it
        ("/therapies/?disease=Leukaemia", ["kymriah"]),
        ("/entities/?disease=leukaemia&therapy=kymriah", ["alliance"]),
    ],
)
def test_a_therapy_and_a_disease_give_what_is_about_them(client, world, address, expected):
    assert found(client, address) == expected


# Dates


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2011, []),
        (2012, ["alliance"]),
        (2015, ["alliance"]),
        (2019, ["alliance"]),
        (2020, ["licence-2020"]),
        (2999, ["licence-2020"]),  # it has no end
    ],
)
def test_active_in_a_year_is_from_the_year_of_the_start_to_that_of_the_end(client, world, year, expected):
    assert found(client, f"/collaborations/?year={year}") == expected


def test_what_has_ended_nobody_knows_when_was_active_in_its_first_year_only(client, world):
    ended = {"slug": "ended", "kind": "collaboration", "type": "funding", "name": "Ended", "status": "terminated"}
    add(ended | {"start": "2001-05"})
    assert [year for year in range(2000, 2004) if "ended" in slugs(client, f"/collaborations/?year={year}")] == [2001]


def test_what_has_no_start_is_active_in_no_year(client, world):
    assert "oldco" not in slugs(client, "/institutions/?year=2015")
    assert found(client, "/institutions/?year=1740") == ["penn"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2012", ["alliance", "licence-2020"]),
        ("from=2012-08", ["alliance", "licence-2020"]),
        ("from=2012-09", ["licence-2020"]),
        ("from=2020-05", ["licence-2020"]),
        ("from=2020-06", []),
        ("to=2012", ["alliance"]),
        ("to=2012-07", []),
        ("to=2012-08", ["alliance"]),
        ("to=2012-08-30", []),  # in August 2012, perhaps on the 31st
        ("to=2012-08-31", ["alliance"]),
        ("from=2012-08-01", ["alliance", "licence-2020"]),
        ("from=2012-08-02", ["licence-2020"]),
        ("from=2012&to=2020", ["alliance", "licence-2020"]),
        ("from=2013&to=2012", []),
        ("from=Aug 2012&to=August 2012", ["alliance"]),
        ("from=6 August 2011", ["alliance", "licence-2020"]),
    ],
)
def test_a_start_lies_surely_within_the_dates_asked_for(client, world, query, expected):
    assert found(client, f"/collaborations/?{query.replace(' ', '%20')}") == expected


def test_a_start_of_which_only_the_year_is_known_lies_surely_in_no_month(client, world):
    assert found(client, "/consortia/?from=2015&to=2015") == ["network"]
    assert found(client, "/consortia/?from=2015-02") == []
    assert found(client, "/consortia/?to=2015-11") == []


@pytest.mark.parametrize("text", ["Aug 2012", "august 2012", "Aug. 2012", "2012-08", "  Aug   2012 "])
def test_dates_may_be_written_as_people_do(client, world, text):
    assert data_of(client, f"/collaborations/?from={quote(text)}")["filters"] == {"from": ["2012-08"]}


@pytest.mark.parametrize(
    "value",
    "20120 12 2012-13 2012-02-30 2012-1 2012/08 yesterday 2012-00 2012-08-00 0000 -2012 ٢٠١٢ 2012-08-06T10:00".split(),
)
def test_what_is_no_date_is_refused(client, world, value):
    for name in ("from", "to"):
        assert refusal(client, f"/collaborations/?{name}={quote(value)}").startswith(f"{name}: “")


@pytest.mark.parametrize("value", ["12", "20120", "2012-08", "MMXII", "٢٠١٢", "0999", "-200", "2012.0", "1e3", "+2012"])
def test_what_is_no_year_is_refused(client, world, value):
    sentence = refusal(client, f"/collaborations/?year={quote(value)}")
    assert sentence == f"year: “{value}” is not a year: write four digits, as in 2012."


# Sources


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("sourced=yes", ["ich", "kymriah", "licence-2020", "network", "penn", "q5a"]),
        ("sourced=no", ["alliance"]),
        (
            "sourced=yes&sourced=no",
            ["alliance", "ich", "kymriah", "licence-2020", "network", "penn", "q5a"],
        ),  # of which anything is said
    ],
)
def test_sourced_means_that_every_statement_has_a_source(client, world, value, expected):
    assert found(client, f"/entities/?{value}") == expected


# What means nothing


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/entities/", "kind", "hospital"),
        ("/institutions/", "type", "licensing"),  # a type of another kind
        ("/institutions/", "type", "Company"),
        ("/institutions/", "status", "active"),  # institutions have none
        ("/collaborations/", "status", "approved"),
        ("/collaborations/", "country", "XX"),
        ("/collaborations/", "country", "Switzerland"),
        ("/collaborations/", "role", "chairman"),
        ("/collaborations/", "sourced", "perhaps"),
        ("/collaborations/", "sort", "age"),
        ("/collaborations/", "sort", "relevance"),  # without a text there is none
        ("/collaborations/", "sort", "Name"),
        ("/collaborations/", "size", "10"),
        ("/collaborations/", "size", "-25"),
        ("/collaborations/", "size", "1000000"),
        ("/collaborations/", "size", "٢٥"),
        ("/collaborations/", "page", "0"),
        ("/collaborations/", "page", "-1"),
        ("/collaborations/", "page", "1.0"),
        ("/collaborations/", "page", "last"),
        ("/collaborations/", "page", "٣"),
        ("/collaborations/", "page", "²"),
        ("/collaborations/", "page", "99999999999"),
    ],
)
def test_a_value_that_means_nothing_is_named_and_gives_no_row(client, world, path, parameter, value):
    sentence = refusal(client, f"{path}?{parameter}={quote(value)}")
    assert sentence.startswith(f"{parameter}: “{value}” is not ")


def test_one_bad_value_among_good_ones_gives_no_row_either(client, world):
    assert "“Foo” is not a value" in refusal(client, "/institutions/?type=company&type=Foo")
    assert "“Foo” is not a value" in refusal(client, "/institutions/?country=CH&type=Foo&q=novartis")


def test_every_bad_value_is_named(client, world):
    address = "/institutions/?type=Foo&type=Bar&country=QQ&year=x&page=0"
    problems = client.get(twin(address)).json()["problems"]
    assert [problem["parameter"] for problem in problems] == ["type", "type", "country", "year", "page"]
    page = Page(client.get(address))
    assert all(problem["problem"] in page.text for problem in problems)


def test_a_page_with_a_bad_value_keeps_the_good_ones(client, world):
    page = Page(client.get("/institutions/?type=company&country=QQ&q=novartis"))
    ticked = [box.get("value") for box in page.root.iter("input") if "checked" in box.attrib]
    assert ticked == ["company"]
    assert "/institutions/?q=novartis&type=company" in page.hrefs()  # the way back, without the bad one


def test_an_unknown_parameter_is_named_on_the_page_and_refused_in_data(client, world):
    response = client.get("/institutions/?colour=red&country=CH", follow=True)
    assert response.status_code == 200
    page = Page(response)
    assert page.rows == ["/institutions/novartis/"]
    assert "colour" in page.text
    answer = client.get("/institutions.json?colour=red&country=CH")
    assert answer.status_code == 400
    assert answer.json()["problems"] == [{"parameter": "colour", "problem": "There is no such parameter."}]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_parameter_of_another_case_is_unknown(client, world):
    assert client.get("/institutions.json?Country=CH").status_code == 400


# The canonical address


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("/institutions/?q=&country=&type=", "/institutions/"),
        ("/institutions/?country=CH&q=nov", "/institutions/?q=nov&country=CH"),
        ("/institutions/?country=CH&country=GB&country=CH", "/institutions/?country=CH&country=GB"),
        ("/institutions/?country=ch&country=CH", "/institutions/?country=CH"),
        ("/institutions/?page=1&size=20&sort=name", "/institutions/"),
        ("/institutions/?page=01", "/institutions/"),
        ("/institutions/?page=002", "/institutions/?page=2"),
        ("/collaborations/?sort=-start", "/collaborations/"),
        ("/institutions/?q=novartis&sort=relevance", "/institutions/?q=novartis"),
        ("/institutions/?q=%20novartis%20", "/institutions/?q=novartis"),
        ("/institutions/?q=novartis&q=penn", "/institutions/?q=penn"),
        ("/institutions/?size=50&sort=start&q=a", "/institutions/?q=a&sort=start&size=50"),
        ("/collaborations/?partner=Novartis%20AG&partner=novartis", "/collaborations/?partner=novartis"),
        ("/collaborations/?from=Aug%202012", "/collaborations/?from=2012-08"),
        ("/institutions/?colour=red&country=CH", "/institutions/?country=CH&colour=red"),
        ("/institutions/?colour&country=CH", "/institutions/?country=CH&colour="),
        ("/tags/car-t/?sort=name&year=2015", "/tags/car-t/?year=2015"),
        ("/sources/?consulted=&kind=paper&q=nature", "/sources/?q=nature&kind=paper"),
    ],
)
def test_a_list_moves_once_to_its_canonical_address(client, world, given, canonical):
    response = client.get(given)
    assert (response.status_code, response["Location"]) == (302, canonical)
    assert client.get(canonical).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/institutions/",
        "/institutions/?q=two%20words",
        "/institutions/?q=two+words",
        "/institutions/?q=caf%c3%a9",
        "/institutions/?q=caf%C3%A9",
        "/entities/?q=%41",
        "/entities/?country=CH&colour=%FF",
        "/collaborations/?page=2",
    ],
)
def test_an_address_that_differs_only_in_how_it_is_escaped_stays(client, world, address):
    assert client.get(address).status_code == 200


def test_the_page_names_its_canonical_address_and_its_twin(client, world):
    page = Page(client.get("/institutions/?q=nov&colour=red"))
    links = {link.get("rel"): link.get("href") for link in page.all("head/link")}
    assert links["canonical"] == "http://testserver/institutions/?q=nov"
    assert links["alternate"] == "/institutions.json?q=nov"


def test_json_needs_no_canonical_address_and_says_it(client, world):
    data = data_of(client, "/collaborations/?size=20&country=ch&q=")
    assert data["url"] == "http://testserver/collaborations/?country=CH"
    assert data["filters"] == {"country": ["CH"]}


WORDS = """CH us AT car-t oncology 2012 2012-08 yes no active licensee 1 2 20 50 name -start start changed partners
relevance % _ ' " é 0 \ufeff \u202e""".split()
VALUES = [*WORDS, "Aug 2012", "", " ", "  penn  ", "\0", "a\0b", "\n"]
VALUES += [entity[key] for entity in ENTITIES for key in ("slug", "name", "kind", "type")]
names = st.one_of(st.sampled_from([*PARAMETERS, "sort", "page", "size", "colour", "", "q[]", "Q"]), st.text(max_size=3))
values = st.one_of(st.sampled_from(VALUES), st.text(max_size=12))
pairs = st.tuples(names, values).map(lambda pair: tuple(text.encode("utf-8", "replace") for text in pair))
encoded = st.lists(pairs, max_size=8).map(urlencode)
junk = st.text("abqkty=&+;%0123CcDdEeFf?/é \x00\"'<", max_size=40)
paths = st.sampled_from(["/entities/", "/institutions/", "/collaborations/", "/tags/car-t/", "/sources/"])


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(path=paths, query=st.one_of(encoded, junk))
def test_any_query_moves_at_most_once_and_is_then_stable(client, world, path, query):
    response = client.get(path, QUERY_STRING=query)
    if response.status_code == 302:
        address, _, query = response["Location"].partition("?")
        assert address == path
        response = client.get(path, QUERY_STRING=query)
        assert response.status_code == 200
    assert response.status_code in (200, 400)
    data = client.get(twin(path), QUERY_STRING=query)
    unknown = [row for row in data.json().get("problems", []) if row["problem"] == "There is no such parameter."]
    assert data.status_code == (400 if unknown else response.status_code)


# Hostile addresses


@pytest.mark.parametrize("name", [*PARAMETERS, "sort", "page", "size"])
@pytest.mark.parametrize("value", ["a%00b", "%ED%A0%80", "%FF%zz%", "%F0%9F%A7%AC%E2%80%AE"])
def test_no_byte_breaks_a_filter(client, world, name, value):
    for address in (f"/entities/?{name}={value}", f"/entities.json?{name}={value}"):
        assert client.get(address, follow=True).status_code in (200, 400)


@pytest.mark.parametrize("name", [*PARAMETERS, "sort", "page", "size"])
def test_a_very_long_value_is_refused(client, world, name):
    assert refusal(client, f"/entities/?{name}={'a' * 10_000}")
    assert client.get(f"/entities.json?{name}={'7' * 70_000}").status_code == 400


@pytest.mark.parametrize("name", ["country", "partner", "tag", "tag_all", "disease", "type"])
def test_more_values_than_anyone_needs_are_refused(client, world, name):
    query = urlencode([(name, f"v{number}") for number in range(MOST_VALUES + 1)])
    assert refusal(client, f"/entities/?{query}") == f"{name}: At most {MOST_VALUES} values can be asked for at once."


def test_the_same_value_thousands_of_times_is_one_value(client, world):
    query = urlencode([("country", "CH")] * 3000)
    assert client.get(f"/institutions/?{query}")["Location"] == "/institutions/?country=CH"


def test_thousands_of_parameters_break_nothing(client, world):
    random_names = random.Random(1)
    for many in (500, 5000, 25_000):
        query = urlencode([(f"p{random_names.randrange(10**9)}", "x") for _ in range(many)])
        assert client.get(f"/institutions/?{query}").status_code in (200, 400)
        assert client.get(f"/institutions.json?{query}").status_code == 400


def test_a_hundred_words_are_searched_for(client, world):
    assert found(client, f"/entities/?q={'+'.join('penn' for _ in range(40))}") == ["alliance", "licence-2020", "penn"]
    assert found(client, f"/entities/?q={'+'.join('abcdefghijklmnopqrstuvwxyz' * 3)}") == []


def test_asking_for_names_that_nobody_bears_costs_few_queries(client, world, django_assert_max_num_queries):
    query = urlencode([("partner", f"Nobody {number}") for number in range(MOST_VALUES)])
    with django_assert_max_num_queries(12):
        assert client.get(f"/entities.json?{query}").status_code == 400


# Suggestions


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=penn", ["penn", "licence-2020", "alliance"]),
        ("q=ciba", ["novartis"]),
        ("q=penn&kind=institution", ["penn"]),
        ("q=penn&kind=institution&kind=collaboration", ["penn", "alliance", "licence-2020"]),
        ("q=penn&kind=nonsense", []),
        ("q=penn&kind=nonsense&kind=institution", ["penn"]),
        ("q=penn&kind=%00", []),
        ("q=", []),
        ("q=%25", []),
        ("", []),
        ("q=ky%00mriah", ["kymriah"]),
    ],
)
def test_suggestions_are_entries_whose_names_hold_what_was_typed(client, world, query, expected):
    data = client.get(f"/suggest.json?{query}").json()
    assert sorted(row["slug"] for row in data["suggestions"]) == sorted(expected)


def test_suggestions_are_few_and_the_best_first(client, world):
    add(*({"slug": f"n-{n}", "kind": "institution", "type": "company", "name": f"N {n}"} for n in range(20)))
    assert client.get("/suggest.json?q=n+7").json()["suggestions"][0]["slug"] == "n-7"
    assert len(client.get("/suggest.json?q=n").json()["suggestions"]) == 12
