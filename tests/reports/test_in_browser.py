"""The report in a real browser: every page opens, the console stays empty, and nothing that was said is run."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.reports.render import write_report

from .test_render import HOSTILE, hostile_run
from .worlds import journey

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
SHOWN = """return [...document.querySelectorAll('.page')]
    .filter(page => page.querySelector('h1').checkVisibility()).map(page => page.id)"""
TOP = "return document.querySelector('.page:not([hidden]) h1').getBoundingClientRect().top"
PAGES = ("overview", "scenarios", "diff", "behaviour", "coverage", "latency", "asks", "runs", "more")

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # selenium leaves its pipe to the driver to the collector


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    record = hostile_run()
    definition = AgentDefinition(id="a", name="A", journeys=(journey(("ask", "pay"), ("pay", "ask")),))
    outcomes = tuple(replace(each, definition="f") for each in record.outcomes)
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(replace(record, outcomes=outcomes, agents={"f": definition}), path)
    return path.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no Chrome or Chromium with its chromedriver here: `make browser` installs them")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is in the extra 'dev'")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options=options, service=Service(driver)) as opened:
        yield opened


@pytest.fixture
def page(browser: Any, report: str) -> Any:
    """The report freshly opened at its overview."""
    browser.get("about:blank")
    browser.get(report)
    return browser


def until(page: Any, script: str) -> Any:
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(page, 20).until(lambda _: page.execute_script(script))


def test_every_page_opens_by_its_link_and_the_console_stays_empty(page: Any) -> None:
    assert page.execute_script(SHOWN) == ["overview"]
    for name in PAGES:
        page.find_element("css selector", f'header nav a[href="#{name}"]').click()
        until(page, f"return location.hash === '#{name}'")
        assert page.execute_script(SHOWN) == [name]
        assert 0 < page.execute_script(TOP) < 200
        assert page.execute_script("return document.querySelector('[aria-current]').dataset.page") == name
    assert page.get_log("browser") == []


def test_every_scenario_and_turn_opens_by_its_fragment(page: Any, report: str) -> None:
    anchors = page.execute_script("return [...document.querySelectorAll('.scenario, .turn')].map(each => each.id)")
    assert len(anchors) == 2 * len(HOSTILE)
    for anchor in anchors:
        page.execute_script("location.hash = arguments[0]", anchor)
        scenario = anchor.removesuffix("/t1")
        until(
            page,
            f"{SHOWN.replace('return ', 'const shown = ')}; return shown.length === 1 && shown[0] === {scenario!r}",
        )
    page.get(f"{report}#{anchors[-2]}")
    page.refresh()
    assert page.execute_script(SHOWN) == [anchors[-2]]
    assert 0 < page.execute_script(TOP) < 200
    assert page.get_log("browser") == []


def test_what_was_said_is_text_and_nothing_of_it_runs(page: Any) -> None:
    said = page.execute_script("return [...document.querySelectorAll('.said')].map(each => each.textContent)")
    for text in HOSTILE:
        assert text.replace("\ud83d", "�").replace("\x00", "�").replace("\x07", "�") in said
    inside = "return document.querySelectorAll('main script, main img, main iframe, .said *').length"
    assert page.execute_script(inside) == 0
    from selenium.webdriver.support.expected_conditions import alert_is_present

    assert alert_is_present()(page) is False


def test_charts_are_drawn_when_they_come_into_view(page: Any) -> None:
    page.set_window_size(1000, 300)
    last = "[data-figure=figure-turn-seconds]"
    assert not page.execute_script(f"return document.querySelector('{last}').dataset.drawn")
    page.execute_script(f"document.querySelector('{last}').scrollIntoView()")
    until(page, f"return document.querySelector('{last}').dataset.drawn && document.querySelector('{last} svg')")
    assert page.get_log("browser") == []


def test_rows_are_sorted_and_filtered(page: Any) -> None:
    page.find_element("css selector", 'header nav a[href="#asks"]').click()
    head = page.find_element("css selector", "#asks th button")
    head.click()
    names = "return [...document.querySelectorAll('#asks tbody th')].map(each => each.textContent.trim().toLowerCase())"
    assert page.execute_script(names) == sorted(page.execute_script(names))
    head.click()
    assert page.execute_script(names) == sorted(page.execute_script(names), reverse=True)
    page.find_element("css selector", 'header nav a[href="#scenarios"]').click()
    page.find_element("css selector", "[data-filter]").send_keys("right to left")
    until(page, "return document.querySelector('[data-filtered]').textContent === '1 shown'")


def test_a_page_fits_the_width_of_a_phone(page: Any) -> None:
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        anchors = page.execute_script("return [...document.querySelectorAll('.page')].map(each => each.id)")
        for anchor in anchors:
            page.execute_script("location.hash = arguments[0]", anchor)
            until(page, f"{SHOWN.replace('return ', 'const shown = ')}; return shown[0] === {anchor!r}")
            assert page.execute_script("return document.documentElement.scrollWidth") <= 390
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_can_be_read_with_scripts_off(page: Any, report: str) -> None:
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get("about:blank")
        page.get(report)
        shown = page.find_elements("css selector", ".page")
        assert len(shown) == len(PAGES) + len(HOSTILE)
        assert all(each.is_displayed() for each in shown)
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
