"""Takes the pictures of the README and of the documents: `python3 dev.py screenshots`.

It loads the fixtures into a database of its own, serves them on a free port, and leaves nothing but the pictures.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import yaml
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "img"
NAME, PASSWORD = "editor", "for pictures alone"
# name: (address, theme, width, height)
SHOTS = {
    "home": ("/", "light", 1280, 1000),
    "collaboration": ("/collaborations/penn-novartis-car-t-alliance/", "light", 1280, 1250),
    "list": ("/collaborations/?tag=car-t&country=CH", "dark", 1280, 1000),
    "article": ("/articles/how-kymriah-left-the-laboratory/", "light", 1280, 1000),
    "linker": ("/link/", "light", 1280, 1000),
    "desk": ("/admin/entities/collaboration/?q=penn+novartis+alliance", "light", 1280, 1000),
}


@contextmanager
def site():
    """The address of a site with all the data, for as long as it is needed."""
    with TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        address = f"http://127.0.0.1:{port}"
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "SECRET_KEY": "for pictures alone",
            "SITE_URL": address,
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
        files = sorted(map(str, (ROOT / "fixtures").glob("*.yaml")))
        subprocess.run([*manage, "load_records", *files], env=environment, check=True)
        account = ["createsuperuser", "--noinput", "--username", NAME, "--email", "editor@example.org"]
        subprocess.run([*manage, *account], env=environment, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{address}/healthz")
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for(address):
    for _ in range(100):
        try:
            return urlopen(address)
        except OSError:
            time.sleep(0.1)
    sys.exit(f"Nothing answers at {address}.")


def main():
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Chromium was not found: install it (on Debian and Ubuntu: sudo apt install chromium).")
    FOLDER.mkdir(exist_ok=True)
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (path, theme, width, height) in SHOTS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
            page.goto(address + path)
            if path.startswith("/admin/"):
                open_form(page)
            if path == "/link/":
                link_article(page)
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"docs/img/{name}.png")


def open_form(page):
    """Sign in, and open the first entry of the list."""
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state("networkidle")


def link_article(page):
    """Send an article of our own to the linker."""
    (article, *_) = yaml.safe_load((ROOT / "fixtures" / "articles.yaml").read_text(encoding="utf-8"))["articles"]
    page.get_by_label("Your article").fill(article["body"])
    page.get_by_role("button", name="Find the names").click()
    page.locator("#result").wait_for()


if __name__ == "__main__":
    main()
