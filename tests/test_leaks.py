"""What is not published shows on no outlet: not in pages, not in data, not in a count."""

import json
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from entities.models import Entity, Source, Statement
from tests import world as small_world
from tests.outlets import FOR_STAFF, OUTLETS, named_routes, outlets
from tests.reading import Page, data_of, words
from tests.standing import on_stage, standing

stage = standing(small_world.build)
world = on_stage()

NOT_PUBLIC = [("institution", "draftco"), ("collaboration", "secret-deal")]


def texts(client, world, whole=True):
    """{address: what it answers, header lines included}, of every outlet; unless `whole`, of lists without a query."""
    answers = {}
    for route, address in outlets(world):
        if "?" in address and not whole and route != "suggest":
            continue
        response = client.get(address, follow=True)
        expected = (404,) if route in FOR_STAFF else (200, 400)
        assert response.status_code in expected, (route, address, response.status_code)
        answers[address] = f"{response.headers}\n{response.content.decode(errors='replace')}"
    return answers


def seen(answers):
    """{address: hidden words} of the outlets that show any."""
    found = {
        address: [word for word in small_world.HIDDEN if word in text or json.dumps(word)[1:-1] in text]
        for address, text in answers.items()
    }
    return {address: hidden for address, hidden in found.items() if hidden}


def test_every_named_route_has_an_outlet():
    assert set(named_routes()) == set(OUTLETS)


def test_no_outlet_shows_a_word_of_what_is_not_published(client, world):
    assert seen(texts(client, world)) == {}


def test_the_walk_sees_what_was_hidden_once_it_is_published(client, world):
    add_statement("alliance", "partner", "draftco")
    Entity.objects.filter(state="draft").update(state="published")
    shown = seen(texts(client, world, whole=False))
    assert {word for hidden in shown.values() for word in hidden} >= {"Draftco", "Secret deal", "Hidden Herald"}
    routes = {outlet.route for outlet in outlets(world) if outlet.address in shown}
    assert routes >= {"home", "entities", "entities-json", "tag", "tag-json", "sources", "sources-json", "suggest"}
    assert routes >= {"list", "list-json", "detail", "detail-json"}


@pytest.mark.parametrize("route", ["detail", "detail-json"])
@pytest.mark.parametrize(("kind", "slug"), NOT_PUBLIC)
def test_a_draft_answers_as_if_it_were_not_there(client, world, route, kind, slug):
    draft, nothing = (client.get(reverse(route, args=[kind, name])) for name in (slug, "nonesuch"))
    assert draft.status_code == nothing.status_code == 404
    assert (draft.content, draft.headers) == (nothing.content, nothing.headers)


@pytest.mark.parametrize("slug", ["draftco", "secret-deal"])
def test_the_permalink_of_a_draft_answers_as_if_it_were_not_there(client, world, slug):
    draft, nothing = client.get(f"/e/{world[slug].uid}"), client.get("/e/CGT0000012")
    assert draft.status_code == nothing.status_code == 404
    assert (draft.content, draft.headers) == (nothing.content, nothing.headers)


@pytest.mark.parametrize("address", ["/sources/source-4/", "/sources/source-4.json"])
def test_a_source_of_drafts_alone_answers_as_if_it_were_not_there(client, world, address):
    hidden, nothing = client.get(address), client.get(address.replace("4", "5"))
    assert hidden.status_code == nothing.status_code == 404
    assert (hidden.content, hidden.headers) == (nothing.content, nothing.headers)


@pytest.mark.parametrize("slug", ["draftco", "gone", "doubled"])
@pytest.mark.parametrize("path", ["/collaborations/", "/entities/"])
def test_a_partner_that_is_not_published_is_refused_like_one_that_is_not_there(client, world, path, slug):
    hidden, nothing = (client.get(f"{path}?partner={name}") for name in (slug, "nonesuch"))
    assert hidden.status_code == nothing.status_code == 400
    assert hidden.content.decode().replace(slug, "nonesuch") == nothing.content.decode()


@pytest.mark.parametrize("name", ["Draftco Secret", "Gone Secret", "Doubled Secret"])
def test_the_name_of_what_is_not_published_is_no_partner(client, world, name):
    assert client.get("/collaborations.json", {"partner": name}).json()["problems"] == [
        {"parameter": "partner", "problem": f"There is no partner “{name}”."}
    ]


def test_no_count_counts_what_is_not_published(client, world):
    facets = {
        name: {value["value"]: value["count"] for value in values}
        for name, values in data_of(client, "/entities/")["facets"].items()
    }
    assert facets["kind"]["institution"] == 3
    assert facets["kind"]["collaboration"] == 2
    assert facets["tag"] == {"car-t": 3, "oncology": 3, "licensing": 1}
    assert "AT" not in facets["country"]
    assert "planned" not in facets["status"]
    assert facets["role"]["licensor"] == facets["role"]["licensee"] - 1 == 1
    assert sum(facets["kind"].values()) == data_of(client, "/entities/")["total"] == 11
    assert facets["sourced"] == {"yes": 6, "no": 1}


