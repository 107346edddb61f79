"""Fields that complete as one types.

Their labels are known already, so that a form of many rows asks no query for each. Where no script runs, what is meant
is written into a plain field beside them.
"""

import re
from urllib.parse import urlencode

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.utils.html import format_html


class Typed(str):
    """What stands in the plain field: words, where a chosen value is a primary key."""


class Completing:
    """Takes the labels of selected values from `labels`, {primary key as text: label}, where all are known."""

    labels = {}
    hint = ""

    def value_from_datadict(self, data, files, name):
        chosen = super().value_from_datadict(data, files, name)
        typed = [Typed(text) for text in self.split(data.get(f"{name}_typed", "").replace("\0", "\ufffd"))]
        return [*(chosen or []), *typed] if self.allow_multiple_selected else next(iter(typed), chosen)

    def value_omitted_from_data(self, data, files, name):
        return super().value_omitted_from_data(data, files, name) and f"{name}_typed" not in data

    def split(self, text):
        return list(filter(None, [text.strip()]))

    def render(self, name, value, attrs=None, renderer=None):
        values = value if isinstance(value, list | tuple) else [value]
        chosen = [item for item in values if not isinstance(item, Typed)]
        typed = " ".join(item for item in values if isinstance(item, Typed))
        plain = format_html(
            '<noscript><label class="typed">{} <input type="text" name="{}_typed" value="{}"></label></noscript>',
            self.hint, name, typed,
        )  # fmt: skip
        return super().render(name, chosen, attrs, renderer) + plain

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


class EntitySelect(Completing, AutocompleteSelect):
    """Chooses an entity of the given kinds; EntityAdmin's search obeys them."""

    hint = "Its name, its slug or its id:"

    def __init__(self, field, admin_site, kinds=(), **kwargs):
        super().__init__(field, admin_site, **kwargs)
        self.kinds = kinds

    def get_url(self):
        return f"{super().get_url()}?{urlencode([('kind', kind) for kind in self.kinds])}"


class SourcesSelect(Completing, AutocompleteSelectMultiple):
    """Chooses the sources of a statement."""

    hint = "More sources, by their keys with spaces between:"

    def split(self, text):
        return re.split(r"[\s,;]+", text.strip()) if text.strip() else []


class EntityField(ModelChoiceField):
    """An entity by its primary key or, Typed, by name, slug or id."""

    def to_python(self, value):
        if not isinstance(value, Typed):
            return super().to_python(value)
        kinds = getattr(self.widget, "kinds", ())
        found = list((self.queryset.of_kind(*kinds) if kinds else self.queryset).named(value)[:4])
        if len(found) == 1:
            return found[0]
        if found:
            slugs = ", ".join(entity.slug for entity in found)
            raise ValidationError(f"More than one entry is called “{value[:60]}”: write a slug, as one of {slugs}.")
        raise ValidationError(f"There is no entry “{value[:60]}” that can stand here.")


class SourcesField(ModelMultipleChoiceField):
    """Sources by their primary keys or, Typed, by the keys that are the end of their addresses."""

    def clean(self, value):
        typed = [item for item in value or [] if isinstance(item, Typed)]
        found = dict(self.queryset.filter(key__in=typed).values_list("key", "pk"))
        if unknown := [item for item in typed if item not in found]:
            raise ValidationError([f"There is no source with the key “{item[:80]}”." for item in unknown])
        return super().clean([str(found[item]) if isinstance(item, Typed) else item for item in value or []])


def is_key(text):
    """Whether `text` can be a primary key."""
    return str(text).isdecimal() and len(str(text)) < 19
