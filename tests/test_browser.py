"""The pages in a real browser: quiet, no wider than the window, fit for all, of use without script or mouse."""

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from dev import ROOT
from entities.models import Article, Entity
from entities.models.kinds import KINDS
from entities.records import entity_record
from entities.views.cards import EMBED_SIZES
from tests import browser as eye

PUBLIC = {
    "home": "/",
    "about": "/about/",
    "previews": "/linking/demo/",
    "all entries": "/entities/",
    "second page": "/institutions/?page=2",
    "list": "/collaborations/",
    "filters": "/collaborations/?tag=car-t&tag=oncology&country=US&partner=penn&year=2013&from=1900&to=2020&sort=name",
    "search": "/entities/?q=penn",
    "no results": "/collaborations/?country=US&partner=penn&year=1800",
    "bad values": "/collaborations/?partner=nonesuch&country=XX&year=soon&sort=best&surprise=1",
    "institution": "/institutions/penn/",
    "long institution": "/institutions/long/",
    "collaboration": "/collaborations/alliance/",
    "consortium": "/consortia/network/",
    "regulatory body": "/regulatory-bodies/fda/",
    "therapy": "/therapies/kymriah/",
    "guideline": "/guidelines/q5a/",
    "disease": "/diseases/leukaemia/",
    "withdrawn": "/institutions/gone/",
    "not found": "/institutions/nowhere/",
    "sources": "/sources/",
    "sources, filtered": "/sources/?kind=paper&q=title",
    "source": "/sources/source-1/",
    "long source": "/sources/long/",
    "articles": "/articles/",
    "article": "/articles/story/",
    "linker": "/link/",
    "guide for writers": "/linking/",
    "tags": "/tags/",
    "tag": "/tags/long/",
}
PASSWORD = "quite a secret"
MOST_MOVED = 0.01  # cumulative layout shift; 0.1 counts as good
STATUS = {"withdrawn": 410, "not found": 404, "bad values": 400}
DESK = {
    "login": "/admin/login/",
    "desk": "/admin/",
    "change list": "/admin/entities/collaboration/",
    "change form": "/admin/entities/collaboration/{licence-2020}/change/",
    "new entry": "/admin/entities/therapy/add/",
    "all entries": "/admin/entities/entity/",
    "filtered list": "/admin/entities/institution/?q=penn&state=published",
    "subjects": "/admin/entities/tag/",
    "source form": "/admin/entities/source/add/",
    "article form": "/admin/entities/article/{article}/change/",
    "confirmation": "/admin/entities/collaboration/{secret-deal}/delete/",
    "named entry": "/admin/entities/institution/{penn}/change/",
    "history": "/admin/entities/collaboration/{alliance}/history/",
    "preview of a draft": "/institutions/draftco/",
    "style guide": "/styleguide/",
}


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """One world for all tests of this module, which only look at it: {slug: primary key}, and an editor's session."""
    with django_db_blocker.unblock():
        from django.contrib.auth import get_user_model

        pks = {slug: entity.pk for slug, entity in eye.build().items()}
        pks["article"] = Article.objects.get(slug="story").pk
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("editor", password=PASSWORD))
        yield pks | {"session": client.cookies["sessionid"].value}
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def transactional_db(site):
    """Of pytest-django, for `live_server`; this one does not empty the database after each test."""


