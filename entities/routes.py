"""The addresses of the knowledge base."""

import re

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .linking.forms import FORMS
from .models.kinds import KINDS
from .views import (
    articles,
    cards,
    changes,
    entities,
    guide,
    home,
    linker,
    linker_api,
    lists,
    permalinks,
    previews,
    reconcile,
    sources,
    styleguide,
    tags,
    webmentions,
)

BY_PATH = {kind.path: key for key, kind in KINDS.items()}


class KindConverter:
    """`regulatory-bodies` in an address ↔ `regulatory_body`."""

    regex = "|".join(BY_PATH)

    def to_python(self, value):
        return BY_PATH[value]

    def to_url(self, value):
        return KINDS[value].path


class UidConverter(StringConverter):
    """What stands where a uid should: the view says whether it is one."""

    regex = "[^/.]+"


class FormConverter(StringConverter):
    """The ending of a permalink that gives the entry in another form."""

    regex = "|".join(map(re.escape, FORMS))


register_converter(KindConverter, "kind")
register_converter(UidConverter, "uid")
register_converter(FormConverter, "form")

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("entities/", lists.entity_list, name="entities"),
    path("entities.json", lists.entity_list_json, name="entities-json"),
    path("tags/", tags.tag_list, name="tags"),
    path("tags/<slug:slug>/", tags.tag, name="tag"),
    path("tags/<slug:slug>.json", tags.tag_json, name="tag-json"),
    path("sources/", sources.source_list, name="sources"),
    path("sources.json", sources.source_list_json, name="sources-json"),
    path("sources/<slug:key>/", sources.source, name="source"),
    path("sources/<slug:key>.json", sources.source_json, name="source-json"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("suggest.json", lists.suggest, name="suggest"),
    path("e/<uid:uid>", permalinks.permalink, name="permalink"),
    path("e/<uid:uid>/", permalinks.permalink, name="permalink-with-slash"),
    path("e/<uid:uid>.<form:form>", permalinks.permalink_as, name="permalink-as"),
    path("e/<uid:uid>/s/<int:number>", permalinks.statement, name="permalink-statement"),
    path("e/<uid:uid>/preview.json", previews.preview, name="preview"),
    path("linking/", guide.guide, name="guide"),
    path("linking/demo/", previews.demo, name="linking-demo"),
    path("articles/", articles.article_list, name="articles"),
    path("articles/<slug:slug>/", articles.article, name="article"),
    path("articles/<slug:slug>/card.png", cards.article_card_image, name="article-card-image"),
    path("link/", linker.linker, name="linker"),
    path("link/keep", linker.keep, name="linker-keep"),
    path("api/link", linker_api.api_link, name="api-link"),
    path("reconcile", reconcile.reconcile, name="reconcile"),
    path("reconcile/suggest/entity", reconcile.suggest_entities, name="reconcile-suggest-entities"),
    path("reconcile/suggest/type", reconcile.suggest_types, name="reconcile-suggest-types"),
    path("reconcile/suggest/property", reconcile.suggest_properties, name="reconcile-suggest-properties"),
    path("reconcile/properties", reconcile.properties, name="reconcile-properties"),
    path("webmention", webmentions.webmention, name="webmention"),
    path("articles/<slug:slug>/changes.atom", changes.article_changes, name="article-changes"),
    path("articles/<slug:slug>/changes.json", changes.article_changes_json, name="article-changes-json"),
    path("oembed", cards.oembed, name="oembed"),
    path("e/<uid:uid>/card.png", cards.card_image, name="card-image"),
    path("e/<uid:uid>/embed", cards.embed, name="embed"),
    path("<kind:kind>/", lists.entity_list, name="list"),
    path("<kind:kind>.json", lists.entity_list_json, name="list-json"),
    path("<kind:kind>/<slug:slug>/", entities.detail, name="detail"),
    path("<kind:kind>/<slug:slug>.json", entities.detail_json, name="detail-json"),
    path("<kind:kind>/<slug:slug>/preview.json", previews.preview_of_page, name="preview-of-page"),
]
