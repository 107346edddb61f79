"""What an entity's page says, gathered in a fixed number of queries whatever its size.

Statements stand in sections, in the order that the kind's class gives; each carries its references, numbered over the
page by first use.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q
from django_countries import countries

from .models import Article, Source, Statement
from .models.kinds import CAPACITIES, NAME_TYPES, ORGANISATIONS, ROLES
from .pictures.years import Scale

ICH_SUBJECTS = ("quality", "safety", "efficacy", "multidisciplinary")
FOLD_ABOVE = 12
NOTES_SHOWN = 3


class Section(NamedTuple):
    """A section of the page: `layout` names the partial that prints its lines."""

    key: str
    title: str
    layout: str
    lines: list
    note: str = ""

    @property
    def shown(self):
        return self.lines if len(self.lines) <= FOLD_ABOVE else self.lines[: FOLD_ABOVE - 2]

    @property
    def folded(self):
        return [] if len(self.lines) <= FOLD_ABOVE else self.lines[FOLD_ABOVE - 2 :]


class Line:
    """A statement as a page prints it: `other` is the entity at its other end, seen from this page."""

    def __init__(self, statement, other=None, incoming=False):
        self.statement, self.other, self.incoming = statement, other, incoming
        self.references, self.company, self.again = [], [], False

    @property
    def anchor(self):
        """Its id on the page; of a statement of another entity with that entity's slug."""
        number = self.statement.anchor
        return f"{self.statement.subject.slug}-{number}" if self.incoming else number

    @property
    def role(self):
        """The role in words, or where the section holds several predicates, the predicate."""
        statement = self.statement
        if statement.role:
            return ROLES[statement.role]
        return (
            CAPACITIES.get(statement.predicate, "") if statement.predicate in ("host", "secretariat", "funder") else ""
        )

    @property
    def sub(self):
        """What stands under the name: role, place or type, span."""
        parts = [self.role]
        if self.other:
            parts.append(self.other.place if self.other.place else f"{self.other.kind_label}, {self.other.type_label}")
        return [part for part in [*parts, self.statement.when] if part]

    @property
    def notes(self):
        """The references to print in the margin: at most three, else two and how many more."""
        return self.references if len(self.references) <= NOTES_SHOWN else self.references[: NOTES_SHOWN - 1]

    @property
    def more_notes(self):
        return self.references[len(self.notes) :]


class Picture(NamedTuple):
    """What stands on the scale of years: labels as (year, x), a Bar or None, strokes, and what they mean."""

    labels: list
    years: int
    bar: object
    strokes: list
    caption: str


class Sentence(NamedTuple):
    """The first sentence of a page: words, entities to link, how many more there are, and what comes after."""

    words: str
    entities: list
    more: int
    after: str


class Reference(NamedTuple):
    """A source with its number on the page."""

    number: int
    source: Source


