"""How often one client may call what costs much."""

from ipaddress import ip_address
from time import time

from django.conf import settings
from django.core.cache import cache

HEAVY = 100_000


def throttled(request, name, limit, seconds, now=None):
    """0, or after how many seconds a client that has called `name` more than `limit` times may do so again.

    A call counts once more for every HEAVY bytes of its body. Windows are fixed, and counted by each process unless
    the cache is shared.
    """
    now = time() if now is None else now
    weight = 1 + int(request.META.get("CONTENT_LENGTH") or 0) // HEAVY
    key = f"throttle:{name}:{client(request)}:{int(now // seconds)}"
    cache.add(key, 0, timeout=seconds * 2)
    try:
        called = cache.incr(key, weight)
    except ValueError:  # it fell out of the cache between the two
        called = weight
    return 0 if called <= limit else seconds - int(now % seconds)


def client(request):
    """Whom to count: an address, of IPv6 the network of 64 bits, which is what one household has to itself."""
    text = settings.AXES_CLIENT_IP_CALLABLE(request) or ""
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address) if address.version == 4 else f"{int(address) >> 64:x}"
