# SPDX-License-Identifier: MIT
"""A reader opens the reference, runs an operation from the page and sees its result; nothing else is asked for."""

import json
import pathlib

import pytest

from browser import Browser, host

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "build" / "client"
INSIDE = ("data:", "chrome://")  # what a page and the browser themselves bring


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


def asked(browser, service):
    """The paths of the service that were asked for; nobody else may be, and nothing may be complained of."""
    found = browser.requests()
    own = host(service.url)
    strangers = [url for url in found if not url.startswith(INSIDE) and host(url) != own]
    assert not strangers
    assert browser.complaints() == []
    return [url.removeprefix(service.url) for url in found if host(url) == own]


def run_operation(browser, service, tag, operation, **values):
    """Looks for a tag (a page this long draws only what is in sight), opens an operation, fills in its form and runs
    it: status and body as the page shows them."""
    block = f"#operations-{tag}-{operation}"
    browser.open(f"{service.url}/docs")
    browser.find(".opblock")  # the form is laid anew once the contract is there
    browser.type(".operation-filter-input", tag)
    browser.find("#operations:not(:has(.operations-virtual))")
    browser.click(f"{block} .opblock-summary-control")
    for name, value in values.items():
        browser.type(f"{block} tr[data-param-name={name}] input", value)
    browser.click(f"{block} .btn.execute")
    status = browser.text(f"{block} .live-responses-table tbody .response-col_status")
    return status.split()[0], browser.text(f"{block} .live-responses-table tbody .highlight-code code, "
                                           f"{block} .live-responses-table tbody pre")


def test_an_operation_runs_from_the_page(browser, service):
    status, body = run_operation(browser, service, "Schools", "schools_get", urn="")
    PICTURES.mkdir(parents=True, exist_ok=True)
    browser.run("document.querySelector('.live-responses-table').scrollIntoView()")
    browser.picture(PICTURES / "docs.png")
    assert status == "200"
    assert json.loads(body)["urn"] == 100008
    paths = asked(browser, service)
    assert {"/docs", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/accord.css", "/docs/reference.js",
            "/openapi.json", "/v1/schools/100008"} <= set(paths)


def test_a_list_runs_without_filters_that_nobody_set(browser, service):
    status, body = run_operation(browser, service, "Areas", "regions_list")
    assert status == "200"
    assert [item["name"] for item in json.loads(body)["items"]].count("London") == 1
    run = [path for path in asked(browser, service) if path.startswith("/v1/")]
    assert run and all("after=" not in path for path in run)


def test_pages_are_shown_without_a_complaint(browser, service):
    colour = "return getComputedStyle(document.querySelector('header')).backgroundColor"
    headings = {"/": "Accord", "/problems/not-found": "Not found", "/docs/operations.html": "Operations"}
    for path, heading in headings.items():
        browser.open(service.url + path)
        assert browser.text("h1") == heading
        assert browser.run(colour) == "rgb(18, 52, 77)"
        paths = asked(browser, service)
        assert path in paths and set(paths) <= {path, "/docs/accord.css"}


def test_the_watch_sees_what_it_should(browser, service):
    browser.open(f"{service.url}/docs")
    browser.find(".opblock")
    asked(browser, service)
    browser.run("document.body.setAttribute('style', 'color: red');"
                "fetch('http://127.0.0.1:1/elsewhere').catch(() => {});"
                "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.2:1/picture'}))")
    browser.find("img")
    complaints = " ".join(browser.complaints())
    for directive in ("style-src", "connect-src", "img-src"):
        assert directive in complaints
