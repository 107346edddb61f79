"""Articles: our own with their text, and those elsewhere that speak of our entries."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from entities.linking.articles import article_html
from entities.linking.jsonld import article_jsonld, as_script
from entities.models import Article

from .lists import for_editors

#: bytes of the JSON-LD in the head of an article
MOST_JSONLD = 10_000


@require_safe
def article_list(request):
    """Every published article, the latest first."""
    return render(request, "articles/list.html", {"articles": Article.objects.listed()})


@require_safe
def article(request, slug):
    """An article of our own, with the entities that it mentions beside the text."""
    found = get_object_or_404(Article.objects.exclude(body=""), slug=slug)
    if found.state != "published" and not request.user.has_perm("entities.view_article"):
        raise Http404("There is no article at this address.")
    mentions = found.mentions.public().select_related("entity__merged_into").order_by("position", "pk")
    entities = list(dict.fromkeys(mention.entity.today for mention in mentions))
    context = {
        "article": found,
        "html": article_html(found, mentions),
        "entities": entities,
        "jsonld": as_script(article_jsonld(found, entities), MOST_JSONLD),
        "preview": found.state != "published",
    }
    response = render(request, "articles/detail.html", context)
    return for_editors(response) if context["preview"] else response
