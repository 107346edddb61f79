"""Which links of an article to our pages no longer say what they should: renamed, merged, withdrawn, unknown."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings

from entities.addresses import USUAL_PORTS, absolute
from entities.models import Entity, OldSlug
from entities.models.kinds import KINDS
from entities.text import read_uid

ENDS = r"[^\s<>\"'`\])}|\\]*"
PAGE = re.compile(
    rf"/(?:e/(?P<uid>[^/.]+)|(?P<path>{'|'.join(kind.path for kind in KINDS.values())})/(?P<slug>[\w-]+))"
)


class Stale(NamedTuple):
    """A link to look at: its line (from 1) and address, what is wrong, and a better address where there is one."""

    line: int
    url: str
    sentence: str
    better: str = ""


def check_links(text):
    """[Stale] of `text`, in its order; permalinks of entries that were merely renamed are sound. Two queries."""
    found = [(match.start(), match[0].rstrip(".,;:!?")) for match in ours().finditer(text)]
    pages = [(place, url, PAGE.match(unquote(urlsplit(url).path))) for place, url in found]
    known = entities_of([page for _, _, page in pages if page])
    stale = []
    for place, url, page in pages:
        if page and (problem := problem_of(page, known)):
            stale.append(Stale(text.count("\n", 0, place) + 1, url, *problem))
    return stale


def ours():
    """The pattern of addresses of this site, with http or https, and with a port only where it must or may be said."""
    site = urlsplit(settings.SITE_URL)
    host = re.escape(site.netloc.removesuffix(f":{site.port}"))
    port = "(?::(?:80|443))?" if site.port in USUAL_PORTS else f":{site.port}"
    return re.compile(rf"https?://{host}{port}/{ENDS}", re.IGNORECASE)


def entities_of(pages):
    """{uid or slug: Entity} of everything that addresses name, by old slugs too."""
    uids = {read_uid(page["uid"]) for page in pages if page["uid"]} - {None}
    slugs = {page["slug"] for page in pages if page["slug"]}
    rows = Entity.objects.select_related("merged_into")
    known = {entity.uid: entity for entity in rows.filter(uid__in=uids)}
    known |= {entity.slug: entity for entity in rows.filter(slug__in=slugs)}
    old = OldSlug.objects.filter(slug__in=slugs - known.keys()).select_related("entity__merged_into")
    return known | {row.slug: row.entity for row in old}


def problem_of(page, known):
    """(sentence, better address) of an address that is not sound, else None."""
    entity = known.get(read_uid(page["uid"]) if page["uid"] else page["slug"])
    if not entity or entity.state == "draft":
        return "There is no such entry.", ""
    if entity.state == "withdrawn":
        return f"“{entity.name}” was withdrawn: {entity.reason}", ""
    if (target := entity.today) != entity:
        return f"“{entity.name}” was merged into “{target.name}”.", absolute(target.permalink)
    if page["slug"] and (page["path"], page["slug"]) != (KINDS[entity.kind].path, entity.slug):
        return f"The entry is “{entity.name}” now.", absolute(entity.permalink)
    return None
