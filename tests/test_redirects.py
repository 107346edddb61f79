"""Addresses that were once given out lead where the entry is today, or say why it is gone."""

from urllib.parse import quote

import pytest
from django.contrib.auth.models import User

from entities.models import Entity
from tests.reading import Page, faults
from tests.standing import on_stage, standing
from tests.world import build, load, records

stage = standing(build)
world = on_stage()


@pytest.fixture
def editor(client, db):
    """The client, signed in as an editor who may see everything."""
    client.force_login(User.objects.create_superuser("editor"))
    return client


def record_of(slug, **more):
    (record,) = (record for record in records()["entities"] if record["slug"] == slug)
    return record | more


def rename(world, slug, new):
    """Load the entry under another slug, as a file that gives its uid does."""
    load({"entities": [record_of(slug, uid=world[slug].uid) | {"slug": new}]})


def merge(target, *slugs):
    load({"entities": [record_of(slug, state="merged", merged_into=target) for slug in slugs]})


def leads_to(client, address, target, status=301):
    """Whether an address leads to another in one hop, with its query string, page and JSON alike."""
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (status, target)
    assert client.get(target).status_code in (200, 410)
    asked = client.get(f"{address}?a=1&b=%C3%A9&a=2")
    assert asked["Location"] == f"{target}?a=1&b=%C3%A9&a=2"
    assert client.head(address).status_code == status
    return True


# Renamed


@pytest.mark.parametrize("suffix", ["/", ".json"])
def test_an_old_slug_leads_to_the_new_one(client, world, suffix):
    rename(world, "oldco", "newco")
    assert leads_to(client, f"/institutions/oldco{suffix}", f"/institutions/newco{suffix}")


@pytest.mark.parametrize("suffix", ["/", ".json"])
def test_every_slug_that_an_entry_ever_had_leads_to_it_in_one_hop(client, world, suffix):
    rename(world, "oldco", "second")
    rename(world, "oldco", "third")
    for slug in ("oldco", "second"):
        assert leads_to(client, f"/institutions/{slug}{suffix}", f"/institutions/third{suffix}")


def test_an_old_slug_of_a_draft_leads_nowhere(client, world):
    Entity.objects.get(slug="draftco").old_slugs.create(slug="draft-before")
    assert client.get("/institutions/draft-before/").status_code == 404
    assert client.get("/institutions/draft-before.json").status_code == 404


def test_an_old_slug_with_a_kind_that_never_was_leads_on_all_the_same(client, world):
    rename(world, "oldco", "newco")
    assert leads_to(client, "/therapies/oldco/", "/institutions/newco/")


# Merged


@pytest.mark.parametrize("suffix", ["/", ".json"])
@pytest.mark.parametrize("slug", ["doubled", "doubled-before"])
def test_a_merged_entry_leads_to_the_one_that_took_it_in(client, world, slug, suffix):
    assert leads_to(client, f"/institutions/{slug}{suffix}", f"/institutions/penn{suffix}")


@pytest.mark.parametrize("suffix", ["/", ".json"])
def test_an_entry_merged_twice_over_leads_to_the_last_in_one_hop(client, world, suffix):
    merge("novartis", "penn", "doubled")
    for slug in ("penn", "doubled", "doubled-before"):
        assert leads_to(client, f"/institutions/{slug}{suffix}", f"/institutions/novartis{suffix}")
    assert leads_to(client, f"/e/{world['doubled'].uid}", "/institutions/novartis/", status=302)


def test_entries_merged_into_each_other_are_not_found(client, world):
    Entity.objects.filter(slug="penn").update(state="merged", merged_into=world["doubled"])
    for address in ("/institutions/penn/", "/institutions/doubled.json", f"/e/{world['penn'].uid}"):
        assert client.get(address).status_code == 404


def test_an_entry_merged_into_one_of_another_kind_leads_there(client, world):
    merge("network", "oldco")
    assert leads_to(client, "/institutions/oldco/", "/consortia/network/")
    assert leads_to(client, "/institutions/oldco.json", "/consortia/network.json")


def test_an_entry_merged_into_a_draft_is_not_found(client, world):
    Entity.objects.filter(slug="penn").update(state="draft")
    assert client.get("/institutions/doubled/").status_code == 404
    assert client.get(f"/e/{world['doubled'].uid}").status_code == 404


# Another kind


@pytest.mark.parametrize("suffix", ["/", ".json"])
@pytest.mark.parametrize("path", ["collaborations", "consortia", "regulatory-bodies", "therapies", "diseases"])
def test_a_slug_under_the_wrong_kind_leads_to_the_right_one(client, world, path, suffix):
    assert leads_to(client, f"/{path}/penn{suffix}", f"/institutions/penn{suffix}")


def test_an_address_without_its_slash_gets_it(client, world):
    response = client.get("/institutions/penn?a=1")
    assert (response.status_code, response["Location"]) == (301, "/institutions/penn/?a=1")


def test_a_slug_in_capitals_is_none(client, world):
    assert client.get("/institutions/PENN/").status_code == 404


# Withdrawn


def test_a_withdrawn_entry_is_gone_and_says_why(client, world):
    response = client.get("/institutions/gone/")
    assert response.status_code == 410
    page = Page(response)
    assert "Gone Secret was withdrawn" in page.text
    assert "It never existed." in page.text
    assert world["gone"].uid in page.text
    assert "Hidden words" not in page.text
    assert [meta.get("content") for meta in page.all("head/meta[@name='robots']")] == ["noindex"]
    assert faults(response) == []


