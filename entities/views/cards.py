"""What other sites show of an entity: its card as a picture, its frame, and the oEmbed answer that leads to both."""

from hashlib import sha256
from xml.etree import ElementTree

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.html import format_html
from django.utils.http import quote_etag
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from entities.addresses import absolute, entity_at, entity_by_uid, route_at
from entities.linking.articles import entities_of, public_mentions
from entities.linking.cards import PastPage, article_card, card
from entities.models import Article
from entities.pages import EntityPage
from entities.pictures.card import HEIGHT, VERSION, WIDTH, WIDTHS, draw
from entities.text import shortened

from .entities import with_query
from .lists import json_response

#: seconds for which anyone may keep an answer without asking again
CARD_AGE, EMBED_AGE, OEMBED_AGE = 3600, 300, 86400
MOST_WIDTH, USUAL_WIDTH = 800, 600
#: [(a frame at least this wide, needs this height)]; narrower ones are of no use. A tenth more than the longest name of
#: ours takes with the fonts of Debian, as other fonts run wider
EMBED_SIZES = [(560, 270), (420, 290), (300, 380)]
#: what the link below the frame takes with its margins: at most two lines, for so many characters
LINK_HEIGHT, LINK_LENGTH = 76, 70
#: what links in a frame need in order to work
SANDBOX = ["allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"]
EMBED_POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": ["*"],
    "sandbox": SANDBOX,
}
#: routes of which oEmbed says that they are for the staff
PRIVATE = ("styleguide",)


@require_safe
def card_image(request, uid):
    """The card of a published entity as a PNG, 1200 pixels wide, or 600 or 300 as `?width=` says."""
    if not width_of(request):
        return no_width()
    entity, away = find_by_uid(request, uid, "card-image")
    if away:
        return away
    return picture_response(request, card(EntityPage(entity), timezone.localdate().year))


@require_safe
def article_card_image(request, slug):
    """The card of a published article of our own, as that of an entity."""
    if not width_of(request):
        return no_width()
    article = get_object_or_404(Article.objects.ours(), slug=slug)
    return picture_response(request, article_card(article, entities_of(public_mentions(article))))


def width_of(request):
    """The width that is asked for, as text, or None where there is none such."""
    width = request.GET.get("width", str(WIDTH))
    return width if width in map(str, WIDTHS) else None


def no_width():
    return plain(f"A card is {', '.join(map(str, WIDTHS))} pixels wide.", 400)