@pytest.fixture
def page(page):
    """A wide window, which shows the filters beside the list."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(10_000)
    return page


@pytest.fixture
def desk(page, site, base_url):
    """The page of an editor who has signed in."""
    page.context.add_cookies([{"name": "sessionid", "value": site["session"], "url": base_url}])
    return page


def address(name, site):
    return {**PUBLIC, **DESK}[name].format_map(site)


def look(page, base_url, path, status=200, judged=eye.WIDTHS):
    """Everything wrong of a page: (what it does, what is too wide, what axe finds at the widths `judged`)."""
    wide, faulty = [], []
    with eye.watched(page, base_url) as noise:
        assert page.goto(path).status == status
        moved = eye.shift(page)
        for width in eye.WIDTHS:
            for theme in eye.THEMES:
                eye.show(page, width, theme)
                wide += [f"{width} {theme}: {sentence}" for sentence in eye.overflow(page)]
    for width in judged:
        for theme, rules in (("light", []), ("dark", ["color-contrast"])):  # by the theme only colours differ
            eye.show(page, width, theme)
            faulty += [f"{width} {theme}: {fault}" for fault in eye.faults(page, rules)]
    return noise + ([f"what was shown moved by {moved:.3f}"] if moved > MOST_MOVED else []), wide, faulty


@pytest.mark.parametrize("name", PUBLIC)
def test_a_page_is_quiet_fits_the_window_and_is_accessible(page, base_url, site, name):
    noise, wide, faulty = look(page, base_url, address(name, site), STATUS.get(name, 200))
    wrong = noise + wide + faulty
    assert not wrong, "\n".join(wrong)


# The desk


@pytest.mark.parametrize("name", DESK)
def test_a_page_of_the_desk_is_quiet_fits_the_window_and_is_accessible(desk, base_url, site, name):
    if name == "login":
        desk.context.clear_cookies()
    noise, wide, faulty = look(desk, base_url, address(name, site))
    wrong = noise + wide + faulty
    assert not wrong, "\n".join(wrong)


def without_what_is_overtaken(noise):
    """A field that completes gives up its question when more is typed."""
    return [line for line in noise if "/admin/autocomplete/" not in line or "ERR_ABORTED" not in line]


def test_a_row_is_added_to_a_form_and_saved_with_its_object_and_source(desk, site):
    """The scripts of Django's desk run under our content security policy."""
    desk.goto(f"/admin/entities/institution/{site['oldco']}/change/")
    with eye.watched(desk, desk.url.split("/admin")[0]) as noise:
        desk.get_by_role("button", name="Add a partner or member").click()
        desk.locator("#id_st-partners-0-predicate").select_option("member")
        choose_by_keys(desk, "st-partners-0", "object", "rare net", "Rare Network")
        choose_by_keys(desk, "st-partners-0", "sources", "nature", "Nature, “Title 2”, 2019")
        desk.get_by_role("button", name="Save and continue editing").first.click()
        desk.get_by_text("was changed successfully").wait_for()
    assert "Rare Network" in desk.locator("#row-st-partners-0").inner_text()
    assert "1 source" in desk.locator("#row-st-partners-0").inner_text()
    assert without_what_is_overtaken(noise) == []


