"""Plain text: paragraphs to read, numbered notes to write."""

import re
from itertools import count

from .runs import Reading, Run

BLANK_LINES = re.compile(r"(?:(?>\r\n?|\n)[ \t>]*+)+(?>\r\n?|\n)\s*")
QUOTING = re.compile(r">(?<![^\n]>)(?:[ \t]?>)*[ \t]?")  # before each line that a letter quotes
NOTES = re.compile(r"\[([\d,;\s–-]{1,40})\]")
LAST_NOTE = 999  # a greater number in brackets is a year, a page, a patent


def read(source, headings):
    """Plain text has paragraphs alone."""
    run, at = Run(source), 0
    for blank in BLANK_LINES.finditer(source):
        paragraph(run, at, blank.start())
        run.begin()
        at = blank.end()
    paragraph(run, at, len(source))
    run.finish()
    return Reading(run.blocks)


def paragraph(run, start, end):
    """Tell `run` a paragraph; what marks its lines as quoted is seen where a quotation begins, and not again."""
    depth, following = 0, None
    for mark in QUOTING.finditer(run.source, start, end):
        before, depth = depth, mark[0].count(">")
        if depth == before and mark.start() == following:
            run.words(start, mark.start())
            run.tag(*mark.span())
            start = mark.end()
        following = run.source.find("\n", mark.end()) + 1
    run.words(start, end)


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