def picture_response(request, picture):
    """A Card as a PNG of the width that is asked for; 304 where the client has it."""
    width = width_of(request)
    etag = quote_etag(sha256(repr((VERSION, width, picture)).encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag)
    if not response:
        response = HttpResponse(draw(picture, int(width)), content_type="image/png")
    response["ETag"] = etag
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return kept(response, CARD_AGE)


@require_safe
@xframe_options_exempt
@csp(EMBED_POLICY)
def embed(request, uid):
    """An entity as a small page for frames on any site; `?version=` pins it to what a Revision says."""
    entity, away = find_by_uid(request, uid, "embed")
    if away:
        return away
    context = {"entity": entity, "latest": entity.version}
    if "version" in request.GET:
        revision, latest = revisions(entity, request.GET["version"])
        context |= {"page": PastPage(revision), "pinned": revision.number, "changed": revision.digest != latest.digest}
    else:
        context |= {"page": EntityPage(entity)}
    return kept(render(request, "entities/embed.html", context), EMBED_AGE)


@require_safe
def oembed(request):
    """The oEmbed answer (oembed.com, version 1.0) about the entity or article of our own at `?url=`, as JSON or XML.

    400 where a parameter is missing or no number, 401 for an address of the staff, 404 where nothing published of these
    is at the address, 501 for another format.
    """
    asked = request.GET
    answer = {"json": json_response, "xml": xml_response}.get(asked.get("format", "json"))
    if not answer:
        return plain("The formats are json and xml.", 501)
    if not asked.get("url"):
        return plain("Say which address: ?url=", 400)
    try:
        limits = [limit(asked.get(name)) for name in ("maxwidth", "maxheight")]
    except ValueError:
        return plain("maxwidth and maxheight are whole numbers of pixels.", 400)
    match = route_at(asked["url"])
    if match and ("admin" in match.namespaces or match.url_name in PRIVATE):
        return plain("Only editors may see what is at this address.", 401)
    data = match and (article_data if match.url_name == "article" else entity_data)(match.kwargs, *limits)
    if not data:
        return plain("There is no entry at this address.", 404)
    return kept(answer(data), OEMBED_AGE)


# Finding the entity


def find_by_uid(request, uid, route):
    """(entity, None), or (None, response) where it is withdrawn, merged or its uid written in another way; or Http404.

    The query goes along unless the entity was merged: versions are of one entity alone.
    """
    asked = entity_by_uid(uid)
    entity = asked and asked.today
    if entity and entity.state == "withdrawn":
        return None, plain("This entry was withdrawn.", 410)
    if not entity or not entity.is_published:
        raise Http404("There is no entry with this id.")
    if entity.uid != uid:
        address = reverse(route, args=[entity.uid])
        return None, HttpResponseRedirect(with_query(request, address) if entity == asked else address)
    return entity, None


def had_statement(place):
    """Whether the statement in the arguments of a route is or was one of the entity there; true where none is asked."""
    return "number" not in place or 0 < place["number"] <= entity_by_uid(place["uid"]).last_number


def revisions(entity, number):
    """(the revision of that number, the latest one); Http404 unless it was public."""
    if not number.isdecimal() or len(number) > 9:
        raise Http404("There is no such version.")
    latest = entity.revisions.order_by("-number").first()
    revision = entity.revisions.filter(number=int(number)).first()
    if not revision or revision.record.get("state", "published") != "published":
        raise Http404("There is no such version.")
    revision.entity = entity
    return revision, latest


# Answers


def limit(text):
    """A whole number of pixels above 0, or None where none is given; ValueError for anything else."""
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 9 or int(text) == 0:
        raise ValueError(text)
    return int(text)


def entity_data(place, *limits):
    """What oEmbed says of the entity in the arguments of a route; None where there is none."""
    entity = entity_at(place)
    return oembed_data(entity, *limits) if entity and had_statement(place) else None


def article_data(place, *limits):
    """What oEmbed says of the article of our own in the arguments of a route; None where there is none."""
    article = Article.objects.ours().filter(slug=place["slug"]).first()
    if not article:
        return None
    author = {"author_name": ", ".join(article.author_names)} if article.authors else {}
    return link_data(article.title, reverse("article-card-image", args=[article.slug]), *limits) | author


def oembed_data(entity, most_width, most_height):
    """What oEmbed says of an entity: `rich` with a frame where one fits within the limits, else `link`."""
    permalink, title = absolute(entity.permalink), entity.name
    data = link_data(title, reverse("card-image", args=[entity.uid]), most_width, most_height)
    width = min(most_width or USUAL_WIDTH, MOST_WIDTH)
    height = next((height for least, height in EMBED_SIZES if width >= least), None)
    if height and fits(height + LINK_HEIGHT, most_height):
        source, link = absolute(reverse("embed", args=[entity.uid])), shortened(title, LINK_LENGTH)
        html = format_html(FRAME, source, width, height, title, " ".join(SANDBOX), permalink, link)
        data |= {"type": "rich", "html": html, "width": width, "height": height + LINK_HEIGHT}
    return data


def link_data(title, image, most_width, most_height):
    """What oEmbed says of anything: its title, and its card in the largest width within the limits."""
    data = {
        "version": "1.0",
        "type": "link",
        "title": title,
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute(reverse("home")),
        "cache_age": OEMBED_AGE,
    }
    for width in WIDTHS:
        height = HEIGHT * width // WIDTH
        if fits(width, most_width) and fits(height, most_height):
            data |= {
                "thumbnail_url": f"{absolute(image)}?width={width}",
                "thumbnail_width": width,
                "thumbnail_height": height,
            }
            break
    return data


#: where a site takes the frame away, or a reader of feeds shows none, the link below it stays; within it, it would not
FRAME = (
    '<iframe src="{}" width="{}" height="{}" title="{}" sandbox="{}" loading="lazy" frameborder="0"></iframe>'
    '<p><a href="{}">{}</a></p>'
)


def fits(length, most):
    return most is None or length <= most


def xml_response(data):
    root = ElementTree.Element("oembed")
    for name, value in data.items():
        ElementTree.SubElement(root, name).text = str(value)
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    response = HttpResponse(text, content_type="text/xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def plain(sentence, status):
    """A sentence for who writes programs, not for who reads pages."""
    response = HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def kept(response, seconds):
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