def test_an_editor_signs_in_and_out(page, site):
    page.goto("/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="The knowledge base").wait_for()
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Logged out").first.wait_for()


# Without script


@pytest.fixture
def plain(browser, base_url, site):
    """A page of a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_without_script_the_filter_form_narrows_the_list(plain):
    plain.goto("/collaborations/")
    plain.get_by_role("checkbox", name=re.compile("^Licence")).check()
    plain.get_by_label("Active in the year").fill("2021")
    plain.get_by_role("button", name="Apply").click()
    plain.wait_for_url("**/collaborations/?type=licensing&year=2021")
    results = plain.locator("#results")
    assert results.get_by_role("rowheader").get_by_role("link").all_inner_texts() == ["Novartis–Penn licence"]
    results.get_by_role("link", name="Type: Licence").click()
    plain.wait_for_url("**/collaborations/?year=2021")


def test_without_script_a_name_typed_in_full_is_understood(plain):
    plain.goto("/collaborations/")
    plain.get_by_label("Another of").fill("Member number 24")
    plain.get_by_role("button", name="Apply").click()
    plain.wait_for_url("**/collaborations/?partner=member-24")
    assert plain.locator("#results").get_by_role("rowheader").count() == 1


def test_without_script_folds_open(plain):
    plain.goto("/collaborations/alliance/")
    last = plain.get_by_text("Step 19.")
    assert not last.is_visible()
    plain.locator("#milestones summary").click()
    assert last.is_visible()
    plain.goto("/collaborations/")
    country = plain.get_by_role("group", name="Country of a partner")
    assert not country.get_by_text("Portugal").is_visible()
    country.locator("summary").click()
    assert country.get_by_text("Portugal").is_visible()


def test_without_script_filters_open_on_a_telephone(plain):
    plain.set_viewport_size({"width": 360, "height": 800})
    plain.goto("/collaborations/")
    apply = plain.get_by_role("button", name="Apply")
    assert not apply.is_visible()
    plain.get_by_text("Filters", exact=True).click()
    assert apply.is_visible()


def test_without_script_a_reference_leads_to_its_source(plain):
    plain.set_viewport_size({"width": 360, "height": 800})
    plain.goto("/collaborations/alliance/")
    plain.locator("#s1").get_by_role("link", name="Sources 1, 2").click()
    plain.wait_for_url("**/collaborations/alliance/#s1n")
    notes = plain.locator("#s1n")
    assert notes.evaluate("node => node.matches(':target')")
    notes.get_by_role("link").first.click()
    plain.wait_for_url("**/sources/source-*/")


# With script


def test_a_filter_narrows_the_list_at_once_and_the_way_back_is_open(page, base_url, site):
    page.goto("/collaborations/")
    page.evaluate("window.same = true")
    with eye.watched(page, base_url) as noise:
        licence = page.get_by_role("checkbox", name=re.compile("^Licence"))
        licence.check()
        page.wait_for_url("**/collaborations/?type=licensing")
        page.locator("#found", has_text="2 of 3").wait_for()
        assert page.get_by_role("status").filter(has_text="found").inner_text() == "2 found"
        assert licence.evaluate("field => field === document.activeElement")
        page.get_by_role("link", name="Type: Licence").click()
        page.locator("#found", has_text="3 in all").wait_for()
        assert page.evaluate("window.same")
        page.go_back()
        page.locator("#found", has_text="2 of 3").wait_for()
        assert page.get_by_role("checkbox", name=re.compile("^Licence")).is_checked()
    assert noise == []


def test_a_bad_value_is_named_at_once(page, base_url, site):
    page.goto("/collaborations/")
    page.get_by_label("Active in the year").fill("soon")
    page.keyboard.press("Enter")
    page.get_by_role("alert").filter(has_text="“soon” is not a year").wait_for()


@pytest.mark.parametrize(("path", "label"), [("/", "A partner, a therapy"), ("/collaborations/", "Another of")])
def test_a_field_suggests_names_while_one_types(page, site, path, label):
    page.goto(path)
    field = page.get_by_label(label).first
    field.press_sequentially("member number 1")
    options = page.locator(f"#{field.get_attribute('list')} option")
    expect(options.first).to_have_attribute("value", "Member number 1")
    values = options.evaluate_all("options => options.map(option => option.value)")
    assert len(values) == 12
    assert all(re.search("1", value) for value in values)


# In a frame on another site


@pytest.fixture
def elsewhere(tmp_path):
    """A site on another port: gives a function that puts a page there and returns its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=tmp_path)) as server:
        Thread(target=server.serve_forever, daemon=True).start()

        def put(html):
            (tmp_path / "page.html").write_text(
                f"<!doctype html><html lang=en><title>Elsewhere</title><link rel=icon href=data:,>{html}"
            )
            return f"http://localhost:{server.server_port}/page.html"

        yield put
        server.shutdown()


def test_an_entity_stands_in_a_frame_on_another_site(page, site, base_url, elsewhere, settings):
    settings.SITE_URL = base_url
    uid = Entity.objects.get(pk=site["alliance"]).uid
    answer = Client().get("/oembed", {"url": f"{base_url}/e/{uid}"}).json()
    address = elsewhere(f"<main><h1>An article</h1>{answer['html']}</main>")
    spoken = []
    page.on("console", lambda message: spoken.append(message.text))
    page.goto(address)
    (frame,) = page.main_frame.child_frames
    expect(frame.get_by_role("heading")).to_have_text("Penn–Novartis alliance")
    expect(frame.locator("main")).to_have_css("border-left-width", "4px")
    assert frame.evaluate("() => window.origin") == "null"  # the sandbox of the header and of the element
    for width, height in ((800, 270), (answer["width"], answer["height"]), (300, 380)):
        page.locator("iframe").evaluate("(node, [w, h]) => { node.width = w; node.height = h }", [width, height])
        overflow = "() => [document.documentElement.scrollWidth - innerWidth, document.body.scrollHeight - innerHeight]"
        assert max(frame.evaluate(overflow)) <= 0, width
    assert spoken == []
    assert page.context.cookies() == []
    frame.get_by_role("link", name="Penn–Novartis alliance").click()
    page.wait_for_url(f"{base_url}/collaborations/alliance/")


