"""OpenRefine and the like match a column of names through /reconcile, after the Entity Reconciliation API 0.2."""

import json
import random
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from dev import ROOT
from entities.models import Entity
from entities.models.kinds import KINDS
from entities.reconciling.asking import MOST_CANDIDATES, MOST_CHARACTERS, MOST_IDS, MOST_QUERIES
from entities.reconciling.names import NameIndex
from entities.reconciling.properties import PROPERTIES
from entities.text import fold, make_uid
from tests import world as small_world
from tests.reconcile_schemas import conforms
from tests.standing import on_stage, standing, take_stock

stage = standing(small_world.build)
world = on_stage()

ENDPOINT = "/reconcile"
SUGGEST = f"{ENDPOINT}/suggest"


def ask(client, queries):
    """{id: candidates} of {id: query}."""
    response = client.post(ENDPOINT, {"queries": json.dumps(queries)})
    assert response.status_code == 200, response.content
    return {key: each["result"] for key, each in conforms("results", response.json()).items()}


def candidates(client, text="", **more):
    """The candidates of one query."""
    query = {"query": text, **more} if text else more
    return ask(client, {"q0": query})["q0"]


def best(client, text="", **more):
    return candidates(client, text, **more)[0]


def given_as(**properties):
    """Properties of a query as the specification has them."""
    return [{"pid": name, "v": value} for name, value in properties.items()]


def extend(client, ids, *properties):
    """(meta, rows) of a data extension query; a property is an id, or an (id, settings)."""
    asked = [{"id": each} if isinstance(each, str) else {"id": each[0], "settings": each[1]} for each in properties]
    response = client.post(ENDPOINT, {"extend": json.dumps({"ids": ids, "properties": asked})})
    assert response.status_code == 200, response.content
    data = conforms("extension", response.json())
    return data["meta"], data["rows"]


def suggested(client, what, prefix, **more):
    response = client.get(f"{SUGGEST}/{what}", {"prefix": prefix, **more})
    return conforms({"entity": "entities", "type": "types", "property": "properties"}[what], response.json())["result"]


def features(candidate):
    return {feature["id"]: feature["value"] for feature in candidate["features"]}


# What the service says of itself


def test_the_manifest_says_what_is_offered_and_where(client, world):
    manifest = conforms("manifest", client.get(ENDPOINT).json())
    assert [each["id"] for each in manifest["defaultTypes"]] == list(KINDS)
    assert manifest["batchSize"] == MOST_QUERIES
    for each in [*manifest["suggest"].values(), manifest["extend"]["propose_properties"]]:
        assert each["service_url"] == "http://testserver"
        assert client.get(each["service_path"]).status_code == 200


def test_the_address_of_a_view_leads_to_the_entry(client, world):
    view = client.get(ENDPOINT).json()["view"]["url"]
    response = client.get(view.replace("{{id}}", world["penn"].uid), follow=True)
    assert response.redirect_chain == [("/institutions/penn/", 302)]


def test_the_preview_is_the_card_of_an_entry(client, world):
    preview = client.get(ENDPOINT).json()["preview"]
    assert preview == {"url": "http://testserver/e/{{id}}/embed", "width": 430, "height": 300}


