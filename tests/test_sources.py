"""The list of sources, and the page of each: what rests on it."""

import pytest
from django.contrib.auth.models import User

from entities.models import Source
from tests.reading import Page, ask, data_of, faults, refusal, slugs, words
from tests.standing import on_stage, standing
from tests.world import build, load

stage = standing(build)
world = on_stage()
FIRST, SECOND, THIRD = "source-1", "source-2", "source-3"


# The list


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [THIRD, SECOND, FIRST]),  # FDA, Nature, Penn Medicine
        ("?q=title", [THIRD, SECOND, FIRST]),
        ("?q=Penn+medicine", [FIRST]),
        ("?q=NATURE+title", [SECOND]),
        ("?q=source-3", [THIRD]),
        ("?q=hidden", []),
        ("?kind=paper", [SECOND]),
        ("?kind=paper&kind=regulator", [THIRD, SECOND]),
        ("?kind=news", []),
        ("?consulted=yes", [THIRD, FIRST]),
        ("?consulted=no", [SECOND]),
        ("?consulted=no&consulted=yes", [THIRD, SECOND, FIRST]),
        ("?kind=paper&consulted=yes", []),
        ("?sort=-published", [SECOND, THIRD, FIRST]),
        ("?sort=title", [FIRST, SECOND, THIRD]),
        ("?sort=used", [SECOND, FIRST, THIRD]),
    ],
)
def test_sources_are_found_by_words_kind_and_whether_they_were_read(client, world, query, expected):
    Source.objects.filter(key=SECOND).update(consulted=False)
    assert slugs(client, f"/sources/{query}") == expected


def test_a_source_without_a_date_comes_last(client, world):
    Source.objects.filter(key=THIRD).update(published="")
    assert slugs(client, "/sources/?sort=-published") == [SECOND, FIRST, THIRD]


@pytest.mark.parametrize("sort", ["publisher", "-published", "used"])
def test_titles_decide_between_equal_sources_whatever_their_case(client, world, sort):
    titles = ["bb", "Aa", "Cc"]
    same = {"publisher": "FDA", "published": "2017-08-30", "kind": "regulator", "url": "https://example.org/"}
    load(
        {
            "sources": [{"key": title.lower(), "title": title, **same} for title in titles],
            "entities": [
                {"slug": title.lower(), "kind": "disease", "type": "general", "name": title}
                | {"statements": [{"predicate": "fact", "text": "F", "sources": [title.lower()]}]}
                for title in titles
            ],
        }
    )
    assert [key for key in slugs(client, f"/sources/?sort={sort}") if len(key) == 2] == ["aa", "bb", "cc"]


def test_each_source_says_how_many_public_statements_rest_on_it(client, world):
    found = ask(client, "/sources/?sort=used")
    assert [row["statements"] for row in found.data["rows"]] == [8, 6, 5]
    for row in found.data["rows"]:
        statements = client.get(f"/sources/{row['key']}.json").json()["statements"]
        assert len(statements) == row["statements"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("kind=blog", "kind"),
        ("consulted=maybe", "consulted"),
        ("q=%25", "q"),
        ("sort=name", "sort"),
        ("page=0", "page"),
    ],
)
def test_what_means_nothing_is_refused(client, world, query, name):
    assert refusal(client, f"/sources/?{query}").startswith(f"{name}: ")


def test_the_parameters_of_other_lists_are_unknown_here(client, world):
    page = Page(client.get("/sources/?country=CH"))
    assert "country" in page.text
    assert len(page.rows) == 3
    assert client.get("/sources.json?country=CH").status_code == 400


def test_an_empty_list_of_sources_says_which_filter_to_drop(client, world):
    page = Page(client.get("/sources/?q=nature&kind=regulator"))
    assert page.rows == []
    ways = {link.get("href"): words(page.parents[link]) for link in page.all(".//*[@class='empty']//a")}
    assert ways["/sources/?kind=regulator"].endswith(" 1")
    assert ways["/sources/?q=nature"].endswith(" 1")


def test_a_row_of_data_names_the_source_and_its_address(client, world):
    (row,) = data_of(client, "/sources/?q=nature")["rows"]
    assert row == {
        "key": SECOND,
        "title": "Title 2",
        "publisher": "Nature",
        "published": "2019",
        "kind": "paper",
        "address": "https://example.org/2",
        "consulted": True,
        "statements": row["statements"],
        "url": "http://testserver/sources/source-2/",
    }


# The page of a source


def test_the_page_of_a_source_says_what_it_is(client, world):
    Source.objects.filter(key=FIRST).update(archived_url="https://archive.example/1", accessed="2026-01-02")
    page = Page(client.get("/sources/source-1/"))
    assert words(page.one(".//h1")) == "Title 1"
    assert all(text in page.text for text in ("Penn Medicine", "Press release", "6 August 2012", "2 January 2026"))
    assert {"https://example.org/1", "https://archive.example/1"} <= set(page.hrefs())


def test_the_page_of_a_source_leads_to_each_statement_that_rests_on_it(client, world):
    page = Page(client.get("/sources/source-1/"))
    links = [href for href in page.hrefs() if "#s" in href]
    assert links == [
        "/therapies/kymriah/#s1",
        "/therapies/kymriah/#s2",
        "/collaborations/alliance/#s1",
        "/collaborations/alliance/#s2",
        "/collaborations/alliance/#s6",
        "/institutions/penn/#s1",
    ]
    for link in links:
        address, anchor = link.split("#")
        assert anchor in Page(client.get(address)).ids


def test_the_data_of_a_source_are_its_record_and_its_statements(client, world):
    response = client.get("/sources/source-1.json")
    data = response.json()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert data["url"] == "http://testserver/sources/source-1/"
    assert data["record"]["title"] == "Title 1"
    assert data["statements"][-1] == {
        "subject": "penn",
        "number": 1,
        "predicate": "fact",
        "url": "http://testserver/institutions/penn/#s1",
    }


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_html_of_a_source_is_well_formed(client, world, number):
    assert faults(client.get(f"/sources/source-{number}/")) == []


def test_a_source_on_which_nothing_public_rests_is_there_for_the_staff_only(client, world):
    assert client.get("/sources/source-4/").status_code == 404
    client.force_login(User.objects.create_user("person", is_staff=True))
    response = client.get("/sources/source-4/")
    assert response.status_code == 200
    assert "Hidden Herald" in Page(response).text
    assert "Draftco" not in Page(response).text
    for answer in (response, client.get("/sources/source-4.json")):
        assert "no-store" in answer["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in answer


def test_an_unknown_source_is_not_found(client, world):
    assert client.get("/sources/nonesuch/").status_code == 404
    assert client.get("/sources/nonesuch.json").status_code == 404
