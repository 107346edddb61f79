"""How often one client may ask: so many times in each window of time, counted in the cache."""

import time
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache


def throttled(request, name, limit, seconds):
    """The seconds for which this client has to wait, as Retry-After says them; 0 where it has not asked too often.

    It may ask for `name` `limit` times in each window of `seconds`; windows are the same for all. A client is an
    IPv4 address or an IPv6 network of 64 bits, which is what a household gets.
    """
    now = int(time.time())
    key = f"throttle:{name}:{client(request)}:{now // seconds}"
    cache.add(key, 0, seconds)
    try:
        asked = cache.incr(key)
    except ValueError:  # it fell out of the cache between the two
        asked = 1
    return seconds - now % seconds if asked > limit else 0


def client(request):
    """The address of the visitor as the settings find it, or what of it one client has to itself."""
    text = settings.AXES_CLIENT_IP_CALLABLE(request) or ""
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return text if address.version == 4 else str(int(address) >> 64)
