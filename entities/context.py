"""What every page knows of the site."""

from django.conf import settings

from .models.kinds import KINDS

SHEETS = [f"css/{name}.css" for name in ("tokens", "base", "layout", "components", "pictures", "print")]


def site(request):
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT": settings.CONTACT,
        "KINDS": KINDS,
        "SHEETS": SHEETS,
    }
