"""The admin site as a desk: suggestions say of what kind and where an entry is."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from entities.models import Entity


class Suggestions(AutocompleteJsonView):
    """What a completing field offers."""

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if isinstance(obj, Entity):
            country = f", {obj.country.name}" if obj.country else ""
            result["text"] = f"{obj.name} ({obj.kind_label.lower()}{country})"
        return result


class Desk(AdminSite):
    site_header = site_title = "Collabs desk"
    index_title = "The knowledge base"
    enable_nav_sidebar = False

    def autocomplete_view(self, request):
        return Suggestions.as_view(admin_site=self)(request)
