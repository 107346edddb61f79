"""Takes the pictures of the README from a running site: `python docs/screenshots.py http://127.0.0.1:8000`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "img"
SHOTS = {
    "home": ("/", "light", 1000),
    "collaboration": ("/collaborations/penn-novartis-car-t-alliance/", "light", 1250),
    "list": ("/collaborations/?tag=car-t&country=CH", "dark", 1000),
}


def main(site):
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (path, scheme, height) in SHOTS.items():
            page = browser.new_page(viewport={"width": 1280, "height": height}, color_scheme=scheme)
            page.goto(site + path)
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"{FOLDER / name}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
