"""Articles in plain text, Markdown and HTML: what may be linked, and that nothing but links is added."""

import json
import re
from itertools import count
from urllib.parse import unquote

import html5lib
import pyromark
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dev import ROOT
from entities.linking import markup
from entities.linking.markup import FORMATS, Link, annotations, insert, segments
from entities.linking.markup.html import CLOSED, HOPELESS, PASSED, RAW
from entities.linking.markup.markdown import FRONT_MATTER, LONE_CR, OPTIONS

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
HOME = "https://atlas.example/e/"
TITLE = 'A "title" of `code`, <b>, |, $, *, \\ & [x](y)\n'
COMMONMARK = json.loads((ROOT / "tests" / "commonmark.json").read_text())["examples"]

#: ways to choose words to link, from letters to half a paragraph
CHOICES = [r"\w+", r"\S+", r"\w+\W+\w+", r"\S.{0,9}\S", r"(?s)\S.*\S"]


def pieces(*texts):
    return st.lists(st.sampled_from(texts), max_size=25).map("".join)


def links_to(source, format, words, title=""):
    """A link to a page of its own at every place where a regular expression finds something to link."""
    numbers = count()
    spans = [run.span(*match.span()) for run in segments(source, format) for match in re.finditer(words, run.text)]
    return [Link(*span, f"{HOME}{next(numbers)}", title) for span in spans if span]


def linked(source, format, name):
    """`source` with the first mention of `name`, as a reader sees it, that can be linked to “u”."""
    for run in segments(source, format):
        for match in re.finditer(re.escape(name), run.text):
            if span := run.span(*match.span()):
                return insert(source, format, [Link(*span, "u")])
    return source


#: what stands about a linked name
LINKS = {"html": ('<a href="u">', "</a>"), "markdown": ("[", "](u)")}


def assert_linked(result, format, name="Novartis Pharma"):
    """That of `result` without its ⟦marks⟧ the linker links what stands within them, and nothing else."""
    before, after = LINKS[format]
    source = result.replace("⟦", "").replace("⟧", "")
    assert linked(source, format, name) == result.replace("⟦", before).replace("⟧", after)


def read(source, format, **options):
    return [run.text for run in segments(source, format, **options)]


# segments


def test_a_run_is_what_a_reader_sees_with_the_way_back():
    source = "<p>Penn &amp; <b>Nov</b>artis&nbsp;Pharma, CAR<sub>T</sub>"
    (run,) = segments(source, "html")
    assert run.text == "Penn & Novartis\xa0Pharma, CART"
    assert [source[run.offsets[i]] for i in range(len(run.text))] == list("Penn & Novartis&Pharma, CART")
    assert run.offsets[len(run.text)] == source.index("</sub>")


@pytest.mark.parametrize("format", FORMATS)
def test_plain_words_need_no_table_of_places(format):
    (run,) = segments("\n\nPenn and Novartis\n", format)
    assert run.text.strip() == "Penn and Novartis" and run.offsets is None
    start = run.text.index("Penn")
    assert run.span(start, start + 4) == (2, 6)


@pytest.mark.parametrize(
    ("format", "source", "runs"),
    [
        ("text", "One\ntwo\n \nthree\r\n\r\nfour", ["One\ntwo", "three", "four"]),
        ("text", "One\r\ntwo\rthree\r\rfour\r\n\t\r\nfive", ["One\r\ntwo\rthree", "four", "five"]),
        ("text", "> One\nand\n> two", ["> One\nand\n> two"]),
        ("text", "> One\r\n> two\n>three\n> \n>\n> four\n>> five", ["> One\r\ntwo\nthree", "> four\n>> five"]),
        (
            "text",
            "See https://novartis.com/Novartis or write to penn@novartis.com today",
            ["See ", " or write to ", " today"],
        ),
        ("html", "<h1>One</h1><p>two<li>three<br>four<td>five<img>six", ["One", "two", "three\nfour", "five", "six"]),
        ("html", "see www.novartis.com/<b>y</b> <i>and</i>", ["see", "and"]),
        (
            "markdown",
            "# One\ntwo\nthree\n\n> four\n> five\n\n- six\n\n a|b\n-|-\nc|d",
            ["One", "two\nthree", "four\nfive", "six", "a", "b", "c", "d"],
        ),
        ("markdown", "write to https://novartis.com, or <b>do</b> not", ["write to ", " or do not"]),
    ],
)
def test_a_run_ends_where_words_stand_apart(format, source, runs):
    assert [run.strip() for run in read(source, format)] == [run.strip() for run in runs]


