"""How an entry is cited: in words, in BibTeX, in RIS and in CSL-JSON.

The author is the site, a corporate one; a citation names the version and the day of access. Its key holds the uid
alone, so that renaming an entry changes no bibliography. Sources of the formats: BibTeX's @misc with the fields of
natbib and biblatex (https://ctan.org/pkg/biblatex), the RIS of Zotero and EndNote
(https://en.wikipedia.org/wiki/RIS_(file_format)), CSL-JSON 1.0 (https://docs.citationstyles.org).
"""

import re
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from entities.addresses import absolute
from entities.text import LINE_END

from .snippets import Snippet, snippets

LICENCE = "CC BY 4.0"
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
#: what TeX reads as a command, and how it prints it
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts an escaped brace too
        "}": r"\textbraceright{}",
        "%": r"\%",
        "#": r"\#",
        "$": r"\$",
        "&": r"\&",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)


class Citation(NamedTuple):
    """What a citation says. `changed` is the day of the version, `read` that of the access."""

    uid: str
    name: str
    url: str
    version: int
    changed: date
    read: date
    site: str

    @property
    def author(self):
        return f"{self.site} contributors"

    @property
    def key(self):
        return f"{re.sub('[^a-z0-9]+', '-', self.site.lower()).strip('-')}-{self.uid}"

    @property
    def plain(self):
        """The citation in words: what to cite, from where, which version, when it was read."""
        return (
            f"{self.author}. “{one_line(self.name)}”. {self.site}, version {self.version}, {words(self.changed)}. "
            f"{self.url} (accessed {words(self.read)}). {LICENCE}."
        )

    @property
    def bibtex(self):
        """An entry for BibTeX and biblatex; UTF-8."""
        fields = {
            "author": f"{{{{{tex(self.author)}}}}}",
            "title": f"{{{{{tex(one_line(self.name))}}}}}",
            "howpublished": f"{{{tex(self.site)}}}",
            "year": f"{{{self.changed.year}}}",
            "month": MONTHS[self.changed.month - 1],
            "note": f"{{Version {self.version}. Accessed {words(self.read)}. {LICENCE}}}",
            "url": f"{{{self.url}}}",
            "urldate": f"{{{self.read.isoformat()}}}",
            "version": f"{{{self.version}}}",
        }
        lines = "".join(f"  {name:<12} = {value},\n" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}}}\n"

    @property
    def ris(self):
        """A record in RIS; UTF-8, lines end with CR and LF as the format asks."""
        lines = [
            ("TY", "ELEC"),
            ("ID", self.key),
            # RIS knows “Last, First” alone: EndNote takes two words for a first and a last name unless a comma ends
            # them; Zotero splits at the comma, and takes what has no first name for an organisation
            ("AU", f"{self.author},"),
            ("TI", one_line(self.name)),
            ("T2", self.site),
            ("PB", self.site),
            ("PY", str(self.changed.year)),
            ("DA", f"{self.changed:%Y/%m/%d}"),
            ("ET", f"Version {self.version}"),
            ("Y2", f"{self.read:%Y/%m/%d}"),
            ("UR", self.url),
            ("N1", LICENCE),
            ("LA", "en"),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in lines)

    @property
    def csl(self):
        """[item] as CSL-JSON has it: a list, which is what Zotero, Pandoc and citeproc read."""
        return [
            {
                "id": self.key,
                "type": "webpage",
                "author": [{"literal": self.author}],
                "title": one_line(self.name),
                "container-title": self.site,
                "publisher": self.site,
                "issued": {"date-parts": [date_parts(self.changed)]},
                "accessed": {"date-parts": [date_parts(self.read)]},
                "version": str(self.version),
                "URL": self.url,
                "language": "en-GB",
                "note": LICENCE,
            }
        ]


def citation_of(entity, today):
    """The Citation of an entity as it is now, read `today`."""
    return Citation(
        uid=entity.uid,
        name=entity.name,
        url=absolute(entity.permalink),
        version=entity.version,
        changed=timezone.localdate(entity.modified),
        read=today,
        site=settings.SITE_NAME,
    )


def ways_to_link(entity, today):
    """[Snippet] to copy: the address, the citation in words, the link in each language, the citation in each format."""
    citation = citation_of(entity, today)
    address, *links = snippets(entity.name, citation.url)
    return [
        address,
        Snippet("Citation", citation.plain),
        *links,
        Snippet("BibTeX", citation.bibtex.rstrip()),
        Snippet("RIS", citation.ris.replace("\r\n", "\n").rstrip()),
    ]


def words(day):
    """6 August 2012."""
    return f"{day.day} {day:%B %Y}"


def date_parts(day):
    return [day.year, day.month, day.day]


def one_line(text):
    return LINE_END.sub(" ", text)


def tex(text):
    """`text` as TeX prints it."""
    return text.translate(TEX)