def test_the_reason_of_a_withdrawal_is_no_markup(client, world):
    load({"entities": [record_of("gone", reason="<script>alert(1)</script>", name="<img src=x> Gone")]})
    response = client.get("/institutions/gone/")
    assert faults(response) == []
    assert "<script>alert(1)</script>" in Page(response).text
    assert not Page(response).all(".//img")


def test_the_json_of_a_withdrawn_entry_is_gone_and_says_why(client, world):
    response = client.get("/institutions/gone.json")
    assert response.status_code == 410
    assert response.json() == {
        "uid": world["gone"].uid,
        "name": "Gone Secret",
        "state": "withdrawn",
        "reason": "It never existed.",
    }


def test_a_withdrawn_entry_under_a_wrong_kind_or_by_its_uid_leads_to_its_page(client, world):
    assert leads_to(client, "/therapies/gone/", "/institutions/gone/")
    assert leads_to(client, f"/e/{world['gone'].uid}", "/institutions/gone/", status=302)


# Drafts


@pytest.mark.parametrize("address", ["/institutions/draftco/", "/institutions/draftco.json", "/therapies/draftco/"])
def test_a_draft_is_not_there_for_the_public(client, world, address):
    assert client.get(address).status_code == 404


def test_an_editor_sees_a_draft_as_a_marked_preview_that_nothing_keeps(editor, world):
    response = editor.get("/institutions/draftco/")
    assert response.status_code == 200
    page = Page(response)
    assert "Preview." in page.text
    assert "Hidden words of Draftco." in page.text
    assert [meta.get("content") for meta in page.all("head/meta[@name='robots']")] == ["noindex"]
    assert not page.all("head/link[@rel='canonical']")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert faults(response) == []


def test_an_editor_sees_the_data_of_a_draft_which_nothing_keeps(editor, world):
    response = editor.get("/institutions/draftco.json")
    assert response.json()["record"]["state"] == "draft"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in response


def test_an_editor_sees_published_pages_as_everyone_does(editor, world):
    response = editor.get("/institutions/penn/")
    assert "Preview." not in Page(response).text
    assert "no-store" not in response.get("Cache-Control", "")


def test_an_editor_reaches_a_draft_by_its_uid(editor, world):
    response = editor.get(f"/e/{world['draftco'].uid}")
    assert (response.status_code, response["Location"]) == (302, "/institutions/draftco/")


# Permanent links


def test_a_permanent_link_leads_to_the_page_of_today(client, world):
    address = f"/e/{world['penn'].uid}"
    assert leads_to(client, address, "/institutions/penn/", status=302)
    rename(world, "penn", "upenn")
    assert leads_to(client, address, "/institutions/upenn/", status=302)


def test_a_permanent_link_is_read_in_lower_case_and_with_letters_that_look_alike(client, world):
    record = {"slug": "x", "uid": "CGT0000104", "kind": "disease", "type": "general", "name": "X"}
    load({"entities": [record]})
    for uid in ("CGT0000104", "cgt0000104", "CGTOOOO1O4", "cgtooooio4", "CGT0000L04", "Cgt000o1o4"[:6] + "0104"):
        response = client.get(f"/e/{uid}")
        assert (response.status_code, response["Location"]) == (302, "/diseases/x/"), uid


def test_a_mistyped_permanent_link_is_not_found(client, world):
    uid = world["penn"].uid
    for place in range(3, 10):
        wrong = uid[:place] + ("2" if uid[place] != "2" else "3") + uid[place + 1 :]
        assert client.get(f"/e/{wrong}").status_code == 404
    for wrong in (uid[:-1], uid + "0", uid[3:], "x", quote("ＣＧＴ0000012"), "%00", f"{uid}%20x"):
        assert client.get(f"/e/{wrong}").status_code == 404


def test_the_permanent_link_of_a_merged_entry_leads_to_the_one_that_took_it_in(client, world):
    assert leads_to(client, f"/e/{world['doubled'].uid}", "/institutions/penn/", status=302)


# Methods and long queries


@pytest.mark.parametrize(
    "address", ["/institutions/penn/", "/institutions/penn.json", "/institutions/gone/", "/institutions/doubled/"]
)
def test_pages_are_read_only(client, world, address):
    assert client.head(address).status_code == client.get(address).status_code
    assert client.head(address).content == b""
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address).status_code == 405
    assert client.post(f"/e/{world['penn'].uid}").status_code == 405


@pytest.mark.parametrize("query", ["a=%0d%0aSet-Cookie:x=1", "next=//evil.example", "%00", "a" * 3000, "%ff%fe"])
def test_no_query_breaks_a_redirect(client, world, query):
    for address in ("/institutions/doubled/", "/therapies/penn/", f"/e/{world['penn'].uid}"):
        response = client.get(address, QUERY_STRING=query)
        assert response.status_code in (301, 302)
        assert response["Location"] == f"/institutions/penn/?{query}"
        assert "x" not in response.cookies


def test_a_query_too_long_for_a_redirect_is_a_bad_request(client, world):
    assert client.get("/institutions/doubled/", QUERY_STRING="a" * 20_000).status_code == 400
