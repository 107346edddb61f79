"""The model: entities, statements about them, and the sources of each statement."""

from .articles import Article, Mention
from .entity import Entity
from .history import OldSlug, Revision
from .names import Identifier, Name
from .proxies import Collaboration, Consortium, Disease, Guideline, Institution, RegulatoryBody, Therapy
from .sources import Source
from .statements import Statement
from .tags import Tag, Tagging
from .webmentions import Webmention

__all__ = [
    "Article",
    "Collaboration",
    "Consortium",
    "Disease",
    "Entity",
    "Guideline",
    "Identifier",
    "Institution",
    "Mention",
    "Name",
    "OldSlug",
    "RegulatoryBody",
    "Revision",
    "Source",
    "Statement",
    "Tag",
    "Tagging",
    "Therapy",
    "Webmention",
]