def longest_names():
    """The ten longest names of our content, which are of guidelines."""
    text = (ROOT / "fixtures" / "guidelines.yaml").read_text()
    names = re.findall(r"^- (?:.+\n  )*?name: (.+(?:\n    .+)*)", text, re.M)
    return sorted((" ".join(name.split()).strip("'\"") for name in names), key=len)[-10:]


@pytest.mark.parametrize("least", [least for least, _ in EMBED_SIZES])
def test_the_longest_names_have_room_in_the_frame_and_the_link_below_it(
    page, site, base_url, elsewhere, least, settings
):
    settings.SITE_URL = base_url
    disease = Entity.objects.get(pk=site["leukaemia"])
    try:
        types = KINDS["disease"].types
        longest = {"type": max(types, key=lambda key: len(types[key])), "summary": "Many words and more. " * 40}
        for name in longest_names():
            Entity.objects.filter(pk=disease.pk).update(name=name, **longest)
            asked = {"url": f"{base_url}/e/{disease.uid}", "maxwidth": least}
            answer = Client().get("/oembed", asked).json()
            page.set_viewport_size({"width": least, "height": answer["height"]})
            page.goto(elsewhere(f"<link rel=stylesheet href=data:text/css,body{{margin:0}}>{answer['html']}"))
            overflow = "() => document.documentElement.scrollHeight - innerHeight"
            assert page.evaluate(overflow) <= 0, name
            (frame,) = page.main_frame.child_frames
            expect(frame.locator("main")).to_have_css("border-left-width", "4px")
            assert frame.evaluate(overflow) <= 0, name
    finally:
        disease.save()


def test_the_card_in_a_frame_is_accessible_in_both_themes(page, site, base_url):
    def without_sandbox(route):
        """In one, scripts do not run, and so not those that look at the page either."""
        response = route.fetch()
        headers = {name: value for name, value in response.headers.items() if name != "content-security-policy"}
        route.fulfill(response=response, headers=headers)

    page.route("**/embed*", without_sandbox)
    for slug in ("alliance", "long"):
        page.goto(f"/e/{Entity.objects.get(pk=site[slug]).uid}/embed?version=1")
        for width in (300, 800):
            for theme in eye.THEMES:
                eye.show(page, width, theme)
                assert (eye.overflow(page), eye.faults(page)) == ([], []), (slug, width, theme)


def test_a_page_that_is_no_card_stands_in_no_frame(page, site, base_url, elsewhere):
    page.goto(elsewhere(f'<iframe src="{base_url}/collaborations/alliance/" title="x"></iframe>'))
    (frame,) = page.main_frame.child_frames
    page.wait_for_load_state("networkidle")
    assert frame.get_by_text("Penn–Novartis alliance").count() == 0


def test_the_data_in_the_head_are_no_script_for_the_policy(page, site, base_url):
    """Nothing is spoken of on the console, and a reader of the page finds them whole."""
    with eye.watched(page, base_url) as noise:
        page.goto("/collaborations/alliance/")
        text = page.locator("script[type='application/ld+json']").evaluate("node => JSON.parse(node.text).name")
    assert (text, noise) == ("Penn–Novartis alliance", [])


# With the keyboard alone


