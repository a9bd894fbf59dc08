"""A real headless Chromium for the tests that drive a report in it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Browser, start
from run_folders import ShownPage, write_run

from pipeline.audit.report.writing import write_report


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("no browser: apt-get install chromium chromium-driver")
    browser = start(program, driver, tmp_path_factory.mktemp("downloads"))
    yield browser
    browser.quit()


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """Open the report of a run with these pages; afterwards the browser must have had nothing to complain about."""

    def open_report(*pages: ShownPage, explained: bool = False) -> Browser:
        chromium.open(write_report(write_run(tmp_path / "out", pages, explained=explained)))
        return chromium

    yield open_report
    complaints, fetched = chromium.complaints(), chromium.fetched()
    chromium.forget()
    assert complaints == []
    assert fetched <= {(tmp_path / "out" / "report.html").as_uri()}
