"""Several processes may work off the queue of webmentions at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from entities.curation import webmentions
from tests.world import build


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_look_at_each_page_once():
    build()
    now = timezone.now()
    for number in range(40):
        webmentions.receive(f"https://blog.example/{number}", "http://testserver/institutions/penn/", now)

    def work(_):
        taken = []
        try:
            while row := webmentions.take(now, timezone.now()):
                taken.append(row.pk)
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(4) as workers:
        parts = list(workers.map(work, range(4)))
    taken = [pk for part in parts for pk in part]
    assert len(taken) == len(set(taken)) == 40
