"""The preview of an entry at its permalink and at its page, always small; and what the script knows of the kinds."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from entities.models import Entity
from entities.models.kinds import KINDS
from entities.text import shortened
from tests.outlets import PAGES
from tests.reading import Page
from tests.standing import on_stage, standing
from tests.world import build, edge, load, records

stage = standing(build)
world = on_stage()
LIMIT = 2000
SCRIPT = Path(settings.BASE_DIR, "static/js/collabs-preview.js").read_text()


def preview(client, slug):
    (entity,) = Entity.objects.filter(slug=slug)
    return client.get(f"/e/{entity.uid}/preview.json")


# What it says


def test_a_preview_says_what_an_entry_is_in_words(client, world):
    alliance = world["alliance"]
    assert preview(client, "alliance").json() == {
        "name": "Penn–Novartis alliance",
        "kind": "collaboration",
        "kind_label": "Collaboration",
        "type_label": "Academia and industry",
        "when": "August 2012 to September 2019",
        "place": "",
        "sentence": "University of Pennsylvania, originator, with Novartis, licensee, and 1 more, "
        "from August 2012 to September 2019.",
        "summary": "An alliance for CAR-T.",
        "url": "http://testserver/collaborations/alliance/",
        "permalink": f"http://testserver/e/{alliance.uid}",
        "version": alliance.version,
    }


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("penn", "University in Philadelphia, United States, since 1740."),
        ("kymriah", "CAR-T of University of Pennsylvania and Novartis, approved, first in 2017."),
        ("q5a", "Quality guideline of International Council for Harmonisation, in force."),
        ("network", "Network in France, since 2015."),
        ("leukaemia", ""),
    ],
)
def test_the_sentence_is_the_first_of_the_page(client, world, slug, sentence):
    assert preview(client, slug).json()["sentence"] == sentence


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_the_preview_at_the_address_of_a_page_is_that_of_its_permalink(client, world, kind, slug):
    address = f"{world[slug].get_absolute_url()}preview.json"
    assert address == f"/{KINDS[kind].path}/{slug}/preview.json"
    assert client.get(address).content == preview(client, slug).content


def test_a_sentence_never_ends_with_two_full_stops(client, world):
    load({"entities": [{"slug": "inc", "kind": "collaboration", "name": "D", "type": "licensing"}
                       | {"statements": [{"predicate": "partner", "object": "acme"}]},
                       {"slug": "acme", "kind": "institution", "name": "Acme Inc.", "type": "company"}]})  # fmt: skip
    assert preview(client, "inc").json()["sentence"] == "Acme Inc."


# Open, kept, small


@pytest.mark.parametrize("slug", ["alliance", "penn", "leukaemia"])
def test_a_preview_is_for_scripts_of_any_site_and_kept_for_five_minutes(client, world, slug):
    answer = preview(client, slug)
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Vary" not in answer
    assert not answer.cookies
    again = client.get(answer.request["PATH_INFO"], headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_the_host_is_called_changes_no_preview(client, world, settings):
    settings.ALLOWED_HOSTS = ["*"]
    address = f"/e/{world['alliance'].uid}/preview.json"
    assert client.get(address, headers={"host": "evil.example"}).content == client.get(address).content


def test_only_reading_is_allowed(client, world):
    assert client.post(f"/e/{world['penn'].uid}/preview.json").status_code == 405
    assert client.head(f"/e/{world['penn'].uid}/preview.json").status_code == 200


@pytest.mark.parametrize(
    "text", ["word " * 999, "Donaudampfschiff" * 99, "日本遺伝子" * 99, '"\\' * 999, "𐍈" * 999, "a\nb " * 999]
)
def test_a_preview_of_the_longest_texts_in_any_script_is_small(client, world, text):
    line = " ".join(text.split())
    seat = {"slug": "s" * 100, "kind": "regulatory_body", "type": "harmonisation-council", "country": "GB"}
    seat |= {"name": line[:300].strip(), "city": line[:100].strip(), "summary": text.strip()}
    deal = {"slug": "d" * 100, "kind": "collaboration", "type": "public-private-partnership"}
    deal |= {
        "name": seat["name"],
        "summary": seat["summary"],
        "statements": [edge("partner", "s" * 100, "manufacturer")],
    }
    load({"entities": [seat, deal]})
    for slug in ("s" * 100, "d" * 100):
        answer = preview(client, slug)
        assert len(answer.content) < LIMIT
        assert answer.json()["summary"].endswith("…")


def test_a_text_is_shortened_between_words():
    assert shortened("One two three four", 100) == "One two three four"
    assert shortened("One  two\nthree four", 13) == "One two…"
    assert shortened("One two, three four", 10) == "One two…"
    assert shortened("Donaudampfschiff", 8) == "Donauda…"
    assert shortened("", 8) == ""


# Not public


@pytest.mark.parametrize("end", ["", "?a=1"])
def test_the_preview_of_a_merged_entry_leads_to_that_of_the_other(client, world, end):
    answer = client.get(f"/e/{world['doubled'].uid}/preview.json{end}")
    assert (answer.status_code, answer["Location"]) == (302, f"/e/{world['penn'].uid}/preview.json{end}")
    assert answer["Access-Control-Allow-Origin"] == "*"  # a browser asks it of every step


@pytest.mark.parametrize("slug", ["doubled", "doubled-before"])
def test_the_preview_of_an_old_address_leads_to_that_of_today(client, world, slug):
    answer = client.get(f"/collaborations/{slug}/preview.json")
    assert (answer.status_code, answer["Location"]) == (301, "/institutions/penn/preview.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"


def test_the_preview_of_a_withdrawn_entry_says_why_it_is_gone(client, world):
    world["gone"].reason = "It never existed. " * 100
    world["gone"].save()
    for address in (f"/e/{world['gone'].uid}/preview.json", "/institutions/gone/preview.json"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert answer.json()["reason"].startswith("It never existed. It")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert len(answer.content) < LIMIT


@pytest.mark.parametrize("as_editor", [False, True])
def test_a_draft_has_no_preview_not_even_for_an_editor(client, world, as_editor):
    """What is kept for all may hold nothing that is for a few: not in a header either."""
    if as_editor:
        client.force_login(User.objects.create_superuser("editor"))
    world["draftco"].old_slugs.create(slug="draftco-before")
    nothing = client.get("/e/CGT0000012/preview.json")
    assert nothing.status_code == 404
    assert nothing["Access-Control-Allow-Origin"] == "*"
    for address in (
        f"/e/{world['draftco'].uid}/preview.json",
        "/institutions/draftco/preview.json",
        "/institutions/draftco-before/preview.json",
        "/institutions/nonesuch/preview.json",
        "/e/x/preview.json",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.content, answer.headers) == (404, nothing.content, nothing.headers)


def test_a_partner_that_is_a_draft_is_not_in_the_sentence(client, world):
    (deal,) = (record for record in records()["entities"] if record["slug"] == "licence-2020")
    deal["statements"][0]["object"] = "draftco"
    load({"entities": [deal]})
    assert preview(client, "licence-2020").json()["sentence"] == "University of Pennsylvania, licensee, since May 2020."


# The page that shows it


def test_the_page_shows_a_collaboration_what_it_joins_and_a_text_to_link(client, world):
    page = Page(client.get("/linking/demo/"))
    main = page.one(".//main")
    joined = ("alliance", "kymriah", "leukaemia", "penn", "novartis", "oldco")
    assert [href for href in page.hrefs(main) if href.startswith("/e/")] == [world[slug].permalink for slug in joined]
    assert "/institutions/penn/" in page.hrefs(main)
    (text,) = (each for each in main.iter() if each.get("data-collabs-autolink") is not None)
    assert [words.text for words in text.iter("li")] == ["An alliance for CAR-T.", "The alliance is announced."]
    assert "/static/js/collabs-preview.js" in [script.get("src") for script in page.root.iter("script")]
    assert '<script src="http://testserver/static/js/collabs-preview.js" defer></script>' in page.text


def test_the_page_of_an_empty_base_still_says_how(client, db):
    assert "How to include it" in Page(client.get("/linking/demo/")).text


# The script


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_knows_each_kind_by_its_address_and_hue(kind):
    (hue, chroma) = re.search(rf'\[data-kind="{kind}"\] {{ --h: (\S+); --c: (\S+) }}', css("tokens")).groups()
    assert re.search(rf'^  "?{KINDS[kind].path}"?: \[{hue}, {re.escape(chroma)}, ', SCRIPT, re.M)


def test_the_script_knows_no_other_kind():
    table = SCRIPT.partition("KINDS = {")[2].partition("\n};")[0]
    assert re.findall(r'^  "?([a-z-]+)"?: ', table, re.M) == [kind.path for kind in KINDS.values()]


def css(name):
    return Path(settings.BASE_DIR, f"static/css/{name}.css").read_text()
