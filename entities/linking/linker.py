"""An article linked: the names that stand in it, which to link and to what, and the same text with the links."""

import json
from functools import lru_cache
from itertools import count, groupby
from operator import attrgetter
from typing import NamedTuple

from entities.addresses import absolute
from entities.models.articles import MOST_BYTES

from .finder import TooMany
from .index import Entry
from .markup import Link, Reading, annotations, insert, read

#: how often it may name entities: more than a text of that length does unless it is nothing but names
MOST_FOUND = 30_000
BEFORE = ", linked before"
TARGETS = {"permalink": "Permanent links", "page": "Addresses of today's pages"}
#: what one can have: in another format of articles, more of the text would change than the links
OUTPUTS = {"article": "The article with its links", "annotations": "Its links alone, as JSON"}


class TooLong(ValueError):
    """The article is longer than MOST_BYTES, or has more than MOST_FOUND names."""


class Options(NamedTuple):
    """What to link: entities of `kinds` (all where empty), each once or everywhere, in headings or not, and by which
    address, a key of TARGETS.
    """

    kinds: tuple = ()
    first: bool = True
    headings: bool = False
    to: str = "permalink"


class Choices(NamedTuple):
    """What a person decided: `taken` are the places to link, None for those that are linked unasked; `entities` says
    "all" or "none" of a uid; `meant` which uid an ambiguous name stands for, by its place.
    """

    taken: frozenset | None = None
    entities: dict = {}
    meant: dict = {}


class Found(NamedTuple):
    """A name in the article: source[start:end], as a reader sees it `text`; `readings` are the Entries it may mean.

    `linked` tells whether it is linked, and so to `entry`; `why` in a few words why it is or is not.
    """

    start: int
    end: int
    segment: int
    place: tuple
    text: str
    readings: tuple[Entry, ...]
    why: str
    link: Link | None
    can_be_linked: bool
    is_open: bool  # whether it is left to a person which of several readings is meant

    @property
    def entry(self):
        return self.readings[0]

    @property
    def rivals(self):
        return self.readings[1:]

    @property
    def linked(self):
        return self.link is not None

    @property
    def listed(self):
        """The Entries of which it is perhaps a name: all readings while it is open, else one."""
        return self.readings if self.is_open else (self.entry,)


class Named(NamedTuple):
    """An entity with the names by which an article speaks of it, or perhaps does."""

    entry: Entry
    mentions: list

    @property
    def linked(self):
        """How many of its names are linked."""
        return sum(found.linked for found in self.mentions)

    @property
    def ways(self):
        """[(words, why, the names of what else it may mean)] by which it is named, each once."""
        ways = (
            (found.text, found.why.removesuffix(BEFORE), tuple(e.name for e in found.listed if e != self.entry))
            for found in self.mentions
        )
        return list(dict.fromkeys(ways))


class Article(NamedTuple):
    """An article with what was found in it, in order. `reading` is what a reader sees of it."""

    source: str
    format: str
    reading: Reading
    mentions: list

    @property
    def stop(self):
        """From where on nothing is linked, if there is such a place."""
        return self.reading.stop

    @property
    def links(self):
        return [found.link for found in self.mentions if found.linked]

    @property
    def text(self):
        """The article with its links, the same but for them."""
        return insert(self.source, self.format, self.links)

    @property
    def annotations(self):
        """The links beside the article, as a W3C Web Annotation page."""
        return annotations(self.source, self.format, self.links)

    def output(self, wanted):
        """The text of what is wanted, a key of OUTPUTS."""
        return self.text if wanted == "article" else json.dumps(self.annotations, ensure_ascii=False, indent=1)

    @property
    def entities(self):
        """[Named] of every entity that is named, or perhaps is, in the order of the text."""
        groups = {}
        for found in self.mentions:
            for entry in found.listed:
                groups.setdefault(entry, []).append(found)
        return [Named(entry, mentions) for entry, mentions in groups.items()]


AS_USUAL, UNASKED = Options(), Choices()


def link(source, format, index, options=AS_USUAL, choices=UNASKED):
    """The Article of `source` in a format of `markup`; TooLong where it is, ValueError where it is no text."""
    if len(source.encode(errors="surrogatepass")) > MOST_BYTES:
        raise TooLong(f"An article may have up to {MOST_BYTES:,} bytes.")
    reading = read(source, format, options.headings)
    runs, found, seen = reading.segments, [], set()
    try:
        names = index.finder.find_all([run.text for run in runs], MOST_FOUND)
    except TooMany:
        raise TooLong(f"An article may have up to {MOST_FOUND:,} names: link it in parts.") from None
    for number, mentions in enumerate(names):
        for mention in mentions:
            readings = [index.entries[term.key] for term in mention.readings]
            if options.kinds:
                readings = [entry for entry in readings if entry.kind in options.kinds]
            if readings:
                span = runs[number].span(mention.start, mention.end)
                found.append(decided(runs[number], number, mention, readings, span, options, choices, seen))
    return Article(source, format, reading, found)


def decided(run, number, mention, readings, span, options, choices, seen):
    """A Found: by what was chosen, else by what the finder says, once for each entity if so asked."""
    start, end = span or (run.offsets[mention.start] if run.offsets else run.start + mention.start,) * 2
    uid = choices.meant.get(start)
    meant = [entry for entry in readings if entry.uid == uid]
    if not meant and not mention.linked:
        meant = [entry for entry in readings if choices.entities.get(entry.uid) == "all"][:1]
    readings = meant + [entry for entry in readings if entry not in meant]
    entry = readings[0]
    sure = mention.linked and mention.readings[0].key == entry.uid
    by_itself = sure and not (options.first and entry.uid in seen)
    wish = choices.entities.get(entry.uid)
    takes = by_itself if choices.taken is None else start in choices.taken
    if meant:
        takes = True
    if wish:
        takes = wish == "all"
    link = Link(start, end, absolute(address(entry, options.to))) if takes and span else None
    why = mention.why if span else "no link can stand here"
    if sure and span and not link and entry.uid in seen:
        why += BEFORE
    if link and meant:
        why = "your choice"
    if link:
        seen.add(entry.uid)
    return Found(
        start=start,
        end=end,
        segment=number,
        place=(mention.start, mention.end),
        text=run.text[mention.start : mention.end],
        readings=tuple(readings),
        why=why,
        link=link,
        can_be_linked=span is not None,
        is_open=len(readings) > 1 and not mention.linked and not link,
    )


@lru_cache(maxsize=4096)
def address(entry, to):
    return entry.get_absolute_url() if to == "page" else entry.permalink


def pieces(article):
    """The article as a reader sees it: [(whether it is a heading, [(text, Found or None)])], one for each block."""
    named = {number: list(found) for number, found in groupby(article.mentions, attrgetter("segment"))}
    numbers, blocks = count(), []
    for block in article.reading.blocks:
        parts = [piece for part in block.parts for piece in pieces_of(part, named, numbers)]
        if block.text.strip():
            blocks.append((block.is_heading, [(parts[0][0].lstrip(), None), *parts[1:]]))
    return blocks


def pieces_of(part, named, numbers):
    """[(text, Found or None)] of a part of a block, a text before each name: of the next segment, or of mere words."""
    if isinstance(part, str):
        return [(part, None)]
    done, at = [], 0
    for found in named.get(next(numbers), []):
        first, end = found.place
        done += [(part.text[at:first], None), (found.text, found)]
        at = end
    return [*done, (part.text[at:], None)]
