"""A link to copy, in the languages in which articles are written, each escaped as its language asks."""

import re
from html import escape
from typing import NamedTuple

from entities.text import LINE_END

#: the characters of CommonMark (and of GitHub's strikethrough and tables) that may mean something within a line
MARKDOWN = re.compile(r"([\\`*_\[\]<>~|])")
#: what MediaWiki reads as markup within the words of a link
WIKITEXT = re.compile(r"[\[\]{}|<>]|'(?=')|(?<=')'|~(?=~)|(?<=~)~|_(?=_)|(?<=_)_|=(?==)|(?<==)=|&(?=#?\w+;)")
RST = re.compile(r"([\\`*_|<>])")


class Snippet(NamedTuple):
    """A link in one language."""

    label: str
    text: str


def snippets(name, url):
    """[Snippet] of a link with the words `name` to `url`, an address of ours without white space or brackets."""
    line = LINE_END.sub(" ", name).strip()
    return [
        Snippet("Address", url),
        Snippet("HTML", f'<a href="{escape(url)}">{escape(line, quote=False)}</a>'),
        Snippet("Markdown", f"[{markdown(line)}]({url})"),
        Snippet("Wikitext", f"[{url} {wikitext(line)}]"),
        Snippet("reStructuredText", f"`{rst(line)} <{url}>`__"),
        Snippet("BBCode", f"[url={url}]{bbcode(line)}[/url]"),
    ]


def markdown(text):
    """`text` as Markdown prints it unchanged; an ampersand that would begin an entity is escaped too."""
    return re.sub(r"&(?=#?\w+;)", r"\\&", MARKDOWN.sub(r"\\\1", text))


def wikitext(text):
    """`text` as MediaWiki prints it unchanged: by numeric entities, which it takes everywhere for plain text."""
    return WIKITEXT.sub(lambda found: f"&#{ord(found[0])};", text)


def rst(text):
    """`text` as reStructuredText prints it unchanged."""
    return RST.sub(r"\\\1", text)


def bbcode(text):
    """`text` without square brackets, for which BBCode has no escape: round ones take their place."""
    return text.translate(str.maketrans("[]", "()"))
