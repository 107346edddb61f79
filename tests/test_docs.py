"""The page for writers says what is so: its examples are run, its tables compared."""

import json
import re
import shlex
from urllib.parse import urlencode

import pytest

from dev import ROOT
from entities.linking.forms import FORMS
from entities.linking.linker import OUTPUTS, Options
from entities.linking.markup import FORMATS
from entities.models import Entity
from entities.routes import urlpatterns
from tests.reading import Page, words
from tests.standing import on_stage, standing
from tests.world import build

stage = standing(build)
world = on_stage()
FORM = "application/x-www-form-urlencoded"
PAGE = (ROOT / "docs" / "linking.md").read_text()
EXAMPLES = [line for block in re.findall(r"```\n(.*?)```", PAGE, re.S) for line in block.splitlines()]
CALLS = [line for line in EXAMPLES if line.startswith("curl") and "webmention" not in line]
COMMANDS = [line for line in EXAMPLES if line.startswith("manage.py")]


@pytest.fixture
def copied(client, world):
    """The lines of the examples as they stand on the page of the site, about the entry that it chose."""
    blocks = Page(client.get("/linking/")).all(".//pre")
    return [line for block in blocks for line in "".join(block.itertext()).splitlines()]


def ask(client, line):
    """What the site answers to a line of curl."""
    words, headers, data, address = iter(shlex.split(line)[1:]), {"content-type": FORM}, None, ""
    for word in words:
        if word == "-H":
            name, value = next(words).split(": ")
            headers[name.lower()] = value
        elif word in ("-d", "--data-binary"):
            data = next(words).replace("@article.md", "Novartis sells *Kymriah*.")
        elif word == "--data-urlencode":
            data = urlencode([tuple(next(words).split("=", 1))])
        elif word != "-L":
            address = word
    if data is None:
        return client.get(address, headers=headers, follow="-L" in line)
    return client.post(address, data, content_type=headers["content-type"])


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_an_example_copied_from_the_page_is_answered(client, world, copied, number):
    line = [line for line in copied if line.startswith("curl") and "webmention" not in line][number]
    answer = ask(client, line)
    assert answer.status_code == 200
    assert re.search("University of Pennsylvania|Kymriah|Novartis", answer.content.decode())


def test_the_example_of_an_extension_finds_a_value_of_each_property(client, copied):
    (line,) = [line for line in copied if "extend=" in line]
    data = ask(client, line).json()
    (values,) = data["rows"].values()
    assert [column["id"] for column in data["meta"]] == list(values) == ["ror", "partner_of"]
    assert all(values.values())


def test_an_address_that_stands_by_itself_is_there(client, copied):
    addresses = [line.strip() for line in copied if line.strip().startswith("http")]
    assert len(addresses) >= 3
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_the_example_of_a_webmention_is_accepted(client, copied):
    (line,) = [line for line in copied if "webmention" in line]
    said = dict(word.split("=") for word in shlex.split(line) if "=" in word)
    assert client.post("/webmention", urlencode(said), content_type=FORM).status_code == 202


def test_the_example_of_a_frame_is_one_that_may_be_framed(client, copied):
    (line,) = [line for line in copied if line.startswith("<iframe")]
    address = re.search(r'src="([^"]+)"', line)[1]
    answer = client.get(address)
    assert answer.status_code == 200
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    sandbox = re.search(r'sandbox="([^"]+)"', line)[1]
    assert sandbox in client.get(f"/oembed?url={address.removesuffix('/embed')}").json()["html"]


def test_the_page_of_an_empty_base_still_says_how(client, world):
    Entity.objects.published().update(state="draft")
    assert "/e/UID" in client.get("/linking/").content.decode()


def test_the_page_says_which_entry_its_examples_are_about(client, world):
    page = Page(client.get("/linking/"))
    assert "/institutions/penn/" in page.hrefs(page.one(".//p[@class='deck']"))
    assert "UID" not in page.text
    assert world["penn"].uid in page.text


def test_the_page_is_a_page_of_the_site_with_its_own_address(client, db):
    page = client.get("/linking/").content.decode()
    assert "SITE" not in page
    assert "http://testserver/link/" in page
    assert page.count("<table>") == len(re.findall(r"^\| ---", PAGE, re.M))
    assert "<code>application/<wbr>vnd.<wbr>citationstyles.<wbr>csl+json</code>" in page
    assert "<code>.csl.<wbr>json</code>" in page


def test_the_page_begins_with_its_contents(client, db):
    page = Page(client.get("/linking/"))
    headings = [(f"#{heading.get('id')}", words(heading)) for heading in page.all(".//div[@class='prose']/h2")]
    assert [heading for _, heading in headings] == re.findall(r"^## (.*)", PAGE, re.M)
    assert [(link.get("href"), words(link)) for link in page.all(".//nav[@class='rail']//a")] == headings


def test_the_page_leaves_no_gap_where_the_document_has_a_picture(client, db):
    assert "![" in PAGE
    paragraphs = Page(client.get("/linking/")).all(".//p")
    assert all("".join(paragraph.itertext()).strip() for paragraph in paragraphs)


def test_what_others_made_goes_with_its_notices():
    for path in re.findall(r"\b(?:entities|tests)/[\w/.]*\w", (ROOT / "LICENSE").read_text()):
        assert (ROOT / path).exists(), path
    notices = (ROOT / "entities" / "linking" / "english.LICENCE").read_text()
    assert "above copyright notice appears in all copies" in " ".join(notices.split())
    for year, holder in [
        (2018, "Kevin Atkinson"),
        (1997, "Princeton"),
        (2016, "Benjamin Titze"),
        (1993, "Geoff Kuenning"),
    ]:
        assert re.search(rf"Copyright .*{year},? (?:by )?{holder}", notices)


def test_there_are_examples():
    assert len(CALLS) >= 4
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("line", COMMANDS)
def test_an_example_of_the_command_runs(world, tmp_path, monkeypatch, line):
    from django.core.management import call_command

    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    for path in ("article.md", "articles/a.md"):
        (tmp_path / path).write_text("Novartis sells *Kymriah*.")
    call_command(*shlex.split(line)[1:])


def test_the_forms_are_those_of_the_table():
    rows = re.findall(r"^\| `\.([\w.]+)` \| `([\w/.+-]+)` \|", PAGE, re.M)
    assert dict(rows) == {name: form.media_type for name, form in FORMS.items()}


def test_the_options_are_those_of_the_table(client, world):
    rows = re.findall(r"^\| `(\w+)` \| (`.*?) \|", PAGE.partition("| option |")[2].partition("\n\n")[0], re.M)
    assert {name for name, _ in rows} == {"format", "output", *Options._fields}
    assert re.findall(r"`(\w+)`", dict(rows)["format"]) == list(FORMATS)
    assert re.findall(r"`(\w+)`", dict(rows)["output"]) == list(OUTPUTS)
    answer = client.post("/api/link", json.dumps({"text": "Novartis"}), content_type="application/json")
    for field in re.findall(r"`(linked|annotations|mentions)`", PAGE):
        assert field in answer.json()


def test_every_address_that_the_page_names_is_one():
    known = "|".join(str(pattern.pattern).replace("<uid:uid>", "UID") for pattern in urlpatterns)
    for path in set(re.findall(r"`(?:POST )?SITE/([a-z]+)", PAGE)):
        assert path in known