def tab_to(page, locator, most=120):
    """Press Tab until the focus is on `locator`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if locator.count() and locator.first.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"not reached by {most} times Tab: {locator}")


def test_the_keyboard_alone_skips_to_the_content(page, site):
    page.goto("/collaborations/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert skip.evaluate("node => node === document.activeElement")
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_the_keyboard_alone_filters_a_list_and_opens_a_result(page, site):
    page.goto("/collaborations/")
    tab_to(page, page.get_by_role("checkbox", name=re.compile("^Licence")))
    page.keyboard.press("Space")
    page.locator("#found", has_text="2 of 3").wait_for()
    tab_to(page, page.get_by_role("button", name="Apply"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/collaborations/?type=licensing")
    result = page.locator("#results").get_by_role("link", name="Novartis–Penn licence")
    tab_to(page, result)
    page.keyboard.press("Enter")
    page.wait_for_url("**/collaborations/licence-2020/")


def test_the_keyboard_alone_finds_a_collaboration_follows_to_a_partner_and_opens_a_source(page, site):
    page.goto("/collaborations/")
    tab_to(page, page.get_by_role("checkbox", name=re.compile("^Switzerland")))
    page.keyboard.press("Space")
    page.wait_for_url("**/collaborations/?country=CH")
    tab_to(page, page.get_by_role("checkbox", name=re.compile("^University of Pennsylvania")))
    page.keyboard.press("Space")
    page.wait_for_url("**/collaborations/?country=CH&partner=penn")
    tab_to(page, page.locator("#results").get_by_role("link", name="Penn–Novartis alliance"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/collaborations/alliance/")
    tab_to(page, page.get_by_role("link", name="Novartis", exact=True).first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/institutions/novartis/")
    tab_to(page, page.locator(".notes, .sources").get_by_role("link").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources/source-*/")


def test_whatever_has_the_focus_shows_it(page, site):
    page.goto("/collaborations/alliance/")
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return ring || style.boxShadow !== "none" || document.activeElement.outerHTML.slice(0, 200);
            }"""
        )
        assert shown is True


# The form of an entity


def choose_by_keys(page, row, field, term, option):
    """Go to a completing field of a row with Tab, and choose `option`."""
    box = page.locator(f"#id_{row}-{field} ~ .select2-container").first
    inner = ".select2-selection" if field == "object" else ".select2-search__field"
    tab_to(page, box.locator(inner))
    if field == "object":
        page.keyboard.press("Enter")
    page.keyboard.type(term)
    page.locator(".select2-results__option--highlighted", has_text=option).wait_for()
    page.keyboard.press("Enter")


def type_into(page, label, text):
    tab_to(page, page.locator(label))
    page.keyboard.type(text)


def test_the_keyboard_alone_enters_a_whole_collaboration_in_one_save(desk, base_url, site):
    desk.goto("/admin/entities/collaboration/add/")
    with eye.watched(desk, base_url) as noise:
        type_into(desk, "#id_name", "Keyboard alliance")
        type_into(desk, "#id_type", "Licence")
        partners = [("university of penn", "University of Pennsylvania"), ("novartis", "Novartis"), ("oldco", "Øldco")]
        for number, (term, name) in enumerate(partners):
            tab_to(desk, desk.get_by_role("button", name="Add a partner or member"))
            desk.keyboard.press("Enter")
            row = f"st-partners-{number}"
            desk.locator(f"#id_{row}-predicate:focus").wait_for()
            choose_by_keys(desk, row, "object", term, name)
            if number < 2:
                choose_by_keys(desk, row, "sources", f"title {number + 1}", f"Title {number + 1}")
        for number, start in enumerate(["6 August 2012", "2013"]):
            tab_to(desk, desk.get_by_role("button", name="Add a milestone"))
            desk.keyboard.press("Enter")
            row = f"st-milestones-{number}"
            desk.locator(f"#id_{row}-start:focus").wait_for()
            desk.keyboard.type(start)
            desk.get_by_text(f"Understood as {start}", exact=True).wait_for()
            type_into(desk, f"#id_{row}-text", f"Step {number}")
            choose_by_keys(desk, row, "sources", f"title {number + 3}", f"Title {number + 3}")
        tab_to(desk, desk.get_by_role("button", name="Save", exact=True))
        desk.keyboard.press("Enter")
        desk.get_by_text("was added successfully").wait_for()
    entity = Entity.objects.get(slug="keyboard-alliance")
    said = entity_record(entity)["statements"]
    assert [line.get("object", line.get("text")) for line in said] == ["penn", "novartis", "oldco", "Step 0", "Step 1"]
    assert sorted(key for line in said for key in line.get("sources", [])) == [f"source-{i}" for i in range(1, 5)]
    assert entity.revisions.count() == 1
    assert without_what_is_overtaken(noise) == []


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("2012", "Understood as 2012"),
        ("2012-08", "Understood as August 2012"),
        ("6 Aug 2012", "Understood as 6 August 2012"),
        ("31 Feb 2012", "Write 2012"),
        ("soon", "Write 2012"),
        ("", ""),
    ],
)
def test_a_date_says_what_was_understood(desk, site, typed, heard):
    desk.goto("/admin/entities/collaboration/add/")
    desk.locator("#id_start").fill("x")
    desk.locator("#id_start").fill(typed)
    assert desk.locator("#id_start ~ .heard").inner_text().startswith(heard)


