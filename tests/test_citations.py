"""Citations and links to copy, read by the parsers of those who will paste them."""

import json
import re
from datetime import date

import bibtexparser
import html5lib
import pytest
import rispy
from docutils.core import publish_string
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from entities.linking.citations import Citation
from entities.linking.snippets import snippets

NAMES = [
    "Penn–Novartis CAR T-cell alliance",
    "Universität Zürich & ETH: 50 % [draft]",
    "日本遺伝子細胞治療研究機構",
    "معهد العلاج الجيني",
    "Children's {Hospital} of $100_000 #1 ^~\\",
    "<b>Bold</b> & \"quoted\" 'single' `code`",
    "*stars* _lines_ ~~gone~~ ![x](y) |cell|",
    "''italic'' ''' [[Link]] {{Template}} == ~~~~ __TOC__",
    "[/url] trailing\\",
]
URL = "https://example.org/e/CGT0000012"
names = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters="\ufeff"), min_size=1, max_size=60
).filter(lambda text: text.strip())


def citation(name="Kymriah", **more):
    said = {"uid": "CGT0000012", "url": URL, "version": 3, "changed": date(2026, 8, 6), "read": date(2026, 11, 26)}
    return Citation(name=name, site="Collabs", **said | more)


def in_words(text):
    return " ".join(text.split())


# Citations


def test_a_citation_in_words_names_the_version_and_the_day_of_access():
    assert citation().plain == (
        "Collabs contributors. “Kymriah”. Collabs, version 3, 6 August 2026. "
        "https://example.org/e/CGT0000012 (accessed 26 November 2026). CC BY 4.0."
    )


def test_a_key_does_not_change_with_the_name():
    assert citation("Before").key == citation("After", version=9).key == "collabs-CGT0000012"


@pytest.mark.parametrize("name", NAMES)
def test_bibtex_is_read_with_a_corporate_author_and_the_name_as_it_is(name):
    (entry,) = bibtexparser.loads(citation(name).bibtex).entries
    assert (entry["ID"], entry["ENTRYTYPE"]) == ("collabs-CGT0000012", "misc")
    assert entry["author"] == "{Collabs contributors}"
    assert untex(entry["title"]) == name
    assert (entry["year"], entry["version"], entry["urldate"], entry["url"]) == ("2026", "3", "2026-11-26", URL)
    assert entry["note"] == "Version 3. Accessed 26 November 2026. CC BY 4.0"


def untex(text):
    """What TeX prints of a title: the opposite of what we do, written by hand."""
    text = text.removeprefix("{").removesuffix("}")
    commands = {"textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~"}
    commands |= {"textbraceleft": "{", "textbraceright": "}"} | {sign: sign for sign in "%#$&_"}
    return re.sub(r"\\(text\w+|[%#$&_])({})?", lambda found: commands[found[1]], text)


@given(names)
def test_whatever_the_name_braces_are_balanced_and_nothing_is_a_command(name):
    text = citation(name).bibtex
    assert text.count("{") == text.count("}")
    (entry,) = bibtexparser.loads(text).entries
    assert in_words(untex(entry["title"])) == in_words(name)


@pytest.mark.parametrize("name", NAMES)
def test_ris_is_read_with_a_corporate_author_and_the_name_as_it_is(name):
    (entry,) = rispy.loads(citation(name).ris)
    assert entry["title"] == name
    (author,) = entry["authors"]
    assert author.split(",") == ["Collabs contributors", ""]  # all of it a last name, as reference managers read it
    assert (entry["type_of_reference"], entry["id"], entry["urls"]) == ("ELEC", "collabs-CGT0000012", [URL])
    assert (entry["year"], entry["date"], entry["access_date"]) == ("2026", "2026/08/06", "2026/11/26")
    assert entry["edition"] == "Version 3"


@given(names)
def test_whatever_the_name_it_is_one_line_of_ris(name):
    text = citation(f"{name}\r\nER  - \n{name}").ris
    (entry,) = rispy.loads(text)
    assert in_words(entry["title"]) == in_words(f"{name} ER  - {name}")
    assert all(re.match(r"[A-Z][A-Z\d]  - ", line) for line in text.removesuffix("\r\n").split("\r\n"))


@pytest.mark.parametrize("name", NAMES)
def test_csl_is_an_item_with_a_literal_author(name):
    (item,) = json.loads(json.dumps(citation(name).csl))
    assert item["title"] == name
    assert item["author"] == [{"literal": "Collabs contributors"}]
    assert item["issued"] == {"date-parts": [[2026, 8, 6]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 26]]}
    assert (item["type"], item["version"], item["URL"]) == ("webpage", "3", URL)


# Links


def snippet(label, name):
    (found,) = [snippet.text for snippet in snippets(name, URL) if snippet.label == label]
    return found


def link_of(html):
    """(words, href) of the only link of a piece of HTML, which holds no other element than paragraphs."""
    root = html5lib.parseFragment(html, namespaceHTMLElements=False)
    (link,) = root.iter("a")
    return "".join(link.itertext()), link.get("href")


def check(label, name, render):
    words, href = link_of(render(snippet(label, name)))
    assert in_words(words) == in_words(name)
    assert href == URL


RENDERERS = {
    "HTML": lambda text: text,
    "Markdown": MarkdownIt("gfm-like", {"linkify": False}).render,
    "reStructuredText": lambda text: rst_body(text),
}


def rst_body(text):
    page = publish_string(text, writer="html5", settings_overrides={"report_level": 1, "halt_level": 1}).decode()
    return page.partition("<main")[2].partition(">")[2].partition("</main>")[0]


@pytest.mark.parametrize("label", RENDERERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_link_is_read_as_one_with_the_name_as_it_is(label, name):
    check(label, name, RENDERERS[label])


@pytest.mark.parametrize("label", ["HTML", "Markdown"])
@given(name=names)
def test_whatever_the_name_the_link_is_read_as_one(label, name):
    check(label, name, RENDERERS[label])


def test_wikitext_keeps_the_words_and_no_markup():
    assert snippet("Wikitext", "CAR T-cell: Children's & Co_1") == f"[{URL} CAR T-cell: Children's & Co_1]"
    text = snippet("Wikitext", NAMES[7])
    assert not re.search(r"''|\[\[|\{\{|~~~|__|==", text.removeprefix("[").removesuffix("]"))
    assert link_of(f"<a href='{URL}'>{text.partition(' ')[2].removesuffix(']')}</a>")[0] == NAMES[7]


def test_bbcode_has_no_brackets_within():
    assert snippet("BBCode", "A [b]") == f"[url={URL}]A (b)[/url]"


def test_the_address_is_the_permalink_alone():
    assert snippet("Address", "Kymriah") == URL
