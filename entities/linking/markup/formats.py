"""The formats of articles: what they are called, how their files end, their media types."""

from pathlib import PurePath
from typing import NamedTuple


class Known(NamedTuple):
    """A format: its words, the endings of its files (the usual one first), its media type."""

    label: str
    endings: tuple
    media_type: str


KNOWN = {
    "text": Known("Plain text", (".txt", ".text"), "text/plain"),
    "markdown": Known("Markdown", (".md", ".markdown", ".mdown", ".qmd", ".rmd"), "text/markdown"),
    "html": Known("HTML", (".html", ".htm", ".xhtml"), "text/html"),
}
BY_ENDING = {ending: key for key, known in KNOWN.items() for ending in known.endings}
BY_MEDIA_TYPE = {known.media_type: key for key, known in KNOWN.items()}


def format_of(filename):
    """The format that a file has by its ending, or None."""
    return BY_ENDING.get(PurePath(filename).suffix.lower())
