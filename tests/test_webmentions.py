"""Pages elsewhere tell us of their links: they are queued, looked at, decided by an editor, shown, and taken away."""

import io
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from entities.curation import webmentions
from entities.curation.fetching import fetch
from entities.models import Article, Entity, Mention, Webmention
from tests.reading import Page, faults, words
from tests.standing import on_stage, standing
from tests.world import build

stage = standing(build)
world = on_stage()
NOW = timezone.now()
FORM = "application/x-www-form-urlencoded"
#: an address to which nobody goes in the tests that do not look at it
SOURCE = "https://blog.example/on-penn"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def get(site):
    """The fetch of the command, to which this machine is public at the port of the site."""
    return partial(fetch, allowed="127.0.0.1".__eq__, ports=(site.port,), seconds=2)


@pytest.fixture
def editor(db):
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    return user


def tell(client, source, target, **headers):
    return post(client, urlencode({"source": source, "target": target}), headers=headers)


def post(client, body="nothing=1", kind=FORM, **more):
    return client.post("/webmention", body, content_type=kind, **more)


def send(source=SOURCE, target="http://testserver/institutions/penn/", now=NOW):
    return webmentions.receive(source, target, now)


def look(get, now=None):
    """One pass of the queue, at this moment or at another; gives the states that were found."""
    now, states = now or timezone.now(), []
    while webmention := webmentions.take(now, now):
        states.append(webmentions.look_at(webmention, now, get))
    return states


def link_to(entity, title="On Penn"):
    return f"<title>{title}</title><p>See <a href='http://testserver{entity.permalink}'>the university</a>."


def mentioned(client, address="/institutions/penn/"):
    """The articles under “Mentioned in”, as (title, address)."""
    section = Page(client.get(address)).ids.get("mentioned")
    return [(words(link), link.get("href")) for link in section.iter("a")] if section is not None else []


ESSAY = ("How an alliance began", "https://weekly.example/essay")


# What is taken in


def test_a_link_that_was_told_of_is_queued(client, world):
    answer = tell(client, SOURCE, f"http://testserver{world['penn'].permalink}")
    assert (answer.status_code, answer["Content-Type"]) == (202, "text/plain; charset=utf-8")
    assert "If your page links to University of Pennsylvania, an editor will see it" in answer.content.decode()
    row = Webmention.objects.get()
    assert (row.source, row.entity, row.state, row.approval) == (SOURCE, world["penn"], "received", "open")
    assert row.due <= timezone.now()


@pytest.mark.parametrize(
    "address",
    [
        "http://testserver/institutions/penn/",
        "https://testserver/institutions/penn/?a=b#s1",
        "HTTP://TESTSERVER:80/institutions/penn/",
        "http://testserver/institutions/penn.json",
        "http://testserver/institutions/doubled/",
        "http://testserver/institutions/doubled-before/",
        "http://testserver/consortia/penn/",
        "http://testserver/e/UID",
        "http://testserver/e/uid?version=3#s1",
        "http://testserver/e/UID/s/1",
        "http://testserver/e/UID.json",
    ],
)
def test_every_address_of_an_entry_is_a_target(world, address):
    uid = world["penn"].uid
    assert send(target=address.replace("UID", uid).replace("uid", uid.lower())).entity == world["penn"]


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("", "/institutions/penn/", "is not a full address"),
        ("blog.example", "/institutions/penn/", "is not a full address"),
        ("ftp://blog.example/", "/institutions/penn/", "is not a full address"),
        ("https://me:secret@blog.example/", "/institutions/penn/", "must not hold a name or a password"),
        ("https://intranet/", "/institutions/penn/", "is not the address of a public page"),
        ("https://blog.example/" + "a" * 1000, "/institutions/penn/", "at most 1,000 characters"),
        ("http://testserver/institutions/novartis/", "/institutions/penn/", "a page of this site"),
        ("https://TESTSERVER/x", "/institutions/penn/", "a page of this site"),
        (SOURCE, "", "not the address of an entry of ours"),
        (SOURCE, "/", "not the address of an entry of ours"),
        (SOURCE, "/institutions/", "not the address of an entry of ours"),
        (SOURCE, "/institutions/nonesuch/", "not the address of an entry of ours"),
        (SOURCE, "/institutions/draftco/", "not the address of an entry of ours"),
        (SOURCE, "/institutions/gone/", "not the address of an entry of ours"),
        (SOURCE, "/e/CGT0000012", "not the address of an entry of ours"),
        (SOURCE, "/tags/car-t/", "not the address of an entry of ours"),
        (SOURCE, "/admin/", "not the address of an entry of ours"),
        (SOURCE, "/institutions/penn/\x00", "not the address of an entry of ours"),
        (SOURCE, "https://evil.example/institutions/penn/", "not the address of an entry of ours"),
        (SOURCE, "http://testserver.evil.example/institutions/penn/", "not the address of an entry of ours"),
        (SOURCE, "http://testserver:8000/institutions/penn/", "not the address of an entry of ours"),
    ],
)
def test_what_cannot_be_such_a_link_is_refused_in_a_sentence(client, world, source, target, sentence):
    answer = tell(client, source, target if "//" in target else f"http://testserver{target}")
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Webmention.objects.exists()