def test_addresses_come_from_the_settings_and_not_from_the_host(client, world, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://collabs.example", ["*"]
    asked = {"extend": json.dumps({"ids": [world["penn"].uid], "properties": [{"id": "page"}]})}
    for data in ({}, asked):
        text = client.get(ENDPOINT, data, headers={"host": "evil.example"}).content.decode()
        assert "https://collabs.example/" in text
        assert "evil" not in text


@pytest.mark.parametrize("path", ["", "/suggest/entity", "/suggest/type", "/suggest/property", "/properties"])
def test_every_door_is_open_to_scripts_of_other_sites_and_knows_no_cookie(world, path):
    client = Client(enforce_csrf_checks=True)
    for response in (client.get(ENDPOINT + path), client.post(ENDPOINT + path), client.options(ENDPOINT + path)):
        assert response.status_code in (200, 204)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
    response = client.put(ENDPOINT + path)
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (405, "*")
    conforms("error", response.json())


def test_a_batch_in_the_address_is_answered_like_one_in_a_form(client, world):
    queries = json.dumps({"a": {"query": "Novartis"}, "b": {"query": "Zürich", "limit": 1}})
    sent = client.get(ENDPOINT, {"queries": queries}), client.post(ENDPOINT, {"queries": queries})
    encoded = client.post(
        ENDPOINT, f"queries={queries}".replace("ü", "%C3%BC"), content_type="application/x-www-form-urlencoded"
    )
    assert sent[0].json() == sent[1].json() == encoded.json()
    assert set(sent[0].json()) == {"a", "b"}


# Names


def test_the_name_of_an_entry_matches_it(client, world):
    found = best(client, "novartis")
    assert (found["id"], found["name"], found["score"], found["match"]) == (
        world["novartis"].uid, "Novartis", 100, True,
    )  # fmt: skip
    assert found["type"] == [
        {"id": "institution", "name": "Institution"},
        {"id": "institution/company", "name": "Company"},
    ]
    assert found["description"] == "Company, Basel, Switzerland"
    assert features(found) == {"name": 100, "same_name": True, "identifier": False}


@pytest.mark.parametrize(
    ("name", "slug", "description"),
    [
        ("PENN", "penn", "University, Philadelphia, United States; acronym: Penn"),
        ("Ciba Geigy", "novartis", "Company, Basel, Switzerland; former name: Ciba-Geigy"),
        ("novartis-ag", "novartis", "Company, Basel, Switzerland; also known as: Novartis AG"),
        ("Tisagenlecleucel", "kymriah", "CAR-T; generic name: tisagenlecleucel"),
        (
            "Universitat Pennsylvanien",
            "penn",
            "University, Philadelphia, United States; in another language: Universität Pennsylvanien",
        ),
        ("Oldco Zurich", "oldco", "Company, United Kingdom"),
        ("ich q5a (r2)", "q5a", "Quality"),
        ("penn novartis ALLIANCE", "alliance", "Academia and industry, August 2012 to September 2019"),
    ],
)
def test_any_name_of_an_entry_matches_it_and_the_description_says_which(client, world, name, slug, description):
    found = best(client, name)
    assert (found["id"], found["match"]) == (world[slug].uid, True)
    assert found["description"] == description


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Novrtis", "novartis"),
        ("Univeristy of Pensylvania", "penn"),
        ("Pennsylvania University", "penn"),
        ("Novartis, Inc.", "novartis"),
        ("Kym riah", "kymriah"),
        ("US Food & Drug Administration", "fda"),
        ("International Council for Harmonization", "ich"),
    ],
)
def test_a_name_that_is_only_alike_is_found_first_and_not_matched(client, world, name, slug):
    found = best(client, name)
    assert found["id"] == world[slug].uid
    assert 50 < found["score"] < 100
    assert not found["match"]


def test_a_name_with_another_in_brackets_is_the_same_where_both_are_its_names(client, world):
    assert best(client, "U.S. Food and Drug Administration (FDA)")["match"]
    assert best(client, "Kymriah (tisagenlecleucel)")["match"]
    other = best(client, "Kymriah (imatinib)")
    assert (other["id"], other["match"]) == (world["kymriah"].uid, False)


def test_candidates_come_by_falling_score_and_none_for_what_is_like_nothing(client, world):
    found = candidates(client, "Novartis Penn alliance", limit=50)
    assert len(found) > 2
    assert [each["score"] for each in found] == sorted((each["score"] for each in found), reverse=True)
    assert candidates(client, "xyzzy quux") == candidates(client, "—") == candidates(client, " ") == []


def namesake(**fields):
    """Load another entry by the name of Novartis."""
    record = {"slug": "novartis-us", "kind": "institution", "name": "Novartis", "type": "charity", "country": "US"}
    small_world.load({"entities": [record | fields]})
    return Entity.objects.get(slug="novartis-us")


def test_of_two_by_the_same_name_none_is_matched(client, world):
    other = namesake()
    found = candidates(client, "Novartis")
    assert {each["id"] for each in found[:2]} == {world["novartis"].uid, other.uid}
    assert [each["score"] for each in found[:2]] == [100, 100]
    assert not any(each["match"] for each in found)


def test_what_is_so_named_today_comes_before_what_was(client, world):
    other = namesake(name="Ciba-Geigy")
    assert [each["id"] for each in candidates(client, "Ciba-Geigy")[:2]] == [other.uid, world["novartis"].uid]


@pytest.mark.parametrize("more", [{"type": "institution/charity"}, {"properties": given_as(country="USA")}])
def test_a_type_or_a_property_tells_namesakes_apart(client, world, more):
    other = namesake()
    found = best(client, "Novartis", **more)
    assert (found["id"], found["match"]) == (other.uid, True)


