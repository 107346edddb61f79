"""The addresses of the knowledge base."""

from django.urls import path, register_converter

from .models.kinds import KINDS
from .views import cards, entities, home, lists, sources, styleguide, tags

BY_PATH = {kind.path: key for key, kind in KINDS.items()}


class KindConverter:
    """`regulatory-bodies` in an address ↔ `regulatory_body`."""

    regex = "|".join(BY_PATH)

    def to_python(self, value):
        return BY_PATH[value]

    def to_url(self, value):
        return KINDS[value].path


register_converter(KindConverter, "kind")

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
    path("oembed", cards.oembed, name="oembed"),
    path("e/<str:uid>", entities.permalink, name="permalink"),
    path("e/<str:uid>/card.png", cards.card_image, name="card-image"),
    path("e/<str:uid>/embed", cards.embed, name="embed"),
    path("<kind:kind>/", lists.entity_list, name="list"),
    path("<kind:kind>.json", lists.entity_list_json, name="list-json"),
    path("<kind:kind>/<slug:slug>/", entities.detail, name="detail"),
    path("<kind:kind>/<slug:slug>.json", entities.detail_json, name="detail-json"),
]
