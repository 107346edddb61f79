"""Markdown: where a link may stand among marks that mean something by their neighbours.

Blocks and inlines are those of pulldown-cmark, which keeps the place of every piece of text and is linear. HTML within
Markdown is read as in a page.
"""

import re
import unicodedata
from collections import Counter
from functools import partial
from urllib.parse import quote

import pyromark

from .html import Lost, Page, tell
from .runs import ALONE, CLOSES, OPENS, Block, Reading, Run, Stop, foreign, is_apart

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)
FRONT_MATTER = re.compile(
    r"\ufeff?(?:(?:(---|\+\+\+)[ \t]*\r?\n(?:.*\n)*?(?:\1|\.\.\.)|\{[ \t]*\r?\n(?:.*\n)*?\})[ \t]*(?:\r?\n|\Z))?"
)
LONE_CR = re.compile(r"\r(?!\n)")
MARKS = {"Emphasis": 1, "Strong": 2, "Strikethrough": 2}  # and how many characters they take on either side
UNREAD = frozenset(("Link", "Image", "CodeBlock"))
INLINE = MARKS.keys() | {"Link", "Image"}
TEXTS = frozenset(("Text", "SoftBreak", "HardBreak"))
SEEN = TEXTS | {"Code", "InlineMath", "DisplayMath"}
TABLE = {"Table": "table", "TableCell": "td"}

DELIMITERS = "*_~"
RUNS = DELIMITERS + "`"
ESCAPED = re.compile(r"\\.", re.DOTALL)
AMBIGUOUS = re.compile(r"[~|]|\][\[(]")
BRACKETS = re.compile(r"[\[\]]")
NOT_PLAIN = re.compile(r"[!-&*+<-@\[-`{-~]")  # in a title they might mean something
NOT_SEEN = re.compile(r"[\x00-\x20\x7f]+")


def read(source, headings):
    """What a reader sees of an article, and where its HTML can be read in two ways."""
    source = LONE_CR.sub("\n", source)  # it ends a line as well, which pulldown-cmark does not always see (its #1132)
    front = FRONT_MATTER.match(source).end()
    reader, stop = Reader(source, front), None
    try:
        for event, span in pyromark.events_with_range(source[front:], options=OPTIONS):
            reader.read(event, span["start"], span["end"], headings)
    except Lost as lost:
        stop = Stop(1 + source.count("\n", 0, reader.at(span["start"])) + lost.lines, str(lost))
    reader.run.finish()
    return Reading(reader.run.blocks, stop)


def insert(source, links):
    """`source` with each link as `[words](address "title")`."""
    pieces, at = [], 0
    for start, end, url, title in links:
        url = quote(url, safe="/:?#@,;=+&%-._~").replace("&", "&amp;")
        title = NOT_PLAIN.sub(lambda match: f"&#{ord(match[0])};", NOT_SEEN.sub(" ", title))
        title = f' "{title}"' if title else ""
        pieces += [source[at:start], "[", source[start:end], "](", url, title, ")"]
        at = end
    return "".join([*pieces, source[at:]])