@pytest.mark.parametrize(
    ("format", "source", "words"),
    [
        ("html", "<h2>Novartis</h2><p>acts", ["acts"]),
        ("markdown", "# Novartis\n\nacts\n\nNovartis\n---\n", ["acts"]),
    ],
)
def test_headings_can_be_left_out(format, source, words):
    assert read(source, format, headings=False) == words
    assert "Novartis" in read(source, format)


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_surrogate_pair_is_refused(format):
    with pytest.raises(ValueError, match="surrogate"):
        segments("Novartis \ud83d", format)


def test_links_do_not_overlap():
    with pytest.raises(ValueError, match="overlap"):
        insert("Novartis Pharma", "html", [Link(0, 8, "u"), Link(4, 15, "v")])


# HTML


@pytest.mark.parametrize(
    "source",
    [
        *(f"<p>by <{name}>Novartis</{name}> too" for name in sorted(CLOSED | RAW | PASSED.keys() - {"svg", "math"})),
        "<svg><title>Novartis</title><text>Novartis</text></svg>",
        "<svg><![CDATA[ > Novartis ]]></svg>",
        "<math><mi>Novartis</mi></math>",
        "<head><title>Novartis</title></head>",
        '<p title="Novartis" lang=Novartis>',
        "<p title='> Novartis'>",
        "<!-- > Novartis -->",
        "<!-- Novartis",
        "<!doctype Novartis>",
        "<?xml Novartis?>",
        "<![CDATA[ Novartis ]]>",
        "</ Novartis>",
        "<p Novartis",
        "<plaintext>Novartis",
        "<A HREF=x>Novartis",
        '<a href="x"class="y">Novartis',
        "<a href=x/>Novartis",
        "<a href=x><p>one<p>Novartis",
        "<a href=x><div>one</div><b>Novartis</b></a>",
        "<pre><b>Novartis</b></pre>",
        "<code>a<p>Novartis</p></code>",
        "<script>'<!--<script>'</script>Novartis",
        "<table>Novartis",
        "<table><tr>Novartis<td>",
        "<a href=x><table><td></a>Novartis",
        "<noscript><!--</noscript>Novartis-->",
        "<select><table>Novartis",
        "<svg><style><!--</style></svg>Novartis-->",
    ],
)
def test_a_page_has_places_where_nothing_is_linked(source):
    assert not any("Novartis" in text for text in read(source, "html"))


@pytest.mark.parametrize(
    ("format", "source", "line", "why"),
    [
        ("html", "Penn\n\n<p>Novartis\n<!-- open\nPenn", 4, "a comment is not closed"),
        ("html", "<p>Novartis\n<p class='x>Penn\n", 2, "a tag is not closed"),
        ("html", "<p>\r\n<style>\r\nNovartis", 2, "<style> is not closed"),
        ("html", "<script>'<!--<script>'</script>\nNovartis", 1, "<script> is not closed"),
        ("html", "Penn\n<plaintext>Novartis", 2, "<plaintext> changes how all that follows is read"),
        ("html", "<select>\n<option>Penn\n<b>Novartis", 1, "<b> stands in <select>"),
        ("html", "<select><option>Penn", 1, "<select> is not closed"),
        ("html", "<template><i>Penn</b></template>", 1, "</b> in <template> closes nothing"),
        ("html", "<noscript><b>Penn</noscript>", 1, "<b> is not closed"),
        ("html", "<noscript><svg></svg></noscript>", 1, "<svg> stands in <noscript>"),
        ("html", "<svg><title>Penn", 1, "<svg> is not closed"),
        ("html", "<svg><g></x></svg>", 1, "</x> in <svg> closes nothing"),
        ("html", "<svg>\n<p>Penn</svg>", 1, "<p> stands in <svg>"),
        ("html", "<svg><![CDATA[ Penn", 1, "a CDATA section is not closed"),
        ("html", "<table>\n<object>Penn", 2, "<object> stands between the cells of a table"),
        ("html", "<table><td>\n<object>Penn\n</table>", 3, "<object> is not closed"),
        ("html", "<a>" + "<p>" * 8 + "<a>Penn", 1, "<a> is not closed"),
        ("markdown", "---\ntitle: Penn\n---\nPenn\n\n<div>\n<!--\n</div>\n\nNovartis", 7, "a comment is not closed"),
        ("markdown", "é\n\n> a\n> b <select> Novartis", 4, "<select> is not closed"),
    ],
)
def test_a_reader_is_told_where_reading_stopped_and_why(format, source, line, why):
    stop = markup.read(source, format).stop
    assert (stop.line, stop.why) == (line, why)
    assert str(stop) == f"From line {line} on nothing is linked: {why}."


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_read_to_its_end_has_no_such_place(format):
    assert markup.read("<p>Novartis <!-- by --> <b>Pharma", format).stop is None


