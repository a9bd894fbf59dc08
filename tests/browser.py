"""Chromium as the tests of a report see it: sentences, keys, files."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

FLAGS = ("--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900")
PATIENCE = 10
"""Seconds."""


def start(chromium: str, chromedriver: str, downloads: Path) -> "Browser":
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    return Browser(driver, downloads)


class Browser:
    """One window on one report."""

    def __init__(self, driver: webdriver.Chrome, downloads: Path) -> None:
        self.driver = driver
        self._downloads = downloads
        self._refused: list[str] = []

    def open(self, path: Path, place: str = "") -> None:
        self.driver.get(f"{path.as_uri()}{place}")
        self.wait(lambda: self.run("return document.documentElement.dataset.ready") == "true")

    def reload(self) -> None:
        self.driver.refresh()
        self.wait(lambda: self.run("return document.documentElement.dataset.ready") == "true")

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the script returns
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements that are shown."""
        script = "return [...document.querySelectorAll(arguments[0])].filter(n => !n.hidden).map(n => n.textContent)"
        return list(self.run(script, selector))

    def sentences(self) -> list[str]:
        return self.texts(".page:not([hidden]) .block:not([hidden]) .sentence")

    def press(self, *keys: str) -> None:
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def focused(self) -> str:
        return str(self.run("return document.activeElement.textContent"))

    def downloaded(self, name: str) -> Path:
        self.wait((self._downloads / name).exists)
        return self._downloads / name

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < height}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def wait(self, happened: Callable[[], object]) -> None:
        latest = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < latest, "nothing happened in the browser"
            time.sleep(0.02)

    def complaints(self) -> list[str]:
        """What stands on the console, but for what a test has asked for with `refused`."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]  # the same

    def refused(self) -> list[str]:
        """What the policy has refused so far."""
        self._refused += [message for message in self.complaints() if "Content Security Policy" in message]
        return self._refused

    def fetched(self) -> set[str]:
        """Everything that was fetched since this was last asked, but for what the page holds itself."""
        log = self.driver.get_log("performance")  # type: ignore[no-untyped-call]  # the same
        events = [json.loads(entry["message"])["message"] for entry in log]
        refused = {event["params"]["requestId"] for event in events if event["params"].get("blockedReason") == "csp"}
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        addresses = {event["request"]["url"] for event in sent if event["requestId"] not in refused}
        return {address for address in addresses if not address.startswith(("blob:", "data:"))}

    def forget(self) -> None:
        """Leave nothing to the next test."""
        self.run("localStorage.clear()")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.get("about:blank")
        self.fetched()
        self._refused.clear()
        for path in self._downloads.iterdir():
            path.unlink()

    def quit(self) -> None:
        self.driver.quit()