def test_a_new_name_matches_on_the_next_request(client, world):
    assert not any(each["match"] for each in candidates(client, "Brandnewco"))
    other = namesake(name="Brandnewco")
    assert best(client, "Brandnewco")["id"] == other.uid
    namesake(name="Otherco")
    assert not any(each["match"] for each in candidates(client, "Brandnewco"))


# Identifiers


@pytest.mark.parametrize("text", ["02f9zrr09", "https://ror.org/02f9zrr09", " ROR.org/02F9ZRR09 "])
def test_an_identifier_of_a_registry_matches_at_once(client, world, text):
    found = best(client, text)
    assert (found["id"], found["score"], found["match"]) == (world["novartis"].uid, 100, True)
    assert features(found)["identifier"]


@pytest.mark.parametrize("form", ["{}", "http://testserver/e/{}", " {} "])
def test_the_id_of_an_entry_here_matches_at_once(client, world, form):
    uid = world["novartis"].uid
    for text in (form.format(uid), form.format(uid.lower())):
        found = best(client, text)
        assert (found["id"], found["match"]) == (uid, True)


def test_the_id_of_what_was_merged_leads_to_what_it_was_merged_into(client, world):
    assert best(client, world["doubled"].uid)["id"] == world["penn"].uid


def test_an_identifier_with_wrong_check_digits_is_none(client, world):
    assert not any(each["match"] for each in candidates(client, "https://ror.org/02f9zrr08"))


# Types and limits


def test_only_candidates_of_the_types_asked_for_come(client, world):
    for types in ("collaboration", ["collaboration"], ["collaboration/licensing", "disease"]):
        found = candidates(client, "Novartis Penn", type=types, limit=50)
        assert found
        assert {each["type"][0]["id"] for each in found} == {"collaboration"}
    assert [each["name"] for each in candidates(client, "Novartis Penn", type="collaboration/licensing")] == [
        "Novartis–Penn licence"
    ]
    assert candidates(client, "Novartis", type="DifferentiatedPerson", type_strict="should") == []


def test_at_most_as_many_candidates_come_as_are_asked_for(client, world):
    assert len(candidates(client, "Novartis Penn", limit=1)) == 1
    small_world.load(
        {"entities": [namesake_record(n) for n in range(MOST_CANDIDATES + 5)]},
    )
    assert len(candidates(client, "Same name")) == 5
    assert len(candidates(client, "Same name", limit=30)) == 30
    assert len(candidates(client, "Same name", limit=10**9)) == MOST_CANDIDATES


def namesake_record(n):
    return {"slug": f"same-{n}", "kind": "institution", "name": "Same name", "type": "company"}


# Properties of a query

FITTING = [
    ("novartis", "country", "Switzerland", "France"),
    ("novartis", "country", "CHE", "GB"),
    ("novartis", "country_code", "ch", "US"),
    ("penn", "country", "United States of America", "UK"),
    ("oldco", "country", "UK", "Ireland"),
    ("novartis", "city", "BASEL", "Zug"),
    ("novartis", "type", "Company", "Hospital"),
    ("novartis", "kind", "institution", "therapy"),
    ("novartis", "start", "1996-12-20", "1850"),
    ("novartis", "start", 1996, 1900),
    ("alliance", "start", "Aug 2012", "2020"),
    ("alliance", "start", "2012-08-06T00:00:00Z", "2016-08-06T00:00:00Z"),
    ("alliance", "status", "completed", "planned"),
    ("alliance", "partner", "Ciba-Geigy", "Leukaemia"),
    ("alliance", "country", "Japan", "Chile"),
    ("alliance", "tag", "CAR-T", "hygiene"),
    ("penn", "website", "upenn.edu/about", "https://example.org"),
    ("penn", "latitude", 39.9, 12),
    ("penn", "longitude", "-75.2", "100"),
    ("penn", "partner_of", "Penn Novartis alliance", "Nothing of the kind"),
    ("penn", "acronym", "PENN", "XYZ"),
    ("penn", "ror", "https://ror.org/00b30xv10", "02f9zrr09"),
    ("kymriah", "developer", ["Pfizer", "Novartis"], ["Pfizer", "Bayer"]),
    ("kymriah", "approval", "FDA", "ICH"),
]