@pytest.mark.parametrize(
    "result",
    [
        "⟦<b>Novartis</b> Pharma⟧",
        "by <b>⟦Novartis Pharma⟧</b>",
        "<i>⟦Novartis <b>Pharma</b>⟧</i>",
        "<i>⟦<b>Novartis</b> Pharma⟧</i>",
        "⟦Novar<wbr>tis Phar<!-- m -->ma⟧",
        "⟦Novartis&#x20Pharma⟧",
        "\ufeff<P>⟦Novartis Pharma⟧\r\n",
        "<a>x</a><td>⟦Novartis Pharma⟧",
        "<table><td><a name=x>y<td>⟦Novartis Pharma⟧",
        "<svg><path d=''/></svg><noscript><img></noscript>⟦Novartis Pharma⟧",
        "x ]]> &; &nosuch; < ⟦Novartis Pharma⟧",
        '<p class="a"id="b"><td width="10"nowrap>⟦Novartis Pharma⟧<img src="a"alt="">',
        '<p class="a"">⟦Novartis Pharma⟧',
        '<svg><path d="x"/></svg>⟦Novartis Pharma⟧',
    ],
)
def test_a_link_in_html_holds_whole_elements(result):
    assert_linked(result, "html")


@pytest.mark.parametrize(
    "source",
    [
        "<b>Big Novartis</b> Pharma",
        "<b>Novartis <i>Pharma</b></i>",
        "<p>Novartis <p>Pharma",
        "Novartis <code>or</code>Pharma",
        "Novartis <img>Pharma",
    ],
)
def test_a_name_that_no_element_can_hold_is_left_alone(source):
    assert linked(source, "html", "Novartis Pharma") == source


@pytest.mark.parametrize(
    "result",
    [
        '{% if by == "Novartis Pharma" %}⟦Novartis Pharma⟧{% endif %}',
        "<p>{{ Novartis Pharma }} by ⟦Novartis Pharma⟧",
        '<style>p {\n\n margin: 0 }</style>[caption id="a" by="Novartis Pharma"]⟦Novartis Pharma⟧[/caption]',
        "[see ⟦Novartis Pharma⟧ = CH]",
    ],
)
def test_shortcodes_and_templates_in_html_are_left_alone(result):
    assert_linked(result, "html")


def test_an_address_and_a_title_are_escaped_in_html():
    out = insert("Novartis", "html", [Link(0, 8, HOME + '?a=1&b="', TITLE)])
    (anchor,) = html5lib.parse(out, namespaceHTMLElements=False).iter("a")
    assert anchor.attrib == {"href": HOME + '?a=1&b="', "title": TITLE}


def tree(source, scripting):
    """A page as browsers read it: its tags and texts in order, and what our links stand in."""
    events, ours = [], []

    def text(words):
        if words and events and events[-1][0] == "text":
            events[-1] = ("text", events[-1][1] + words)
        elif words:
            events.append(("text", words))

    def walk(element, above):
        if not isinstance(element.tag, str):
            events.append(("comment", element.text))
            return
        name = element.tag.rpartition("}")[2]
        own = element.get("href", "").startswith(HOME)
        if own:
            ours.append(above)
        else:
            events.append((name, tuple(sorted(element.items()))))
        text(element.text)
        for child in element:
            walk(child, [*above, name])
            text(child.tail)
        if not own:
            events.append(("end", name))

    walk(html5lib.parse(source, scripting=scripting), [])
    return events, ours


