"""The kinds as proxies of Entity: their words, and the order in which their page speaks (sections of pages.py).

To add a kind: a line in kinds.py, a class here, a migration, its words in the README.
"""

from .entity import PROXIES, Entity
from .kinds import KINDS


def kind(key):
    """Register a proxy of Entity as the class of a kind."""

    def register(cls):
        cls.KIND = key
        cls._meta.verbose_name = KINDS[key].label.lower()
        cls._meta.verbose_name_plural = KINDS[key].plural.lower()
        PROXIES[key] = cls
        return cls

    return register


@kind("institution")
class Institution(Entity):
    """A university, hospital, company, agency or foundation."""

    SECTIONS = (
        "summary",
        "collaborations",
        "memberships",
        "therapies",
        "guidelines",
        "members",
        "bodies",
        "relations",
        "milestones",
        "values",
        "facts",
    )

    class Meta:
        proxy = True


@kind("collaboration")
class Collaboration(Entity):
    """A dealing between organisations: an alliance, a licence, a grant, a network."""

    SECTIONS = (
        "summary",
        "milestones",
        "partners",
        "bodies",
        "subjects",
        "approvals",
        "values",
        "facts",
        "countries",
        "relations",
    )

    class Meta:
        proxy = True


@kind("consortium")
class Consortium(Entity):
    """A body with members of its own."""

    SECTIONS = (
        "summary",
        "members",
        "bodies",
        "collaborations",
        "memberships",
        "subjects",
        "milestones",
        "values",
        "facts",
        "guidelines",
        "therapies",
        "relations",
        "countries",
    )

    class Meta:
        proxy = True


@kind("regulatory_body")
class RegulatoryBody(Entity):
    """An authority, or a body in which authorities agree on rules."""

    SECTIONS = (
        "summary",
        "members",
        "bodies",
        "collaborations",
        "memberships",
        "guidelines",
        "milestones",
        "facts",
        "approved",
        "therapies",
        "relations",
    )

    class Meta:
        proxy = True


@kind("therapy")
class Therapy(Entity):
    """A cell or gene therapy."""

    SECTIONS = (
        "summary",
        "approvals",
        "developers",
        "indications",
        "collaborations",
        "milestones",
        "facts",
        "relations",
    )

    class Meta:
        proxy = True


@kind("guideline")
class Guideline(Entity):
    """A document that says what regulators or standards bodies ask for."""

    SECTIONS = ("summary", "issuers", "subjects", "milestones", "facts", "relations")

    class Meta:
        proxy = True


@kind("disease")
class Disease(Entity):
    """What a therapy or a collaboration is for."""

    SECTIONS = ("summary", "therapies", "collaborations", "milestones", "facts", "relations")

    class Meta:
        proxy = True
