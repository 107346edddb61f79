"""How often an address may call what costs much."""

from time import time

from django.conf import settings
from django.core.cache import cache


def throttled(request, name, limit, seconds, now=None):
    """0, or after how many seconds an address that has called `name` more than `limit` times may do so again.

    Windows are fixed, and counted by each process unless the cache is shared.
    """
    now = time() if now is None else now
    key = f"throttle:{name}:{settings.AXES_CLIENT_IP_CALLABLE(request)}:{int(now // seconds)}"
    cache.add(key, 0, timeout=seconds * 2)
    return 0 if cache.incr(key) <= limit else seconds - int(now % seconds)