TAGS = """a a b i p div span sub br wbr table tr td th caption code kbd pre h1 h2 li ul object button select option svg
math title desc mi foreignobject style script textarea noscript template iframe nobr font video""".split()
HTML_PIECES = [
    *("Novartis", "Penn", "CAR-T", "é", "&", "<", "\n", " ", "x", "\0", "<!doctype x>", "<!-- ", '"'),
    *('<p x="a"y>', '<a x="a"/y>', "<td x='a'y=b/>", '"b'),
    *"&amp; &notit; &#x41 &nbsp; </ </> <!--x--> <!--> --> <![CDATA[ ]]> <?x> ' =".split(),
    *(f"<{name}>" for name in TAGS),
    *(f'<{name} x="<a>">' for name in TAGS),
    *(f"</{name}>" for name in TAGS),
]


@settings(UNHURRIED, max_examples=600)
@given(pieces(*HTML_PIECES), st.sampled_from(CHOICES), st.booleans())
def test_a_page_with_links_is_the_same_page_but_for_the_links(source, words, scripting):
    """Byte for byte, and in the eyes of a browser, however malformed; no link stands where none may."""
    links = links_to(source, "html", words, TITLE)
    out = insert(source, "html", links)
    assert unlinked_html(out) == source
    try:
        before = tree(source, scripting)
    except (AssertionError, AttributeError, IndexError, KeyError, TypeError):
        assume(False)  # html5lib itself falls over some of these
    after = tree(out, scripting)
    assert after[0] == before[0]
    assert len(after[1]) == len(links)
    assert not {name for above in after[1] for name in above} & (CLOSED | RAW | HOPELESS | PASSED.keys())


def unlinked_html(text):
    """`text` without our links; they hold no other link."""
    return re.sub(rf'<a href="{HOME}\d+"[^>]*>((?:(?!<a href="{HOME}).)*?)</a>', r"\1", text, flags=re.DOTALL)


def seen(element, but):
    """The text of an element without that of the elements named in `but`."""
    if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in but:
        return ""
    return (element.text or "") + "".join(seen(child, but) + (child.tail or "") for child in element)


words_of_a_page = st.sampled_from(["Novartis ", "&amp; ", "caf&eacute; ", "1 < 2 ", "R&D ", "<!-- no -->", "\r\n"])
apart = st.builds(
    "<{0}>{1}</{0}>".format,
    st.sampled_from("button textarea script title svg noscript select".split()),
    words_of_a_page,
)
inlines = st.recursive(
    words_of_a_page | apart,
    lambda inner: (
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from("b em span sub a code kbd".split()), inner)
        | st.lists(inner, max_size=4).map("".join)
    ),
    max_leaves=12,
)
blocks = st.recursive(
    inlines,
    lambda inner: (
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from("div section ul h2 blockquote pre".split()), inner)
        | st.builds("<table><tr><td>{}</td></tr></table>".format, inner)
        | st.lists(inner, max_size=4).map("".join)
    ),
    max_leaves=12,
)


@settings(UNHURRIED, max_examples=300)
@given(blocks)
def test_all_that_a_reader_of_a_sound_page_sees_is_read_and_can_be_linked(source):
    source = f"<body>{source}"
    page = html5lib.parse(source, namespaceHTMLElements=False)
    apart = RAW | PASSED.keys()
    assert "".join("".join(read(source, "html")).split()) == "".join(seen(page, CLOSED | apart).split())
    blocks = markup.read(source, "html").blocks
    assert "".join("".join(block.text for block in blocks).split()) == "".join(seen(page, apart).split())


@settings(UNHURRIED, max_examples=200)
@given(blocks, st.sampled_from(CHOICES))
def test_a_quotation_of_a_sound_page_stands_in_its_document(source, words):
    """In its text nodes, but for those of scripts and the like."""
    assume("<pre>\r\n" not in source)  # html5lib keeps the line in the cell of a table
    source = f"<body>{source}"
    text = seen(html5lib.parse(source, namespaceHTMLElements=False).find("body"), RAW | PASSED.keys())
    links = links_to(source, "html", words)
    for item in annotations(source, "html", links)["items"]:
        position, quote, _ = item["target"]["selector"]
        exact = text[position["start"] : position["end"]]
        assert exact == quote["exact"]
        assert text.startswith(quote["prefix"] + exact + quote["suffix"], position["start"] - len(quote["prefix"]))


# Markdown


