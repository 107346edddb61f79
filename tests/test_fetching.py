"""Pages of other sites are fetched within bounds, and nobody can send us where only we could go."""

import gzip
import shutil
import socket
import ssl
import subprocess
import time
import tracemalloc
from functools import partial
from threading import Thread

import certifi
import pytest

from entities.curation.fetching import (
    LONGEST_ADDRESS,
    MOST_BYTES,
    MOST_REDIRECTS,
    NoAnswer,
    Refused,
    clean_address,
    fetch,
    is_public,
)
from tests.sites import running_site

HOSTS = {"good.example": "127.0.0.1", "evil.example": "127.0.0.2", "far.example": "10.0.0.1", "127.0.0.1": "127.0.0.1"}


@pytest.fixture
def get(site):
    """fetch(), to which of this machine 127.0.0.1 alone is public, at the port of the site alone."""
    rule = {"resolve": lambda host, port: [HOSTS[host]], "allowed": "127.0.0.1".__eq__, "ports": (site.port,)}
    return partial(fetch, user_agent="Test (+http://collabs.example)", seconds=2, **rule)


# What is asked and what is given


def test_a_page_is_fetched_with_its_type_and_encoding(site, get):
    url = site.page("/a?b=1", "Grüße", kind="Text/HTML; Charset=UTF-8")
    answer = get(url)
    assert (answer.url, answer.status, answer.media_type, answer.charset) == (url, 200, "text/html", "utf-8")
    assert answer.body.decode() == "Grüße"


def test_a_site_sees_who_asks_and_no_cookie_and_no_password(site, get):
    site.page("/a", status=302, Location="/b", Set_Cookie="a=1; Path=/")
    site.page("/b", "x")
    get(site.url("/a"))
    for _, headers in site.asked:
        assert headers["User-Agent"] == "Test (+http://collabs.example)"
        assert not headers.keys() & {"Cookie", "Authorization", "Referer"}


def test_a_proxy_of_the_environment_is_not_used(site, get, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert get(site.page("/a", "x")).status == 200


def test_a_packed_page_is_unpacked(site, get):
    assert get(site.page("/a", gzip.compress(b"packed"), Content_Encoding="gzip")).body == b"packed"


@pytest.mark.parametrize("status", [204, 304, 404, 410, 500])
def test_of_a_page_that_is_not_there_only_the_status_is_given(site, get, status):
    answer = get(site.page("/a", b"", status=status))
    assert (answer.status, answer.body) == (status, b"")


def test_a_redirect_is_followed_and_its_end_is_told(site, get):
    end = site.page("/end/%C3%A4", "x")
    site.leads_to("/1", "2?x=1")
    site.leads_to("/2?x=1", "/end/%C3%A4#part", status=308)
    assert get(site.url("/1")).url == end


def test_a_redirect_in_characters_that_no_address_has_is_followed(site, get):
    site.page("/end%20%C3%A4", "x")
    site.leads_to("/1", "/end ä".encode().decode("latin-1"))
    assert get(site.url("/1")).status == 200


def test_a_redirect_without_a_place_is_an_answer(site, get):
    assert get(site.page("/a", status=302)).status == 302


# Where we do not go


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
        ),
        *("192.0.0.1", "192.0.2.1", "198.18.0.1", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "ff0e::1"),
        *("::ffff:127.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "::ffff:0:127.0.0.1", "2002:7f00:1::"),
        *("64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1"),
    ],
)
def test_a_machine_that_not_everybody_can_reach_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450::5"])
def test_a_machine_of_the_internet_is_public(address):
    assert is_public(address)


def test_this_machine_is_not_fetched_from_unless_a_test_says_so(site):
    url = site.page("/a", "x")
    with pytest.raises(Refused, match=r"is not a public place of the internet\.$"):
        fetch(url, "Test", ports=(site.port,))
    with pytest.raises(Refused, match="Port"):
        fetch(url, "Test")
    assert site.asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_known_however_it_is_written(site, host):
    with pytest.raises((Refused, NoAnswer)):
        fetch(site.url("/a", host=host), "Test", ports=(site.port,))
    assert site.asked == []


