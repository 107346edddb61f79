"""Entity: the one row of everything that has a page, and the words by which entities are asked for."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django_countries.fields import CountryField
from taggit.managers import TaggableManager

from entities.dates import span_words
from entities.text import draw_uid, fold, read_uid

from .fields import LineField, PartialDateField, ProseField, http_url, no_control, plain_slug
from .kinds import KINDS, NOT_GOING_ON, PARTICIPATION, STATES, status_label, type_label
from .rules import entity_problems, merge_problems
from .statements import Statement
from .tags import Tagging


class EntityQuerySet(models.QuerySet):
    """The words of a search; they chain."""

    def published(self):
        """What the public may see. Every outlet asks this first."""
        return self.filter(state="published")

    def that_lead_to_published(self):
        """What is published, and what was merged into it: the names of both are names of what is published."""
        return self.filter(Q(state="published") | Q(merged_into__state="published"))

    def of_kind(self, *kinds):
        return self.filter(kind__in=kinds)

    def of_type(self, *types):
        return self.filter(type__in=types)

    def with_status(self, *statuses):
        return self.filter(status__in=statuses)

    def tagged(self, *slugs):
        """With any of the tags."""
        return self.filter(pk__in=Tagging.objects.filter(tag__slug__in=slugs).values("content_object"))

    def tagged_all(self, *slugs):
        """With every one of the tags."""
        for slug in slugs:
            self = self.tagged(slug)
        return self

    def in_country(self, *codes):
        """Seated in any of the countries, or with a partner or member there, or said to be there by a statement."""
        return self.filter(Q(country__in=codes) | Q(pk__in=Statement.objects.in_country(*codes).values("subject")))

    def with_participant(self, slugs=(), capacities=()):
        """Joined to any of the organisations in any of the capacities, by one and the same statement."""
        edges = Statement.objects.visible().filter(predicate__in=PARTICIPATION)
        if slugs:
            edges = edges.filter(object__slug__in=slugs)
        if capacities:
            edges = edges.in_capacity(*capacities)
        return self.filter(pk__in=edges.values("subject"))

    def about(self, predicates, slugs):
        """Joined to any of the entities by any of the predicates."""
        edges = Statement.objects.visible().filter(predicate__in=predicates, object__slug__in=slugs)
        return self.filter(pk__in=edges.values("subject"))

    def started(self, since="", until=""):
        """That surely began on the first day of `since` or later, and on the last day of `until` or earlier."""
        if since:
            self = self.filter(start__since=since)
        if until:
            self = self.filter(start__until=until)
        return self

    def active_in(self, year):
        """Begun by the end of `year` and not over before it; of an ended one without an end the first year only."""
        period = f"{year:04}"
        going_on = Q(end="") & ~Q(status__in=NOT_GOING_ON)
        return self.filter(
            Q(start__gt="", start__lte=period) | Q(start__during=period),
            Q(end__gte=period) | going_on | Q(start__during=period),
        )

    def with_statements(self):
        """Of which anything is said."""
        return self.filter(Exists(own_statements()))

    def sourced(self):
        """With statements, each of which has a source."""
        return self.with_statements().exclude(Exists(own_statements().unsourced()))

    def unsourced(self):
        """With a statement that has no source."""
        return self.filter(Exists(own_statements().unsourced()))

    def review_due(self, day):
        """That an editor meant to check again by `day`."""
        return self.filter(review_due__lte=day)

    def search(self, text):
        """Whose names or identifiers hold every word of `text`; accents, case and punctuation do not matter."""
        for word in fold(text).split():
            self = self.filter(search_text__contains=word)
        return self

    def named(self, text):
        """Whose slug or id is `text`; where there is none, those by that name, the display name first."""
        exact = self.filter(Q(slug=text) | Q(uid=read_uid(text) or ""))
        name = fold(text)
        if not name or exact.exists():
            return exact
        found = self.filter(sort_name=sort_name(text))
        return found if found.exists() else self.filter(search_text__contains=f"\n{name}\n")

    def ranked(self, text):
        """With `rank`: 0 where a name is `text`, 1 where one begins with it, 2 elsewhere."""
        phrase = f"\n{fold(text)}"
        return self.annotate(
            rank=Case(
                When(search_text__contains=f"{phrase}\n", then=Value(0)),
                When(search_text__contains=phrase, then=Value(1)),
                default=Value(2),
            )
        )


def own_statements():
    """The visible statements of the entity of an outer query."""
    return Statement.objects.visible().filter(subject=OuterRef("pk"))


class EntityManager(models.Manager.from_queryset(EntityQuerySet)):
    """Gives the entities of the proxy's own kind; of Entity itself, all."""

    def get_queryset(self):
        queryset = super().get_queryset()
        return queryset.filter(kind=self.model.KIND) if self.model.KIND else queryset


