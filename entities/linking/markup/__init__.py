"""Reading and linking an article in its own format: what may be linked, and the same text but for the links.

Three formats are read: plain text, Markdown (CommonMark with GitHub's tables, task lists and strikethrough, footnotes,
mathematics, front matter) and HTML. The links are written in the language of the article, footnotes in plain text.
An article is never turned into another format: that would change more than the links.
"""

import re
from itertools import pairwise

from . import html, markdown, plain
from .annotations import annotations
from .runs import Link, Reading, Segment, Stop

HTML_TAG = re.compile(r"<(?:!doctype|html|body|article|div|p|h[1-6]|ul|ol|li|table|br|span|a)\b[^<>]*>", re.IGNORECASE)
MARKDOWN_MARK = re.compile(
    r"^#{1,6} \S|^(?:```|~~~|---$)|^> |\]\(\S|\*\*\S|(?<!\w)[*_]\w[^*_\n]*\w[*_](?!\w)", re.MULTILINE
)
FORMATS = {"text": plain, "markdown": markdown, "html": html}

__all__ = ["FORMATS", "Link", "Reading", "Segment", "Stop", "annotations", "guess", "insert", "read", "segments"]


def read(source, format, headings=True):
    """The Reading of `source`: what a reader sees, where names may be linked, and from which line on none may.

    `format` is "text", "markdown" or "html"; without `headings` those of Markdown and HTML are left out. Raises
    ValueError where `source` holds half a surrogate pair, which no file can hold.
    """
    try:
        source.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"character {error.start} is half a surrogate pair") from error
    return FORMATS[format].read(source, headings)


def segments(source, format, headings=True):
    """The runs of `source` in which names may be linked, as a reader sees them: a list of Segment, in order."""
    return read(source, format, headings).segments


def guess(source):
    """The likely format of `source`: HTML where it has one of its tags, Markdown where it has one of its marks."""
    if HTML_TAG.search(source):
        return "html"
    return "markdown" if MARKDOWN_MARK.search(source) else "text"


def insert(source, format, links):
    """`source` with `links`, a list of Link whose spans come from Segment.span; ValueError where two overlap."""
    links = sorted(links)
    for before, after in pairwise(links):
        if before.end > after.start:
            raise ValueError(f"links overlap at {after.start}")
    return FORMATS[format].insert(source, links)
