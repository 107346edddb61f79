"""manage.py draw_site_card: the card of pages that are not about one entity."""

from django.conf import settings
from django.core.management.base import BaseCommand

from entities.pictures.card import SITE, draw


class Command(BaseCommand):
    help = "Draws static/img/card.png anew; commit it when its look has changed."

    def handle(self, **options):
        path = settings.BASE_DIR / "static" / "img" / "card.png"
        path.write_bytes(draw(SITE))
        self.stdout.write(f"Drew {path.relative_to(settings.BASE_DIR)}.")