class Reader:
    """What has been read of an article, event by event."""

    def __init__(self, source, front):
        self.source, self.data = source, source[front:].encode()
        self.pairs = set()  # where runs of asterisks begin that do nothing but open, or close, their like
        self.run, self.page = Run(source, partial(fits, source, self.pairs, foreign(source))), Page()
        self.byte, self.place = 0, front  # one and the same place, in bytes and in code points of the source
        self.last = 0  # up to which byte all is read
        self.unread = []  # links, code and the like that are open
        self.html = None  # what was read of an open block of HTML
        self.marks = Counter()  # how many marks of each character are open
        self.opened = []  # for each of them whether it might close one before it
        self.loose = set()  # asterisks and the like in this block that are words

    def at(self, byte):
        """A byte's place in the source, in code points; quick where it is near the last one asked for."""
        if byte >= self.byte:
            self.place += len(self.data[self.byte : byte].decode())
        else:
            self.place -= len(self.data[byte : self.byte].decode())
        self.byte = byte
        return self.place

    def read(self, event, start, end, headings):
        """An event, from a byte to another."""
        name, value = next(iter(event.items())) if isinstance(event, dict) else (event, None)
        if name in ("Start", "End"):
            side = OPENS if name == "Start" else CLOSES
            name = next(iter(value)) if isinstance(value, dict) else value
            if name in MARKS and not self.unread:
                self.mark(name, side, start, end)
            else:
                self.element(name, side, headings)
                self.last = start if side == OPENS else end
        elif self.html is not None:
            self.html.append(value)
        elif name == "InlineHtml":
            self.inline_html(value, start, end)
        elif self.unread:
            self.aside(name, value or "\n")
        else:
            self.inline(name, value if isinstance(value, str) else "\n", start, end)

    def element(self, name, side, headings):
        """A block begins or ends, or a link, an image."""
        if name not in UNREAD:
            self.loose.clear()
        if name in INLINE:
            self.run.finish()
        else:
            self.run.begin(name == "Heading" and side == OPENS)
        if name in UNREAD or (name == "Heading" and not headings):
            if side == OPENS:
                self.unread.append(name)
            else:
                self.unread.pop()
        elif name == "HtmlBlock" and side == OPENS:
            self.html = []
        elif name == "HtmlBlock":
            html, self.html = "".join(self.html), None
            seen = Run(html)
            tell(seen, self.page, html)
            seen.finish()
            self.run.blocks += [Block(block.is_heading, [block.text]) for block in seen.blocks]
            self.run.begin()
        elif name in TABLE and side == OPENS:
            self.page.start(TABLE[name], side, "", 0)
        elif name in TABLE:
            self.page.end(TABLE[name])

    def inline(self, name, text, start, end):
        for mark in DELIMITERS:
            if mark in text:
                self.loose.add(mark)
        marks = not text.strip(DELIMITERS) and not self.escaped(start)
        if name in TEXTS and self.page.linkable and not marks:
            self.words(text, start, end)
        else:
            self.run.finish()
            self.aside(name, text)
            self.last = end

    def aside(self, name, text):
        """What a reader sees, but may not be linked."""
        if name in SEEN and "Image" not in self.unread:
            self.run.aside(text)

    def words(self, text, start, end):
        """`text` stands from `start` to `end`, perhaps behind a backslash."""
        escaped = self.escaped(start)
        self.skip(start - escaped)
        if escaped:
            first = len(text[0].encode())
            self.run.stand_in(text[0], self.at(start - 1), self.at(start + first))
            text, start = text[1:], start + first
        if self.data[start:end] == text.encode():
            self.run.words(self.at(start), self.at(end))
        else:
            stripped = end if text.isspace() else start + len(self.data[start:end].rstrip())
            self.run.stand_in(text, self.at(start), self.at(stripped))
        self.last = end

    def skip(self, byte):
        """What lies between the words and `byte` is not seen: the `> ` of a quotation, an indentation."""
        if self.last < byte and self.run.length:
            self.run.tag(self.at(self.last), self.at(byte))

    def escaped(self, byte):
        return self.last < byte and self.data[byte - 1 : byte] == b"\\"

    def mark(self, name, side, start, end):
        """The asterisks before or behind emphasised words, from `start` to `end`."""
        width = MARKS[name] if name != "Strikethrough" or self.data[start : start + 2] == b"~~" else 1
        begin, stop = (start, start + width) if side == OPENS else (end - width, end)
        self.skip(begin)
        self.run.tag(self.at(begin), self.at(stop), name, side)
        self.last = stop
        character = chr(self.data[begin])
        if side == OPENS:
            self.opened.append(character in self.loose or self.marks[character] > 0)
            self.marks[character] += 1
            return
        self.marks[character] -= 1
        self.pair(self.at(start + width), self.at(begin), self.opened.pop())

    def pair(self, inner, begin, might_close):
        """Words stand between the asterisks up to `inner` and those from `begin` on: are those as many as these?"""
        mark = self.source[begin]
        if mark != self.source[inner] and mark != self.source[begin - 1]:
            first, last = marks_before(self.source, inner), marks_after(self.source, begin)
            if inner - first == last - begin:
                self.pairs.update([begin] if might_close else [first, begin])

    def inline_html(self, text, start, end):
        for kind, _, _, name in self.page.read(text):
            if kind == "end" or self.unread:
                self.run.finish()
            elif kind == "break":
                self.words("\n", start, end)
            else:
                self.skip(start)
                side = ALONE if kind == "nothing" else CLOSES if text.startswith("</") else OPENS
                self.run.tag(self.at(start), self.at(end), name, side)
        self.last = end