@pytest.mark.parametrize(("slug", "name", "right", "wrong"), FITTING)
def test_a_property_that_agrees_lifts_a_name_that_is_alike_and_one_that_does_not_lowers_it(
    client, world, slug, name, right, wrong
):
    text = world[slug].name[:-1]
    plain, lifted, lowered = (
        next(each for each in found if each["id"] == world[slug].uid)
        for found in ask(
            client,
            {
                "plain": {"query": text, "limit": 50},
                "lifted": {"query": text, "limit": 50, "properties": given_as(**{name: right})},
                "lowered": {"query": text, "limit": 50, "properties": given_as(**{name: wrong})},
            },
        ).values()
    )
    assert lifted["score"] > plain["score"] > lowered["score"]
    assert features(lifted)[f"property:{name}"] > features(lowered)[f"property:{name}"]


def test_a_value_may_be_an_entry_matched_before(client, world):
    for slug, agrees in (("penn", 100), ("ich", 0)):
        value = {"id": world[slug].uid, "name": "University of Pennsylvania"}
        assert features(best(client, "Kymriah", properties=given_as(developer=value)))["property:developer"] == agrees


def test_a_name_whose_properties_do_not_agree_is_not_matched(client, world):
    found = best(client, "Novartis", properties=given_as(country="France"))
    assert (found["id"], found["match"]) == (world["novartis"].uid, False)


def test_what_is_not_known_neither_lifts_nor_lowers(client, world):
    unknown = given_as(website="https://novartis.example", professionOrOccupation="Politik*", start="long ago")
    found = best(client, "Novartis", properties=unknown)
    assert (found["score"], found["match"]) == (100, True)


def test_an_identifier_beside_a_name_decides(client, world):
    found = best(client, "Basel drug maker", properties=given_as(ror="02f9zrr09"))
    assert (found["id"], found["match"]) == (world["novartis"].uid, True)


def test_a_name_and_the_identifier_of_another_decide_nothing(client, world):
    found = candidates(client, "Novartis", properties=given_as(ror="00b30xv10"))
    assert {each["id"] for each in found[:2]} == {world["novartis"].uid, world["penn"].uid}
    assert not any(each["match"] for each in found)


def test_properties_alone_find_by_identifier_and_by_name(client, world):
    assert best(client, properties=given_as(ror="02f9zrr09"))["id"] == world["novartis"].uid
    assert best(client, properties=given_as(former="Ciba-Geigy", country="CH"))["id"] == world["novartis"].uid
    assert candidates(client, properties=given_as(country="CH")) == []


# Nothing that is not published

HIDDEN = [("draftco", "Draftco Secret"), ("gone", "Gone Secret"), ("doubled", "Doubled Secret")]
HIDDEN += [("secret-deal", "Secret deal")]


@pytest.mark.parametrize(("slug", "name"), HIDDEN)
def test_what_is_not_published_is_no_candidate_no_suggestion_and_has_no_values(client, world, slug, name):
    uid = world[slug].uid
    found = candidates(client, name, limit=50) + suggested(client, "entity", name)
    if slug != "doubled":
        found += candidates(client, uid) + suggested(client, "entity", uid)
        assert extend(client, [uid], "name", "kind", "page")[1] == {uid: {"name": [], "kind": [], "page": []}}
    assert not [each for each in found if each["id"] == uid or "Secret" in each["name"]]


def test_what_is_withdrawn_without_a_new_revision_is_no_candidate_either(client, world):
    assert best(client, "Novartis")["match"]
    Entity.objects.filter(slug="novartis").update(state="withdrawn", reason="A test.")
    assert world["novartis"].uid not in [each["id"] for each in candidates(client, "Novartis")]


def test_no_value_names_what_is_not_published(client, world):
    records = [record for record in small_world.records()["entities"] if record["slug"] == "alliance"]
    records[0]["statements"].append({"predicate": "partner", "object": "draftco"})
    small_world.load({"entities": records})
    ids = [world[slug].uid for slug in ("penn", "novartis", "alliance", "fda")]
    _, rows = extend(client, ids, *PROPERTIES)
    assert not [word for word in small_world.HIDDEN if word in json.dumps(rows)]
    assert {"str": "AT"} not in rows[world["alliance"].uid]["country_code"]


def test_a_property_does_not_tell_of_a_partner_that_is_not_published(client, world):
    found = best(
        client, "Penn", properties=given_as(partner_of={"id": world["secret-deal"].uid, "name": "Secret deal"})
    )
    other = best(client, "Penn", properties=given_as(partner_of={"id": make_uid(1), "name": "Secret deal"}))
    assert features(found) == features(other)


