"""Pages of other sites, fetched so that nobody can send us where only we could go (SSRF) or keep us there.

httpcore asks a *network backend* for every connection: `Gate` is the only way out. It resolves the name, refuses it
unless every address is public, and connects to the very address that it has looked at, so that a name server that
gives another answer a moment later changes nothing; the certificate is still checked against the name. httpcore knows
no proxies of the environment, no cookies, and follows no redirect by itself.
"""

import re
import socket
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import httpcore

MOST_BYTES = 1_000_000
MOST_SECONDS = 10
MOST_REDIRECTS = 5
LONGEST_ADDRESS = 1000
PORTS = (80, 443)
TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/json")
REDIRECTS = (301, 302, 303, 307, 308)
HOST = re.compile(r"[\w.-]+|[\da-f:.]+", re.ASCII)
#: networks that count as global and yet lead to what may be near: those in whose addresses one of IPv4 is hidden
#: (mapped, translated, NAT64, Teredo, 6to4 and its relays), the site-local one of old, and one of documentation
NEAR = [
    *map(ip_network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32")),
    *map(ip_network, ("2002::/16", "192.88.99.0/24", "fec0::/10", "3fff::/20")),
]


class FetchError(Exception):
    """Why there is no page, in a sentence."""


class Refused(FetchError):
    """What would be the same the next time."""


class NoAnswer(FetchError):
    """What may work another time."""


class Answer(NamedTuple):
    """What a site answered: where in the end, with which status and type; the body only of a 200, unpacked."""

    url: str
    status: int
    media_type: str = ""
    charset: str = ""
    body: bytes = b""


def is_public(address):
    """Whether the text of an IP address names a machine that everybody can reach."""
    ip = ip_address(address)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or any(ip in network for network in NEAR))


def resolve(host, port):
    """The IP addresses of a host, as texts."""
    return [found[4][0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def fetch(url, user_agent, *, resolve=resolve, allowed=is_public, ports=PORTS, seconds=MOST_SECONDS):
    """The Answer at an http or https address after at most five redirects; raises Refused or NoAnswer.

    It takes at most `seconds` in all and a megabyte, packed or unpacked. `resolve(host, port)` gives the addresses of
    a host and `allowed(address)` says which of them may be reached.
    """
    gate = Gate(time.monotonic() + seconds, resolve, allowed, ports)
    headers = {"User-Agent": user_agent, "Accept": ", ".join([*TYPES, "*/*;q=0.1"]), "Accept-Encoding": "gzip"}
    for _ in range(1 + MOST_REDIRECTS):
        url = clean_address(url)
        try:
            with (
                httpcore.ConnectionPool(network_backend=gate) as pool,
                pool.stream("GET", url, headers=headers) as response,
            ):
                fields = {name.lower().decode("ascii"): value.decode("latin-1") for name, value in response.headers}
                if response.status not in REDIRECTS or "location" not in fields:
                    return read(url, response, fields)
        except httpcore.TimeoutException:
            raise NoAnswer(f"The site did not answer within {seconds} seconds.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise NoAnswer(f"The site could not be read: {str(error)[:200] or type(error).__name__}.") from None
        url = onward(url, fields["location"])
    raise Refused(f"The address leads on more than {MOST_REDIRECTS} times.")


def onward(url, location):
    """The address to which a redirect leads; most sites mean UTF-8 by the bytes of a header."""
    place = location.encode("latin-1").decode("utf-8", "replace").partition("#")[0]
    try:
        return urljoin(url, place)
    except ValueError:
        raise Refused(f"The address leads to “{place[:60]}”, which is none.") from None


def clean_address(text):
    """The http or https address that `text` is, in ASCII; raises Refused with a sentence where it is none."""
    if len(text) > LONGEST_ADDRESS:
        raise Refused(f"An address has at most {LONGEST_ADDRESS:,} characters.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        raise Refused(f"“{text[:60]}” is not an address.") from None
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host):
        raise Refused(f"“{text[:60]}” is not a full address that begins with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise Refused("An address must not hold a name or a password.")
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    plain = (quote(part, safe="/%:=&?~#+!$,;'@()*[]") for part in (parts.path, parts.query, parts.fragment))
    clean = urlunsplit((parts.scheme, place, *plain))
    if len(clean) > LONGEST_ADDRESS:
        raise Refused(f"An address has at most {LONGEST_ADDRESS:,} characters.")
    return clean


def read(url, response, fields):
    """The Answer of a response that leads nowhere else."""
    message = Message()
    message["Content-Type"] = fields.get("content-type") or "application/octet-stream"
    media_type, charset = message.get_content_type(), message.get_content_charset("")
    if response.status != 200:
        return Answer(url, response.status, media_type)
    if media_type not in TYPES:
        raise Refused(f"The page is of the type {media_type[:60]}, which is not read.")
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        refuse_above_limit(body)
    return Answer(url, 200, media_type, charset, unpacked(bytes(body), fields.get("content-encoding", "identity")))


def unpacked(body, encoding):
    """The bytes of a page that may have come packed; no more of them than are allowed are ever unpacked."""
    if encoding.strip().lower() in ("identity", ""):
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        raise Refused("The page is packed in a way that we did not ask for.")
    try:
        body = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS).decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise Refused("The page is packed and cannot be unpacked.") from None
    refuse_above_limit(body)
    return body


def refuse_above_limit(body):
    if len(body) > MOST_BYTES:
        raise Refused(f"The page is larger than {MOST_BYTES // 1_000_000} MB.")


class Gate(httpcore.NetworkBackend):
    """Lets connections out to addresses that were looked at, until a moment of `time.monotonic()`."""

    def __init__(self, deadline, resolve, allowed, ports):
        self.deadline, self.resolve, self.allowed, self.ports = deadline, resolve, allowed, ports

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        if port not in self.ports:
            raise Refused(f"Port {port} is not one at which we read pages.")
        addresses = self.addresses(host, port)
        if not all(map(self.allowed, addresses)):
            raise Refused(f"{host} is not a public place of the internet.")
        for address in addresses:
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, port, left(self.deadline))
            except httpcore.ConnectError:
                continue
            return Timed(stream, self.deadline)
        raise httpcore.ConnectError(f"nothing answers at {host}")

    def addresses(self, host, port):
        """The addresses of a host, each once; the system's resolver knows no limit of time, so it runs beside us."""
        runner = ThreadPoolExecutor(1)
        try:
            found = runner.submit(self.resolve, host, port).result(left(self.deadline))
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"the name {host} is not known") from None
        finally:
            runner.shutdown(wait=False)
        return list(dict.fromkeys(found))


class Timed(httpcore.NetworkStream):
    """A connection each of whose steps ends at the deadline, so that one byte at a time gains nobody time."""

    def __init__(self, stream, deadline):
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, left(self.deadline))

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, left(self.deadline))

    def close(self):
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return Timed(self.stream.start_tls(ssl_context, server_hostname, left(self.deadline)), self.deadline)

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)


def left(deadline):
    """The seconds until the deadline; raises httpcore's timeout where it is over."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout
    return seconds
