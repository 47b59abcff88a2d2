"""Take a picture of a report for the documentation.

    .venv/bin/python scripts/screenshot.py out/afghanistan/<time>/report.html

Needs Chromium (scripts/install-system.sh); `RIVALRY_CHROMIUM` names another browser.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs/_static/report.png"


def main() -> None:
    """Open the report offline, wait for its charts, save what a reader sees first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path, help="a report.html")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=1600, help="pixels; 0 for the whole page")
    parser.add_argument("--at", default="", help="id of the section to show, such as observed")
    options = parser.parse_args()
    browser_path = shutil.which(os.environ.get("RIVALRY_CHROMIUM", "chromium"))
    if browser_path is None:
        raise SystemExit("no browser: run scripts/install-system.sh")
    options.target.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        size = {"width": options.width, "height": options.height or 1000}
        page = browser.new_page(viewport=size, offline=True)  # type: ignore[arg-type]
        page.goto(options.report.resolve().as_uri())
        page.wait_for_selector("html[data-charts=done]", timeout=60_000)
        if options.at:
            page.evaluate("id => document.getElementById(id).scrollIntoView()", options.at)
            page.wait_for_timeout(300)
        page.screenshot(path=options.target, full_page=not options.height)
        browser.close()
    print(options.target)


if __name__ == "__main__":
    main()