@pytest.mark.parametrize(
    "source",
    [
        "a `Novartis` b",
        "a ``No`vartis Novartis`` b",
        "```\nNovartis\n```\n",
        "~~~ Novartis\nNovartis",
        "a\n\n    Novartis\n",
        "[Novartis](u)",
        "[by *Novartis*][r]\n\n[r]: Novartis 'Novartis'\n",
        "[Novartis]\n\n[novartis]: u\n",
        "![Novartis](Novartis.png 'Novartis')",
        "<https://novartis.com/Novartis>",
        "https://novartis.com/Novartis",
        "<Novartis@novartis.com>",
        "---\ntitle: Novartis\n---\n",
        "+++\ntitle = 'Novartis'\n+++\n",
        '\ufeff{\r\n  "title": "Novartis",\r\n  "tags": {"a": "Novartis"}\r\n}\r\n',
        "<div>Novartis</div>",
        "<!-- Novartis -->",
        "a <b title='Novartis'>",
        "a <a href='x'>Novartis</a>",
        "a <code>Novartis</code>",
        "<a href=x>\n\nNovartis\n\n</a>",
        "<pre>\n\nNovartis\n\n</pre>",
        "<div title='\n\nNovartis",
        "so $Novartis$ and $$Novartis$$",
        "a[^Novartis]\n\n[^Novartis]: x",
        "# One {#Novartis}",
        "Wow!Novartis",
        "[r]Novartis",
        "\\\\Novartis",
        "_in_Novartis_out_",
        "a\r\r```\rNovartis\r```\r",
        "---\rtitle: Novartis\r---\r",
        "by [[Novartis]]",
        "by [[Novartis|the company]], [[the company|Novartis]]",
        "![[Novartis headquarters.png]]",
        "{{< figure Novartis >}} {{% Novartis %}}",
        '{{<figure src="a.png"\n title="by Novartis">}}',
        '{% include box.html title="Novartis" %}',
        "so {{ site.Novartis }}",
        'so{: .big title="Novartis"}',
        '[figure id=1 by="Novartis"]',
        "a\n*[Novartis]: Novartis\n",
        "a #Novartis",
    ],
)
def test_markdown_has_places_where_nothing_is_linked(source):
    assert linked(source, "markdown", "Novartis") == source


@pytest.mark.parametrize(
    "result",
    [
        "by **⟦Novartis Pharma⟧**",
        "⟦**Novartis** Pharma⟧",
        "_⟦Novartis Pharma⟧_, ~~Penn~~",
        "by *⟦Novartis Pharma⟧*, “**Penn**”.",
        "(**⟦Novartis Pharma⟧**), **a**",
        "*Penn*, ***⟦Novartis Pharma⟧***!",
        "~~Penn and ⟦Novartis Pharma⟧~~; *it*",
        "## ⟦Novartis Pharma⟧ ##",
        "|a|⟦Novartis Pharma⟧|\n|-|-|\n|a|b|\n",
        "- [ ] ⟦Novartis Pharma⟧ [1]",
        "- [x] ⟦Novartis Pharma⟧",
        "a[^1]\n\n[^1]: ⟦Novartis Pharma⟧, 2012\n",
        "<sub>⟦Novartis Pharma⟧</sub>",
        "[⟦Novartis Pharma⟧]",
        "[[Penn]] ⟦Novartis Pharma⟧ [[Penn]]",
        "{{ Penn }}⟦Novartis Pharma⟧{{ Penn }}",
        "{ Penn\r\n\r\n⟦Novartis Pharma⟧ }",
        "\ufeff---\r\ntitle: Novartis Pharma\r\n---\r\né ⟦Novartis Pharma⟧\r\n",
        '{\n  "title": "Novartis Pharma"\n}\n⟦Novartis Pharma⟧',
        "for $5 of ⟦Novartis Pharma⟧ and $6",
    ],
)
def test_a_link_in_markdown_holds_whole_emphasis(result):
    assert_linked(result, "markdown")


@pytest.mark.parametrize("source", ["**Big Novartis** Pharma", "x**Novartis Pharma**y", "Novartis `or` Pharma"])
def test_a_name_that_no_brackets_can_hold_is_left_alone(source):
    assert linked(source, "markdown", "Novartis Pharma") == source


