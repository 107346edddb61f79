"""The home page, the page about the base, and what holds of every page: HTML, headers, links, errors."""

from urllib.parse import urldefrag, urljoin

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from collabs import urls
from entities.models import Entity, Source, Statement
from tests.outlets import FOR_STAFF, outlets
from tests.reading import Page, faults, words
from tests.standing import on_stage, standing
from tests.world import build, load, records

stage = standing(build)
world = on_stage()
#: routes that answer with a page and not with data
PAGES = (
    *("home", "about", "entities", "tags", "tag", "sources", "source", "list", "detail", "linking-demo", "webmention"),
)


# The home page


def test_the_home_page_says_what_this_is_and_searches_everything(client, world):
    page = Page(client.get("/"))
    assert words(page.one(".//h1")) == "An atlas of collaborations in cell and gene therapy"
    (form,) = (form for form in page.all(".//main//form"))
    assert (form.get("action"), form.get("method", "get")) == ("/entities/", "get")
    assert [field.get("name") for field in form.iter("input")] == ["q"]
    assert Page(client.get("/entities/?q=kymriah")).rows == ["/therapies/kymriah/"]


def test_the_home_page_shows_what_is_featured(client, world):
    featured = words(Page(client.get("/")).one(".//section[@aria-labelledby='featured']"))
    assert "Penn–Novartis alliance" in featured
    assert "Novartis–Penn licence" not in featured


def test_the_home_page_lists_what_happened_latest_first(client, world):
    section = Page(client.get("/")).one(".//section[@aria-labelledby='lately']")
    links = [link.get("href") for link in section.iter("a")]
    assert links == ["/therapies/kymriah/#s3", "/collaborations/alliance/#s6"]
    assert "B-cell ALL to 25 years" in words(section)


def test_the_home_page_lists_what_changed_latest_first(client, world):
    (record,) = (record for record in records()["entities"] if record["slug"] == "oldco")
    load({"entities": [record | {"city": "London"}]})
    section = Page(client.get("/")).one(".//section[@aria-labelledby='changes']")
    rows = [words(row) for row in section.iter("li")]
    assert len(rows) == 8
    assert "Øldco Zürich" in rows[0]
    assert "version 2" in rows[0]
    assert "added" in rows[1]


def test_the_home_page_of_an_empty_base_stands(client, db):
    Entity.objects.update(merged_into=None, state="draft")
    for address in ("/", "/about/", "/entities/", "/institutions/", "/tags/", "/sources/"):
        response = client.get(address)
        assert response.status_code == 200
        assert faults(response) == []


def test_the_page_about_the_base_says_how_many_statements_have_a_source(client, world):
    text = Page(client.get("/about/")).text
    public = Statement.objects.public()
    with_source = public.filter(sources__isnull=False).distinct().count()
    assert f"Of {public.count()} statements, {with_source} name at least one source" in text
    assert f"{public.count() - with_source} do not yet" in text
    assert f"rest on {Source.objects.cited().count()} sources" in text
    assert (public.count(), with_source) == (20, 18)


def test_the_page_about_the_base_tells_licence_citation_and_how_to_report_an_error(client, world, settings):
    settings.CONTACT = "desk@example.org"
    page = Page(client.get("/about/"))
    assert {"cite", "errors"} <= set(page.ids)
    assert "https://creativecommons.org/licenses/by/4.0/" in page.hrefs()
    assert "mailto:desk@example.org" in page.hrefs()


def test_subjects_are_listed_with_their_description_and_number(client, world):
    page = Page(client.get("/tags/"))
    rows = {link.get("href"): words(row) for row in page.all(".//main//li") for link in row.iter("a")}
    assert list(rows) == ["/tags/car-t/", "/tags/licensing/", "/tags/oncology/"]
    assert "Chimeric antigen receptor T cells." in rows["/tags/car-t/"]


def test_a_subject_that_an_editor_typed_in_any_script_has_a_page(client, world):
    world["oldco"].tags.add("Hämatologie", "幹細胞", "!!!")
    for address in ("/institutions/oldco/", "/tags/", "/institutions/"):
        response = client.get(address)
        assert response.status_code == 200
    links = [href for href in Page(client.get("/institutions/oldco/")).hrefs() if href.startswith("/tags/")]
    assert len(set(links)) == 4  # three, and that to all of them
    for link in links:
        assert client.get(link).status_code == 200


# Every page