def test_a_draft_is_refused_like_what_is_not_there(client, world):
    answers = [
        tell(client, SOURCE, f"http://testserver{path}").content
        for path in (world["draftco"].permalink, "/e/CGT0000012", "/institutions/draftco/", "/institutions/nonesuch/")
    ]
    assert len(set(answers)) == 1


def test_telling_again_queues_again_and_makes_no_second_row(client, world, get):
    for _ in range(2):
        row = send()
        Webmention.objects.filter(pk=row.pk).update(due=None, attempts=3)
    row = send(now=NOW + timedelta(hours=1))
    assert Webmention.objects.count() == 1
    assert (row.due, row.received, row.attempts) == (NOW + timedelta(hours=1), NOW + timedelta(hours=1), 0)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("nothing=1", FORM, 400),
        ("source=a", FORM, 400),
        ("\xff=%ff&source[]=x&&&==", FORM, 400),
        ("source=" + "a" * 20_000, FORM, 413),
        ('{"source": "https://blog.example/"}', "application/json", 415),
        ("--x\r\n", "multipart/form-data; boundary=x", 415),
        ("source=a", "", 415),
    ],
)
def test_a_body_that_is_none_is_refused(client, world, body, kind, status):
    assert post(client, body, kind).status_code == status


def test_who_sends_a_form_says_nothing_in_our_name(client, world):
    answer = client.post(
        "/webmention",
        "source=a&sentence=Call+0900&accepted=1&SITE_NAME=Evil&SITE_URL=https://evil.example",
        content_type=FORM,
        headers={"accept": "text/html"},
    )
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "Call 0900" not in answer.content.decode()
    assert "vil" not in answer.content.decode()


def test_who_tells_too_often_has_to_wait(client, world, monkeypatch):
    monkeypatch.setattr("entities.views.throttle.time", lambda: 3600 * 1000 + 600)
    for _ in range(60):
        assert post(client).status_code == 400
    answer = post(client)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3000")
    assert post(client, REMOTE_ADDR="198.51.100.9").status_code == 400
    monkeypatch.setattr("entities.views.throttle.time", lambda: 3600 * 1001)
    assert post(client).status_code == 400


def test_addresses_of_the_fourth_version_are_clients_of_their_own_however_they_are_written(client, world):
    for _ in range(60):
        post(client, REMOTE_ADDR="::ffff:198.51.100.9")
    assert post(client, REMOTE_ADDR="198.51.100.9").status_code == 429
    assert post(client, REMOTE_ADDR="::ffff:198.51.100.10").status_code == 400