@pytest.mark.parametrize("theme", eye.THEMES)
def test_an_open_row_fits_the_window_and_is_accessible(desk, base_url, site, theme):
    wrong = []
    with eye.watched(desk, base_url) as noise:
        desk.goto(f"/admin/entities/collaboration/{site['licence-2020']}/change/")
        desk.get_by_role("button", name="Edit statement 1").click()
        desk.locator("#id_st-partners-0-role").wait_for()
        desk.locator("#row-st-partners-0 .select2-selection").first.wait_for()
        desk.wait_for_timeout(300)
        for width in eye.WIDTHS:
            eye.show(desk, width, theme)
            wrong += eye.overflow(desk)
    wrong += noise  # before axe, which breaks the content security policy itself
    for width in eye.WIDTHS:
        eye.show(desk, width, theme)
        wrong += eye.faults(desk)
    assert not wrong, "\n".join(wrong)


def test_without_script_a_whole_collaboration_is_entered_and_corrected(plain, base_url, site):
    plain.context.add_cookies([{"name": "sessionid", "value": site["session"], "url": base_url}])
    plain.goto("/admin/entities/collaboration/add/")
    plain.locator("#id_name").fill("Plain alliance")
    plain.locator("#id_slug").fill("plain-alliance")
    plain.locator("#id_type").select_option("licensing")
    for number, who in enumerate(["University of Pennsylvania", "novartis", "Øldco Zürich"]):
        plain.get_by_role("button", name="Add a partner or member").click()
        row = plain.locator(f"#row-st-partners-{number}")
        row.get_by_label("Its name, its slug or its id").fill(who)
        row.get_by_label("More sources").fill(f"source-{number + 1}, source-4")
    for number in range(2):
        plain.get_by_role("button", name="Add a milestone").click()
        plain.locator(f"#id_st-milestones-{number}-start").fill(f"{2012 + number}")
        plain.locator(f"#id_st-milestones-{number}-text").fill(f"Step {number}")
    plain.get_by_role("button", name="Add another name").click()
    plain.locator("#id_names-0-text").fill("Plain deal")
    plain.get_by_role("button", name="Save and continue editing").click()
    plain.get_by_text("was added successfully").wait_for()
    plain.get_by_role("button", name="Edit statement 4").click()
    plain.locator("#id_st-milestones-0-text").fill("Step one")
    plain.get_by_role("button", name="Edit statement 1").click()
    plain.locator("#row-st-partners-0").get_by_label("Its name, its slug or its id").fill("fda")
    plain.get_by_role("button", name="Save and continue editing").click()
    plain.get_by_text("was changed successfully").wait_for()
    record = entity_record(Entity.objects.get(slug="plain-alliance"))
    assert [name["text"] for name in record["names"]] == ["Plain deal"]
    assert [(line.get("object", line.get("text")), line.get("sources")) for line in record["statements"]] == [
        ("fda", ["source-1", "source-4"]),
        ("novartis", ["source-2", "source-4"]),
        ("oldco", ["source-3", "source-4"]),
        ("Step one", None),
        ("Step 1", None),
    ]


def test_a_page_is_printed_with_its_sources(page, site):
    page.goto("/collaborations/alliance/")
    paper = page.pdf()
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 20_000
    page.emulate_media(media="print")
    notes = page.locator("#s1n")
    assert notes.is_visible()
    assert "Penn Medicine" in notes.inner_text()


def test_a_page_that_moves_would_be_noticed(page, site):
    page.goto("/about/")
    assert eye.shift(page) <= MOST_MOVED
    page.evaluate("document.body.prepend(Object.assign(document.createElement('hr'), { style: 'height: 200px' }))")
    page.wait_for_timeout(200)
    assert eye.shift(page) > MOST_MOVED


# For writers

SELECTED = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
ARTICLE = "In 2012 the University of Pennsylvania and Novartis made an alliance; the FDA approved Kymriah."


