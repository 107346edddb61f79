"""The count beside a value is what choosing it gives, whatever else is asked for: in the small world."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.filters import PARAMETERS
from entities.models import Source
from entities.models.kinds import KINDS
from tests.reading import Page, data_of, words
from tests.second_reading import PATHS, SINGLE, Reading, check_clicks, check_counts, check_ways_out, ways_out
from tests.standing import on_stage, standing
from tests.world import build, load

stage = standing(build)
world = on_stage()
SMALL = {
    "q": ["penn", "novartis", "a", "secret"],
    "kind": list(KINDS),
    "type": ["company", "university", "licensing", "academia-industry", "car-t", "charity", "oncology"],
    "status": ["active", "completed", "approved", "planned", "in-force"],
    "tag": ["car-t", "oncology", "licensing"],
    "tag_all": ["car-t", "oncology", "licensing"],
    "country": ["US", "CH", "GB", "JP", "FR", "AT"],
    "partner": ["penn", "novartis", "oldco", "fda", "ich", "network"],
    "role": "licensor licensee originator partner member founding-member funder developer approval issuer".split(),
    "therapy": ["kymriah"],
    "disease": ["leukaemia"],
    "year": ["1996", "2012", "2015", "2019", "2020"],
    "from": ["1990", "2012", "2012-08", "2012-09", "2012-08-01"],
    "to": ["2012", "2012-08", "2012-07", "2020-05-31"],
    "sourced": ["yes", "no"],
}


@st.composite
def queries(draw):
    """A query of the small world, with its parameters in canonical order."""
    names = draw(st.sets(st.sampled_from(list(SMALL)), max_size=4))
    query = {}
    for name in PARAMETERS:
        if name in names:
            most = 1 if name in SINGLE else 2
            query[name] = draw(st.lists(st.sampled_from(SMALL[name]), min_size=1, max_size=most, unique=True))
    if "kind" not in query:
        return draw(st.sampled_from(list(PATHS))), known(query, draw)
    return "/entities/", query


def known(query, draw):
    """`query` without types and states that the list of a kind would refuse: they are asked of all entries."""
    return {name: values for name, values in query.items() if name not in ("type", "status")}


patiently = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@patiently
@given(asked=queries())
def test_every_count_is_that_of_a_second_reading_and_of_a_click(client, world, asked):
    path, query = asked
    data = check_counts(client, Reading(), path, query)
    check_clicks(client, path, query, data, choose=lambda values: values[-1:])
    if not data["total"]:
        check_ways_out(client, path, query)


@pytest.mark.parametrize("first", SMALL)
def test_any_two_filters_together_give_what_a_second_reading_gives(client, world, first):
    reading = Reading()
    for second in SMALL:
        if second == first:
            continue
        for one in SMALL[first][:3]:
            query = {first: [one], second: [SMALL[second][-1]]}
            total = client.get("/entities.json", query).json()["total"]
            assert total == len(reading.fitting("", query)), query


def test_a_facet_ignores_its_own_selection(client, world):
    free, chosen = (data_of(client, f"/institutions/{query}")["facets"] for query in ("", "?type=company&country=CH"))
    assert {row["value"]: row["count"] for row in free["type"]} == {"company": 2, "university": 1}
    assert {row["value"]: row["count"] for row in chosen["type"]} == {"company": 1}
    assert {row["value"]: row["count"] for row in chosen["country"]} == {"CH": 1, "GB": 1}


def test_a_selected_value_that_gives_nothing_stays_with_its_words(client, world):
    page = Page(client.get("/institutions/?type=charity&country=AT"))
    boxes = {box.get("value"): words(page.parents[box]) for box in page.root.iter("input") if "checked" in box.attrib}
    assert boxes == {"charity": "Charity 0", "AT": "Austria 0"}
    chips = [words(chip) for chip in page.all(".//a[@class='chip']")]
    assert [chip.split(" ×")[0] for chip in chips] == ["Type: Charity", "Country: Austria"]


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("partner=ich", "Partner: International Council for Harmonisation"),
        ("therapy=kymriah&year=2030", "Therapy: Kymriah"),
        ("disease=leukaemia&year=1999", "Disease: Leukaemia"),
        ("status=planned", "Activity: Planned"),
        ("tag_all=oncology&tag_all=licensing", "All of these subjects: oncology"),
        ("role=manufacturer", "Role: Manufacturer"),
        ("from=2030-02", "Began from: February 2030"),
        ("sourced=no&year=1999", "Sources: A statement lacks a source"),
    ],
)
def test_chips_name_what_was_asked_for_even_where_nothing_is_found(client, world, query, chip):
    page = Page(client.get(f"/collaborations/?{query}", follow=True))
    assert page.rows == []
    assert chip in [words(link).split(" ×")[0] for link in page.all(".//a[@class='chip']")]


def test_a_chip_leads_to_the_list_without_its_value(client, world):
    page = Page(client.get("/collaborations/?q=penn&country=CH&country=JP&year=2012&size=50&page=2"))
    assert [chip.get("href") for chip in page.all(".//a[@class='chip']")] == [
        "/collaborations/?country=CH&country=JP&year=2012&size=50",
        "/collaborations/?q=penn&country=JP&year=2012&size=50",
        "/collaborations/?q=penn&country=CH&year=2012&size=50",
        "/collaborations/?q=penn&country=CH&country=JP&size=50",
    ]


def test_ways_out_say_what_they_give(client, world):
    assert ways_out(client, "/collaborations/?q=penn&country=JP&partner=penn&role=licensor") == [
        ("Without the filter “Role” 1", 1, "/collaborations/?q=penn&country=JP&partner=penn")
    ]
    assert ways_out(client, "/collaborations/?year=2012&from=2020") == [
        ("Without the filter “Active in” 1", 1, "/collaborations/?from=2020"),
        ("Without the filter “Began from” 1", 1, "/collaborations/?year=2012"),
    ]


def test_where_no_single_filter_stands_in_the_way_the_page_says_so(client, world):
    address = "/collaborations/?q=nothing&country=AT&year=1800"
    assert ways_out(client, address) == []
    assert "/collaborations/" in Page(client.get(address)).hrefs()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?from=2012",
        "?from=2012-05",
        "?to=2012-06-15",
        "?from=2015&to=2020",
        "?sourced=yes",
        "?tag=car-t&sort=start",
    ],
)
def test_the_columns_of_years_count_what_a_click_gives(client, world, query):
    load({"entities": [{"slug": "early", "kind": "institution", "type": "company", "name": "E", "start": "2012-02"}]})
    page = Page(client.get(f"/entities/{query}"))
    columns = [link for link in page.root.iter("a") if (link.get("aria-label") or "")[:4].isdigit()]
    assert columns
    for column in columns:
        year, count = column.get("aria-label").split(": ")
        address = f"/entities/{column.get('href')}"
        assert client.get(address).status_code == 200, (year, address)
        assert data_of(client, address)["total"] == int(count), (year, address)


@pytest.mark.parametrize("query", ["", "kind=paper", "consulted=yes&kind=news", "q=title", "q=nature&kind=regulator"])
def test_the_facets_of_sources_count_what_a_click_gives(client, world, query):
    Source.objects.filter(key="source-2").update(consulted=False)
    data = data_of(client, f"/sources/?{query}")
    for facet, values in data["facets"].items():
        kept = [pair for pair in query.split("&") if pair and not pair.startswith(facet)]
        for value in values:
            address = "/sources/?" + "&".join([*kept, f"{facet}={value['value']}"])
            assert data_of(client, address)["total"] == value["count"]