def test_addresses_of_one_household_are_one_client(client, world):
    for number in range(60):
        post(client, REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    ask = partial(post, client)
    assert ask(REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert ask(REMOTE_ADDR="2001:db8:1:3::1").status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_known(client, world, method):
    assert getattr(client, method)("/webmention").status_code == 405


def test_no_token_is_asked_of_programs_of_other_sites(world):
    assert tell(Client(enforce_csrf_checks=True), SOURCE, "http://testserver/institutions/penn/").status_code == 202


# Where it is told


def test_pages_and_permalinks_say_where_to_tell(client, world):
    page = client.get("/institutions/penn/")
    said = '<http://testserver/webmention>; rel="webmention"'
    assert said in page["Link"]
    assert Page(page).one(".//head/link[@rel='webmention']").get("href") == "/webmention"
    assert said in client.get(f"{world['penn'].permalink}.json")["Link"]


def test_people_tell_by_a_form(client, world):
    page = Page(client.get("/institutions/penn/"))
    (way,) = {href for href in page.hrefs() if href.startswith("/webmention")}
    form = Page(client.get(way))
    assert form.ids["target"].get("value") == f"http://testserver{world['penn'].permalink}"
    answer = tell(client, SOURCE, form.ids["target"].get("value"), accept="text/html")
    assert answer.status_code == 202
    assert "Thank you." in Page(answer).text
    wrong = tell(client, "<script>", "http://testserver/", accept="text/html,*/*;q=0.8")
    assert wrong.status_code == 400
    assert Page(wrong).ids["source"].get("value") == "<script>"
    assert faults(wrong) == faults(answer) == []


# What is found


def test_a_page_that_links_is_verified_and_read(site, get, world):
    body = f"""<meta property="og:title" content="A title"><meta name="author" content="Ada">
        <meta property="og:site_name" content="Weekly"><meta property="article:published_time" content="2024-05-06">
        <a href="http://testserver{world["penn"].permalink}">the university</a>"""
    send(site.page("/a", body), f"http://testserver{world['penn'].permalink}")
    assert look(get) == ["verified"]
    row = Webmention.objects.get()
    assert (row.title, row.authors, row.publisher, row.published) == ("A title", "Ada", "Weekly", "2024-05-06")
    assert (row.words, row.error, row.due, row.attempts) == ("the university", "", None, 0)
    assert site.asked[0][1]["User-Agent"] == "Collabs-Webmention (+http://testserver/webmention)"


def test_a_page_that_names_no_publisher_has_its_host(site, get, world):
    send(site.page("/a", link_to(world["penn"])), f"http://testserver{world['penn'].permalink}")
    look(get)
    assert Webmention.objects.get().publisher == "127.0.0.1"


def test_words_that_are_too_long_for_their_columns_are_cut(site, get, world):
    authors = "".join(f"<meta name=author content='{letter * 250}'>" for letter in "abc")
    body = authors + f"<meta property='og:site_name' content='{'w' * 280}'>" + link_to(world["penn"], "t" * 900)
    send(site.page("/a", body), f"http://testserver{world['penn'].permalink}")
    assert look(get) == ["verified"]
    row = Webmention.objects.get()
    assert (len(row.authors), len(row.publisher), len(row.title)) == (500, 200, 300)


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ({"body": "<p>Nothing here."}, "The page does not link to the target."),
        ({"body": "<!-- LINK --><script>LINK</script>"}, "The page does not link to the target."),
        ({"body": "<a href='http://testserver/institutions/novartis/'>x</a>"}, "The page does not link to the target."),
        ({"status": 404}, "The page is not there: the site answers 404."),
        ({"status": 410}, "The page is not there: the site answers 410."),
        ({"kind": "image/png"}, "The page is of the type image/png, which is not read."),
        ({"body": "x" * 1_000_001}, "The page is larger than 1 MB."),
        ({"status": 302, "Location": "http://10.0.0.1/"}, "Port 80 is not one at which we read pages."),
        ({"status": 302, "Location": "/a"}, "The address leads on more than 5 times."),
    ],
)
def test_a_page_that_does_not_link_is_refused_at_once(site, get, world, page, error):
    page["body"] = page.get("body", "").replace("LINK", link_to(world["penn"]))
    send(site.page("/a", **page))
    assert look(get) == ["refused"]
    row = Webmention.objects.get()
    assert row.error.startswith(error)
    assert (row.due, row.approval) == (None, "open")