# Data extension


def test_values_of_properties_are_fetched(client, world):
    uid = world["penn"].uid
    meta, rows = extend(
        client,
        [uid],
        *("name", "kind", "type", "country", "country_code", "city", "latitude", "website", "start", "end"),
        *("acronym", "translation", "ror", "wikidata", "page", "partner_of", "member_of"),
    )
    assert rows[uid] == {
        "name": [{"str": "University of Pennsylvania"}],
        "kind": [{"str": "Institution"}],
        "type": [{"str": "University"}],
        "country": [{"str": "United States"}],
        "country_code": [{"str": "US"}],
        "city": [{"str": "Philadelphia"}],
        "latitude": [{"float": 39.95}],
        "website": [{"str": "https://www.upenn.edu/"}],
        "start": [{"str": "1740"}],
        "end": [],
        "acronym": [{"str": "Penn"}],
        "translation": [{"str": "Universität Pennsylvanien"}],
        "ror": [{"str": "00b30xv10"}],
        "wikidata": [],
        "page": [{"str": "http://testserver/institutions/penn/"}],
        "partner_of": [
            {"id": world["licence-2020"].uid, "name": "Novartis–Penn licence"},
            {"id": world["alliance"].uid, "name": "Penn–Novartis alliance"},
        ],
        "member_of": [{"id": world["network"].uid, "name": "Rare Network"}],
    }
    heads = {each["id"]: each for each in meta}
    assert heads["city"] == {"id": "city", "name": "City"}
    assert heads["partner_of"]["type"] == {"id": "collaboration", "name": "Collaboration"}
    assert "type" not in heads["member_of"]


def test_the_countries_and_partners_of_a_collaboration_are_fetched(client, world):
    uid = world["alliance"].uid
    _, rows = extend(client, [uid], "partner", "country_code", "tag", "status", "therapy", "disease")
    values = {name: [value.get("name", value.get("str")) for value in row] for name, row in rows[uid].items()}
    assert values == {
        "partner": ["University of Pennsylvania", "Novartis", "Øldco Zürich"],
        "country_code": ["US", "CH", "GB", "JP"],
        "tag": ["CAR-T", "oncology"],
        "status": ["Completed"],
        "therapy": ["Kymriah"],
        "disease": ["Leukaemia"],
    }


def test_at_most_as_many_values_are_fetched_as_the_setting_says(client, world):
    uid = world["alliance"].uid
    for limit, count in ((0, 3), (2, 2), ("2", 2), (9, 3)):
        assert len(extend(client, [uid], ("partner", {"limit": limit}))[1][uid]["partner"]) == count


def test_the_names_and_identifiers_of_what_was_merged_are_those_of_the_other(client, world):
    small_world.save_as_editor(world["novartis"], state="merged", merged_into=world["oldco"])
    for text in ("Novartis", "Ciba-Geigy", "02f9zrr09", world["novartis"].uid):
        found = best(client, text)
        assert (found["id"], found["name"], found["match"]) == (world["oldco"].uid, "Øldco Zürich", True)
    assert best(client, "Novartiss")["id"] == world["oldco"].uid
    assert candidates(client, "Novartis", type="therapy") == []
    small_world.save_as_editor(world["oldco"], state="withdrawn", reason="A test.")
    assert world["oldco"].uid not in [each["id"] for each in candidates(client, "Novartis")]


def test_the_id_of_what_was_merged_gives_the_values_of_today(client, world):
    uid = world["doubled"].uid
    assert extend(client, [uid], "name")[1] == {uid: {"name": [{"str": "University of Pennsylvania"}]}}


def test_what_is_not_known_has_no_values(client, world):
    meta, rows = extend(client, ["Q42", make_uid(1)], "variantName", "name")
    assert meta[0] == {"id": "variantName", "name": "variantName"}
    assert rows == {key: {"variantName": [], "name": []} for key in ("Q42", make_uid(1))}


def test_properties_are_proposed_for_a_type(client, world):
    def proposed(**asked):
        return [
            each["id"]
            for each in conforms("proposal", client.get(f"{ENDPOINT}/properties", asked).json())["properties"]
        ]

    assert proposed() == proposed(type="") == list(PROPERTIES)
    assert proposed(type="therapy") == proposed(type="therapy/car-t")
    assert {"name", "generic", "developer", "approval", "therapy_of"} <= set(proposed(type="therapy"))
    assert not {"partner", "member", "city"} & set(proposed(type="therapy"))
    assert proposed(type="institution", limit=2) == ["name", "kind"]
    assert proposed(type="nothing") == []


