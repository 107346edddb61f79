"""`/e/<uid>`: the address that outlives every change, the forms it gives, and what a slip of the pen leads to."""

import json
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from entities.linking.forms import FORMS
from entities.models import Entity
from entities.text import ALPHABET, make_uid, near_uids, read_uid
from tests.reading import Page
from tests.standing import on_stage, standing
from tests.world import build, save_as_editor

stage = standing(build)
world = on_stage()


def leads_to(client, address, target):
    answer = client.get(f"{address}?a=1&b=%C3%A9")
    return (answer.status_code, answer.headers.get("Location")) == (302, f"{target}?a=1&b=%C3%A9")


# It lasts


def test_a_permalink_outlives_a_new_name_another_kind_a_merge_and_a_withdrawal(client, world):
    oldco, address = world["oldco"], world["oldco"].permalink
    assert leads_to(client, address, "/institutions/oldco/")
    save_as_editor(oldco, name="Newco", slug="newco")
    assert leads_to(client, address, "/institutions/newco/")
    Entity.objects.filter(pk=oldco.pk).update(kind="consortium", type="network")
    assert leads_to(client, address, "/consortia/newco/")
    oldco = save_as_editor(Entity.objects.get(pk=oldco.pk), state="merged", merged_into=world["network"])
    assert leads_to(client, address, "/consortia/network/")
    save_as_editor(oldco, state="withdrawn", merged_into=None, reason="It never was.")
    assert leads_to(client, address, "/consortia/newco/")
    gone = client.get("/consortia/newco/")
    assert gone.status_code == 410
    assert "It never was." in gone.content.decode()
    assert oldco.permalink == address


@pytest.mark.parametrize("write", [str.lower, lambda uid: uid.replace("0", "O"), lambda uid: uid.replace("1", "l")])
def test_a_permalink_is_read_as_people_write_it(client, world, write):
    assert leads_to(client, f"/e/{write(world['penn'].uid)}", "/institutions/penn/")


def test_a_slash_at_the_end_does_not_matter(client, world):
    penn = world["penn"]
    assert leads_to(client, f"{penn.permalink}/", "/institutions/penn/")
    answer = client.get(f"{penn.permalink}/", headers={"accept": "application/json"})
    assert answer["Content-Location"] == f"{penn.permalink}.json"
    near = penn.uid[:9] + next(letter for letter in ALPHABET if letter != penn.uid[9])
    page = Page(client.get(f"/e/{near}/"))
    assert "/institutions/penn/" in page.hrefs(page.one(".//main"))


def test_a_statement_has_a_permalink(client, world):
    assert client.get(f"/e/{world['alliance'].uid}/s/2?a=1")["Location"] == "/collaborations/alliance/?a=1#s2"


def test_the_permalink_of_a_statement_that_was_taken_back_leads_to_the_page(client, world):
    world["alliance"].statements.get(number=2).delete()
    assert client.get(f"/e/{world['alliance'].uid}/s/2")["Location"] == "/collaborations/alliance/"


@pytest.mark.parametrize("number", [0, 99, 10**30])
def test_a_statement_that_never_was_is_not_found(client, world, number):
    answer = client.get(f"/e/{world['alliance'].uid}/s/{number}")
    assert answer.status_code == 404
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_permalink_of_a_statement_of_a_merged_entry_leads_to_the_other_page(client, world):
    Entity.objects.filter(slug="alliance").update(state="merged", merged_into=world["licence-2020"])
    assert client.get(f"/e/{world['alliance'].uid}/s/2")["Location"] == "/collaborations/licence-2020/"


@pytest.mark.parametrize("form", ["", ".json", "/s/1"])
def test_a_permalink_leads_in_one_hop_to_the_end_of_a_chain_of_mergers(client, world, form):
    """Which the desk and the loader refuse to make, but which a base may hold."""
    chain = [world[slug] for slug in ("alliance", "licence-2020", "network")]
    Entity.objects.filter(pk=chain[1].pk).update(state="merged", merged_into=chain[2])
    Entity.objects.filter(pk=chain[0].pk).update(state="merged", merged_into=chain[1])
    target = f"/e/{chain[2].uid}.json" if form == ".json" else "/consortia/network/"
    assert leads_to(client, f"{chain[0].permalink}{form}", target)


def test_mergers_in_a_circle_lead_nowhere(client, world):
    pair = [world["alliance"], world["licence-2020"]]
    for one, other in (pair, pair[::-1]):
        Entity.objects.filter(pk=one.pk).update(state="merged", merged_into=other)
    assert [client.get(one.permalink).status_code for one in pair] == [404, 404]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("end", ["", ".json", "/s/1"])
def test_a_permalink_can_only_be_read(world, method, end):
    answer = getattr(Client(enforce_csrf_checks=True), method)(f"{world['alliance'].permalink}{end}")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


# A slip of the pen


