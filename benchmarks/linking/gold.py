"""The gold articles, and how well a finder does on them; pure, without a database."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "articles"

MARK = re.compile(r"⟦(\?)?([a-z0-9-]+(?:,[a-z0-9-]+)*)\|([^⟦⟧|]+)⟧")
ESCAPE = re.compile(r"\\N\{([A-Z -]+)\}")
APOSTROPHE = "'’‘`´"
CORE = re.compile(rf"\W*(?:the\s+)?(.*?)(?:[{APOSTROPHE}]s)?\W*", re.DOTALL | re.IGNORECASE)


class Gold(NamedTuple):
    """A mention that the editor marked: where, and which entities it may mean, one unless it is ambiguous."""

    start: int
    end: int
    slugs: frozenset[str]
    ambiguous: bool


class GoldArticle(NamedTuple):
    """A text without its marks; `manner` says what kind of text it imitates, `tests` what is hard in it."""

    name: str
    manner: str
    tests: str
    text: str
    mentions: list[Gold]


class Fault(NamedTuple):
    """A mention that was missed, or found where there is none: `what` says which, `slug` of which entity."""

    article: GoldArticle
    what: str
    slug: str
    start: int
    end: int

    @property
    def context(self):
        """The mention in brackets with 45 characters on either side, on one line."""
        text = self.article.text
        around = f"{text[max(0, self.start - 45) : self.start]}[{text[self.start : self.end]}]{text[self.end :][:45]}"
        return " ".join(around.split())


class Score(NamedTuple):
    """Counts of kinds, and what went wrong; `flagged` of `ambiguous` mentions were shown and not linked."""

    right: Counter
    linked: Counter
    marked: Counter
    flagged: int
    ambiguous: int
    faults: list[Fault]

    def rates(self, kind=None):
        """(precision, recall, F1) of one kind or of all; None where nothing was there to be right."""
        right, linked, marked = (
            counts.total() if kind is None else counts[kind] for counts in (self.right, self.linked, self.marked)
        )
        return (
            right / linked if linked else None,
            right / marked if marked else None,
            2 * right / (linked + marked) if linked + marked else None,
        )


def gold_articles(folder=FOLDER):
    """All articles of a folder, in the order of their names."""
    return [read_article(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))]


def read_article(name, source):
    """The article of a file: lines of `key: value`, an empty line, the text with its marks; raises ValueError."""
    head, _, body = source.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    body = ESCAPE.sub(lambda match: unicodedata.lookup(match[1]), body)
    if fields.get("line ends") == "CRLF":
        body = body.replace("\n", "\r\n")
    text, mentions, last = "", [], 0
    for match in MARK.finditer(body):
        text += body[last : match.start()]
        slugs = frozenset(match[2].split(","))
        if (len(slugs) > 1) != bool(match[1]):
            raise ValueError(f"{name}: {match[0]} needs several slugs with a question mark, or one without.")
        mentions.append(Gold(len(text), len(text) + len(match[3]), slugs, bool(match[1])))
        text += match[3]
        last = match.end()
    text += body[last:]
    if set("⟦⟧") & set(text):
        raise ValueError(f"{name}: a bracket is left over in “{text[re.search('[⟦⟧]', text).start() :][:60]}”.")
    return GoldArticle(name, fields["manner"], fields["tests"], text, mentions)


def published_records():
    """{slug: record} of every published entity of the fixtures."""
    records = {}
    for path in sorted((ROOT / "fixtures").glob("*.yaml")):
        with path.open("rb") as stream:
            for record in yaml.load(stream, Loader=yaml.CBaseLoader).get("entities", ()):
                if record.get("state", "published") == "published":
                    records[record["slug"]] = record
    return records


def names(record):
    """(text, type, language) of every name of a record; its main one comes first and has the type “name”."""
    others = record.get("names", ())
    return [
        (record["name"], "name", ""),
        *((row["text"], row.get("type", "alias"), row.get("language", "")) for row in others),
    ]


def score(articles, find, kinds):
    """How well `find`, from a text to mentions with start, end, terms and linked, does on the articles.

    A link is right if its span and its entity are; whether a possessive's s, “the” before a name or a mark at its edge
    belongs to the span makes no difference. An ambiguous mention is right if it is found with all its rivals and not
    linked. `kinds` is {slug: kind}.
    """
    right, linked, marked, faults = Counter(), Counter(), Counter(), []
    flagged = ambiguous = 0
    for article in articles:
        found = find(article.text)
        links = {(core(article.text, m.start, m.end), m.readings[0].key) for m in found if m.linked}
        shown = {core(article.text, m.start, m.end): {term.key for term in m.readings} for m in found if not m.linked}
        gold = set()
        for mention in article.mentions:
            span = core(article.text, mention.start, mention.end)
            if mention.ambiguous:
                ambiguous += 1
                flagged += mention.slugs <= shown.get(span, set())
                if not mention.slugs <= shown.get(span, set()):
                    faults.append(Fault(article, "not flagged", ",".join(sorted(mention.slugs)), *span))
            else:
                gold.add((span, *mention.slugs))
        right.update(kinds[slug] for _, slug in gold & links)
        linked.update(kinds[slug] for _, slug in links)
        marked.update(kinds[slug] for _, slug in gold)
        faults += [Fault(article, "missed", slug, *span) for span, slug in sorted(gold - links)]
        faults += [Fault(article, "false", slug, *span) for span, slug in sorted(links - gold)]
    return Score(right, linked, marked, flagged, ambiguous, faults)


def core(text, start, end):
    """The span without “the”, without a possessive's s and without marks at its edges."""
    inner = CORE.fullmatch(text[start:end]).span(1)
    return start + inner[0], start + inner[1]