def test_every_property_has_a_name_and_is_found_by_it(client, world):
    for name, each in PROPERTIES.items():
        assert name in [found["id"] for found in suggested(client, "property", each.label)]
        assert name in [found["id"] for found in suggested(client, "property", name)]


# Suggestions


def test_entries_are_suggested_as_one_types(client, world):
    (found,) = suggested(client, "entity", "univ")
    assert found == {
        "id": world["penn"].uid,
        "name": "University of Pennsylvania",
        "description": "University, Philadelphia, United States",
        "notable": [
            {"id": "institution", "name": "Institution"},
            {"id": "institution/university", "name": "University"},
        ],
    }
    assert [each["name"] for each in suggested(client, "entity", "ciba")] == ["Novartis"]
    assert suggested(client, "entity", "") == suggested(client, "entity", "  ") == []


def test_an_entry_is_suggested_by_its_id_and_its_identifier(client, world):
    for prefix in (world["penn"].uid, world["doubled"].uid, "00b30xv10"):
        assert [each["id"] for each in suggested(client, "entity", prefix)] == [world["penn"].uid]


def test_suggestions_go_on_where_the_cursor_says_and_keep_to_a_type(client, world):
    every = suggested(client, "entity", "n")
    assert suggested(client, "entity", "n", cursor=2) == every[2:]
    assert {each["notable"][0]["id"] for each in suggested(client, "entity", "n", type="disease")} <= {"disease"}
    assert [each["name"] for each in suggested(client, "entity", "n", type="consortium/network")] == ["Rare Network"]


def test_types_are_suggested_with_what_is_broader(client, world):
    assert suggested(client, "type", "instit")[0]["id"] == "institution"
    (found,) = suggested(client, "type", "univ")
    assert found["id"] == "institution/university"
    assert found["broader"] == [{"id": "institution", "name": "Institution"}]


# What cannot be answered

DEEP, TOO_LONG = "[" * 100_000, "x" * (MOST_CHARACTERS + 1)
WRONG_BATCHES = [
    "", "nothing", "[]", "1", "null", '"text"', "{", DEEP, '{"a":' * 5000, '{"a": NaN}', '{"a": Infinity}', "\0",
    '{"a": 1}', '{"a": []}', '{"a": {}}', '{"a": {"limit": 1}}', '{"a": {"properties": []}}', '{"a": {"query": 1}}',
    '{"a": {"query": null}}', '{"a": {"query": ["x"]}}', '{"a": {"query": "\\u0000"}}', '{"a": {"query": "\\ud800"}}',
    '{"\\udfff": {"query": "x"}}', '{"a": {"query": "x", "type": 1}}', '{"a": {"query": "x", "type": [1]}}',
    '{"a": {"query": "x", "type": {"id": "institution"}}}', '{"a": {"query": "x", "properties": {}}}',
    '{"a": {"query": "x", "properties": ["x"]}}', '{"a": {"query": "x", "properties": [{"v": "x"}]}}',
    '{"a": {"query": "x", "properties": [{"pid": "city"}]}}',
    '{"a": {"query": "x", "properties": [{"pid": 1, "v": "x"}]}}',
    '{"a": {"query": "x", "properties": [{"pid": "city", "v": null}]}}',
    '{"a": {"query": "x", "properties": [{"pid": "city", "v": [["x"]]}]}}',
    '{"a": {"query": "x", "properties": [{"pid": "city", "v": {"name": "x"}}]}}',
    *(f'{{"a": {{"query": "x", "limit": {limit}}}}}'
      for limit in ("0", "-1", "1.5", '"5"', "true", "null", "[]", "1e999", "-1e999")),
    f'{{"a": {{"query": "x", "limit": {"9" * 5000}}}}}', f'{{"a": {{"query": "{TOO_LONG}"}}}}',
    f'{{"{TOO_LONG}": {{"query": "x"}}}}',
]  # fmt: skip
WRONG_EXTENSIONS = [
    "nothing", "[]", "{}", '{"ids": []}', '{"properties": []}', '{"ids": "x", "properties": []}',
    '{"ids": [1], "properties": []}', '{"ids": ["\\u0000"], "properties": []}', '{"ids": [], "properties": ["name"]}',
    '{"ids": [], "properties": [{}]}', '{"ids": [], "properties": [{"id": 1}]}',
    '{"ids": [], "properties": [{"id": "name", "settings": 1}]}',
    *(f'{{"ids": [], "properties": [{{"id": "name", "settings": {{"limit": {limit}}}}}]}}'
      for limit in ("-1", "1.5", '"x"', '"\\ud800"', "[1]", "true")),
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG_BATCHES, ids=lambda text: text[:50])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_batch_that_makes_no_sense_is_refused_with_a_sentence(client, world, method, text):
    response = getattr(client, method)(ENDPOINT, {"queries": text})
    assert response.status_code == 400
    assert response["Access-Control-Allow-Origin"] == "*"
    conforms("error", response.json())


