"""Statement: what the base says of an entity, and on which sources it rests."""

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django_countries.fields import CountryField

from entities.dates import span_words

from .fields import PartialDateField, ProseField
from .kinds import CAPACITIES, EDGES, PREDICATES, ROLES
from .rules import statement_problems


class StatementQuerySet(models.QuerySet):
    def visible(self):
        """Whose object, where there is one, is published."""
        return self.filter(Q(object=None) | Q(object__state="published"))

    def public(self):
        """What the public may read: subject and object are published."""
        return self.visible().filter(subject__state="published")

    def unsourced(self):
        return self.filter(sources=None)

    def edges(self):
        return self.filter(predicate__in=EDGES)

    def in_capacity(self, *capacities):
        """With one of the roles, or without a role and with a predicate of that name."""
        return self.filter(Q(role__in=capacities) | Q(role="", predicate__in=capacities))

    def with_country(self):
        """With `place`: the country of a partner or member, or the one that the statement itself says."""
        return (
            self.visible()
            .filter(predicate__in=("partner", "member", "country"))
            .annotate(place=Case(When(predicate="country", then=F("country")), default=F("object__country")))
        )

    def in_country(self, *codes):
        return self.with_country().filter(place__in=codes, subject__kind__in=("collaboration", "consortium"))

    def in_order(self):
        """As the editor has ranked them."""
        return self.order_by("rank", "number")


class Statement(models.Model):
    """One thing said of its subject.

    `number` is its public anchor within the subject and is never used again; `rank` is its place in the list.
    """

    subject = models.ForeignKey("Entity", models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField(editable=False)
    predicate = models.CharField(max_length=12, choices=[(key, key) for key in PREDICATES])
    object = models.ForeignKey("Entity", models.PROTECT, null=True, blank=True, related_name="mentioned_by")
    role = models.CharField(max_length=16, blank=True, choices=list(ROLES.items()))
    text = ProseField(blank=True, max_length=5000)
    start = PartialDateField()
    end = PartialDateField()
    amount = models.PositiveBigIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(10**18 - 1)], help_text="In whole units of the currency."
    )
    currency = models.CharField(max_length=3, blank=True, help_text="Three letters, as in USD.")
    country = CountryField(blank=True)
    rank = models.PositiveIntegerField(default=0)
    sources = models.ManyToManyField("Source", blank=True, related_name="statements")

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "rank", "number"]
        indexes = [
            models.Index(fields=["object", "predicate"], name="statement_object"),
            models.Index(fields=["predicate", "start"], name="statement_start"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "number"],
                name="statement_number_once",
                violation_error_message="Another statement of this entry has this number.",
            ),
            models.CheckConstraint(
                condition=Q(predicate__in=EDGES, object__isnull=False)
                | Q(predicate__in=[key for key in PREDICATES if key not in EDGES], object__isnull=True),
                name="statement_edge_iff_object",
                violation_error_message="The predicate needs an object, or cannot have one.",
            ),
            models.CheckConstraint(
                condition=Q(object__isnull=True) | ~Q(object=F("subject")),
                name="statement_no_loop",
                violation_error_message="A statement cannot join an entry to itself.",
            ),
            *[
                models.CheckConstraint(
                    condition=~Q(predicate=key) | ~Q(**{field: ""}),
                    name=f"statement_{key}_has_{field}",
                    violation_error_message=f"A statement “{key}” needs its {field}.",
                )
                for key, predicate in PREDICATES.items()
                for field in predicate.needs
            ],
            models.CheckConstraint(
                condition=Q(amount__isnull=True, currency="") | (Q(amount__isnull=False) & ~Q(currency="")),
                name="statement_amount_with_currency",
                violation_error_message="Give an amount with its currency, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(end="") | Q(start__lte=F("end")) | Q(start__startswith=F("end")),
                name="statement_start_before_end",
                violation_error_message="The end lies before the start.",
            ),
        ]

    def __str__(self):
        return f"{self.predicate}: {self.object or self.text or self.country.name}"

    def clean(self):
        try:
            kind, object_kind = self.subject.kind, self.object and self.object.kind
        except ObjectDoesNotExist:
            return  # the field itself says so
        problems = statement_problems(
            kind=kind,
            predicate=self.predicate,
            object_kind=object_kind,
            loop=self.object_id is not None and self.object_id == self.subject_id,
            **{name: getattr(self, name) for name in ("role", "text", "start", "end", "amount", "currency")},
            country=self.country.code or "",
        )
        if problems:
            gathered = {}
            for field, sentence in problems:
                gathered.setdefault(field, []).append(sentence)
            raise ValidationError(gathered)

    @property
    def anchor(self):
        return f"s{self.number}"

    @property
    def capacity(self):
        """The role in words, or else the predicate."""
        return CAPACITIES.get(self.role or self.predicate, "")

    @property
    def label(self):
        """What kind of statement it is, in one word or two."""
        return PREDICATES[self.predicate].singular

    @property
    def when(self):
        return span_words(self.start, self.end, going_on=self.predicate in EDGES and self.predicate != "approval")

    @property
    def when_unsaid(self):
        """Its span, where its own text does not name the years already."""
        years = {str(moment.year) for moment in (self.start, self.end) if moment}
        return "" if years and all(year in self.text for year in years) else self.when

    @property
    def is_former(self):
        return bool(self.end)
