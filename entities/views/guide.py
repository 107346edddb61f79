"""The page for writers: docs/linking.md as a page of the site."""

from functools import cache

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entities.linking.articles import MARKDOWN, safe_html


@require_safe
def guide(request):
    return render(request, "linking/guide.html", {"html": guide_html(settings.SITE_URL)})


@cache
def guide_html(site):
    """The sections of the guide with the address of this site in their examples."""
    text = (settings.BASE_DIR / "docs" / "linking.md").read_text(encoding="utf-8")
    return safe_html(MARKDOWN.parse(text[text.index("\n## ") :].replace("SITE", site)))