def test_a_page_that_leads_to_our_own_is_no_page_of_another(site, world):
    """It would seem to link to everything to which our own page links."""
    body = link_to(world["penn"])
    site.page("/institutions/penn/", body)
    url = site.leads_to("/a", site.url("/institutions/penn/", "testserver"))
    get = partial(
        fetch, resolve=lambda host, port: ["127.0.0.1"], allowed="127.0.0.1".__eq__, ports=(site.port,), seconds=2
    )
    send(url, f"http://testserver{world['penn'].permalink}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.SITE_URL", f"http://testserver:{site.port}")
        assert look(get) == ["refused"]
    assert Webmention.objects.get().error == "The source leads to this site itself."


@pytest.mark.parametrize("status", [429, 500, 503, 403])
def test_a_page_that_does_not_answer_is_asked_again_later_and_later_and_then_given_up(site, get, world, status):
    send(site.page("/a", status=status))
    moment, waits = timezone.now(), []
    for _ in webmentions.PAUSES:
        assert look(get, moment) == ["later"]
        row = Webmention.objects.get()
        assert (row.state, row.error) == ("received", f"The site answers {status}.")
        assert look(get, row.due - timedelta(seconds=1)) == []
        waits.append(row.due - moment)
        moment = row.due
    assert waits == list(webmentions.PAUSES)
    assert look(get, moment) == ["refused"]
    assert Webmention.objects.get().due is None
    assert len(site.asked) == len(webmentions.PAUSES) + 1


# The queue


def test_of_two_that_take_from_the_queue_each_gets_its_own(world):
    sent = {send(f"{SOURCE}/{number}").pk for number in range(3)}
    taken = [webmentions.take(NOW, NOW) for _ in range(4)]
    assert {row and row.pk for row in taken} == sent | {None}
    assert taken[-1] is None


def test_a_row_that_was_seen_by_two_is_taken_by_one(world):
    row = send()
    first, second = (Webmention.objects.get(pk=row.pk) for _ in range(2))
    assert Webmention.objects.claim(first, NOW + webmentions.LEASE)
    assert not Webmention.objects.claim(second, NOW + webmentions.LEASE)


def test_what_a_killed_process_had_taken_comes_back(site, get, world):
    send(site.page("/a", link_to(world["penn"])), f"http://testserver{world['penn'].permalink}")
    assert webmentions.take(NOW, NOW)
    assert look(get, NOW + webmentions.LEASE - timedelta(seconds=1)) == []
    assert look(get, NOW + webmentions.LEASE) == ["verified"]


def test_a_page_that_kills_whoever_looks_is_given_up(world):
    send()
    moment = NOW
    for _ in range(len(webmentions.PAUSES) + 1):
        assert webmentions.take(moment, moment)
        moment += webmentions.LEASE
    assert look(lambda *_: pytest.fail("it was looked at"), moment) == ["refused"]


def test_an_answer_that_comes_after_somebody_asked_again_is_dropped(site, get, world):
    target = f"http://testserver{world['penn'].permalink}"
    send(site.page("/a", link_to(world["penn"])), target)
    row = webmentions.take(NOW, NOW)
    send(site.page("/a", "nothing"), target, now=NOW + timedelta(seconds=1))
    webmentions.look_at(row, NOW, get)
    assert Webmention.objects.get().state == "received"
    assert look(get, NOW + timedelta(minutes=1)) == ["refused"]


