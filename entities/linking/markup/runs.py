"""A run of text as a reader sees it, and the way back to its source."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

OPENS, CLOSES, ALONE = 1, -1, 0

#: addresses of the web and of people: their words are not names
ADDRESS = re.compile(
    r"(?<![\w+.-])(?:[a-z][a-z0-9+.-]{0,30}://|www\.|mailto:|doi:)[^\s<]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)

#: what other systems of a writer read before or beside the language of the article: wiki links, definitions of
#: abbreviations, the attributes of shortcodes, and what stands in braces, such as shortcodes and templates
FOREIGN = re.compile(
    r"""\[\[[^\[\]\n]*+\]\]|^\*\[[^\[\]\n]++\]:.*|\[[a-z][\w-]*\ (?=[^\[\]\n]*=["'])[^\[\]]*+\]
    |\{(?:[^{}\n]|\n(?![ \t]*\r?\n))*+\}""",
    re.MULTILINE | re.VERBOSE,
)


class Link(NamedTuple):
    """A link to write around the source from `start` to `end`, in code points."""

    start: int
    end: int
    url: str
    title: str = ""


class Tag(NamedTuple):
    """Markup within a run, from `start` to `end` of the source; it stands before character `index` of the text."""

    index: int
    start: int
    end: int
    name: str
    side: int  # OPENS, CLOSES or ALONE


class Segment(NamedTuple):
    """A run of text as a reader sees it: the words of a paragraph, a heading, a cell.

    Character i of `text` stands at code point offsets[i] of the source, and the last of the len(text) + 1 offsets is
    the end; where `offsets` is None it stands at start + i. Several characters may stand at one place (an entity).
    `tags` are the markup that a reader does not see; `fits` says whether the language can write a link around
    a stretch of the source.
    """

    text: str
    offsets: Sequence[int] | None
    start: int
    tags: tuple[Tag, ...] = ()
    fits: Callable[[int, int], bool] | None = None

    def span(self, start, end):
        """Where text[start:end] stands in the source, as a pair (start, end), or None where no link can hold it.

        A link holds whole elements, never half of one: that of “Novartis Pharma” in `<b>Novartis</b> Pharma` begins
        before the `<b>`, that of “Novartis” within it, and in `<b>Big Novartis</b> Pharma` there is none.
        """
        span = (self.start + start, self.start + end) if self.offsets is None else self._whole(start, end)
        return span if span and (not self.fits or self.fits(*span)) else None

    def _whole(self, start, end):
        """The stretch of the source that is text[start:end] with every element that begins or ends in it."""
        offsets = self.offsets
        if (start and offsets[start - 1] == offsets[start]) or offsets[end - 1] == offsets[end]:
            return None
        first, inside, after, last = (self._tags_from(index) for index in (start, start + 1, end, end + 1))
        opened, missing = [], []
        for tag in self.tags[inside:after]:
            if tag.side == OPENS:
                opened.append(tag.name)
            elif tag.side == CLOSES and not opened:
                missing.append(tag.name)
            elif tag.side == CLOSES and opened.pop() != tag.name:
                return None
        left = offsets[start]
        right = self.tags[after].start if after < last else offsets[end]
        for tag in reversed(self.tags[first:inside]):
            if missing and tag.side == OPENS and tag.name == missing[0]:
                left = tag.start
                del missing[0]
            elif tag.side != ALONE:
                break
        for tag in self.tags[after:last]:
            if opened and tag.side == CLOSES and tag.name == opened[-1]:
                right = tag.end
                del opened[-1]
            elif tag.side != ALONE:
                break
        return None if opened or missing else (left, right)

    def _tags_from(self, index):
        return bisect_left(self.tags, index, key=attrgetter("index"))

    def cut(self, start, end):
        """The segment of text[start:end] alone."""
        if self.offsets is None:
            return self._replace(text=self.text[start:end], start=self.start + start)
        first, after = self._tags_from(start), self._tags_from(end)
        offsets = self.offsets[start : end + 1]
        if after < len(self.tags) and self.tags[after].index == end:
            offsets[-1] = self.tags[after].start
        tags = tuple(tag._replace(index=tag.index - start) for tag in self.tags[first:after])
        return self._replace(text=self.text[start:end], offsets=offsets, start=offsets[0], tags=tags)


class Stop(NamedTuple):
    """From a line on, the first being 1, nothing of an article is linked, and why."""

    line: int
    why: str

    def __str__(self):
        return f"From line {self.line:,} on nothing is linked: {self.why}."


class Block(NamedTuple):
    """A paragraph, a heading, a cell: its Segments, and between them as str the words that no link of ours may hold."""

    is_heading: bool
    parts: list

    @property
    def text(self):
        """The whole of it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


class Reading(NamedTuple):
    """What was read of an article: all that a reader sees of it, and where that had to stop, if it had."""

    blocks: list[Block]
    stop: Stop | None = None

    @property
    def segments(self):
        """The Segments in order."""
        return [part for block in self.blocks for part in block.parts if not isinstance(part, str)]


class Run:
    """A segment in the making, after the blocks that are made: its pieces are told in the order of the source."""

    def __init__(self, source, fits=None):
        self.source, self.fits = source, fits
        self.blocks = [Block(False, [])]
        self.pieces, self.tags, self.length = [], [], 0

    def begin(self, is_heading=False):
        """The run ends here, and so does its block."""
        self.finish()
        if self.blocks[-1] != (is_heading, []):
            self.blocks.append(Block(is_heading, []))

    def aside(self, text):
        """The run ends here; a reader sees `text`, which no link may hold."""
        self.finish()
        self.blocks[-1].parts.append(text)

    def words(self, start, end):
        """source[start:end] is what a reader sees."""
        if start < end:
            self.stand_in(self.source[start:end], start, end)

    def stand_in(self, text, start, end):
        """A reader sees `text` where the source has another writing, from `start` to `end`."""
        self.pieces.append((text, start, end))
        self.length += len(text)

    def tag(self, start, end, name="", side=ALONE):
        """A reader sees nothing of source[start:end]."""
        self.tags.append(Tag(self.length, start, end, name, side))

    def finish(self):
        """The run ends here: its segments, one unless addresses part it or nobody could read a word of it."""
        if not self.pieces:
            self.tags.clear()
            return
        pieces, tags = self.pieces, tuple(self.tags)
        self.pieces, self.tags, self.length = [], [], 0
        parts = self.blocks[-1].parts
        text = "".join([piece for piece, _, _ in pieces])
        if not text.strip():
            parts.append(text)
            return
        start, end, offsets = pieces[0][1], pieces[-1][2], None
        if tags or end - start != len(text) or any(len(piece) != b - a for piece, a, b in pieces):
            offsets = array("I")
            for piece, a, b in pieces:
                offsets.extend(range(a, b) if len(piece) == b - a else [a] * len(piece))
            offsets.append(end)
        whole = Segment(text, offsets, start, tags, self.fits)
        at = 0
        for address in ADDRESS.finditer(text):
            before = text[at : address.start()]
            parts += [whole.cut(at, address.start()) if before.strip() else before, address[0]]
            at = address.end()
        if not at:
            parts.append(whole)
        else:
            parts.append(whole.cut(at, len(text)) if text[at:].strip() else text[at:])


def foreign(source):
    """Where FOREIGN stretches of `source` stand, as pairs (start, end)."""
    return [match.span() for match in FOREIGN.finditer(source)]


def is_apart(stretches, start, end):
    """Whether nothing of `stretches`, pairs in order, stands between `start` and `end`."""
    last = bisect_left(stretches, (end,)) - 1
    return last < 0 or stretches[last][1] <= start
