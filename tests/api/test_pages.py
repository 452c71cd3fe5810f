# SPDX-License-Identifier: MIT
"""Pages for people, and what machines look for: the reference, problem types, security.txt, the API catalogue."""

import datetime
import gzip
import html.parser
import re
import sys
import time

import pytest

from conftest import ACCORD, ROOT, Service
from contract import Contract, examples
from product import Client

sys.path.insert(0, str(ROOT / "openapi"))

import downgrade

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGES = ["/", "/docs", "/docs/operations.html", "/problems/not-found"]


class Page(html.parser.HTMLParser):
    """A page as a tree is not needed: its tags in order, its text, and what it refers to."""

    VOID = {"meta", "link", "br", "hr", "img", "input"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts, self.addresses = [], [], [], []
        self.attributes = {}
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        assert "style" not in attrs and not [name for name in attrs if name.startswith("on")], (tag, attrs)
        self.tags.append(tag)
        self.attributes.setdefault(tag, attrs)
        here = [attrs[name] for name in ("href", "src", "data-contract") if name in attrs]
        self.addresses += [address for address in here if not address.startswith("data:")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def text(self):
        return " ".join("".join(self.texts).split())


def page(api, path):
    return Page(api.ok(path, accept="text/html").text())


@pytest.fixture(scope="module")
def plain(database, bundle, contract, tmp_path_factory):
    """A service without the interactive reference, behind a path of somebody's site, with a contact of its own."""
    directory = tmp_path_factory.mktemp("plain")
    service = Service(database, bundle, directory, docs=directory, public_url="https://schools.example/accord",
                      security_contact="https://schools.example/security")
    client = Client(service.url, contract)
    client.log_path = service.log_path
    yield client
    assert service.stop() == 0


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_sound_and_accessible(api, path):
    found = page(api, path)
    assert found.attributes["html"]["lang"] == "en-GB"
    assert {"header", "nav", "main", "footer", "title"} <= set(found.tags)
    assert found.tags.count("h1") == found.tags.count("main") == 1
    levels = [int(tag[1]) for tag in found.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    assert found.attributes["a"] == {"class": "skip", "href": "#main"}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere_here(api, path):
    for address in page(api, path).addresses:
        assert re.match(r"[/#][^/]?", address), address
        if not address.startswith("#"):
            assert api.ok(address.split("#")[0])


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_but_what_they_are_made_of(api, path):
    answer = api.ok(path, accept="text/html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    if path == "/docs":
        assert answer.headers["Content-Security-Policy"] == POLICY.replace(
            "style-src 'self'", "script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:")
    else:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert "script" not in Page(answer.text()).tags


def test_a_problem_page_says_what_its_json_says(api):
    for slug, status in (("invalid-parameter", 400), ("overloaded", 503)):
        told, shown = api.ok(f"/problems/{slug}").json(), page(api, f"/problems/{slug}").text()
        assert told["status"] == status
        assert told["title"] in shown and told["meaning"] in shown and told["type"] in shown and str(status) in shown


def test_programs_get_json_and_browsers_a_page(api):
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for path in ("/", "/problems/not-found"):
        for accept in (None, "*/*", "application/json", "application/json, text/html;q=0.9"):
            assert api.ok(path, accept=accept).media == "application/json"
        assert api.ok(path, accept=browser).media == "text/html"
    api.get("/problems/unheard-of", accept="text/html").problem(404, "not-found")


def test_the_list_has_every_operation_and_parameter(api, contract):
    text = page(api, "/docs/operations.html").text()
    for path, method, operation in contract.operations():
        assert f"{method.upper()} {path}" in text, path
        assert operation["summary"] in text
        for parameter in operation.get("parameters", []):
            assert contract.resolve(parameter)["name"] in text


def test_the_plain_list_takes_the_place_of_the_reference(api, plain):
    answer = plain.ok("/docs")
    assert "GET /v1/schools" in Page(answer.text()).text()
    assert "swagger" not in answer.text()
    assert answer.headers["Content-Security-Policy"] == POLICY
    deadline = time.monotonic() + 5
    while "no interactive reference" not in plain.log_path.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert plain.log_path.read_text().count("no interactive reference") == 1
    plain.get("/docs/swagger-ui-bundle.js").problem(404, "not-found")
    assert "swagger-ui-bundle.js" in api.ok("/docs").text()


def test_links_begin_where_the_public_address_does(plain):
    for path in PAGES:
        addresses = [address for address in page(plain, path).addresses if not address.startswith("#")]
        assert addresses and all(address.startswith("/accord/") for address in addresses)


@pytest.mark.parametrize("name, media", [
    ("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css"), ("licences.txt", "text/plain"),
    ("accord.css", "text/css"), ("reference.js", "text/javascript"), ("operations.html", "text/html"),
    ("reference.html", "text/html")])
def test_parts_are_kept_packed_and_named(api, name, media):
    answer = api.ok(f"/docs/{name}", accept=media)
    assert answer.media == media
    assert answer.headers["Cache-Control"] == "public, max-age=" + ("5" if media == "text/html" else "3600")
    etag = answer.headers["ETag"]
    assert api.get(f"/docs/{name}", headers={"If-None-Match": etag}).status == 304
    packed = api.session.get(f"{api.url}/docs/{name}", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=30)
    assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["ETag"] == etag[:-1] + '-gz"'
    assert gzip.decompress(packed.raw.read()) == answer.body
    told = api.call("HEAD", f"/docs/{name}")
    assert told.headers["ETag"] == etag and told.headers["Content-Length"] == str(len(answer.body))
    api.get(f"/docs/{name}", accept="application/json").problem(406, "not-acceptable")


def test_the_package_is_served_as_it_was_fetched(api):
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "licences.txt"):
        assert api.ok(f"/docs/{name}").body == (ACCORD.parent / "docs" / name).read_bytes()
    assert "Apache License" in api.ok("/docs/licences.txt").text()


@pytest.mark.parametrize("name", [
    "..%2Fopenapi%2Fopenapi.json", "%2e%2e%2fmeson.build", "..%5Caccord", ".fetched", "swagger-ui-bundle.js%00",
    "SWAGGER-UI.CSS", "problem.html", "accord.css%2F", "x" * 65])
def test_no_other_name_is_a_file(api, name):
    answer = api.get(f"/docs/{name}")
    assert answer.status in (400, 404), name
    assert answer.media == "application/problem+json"


def test_nothing_beside_the_parts_is_ever_sent(api):
    for path in ("/docs/", "/docs/accord.css/", "/docs/a/b", "/docs//accord.css"):
        assert api.get(path).status in (400, 404)
    api.get("/docs", colour="red").problem(400, "invalid-parameter")


def test_security_txt_is_never_out_of_date(api):
    answer = api.ok("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text().splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert set(fields) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert fields["Contact"] == "mailto:security@localhost"
    assert fields["Canonical"] == f"{api.url}/.well-known/security.txt"
    expires = datetime.datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    ahead = expires - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(days=90) < ahead < datetime.timedelta(days=365)


def test_security_contact_is_a_setting(plain):
    assert "Contact: https://schools.example/security\n" in plain.ok("/.well-known/security.txt").text()


@pytest.mark.parametrize("public_url, contact", [
    ("https://schools.example/accord", "mailto:security@schools.example"),
    ("https://schools.example:8443", "mailto:security@schools.example"),
    ("http://192.0.2.7:8080", "mailto:security@%5B192.0.2.7%5D"),
    ("http://[::1]:8080", "mailto:security@localhost"),
    ("http://[2001:db8::7]", "mailto:security@%5BIPv6:2001:db8::7%5D")])
def test_security_contact_is_the_public_hosts_mailbox(database, bundle, tmp_path, public_url, contact):
    service = Service(database, bundle, tmp_path, public_url=public_url)
    try:
        text = Client(service.url, Contract({"paths": {}})).session.get(
            f"{service.url}/.well-known/security.txt", timeout=30).text
    finally:
        assert service.stop() == 0
    assert f"Contact: {contact}\n" in text


def test_the_catalogue_leads_everywhere(api):
    answer = api.ok("/.well-known/api-catalog")
    assert answer.headers["Content-Type"] == ("application/linkset+json; "
                                              'profile="https://www.rfc-editor.org/info/rfc9727"')
    for method in ("GET", "HEAD"):
        link = api.call(method, "/.well-known/api-catalog").headers["Link"]
        assert link == f'<{api.url}/.well-known/api-catalog>; rel="api-catalog"'
    catalogue, service = answer.json()["linkset"]
    assert catalogue["anchor"] == f"{api.url}/.well-known/api-catalog"
    assert [link["href"] for link in catalogue["item"]] == [service["anchor"]] == [f"{api.url}/"]
    assert set(service) == {"anchor", "service-desc", "service-doc", "status"}
    for links in (links for name, links in service.items() if name != "anchor"):
        for link in links:
            assert api.ok(link["href"].removeprefix(api.url), accept=link["type"])


def nodes(node):
    """Every mapping of the older contract that may be a schema, examples left aside."""
    if isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name not in ("example", "enum", "default"):
                yield from nodes(value)
    if isinstance(node, list):
        for value in node:
            yield from nodes(value)


def test_the_older_contract_says_nothing_that_is_new(api, contract):
    older = api.ok("/openapi-3.0.json").json()
    assert older["openapi"] == "3.0.3"
    assert {path: set(item) for path, item in older["paths"].items()} == {
        path: set(item) for path, item in contract.document["paths"].items()}
    assert set(older["components"]["schemas"]) == set(contract.document["components"]["schemas"])
    assert "summary" not in older["info"] and "identifier" not in older["info"]["license"]
    for node in nodes(older):
        assert not isinstance(node.get("type"), list) and node.get("type") != "null"
        assert "const" not in node and "propertyNames" not in node and not isinstance(node.get("examples"), list)
        assert isinstance(node.get("exclusiveMinimum", True), bool)
        assert node.get("type") != "array" or "items" in node
        assert "$ref" not in node or set(node) == {"$ref"}


@pytest.mark.parametrize("newer, older", [
    (True, {}), (False, {"not": {}}),
    ({"type": ["string", "null"]}, {"nullable": True, "type": "string"}),
    ({"type": ["string", "null"], "enum": ["a"]}, {"nullable": True, "type": "string", "enum": ["a", None]}),
    ({"type": ["integer", "string"]}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    ({"type": "null"}, {"nullable": True, "enum": [None]}),
    ({"type": "array"}, {"type": "array", "items": {}}),
    ({"type": ["array", "number"]}, {"anyOf": [{"type": "array", "items": {}}, {"type": "number"}]}),
    ({"const": 7}, {"enum": [7]}), ({"const": None}, {"enum": [None], "nullable": True}),
    ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
    ({"examples": [1, 2]}, {"example": 1}),
    ({"$ref": "#/a", "description": "b"}, {"description": "b", "allOf": [{"$ref": "#/a"}]}),
    ({"anyOf": [{"$ref": "#/a"}, {"type": "null"}]}, {"nullable": True, "allOf": [{"$ref": "#/a"}]}),
    ({"oneOf": [{"const": 1}, {"const": 2}]}, {"oneOf": [{"enum": [1]}, {"enum": [2]}]}),
    ({"additionalProperties": False, "propertyNames": {"maxLength": 2}}, {"additionalProperties": False}),
    ({"properties": {"const": {"const": 1}}}, {"properties": {"const": {"enum": [1]}}})])
def test_newer_schemas_have_older_words(newer, older):
    assert downgrade.schema(newer) == older


def test_what_the_older_version_cannot_say_is_refused():
    with pytest.raises(ValueError, match="prefixItems"):
        downgrade.schema({"prefixItems": []})


def as_newer(node):
    """The older contract's words for null said again in those that the judge knows."""
    if isinstance(node, list):
        return [as_newer(value) for value in node]
    if not isinstance(node, dict):
        return node
    made = {name: value if name in ("example", "enum", "default") else as_newer(value) for name, value in node.items()}
    if made.pop("nullable", False) is not True:
        return made
    shown = {"example": made.pop("example")} if "example" in made else {}
    return {"anyOf": [{"type": "null"}, made], **shown}


def test_examples_fit_the_older_contract(api):
    older = Contract(as_newer(api.ok("/openapi-3.0.json").json()))
    found = list(examples(older.document))
    assert len(found) > 150
    assert not {pointer: fault for pointer, schema, example in found if (fault := older.faults(schema, example))}


def test_templates_never_write_unescaped():
    for template in (ROOT / "api" / "pages").glob("*.html"):
        text = template.read_text()
        assert "{{{" not in text and "{{&" not in text and "<style" not in text, template.name
        unquoted = re.findall(r"=[^\"\s>]*\{\{", re.sub(r"\"[^\"]*\"", '""', text))
        assert not unquoted, template.name
