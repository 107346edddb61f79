"""Links beside an article instead of in it: the Web Annotation Data Model (https://www.w3.org/TR/annotation-model/)."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from itertools import accumulate, pairwise

from . import html
from .formats import KNOWN

CONTEXT = 32  # characters before and behind a quotation, to find it again in an article that has changed


def annotations(source, format, links, article=""):
    """An AnnotationPage that says of each of `links` what the words mean, as a dict to be written as JSON.

    Quotations and positions, in code points, are those of the text of a page without its tags (4.2.4 and 4.2.5 of the
    model), which scripts find in its nodes; of plain text and Markdown those of `source`. Where the words stand in the
    source as it was given, marks and tags included, is said in bytes of UTF-8 (4.2.6). `article` is the address of the
    text; without one it is named by its digest (RFC 6920).
    """
    article = article or f"ni:///sha-256;{urlsafe_b64encode(sha256(source.encode()).digest()).decode().rstrip('=')}"
    target = {"id": article, "type": "Text", "format": KNOWN[format].media_type}
    links = sorted(links)
    cuts = [place for link in links for place in (link.start, link.end)]
    written = [source[start:end] for start, end in pairwise([0, *cuts, len(source)])]
    seen = html.texts(source, cuts) if format == "html" else written
    text, places = "".join(seen), ends(map(len, seen))
    spans = zip(links, places, ends(len(part.encode()) for part in written), strict=True)
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{article}#links",
        "type": "AnnotationPage",
        "items": [annotation(target, number, text, *span) for number, span in enumerate(spans, 1)],
    }


def ends(sizes):
    """Where each link begins and ends, as pairs, by the sizes of what stands before, in and behind them in turn."""
    places = list(accumulate(sizes))
    return list(zip(places[0:-1:2], places[1::2], strict=True))


def annotation(target, number, text, link, place, data):
    start, end = place
    return {
        "id": f"{target['id']}#link-{number}",
        "type": "Annotation",
        "motivation": "linking",
        "body": {"type": "SpecificResource", "source": link.url, "purpose": "identifying"},
        "target": {
            "type": "SpecificResource",
            "source": target,
            "selector": [
                {"type": "TextPositionSelector", "start": start, "end": end},
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(start - CONTEXT, 0) : start],
                    "suffix": text[end : end + CONTEXT],
                },
                {"type": "DataPositionSelector", "start": data[0], "end": data[1]},
            ],
        },
    }
