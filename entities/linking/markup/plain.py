"""Plain text: paragraphs to read, numbered notes to write."""

import re
from itertools import count

from .runs import Reading, Run

BLANK_LINES = re.compile(r"(?>\r\n?|\n)[ \t]*(?>\r\n?|\n)\s*")
NOTES = re.compile(r"\[([\d,;\s–-]{1,40})\]")
LAST_NOTE = 999  # a greater number in brackets is a year, a page, a patent


def read(source, headings):
    """Plain text has paragraphs alone."""
    run, at = Run(source), 0
    for blank in BLANK_LINES.finditer(source):
        run.words(at, blank.start())
        run.begin()
        at = blank.end()
    run.words(at, len(source))
    run.finish()
    return Reading(run.blocks)


def insert(source, links):
    """`source` with “ [1]” behind each name, one number for each address, and the list of addresses below it.

    The numbers go on from the greatest that the article itself has in brackets.
    """
    taken = {int(number) for note in NOTES.findall(source) for number in re.findall(r"\d+", note)}
    first = max((number for number in taken if number <= LAST_NOTE), default=0) + 1
    free = (number for number in count(first) if number not in taken)
    notes, pieces, at = {}, [], 0
    for link in links:
        if link.url not in notes:
            notes[link.url] = (next(free), link.title)
        pieces += [source[at : link.end], f" [{notes[link.url][0]}]"]
        at = link.end
    pieces.append(source[at:])
    if notes:
        newline = "\r\n" if "\r\n" in source else "\n"
        pieces.append(newline if source.endswith(("\n", "\r")) else newline * 2)
        for url, (number, title) in notes.items():
            pieces.append(f"[{number}] {title}{': ' if title else ''}{url}{newline}")
    return "".join(pieces)