@pytest.mark.parametrize("text", WRONG_EXTENSIONS, ids=lambda text: text[:50])
def test_an_extension_that_makes_no_sense_is_refused_with_a_sentence(client, world, text):
    response = client.post(ENDPOINT, {"extend": text})
    assert response.status_code == 400
    conforms("error", response.json())


def queries(count, **more):
    return {"queries": json.dumps({f"q{n}": {"query": "x", **more} for n in range(count)})}


@pytest.mark.parametrize(
    "data",
    [
        queries(MOST_QUERIES + 1),
        queries(1, type=["x"] * 21),
        queries(1, properties=given_as(city=["x"] * 21)),
        queries(1, properties=given_as(city="x") * 101),
        queries(MOST_QUERIES, properties=given_as(city=["x"] * 20, name=["x"] * 20)),
        {"extend": json.dumps({"ids": ["x"] * (MOST_IDS + 1), "properties": []})},
        {"extend": json.dumps({"ids": [], "properties": [{"id": "name"}] * 101})},
        {"queries": " " * 1_100_000},
    ],
    ids=["queries", "types", "values", "properties", "values in all", "ids", "wishes", "bytes"],
)
def test_what_is_too_large_is_refused_with_a_sentence(client, world, data):
    response = client.post(ENDPOINT, data)
    assert response.status_code == 413
    conforms("error", response.json())