SOUND = "<!doctype html><html lang=en><head><title>T</title></head><body><main><h1>H</h1>{}</main></body></html>"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p id=a></p><p id=a></p>", "the id “a” stands 2 times"),
        ("<a href='#b'>x</a>", "<a> points at “b”, which is not there"),
        ("<p aria-labelledby=c>x</p>", "<p> points at “c”, which is not there"),
        ("<h1>Again</h1>", "there are 2 of: first heading"),
        ("<h3>Too deep</h3>", "a heading h3 follows h1"),
        ("<table><tr><td>x</td></tr></table>", "a table has no caption"),
        ("<input name=d>", "the field “d” has no label"),
        ("<p><a href=/></a></p>", "<a> has no text: {'href': '/'}"),
        ("<p style='color:red'>x</p>", "<p> has a style of its own"),
        ("<script>x()</script>", "a script stands in the page"),
        ("<p onclick=x()>x</p>", "<p> has the handler onclick"),
        ("<script src=//cdn.example/x.js></script>", "<script> calls another site: //cdn.example/x.js"),
        ("<a href='javascript:x'>x</a>", "<a> has an address that is a script"),
        ("<p><b></p>", "line 1: "),
    ],
)
def test_the_check_of_pages_finds_what_is_wrong(html, fault):
    assert faults(HttpResponse(SOUND.format("<p>x</p>"))) == []
    assert any(found.startswith(fault) for found in faults(HttpResponse(SOUND.format(html))))


def test_the_html_of_every_page_is_well_formed(client, world):
    for route, address in outlets(world, PAGES):
        found = faults(client.get(address, follow=True))
        assert found == [], (route, address)


def test_every_answer_bears_the_strict_policy_and_no_cookie(client, world):
    for route, address in outlets(world):
        response = client.get(address)
        if route == "embed":
            continue  # for frames on other sites; test_cards.py looks at its policy
        policy = response["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'self'", (route, address)
        assert "unsafe" not in policy
        assert "http" not in policy
        assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'",) * 3
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert not response.cookies


WITH_LINKS = ("home", "about", "tags", "tag", "sources", "source", "list", "detail", "linking-demo")
FILTERED = ["/collaborations/?q=penn&tag=car-t&country=CH&sort=name&size=50", "/institutions/?q=nothing&type=company"]


def test_every_link_of_every_page_leads_straight_to_a_page(client, world):
    """Their addresses are canonical, and what they point at within a page is there."""
    plain = [address for _, address in outlets(world, WITH_LINKS) if "?" not in address]
    pages = {here: Page(client.get(here)) for here in [*plain, *FILTERED]}
    wanted = {urljoin(here, href): here for here, page in pages.items() for href in page.hrefs()}
    for target, here in wanted.items():
        address, anchor = urldefrag(target)
        if not address.startswith("/"):
            continue
        if address not in pages:
            response = client.get(address)
            leads_on = address.startswith("/e/") and "." not in address
            assert response.status_code == (302 if leads_on else 200), (here, address)
            pages[address] = Page(response)
        assert not anchor or anchor in pages[address].ids, (here, target)


def test_the_assets_of_a_page_are_our_own_and_there(client, world):
    page = Page(client.get("/institutions/"))
    assets = [link.get("href") for link in page.all("head/link") if link.get("rel") in ("stylesheet", "icon")]
    assets += [script.get("src") for script in page.root.iter("script")]
    assert len(assets) >= 4
    for asset in assets:
        assert client.get(asset).status_code == 200, asset


# Errors


@pytest.mark.parametrize("address", ["/nonesuch/", "/institutions/nonesuch/", "/tags/nonesuch/", "/e/x", "/%00", "/é"])
def test_what_is_not_found_helps_to_search(client, world, address):
    response = client.get(address)
    assert response.status_code == 404
    page = Page(response)
    assert words(page.one(".//h1")) == "There is nothing at this address"
    (form,) = page.all(".//main//form")
    assert form.get("action") == "/entities/"
    assert {"/institutions/", "/collaborations/", "/tags/"} <= set(page.hrefs(page.one(".//main")))
    assert [meta.get("content") for meta in page.all("head/meta[@name='robots']")] == ["noindex"]
    assert faults(response) == []
    assert "'unsafe" not in response["Content-Security-Policy"]


def fail(request):
    raise RuntimeError("secret words of the traceback")


urlpatterns = [path("fail/", fail), *urls.urlpatterns]


@pytest.mark.urls("tests.test_home")
def test_an_error_of_ours_says_so_and_tells_nothing_of_it(db):
    response = Client(raise_request_exception=False).get("/fail/")
    assert response.status_code == 500
    page = Page(response)
    assert words(page.one(".//h1")) == "Something went wrong on our side"
    assert "secret words" not in response.content.decode()
    assert "/" in page.hrefs()
    assert faults(response) == []
    assert "'unsafe" not in response["Content-Security-Policy"]


def test_the_error_page_needs_no_database(settings, django_db_blocker):
    from django.template.loader import render_to_string

    with django_db_blocker.block():
        assert "Something went wrong" in render_to_string("500.html")


def test_a_bad_request_is_answered_and_logged_but_no_error(client, world):
    response = client.get("/institutions/", headers={"host": "evil.example"})
    assert response.status_code == 400


def test_the_style_guide_is_for_the_staff(client, world):
    assert client.get("/styleguide/").status_code == 404
    assert FOR_STAFF == ("styleguide",)
    client.force_login(User.objects.create_user("person", is_staff=True))
    assert client.get("/styleguide/").status_code == 200


def test_health_is_told_to_those_who_watch(client, db):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
