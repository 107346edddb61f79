"""Whether a page of another site links to an address, and what it says of itself."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.curation.fetching import MOST_BYTES, Answer
from entities.curation.webpages import find_link

TARGET = "https://collabs.example/e/CGT0000012"
SEED = f"""<!doctype html><html><head><meta charset=utf-8><title>T</title></head><body><article><h1>H</h1>
<time datetime="2024-01-01">x</time><a href="{TARGET}">x</a><!-- c --><script>a</script></article></body></html>"""


def look(body, kind="text/html", charset="", target=TARGET):
    body = body.replace("TARGET", TARGET).encode() if isinstance(body, str) else body
    return find_link(Answer("https://blog.example/a/b", 200, kind, charset, body), target)


# Links


@pytest.mark.parametrize(
    "html",
    [
        "<a href='TARGET'>x</a>",
        "<A HREF=TARGET>x",
        "<a href='\n TARGET '>x</a>",
        "<a href='//collabs.example/e/CGT0000012'>x</a>",
        "<a href='HTTP://Collabs.Example:80/e/CGT0000012'>x</a>",
        "<a href='TARGET#s3'>x</a>",
        "<a href='https&#58;//collabs.example/e/%43GT0000012'>x</a>",
        "<base href='https://collabs.example/e/'><a href='CGT0000012'>x</a>",
        "<base target=x><base href='//collabs.example/e/'><base href='//evil.example/'><a href='CGT0000012'>x</a>",
        "<map><area href='TARGET'></map>",
        "<noscript><a href='TARGET'>x</a></noscript>",
        "<table><tr><a href='TARGET'>x</table>",
        "<div>" * 5000 + "<a href='TARGET'>x</a>",
        "<template></template><a href='TARGET'>x</a>",
        "<a href='http://[x'>bad</a><a href='TARGET'>x</a>",
    ],
)
def test_a_link_of_html_is_found_however_it_is_written(html):
    assert look(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<!-- <a href='TARGET'>x</a> -->",
        "<script>document.write(\"<a href='TARGET'>x</a>\")</script>",
        "<style>a::after { content: \"<a href='TARGET'>\" }</style>",
        "<p>TARGET</p>",
        "<textarea><a href='TARGET'>x</a></textarea>",
        "<title><a href='TARGET'>x</a></title>",
        "<iframe><a href='TARGET'>x</a></iframe>",
        "<template><a href='TARGET'>x</a></template>",
        "<a data-href='TARGET'>x</a><a title='TARGET'>x</a>",
        "<link rel='canonical' href='TARGET'><meta property='og:url' content='TARGET'>",
        "<a href='TARGET5'>x</a><a href='TARGET/'>x</a><a href='TARGET?x=1'>x</a>",
        "<a href='https://collabs.example/e/CGT00000ZV'>another entry</a>",
        "<a href='https://collabs.example.evil.example/e/CGT0000012'>x</a>",
        "<a href='https://collabs.example@evil.example/e/CGT0000012'>x</a>",
        "<a href='https://evil.example/?TARGET'>x</a>",
        "<a href='https://collabs.example:8443/e/CGT0000012'>x</a>",
        "<a href='/e/CGT0000012'>x</a>",
        "<base href='//evil.example/'><base href='//collabs.example/'><a href='/e/CGT0000012'>x</a>",
        "<a href=''>x</a><a>x</a>",
    ],
)
def test_what_is_no_link_of_html_is_none(html):
    assert look(html) is None


def test_a_query_is_part_of_the_address():
    assert look("<a href='TARGET?a=1'>x</a>", target=f"{TARGET}?a=1")
    assert look("<a href='TARGET'>x</a>", target=f"{TARGET}?a=1") is None


@pytest.mark.parametrize(
    "text", ["TARGET", "see <TARGET>, there", "(TARGET).", "[a](TARGET)", "“TARGET”\n", "**TARGET**"]
)
@pytest.mark.parametrize("kind", ["text/plain", "text/markdown"])
def test_text_links_by_the_whole_address(text, kind):
    assert look(text, kind)


@pytest.mark.parametrize(
    "text", ["TARGET5", "TARGET/x", "xTARGETx", "collabs.example/e/CGT0000012", "http://x/?TARGET"]
)
def test_text_does_not_link_by_a_part_of_an_address(text):
    assert look(text, "text/plain") is None


@pytest.mark.parametrize("json", ['"TARGET"', '{"a": [{"b": "TARGET"}]}', '["TARGET#s1"]'])
def test_json_links_by_a_value(json):
    assert look(json, "application/json")


@pytest.mark.parametrize("json", ['{"TARGET": 1}', '"see TARGET"', "{TARGET}", "[" * 500_000, "9" * 50_000, "NaN", ""])
def test_json_does_not_link_by_anything_else(json):
    assert look(json, "application/json") is None


# Encodings


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        *(("utf-8", ""), ("utf-8", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-8-sig", ""), ("utf-16", "utf-16")),
        *(("utf-16", ""), ("windows-1252", "windows-1252"), ("windows-1252", "utf-8"), ("windows-1252", "nonsense")),
        *(("windows-1252", ""), ("windows-1252", "base64")),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_has_whatever_it_says(encoding, charset):
    assert look("<p>…</p><a href='TARGET'>Zürich</a>".replace("TARGET", TARGET).encode(encoding), charset=charset) == (
        "Zürich", "", "", "", "",
    )  # fmt: skip


def test_a_page_may_say_its_encoding_itself():
    page = "<meta charset=shift_jis><a href='TARGET'>日本</a>".replace("TARGET", TARGET)
    assert look(page.encode("shift_jis")).words == "日本"


# What a page says of itself


def test_a_page_says_its_title_authors_publisher_and_date():
    page = """<meta property="og:title" content="A title"><meta property="og:site_name" content="Weekly">
        <meta name="author" content="Ada"><meta name=author content=Bo>
        <meta property="article:published_time" content="2024-05-06T07:08Z">
        <title>Another</title><h1>Other</h1><a href="TARGET">the <b>alliance</b></a>"""
    assert look(page) == ("the alliance", "A title", "Ada; Bo", "Weekly", "2024-05-06")


def test_a_page_without_such_words_says_them_by_its_heading_and_its_time():
    page = """<title>T | Weekly</title><time datetime=2001>x</time><article><time datetime="2024-05">May</time>
        <h1>The <i>heading</i></h1><h1>Second</h1><a href=TARGET><img src=x></a></article>"""
    assert look(page) == ("", "The heading", "", "", "2024-05")


@pytest.mark.parametrize("date", ["soon", "2024-13-40", "2024-02-30", "20240506", "", "99999"])
def test_a_date_that_is_none_is_left_out(date):
    assert look(f"<meta name=date content='{date}'><a href='TARGET'>x</a>").published in ("", "2024", "9999")


def test_what_a_page_says_is_cut_and_is_plain_text():
    page = f"<h1>\u202e<script>alert(1)</script>a\x07\nb {'long ' * 200}</h1><a href=TARGET>x</a>"
    title = look(page).title
    assert title.startswith("alert(1)a b long") or title.startswith("a b long")
    assert len(title) == 300
    assert title.isprintable()


def test_the_title_of_a_text_is_its_first_heading():
    assert look("Intro\n\n# A heading\n<TARGET>\n# B", "text/markdown").title == "A heading"
    assert look('{"title": 5, "name": "A name", "x": "TARGET"}', "application/json").title == "A name"


# Hostile pages

HOSTILE = {
    "elements": b"<div>" * (MOST_BYTES // 5),
    "formats": b"<b><i>" * (MOST_BYTES // 6),
    "links": b"<a href=x>" * (MOST_BYTES // 10),
    "attributes": b"<a " + b" ".join(b"a%d=1" % number for number in range(MOST_BYTES // 9)) + b">",
    "comments": b"<!--" * (MOST_BYTES // 4),
    "markup": b"<!" * (MOST_BYTES // 2),
    "tables": b"<table>" * (MOST_BYTES // 7),
    "entities": b"&lt" * (MOST_BYTES // 3),
    "an attribute": b"<a href='" + b"x" * (MOST_BYTES - 9),
    "bases": b"<base href=a/>" * (MOST_BYTES // 14),
    "a long base": b"<base href='" + b"x/" * (MOST_BYTES // 4) + b"'>" + b"<a href=x>" * (MOST_BYTES // 20 - 2),
    "nothing": bytes(MOST_BYTES),
    "noise": b"\x00\xff<" * (MOST_BYTES // 3),
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/json"])
def test_a_hostile_megabyte_is_read_in_seconds(page, kind):
    start = time.process_time()
    assert look(page, kind) is None
    assert time.process_time() - start < 4


@given(st.data())
def test_any_page_is_read(data):
    page = SEED.encode()
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(page)))
        page = page[:place] + data.draw(st.binary(max_size=4)) + page[place + data.draw(st.integers(0, 4)) :]
    kind = data.draw(st.sampled_from(["text/html", "text/plain", "text/markdown", "application/json"]))
    found = look(page, kind, charset=data.draw(st.sampled_from(["", "utf-8", "utf-16", "x", "utf-7", "punycode"])))
    assert found is None or all(text.isprintable() for text in found)