def fits(source, pairs, others, start, end):
    """Whether brackets around source[start:end] make a link and change nothing else.

    They must not be escaped, make an image, a footnote or a reference, pair with other brackets, or stand in `others`,
    which are foreign; and they are punctuation, beside which asterisks may no longer open or close what they did.
    """
    if not is_apart(others, start, end):
        return False
    before, words, after = source[max(start - 1, 0) : start], source[start:end], source[end : end + 1]
    if before in ("!", "#", "]", "^", "\\") or source[max(start - 2, 0) : start] == "][" or words[0] == "^":
        return False
    if "$" in (before, words[0], words[-1], after) or not any(map(str.isalnum, words)):
        return False
    bare = ESCAPED.sub("", words)
    if bare.endswith("\\") or AMBIGUOUS.search(bare) or not balanced(bare):
        return False
    if bare.endswith("]") and after in ("[", "("):
        return False
    if (before == words[0] and before in RUNS) or (after == words[-1] and after in RUNS):
        return False
    left, right = marks_before(source, start), marks_after(source, end)
    begin, stop = marks_after(source, start), marks_before(source, end)
    return (
        stays(pairs, source, left, start, after="[")
        and stays(pairs, source, start, begin, before="[")
        and stays(pairs, source, stop, end, after="]")
        and stays(pairs, source, end, right, before=")")
    )


def balanced(text):
    depth = 0
    for bracket in BRACKETS.findall(text):
        depth += 1 if bracket == "[" else -1
        if depth < 0:
            return False
    return not depth


def marks_before(source, place):
    """Where the run of asterisks or the like begins that ends at `place`; one behind a backslash is not of it."""
    start = place
    while start and source[start - 1] == source[place - 1] and source[start - 1] in DELIMITERS:
        start -= 1
    backslash = start
    while backslash and source[backslash - 1] == "\\":
        backslash -= 1
    return min(start + (start - backslash) % 2, place)


def marks_after(source, place):
    """Where the run of asterisks or the like ends that begins at `place`."""
    end = place
    while end < len(source) and source[end] == source[place] and source[end] in DELIMITERS:
        end += 1
    return end


def stays(pairs, source, start, end, **beside):
    """Whether asterisks from `start` to `end` still mean the same with a bracket `before` or `after` them.

    A run that is one of a pair may become able to do more, for it does nothing but what it did.
    """
    if start == end:
        return True
    now = flanks(source, start, end)
    then = flanks(source, start, end, **beside)
    return now == then or (start in pairs and all(can or not could for could, can in zip(now, then, strict=True)))


def flanks(source, start, end, before=None, after=None):
    """Whether source[start:end] may open, and whether it may close emphasis between its neighbours.

    As https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run has it, and again as readers have it that do not
    yet count symbols as punctuation.
    """
    before = source[max(start - 1, 0) : start] if before is None else before
    after = source[end : end + 1] if after is None else after
    return [
        able(beside, inside, source[start], marks)
        for marks in ("P", "PS")
        for beside, inside in ((before, after), (after, before))
    ]


def able(beside, inside, mark, marks):
    """Whether a mark between two characters may open what is `inside`, or close it, seen from the other side."""
    outer, inner = kind(beside, marks), kind(inside, marks)
    return inner != " " and (outer != "a" or (inner == "a" and mark != "_"))


def kind(character, marks):
    """A space or the edge, punctuation, or a letter: " ", "." or "a"."""
    if not character or character in "\t\n\f\r" or unicodedata.category(character) == "Zs":
        return " "
    return "." if unicodedata.category(character)[0] in marks else "a"
