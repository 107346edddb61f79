"""Another site for the tests: a server on this machine whose pages a test writes, hostile ones too."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Site(ThreadingHTTPServer):
    """`pages` is {path: (status, headers, body)}, or of a function that takes the handler and answers by itself."""

    daemon_threads = True

    def __init__(self):
        self.pages, self.asked = {}, []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def port(self):
        return self.server_address[1]

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def page(self, path, body="", status=200, kind="text/html; charset=utf-8", **headers):
        """Put a page at a path; gives its address."""
        body = body.encode() if isinstance(body, str) else body
        fields = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = status, fields, body
        return self.url(path)

    def leads_to(self, path, target, status=302):
        return self.page(path, status=status, Location=target)

    def handle_error(self, request, client_address):
        """A client that went away is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        page = self.server.pages.get(self.path, (404, {}, b"not here"))
        if callable(page):
            return page(self)
        status, headers, body = page
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def running_site():
    site = Site()
    thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()