class Entity(models.Model):
    """An institution, collaboration, consortium, regulatory body, therapy, guideline or disease.

    The kinds are proxies (see proxies.py); what a kind alone knows is a statement, not a column.
    """

    KIND = ""

    uid = models.CharField(
        max_length=10,
        unique=True,
        default=draw_uid,
        editable=False,
        help_text="The public id; it never changes.",
    )
    kind = models.CharField(max_length=20, choices=[(key, kind.label) for key, kind in KINDS.items()])
    type = models.CharField(max_length=40, help_text="What it is within its kind.")
    slug = models.CharField(
        max_length=100,
        unique=True,
        validators=[plain_slug],
        help_text="The last part of its address. Change it only for a reason: the old address will be forwarded.",
        error_messages={"unique": "Another entry has this slug."},
    )
    name = LineField(max_length=300, help_text="The name by which it goes today, without an acronym in brackets.")
    summary = ProseField(blank=True, max_length=5000, help_text="One to three neutral sentences of our own.")
    country = CountryField(
        blank=True,
        help_text="The seat. A collaboration has none: its countries are those of its partners.",
    )
    city = LineField(max_length=100, blank=True)
    latitude = models.FloatField(null=True, blank=True, help_text="Of the seat, in degrees north.")
    longitude = models.FloatField(null=True, blank=True, help_text="Of the seat, in degrees east.")
    website = models.CharField(max_length=500, blank=True, validators=[http_url, no_control])
    start = PartialDateField(help_text="Founded, begun or adopted: 2012, Aug 2012 or 6 August 2012.")
    end = PartialDateField(help_text="Over since. Leave empty what goes on or is not known.")
    status = models.CharField(max_length=20, blank=True, help_text="Of the thing itself, not of this entry.")

    state = models.CharField(
        max_length=10,
        choices=list(STATES.items()),
        default="draft",
        help_text="Of this entry: only a published one is public.",
    )
    reason = ProseField(blank=True, max_length=2000, help_text="Why the entry was withdrawn; its page will say so.")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    featured = models.BooleanField(default=False, help_text="Shown on the home page.")
    reviewed = models.DateField(null=True, blank=True, help_text="When an editor last checked the whole entry.")
    review_due = models.DateField(null=True, blank=True, help_text="When it should be checked again.")

    version = models.PositiveIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    sort_name = models.CharField(max_length=300, blank=True, editable=False)
    loaded = models.CharField(max_length=64, blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    tags = TaggableManager(through=Tagging, blank=True, verbose_name="subjects", help_text="Separated by commas.")

    objects = EntityManager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = "entry"
        verbose_name_plural = "entries"
        permissions = [("review_entity", "Can review entries")]
        indexes = [
            models.Index(fields=["kind", "state", "sort_name"], name="entity_list"),
            models.Index(fields=["kind", "state", "start"], name="entity_start"),
            models.Index(fields=["modified"], name="entity_modified"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(*[Q(kind=key, type__in=list(kind.types)) for key, kind in KINDS.items()], _connector=Q.OR),
                name="entity_type_of_kind",
                violation_error_message="The type does not belong to this kind.",
            ),
            models.CheckConstraint(
                condition=Q(
                    Q(status=""),
                    *[Q(kind=key, status__in=list(kind.statuses)) for key, kind in KINDS.items() if kind.statuses],
                    _connector=Q.OR,
                ),
                name="entity_status_of_kind",
                violation_error_message="The status does not belong to this kind.",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="entity_merged_iff_merged_into",
                violation_error_message="An entry is merged if, and only if, it points at the one it was merged into.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="entity_not_merged_into_itself",
                violation_error_message="An entry cannot be merged into itself.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)),
                name="entity_state_known",
                violation_error_message="The state is not known.",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn", reason=""),
                name="entity_withdrawn_with_reason",
                violation_error_message="A withdrawn entry says why.",
            ),
            models.CheckConstraint(
                condition=Q(end="") | Q(start__lte=F("end")) | Q(start__startswith=F("end")),
                name="entity_start_before_end",
                violation_error_message="The end lies before the start.",
            ),
        ]

    def __init__(self, *args, **kwargs):
        if self.KIND and not args:
            kwargs.setdefault("kind", self.KIND)
        super().__init__(*args, **kwargs)

    def __str__(self):
        return self.name

    def save(self, *args, update_fields=None, **kwargs):
        self.search_text, self.sort_name = self.words_to_search(), sort_name(self.name)
        if update_fields is not None:
            update_fields = {*update_fields, "search_text", "sort_name"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse("detail", args=[self.kind, self.slug])

    @classmethod
    def from_db(cls, db, field_names, values):
        """The proxy of the row's kind, so that an entity reached over any edge knows its words and its address."""
        if cls is Entity and "kind" in field_names:
            kind = values[list(field_names).index("kind")]
            cls = PROXIES.get(kind, cls)
        return super().from_db.__func__(cls, db, field_names, values)

    def clean(self):
        loop = self.pk is not None and self.merged_into_id == self.pk
        problems = merge_problems(self.state, self.merged_into_id is not None, loop) + entity_problems(
            **{name: getattr(self, name) for name in CHECKED}
        )
        if problems:
            raise ValidationError(by_field(problems))

    @property
    def permalink(self):
        return reverse("permalink", args=[self.uid])

    @property
    def today(self):
        """Itself, or the entity into which it was merged, and that perhaps into another; a circle has no end."""
        entity, passed = self, {self.pk}
        while entity.merged_into_id and entity.merged_into_id not in passed:
            entity = entity.merged_into
            passed.add(entity.pk)
        return entity

    @property
    def json_url(self):
        return reverse("detail-json", args=[self.kind, self.slug])

    @property
    def kind_label(self):
        return KINDS[self.kind].label

    @property
    def kind_plural(self):
        return KINDS[self.kind].plural.lower()

    @property
    def type_label(self):
        return type_label(self.kind, self.type)

    @property
    def status_label(self):
        return status_label(self.kind, self.status)

    @property
    def is_published(self):
        return self.state == "published"

    @property
    def is_going_on(self):
        """Whether a missing end means that it lasts."""
        return not self.end and self.status not in NOT_GOING_ON

    @property
    def when(self):
        """Its span in words, such as “since 2015”, or “planned for 2027”."""
        if self.status == "planned" and self.start:
            return f"planned for {self.start.words}"
        return span_words(self.start, self.end, self.is_going_on)

    @property
    def place(self):
        return ", ".join(filter(None, [self.city, self.country.name if self.country else ""]))

    @property
    def website_host(self):
        """The website as people read it, without scheme and final slash."""
        return self.website.split("://", 1)[-1].removeprefix("www.").rstrip("/")

    def words_to_search(self):
        """Its names and identifiers, folded, one on each line."""
        words = [self.name]
        if self.pk:
            words += self.names.order_by("pk").values_list("text", flat=True)
            words += self.identifiers.order_by("pk").values_list("value", flat=True)
        return search_text(words)


def search_text(words):
    """What `search` looks through: every distinct folded line of `words`, with a line end before and after each."""
    return "".join(f"\n{line}" for line in dict.fromkeys(filter(None, map(fold, words)))) + "\n"


def sort_name(name):
    """By what lists are sorted: the folded name, cut to its column, as folding may lengthen it (½ → 1 2)."""
    return fold(name)[:300]


def by_field(problems):
    """[(field, sentence)] as Django's ValidationError takes it."""
    gathered = {}
    for field, sentence in problems:
        gathered.setdefault(field, []).append(sentence)
    return gathered


CHECKED = ("kind", "type", "status", "state", "reason", "start", "end", "latitude", "longitude")
PROXIES = {}
