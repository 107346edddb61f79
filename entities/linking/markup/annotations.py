"""Links beside an article instead of in it: the Web Annotation Data Model (https://www.w3.org/TR/annotation-model/)."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from .formats import KNOWN

CONTEXT = 32  # characters before and behind a quotation, to find it again in an article that has changed


def annotations(source, format, links, article=""):
    """An AnnotationPage that says of each of `links` what the words mean, as a dict to be written as JSON.

    Positions are code points of `source` as it was given, marks and tags included, and so are the quotations.
    `article` is the address of the text; without one it is named by its digest (RFC 6920).
    """
    article = article or f"ni:///sha-256;{urlsafe_b64encode(sha256(source.encode()).digest()).decode().rstrip('=')}"
    target = {"id": article, "type": "Text", "format": KNOWN[format].media_type}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{article}#links",
        "type": "AnnotationPage",
        "items": [annotation(source, target, number, link) for number, link in enumerate(sorted(links), 1)],
    }


def annotation(source, target, number, link):
    return {
        "id": f"{target['id']}#link-{number}",
        "type": "Annotation",
        "motivation": "linking",
        "body": {"type": "SpecificResource", "source": link.url, "purpose": "identifying"},
        "target": {
            "type": "SpecificResource",
            "source": target,
            "selector": [
                {"type": "TextPositionSelector", "start": link.start, "end": link.end},
                {
                    "type": "TextQuoteSelector",
                    "exact": source[link.start : link.end],
                    "prefix": source[max(link.start - CONTEXT, 0) : link.start],
                    "suffix": source[link.end : link.end + CONTEXT],
                },
            ],
        },
    }