def test_the_numbers_of_the_home_page_count_what_is_published(client, world):
    page = Page(client.get("/"))
    rows = page.all(".//ul[@class='legend']/li")
    counts = {row.find(".//a").get("href"): words(row.find(".//*[@class='count']")) for row in rows}
    assert counts["/institutions/"] == "3"
    assert counts["/collaborations/"] == "2"
    assert counts["/sources/"] == "3"


def test_the_numbers_of_statements_count_what_is_published(client, world):
    hidden = sum(len(entity.get("statements", [])) for entity in small_world.ENTITIES if entity.get("state"))
    every = sum(len(entity.get("statements", [])) for entity in small_world.ENTITIES)
    assert Statement.objects.count() == every
    for address in ("/", "/about/"):
        assert re.search(rf"\b{every - hidden} statements", Page(client.get(address)).text)


def test_subjects_count_published_entries(client, world):
    rows = {link.get("href"): words(row) for row in Page(client.get("/tags/")).all(".//li") for link in row.iter("a")}
    assert rows["/tags/car-t/"].endswith(" 3")
    assert rows["/tags/licensing/"].endswith(" 1")


def test_a_subject_of_drafts_alone_is_not_listed(client, world):
    small_world.load(
        {
            "tags": [{"slug": "quiet", "name": "quiet subject"}],
            "entities": [
                {"slug": "quietco", "kind": "institution", "name": "Q", "type": "company", "state": "draft"}
                | {"tags": ["quiet"]}
            ],
        }
    )
    assert "quiet" not in Page(client.get("/tags/")).text


def test_sources_of_drafts_alone_are_not_counted(client, world):
    assert Source.objects.count() == 4
    data = data_of(client, "/sources/")
    assert [row["key"] for row in data["rows"]] == ["source-3", "source-2", "source-1"]
    assert [(value["value"], value["count"]) for value in data["facets"]["kind"]] == [
        ("press-release", 1),
        ("paper", 1),
        ("regulator", 1),
    ]


def test_a_source_counts_only_its_public_statements(client, world):
    before = {row["key"]: row["statements"] for row in data_of(client, "/sources/")["rows"]}
    add_statement("alliance", "partner", "draftco", sources=["source-1"])
    assert {row["key"]: row["statements"] for row in data_of(client, "/sources/")["rows"]} == before
    assert "draftco" not in client.get("/sources/source-1.json").content.decode()
    assert len(client.get("/sources/source-1.json").json()["statements"]) == before["source-1"]


def add_statement(slug, predicate, target, **more):
    """Let the loader add a statement to an entry of the world."""
    records = [record for record in small_world.records()["entities"] if record["slug"] == slug]
    records[0].setdefault("statements", []).append({"predicate": predicate, "object": target, **more})
    small_world.load({"entities": records})


def test_a_statement_about_a_draft_shows_on_no_outlet(client, world):
    add_statement("alliance", "partner", "draftco", role="licensee", sources=["source-4"])
    add_statement("network", "member", "gone", role="observer")
    assert seen(texts(client, world, whole=False)) == {}
    assert data_of(client, "/consortia/")["facets"]["role"] == [
        {"value": "founding-member", "label": "Founding member", "count": 1, "selected": False},
        {"value": "funder", "label": "Funder", "count": 1, "selected": False},
        {"value": "member", "label": "Member", "count": 1, "selected": False},
    ]


def test_a_statement_about_a_draft_shows_not_where_it_is_the_only_one(client, world):
    add_statement("oldco", "parent", "draftco", sources=["source-4"])
    assert seen(texts(client, world, whole=False)) == {}
    data = client.get("/institutions/oldco.json").json()
    assert "statements" not in data["record"]
    assert data["sources"] == {}


def test_an_entry_that_names_only_drafts_has_no_statement_and_so_is_neither_sourced_nor_unsourced(client, world):
    add_statement("oldco", "parent", "draftco")
    for value in ("yes", "no"):
        rows = data_of(client, f"/institutions/?sourced={value}")["rows"]
        assert "oldco" not in [row["slug"] for row in rows]


def test_lists_show_no_draft_to_an_editor_either(client, world):
    editor = User.objects.create_user("editor", is_staff=True, is_superuser=True)
    client.force_login(editor)
    assert "Draftco" not in client.get("/institutions/").content.decode()
    assert "Draftco" not in client.get("/suggest.json?q=draft").content.decode()


def test_staff_without_the_right_to_view_a_kind_see_no_draft_of_it(client, world):
    person = User.objects.create_user("person", is_staff=True)
    client.force_login(person)
    assert client.get("/institutions/draftco/").status_code == 404
    assert client.get("/institutions/draftco.json").status_code == 404
    person.user_permissions.add(Permission.objects.get(codename="view_institution"))
    assert client.get("/institutions/draftco/").status_code == 200
    assert client.get("/collaborations/secret-deal/").status_code == 404