@pytest.mark.parametrize(
    "result",
    [
        "> by ⟦Children's\n> Hospital⟧",
        "- by ⟦Children's\r\n  Hospital⟧",
        "⟦Children's  \nHospital⟧",
        "# Penn\r⟦Children's\rHospital⟧",
    ],
)
def test_a_name_goes_on_in_the_next_line(result):
    assert_linked(result, "markdown", "Children's\nHospital")


def test_brackets_and_escapes_are_words_like_others():
    assert linked(r"\*[18F]FDG\* &amp; co", "markdown", "*[18F]FDG* & co") == r"[\*[18F]FDG\* &amp; co](u)"


def test_an_address_and_a_title_are_escaped_in_markdown():
    url = HOME + "a b?x=(1)&copy=<2>|`é`"
    out = insert("|Novartis|\n|-|\n", "markdown", [Link(1, 9, url, TITLE)])
    (anchor,) = html5lib.parse(commonmark(out), namespaceHTMLElements=False).iter("a")
    assert unquote(anchor.get("href")) == url and anchor.get("title") == TITLE.replace("\n", " ")
    assert len(segments(out, "markdown")) == 0


commonmark = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render


def alike(html):
    """What two renderers of Markdown should agree upon."""
    html = html.replace("del>", "s>").replace("<br />", "<br>").replace("&quot;", '"')
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub("</?tbody>", "", html)).strip()


def check_markdown(source, words, title=""):
    links = links_to(source, "markdown", words, title)
    out = insert(source, "markdown", links)
    assert unlinked_markdown(out, links) == source
    front = FRONT_MATTER.match(LONE_CR.sub("\n", source)).end()
    assert out[:front] == source[:front]
    source, out = (LONE_CR.sub("\n", text[front:]) for text in (source, out))
    plain = pyromark.html(source, options=OPTIONS)
    readers = {lambda text: pyromark.html(text, options=OPTIONS)}
    if alike(plain) == alike(commonmark(source)):
        readers.add(commonmark)
    for reader in readers:
        rendered = reader(out)
        assert rendered.count(f'<a href="{HOME}') == len(links)
        assert unlinked_html(rendered) == reader(source)


def unlinked_markdown(text, links):
    """`text` without `links`, found again where they must be."""
    for link in links:
        before, words = text[: link.start], text[link.start + 1 :]
        assert text[link.start] == "["
        width = link.end - link.start
        text = before + words[:width] + re.sub(r"^\]\([^)]*?(?: \"[^\"]*\")?\)", "", words[width:], count=1)
    return text


@pytest.mark.parametrize("number", range(0, len(COMMONMARK), 50))
@pytest.mark.parametrize("words", CHOICES)
def test_the_examples_of_commonmark_keep_their_meaning_with_links(number, words):
    """All 652, with everything linked that can be."""
    for source in COMMONMARK[number : number + 50]:
        check_markdown(source, words)


MARKDOWN_PIECES = [
    *"Novartis Penn é € * ** *** _ __ ~~ ~ **Penn**, (_Penn_) ~~Penn~~ |Penn| [ ] ( ) ![ ](u) [r] [r][r] ` ``".split(),
    *"<b> </b> <a> </a> <br> <code> </code> <sub> </sub> <!--x--> <http://a.b> www.x.org".split(),
    *"\\ \\* \\[ &amp; &copy ! | $ ^ : . - + '".split(),
    *(
        " ",
        " ",
        "\n",
        "\n\n",
        "  \n",
        "\\\n",
        "\r\n",
        "\r",
        "\t",
        "\n> ",
        "\n- ",
        "\n  ",
        "\n    ",
        "\n1. ",
        "\n# ",
        "\n```\n",
    ),
    *("\n---\n", "\n===\n", "\n|a|b|\n|-|-|\n", "\n[r]: /u\n", "\n<div>\n", "\n</div>\n", "---\n", "bar baz"),
]


@settings(UNHURRIED, max_examples=600)
@given(pieces(*MARKDOWN_PIECES), st.sampled_from(CHOICES), st.sampled_from(["", TITLE]))
def test_an_article_in_markdown_keeps_its_meaning_with_links(source, words, title):
    check_markdown(source, words, title)


# plain text


