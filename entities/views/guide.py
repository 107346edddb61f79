"""The page for writers: docs/linking.md as a page of the site."""

import re
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entities.linking.articles import MARKDOWN, safe_html
from entities.text import slugify

CODE_IN_CELL = re.compile(r"(?<=<td><code>)[\w/.+-]+")
#: where a media type may go on in the next line
JOINT = re.compile(r"(?<=\w[/.])(?=\w)")


@require_safe
def guide(request):
    contents, html = sections(settings.SITE_URL)
    return render(request, "linking/guide.html", {"contents": contents, "html": html})


@cache
def sections(site):
    """[(anchor, heading)] of the sections of the guide, and all of them as HTML, for the site at that address."""
    text = (settings.BASE_DIR / "docs" / "linking.md").read_text(encoding="utf-8")
    tokens = MARKDOWN.parse(text[text.index("\n## ") :].replace("SITE", site))
    contents = []
    for token, words in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slugify(words.content))
            if token.tag == "h2":
                contents.append((slugify(words.content), words.content))
    return contents, CODE_IN_CELL.sub(lambda code: JOINT.sub("<wbr>", code[0]), safe_html(tokens))
