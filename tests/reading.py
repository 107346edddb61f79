"""How the tests read a page and its JSON twin, and what must hold of every page."""

import re
from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

import html5lib
from html5lib.constants import E as SENTENCES

FIELDS = ("input", "select", "textarea")
#: attributes that hold the ids of other elements, separated by spaces
POINTERS = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "list", "form")
#: types of scripts that browsers do not run, and that no policy stops
DATA_BLOCKS = ("application/ld+json",)
#: attributes by which a page makes the browser fetch something
FETCHED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "image": "href", "use": "href"}


class Page:
    """A page as a browser reads it; `one` and `all` take paths of ElementTree."""

    def __init__(self, response):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root = parser.parse(response.content, transport_encoding="utf-8")
        for element in self.root.iter():
            if isinstance(element.tag, str):
                element.tag = element.tag.rpartition("}")[2]  # of SVG, html5lib keeps the name space
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.elements = [element for element in self.root.iter() if isinstance(element.tag, str)]
        self.ids = {element.get("id"): element for element in self.elements if element.get("id")}
        self.errors = [f"line {place[0]}: {SENTENCES[code] % about}" for place, code, about in parser.errors]

    def all(self, path):
        return self.root.findall(path)

    def one(self, path):
        (element,) = self.all(path)
        return element

    def hrefs(self, within=None):
        """Every address that an `a` leads to."""
        return [link.get("href") for link in (self.root if within is None else within).iter("a")]

    @property
    def text(self):
        return words(self.root.find("body"))

    @property
    def rows(self):
        """The address of each row of a list."""
        return [row.find("th//a").get("href") for row in self.ids["results"].iterfind(".//tbody/tr")]

    def above(self, element):
        """The elements around one, from the inside."""
        while element in self.parents:
            element = self.parents[element]
            yield element


def words(element):
    """The text of an element and all within it, on one line."""
    return " ".join("".join(element.itertext()).split())


class Found(NamedTuple):
    """What a list gives: the slugs of its rows in order, how many there are in all, its JSON, its page."""

    slugs: list
    total: int
    data: dict
    page: Page

    def counts(self, facet):
        """{value: count} of a facet."""
        return {value["value"]: value["count"] for value in self.data["facets"].get(facet, [])}


def twin(address):
    """The address of the JSON twin of a list or page: /institutions/?country=CH → /institutions.json?country=CH."""
    path, mark, query = address.partition("?")
    return f"{path.rstrip('/')}.json{mark}{query}"


def ask(client, address):
    """What the list at `address` gives; its page, after at most one redirect, and its JSON must say the same."""
    response = client.get(address)
    if response.status_code == 302:
        response = client.get(response["Location"])
    assert response.status_code == 200, (address, response.status_code)
    page, data = Page(response), data_of(client, address)
    assert page.rows == [urlsplit(row["url"]).path for row in data["rows"]]
    assert words(page.ids["found"]).split()[0] == str(data["total"])
    return Found([row.get("slug", row.get("key")) for row in data["rows"]], data["total"], data, page)


def slugs(client, address):
    """The slugs, in order, of the rows of a list."""
    return ask(client, address).slugs


def data_of(client, address):
    """The JSON twin of the list at `address`."""
    response = client.get(twin(address))
    assert response.status_code == 200, response.content.decode()
    return response.json()


def refusal(client, address):
    """The sentence with which a list refuses its one bad parameter; page and JSON must both refuse, and hold no row."""
    response, answer = client.get(address), client.get(twin(address))
    assert (response.status_code, answer.status_code) == (400, 400)
    (problem,) = answer.json()["problems"]
    page = Page(response)
    assert page.rows == []
    assert words(page.ids["found"]) == "Nothing can be shown"
    assert problem["problem"] in page.text
    return f"{problem['parameter']}: {problem['problem']}"


def faults(response):
    """What is wrong with the HTML of a page, as a list of sentences."""
    page = Page(response)
    found = [
        *page.errors,
        *repeated_ids(page),
        *broken_pointers(page),
        *bare_structure(page),
        *nameless(page),
        *against_policy(page),
    ]
    return list(dict.fromkeys(found))


def repeated_ids(page):
    counts = Counter(element.get("id") for element in page.elements if element.get("id") is not None)
    return [f"the id “{name}” stands {n} times" for name, n in counts.items() if n > 1 or not name]


def broken_pointers(page):
    for element in page.elements:
        href = element.get("href") or element.get("{http://www.w3.org/1999/xlink}href") or ""
        pointers = [href[1:]] if href.startswith("#") else []
        pointers += [name for key in POINTERS for name in element.get(key, "").split()]
        yield from (
            f"<{element.tag}> points at “{name}”, which is not there" for name in pointers if name not in page.ids
        )


def bare_structure(page):
    root = page.root
    if not root.get("lang"):
        yield "the page has no language"
    for path, what in [("head/title", "title"), ("body//main", "main part"), (".//h1", "first heading")]:
        found = root.findall(path)
        if len(found) != 1 or not words(found[0]):
            yield f"there are {len(found)} of: {what}"
    levels = [int(element.tag[1]) for element in page.elements if re.fullmatch("h[1-6]", element.tag)]
    for before, level in zip([0, *levels], levels, strict=False):
        if level > before + 1:
            yield f"a heading h{level} follows h{before}"
    for table in page.all(".//table"):
        if not any(words(caption) for caption in table.findall("caption")):
            yield "a table has no caption"
        if any(not words(head) for head in table.iter("th")):
            yield "a table has an empty heading"


def nameless(page):
    """Fields without a label; links, buttons and pictures without a name."""
    labelled = {label.get("for") for label in page.all(".//label") if words(label)}
    for element in page.elements:
        named = element.get("aria-label") or element.get("aria-labelledby")
        if element.tag in FIELDS and element.get("type") != "hidden":
            around = [label for label in page.above(element) if label.tag == "label" and words(label)]
            if not (named or around or element.get("id") in labelled):
                yield f"the field “{element.get('name')}” has no label"
        elif element.tag in ("a", "button", "summary") and not (named or words(element)):
            inner = [child for child in element.iter() if isinstance(child.tag, str) and child.get("aria-label")]
            if not inner:
                yield f"<{element.tag}> has no text: {element.attrib}"
        elif element.tag == "a" and not element.get("href"):
            yield f"a link leads nowhere: {words(element)}"
        elif element.tag == "img" and element.get("alt") is None:
            yield "a picture has no alternative text"


def against_policy(page):
    """What the strict Content-Security-Policy would stop, or what would call another site."""
    for element in page.elements:
        tag = element.tag
        if tag == "style" or "style" in element.attrib:
            yield f"<{tag}> has a style of its own"
        if tag == "script" and words(element) and element.get("type") not in DATA_BLOCKS:
            yield "a script stands in the page"
        yield from (f"<{tag}> has the handler {name}" for name in element.attrib if name.startswith("on"))
        address = element.get(FETCHED.get(tag, ""), "")
        if tag == "link" and element.get("rel") in ("stylesheet", "icon", "preload"):
            address = element.get("href")
        if tag == "form":
            address = element.get("action", "")
        if address and not re.match(r"/(?!/)|#", address):
            yield f"<{tag}> calls another site: {address}"
        for name in ("href", "src", "action", "formaction"):
            if element.get(name, "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                yield f"<{tag}> has an address that is a script"
