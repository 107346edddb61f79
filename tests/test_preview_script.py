"""The script of previews in a real browser, on the page of another site with a strict policy, and on our own."""

import re
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import expect

from tests import browser as eye
from tests.world import build

ASKED_AT_ONCE = 600  # ms in which a preview would have come
PAGE = """<!doctype html><html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>A page of others</title>
<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/host.css">
<script src="{site}/static/js/collabs-preview.js" defer></script></head>
<body><main><h1>Elsewhere</h1>
<p id="prose">Who made <a id="permalink" href="{site}/e/{alliance}">the alliance</a>? Among others
<a id="page" href="{site}/institutions/novartis/" aria-describedby="note">Novartis</a>.
<span id="note">The seat is in Basel.</span></p>
<p><a id="statement" href="{site}/e/{alliance}/s/2">a statement</a> <a id="merged" href="{site}/e/{doubled}">merged</a>
<a id="draft" href="{site}/e/{draftco}">a draft</a> <a id="gone" href="{site}/institutions/gone/">gone</a>
<a id="list" href="{site}/institutions/?country=US">a list</a> <a id="data" href="{site}/e/{alliance}.json">data</a>
<a id="else" href="/institutions/novartis/">not ours</a></p>
<div data-collabs-autolink data-collabs-kinds="institution therapy" data-collabs-first="false"><p>It was 🧬
<b>Novartis</b> that brought Kymriah to patients.</p><pre>Novartis</pre><p><a href="/">Novartis</a></p></div>
<p id="end">The end.</p></main></body></html>"""
#: what tries to spoil the card
HOST_CSS = """
* { color: red !important; background: yellow; font-size: 40px !important; transform: none }
div, p { display: none }
#prose, #end, main p, main div { display: block }
main * { color: CanvasText !important; background: Canvas; font-size: 16px !important }
main { max-inline-size: 40em; margin: 4em auto }
"""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """One world for all tests of this module, which only look at it: {slug: uid}."""
    with django_db_blocker.unblock():
        yield {slug: entity.uid for slug, entity in build().items()}
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def transactional_db(site):
    """Of pytest-django, for `live_server`; this one does not empty the database after each test."""


@pytest.fixture(scope="module")
def elsewhere(live_server):
    """The address of another site, whose policy lets nothing in but our script and what it asks us."""
    policy = f"default-src 'self'; script-src 'self' {live_server.url}; connect-src {live_server.url}"
    files = {}

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            kind, text = files.get(self.path, ("text/html", ""))
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}", files
    server.shutdown()
    server.server_close()


@pytest.fixture
def guest(page, elsewhere, site, base_url):
    """The page of the other site, where the linker finds nothing."""
    address, files = elsewhere
    files["/"] = ("text/html", PAGE.format(site=base_url, dir="ltr", **site))
    files["/rtl"] = ("text/html", PAGE.format(site=base_url, dir="rtl", **site))
    files["/host.css"] = ("text/css", HOST_CSS)
    page.set_viewport_size({"width": 1200, "height": 800})
    page.set_default_timeout(10_000)
    page.route(f"{base_url}/api/link", lambda route: answer(route, []))
    with quiet(page):
        with page.expect_response(f"{base_url}/api/link"):
            page.goto(address)
        yield page


