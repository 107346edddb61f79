"""The page for writers: docs/linking.md as a page of the site."""

import re
from functools import lru_cache
from itertools import pairwise

from django.conf import settings
from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entities.linking.articles import MARKDOWN, safe_html
from entities.models import Entity
from entities.text import slugify

CODE_IN_CELL = re.compile(r"(?<=<td><code>)[\w/.+-]+")
#: a picture of the site is for who reads the document elsewhere
PICTURE = re.compile(r"^!\[.*\)\n\n", re.MULTILINE)
#: where a media type may go on in the next line
JOINT = re.compile(r"(?<=\w[/.])(?=\w)")


@require_safe
def guide(request):
    example = known_best()
    contents, html = sections(settings.SITE_URL, example.uid if example else "UID")
    return render(request, "linking/guide.html", {"contents": contents, "html": html, "example": example})


def known_best():
    """The institution with the most partnerships of those with a ROR and a statement: each example says something."""
    known = Entity.objects.published().of_kind("institution").filter(identifiers__scheme="ror", last_number__gt=0)
    partnerships = Count("mentioned_by", filter=Q(mentioned_by__predicate="partner"))
    return known.alias(partnerships=partnerships).order_by("-partnerships", "sort_name").first()


@lru_cache(maxsize=8)
def sections(site, uid):
    """[(anchor, heading)] of the sections of the guide, and all of them as HTML: for the site at that address, with the
    id of an entry for examples.
    """
    text = PICTURE.sub("", (settings.BASE_DIR / "docs" / "linking.md").read_text(encoding="utf-8"))
    tokens = MARKDOWN.parse(text[text.index("\n## ") :].replace("SITE", site).replace("UID", uid))
    contents = []
    for token, words in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slugify(words.content))
            if token.tag == "h2":
                contents.append((slugify(words.content), words.content))
    return contents, CODE_IN_CELL.sub(lambda code: JOINT.sub("<wbr>", code[0]), safe_html(tokens))
