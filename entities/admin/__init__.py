"""The editors' desk: Django's own admin over entities, sources, subjects, articles and their history."""

from . import articles, entities, history, sources  # noqa: F401 - each registers its models