@contextmanager
def quiet(page):
    """Fails where the page says or throws something; only the browser itself may say that there is no such preview."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: said.text.startswith("Failed to load resource") or found.append(said.text))
    yield
    assert found == []


def answer(route, mentions):
    route.fulfill(json={"mentions": mentions}, headers={"Access-Control-Allow-Origin": "*"})


def card(page):
    return page.get_by_role("tooltip")


# A preview comes, stays, and goes


@pytest.mark.parametrize("link", ["permalink", "statement"])
def test_a_link_that_is_pointed_at_shows_what_it_leads_to(guest, link):
    guest.locator(f"#{link}").hover()
    expect(card(guest)).to_contain_text("Collaboration, Academia and industry")
    expect(card(guest)).to_contain_text("Penn–Novartis alliance")
    expect(card(guest)).to_contain_text("University of Pennsylvania, originator, with Novartis, licensee, and 1 more")
    expect(card(guest)).to_contain_text("An alliance for CAR-T.")
    assert card(guest).locator("svg path").count() == 2
    guest.locator("#end").hover()
    expect(card(guest)).to_have_count(0)
    assert guest.locator("collabs-preview").count() == 0


def test_the_address_of_a_page_and_of_a_merged_entry_are_known_too(guest):
    guest.locator("#page").hover()
    expect(card(guest)).to_contain_text("Company in Basel, Switzerland, since 1996.")
    guest.locator("#merged").hover()
    expect(card(guest)).to_contain_text("University of Pennsylvania")


@pytest.mark.parametrize("link", ["draft", "gone", "list", "data", "else"])
def test_what_is_no_public_entry_shows_nothing(guest, link):
    guest.locator(f"#{link}").hover()
    guest.wait_for_timeout(ASKED_AT_ONCE)
    expect(card(guest)).to_have_count(0)


def test_a_link_in_passing_asks_nothing(guest):
    asked = []
    guest.on("request", lambda request: asked.append(request.url))
    for link in ("#permalink", "#page", "#end"):
        guest.locator(link).hover()
    guest.wait_for_timeout(ASKED_AT_ONCE)
    assert not [url for url in asked if "preview.json" in url]


def test_a_link_that_is_reached_by_the_keyboard_is_described(guest):
    guest.keyboard.press("Tab")
    expect(guest.locator("#permalink")).to_be_focused()
    expect(card(guest)).to_contain_text("Penn–Novartis alliance")
    assert "An alliance for CAR-T." in described(guest, "#permalink")
    guest.mouse.move(5, 5)
    guest.wait_for_timeout(ASKED_AT_ONCE)
    expect(card(guest)).to_contain_text("Penn–Novartis alliance")  # while the focus is there
    guest.keyboard.press("Tab")
    expect(card(guest)).to_contain_text("Company in Basel")
    assert re.match("The seat is in Basel. .*Company in Basel", described(guest, "#page"))
    assert guest.locator("#permalink").get_attribute("aria-describedby") is None
    guest.keyboard.press("Escape")
    assert guest.locator("#page").get_attribute("aria-describedby") == "note"


def described(page, selector):
    """The description of an element, as the browser tells it to assistive technology."""
    session = page.context.new_cdp_session(page)
    node = session.send("Runtime.evaluate", {"expression": f"document.querySelector('{selector}')"})["result"]
    tree = session.send("Accessibility.getPartialAXTree", {"objectId": node["objectId"], "fetchRelatives": False})
    session.detach()
    return tree["nodes"][0]["description"]["value"]


def test_escape_closes_the_preview_and_keeps_the_focus(guest):
    guest.keyboard.press("Tab")
    expect(card(guest)).to_have_count(1)
    guest.keyboard.press("Escape")
    expect(card(guest)).to_have_count(0)
    expect(guest.locator("#permalink")).to_be_focused()


def test_escape_closes_the_preview_under_the_pointer_and_it_stays_closed(guest):
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)
    guest.keyboard.press("Escape")
    expect(card(guest)).to_have_count(0)
    guest.locator("#permalink").hover(position={"x": 3, "y": 5})
    guest.wait_for_timeout(ASKED_AT_ONCE)
    expect(card(guest)).to_have_count(0)
    guest.locator("#end").hover()
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)


def test_escape_closes_no_dialog_of_the_page_along_with_the_preview(guest, base_url, site):
    guest.evaluate(
        """href => {
          const dialog = document.createElement("dialog"), link = document.createElement("a");
          Object.assign(link, { href, textContent: "Kymriah", id: "within" });
          dialog.append(link);
          document.querySelector("main").append(dialog);
          dialog.showModal();
        }""",
        f"{base_url}/e/{site['kymriah']}",
    )
    guest.locator("#within").hover()
    expect(card(guest)).to_contain_text("CAR-T of University of Pennsylvania and Novartis")
    guest.keyboard.press("Escape")
    expect(card(guest)).to_have_count(0)
    expect(guest.locator("dialog")).to_be_visible()


def test_the_pointer_may_move_into_the_preview(guest):
    guest.locator("#permalink").hover()
    card(guest).locator(".summary").hover()
    guest.wait_for_timeout(ASKED_AT_ONCE)
    expect(card(guest)).to_contain_text("An alliance for CAR-T.")
    guest.mouse.move(5, 5)
    expect(card(guest)).to_have_count(0)


def test_a_link_that_was_added_later_has_its_preview(guest, base_url):
    guest.evaluate(
        """href => {
          const link = document.createElement("a"), name = document.createElement("b");
          name.textContent = "Kymriah";
          link.append(name);
          link.href = href;
          document.querySelector("#end").append(link);
        }""",
        f"{base_url}/therapies/kymriah/",
    )
    guest.get_by_role("link", name="Kymriah").hover()
    expect(card(guest)).to_contain_text("approved, first in 2017")


def test_a_preview_is_asked_once_and_tells_nothing_of_reader_and_page(guest, base_url, site):
    asked = []
    guest.context.add_cookies([{"name": "sessionid", "value": "secret", "url": base_url}])
    guest.on("request", lambda request: "/api/link" in request.url or asked.append(request))
    for _ in range(2):
        guest.locator("#permalink").hover()
        expect(card(guest)).to_have_count(1)
        guest.locator("#end").hover()
        expect(card(guest)).to_have_count(0)
    assert [request.url for request in asked] == [f"{base_url}/e/{site['alliance']}/preview.json"]
    headers = asked[0].all_headers()
    assert "referer" not in headers
    assert "cookie" not in headers


def test_a_tap_follows_the_link_and_shows_nothing(browser, guest, base_url, site):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 700})
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(guest.url)
    page.locator("#permalink").tap()
    page.wait_for_url(f"{base_url}/collaborations/alliance/")
    assert not [url for url in asked if "preview.json" in url]
    context.close()


# How it looks


@pytest.mark.parametrize("address", ["/", "/rtl"])
@pytest.mark.parametrize("width", [360, 1200])
def test_a_preview_stands_within_the_window_at_its_link(guest, address, width):
    guest.set_viewport_size({"width": width, "height": 700})
    guest.goto(guest.url.rstrip("/") + address)
    for link in ("#permalink", "#page", "#merged"):
        guest.mouse.move(width - 2, 2)
        expect(card(guest)).to_have_count(0)
        guest.locator(link).hover()
        expect(card(guest)).to_have_count(1)
        target, box = guest.locator(link).bounding_box(), card(guest).locator("div").bounding_box()
        assert 16 <= box["x"] <= box["x"] + box["width"] <= width - 16
        assert box["y"] == pytest.approx(target["y"] + target["height"] + 6, abs=1)


def test_a_preview_stands_over_its_link_where_no_room_is_below(guest):
    guest.set_viewport_size({"width": 1200, "height": 400})
    guest.evaluate("document.querySelector('main').style.marginBlockStart = '300px'")
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)
    target, box = guest.locator("#permalink").bounding_box(), card(guest).locator("div").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(target["y"] - 6, abs=1)
    assert box["y"] >= 8


def test_a_preview_in_a_text_from_right_to_left_begins_at_the_right(guest):
    guest.goto(f"{guest.url}rtl")
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)
    target, box = guest.locator("#permalink").bounding_box(), card(guest).locator("div").bounding_box()
    assert box["x"] + box["width"] == pytest.approx(target["x"] + target["width"], abs=1)


def test_a_preview_stays_at_its_link_when_the_page_is_scrolled(guest):
    guest.evaluate("document.body.style.height = '300vh'")
    guest.locator("#permalink").focus()
    guest.keyboard.press("Shift")
    guest.keyboard.press("Tab")
    expect(card(guest)).to_have_count(1)
    guest.evaluate("window.scrollTo(0, 40)")
    guest.wait_for_timeout(100)
    target, box = guest.locator("#page").bounding_box(), card(guest).locator("div").bounding_box()
    assert box["y"] == pytest.approx(target["y"] + target["height"] + 6, abs=1)


@pytest.mark.parametrize(("theme", "ground"), [("light", "rgb(251, 251, 248)"), ("dark", "rgb(19, 24, 31)")])
def test_a_preview_is_accessible_in_both_themes_and_the_host_spoils_nothing(guest, theme, ground):
    guest.emulate_media(color_scheme=theme)
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)
    for name, value in (("background-color", ground), ("font-size", "15px"), ("display", "block")):
        expect(card(guest).locator("div")).to_have_css(name, value)
    assert eye.faults(guest) == []
    expect(card(guest)).to_have_count(1)


def test_a_preview_follows_the_scheme_of_a_part_of_the_page(guest):
    guest.evaluate("document.querySelector('#prose').style.colorScheme = 'dark'")
    guest.locator("#permalink").hover()
    expect(card(guest).locator("div")).to_have_css("background-color", "rgb(19, 24, 31)")


def test_nothing_of_a_preview_moves(guest):
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)
    assert guest.evaluate("document.getAnimations().length") == 0
    assert card(guest).evaluate("node => node.shadowRoot.getAnimations().length") == 0


# A guest with manners


def test_the_page_gets_one_name_more(guest, base_url):
    names = set(guest.evaluate("Object.getOwnPropertyNames(window)"))
    guest.goto(f"{guest.url}empty")
    assert names - set(guest.evaluate("Object.getOwnPropertyNames(window)")) == {"collabsPreview"}


def test_the_script_runs_once_though_it_be_included_twice(guest, base_url):
    guest.evaluate(
        """src => new Promise((done) => {
          const script = document.createElement("script");
          Object.assign(script, { src, onload: done });
          document.head.append(script);
        })""",
        f"{base_url}/static/js/collabs-preview.js?again",
    )
    guest.locator("#permalink").hover()
    expect(card(guest)).to_have_count(1)
    guest.wait_for_timeout(ASKED_AT_ONCE)
    assert guest.locator("collabs-preview").count() == 1


def test_a_copy_of_the_script_on_the_site_itself_is_told_whom_to_ask(guest, elsewhere, base_url, site):
    address, files = elsewhere
    script = Path(settings.BASE_DIR, "static/js/collabs-preview.js").read_text()
    own = f'<script src="/copy.js" data-site="{base_url}"'
    files["/copy.js"] = ("text/javascript", script)
    files["/own"] = ("text/html", re.sub("<script src=[^ ]+", own, PAGE).format(site=base_url, dir="ltr", **site))
    guest.goto(f"{address}/own")
    guest.locator("#permalink").hover()
    expect(card(guest)).to_contain_text("Penn–Novartis alliance")


def test_where_no_preview_is_to_be_had_the_page_stays_as_it_is(guest):
    guest.route(re.compile("preview.json"), lambda route: route.abort())
    guest.locator("#permalink").hover()
    guest.wait_for_timeout(ASKED_AT_ONCE)
    expect(card(guest)).to_have_count(0)


# Links in a text


def test_the_names_in_a_text_get_their_links(guest, base_url, site):
    """By the linker itself: of the kinds that are asked for, every time, and nowhere but in open text."""
    asked = []
    guest.unroute(f"{base_url}/api/link")
    guest.on("request", lambda request: "/api/link" in request.url and asked.append(request))
    guest.reload()
    holder = guest.locator("[data-collabs-autolink]")
    links = holder.locator("a.collabs-link")
    expect(links).to_have_text(["Novartis", "Kymriah"])
    assert [link.get_attribute("href") for link in links.all()] == [
        f"{base_url}/e/{site['novartis']}",
        f"{base_url}/e/{site['kymriah']}",
    ]
    expect(holder).to_have_text("It was 🧬 Novartis that brought Kymriah to patients.NovartisNovartis")
    expect(holder.locator("b > a")).to_have_text("Novartis")
    assert holder.locator("pre a").count() == 0
    (request,) = asked
    said = request.post_data_json
    assert (said["kinds"], said["first"], said["text"].count("Novartis")) == (["institution", "therapy"], False, 1)
    assert not {"cookie", "referer"} & request.all_headers().keys()
    links.first.hover()
    expect(card(guest)).to_contain_text("Company in Basel")


@pytest.mark.parametrize(
    ("kinds", "linked"),
    [("institution  therapy", ["Novartis", "Kymriah"]), ("\ntherapy ", ["Kymriah"]), ("", ["Novartis", "Kymriah"])],
)
def test_kinds_are_words_and_none_of_them_is_all(guest, elsewhere, base_url, kinds, linked):
    address, files = elsewhere
    files["/kinds"] = ("text/html", files["/"][1].replace("institution therapy", kinds))
    guest.unroute(f"{base_url}/api/link")
    guest.goto(f"{address}/kinds")
    expect(guest.locator("a.collabs-link")).to_have_text(linked)


@pytest.mark.parametrize("reply", [{"status": 500}, {"status": 429}, {"json": {}}, {"body": "no JSON"}])
def test_where_the_linker_fails_a_text_stays_as_it_is(guest, base_url, reply):
    guest.route(
        f"{base_url}/api/link", lambda route: route.fulfill(**reply, headers={"Access-Control-Allow-Origin": "*"})
    )
    guest.reload()
    guest.wait_for_timeout(ASKED_AT_ONCE)
    assert guest.locator("a.collabs-link").count() == 0


def test_a_text_that_changed_meanwhile_gets_no_link_in_a_wrong_place(guest, base_url, site):
    asked = []
    guest.route(f"{base_url}/api/link", lambda route: asked.append(route))
    guest.reload()
    guest.wait_for_timeout(100)
    guest.evaluate("document.querySelector('[data-collabs-autolink] b').firstChild.data = 'Who was it'")
    start = asked[0].request.post_data_json["text"].index("Novartis")
    entity = {"uid": site["novartis"]}
    answer(asked[0], [{"start": start, "end": start + 8, "text": "Novartis", "linked": True, "entity": entity}])
    guest.wait_for_timeout(100)
    assert guest.locator("a.collabs-link").count() == 0


# On our own pages


@pytest.mark.parametrize("address", ["/linking/demo/", "/articles/story/"])
def test_our_own_pages_show_previews_under_our_policy(page, base_url, site, address):
    page.set_viewport_size({"width": 1200, "height": 900})
    with eye.watched(page, base_url) as noise:
        page.goto(f"{base_url}{address}")
        page.get_by_role("main").get_by_role("link", name="Kymriah").first.hover()
        expect(card(page)).to_contain_text("CAR-T of University of Pennsylvania and Novartis, approved, first in 2017.")
        assert eye.faults(page) == []
    assert noise == []


def test_a_link_to_the_page_itself_shows_nothing(page, base_url, site):
    page.goto(f"{base_url}/institutions/penn/")
    page.add_script_tag(url=f"{base_url}/static/js/collabs-preview.js")
    page.get_by_role("navigation", name="On this page").get_by_role("link").first.hover()
    page.wait_for_timeout(ASKED_AT_ONCE)
    expect(card(page)).to_have_count(0)
