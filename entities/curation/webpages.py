"""A page of another site: whether it links to an address, and what it says of itself."""

import json
import re
from collections import Counter, defaultdict
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from entities.dates import PartialDate

from .fetching import LONGEST_ADDRESS

#: the names of `meta` elements that say it, the best first
TITLES = ("og:title", "citation_title")
PUBLISHERS = ("og:site_name", "application-name")
AUTHORS = ("citation_author", "author")
DATES = ("article:published_time", "citation_publication_date", "dcterms.date", "dc.date", "date")
DAY = re.compile(r"\d{4}(?:[-/]\d\d(?:[-/]\d\d)?)?", re.ASCII)
LONGEST_TEXT = 300


class Found(NamedTuple):
    """What a page that links to us says: the words of the link, and of itself what it tells; empty what it does not."""

    words: str
    title: str = ""
    authors: str = ""
    publisher: str = ""
    published: str = ""


def find_link(answer, target):
    """What the page of a fetching.Answer says where it links to `target`; None where it does not.

    HTML links by the `href` of what a reader can follow, JSON by a value that is the address, text by the address as
    a whole. The scheme, the fragment and how characters are escaped do not matter.
    """
    target = place(target)
    if answer.media_type in ("text/html", "application/xhtml+xml"):
        return find_in_html(answer, target)
    text = decoded(answer.body)
    if answer.media_type == "application/json":
        return find_in_json(text, target)
    return find_in_text(text, target)


def find_in_html(answer, target):
    """`target` as `place` gives it."""
    reader = Reader(answer.url, target)
    try:
        etree.fromstring(answer.body, parser=etree.HTMLParser(encoding=encoding_of(answer), target=reader))
    except etree.ParserError:  # there is no element in it
        return None
    return reader.found() if "link" in reader.texts else None


class Reader:
    """Takes in a page as lxml reads it. No tree is made: one with thousands of attributes costs libxml2 minutes."""

    def __init__(self, base, target):
        self.base, self.based, self.target = base, False, target
        self.metas, self.texts, self.open, self.depth, self.time = defaultdict(list), {}, {}, Counter(), ""

    def start(self, tag, attributes):
        self.depth[tag] += 1
        if tag == "base" and not self.based and "href" in attributes:
            self.based = True  # later ones count for nothing; a hostile one makes every link long
            if len(attributes["href"]) <= LONGEST_ADDRESS:
                self.base = joined(self.base, attributes["href"])
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or ""
            self.metas[name.lower()].append(line(attributes.get("content", "")))
        elif tag == "time" and self.depth["article"] and not self.time:
            self.time = attributes.get("datetime", "")
        elif tag in ("title", "h1"):
            self.collect(tag, tag)
        elif tag in ("a", "area") and not self.depth["template"] and self.leads_to_target(attributes):
            self.collect("link", tag)

    def leads_to_target(self, attributes):
        return place(joined(self.base, attributes.get("href", ""))) == self.target

    def collect(self, name, tag):
        """Keep the text of this element, the first of its name, until its end."""
        if name not in self.texts:
            self.texts[name] = self.open[tag] = []

    def data(self, text):
        for texts in self.open.values():
            texts.append(text)

    def end(self, tag):
        self.depth[tag] -= 1
        self.open.pop(tag, None)

    def close(self):
        return self

    def found(self):
        text = {name: line("".join(parts)) for name, parts in self.texts.items()}
        return Found(
            text["link"],
            title=first([*self.said(TITLES), text.get("h1"), text.get("title")]),
            authors="; ".join(filter(None, first(self.metas[name] for name in AUTHORS))),
            publisher=first(self.said(PUBLISHERS)),
            published=first(map(day, [*self.said(DATES), self.time])),
        )

    def said(self, names):
        return [content for name in names for content in self.metas[name]]


def find_in_json(text, target):
    try:
        data = json.loads(text)
        found = any(isinstance(value, str) and place(value) == target for value in values(data))
    except (ValueError, RecursionError):
        return None
    titles = [data.get(key) for key in ("title", "name")] if isinstance(data, dict) else []
    return Found("", title=first(line(title) for title in titles if isinstance(title, str))) if found else None


def find_in_text(text, target):
    """Plain text or Markdown, whose title is its first heading."""
    addresses = re.findall(r"https?://[^\s<>\"'`\])}“”‘’«»]+", text)
    if not any(place(address.rstrip(".,;:!?*_")) == target for address in addresses):
        return None
    heading = re.search(r"^#[ \t]+(.+)$", text, re.M)
    return Found("", title=line(heading[1]) if heading else "")


def values(data):
    """Every value within JSON data."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value


def joined(base, href):
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def place(address):
    """What of an address says where a page is, or None where it is none."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.hostname, None if port in (80, 443) else port, unquote(parts.path) or "/", unquote(parts.query)


def encoding_of(answer):
    """The encoding of a page: UTF-8 where that fits, else what the site says, else None: what the page itself says."""
    try:
        answer.body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            etree.HTMLParser(encoding=answer.charset or None)
        except LookupError:
            return None
        return answer.charset if answer.charset not in ("", "utf-8", "utf8") else None
    return "utf-8"


def decoded(body):
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def first(things):
    """The first of them that is not empty, or an empty text."""
    return next(filter(None, things), "")


def line(text):
    """A text of a page on one line, without control characters, cut where it is too long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[: LONGEST_TEXT - 1]}…"


def day(text):
    """The date that a text of a page begins with, as EDTF; empty where there is none."""
    found = DAY.match(text.strip())
    try:
        return str(PartialDate(found[0].replace("/", "-"))) if found else ""
    except ValueError:
        return ""