def test_plain_text_gets_notes():
    source = "Penn and Novartis, then Penn again [3, 7] in [2012]."
    urls = {"Penn": HOME + "1", "Novartis": HOME + "2"}
    names = re.finditer("Penn|Novartis", source)
    out = insert(source, "text", [Link(*name.span(), urls[name[0]], name[0]) for name in names])
    assert out == (
        "Penn [8] and Novartis [9], then Penn [8] again [3, 7] in [2012].\n\n"
        f"[8] Penn: {HOME}1\n[9] Novartis: {HOME}2\n"
    )


def test_notes_keep_the_line_ends_of_the_article():
    assert insert("Penn\r\n", "text", [Link(0, 4, "u")]) == "Penn [1]\r\n\r\n[1] u\r\n"


def test_an_article_without_links_stays_as_it_is():
    for format in FORMATS:
        assert insert("Penn\r\n\0", format, []) == "Penn\r\n\0"


@UNHURRIED
@given(
    pieces("Penn ", "[1]", "[2-4]", "\n", "\r\n", "\n\n", "\n> ", "\n>\n>", "é", "[", "999]"), st.sampled_from(CHOICES)
)
def test_plain_text_without_its_notes_is_the_article(source, words):
    links = links_to(source, "text", words)
    out = insert(source, "text", links)
    for link in links:
        out = out[: link.end] + re.sub(r"^ \[\d+\]", "", out[link.end :])
    notes = out.removeprefix(source)
    assert re.fullmatch(r"(\s+(\[\d+\] \S+\s+)+)?" if links else "", notes)
    assert len(set(re.findall(r"\[\d+\]", notes)) - set(re.findall(r"\[\d+\]", source))) == len(links)


@pytest.mark.parametrize("result", ["> by Children's\r\n> Hospital [1]", ">> by Children's\n>> Hospital [1]"])
def test_a_name_goes_on_in_the_next_line_that_a_letter_quotes(result):
    source = result.removesuffix(" [1]")
    (name,) = (text for text in ("Children's\r\nHospital", "Children's\nHospital") if text in read(source, "text")[0])
    assert linked(source, "text", name).startswith(result)


# annotations


def annotated(source, format, *names):
    """(position, quotation, bytes) of a link on each of `names`, as a reader sees them."""
    links = [
        Link(*run.span(at, at + len(name)), HOME + name)
        for run in segments(source, format)
        for name in names
        if (at := run.text.find(name)) >= 0
    ]
    return [item["target"]["selector"] for item in annotations(source, format, links)["items"]]


def test_annotations_say_what_words_mean():
    page = annotations("By Novartis", "text", [Link(3, 11, HOME + "1")], "https://paper.example/1")
    assert page["type"] == "AnnotationPage" and page["id"] == "https://paper.example/1#links"
    (item,) = page["items"]
    assert item["motivation"] == "linking" and item["body"]["source"] == HOME + "1"


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_annotations_quote_text_and_markdown_as_they_are(format):
    source = "é **Novartis**\r\n&amp; Penn"
    (position, quote, data), _ = annotated(source, format, "Novartis", "Penn")
    assert source[position["start"] : position["end"]] == quote["exact"] == "Novartis"
    assert (quote["prefix"], quote["suffix"]) == ("é **", "**\r\n&amp; Penn")
    assert source.encode()[data["start"] : data["end"]] == b"Novartis"


def test_annotations_of_a_page_quote_its_text_without_tags():
    source = (
        "<p>é &amp; <b>Food</b> and<br>Drug&nbsp;Administration<script>x</script> \r\n<p>by <code>Penn</code> <i>CHOP"
    )
    food, chop = annotated(source, "html", "Food and\nDrug\xa0Administration", "CHOP")
    text = "é & Food andDrug\xa0Administration \nby Penn CHOP"
    for (position, quote, _), exact in ((food, "Food andDrug\xa0Administration"), (chop, "CHOP")):
        assert text[position["start"] : position["end"]] == quote["exact"] == exact
        assert quote["prefix"] + exact + quote["suffix"] in text
    assert food[1]["prefix"] == "é & " and chop[1]["suffix"] == ""
    bytes_of_it = slice(food[2]["start"], food[2]["end"])
    assert source.encode()[bytes_of_it] == b"<b>Food</b> and<br>Drug&nbsp;Administration"


def test_a_text_without_an_address_is_named_by_its_digest():
    pages = [annotations(text, "text", []) for text in ("Penn", "Penn", "Novartis")]
    assert pages[0] == pages[1] != pages[2]
    assert pages[0]["id"].startswith("ni:///sha-256;")
