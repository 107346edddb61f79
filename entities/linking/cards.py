"""What other sites show of an entity beside a link to it: title, description, picture; and the head of its page."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from entities.addresses import LICENCE, absolute
from entities.dates import PartialDate
from entities.models import Entity, OldSlug, Statement
from entities.models.entity import PROXIES
from entities.models.kinds import KINDS
from entities.pages import EntityPage
from entities.pictures.card import Card, Life, legible

from .jsonld import article_jsonld, as_script, page_jsonld

DESCRIPTION = 300  # characters
JSONLD = 7_500  # bytes in the head of a page, which all in all keeps within 20,000
NAMED = 3  # entities of an article, in the words beside its title
OEMBED_TYPES = {"json": "application/json+oembed", "xml": "text/xml+oembed"}


class Head:
    """What the head of an entity's page tells machines, of an EntityPage and without a query."""

    licence = LICENCE

    def __init__(self, page):
        self.entity = page.entity
        self.title = page.entity.name
        self.description = description(page)
        self.url = absolute(page.entity.get_absolute_url())
        self.permalink = absolute(page.entity.permalink)
        self.image = absolute(reverse("card-image", args=[page.entity.uid]))
        self.image_alt = image_alt(page)
        self.data = page_jsonld(page) | {"description": self.description}

    @property
    def oembed(self):
        """[(media type, address)] of the oEmbed answers about the entity."""
        return oembed_links(self.permalink)

    @property
    def jsonld(self):
        return mark_safe(as_script(self.data, JSONLD))  # it holds no <, > or &


class ArticleHead:
    """What the head of an article of our own tells machines, of the article and the entities in it, without a query."""

    type = "article"

    def __init__(self, article, entities):
        self.article, self.entities = article, entities
        self.title, self.description = article.title, article.summary
        self.url = absolute(article.get_absolute_url())
        self.image = absolute(reverse("article-card-image", args=[article.slug]))
        self.image_alt = f"{article.title}. {told_of(article, entities)}."

    @property
    def oembed(self):
        """[(media type, address)] of the oEmbed answers about the article."""
        return oembed_links(self.url)

    @property
    def jsonld(self):
        return mark_safe(as_script(article_jsonld(self.article, self.entities), JSONLD))  # it holds no <, > or &


def oembed_links(url):
    address = absolute(reverse("oembed"))
    return [
        (media_type, f"{address}?{urlencode({'url': url, 'format': form})}")
        for form, media_type in OEMBED_TYPES.items()
    ]


def description(page):
    """One to three sentences: the summary, cut, or else the first sentence of the page, or else what it is."""
    entity = page.entity
    return Truncator(entity.summary or page.in_words or what(entity)).chars(DESCRIPTION)


def what(entity):
    return f"{entity.kind_label}, {entity.type_label}"


def image_alt(page):
    """The card in words."""
    return ". ".join(filter(None, [page.entity.name, what(page.entity), page.in_words])) + "."


def card(page, this_year):
    """The Card of an EntityPage; a name in a script that the fonts lack gives way to one that they have."""
    entity = page.entity
    names = [entity.name, *(name.text for _, names in page.names for name in names)]
    return Card(
        kind=entity.kind,
        kind_label=entity.kind_label,
        type_label=", ".join(filter(None, [entity.type_label, entity.status_label.lower()])),
        name=next(filter(legible, names), entity.uid),
        sentence=page.in_words or entity.summary,
        address=absolute(entity.permalink).partition("://")[2],
        life=life(page.on_scale(this_year)),
    )


def article_card(article, entities):
    """The Card of an article of our own, with the marks of what it names."""
    return Card(
        kind="",
        kind_label="",
        type_label="",
        name=article.title,
        sentence=told_of(article, entities),
        address=absolute(article.get_absolute_url()).partition("://")[2],
        kinds=tuple(kind for kind in KINDS if any(entity.kind == kind for entity in entities)),
    )


def told_of(article, entities):
    """Who wrote an article, when, and the first entities that it names."""
    credit = ", ".join(filter(None, ["Article", article.byline, article.published and article.published.words]))
    names = [entity.name for entity in entities[:NAMED]]
    more = f" and {len(entities) - NAMED} more" if len(entities) > NAMED else ""
    return f"{credit}. It names {', '.join(names)}{more}" if names else credit


def life(picture):
    """A Picture of the scale of years as the card draws it."""
    if not picture:
        return None
    bar = (picture.bar.x, picture.bar.width, picture.bar.still) if picture.bar else ()
    return Life(picture.years, tuple(picture.labels), bar, tuple(picture.strokes))


class PastPage(EntityPage):
    """The page of an entity as a Revision has it, with what was said then of entities that are published now.

    Of the others it knows the present names. It costs 2 queries.
    """

    def __init__(self, revision):
        record = revision.record
        self.entity = PROXIES[record["kind"]](
            uid=revision.entity.uid,
            version=revision.number,
            **{name: record.get(name, "") for name in ("type", "name", "slug", "summary", "country", "city", "status")},
            **span(record),
        )
        said = record.get("statements", [])
        others = published_by_slug({statement["object"] for statement in said if "object" in statement})
        self.out = self.lines(
            [
                Statement(
                    number=statement["number"],
                    predicate=statement["predicate"],
                    role=statement.get("role", ""),
                    object=others.get(statement.get("object")),
                    text=statement.get("text", ""),
                    rank=rank,
                    **span(statement),
                )
                for rank, statement in enumerate(said)
                if "object" not in statement or statement["object"] in others
            ],
            self.entity,
        )
        self.incoming, self.names = [], []


def span(record):
    return {name: PartialDate.trusted(record[name]) if name in record else "" for name in ("start", "end")}


def published_by_slug(slugs):
    """{slug: the published entity that has it, or had it before it was renamed or merged}, in 2 queries."""
    rows = Entity.objects.select_related("merged_into").filter(slug__in=slugs)
    olds = OldSlug.objects.select_related("entity__merged_into").filter(slug__in=slugs)
    found = {old.slug: old.entity for old in olds} | {row.slug: row for row in rows}
    return {slug: entity.today for slug, entity in found.items() if entity.today.is_published}
