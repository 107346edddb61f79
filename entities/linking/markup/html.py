"""HTML: where a link may stand in a page, however malformed.

Python has no HTML5 parser that keeps the place of every character and stays linear on hostile pages: the standard's own
tree construction does not (https://html.spec.whatwg.org/multipage/parsing.html#tree-construction). So the page is read
as tokens, exactly as the standard says (13.2.5), with as much of the tree as decides whether a name stands in a link,
in code or in a table between its cells. Where that is in doubt a name is not linked; where two readers of HTML would
read on differently (an unclosed comment, a `select` full of tables) nothing further is.
"""

import re
from functools import partial
from html import escape, unescape
from html.entities import html5

from .runs import ALONE, CLOSES, OPENS, Reading, Run, Stop, foreign, is_apart

SPACE = r"\t\n\f\r "
VALUE = rf"""(?>"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{SPACE}"'>][^{SPACE}>]*+|)"""
TAG = re.compile(
    rf"""<(?P<end>/?)(?P<name>[a-zA-Z][^{SPACE}/>]*+)
    (?>[{SPACE}]++|/(?!>)|[^{SPACE}/>][^{SPACE}/>=]*+(?>[{SPACE}]*+=[{SPACE}]*+{VALUE})?+)*+(?P<alone>/?)>""",
    re.VERBOSE,
)
MARKUP = re.compile(r"<[a-zA-Z!?/]")
COMMENT_END = re.compile(r"--!?>")
CDATA_END = re.compile(r"\]\]>")
BOGUS = re.compile(r"<(?:[!?]|/[^a-zA-Z>])[^>]*>|</>")  # the standard makes a comment of it, or nothing
REFERENCE = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|[a-zA-Z][a-zA-Z0-9]{1,31};?)|\0")
FIRST_LINE = re.compile(r"\r?\n|\r|")  # of a `pre`, where it is empty, the standard makes nothing
SCRIPT_PART = re.compile(rf"<!--|-->|<(/?)script(?=[{SPACE}/>])", re.IGNORECASE)

