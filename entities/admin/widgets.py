"""Autocomplete widgets that know their labels already, so that a form of many rows asks no query for each."""

from urllib.parse import urlencode

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


class KnownLabels:
    """Takes the labels of selected values from `labels`, {primary key as text: label}, where all are known."""

    labels = {}

    def optgroups(self, name, value, attr=None):
        selected = [str(item) for item in value if is_key(item)]
        if any(item not in self.labels for item in selected):
            return super().optgroups(name, selected, attr)
        groups = [(None, [], 0)]
        if not self.is_required and not self.allow_multiple_selected:
            groups[0][1].append(self.create_option(name, "", "", False, 0))
        for index, item in enumerate(selected, 1):
            groups[0][1].append(self.create_option(name, item, self.labels[item], True, index))
        return groups


class EntitySelect(KnownLabels, AutocompleteSelect):
    """Chooses an entity of the given kinds; EntityAdmin's search obeys them."""

    def __init__(self, field, admin_site, kinds=(), **kwargs):
        super().__init__(field, admin_site, **kwargs)
        self.kinds = kinds

    def get_url(self):
        return f"{super().get_url()}?{urlencode([('kind', kind) for kind in self.kinds])}"


class SourcesSelect(KnownLabels, AutocompleteSelectMultiple):
    """Chooses the sources of a statement."""


def is_key(text):
    """Whether `text` can be a primary key."""
    return str(text).isdecimal() and len(str(text)) < 19
