"""Our own articles: the mentions in them, and their text as HTML with links to what is mentioned."""

import re
from bisect import bisect
from collections import Counter
from itertools import chain, count

import nh3
from django.db import transaction
from markdown_it import MarkdownIt

from entities.models import Article, Entity, Mention
from entities.text import slugify

from . import index
from .linker import Options, link
from .markup import Link, insert

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
ALLOWED = {
    "a": {"href", "title", "class", "data-kind"},
    "h2": {"id"},
    "h3": {"id"},
    "th": {"scope", "align"},
    "td": {"align"},
}
HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
TAGS = set("a blockquote br code del em h2 h3 h4 hr li ol p pre s strong table tbody td th thead tr ul".split())


@transaction.atomic
def find_mentions(article):
    """Look for the entities that the text of `article` names, and write down what is new; how many that was.

    What an editor has confirmed or refused stays so where it has only moved: the same words for the same entity, the
    first, second … time. Mentions of a text that is gone go with it; those without a place are the editor's own.
    """
    Article.objects.select_for_update().get(pk=article.pk)  # two searches at once would write the same rows
    known = {}
    for mention in article.mentions.exclude(position=None).order_by("position").select_related("entity__merged_into"):
        known.setdefault((mention.entity.today.uid, mention.text), []).append(mention.state)
    found = link(article.body, "markdown", index.current(), Options(first=False, headings=True)).mentions
    found = [(one.entry.uid, " ".join(one.text.split()), one.start) for one in found if one.linked]
    keys = dict(Entity.objects.filter(uid__in={uid for uid, _, _ in found}).values_list("uid", "pk"))
    rows, seen = [], Counter()
    for uid, text, start in found:
        states = known.get((uid, text), [])
        place = seen[uid, text]
        seen[uid, text] += 1
        state = states[place] if place < len(states) else "found"
        rows.append(Mention(article=article, entity_id=keys[uid], text=text[:300], position=start, state=state))
    article.mentions.exclude(position=None).delete()
    Mention.objects.bulk_create(rows)
    return sum(row.state == "found" for row in rows)


@transaction.atomic
def keep_article(article, title=""):
    """A linker's Article as a draft of our own: what is linked is confirmed, what could have been is refused.

    Raises ValidationError where the text cannot be kept.
    """
    lines = [line.strip("# \t") for line in article.source.splitlines()]
    title = (next(filter(None, lines), "") or title or "Untitled")[:300]
    kept = Article(slug=free_slug(slugify(title) or "article"), title=title, body=article.source)
    kept.full_clean()
    kept.save()
    find_mentions(kept)
    wanted = {(one.entry.uid, " ".join(one.text.split())) for one in article.mentions if one.linked}
    mentions = list(kept.mentions.select_related("entity"))
    for mention in mentions:
        mention.state = "confirmed" if (mention.entity.uid, mention.text) in wanted else "refused"
    Mention.objects.bulk_update(mentions, ["state"])
    return kept


def free_slug(slug):
    """`slug`, or with a number where an article has it."""
    taken = set(Article.objects.filter(slug__startswith=slug[:90]).values_list("slug", flat=True))
    names = chain([slug], (f"{slug[:90]}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def public_mentions(article):
    """The mentions in an article that the public may see, in the order of its text, each with its entity; 1 query."""
    return list(article.mentions.public().select_related("entity__merged_into").order_by("position", "pk"))


def entities_of(mentions):
    """The entities of mentions, each once and as the one into which it was merged."""
    return list(dict.fromkeys(mention.entity.today for mention in mentions))


def article_html(article, mentions):
    """The body of `article` as safe HTML, with links to the entities of `mentions`, each once in every section."""
    kinds, links, seen = {}, [], set()
    headings = [heading.start() for heading in HEADING.finditer(article.body)]
    for mention in mentions:
        words = r"\s+".join(map(re.escape, mention.text.split()))
        there = mention.position is not None and re.compile(words).match(article.body, mention.position)
        if there and (not links or links[-1].end <= there.start()):
            entity = mention.entity.today
            url = entity.get_absolute_url()
            place = url, bisect(headings, there.start())
            if place in seen:
                continue
            seen.add(place)
            kinds[url] = entity.kind
            links.append(Link(there.start(), there.end(), url))
    tokens = MARKDOWN.parse(insert(article.body, "markdown", links))
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"  # the title is the page's own
        for child in token.children or []:
            if child.type == "link_open" and child.attrGet("href") in kinds:
                child.attrSet("class", "name")
                child.attrSet("data-kind", kinds[child.attrGet("href")])
    return safe_html(tokens)


def safe_html(tokens):
    """What markdown-it has read, as HTML that can do nothing."""
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return nh3.clean(html, tags=TAGS, attributes=ALLOWED, link_rel="")