def test_the_command_looks_at_all_and_says_what_it_found(site, get, world, monkeypatch):
    monkeypatch.setattr("entities.curation.webmentions.look_at", partial(webmentions.look_at, fetch=get))
    target = f"http://testserver{world['penn'].permalink}"
    send(site.page("/a", link_to(world["penn"])), target)
    send(site.page("/b", "nothing"), target)
    send(site.page("/c", status=500), target)
    assert command() == "Looked at 3 pages: 1 link to us, 1 do not, 1 did not answer and will be tried again.\n"
    assert command() == "Looked at 0 pages.\n"


def command(**options):
    out = io.StringIO()
    call_command("receive_webmentions", stdout=out, **options)
    return out.getvalue()


def test_the_command_goes_to_no_private_place(site, world):
    send(site.page("/a", link_to(world["penn"])))
    assert command() == "Looked at 1 page: 1 do not.\n"
    assert site.asked == []


def test_what_never_linked_is_forgotten_after_a_while(world):
    row = send(now=NOW - timedelta(days=91))
    Webmention.objects.filter(pk=row.pk).update(state="refused", due=None)
    send(f"{SOURCE}/2", now=NOW - timedelta(days=91))
    Webmention.objects.filter(source=f"{SOURCE}/2").update(state="gone", due=None)
    webmentions.forget_refused(NOW)
    assert [row.source for row in Webmention.objects.all()] == [f"{SOURCE}/2"]


# What is shown


@pytest.fixture
def verified(site, get, world):
    """A webmention of a page that links to Penn."""
    send(site.page("/a", link_to(world["penn"])), f"http://testserver{world['penn'].permalink}")
    look(get)
    return Webmention.objects.get()


def test_nothing_is_shown_before_an_editor_approves(client, world, verified):
    articles, mentions = Article.objects.count(), Mention.objects.count()
    assert mentioned(client) == [ESSAY]
    assert (Article.objects.count(), Mention.objects.count()) == (articles, mentions)


def test_an_approved_page_is_an_article_that_mentions_the_entry(client, world, verified, editor):
    assert webmentions.approve(verified, editor, NOW)
    assert mentioned(client) == [ESSAY, ("On Penn", verified.source)]
    assert verified.source in Page(client.get("/articles/")).hrefs()
    verified.refresh_from_db()
    assert (verified.approval, verified.decided_by, verified.decided) == ("approved", editor, NOW)
    article = verified.article
    assert (article.slug, article.state, article.publisher) == ("on-penn", "published", "127.0.0.1")
    (mention,) = article.mentions.all()
    assert (mention.entity, mention.text, mention.state) == (world["penn"], "the university", "confirmed")


def test_a_page_that_was_not_seen_to_link_cannot_be_approved(client, world, editor):
    row = send()
    assert not webmentions.approve(row, editor, NOW)
    assert Webmention.objects.get().approval == "open"


def test_a_page_that_mentions_two_entries_is_one_article(site, get, client, world, editor):
    body = link_to(world["penn"]) + link_to(world["alliance"])
    for slug in ("penn", "alliance"):
        send(site.page("/a", body), f"http://testserver{world[slug].permalink}")
    look(get)
    for row in Webmention.objects.all():
        webmentions.approve(row, editor, NOW)
    article = Article.objects.get(url=site.url("/a"))
    assert {mention.entity for mention in article.mentions.all()} == {world["penn"], world["alliance"]}
    assert mentioned(client, "/collaborations/alliance/")[-1] == ("On Penn", site.url("/a"))


def test_an_article_that_an_editor_had_registered_keeps_its_words(world, verified, editor):
    words = {"title": "My title", "publisher": "My publisher"}
    article = Article.objects.create(slug="mine", url=verified.source, state="published", **words)
    webmentions.approve(verified, editor, NOW)
    article.refresh_from_db()
    assert (article.title, article.publisher) == ("My title", "My publisher")
    assert Article.objects.filter(url=verified.source).count() == 1


