"""The forms in which a permalink gives an entry: `/e/<uid>.<form>`, or `/e/<uid>` by its media type."""

from typing import NamedTuple

from django.urls import reverse

from entities.addresses import LICENCE, absolute


class Form(NamedTuple):
    """A form: its media type, and what it is called."""

    media_type: str
    title: str


FORMS = {
    "json": Form("application/json", "Record and sources (JSON)"),
    "jsonld": Form("application/ld+json", "schema.org (JSON-LD)"),
    "bib": Form("application/x-bibtex", "Citation (BibTeX)"),
    "ris": Form("application/x-research-info-systems", "Citation (RIS)"),
    "csl.json": Form("application/vnd.citationstyles.csl+json", "Citation (CSL-JSON)"),
    "md": Form("text/markdown", "The page as Markdown"),
    "txt": Form("text/plain", "Citation in words"),
}


def link_header(entity):
    """The Link header (RFC 8288, signposting.org): how to cite the entry, its licence, its page and its forms.

    And where to tell us of a link to it (Webmention).
    """
    found = [
        f'<{absolute(entity.permalink)}>; rel="cite-as"',
        f'<{LICENCE}>; rel="license"',
        f'<{absolute(entity.get_absolute_url())}>; rel="alternate"; type="text/html"',
        f'<{absolute(reverse("webmention"))}>; rel="webmention"',
    ]
    found += [f'<{absolute(url)}>; rel="alternate"; type="{form.media_type}"' for form, url in forms_of(entity)]
    return ", ".join(found)


def forms_of(entity):
    """[(Form, path)] of everything that a permalink gives besides the page."""
    return [(form, reverse("permalink-as", args=[entity.uid, name])) for name, form in FORMS.items()]