def test_what_is_as_large_as_is_allowed_is_answered(client, world):
    assert client.post(ENDPOINT, queries(MOST_QUERIES)).status_code == 200
    found = ask(client, {"a" * MOST_CHARACTERS: {"query": "x y" * (MOST_CHARACTERS // 3)}})
    assert list(found) == ["a" * MOST_CHARACTERS]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a&" * 30_000, "application/x-www-form-urlencoded"),
        (b"nothing", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"queries=%7B%7D", "application/x-www-form-urlencoded; charset=utf-16"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_with_a_sentence(client, world, body, content_type):
    response = client.post(ENDPOINT, body, content_type=content_type)
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        conforms("error", response.json())


@pytest.mark.parametrize("path", [f"{SUGGEST}/entity", f"{SUGGEST}/type", f"{SUGGEST}/property"])
@pytest.mark.parametrize(
    "asked", [{"prefix": "x" * 301}, {"prefix": "\0"}, {"cursor": "-1"}, {"cursor": "x"}, {"cursor": "9" * 99}]
)
def test_a_suggestion_that_makes_no_sense_is_refused_with_a_sentence(client, world, path, asked):
    response = client.get(path, {"prefix": "x", **asked})
    assert response.status_code == 400
    conforms("error", response.json())


@pytest.mark.parametrize("asked", [{"limit": "-1"}, {"limit": "x"}, {"type": "\0"}, {"type": "x" * 301}])
def test_a_proposal_that_makes_no_sense_is_refused_with_a_sentence(client, world, asked):
    response = client.get(f"{ENDPOINT}/properties", asked)
    assert response.status_code == 400
    conforms("error", response.json())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id", "ids", "name", "settings", "q0"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
QUERY = st.fixed_dictionaries(
    {"query": st.text(max_size=40)},
    optional={
        "type": st.sampled_from(["institution", "therapy/car-t", "", "x/y/z"]),
        "limit": st.integers(1, 100) | st.just(3.0),
        "properties": st.lists(
            st.fixed_dictionaries(
                {
                    "pid": st.sampled_from(list(PROPERTIES)) | st.text(max_size=5),
                    "v": st.text(max_size=20) | st.integers() | st.floats(-1e9, 1e9) | st.booleans(),
                }
            ),
            max_size=3,
        ),
    },
)


class TestAnyInput:
    """Whatever is sent, the answer has the shape of an answer, or is a sentence."""

    @pytest.fixture(autouse=True)
    def stand(self, client, world):
        self.client = client

    @given(data=JSON, name=st.sampled_from(["queries", "extend"]))
    @settings(max_examples=150, deadline=None)
    def test_any_json_is_answered_or_refused(self, data, name):
        response = self.client.post(ENDPOINT, {name: json.dumps(data)})
        assert response.status_code in (200, 400, 413)
        shape = {"queries": "results", "extend": "extension"}[name]
        conforms(shape if response.status_code == 200 else "error", response.json())

    @given(batch=st.dictionaries(st.text(max_size=5), QUERY, max_size=3))
    @settings(max_examples=150, deadline=None)
    def test_any_query_is_answered(self, batch):
        response = self.client.post(ENDPOINT, {"queries": json.dumps(batch)})
        if response.status_code == 400:
            assert "character" in conforms("error", response.json())["error"]  # a NUL or half a character
        else:
            assert list(conforms("results", response.json())) == list(batch)


# What it costs


def test_a_batch_costs_the_same_whatever_its_size_and_that_of_the_base(client, world):
    def cost(count, **more):
        batch = {"queries": json.dumps({f"q{n}": {"query": ["Penn", "Novrtis"][n % 2], **more} for n in range(count)})}
        client.post(ENDPOINT, batch)
        with CaptureQueriesContext(connection) as asked:
            assert client.post(ENDPOINT, batch).status_code == 200
        return len(asked)

    rich = {"properties": [{"pid": name, "v": "x"} for name in random.Random(4).sample(list(PROPERTIES), 20)]}
    rich["properties"] += given_as(partner="x", partner_of="x", ror="x", tag="x", country="x")
    few = cost(1), cost(2, **rich)
    small_world.load({"entities": [namesake_record(n) | {"name": f"Penn {n}"} for n in range(300)]})
    take_stock()
    assert (cost(MOST_QUERIES), cost(20, **rich)) == few == (3, 8)


def test_fetching_values_costs_the_same_for_one_entry_and_for_all(client, world):
    def cost(ids):
        asked = {"extend": json.dumps({"ids": ids, "properties": [{"id": name} for name in PROPERTIES]})}
        with CaptureQueriesContext(connection) as queries:
            assert client.post(ENDPOINT, asked).status_code == 200
        return len(queries)

    assert cost([world["alliance"].uid]) == cost([each.uid for each in world.values()]) == 7


def test_a_suggestion_costs_one_query(client, world):
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{SUGGEST}/entity", {"prefix": "penn", "type": "institution"})
    assert len(queries) == 1


# The index of names

NAMES = st.text("abc é-", max_size=12).map(fold).filter(bool)


def index_of(names):
    return NameIndex((n, make_uid(n), frozenset(["institution"]), [name]) for n, name in enumerate(names))


@given(st.lists(NAMES, min_size=1, max_size=8), NAMES)
def test_only_the_same_name_is_wholly_alike(names, name):
    found = index_of(names).alike(name)
    assert {key for key, likeness in found.items() if likeness.score == 100} == {
        key for key, other in enumerate(names) if other == name
    }
    assert all(0 <= likeness.score <= 100 for likeness in found.values())


@given(st.data())
def test_a_long_word_with_a_letter_lost_or_doubled_is_found(data):
    word = data.draw(st.text("abcdefghijklm", min_size=6, max_size=12))
    place = data.draw(st.integers(0, len(word) - 1))
    index = index_of([word, "quite other", "nothing alike"])
    for misspelt in (word[:place] + word[place + 1 :], word[:place] + word[place] + word[place:]):
        assert 0 in index.alike(misspelt)


# The page for writers


def test_the_examples_of_the_page_for_writers_are_answered(client, world):
    page = (ROOT / "docs" / "linking.md").read_text()
    examples = re.findall(r"/reconcile --data-urlencode '(queries|extend)=(.+)'", page)
    answers = {name: client.post(ENDPOINT, {name: text}).json() for name, text in examples}
    assert conforms("results", answers["queries"])["q0"]["result"][0]["id"] == world["novartis"].uid
    assert [each["name"] for each in conforms("extension", answers["extend"])["meta"]] == ["ROR", "Partner of"]


def test_the_page_for_writers_names_the_limits(client, world):
    page = (ROOT / "docs" / "linking.md").read_text()
    assert f"up to {MOST_QUERIES} queries" in page
    assert f"at most {MOST_CHARACTERS} characters and an extension {MOST_IDS} ids" in page