def test_pages_of_one_title_get_slugs_of_their_own(site, get, world, editor):
    for path in ("/a", "/b", "/c"):
        send(site.page(path, link_to(world["penn"], "！！")), f"http://testserver{world['penn'].permalink}")
    look(get)
    for row in Webmention.objects.order_by("source"):
        webmentions.approve(row, editor, NOW)
    slugs = [article.slug for article in Article.objects.filter(title="！！").order_by("url")]
    assert slugs == ["article", "article-2", "article-3"]


def test_a_refused_page_is_not_shown_and_one_that_was_shown_no_longer(client, world, verified, editor):
    webmentions.refuse(verified, editor, NOW)
    assert mentioned(client) == [ESSAY]
    webmentions.approve(verified, editor, NOW)
    assert len(mentioned(client)) == 2
    webmentions.refuse(verified, editor, NOW)
    assert mentioned(client) == [ESSAY]
    assert Webmention.objects.get().approval == "refused"


@pytest.mark.parametrize("change", [{"status": 404}, {"status": 410}, {"body": "The link was taken away."}])
def test_a_page_whose_link_is_gone_is_hidden_at_once_when_it_tells_again(
    client, site, get, world, verified, editor, change
):
    webmentions.approve(verified, editor, NOW)
    site.page("/a", **change)
    send(verified.source, verified.target)
    assert look(get) == ["gone"]
    assert mentioned(client) == [ESSAY]
    assert Mention.objects.get(article__url=verified.source).state == "gone"
    assert verified.source not in Page(client.get("/articles/")).hrefs()


def test_a_link_that_comes_back_is_shown_again_without_a_new_decision(client, site, get, world, verified, editor):
    webmentions.approve(verified, editor, NOW)
    for body in ("nothing", link_to(world["penn"])):
        site.page("/a", body)
        send(verified.source, verified.target)
        look(get)
    assert mentioned(client) == [ESSAY, ("On Penn", verified.source)]


def test_a_mention_that_an_editor_refused_does_not_come_back_by_itself(client, get, world, verified, editor):
    webmentions.approve(verified, editor, NOW)
    Mention.objects.filter(article__url=verified.source).update(state="refused")
    send(verified.source, verified.target)
    look(get)
    assert mentioned(client) == [ESSAY]


def test_a_page_that_links_twice_is_shown_until_both_links_are_gone(client, site, get, world, editor):
    targets = [f"http://testserver{address}" for address in (world["penn"].permalink, "/institutions/penn/")]
    links = [f"<title>T</title><a href='{target}'>x</a>" for target in targets]
    for target in targets:
        send(site.page("/a", "".join(links)), target)
    look(get)
    for row in Webmention.objects.all():
        webmentions.approve(row, editor, NOW)
    assert mentioned(client) == [ESSAY, ("T", site.url("/a"))]
    for body, shown in ((links[1], 2), ("", 1)):
        site.page("/a", body)
        for target in targets:
            send(site.url("/a"), target)
        look(get)
        assert len(mentioned(client)) == shown


def test_a_title_that_changes_after_the_approval_is_not_shown(client, site, get, world, verified, editor):
    webmentions.approve(verified, editor, NOW)
    site.page("/a", link_to(world["penn"], "Buy pills"))
    send(verified.source, verified.target)
    look(get)
    assert mentioned(client)[-1][0] == "On Penn"
    assert Webmention.objects.get().title == "Buy pills"


def test_what_is_shown_is_looked_at_again_after_a_time(client, site, get, world, verified, editor, monkeypatch):
    monkeypatch.setattr("entities.curation.webmentions.look_at", partial(webmentions.look_at, fetch=get))
    webmentions.approve(verified, editor, NOW)
    site.page("/a", status=410)
    assert command(recheck=30) == "Looked at 0 pages.\n"
    Webmention.objects.update(seen=NOW - timedelta(days=31))
    assert command(recheck=30) == "Looked at 1 page: 1 no longer do.\n"
    assert mentioned(client) == [ESSAY]