def test_a_mistyped_uid_names_the_nearest_entry_and_is_no_other(client, world):
    uid = world["penn"].uid
    wrong = uid[:5] + next(letter for letter in ALPHABET if letter != uid[5]) + uid[6:]
    answer = client.get(f"/e/{wrong}")
    assert answer.status_code == 404
    page = Page(answer)
    assert "/institutions/penn/" in page.hrefs(page.one(".//main"))
    data = client.get(f"/e/{wrong}.json")
    assert data.status_code == 404
    assert {"uid": uid, "name": world["penn"].name, "permalink": f"http://testserver/e/{uid}"} in data.json()["nearest"]
    assert f"http://testserver/e/{uid}" in client.get(f"/e/{wrong}.bib").content.decode()


def test_a_mistyped_uid_never_names_a_draft(client, world):
    uid = world["draftco"].uid
    wrong = uid[:9] + next(letter for letter in ALPHABET if letter != uid[9])
    for form in ("", ".json", ".txt"):
        text = client.get(f"/e/{wrong}{form}").content.decode()
        assert "Secret" not in text
        assert uid not in text


@pytest.mark.parametrize("uid", ["x", "CGT", "CGT0000000000", "%00", "..", "CGT🧬", "a" * 3000, make_uid(5)])
@pytest.mark.parametrize("form", ["", ".json", ".md"])
def test_what_is_no_uid_is_not_found(client, world, uid, form):
    assert client.get(f"/e/{uid}{form}").status_code == 404


uids = st.integers(0, 2**30 - 1).map(make_uid)


@given(uids, st.integers(3, 9), st.sampled_from(ALPHABET))
def test_a_wrong_character_is_one_slip_away(uid, place, letter):
    wrong = uid[:place] + letter + uid[place + 1 :]
    assert read_uid(wrong) == uid or uid in near_uids(wrong)


@given(uids, st.integers(3, 8))
def test_two_that_changed_places_are_one_slip_away(uid, place):
    wrong = uid[:place] + uid[place + 1] + uid[place] + uid[place + 2 :]
    assert read_uid(wrong) == uid or uid in near_uids(wrong)


@given(uids, st.integers(3, 9))
def test_a_missing_and_a_doubled_character_are_one_slip_away(uid, place):
    assert uid in near_uids(uid[:place] + uid[place + 1 :])
    assert uid in near_uids(uid[:place] + uid[place] + uid[place:])


@given(st.text(max_size=20))
def test_what_is_near_is_always_a_uid(text):
    assert all(read_uid(uid) == uid for uid in near_uids(text))


# Forms


@pytest.mark.parametrize("form", FORMS)
def test_a_form_says_its_type_its_licence_and_how_to_cite(client, world, form):
    penn = world["penn"]
    answer = client.get(f"/e/{penn.uid}.{form}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{FORMS[form].media_type}; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert f'<http://testserver/e/{penn.uid}>; rel="cite-as"' in answer["Link"]
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in answer["Link"]
    assert not answer.cookies


@pytest.mark.parametrize("form", FORMS)
def test_accept_gives_the_form_at_the_permalink_itself(client, world, form):
    penn = world["penn"]
    answer = client.get(penn.permalink, headers={"accept": FORMS[form].media_type})
    assert answer.status_code == 200
    assert answer.content == client.get(f"/e/{penn.uid}.{form}").content
    assert answer["Content-Location"] == f"/e/{penn.uid}.{form}"
    assert "Accept" in answer["Vary"]
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "image/png",
        "nonsense",
    ],
)
def test_whoever_asks_for_a_page_or_for_nothing_we_have_is_led_to_the_page(client, world, accept):
    answer = client.get(world["penn"].permalink, headers={"accept": accept})
    assert (answer.status_code, answer["Location"]) == (302, "/institutions/penn/")
    assert "Accept" in answer["Vary"]


def test_the_weights_of_accept_count(client, world):
    accept = "text/html;q=0.4, application/x-bibtex;q=0.5, application/json;q=0.9"
    answer = client.get(world["penn"].permalink, headers={"accept": accept})
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/json; charset=utf-8", "json"),
        ('application/ld+json;profile="https://schema.org"', "jsonld"),
        ("text/markdown; variant=CommonMark; q=0.9, text/html;q=0.8", "md"),
        ("application/json;charset=utf-8;q=0.1, application/x-bibtex", "bib"),
    ],
)
def test_what_accept_says_of_a_type_besides_its_weight_does_not_matter(client, world, accept, form):
    answer = client.get(world["penn"].permalink, headers={"accept": accept})
    assert answer["Content-Location"] == f"/e/{world['penn'].uid}.{form}"
    answer = client.get(world["penn"].permalink, headers={"accept": f"text/html; charset=utf-8, {accept};q=0.1"})
    assert answer["Location"] == "/institutions/penn/"


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_merged_entry_leads_to_that_of_the_other(client, world, form):
    doubled, penn = world["doubled"], world["penn"]
    target = f"/e/{penn.uid}.{form}"
    assert leads_to(client, f"/e/{doubled.uid}.{form}", target)
    answer = client.get(doubled.permalink, headers={"accept": FORMS[form].media_type})
    assert (answer.status_code, answer["Location"]) == (302, target)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_withdrawn_entry_says_why_it_is_gone(client, world, form):
    gone = world["gone"]
    answer = client.get(f"/e/{gone.uid}.{form}")
    assert answer.status_code == 410
    assert gone.reason in answer.content.decode()
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("form", FORMS)
def test_a_draft_is_for_editors_alone_in_every_form(client, world, form):
    address = f"/e/{world['draftco'].uid}.{form}"
    assert client.get(address).status_code == 404
    client.force_login(User.objects.create_superuser("editor"))
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Cache-Control"] == "private, no-store"


