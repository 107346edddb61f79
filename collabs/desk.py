"""The admin site as a desk: what waits to be done, and suggestions that say of what kind and where an entry is."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity, Webmention
from entities.models.kinds import KINDS

#: what editors open most, in the order of the first page; the rest follows
FIRST = [*(key.replace("_", "") for key in KINDS), "source", "tag", "article", "webmention"]


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

    def get_app_list(self, request, app_label=None):
        """The knowledge base first, and in it the kinds in the order of the site."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: place_of(model["object_name"].lower()))
        return sorted(apps, key=lambda app: app["app_label"] != "entities")

    def index(self, request, extra_context=None):
        return super().index(request, {**(extra_context or {}), "waiting": waiting(request.user)})


def place_of(name):
    return FIRST.index(name) if name in FIRST else len(FIRST)


def waiting(user):
    """[(words, count, address)] of what an editor could do next; only what there is, and only for who may see it."""
    if not user.has_perm("entities.view_entity"):
        return []
    entries, here = Entity.objects.all(), {"state__exact": "published"}
    tasks = [
        ("Drafts to finish or publish", entries.filter(state="draft"), {"state__exact": "draft"}),
        ("Entries with an unsourced statement", entries.published().unsourced(), here | {"sources": "no"}),
        ("Reviews due again", entries.published().review_due(timezone.localdate()), here | {"review": "due"}),
        ("Never reviewed", entries.published().filter(reviewed=None), here | {"review": "never"}),
    ]
    if user.has_perm("entities.change_webmention"):
        query = {"approval__exact": "open", "state__exact": "verified"}
        tasks.append(("Links from elsewhere to approve or refuse", Webmention.objects.to_decide(), query))
    found = [(words, rows.count(), rows.model._meta.model_name, query) for words, rows, query in tasks]
    return [
        (words, count, reverse(f"admin:entities_{name}_changelist", query=query))
        for words, count, name, query in found
        if count
    ]