def test_a_site_that_is_down_for_a_moment_hides_nothing(client, site, get, world, verified, editor):
    webmentions.approve(verified, editor, NOW)
    site.page("/a", status=503)
    send(verified.source, verified.target)
    assert look(get) == ["later"]
    assert len(mentioned(client)) == 2


@pytest.mark.parametrize("outage", [{"status": 503}, {"status": 403}, {"kind": "image/png"}])
def test_what_is_shown_outlives_a_long_outage_and_is_looked_at_again(
    client, site, get, world, verified, editor, outage
):
    webmentions.approve(verified, editor, NOW)
    site.page("/a", **outage)
    send(verified.source, verified.target)
    moment = timezone.now()
    while (row := Webmention.objects.get()).due - moment < webmentions.LONG_PAUSE - timedelta(days=1):
        moment = row.due
        assert look(get, moment) == ["later"]
    assert (row.state, row.attempts, bool(row.error)) == ("verified", 0, True)
    assert len(mentioned(client)) == 2
    site.page("/a", status=410)
    assert look(get, row.due) == ["gone"]
    assert mentioned(client) == [ESSAY]


def test_a_page_that_was_gone_is_not_asked_for_ever(site, get, world, verified):
    for status in (410, *(503 for _ in range(len(webmentions.PAUSES) + 1))):
        site.page("/a", status=status)
        if not Webmention.objects.get().due:
            send(verified.source, verified.target)
        look(get, Webmention.objects.get().due)
    assert (Webmention.objects.get().state, Webmention.objects.get().due) == ("gone", None)


def test_a_webmention_of_an_entry_follows_it_through_a_merge(client, world, verified, editor):
    webmentions.approve(verified, editor, NOW)
    Entity.objects.filter(slug="doubled").update(state="published", merged_into=None)
    Entity.objects.filter(slug="penn").update(state="merged", merged_into=world["doubled"])
    assert mentioned(client, "/institutions/doubled/") == [ESSAY, ("On Penn", verified.source)]


def test_what_a_page_says_of_itself_is_text(client, site, get, world, editor):
    body = link_to(world["penn"], "&lt;script&gt;alert(1)&lt;/script&gt;")
    send(site.page("/a", body), f"http://testserver{world['penn'].permalink}")
    look(get)
    webmentions.approve(Webmention.objects.get(), editor, NOW)
    answer = client.get("/institutions/penn/")
    assert "<script>alert" not in answer.content.decode()
    link = next(link for link in Page(answer).all(".//section[@id='mentioned']//a") if "alert" in words(link))
    assert words(link) == "<script>alert(1)</script>"
    assert set(link.get("rel").split()) == {"external", "nofollow", "ugc"}


# The desk


LIST = "/admin/entities/webmention/"


def act(client, action, *rows):
    answer = client.post(LIST, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)
    return Page(answer).text


def test_an_editor_approves_and_refuses_at_the_desk(client, world, verified, editor):
    client.force_login(editor)
    assert "On Penn" in Page(client.get(LIST)).text
    assert "1 shown." in act(client, "approve", verified)
    verified.refresh_from_db()
    assert (verified.approval, verified.decided_by) == ("approved", editor)
    assert "1 not shown." in act(client, "refuse", verified)
    verified.refresh_from_db()
    assert verified.approval == "refused"


def test_an_approval_publishes_no_draft_and_the_desk_says_so(client, site, get, world, verified, editor):
    Article.objects.create(slug="mine", title="My draft", url=verified.source)
    send(site.page("/b", link_to(world["penn"], "Of another")), verified.target)
    look(get)
    client.force_login(editor)
    text = act(client, "approve", *Webmention.objects.all())
    assert "1 shown." in text
    assert "“My draft” is approved, but the article is still a draft: it is shown when you publish it." in text
    draft = Article.objects.get(slug="mine")
    assert (draft.state, draft.publisher) == ("draft", "127.0.0.1")
    assert [title for title, _ in mentioned(client)] == [ESSAY[0], "Of another"]
    Article.objects.filter(slug="mine").update(state="published")
    assert "My draft" in [title for title, _ in mentioned(client)]