def test_what_the_host_is_called_changes_no_address(client, world, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for form in FORMS:
        address = f"/e/{world['alliance'].uid}.{form}"
        assert client.get(address, headers={"host": "evil.example"}).content == client.get(address).content
    page = client.get("/collaborations/alliance/", headers={"host": "evil.example"})
    assert "evil.example" not in page.content.decode()
    assert "evil.example" not in page["Link"]


def test_the_json_is_that_of_the_page(client, world):
    assert client.get(f"/e/{world['penn'].uid}.json").json() == client.get("/institutions/penn.json").json()


def test_the_markdown_says_what_the_page_says(client, world):
    text = client.get(f"/e/{world['alliance'].uid}.md").content.decode()
    assert text.startswith("# Penn–Novartis alliance\n")
    assert f"- [University of Pennsylvania](http://testserver/e/{world['penn'].uid}), " in text
    assert "- 6 August 2012: The alliance is announced.[^" in text
    assert "(unsourced)" in text
    marks = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    assert marks == set(re.findall(r"^\[\^(\d+)\]: .+ <https?://\S+>$", text, re.M))
    assert "Secret" not in text
    assert "<h2>Milestones</h2>" in MarkdownIt().render(text)


def test_the_markdown_of_a_hostile_name_is_text(client, world):
    save_as_editor(world["penn"], name="*Penn* <script>alert(1)</script> [x](y)")
    html = MarkdownIt("commonmark", {"html": True}).render(client.get(f"/e/{world['penn'].uid}.md").content.decode())
    assert "<script>" not in html
    assert "<h1>*Penn* &lt;script&gt;alert(1)&lt;/script&gt; [x](y)</h1>" in html


# On the page


def test_a_page_offers_the_link_in_every_language_and_every_form(client, world):
    page = Page(client.get("/institutions/penn/"))
    uid = world["penn"].uid
    ways = {label.text: page.ids[label.get("for")].text for label in page.all(".//div[@class='way']/label")}
    assert list(ways) == [
        "Address", "Citation", "HTML", "Markdown", "Wikitext", "reStructuredText", "BBCode", "BibTeX", "RIS",
    ]  # fmt: skip
    assert all(f"http://testserver/e/{uid}" in text for text in ways.values())
    assert ways["BibTeX"] == client.get(f"/e/{uid}.bib").content.decode().rstrip()
    links = page.all(".//link[@rel='alternate']")
    alternates = {link.get("type"): link.get("href") for link in links if "oembed" not in link.get("type")}
    assert alternates == {form.media_type: f"/e/{uid}.{name}" for name, form in FORMS.items()}
    for address in alternates.values():
        assert client.get(address).status_code == 200


def test_a_page_says_the_same_in_its_headers(client, world):
    link = client.get("/institutions/penn/")["Link"]
    for name, form in FORMS.items():
        assert f'<http://testserver/e/{world["penn"].uid}.{name}>; rel="alternate"; type="{form.media_type}"' in link


def test_the_permalink_itself_says_which_forms_there_are(client, world):
    penn = world["penn"]
    assert client.head(penn.permalink)["Link"] == client.get("/institutions/penn/")["Link"]
    assert "Link" not in client.get(world["gone"].permalink)
    client.force_login(User.objects.create_superuser("editor"))
    assert "Link" not in client.get(world["draftco"].permalink)


def test_a_preview_offers_no_link_to_a_draft(client, world):
    client.force_login(User.objects.create_superuser("editor"))
    answer = client.get("/institutions/draftco/")
    assert "Link" not in answer
    assert 'id="cite"' not in answer.content.decode()


def test_the_citation_on_the_page_is_the_one_as_data(client, world):
    uid = world["penn"].uid
    (item,) = json.loads(client.get(f"/e/{uid}.csl.json").content)
    assert item["version"] == str(world["penn"].version)
    assert client.get(f"/e/{uid}.txt").content.decode().strip() in client.get("/institutions/penn/").content.decode()