def test_a_name_of_which_one_address_is_private_is_refused():
    with pytest.raises(Refused, match=r"good\.example is not a public place"):
        fetch("http://good.example/a", "Test", resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize("host", ["evil.example", "far.example"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_place_is_refused(site, get, host, status):
    site.page("/secret", "secret")
    with pytest.raises(Refused, match=f"{host} is not a public place"):
        get(site.leads_to("/a", site.url("/secret", host), status))
    assert [path for path, _ in site.asked] == ["/a"]


@pytest.mark.parametrize(
    "target",
    [
        *("file:///etc/passwd", "gopher://good.example/", "ftp://good.example/", "javascript:alert(1)", "data:,x"),
        *("http://user:secret@good.example/", "http://user@good.example/", "http://good.example:22/", "http://[::1/"),
        *("https://good.example:6379/", "http://good.example:99999/", "http://:80/", "http://a b/"),
    ],
)
def test_a_redirect_to_what_is_no_page_is_refused(site, get, target):
    with pytest.raises(Refused):
        get(site.leads_to("/a", target))
    assert len(site.asked) == 1


def test_a_name_is_asked_for_once_and_its_second_address_changes_nothing(site):
    """A name server that says a public address to the check and a private one to the connection (DNS rebinding)."""
    said = iter(["127.0.0.1", "10.0.0.1"])
    site.page("/a", "x")
    answer = fetch(
        site.url("/a", "good.example"), "Test", ports=(site.port,), seconds=2,
        resolve=lambda host, port: [next(said)], allowed="127.0.0.1".__eq__,
    )  # fmt: skip
    assert answer.body == b"x"
    assert next(said) == "10.0.0.1"


def test_each_redirect_asks_for_the_name_anew(site):
    said = iter(["127.0.0.1", "10.0.0.1"])
    site.leads_to("/a", site.url("/b", "good.example"))
    with pytest.raises(Refused):
        fetch(
            site.url("/a", "good.example"), "Test", ports=(site.port,), seconds=2,
            resolve=lambda host, port: [next(said)], allowed="127.0.0.1".__eq__,
        )  # fmt: skip


def test_a_site_is_asked_by_its_name_though_its_address_is_connected_to(site, get):
    site.page("/a", "x")
    get(site.url("/a", "good.example"))
    assert site.asked[0][1]["Host"] == f"good.example:{site.port}"


# How long and how much


def test_a_loop_of_redirects_ends(site, get):
    with pytest.raises(Refused, match="leads on more than 5 times"):
        get(site.leads_to("/a", "/a"))
    assert len(site.asked) == 1 + MOST_REDIRECTS


def test_a_chain_of_five_redirects_is_followed(site, get):
    for number in range(MOST_REDIRECTS):
        site.leads_to(f"/{number}", f"/{number + 1}")
    site.page(f"/{MOST_REDIRECTS}", "x")
    assert get(site.url("/0")).body == b"x"


def took(call):
    start = time.monotonic()
    with pytest.raises((Refused, NoAnswer)) as error:
        call()
    return time.monotonic() - start, str(error.value)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def drip(handler, piece, before=OK):
    """Send a piece every twentieth of a second until the other side goes away."""
    handler.wfile.write(before)
    for _ in range(400):
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    "page",
    [
        partial(drip, piece=b"x", before=OK + b"\r\n"),
        partial(drip, piece=b"1\r\nx\r\n", before=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        partial(drip, piece=b"X"),
        partial(drip, piece=b"X: y\r\n"),
        partial(drip, piece=b"HTTP/1.1 100 Continue\r\n\r\n", before=b""),
        lambda handler: time.sleep(5),
    ],
    ids=["body", "chunks", "a header", "headers", "information", "silence"],
)  # fmt: skip
def test_a_page_that_comes_byte_by_byte_is_left_in_time(site, get, page):
    site.pages["/a"] = page
    seconds, sentence = took(lambda: get(site.url("/a"), seconds=0.5))
    assert seconds < 1.5
    assert sentence == "The site did not answer within 0.5 seconds."


def test_all_redirects_together_are_in_time(site, get):
    def slow(handler):
        time.sleep(0.3)
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n")

    site.pages["/a"] = slow
    assert took(lambda: get(site.url("/a"), seconds=0.5))[0] < 1.5


def test_a_name_server_that_does_not_answer_is_left_in_time():
    seconds, sentence = took(
        lambda: fetch("http://good.example/", "Test", resolve=lambda *_: time.sleep(2), seconds=0.2)
    )
    assert seconds < 1
    assert sentence == "The site did not answer within 0.2 seconds."


def endless(handler):
    handler.wfile.write(OK + b"\r\n")
    while True:
        handler.wfile.write(b"<p>more</p>" * 1000)


def huge_header(handler):
    handler.wfile.write(OK + b"X: ")
    while True:
        handler.wfile.write(b"x" * 10_000)


def endless_headers(handler):
    handler.wfile.write(OK)
    while True:
        handler.wfile.write(b"X: y\r\n" * 1000)


@pytest.mark.parametrize("page", [endless, huge_header, endless_headers])
def test_a_page_without_end_is_left(site, get, page):
    site.pages["/a"] = page
    assert took(lambda: get(site.url("/a")))[0] < 1.5


@pytest.mark.parametrize("packing", [{}, {"Content_Encoding": "gzip"}])
def test_a_page_is_read_up_to_a_megabyte_and_no_further(site, get, packing):
    pack = gzip.compress if packing else bytes
    assert len(get(site.page("/a", pack(b"x" * MOST_BYTES), **packing)).body) == MOST_BYTES
    with pytest.raises(Refused, match=r"^The page is larger than 1 MB\.$"):
        get(site.page("/a", pack(b"x" * (MOST_BYTES + 1)), **packing))


def test_a_bomb_of_packed_zeros_takes_no_memory(site, get):
    """A megabyte of it would be a gigabyte: no more than the limit is unpacked."""
    bomb = gzip.compress(bytes(900 * MOST_BYTES // 5))
    assert len(bomb) < MOST_BYTES
    site.page("/a", bomb, Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(Refused, match="larger than 1 MB"):
        get(site.url("/a"))
    assert tracemalloc.get_traced_memory()[1] < 10 * MOST_BYTES
    tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_a_packing_that_we_did_not_ask_for_is_refused(site, get, encoding):
    with pytest.raises(Refused, match="packed"):
        get(site.page("/a", b"x", Content_Encoding=encoding))


def test_what_only_says_that_it_is_packed_is_refused(site, get):
    with pytest.raises(Refused, match="cannot be unpacked"):
        get(site.page("/a", b"<html>", Content_Encoding="gzip"))


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "application/pdf", "", "text/html2", "/"])
def test_what_is_no_text_is_not_read(site, get, kind):
    with pytest.raises(Refused, match="of the type"):
        get(site.page("/a", b"\x89PNG", kind=kind))


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\xff" * 50, b"HTTP/9.9 2000 ?\r\n\r\n", OK + b"Content-Length: -5\r\n\r\n"]
)
def test_what_is_no_http_is_no_answer(site, get, answer):
    site.pages["/a"] = lambda handler: handler.wfile.write(answer)
    with pytest.raises(NoAnswer):
        get(site.url("/a"))


def test_a_page_that_breaks_off_is_no_answer(site, get):
    with pytest.raises(NoAnswer):
        get(site.page("/a", b"short", Content_Length="500"))


def test_a_site_that_is_not_there_is_no_answer(site, get):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer):
            get(f"http://good.example:{free.getsockname()[1]}/", ports=(free.getsockname()[1],))


def test_a_name_that_is_not_known_is_no_answer():
    def resolve(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NoAnswer, match=r"the name nowhere\.example is not known"):
        fetch("http://nowhere.example/", "Test", resolve=resolve)


# https


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """The port of a site whose certificate is for good.example, and is trusted here."""
    if not shutil.which("openssl"):
        pytest.skip("openssl was not found: install it (on Debian and Ubuntu: sudo apt install openssl).")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=good.example",
         "-addext", "subjectAltName=DNS:good.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running_site() as site:
        site.socket = context.wrap_socket(site.socket, server_side=True)
        site.page("/a", "safe")
        yield site


def test_a_certificate_is_checked_against_the_name(secure):
    rule = {"resolve": lambda host, port: ["127.0.0.1"], "allowed": "127.0.0.1".__eq__, "ports": (secure.port,)}
    look = partial(fetch, user_agent="Test", seconds=2, **rule)
    assert look(f"https://good.example:{secure.port}/a").body == b"safe"
    with pytest.raises(NoAnswer, match="certificate"):
        look(f"https://other.example:{secure.port}/a")


def test_a_handshake_that_never_ends_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=server.accept, daemon=True).start()
        port = server.getsockname()[1]
        rule = {"resolve": lambda *_: ["127.0.0.1"], "allowed": "127.0.0.1".__eq__, "ports": (port,), "seconds": 0.3}
        assert took(lambda: fetch(f"https://good.example:{port}/", "Test", **rule))[0] < 1.5


# Addresses


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://EXAMPLE.org/A?b=c#d", "https://example.org/A?b=c#d"),
        ("http://bücher.example/ä ö?ü=1#ß", "http://xn--bcher-kva.example/%C3%A4%20%C3%B6?%C3%BC=1#%C3%9F"),
        ("http://example.org/%C3%A4%20%zz", "http://example.org/%C3%A4%20%zz"),
        ("http://[2606:4700::1]:80/", "http://[2606:4700::1]:80/"),
    ],
)
def test_an_address_is_written_in_ascii_and_means_the_same(text, clean):
    assert clean_address(text) == clean == clean_address(clean)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "example.org",
            "//example.org/",
            "/path",
            "http:",
            "http://",
            "http://a:b@example.org/",
            "ftp://example.org/",
        ),
        *("http://exa mple.org/", "http://example.org\x00/", "http://ex<ample>.org", "http://[::1", "http://a:b/"),
        *("http://ü" + "a" * 70 + ".org/", "http://example.org/" + "a" * LONGEST_ADDRESS, "http://x.org/" + "ä" * 900),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(text):
    with pytest.raises(Refused, match=r"\.$"):
        clean_address(text)