class Head:
    """What stands at the head of the page of `entity`: what it says of itself, in one query, and its first sentence."""

    def __init__(self, entity):
        self.entity = entity
        self.out = self.lines(entity.statements.visible().select_related("object").in_order(), entity)

    def lines(self, statements, entity):
        lines = []
        for statement in statements:
            statement.subject = entity
            lines.append(Line(statement, statement.object))
        return lines

    def outgoing(self, *predicates):
        """Lines of these predicates, what is over last."""
        return sorted(
            (line for line in self.out if line.statement.predicate in predicates),
            key=lambda line: (
                line.statement.is_former,
                predicates.index(line.statement.predicate),
                line.statement.rank,
            ),
        )

    @property
    def partner_sentence(self):
        """The partners of a collaboration for its first sentence: the first two, and the others by role."""
        partners = self.outgoing("partner")
        first, others = partners[:2], defaultdict(list)
        for line in partners[2:]:
            others[line.statement.role or "partner"].append(line.other)
        groups = [(plural(role) if len(them) > 1 else ROLES[role].lower(), them) for role, them in others.items()]
        return {"first": first, "others": groups} if partners else None

    @property
    def sentence(self):
        """The first sentence of what is no collaboration: a Sentence, or None where there is nothing to say."""
        entity = self.entity
        if entity.kind in ("therapy", "guideline"):
            makers = [line.other for line in self.outgoing("developer", "issuer") if not line.statement.is_former]
            noun = entity.type_label + (" guideline" if entity.type in ICH_SUBJECTS else "")
            return Sentence(f"{noun} of" if makers else noun, makers[:3], len(makers[3:]), self.standing())
        if entity.kind in ORGANISATIONS:
            members = len([line for line in self.outgoing("member") if not line.statement.is_former])
            words = [entity.type_label, f"in {entity.place}" if entity.place else ""]
            words.append(f"with {members} members named here" if members > 1 else "")
            return Sentence(" ".join(filter(None, words)), [], 0, f", {entity.when}" if entity.when else "")
        return None

    @property
    def in_words(self):
        """The first sentence as plain text, without a full stop; empty where there is none."""
        entity = self.entity
        if deck := self.partner_sentence:
            first, *second = map(named, deck["first"])
            comma = "" if first == deck["first"][0].other.name else ","
            words = first + "".join(f"{comma} with {name}" for name in second)
            more = sum(len(them) for _, them in deck["others"])
            span = f"from {entity.when}" if entity.start and entity.end else entity.when
            return ", ".join(filter(None, [words, f"and {more} more" if more else "", span]))
        if deck := self.sentence:
            names = [other.name for other in deck.entities]
            if deck.more:
                names.append(f"{deck.more} more")
            return f"{deck.words} {in_a_row(names)}".strip() + deck.after
        return ""

    def standing(self):
        """How a therapy or a guideline stands: “, approved since 2017”, “, adopted in November 2023, in force”."""
        entity = self.entity
        status = entity.status_label.lower()
        if entity.kind == "guideline":
            adopted = f", adopted {'on' if entity.start.day else 'in'} {entity.start.words}" if entity.start else ""
            return adopted + (f", {status}" if status else "")
        approvals = [line.statement.start for line in self.out if line.statement.predicate == "approval"]
        since = f", first in {min(approvals).year}" if approvals else ""
        return f", {status}{since}" if status else ""