#: elements whose content is no markup, to their end tag (13.2.6.2)
RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
RAW_END = {name: re.compile(rf"</{name}(?=[{SPACE}/>])", re.IGNORECASE) for name in RAW | {"noscript"}}
#: elements that part no words
INLINE = frozenset(
    """abbr acronym b bdi bdo big cite data del dfn em font i ins mark q s small span strike strong sub sup
    time tt u""".split()
)
VOID = frozenset("area base basefont bgsound br col embed hr img input keygen link meta param source track wbr".split())
#: a link may not stand in these, nor should it where a reader types, or copies what stands there
CLOSED = frozenset("a audio button canvas code datalist kbd object pre listing samp video".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
#: the open elements that an end tag of an inline element does not reach across (“special”, 13.2.4.2)
BLOCKS = HEADINGS | frozenset(
    """address article aside blockquote button center dd details dir div dl dt fieldset figcaption figure footer form
    header hgroup li listing main menu nav ol p pre search section summary ul""".split()
)
CELLS = frozenset(("td", "th", "caption"))
ROWS = frozenset("tr tbody thead tfoot col colgroup".split())
#: where a reader sees another paragraph begin
PARTED = BLOCKS | CELLS | ROWS | {"body", "head", "hr", "html", "option", "table"}
FRAMES = frozenset(("object", "applet", "marquee"))
#: what they change is not undone before the end of the page
HOPELESS = frozenset(("plaintext", "frameset", "isindex"))
#: of adopted blocks the standard counts eight (13.2.6.4.7)
ADOPTED = 8

#: inside svg and math: where HTML begins anew, what we follow there, and what ends the drawing
INTEGRATION = frozenset("foreignobject desc title mi mo mn ms mtext annotation-xml".split())
FOLLOWED = frozenset("b br div em i img p span strong sub sup".split())
BREAKOUT = frozenset(
    """b big blockquote body br center code dd div dl dt em embed font h1 h2 h3 h4 h5 h6 head hr i img li listing menu
    meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var""".split()
)


class Lost(Exception):
    """From here on two readers of HTML may disagree, for a reason in words; `lines` of what was read are before it."""

    lines = 0


def read(source, headings):
    """What a reader sees of a page, and where two readers part."""
    run, stop = Run(source, partial(is_apart, foreign(source))), None
    try:
        tell(run, Page(headings), source)
    except Lost as lost:
        stop = Stop(1 + lost.lines, str(lost))
    run.finish()
    return Reading(run.blocks, stop)


def tell(run, page, source):
    """Tell `run` what a reader sees of `source`, with what is open in `page`. Raises Lost."""
    for kind, start, end, name in page.read(source):
        if kind == "text":
            words(run, source, start, end)
        elif kind == "aside":
            run.aside(unescape(source[start:end]))
        elif kind == "inline":
            run.tag(start, end, name, CLOSES if source[start + 1] == "/" else OPENS)
        elif kind == "nothing":
            run.tag(start, end, name, ALONE)
        elif kind == "break":
            run.stand_in("\n", start, end)
        elif name in PARTED:
            run.begin(name in HEADINGS and source[start + 1] != "/")
        elif name == "br":
            run.aside("\n")
        else:
            run.finish()


def insert(source, links):
    """`source` with each link as an `a` element."""
    pieces, at = [], 0
    for start, end, url, title in links:
        title = f' title="{escape(title)}"' if title else ""
        pieces += [source[at:start], f'<a href="{escape(url)}"{title}>', source[start:end], "</a>"]
        at = end
    return "".join([*pieces, source[at:]])


def words(run, source, start, end):
    """The characters of source[start:end], each character reference read as browsers do."""
    at = start
    for match in REFERENCE.finditer(source, start, end):
        text = match[0]
        if text == "\0":
            run.words(at, match.start())
            run.tag(match.start(), match.end())
            at = match.end()
            continue
        if not text.startswith("&#"):
            text = next((text[:n] for n in range(len(text), 2, -1) if text[1:n] in html5), None)
        if text:
            run.words(at, match.start())
            at = match.start() + len(text)
            run.stand_in(unescape(text) or "\ufffd", match.start(), at)
    run.words(at, end)


def texts(source, cuts):
    """The text of a page before, between and behind `cuts`, places in order: as the nodes of its document have it.

    Tags are removed, references resolved (https://dom.spec.whatwg.org/#dom-node-textcontent), lines end in a line feed.
    What has no words of the article is left out, such as a script or a drawing, and so is all that is not read.
    """
    parts, cuts = [[]], [*cuts, len(source)]
    for start, end in nodes(source):
        while start < end:
            while cuts[len(parts) - 1] <= start:
                parts.append([])
            stop = min(end, cuts[len(parts) - 1])
            lines = source[start:stop].replace("\r\n", "\n").replace("\r", "\n")
            parts[-1].append(unescape(lines).replace("\0", ""))
            start = stop
    return ["".join(part) for part in parts] + [""] * (len(cuts) - len(parts))


def nodes(source):
    """Where text stands in a page, as pairs (start, end)."""
    opened = None
    try:
        for kind, start, end, name in Page().read(source):
            if kind in ("text", "aside"):
                yield FIRST_LINE.match(source, start).end() if start == opened else start, end
            elif name in ("pre", "listing") and source[start + 1] != "/":
                opened = end
    except Lost:
        pass


class Page:
    """The elements that are open, as far as they decide whether a link may stand here."""

    def __init__(self, headings=True):
        self.closed = CLOSED if headings else CLOSED | HEADINGS
        self.frames = []  # open tables, cells, objects: end tags do not reach across them
        self.tables = []  # where in `frames` the tables are
        self.open = {}  # closed elements that are open: name -> [(how many frames, how many blocks were open), …]
        self.blocks = []  # open blocks within closed elements

    @property
    def linkable(self):
        return not self.open and (not self.frames or self.frames[-1] != "table")

    @property
    def cell(self):
        """The name of the open cell of the innermost table."""
        return self.frames[self.tables[-1] + 1] if self.tables and self.frames[-1] != "table" else ""

    def read(self, source):
        """What matters to a reader, as (kind, start, end, name) with kind "text", "inline", "nothing", "break", "end".

        Text that may not be linked is "aside", and all other markup there is "end". Raises Lost.
        """
        start = 0
        try:
            at, size = 0, len(source)
            while at < size:
                markup = MARKUP.search(source, at)
                start = markup.start() if markup else size
                if at < start:
                    yield "text" if self.linkable else "aside", at, start, ""
                if not markup:
                    return
                name, side, at = token(source, start)
                linkable = self.linkable
                if not name:
                    yield "nothing" if linkable else "end", start, at, ""
                elif name in INLINE and linkable:
                    yield "inline", start, at, name
                elif name in ("br", "wbr") and linkable:
                    yield "break" if name == "br" else "nothing", start, at, name
                elif name not in INLINE:
                    yield "end", start, at, name
                    if side == CLOSES:
                        self.end(name)
                    else:
                        at = self.start(name, side, source, at)
        except Lost as lost:
            lost.lines = source.count("\n", 0, start)
            raise

    def start(self, name, side, source, at):
        """A start tag has been read up to `at`: the place to read on."""
        if name in HOPELESS:
            raise Lost(f"<{name}> changes how all that follows is read")
        if name in RAW:
            return after_raw(source, name, at)
        if name in PASSED:
            return at if side == ALONE and name in ("svg", "math") else PASSED[name](source, at, name)
        astray = bool(self.frames) and self.frames[-1] == "table"  # it ends up before the table, and lives on behind it
        if name in CELLS or name in ROWS:
            self.leave_cell()
            if self.tables and name in CELLS:
                self.frames.append(name)
        elif name == "table":
            if self.frames and self.frames[-1] == "table":
                self.leave(self.tables[-1])
            self.tables.append(len(self.frames))
            self.frames.append(name)
        elif name in FRAMES and astray:
            raise Lost(f"<{name}> stands between the cells of a table")
        elif name in FRAMES:
            self.frames.append(name)
        if name in self.closed:
            opened = self.open.setdefault(name, [])
            here = len(self.frames) - astray, len(self.blocks)
            if name == "a" and opened and opened[-1][0] == here[0]:
                if here[1] - opened[-1][1] >= ADOPTED:
                    raise Lost("<a> is not closed")
                opened[-1] = here
            else:
                opened.append(here)
        if name in BLOCKS and self.open:
            self.blocks.append((name, len(self.frames)))
        return at

    def end(self, name):
        """An end tag has been read."""
        if name == "table" and self.tables:
            self.leave(self.tables[-1])
        elif name in ROWS or (name in CELLS and name == self.cell):
            self.leave_cell()
        elif name in FRAMES and self.frames and self.frames[-1] == name:
            self.frames.pop()
            self.leave(len(self.frames))
        elif name in self.open:
            frames, blocks = self.open[name][-1]
            across = len(self.blocks) - blocks
            reach = len(self.blocks) if name in BLOCKS else ADOPTED - 1 if name == "a" else 0
            if frames == len(self.frames) and across <= reach:
                self.close(name)
        if self.blocks and self.blocks[-1] == (name, len(self.frames)):
            self.blocks.pop()

    def close(self, name):
        self.open[name].pop()
        if not self.open[name]:
            del self.open[name]
        if not self.open:
            self.blocks.clear()

    def leave_cell(self):
        if self.tables:
            self.leave(self.tables[-1] + 1)

    def leave(self, depth):
        """Close the frames above `depth`, and all that is open within them."""
        if lost := FRAMES.intersection(self.frames[depth:]):
            raise Lost(f"<{min(lost)}> is not closed")  # where the standard forgets one element too few
        del self.frames[depth:]
        while self.tables and self.tables[-1] >= depth:
            self.tables.pop()
        while self.blocks and self.blocks[-1][1] > depth:
            self.blocks.pop()
        for name in list(self.open):
            while name in self.open and self.open[name][-1][0] > depth:
                self.close(name)


def token(source, start, end=None, cdata=False):
    """The markup that begins at `start`: its name in lower case or "", its side, where it ends.

    The side of a start tag that says it has no content (`<path/>`, which means something in drawings alone) is ALONE.
    """
    end = len(source) if end is None else end
    if match := TAG.match(source, start, end):
        side = CLOSES if match["end"] else ALONE if match["alone"] else OPENS
        return match["name"].lower(), side, match.end()
    if source.startswith(("<!-->", "<!--->"), start):
        return "", ALONE, source.index(">", start) + 1
    if source.startswith("<!--", start):
        what, match = "comment", COMMENT_END.search(source, start + 4, end)
    elif cdata and source.startswith("<![CDATA[", start):
        what, match = "CDATA section", CDATA_END.search(source, start, end)
    else:
        what, match = "tag", BOGUS.match(source, start, end)
    if not match:
        raise Lost(f"a {what} is not closed")
    return "", ALONE, match.end()


def tokens(source, at, end=None):
    """The markup from `at` on, as (start, name, side, end); what raw elements hold is passed over."""
    while markup := MARKUP.search(source, at) if end is None else MARKUP.search(source, at, end):
        name, side, at = token(source, markup.start(), end)
        yield markup.start(), name, side, at
        if name in RAW and side != CLOSES:
            at = after_raw(source, name, at, end)


def after_raw(source, name, at, end=None):
    """Where the end tag of a raw element stands whose start tag ends at `at`."""
    end = len(source) if end is None else end
    if name == "script":
        return after_script(source, at, end)
    match = RAW_END[name].search(source, at, end)
    if not match:
        raise Lost(f"<{name}> is not closed")
    return match.start()


def after_script(source, at, end):
    """A script within a comment within a script does not end it (13.2.5.20 and on)."""
    comment = nested = False
    while match := SCRIPT_PART.search(source, at, end):
        at = match.end()
        if match[0] == "<!--":
            comment = True
            at -= 2
        elif match[0] == "-->":
            comment = nested = False
        elif not match[1]:
            nested = comment
        elif nested:
            nested = False
        else:
            return match.start()
    raise Lost("<script> is not closed")


def pass_select(source, at, name):
    """Whatever but choices stands in a `select` is dropped by some readers and kept by others."""
    for _, inner, side, end in tokens(source, at):
        if inner == name and side == CLOSES:
            return end
        if inner and inner not in ("option", "optgroup", "hr"):
            raise Lost(f"<{inner}> stands in <select>")
    raise Lost("<select> is not closed")


def pass_template(source, at, name, end=None):
    """What has its own tree, or is read by some browsers alone, must leave no element open behind it."""
    opened = [name]
    for _, inner, side, after in tokens(source, at, end):
        if inner in HOPELESS or (inner in PASSED and inner != "template"):
            raise Lost(f"<{inner}> stands in <{name}>")
        if side == CLOSES:
            if opened.pop() != inner:
                raise Lost(f"</{inner}> in <{name}> closes nothing")
            if not opened:
                return after
        elif inner and inner not in VOID:
            opened.append(inner)
    if end is None or len(opened) > 1:
        raise Lost(f"<{opened[-1]}> is not closed")
    return end


def pass_noscript(source, at, name):
    """With scripts it is raw, without them it is not: both readings must come to the same end."""
    return pass_template(source, at, name, after_raw(source, name, at))


def pass_drawing(source, at, name):
    """An `svg` or `math` element, well formed but for the rules of HTML in its texts."""
    drawing, opened = name, [(name, False)]
    while opened:
        markup = MARKUP.search(source, at)
        if not markup:
            raise Lost(f"<{drawing}> is not closed")
        text = opened[-1][1]
        name, side, at = token(source, markup.start(), cdata=not text)
        if not name:
            continue
        if side == CLOSES:
            while opened and opened[-1] != (name, False) and not opened[-1][1]:
                opened.pop()
            if not opened or opened.pop()[0] != name:
                raise Lost(f"</{name}> in <{drawing}> closes nothing")
        elif text and name in FOLLOWED:
            if name not in VOID:
                opened.append((name, True))
        elif (text and name not in ("svg", "math")) or (not text and name in BREAKOUT):
            raise Lost(f"<{name}> stands in <{drawing}>")
        elif side == OPENS:
            opened.append((name, name in INTEGRATION))
    return at


#: elements with rules of their own, passed over as a whole
PASSED = {
    "select": pass_select,
    "template": pass_template,
    "noscript": pass_noscript,
    "svg": pass_drawing,
    "math": pass_drawing,
}