def test_the_desk_says_what_could_not_be_approved(client, world, verified, editor):
    client.force_login(editor)
    text = act(client, "approve", verified, send(f"{SOURCE}/2"))
    assert "1 shown." in text
    assert "1 not: only a page that has been seen to link to us can be shown." in text


def test_an_editor_decides_on_the_page_of_a_webmention(client, world, verified, editor):
    client.force_login(editor)
    address = f"{LIST}{verified.pk}/change/"

    def buttons():
        return [button.get("name") for button in Page(client.get(address)).all(".//form//input[@type='submit']")]

    assert buttons()[-2:] == ["_approve", "_refuse"]
    answer = client.post(f"{address}?_changelist_filters=state__exact%3Dverified", {"_approve": "x"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?state__exact=verified", 302)]
    assert "1 shown." in Page(answer).text
    verified.refresh_from_db()
    assert (verified.approval, verified.decided_by) == ("approved", editor)
    assert buttons()[-1:] == ["_refuse"]
    client.post(address, {"_refuse": "x"})
    verified.refresh_from_db()
    assert verified.approval == "refused"
    assert buttons()[-1:] == ["_approve"]


@pytest.mark.parametrize("address", ["999999", "x"])
def test_a_webmention_that_is_gone_is_not_decided(client, world, editor, address):
    client.force_login(editor)
    answer = client.post(f"{LIST}{address}/change/", {"_approve": "x"}, follow=True)
    assert "Perhaps it was deleted?" in Page(answer).text


def test_a_page_that_was_not_seen_to_link_has_no_button_to_approve_it(client, world, editor):
    client.force_login(editor)
    address = f"{LIST}{send(f'{SOURCE}/2').pk}/change/"
    assert not Page(client.get(address)).all(".//input[@name='_approve']")
    assert "1 not: only" in Page(client.post(address, {"_approve": "x"}, follow=True)).text


def test_the_desk_tells_editors_what_waits(client, world, verified, editor):
    client.force_login(editor)
    (way,) = (href for href in Page(client.get("/admin/")).hrefs() if href.startswith(f"{LIST}?"))
    assert "On Penn" in Page(client.get(way)).text
    webmentions.refuse(verified, editor, NOW)
    assert not [href for href in Page(client.get("/admin/")).hrefs() if href.startswith(f"{LIST}?")]


def test_who_may_only_look_decides_nothing(client, world, verified):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Group.objects.get(name="editors").permissions.filter(codename__startswith="view_"))
    client.force_login(reader)
    assert "On Penn" in Page(client.get(LIST)).text
    act(client, "approve", verified)
    page = client.get(f"{LIST}{verified.pk}/change/")
    assert "_approve" not in page.content.decode()
    assert client.post(f"{LIST}{verified.pk}/change/", {"_approve": "x"}).status_code == 403
    verified.refresh_from_db()
    assert verified.approval == "open"


def test_the_desk_filters_by_state_and_approval(client, world, verified, editor):
    client.force_login(editor)
    assert "On Penn" in Page(client.get(f"{LIST}?state__exact=verified&approval__exact=open")).text
    assert "On Penn" not in Page(client.get(f"{LIST}?state__exact=gone")).text
    assert "On Penn" in Page(client.get(f"{LIST}?q=pennsylvania")).text


def test_the_page_of_a_webmention_at_the_desk_cannot_be_typed_into(client, world, verified, editor):
    client.force_login(editor)
    page = Page(client.get(f"{LIST}{verified.pk}/change/"))
    assert not [field for field in page.all(".//main//input") if field.get("name") == "title"]
    assert client.post(f"{LIST}{verified.pk}/change/", {"title": "x"}).status_code == 403
