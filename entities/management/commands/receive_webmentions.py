"""manage.py receive_webmentions: one pass over the queue, for cron."""

from collections import Counter
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from entities.curation import webmentions
from entities.models import Webmention

WORDS = {
    "verified": "link to us",
    "refused": "do not",
    "gone": "no longer do",
    "later": "did not answer and will be tried again",
}


class Command(BaseCommand):
    help = (
        "Looks at the pages that claim to link to us. Run it every few minutes; two may run at once, and one that is "
        "killed loses nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--recheck",
            type=int,
            metavar="DAYS",
            help="look again also at what is shown and was not seen for so many days",
        )

    def handle(self, recheck, **options):
        now = timezone.now()
        if recheck is not None:
            Webmention.objects.look_again(before=now - timedelta(days=recheck), now=now)
        webmentions.forget_refused(now)
        states = Counter()
        with tqdm(total=Webmention.objects.due(now).count(), delay=1, disable=not self.stderr.isatty()) as bar:
            while webmention := webmentions.take(now, timezone.now()):
                states[webmentions.look_at(webmention, timezone.now())] += 1
                bar.update()
        found = ", ".join(f"{states[state]} {words}" for state, words in WORDS.items() if states[state])
        pages = "1 page" if states.total() == 1 else f"{states.total()} pages"
        self.stdout.write(f"Looked at {pages}{': ' if found else ''}{found}.")