def send_article(page):
    page.goto("/link/")
    page.get_by_label("Your article").fill(ARTICLE)
    page.get_by_label("Written in").select_option("markdown")
    page.get_by_role("button", name="Find the names").click()
    page.get_by_role("heading", name="The article with its links").wait_for()


def test_the_linker_takes_and_leaves_names_at_once(page, base_url, site):
    send_article(page)
    result = page.get_by_role("textbox", name="To copy")
    page.evaluate("window.same = true")
    with eye.watched(page, base_url) as noise:
        expect(result).to_have_value(re.compile(r"\[Novartis\]\(http://testserver/e/"))
        page.get_by_role("checkbox", name="Novartis").uncheck()
        expect(result).to_have_value(re.compile("and Novartis made"))
        expect(page.get_by_role("checkbox", name="Novartis")).to_be_focused()
        expect(page.get_by_role("button", name="Copy")).to_be_visible()
        page.get_by_label("Link Kymriah").select_option("nowhere")
        expect(result).to_have_value(re.compile(r"approved Kymriah\."))
        page.get_by_role("checkbox", name="Regulatory bodies").check()
        expect(page.get_by_role("status").first).to_contain_text("1 name found")
        assert page.evaluate("window.same")
    assert noise == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == "article-linked.md"


@pytest.mark.parametrize("theme", eye.THEMES)
def test_the_result_of_the_linker_fits_and_is_accessible(page, base_url, site, theme):
    send_article(page)
    wrong = []
    with eye.watched(page, base_url) as noise:
        for width in eye.WIDTHS:
            eye.show(page, width, theme)
            wrong += eye.overflow(page)
    for width in eye.WIDTHS:
        eye.show(page, width, theme)
        wrong += eye.faults(page)
    assert not wrong + noise, "\n".join(wrong + noise)


def test_without_script_an_article_is_linked_and_names_are_left(plain):
    send_article(plain)
    plain.get_by_role("checkbox", name="Novartis").uncheck()
    plain.get_by_role("button", name="Apply").click()
    result = plain.get_by_role("textbox", name="To copy")
    expect(result).to_have_value(re.compile(r"and Novartis made.*\[Kymriah\]\("))


def test_one_click_copies_a_link(page, base_url, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    page.goto("/therapies/kymriah/")
    page.locator("#cite").get_by_role("button", name="Copy").first.click()
    page.locator("#cite").get_by_role("button", name="Copied").wait_for()
    kymriah = Entity.objects.get(slug="kymriah")
    assert page.evaluate("navigator.clipboard.readText()") == f"http://testserver{kymriah.permalink}"


def test_where_a_browser_does_not_let_us_copy_the_text_is_selected_to_do_so_by_hand(page, site):
    page.add_init_script("navigator.clipboard.writeText = async () => { throw 0 }; document.execCommand = () => false")
    page.goto("/therapies/kymriah/")
    page.locator("#cite").get_by_role("button", name="Copy").first.click()
    page.locator("#cite").get_by_role("button", name="Press Ctrl and C").wait_for()
    field = page.get_by_role("textbox", name="Address")
    expect(field).to_be_focused()
    assert field.evaluate(SELECTED) == field.input_value()


def test_without_script_the_keyboard_selects_a_whole_text_and_no_more(plain):
    plain.goto("/therapies/kymriah/")
    field = plain.get_by_role("textbox", name="Citation")
    assert not plain.locator("#cite").get_by_role("button", name="Copy").count()
    plain.get_by_role("textbox", name="Address").focus()
    plain.keyboard.press("Tab")
    expect(field).to_be_focused()
    plain.keyboard.press("Control+A")
    assert field.evaluate(SELECTED) == field.input_value()
    plain.keyboard.type("x")
    assert field.input_value().startswith("Collabs contributors.")


def test_a_field_is_as_high_as_its_text(page, site):
    page.goto("/therapies/kymriah/")
    page.get_by_text("For HTML, Markdown").click()
    for width in eye.WIDTHS:
        eye.show(page, width, "light")
        fields = page.locator(".copy").all()
        assert len(fields) > 5
        assert not [field for field in fields if field.evaluate("node => node.scrollHeight > node.clientHeight")]