class EntityPage(Head):
    """The page of `entity`; make it once for a request. It costs at most 9 queries besides that of the entity."""

    def __init__(self, entity):
        super().__init__(entity)
        incoming = (
            entity.mentioned_by.public().select_related("subject").order_by("subject__sort_name", "rank", "number")
        )
        self.incoming = [Line(statement, statement.subject, incoming=True) for statement in incoming]
        self.names = self.grouped_names()
        self.identifiers = list(entity.identifiers.all())
        self.tags = list(entity.tags.all())
        self.articles = list(Article.objects.mentioning(entity))
        self.therapy_approvals = self.approvals_of_therapies()
        self.cite()
        self.add_company()
        self.sections = [section for section in map(self.section, entity.SECTIONS) if section]
        self.references = self.number_references()

    # Queries

    def grouped_names(self):
        """[(label, names)] by type, in the order of types."""
        groups = defaultdict(list)
        for name in self.entity.names.all():
            groups[name.type].append(name)
        return [(label, groups[key]) for key, label in NAME_TYPES.items() if key in groups]

    def approvals_of_therapies(self):
        """The approvals of the therapies that a collaboration is about."""
        therapies = [line.other.pk for line in self.out if line.statement.predicate == "therapy"]
        if not therapies:
            return []
        found = Statement.objects.public().filter(subject__in=therapies, predicate="approval")
        return [Line(row, row.object, incoming=True) for row in found.select_related("object", "subject")]

    def cite(self):
        """Give every line its sources, in one query; their numbers come when the order of sections is known."""
        lines = {line.statement.pk: line for line in [*self.out, *self.incoming, *self.therapy_approvals]}
        through = Statement.sources.through.objects
        wanted = Q(statement__subject=self.entity) | Q(statement__object=self.entity)
        if self.therapy_approvals:
            wanted |= Q(statement__in=[line.statement.pk for line in self.therapy_approvals])
        for row in through.filter(wanted).select_related("source").order_by("source__published", "source__key"):
            if row.statement_id in lines:
                lines[row.statement_id].references.append(row.source)

    def add_company(self):
        """Give the lines of collaborations the other partners, in one query."""
        subjects = [line.other.pk for line in self.incoming if line.other.kind == "collaboration"]
        if not subjects:
            return
        company = defaultdict(dict)
        edges = (
            Statement.objects.visible().filter(subject__in=subjects, predicate="partner").exclude(object=self.entity)
        )
        for edge in edges.select_related("object").in_order():
            company[edge.subject_id][edge.object_id] = edge.object
        for line in self.incoming:
            line.company = list(company[line.other.pk].values())

    # Sections

    def section(self, key):
        """The section of that name, or None where it would be empty."""
        if key == "summary":
            return Section(key, "Summary", "summary", [], "") if self.entity.summary else None
        section = getattr(self, f"section_{key}")()
        return section if section.lines else None

    def coming_in(self, *predicates):
        """Statements of others about this entity, what is over last."""
        return sorted(
            (line for line in self.incoming if line.statement.predicate in predicates),
            key=lambda line: line.statement.is_former,
        )

    def section_partners(self):
        return Section("partners", "Partners", "entities", self.outgoing("partner"))

    def section_members(self):
        order = list(ROLES)
        lines = self.outgoing("member")
        lines.sort(
            key=lambda line: (
                line.statement.is_former,
                order.index(line.statement.role) if line.statement.role else len(order),
                line.other.sort_name,
            )
        )
        return Section("members", "Members", "entities", lines)

    def section_bodies(self):
        return Section(
            "bodies",
            "Host, secretariat and funders",
            "entities",
            self.outgoing("host", "secretariat", "funder"),
        )

    def section_developers(self):
        return Section("developers", "Developers", "entities", self.outgoing("developer"))

    def section_issuers(self):
        return Section("issuers", "Issued by", "entities", self.outgoing("issuer"))

    def section_indications(self):
        return Section("indications", "Indications", "entities", self.outgoing("indication"))

    def section_subjects(self):
        return Section("subjects", "Therapies and diseases", "entities", self.outgoing("therapy", "disease"))

    def section_relations(self):
        """Parts, wholes, predecessors and successors, each with its word."""
        words = {("parent", False): "Part of", ("parent", True): "Part", ("successor", False): "Succeeded by"}
        words["successor", True] = "Successor of"
        lines = self.outgoing("parent", "successor") + self.coming_in("parent", "successor")
        for line in lines:
            line.word = words[line.statement.predicate, line.incoming]
        lines.sort(key=lambda line: list(words.values()).index(line.word))
        return Section("relations", "Related bodies" if self.entity.kind != "therapy" else "Related", "entities", lines)

    def section_milestones(self):
        lines = sorted(self.outgoing("milestone"), key=lambda line: (line.statement.start, line.statement.rank))
        for before, line in zip([None, *lines], lines, strict=False):
            line.again = bool(before) and before.statement.start.year == line.statement.start.year
            line.during = self.lasted_at(line.statement.start)
        return Section(
            "milestones",
            "Milestones",
            "chronicle",
            lines,
            "The line is inked while it lasted." if self.entity.start else "",
        )

    def lasted_at(self, moment):
        """Whether the entity surely existed at a partial date."""
        start, end = self.entity.start, self.entity.end
        common = min(len(start), len(moment))
        if not start or moment[:common] < start[:common]:
            return False
        return moment[: len(end)] <= end[: len(moment)] if end else self.entity.is_going_on

    def section_approvals(self):
        own = self.outgoing("approval") if self.entity.kind == "therapy" else self.therapy_approvals
        lines = sorted(own, key=lambda line: line.statement.start)
        return Section(
            "approvals",
            "Approvals",
            "approvals",
            lines,
            "" if self.entity.kind == "therapy" else "Of the therapies named above.",
        )

    def section_approved(self):
        lines = sorted(self.coming_in("approval"), key=lambda line: line.statement.start, reverse=True)
        return Section("approved", "Approvals given", "approvals", lines)

    def section_values(self):
        return Section("values", "Value", "values", self.outgoing("value"))

    def section_facts(self):
        lines = self.outgoing("fact")
        lines.sort(key=lambda line: (line.statement.start or "9999", line.statement.rank))
        return Section("facts", "Facts", "facts", lines)

    def section_countries(self):
        return Section("countries", "Other countries", "countries", self.outgoing("country"))

    def section_collaborations(self):
        lines = self.coming_in("partner", "therapy", "disease")
        lines = [line for line in lines if line.other.kind in ("collaboration", "consortium", "guideline")]
        lines.sort(key=lambda line: line.other.start or "0000", reverse=True)
        return Section("collaborations", "Collaborations", "entities", lines)

    def section_memberships(self):
        return Section(
            "memberships",
            "Memberships and support",
            "entities",
            self.coming_in("member", "host", "secretariat", "funder"),
        )

    def section_therapies(self):
        return Section("therapies", "Therapies", "entities", self.coming_in("developer", "indication"))

    def section_guidelines(self):
        return Section("guidelines", "Guidelines", "entities", self.coming_in("issuer"))

    def number_references(self):
        """[Reference] over the whole page, numbered by first use; each line's sources become References."""
        numbers = {}
        for section in self.sections:
            for line in section.lines:
                for source in line.references:
                    numbers.setdefault(source, len(numbers) + 1)
        for section in self.sections:
            for line in section.lines:
                line.references = sorted(Reference(numbers[source], source) for source in line.references)
        return [Reference(number, source) for source, number in numbers.items()]

    # The head

    @property
    def countries(self):
        """The names of the countries in which a collaboration or consortium has partners or is said to work."""
        if self.entity.kind not in ("collaboration", "consortium"):
            return []
        codes = {self.entity.country.code: None} if self.entity.country else {}
        for line in self.out:
            if line.statement.predicate in ("partner", "member", "country"):
                codes[(line.statement.country or line.other.country).code] = None
        return sorted(countries.name(code) for code in codes if code)

    def on_scale(self, this_year):
        """The life of the entity on the scale of years, as a Picture; None where nothing would stand on it."""
        scale = Scale(this_year + 1)
        entity = self.entity
        if entity.kind in ("institution", "regulatory_body"):
            bar, dated = None, [line.other.start for line in self.incoming if line.other.kind == "collaboration"]
            word = "the beginning of a collaboration"
        else:
            bar = scale.bar(entity.start, entity.end, entity.is_going_on)
            predicates = ("approval",) if entity.kind == "therapy" else ("milestone",)
            dated = [line.statement.start for line in self.out if line.statement.predicate in predicates]
            word = "an approval" if entity.kind == "therapy" else "a milestone"
        strokes = scale.strokes(dated)
        if not strokes and not bar:
            return None
        parts = [f"Bar: {entity.when}." if bar else "", f"Each stroke marks {word}." if strokes else ""]
        return Picture(scale.labels, scale.years, bar, strokes, " ".join(filter(None, parts)))

    @property
    def unsourced(self):
        """How many statements of the entity itself have no source."""
        return sum(not line.references for line in self.out)


def named(line):
    """The name of a partner with its role, unless that says no more than that it is one."""
    return line.other.name if line.statement.role in ("", "partner") else f"{line.other.name}, {line.role.lower()}"


def in_a_row(names):
    """Names as a sentence lists them: A, B and C."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def plural(role):
    return "acquired companies" if role == "acquired" else f"{ROLES[role].lower()}s"
