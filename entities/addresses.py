"""Absolute addresses: from SITE_URL, never from what a request calls this site."""

from django.conf import settings


def absolute(path):
    """The whole address of a path of this site: absolute("/e/CGT0000012") = "https://example.org/e/CGT0000012"."""
    return f"{settings.SITE_URL}{path}"
