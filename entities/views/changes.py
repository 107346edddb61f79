"""“Changed since you wrote”: what is new in an entry, and in the entries that an article names."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from entities.addresses import LICENCE, absolute
from entities.models import Article, Mention, Revision
from entities.records.changes import MOST_CHANGES, changes, ends, not_the_first, read_moment, since

from .entities import reference
from .lists import json_response


def since_as_data(entity, text, today):
    """What `?since=` adds to the JSON of an entry; ValueError, with a sentence, where it means nothing."""
    found = since(entity, text, today)
    return {
        "version": found.then and found.then.number,
        "date": found.then and moment(found.then.created),
        "changed": bool(found.differences),
        "what": list(map(str, found.differences)),
        "changes": [as_data(change) for change in found.changes],
    }


def as_data(change):
    data = {"version": change.version, "date": moment(change.date), "what": list(map(str, change.differences))}
    lists = {part.part: part._asdict() for part in change.differences if any(part[1:])}
    for part in lists.values():
        del part["part"]
    return data | ({"lists": lists} if lists else {})


def moment(date):
    return date.isoformat(timespec="seconds")


def changes_in(article):
    """[Change] of the entries that an article names, after the first day of its date; all, where it has none.

    That an entry was first published changes nothing in it: on a base just loaded there is no news. That one was
    withdrawn or merged is the last that is told of it.
    """
    mentions = Mention.objects.confirmed().filter(article=article)
    named = Q(entity__in=mentions.values("entity")) | Q(entity__in=mentions.values("entity__merged_into"))
    revisions = Revision.objects.filter(named)
    if article.published:
        revisions = revisions.filter(created__gt=read_moment(article.published))
    found = changes(not_the_first(revisions)) + ends(revisions)
    return sorted(found, key=lambda change: change.date, reverse=True)[:MOST_CHANGES]


@require_safe
def article_changes_json(request, slug):
    """What has changed in the entries that an article names since its date."""
    article = get_object_or_404(Article.objects.published(), slug=slug)
    return json_response(
        {
            "article": {"title": article.title, "url": address(article), "published": article.published},
            "licence": LICENCE,
            "changes": [{"entity": reference(change.entity)} | as_data(change) for change in changes_in(article)],
        }
    )


def address(article):
    """Where the article can be read."""
    return absolute(article.get_absolute_url()) if article.body else article.url


class ArticleChanges(Feed):
    """The same as an Atom feed. All its addresses are whole, so that Django puts no host before them."""

    feed_type = Atom1Feed
    author_name = settings.SITE_NAME
    feed_copyright = LICENCE

    def get_object(self, request, slug):
        return get_object_or_404(Article.objects.published(), slug=slug)

    def title(self, article):
        return f"Changed since “{article.title}”"

    def subtitle(self, article):
        return f"What has changed in the entries of {settings.SITE_NAME} that the article names since it was written."

    def link(self, article):
        return address(article)

    def feed_url(self, article):
        return absolute(reverse("article-changes", args=[article.slug]))

    def items(self, article):
        return changes_in(article)

    def item_title(self, change):
        return f"{change.entity.name}, version {change.version}"

    def item_description(self, change):
        return escape(". ".join(map(str, change.differences)))

    def item_link(self, change):
        return absolute(change.entity.permalink)

    def item_guid(self, change):
        return f"{absolute(change.entity.permalink)}#version-{change.version}"

    def item_pubdate(self, change):
        return change.date

    item_updateddate = item_pubdate


article_changes = require_safe(ArticleChanges())
