# SPDX-License-Identifier: MIT
"""The service about itself (service_describe, service_live, service_ready, problems_get), and its log."""

import json
import time

import pytest


def test_describes_itself_and_links_on(api):
    found = api.ok("/").json()
    assert found["name"] == "Accord"
    assert {name: address.removeprefix(api.url) for name, address in found["collections"].items()} == {
        name: f"/v1/{name}" for name in (
            "schools", "regions", "local-authorities", "trusts", "universities", "colleges", "training-providers",
            "organisations", "code-lists", "partnership-notices", "support-organisations", "case-studies",
            "published-partnerships")}
    for address in [*found["contract"].values(), *found["collections"].values()]:
        assert api.ok(address.removeprefix(api.url))


def test_lives_and_is_ready(api):
    assert api.ok("/livez").json() == {"status": "live"}
    assert api.ok("/readyz").json() == {"status": "ready"}
    assert api.get("/livez").headers["Cache-Control"] == "no-store"


def test_every_problem_has_a_page(api):
    problem = api.get("/v1/schools", limit=0).json()
    page = api.ok(problem["type"].removeprefix(api.url)).json()
    assert page["type"] == problem["type"]
    assert page["title"] == problem["title"]
    assert page["status"] == problem["status"] == 400
    for slug in ("not-found", "overloaded", "invalid-cursor", "conflict"):
        assert api.ok(f"/problems/{slug}").json()["type"].endswith("/" + slug)


@pytest.mark.parametrize("slug", ["unheard-of", "NOT-FOUND", "-", "a" * 65])
def test_unknown_problem_is_404(api, slug):
    api.get(f"/problems/{slug}").problem(404, "not-found")


@pytest.mark.parametrize("path", [
    "/v1", "/v1/school", "/v1/schools/", "/V1/schools", "/v1/schools/100000/x", "/favicon.ico",
])
def test_unknown_address_is_404(api, path):
    api.get(path).problem(404, "not-found")


@pytest.mark.parametrize("path", ["/", "/livez", "/v1/regions", "/v1/local-authorities/202", "/problems/internal"])
def test_unknown_parameter_is_refused(api, path):
    assert api.get(path, colour="red").problem(400, "invalid-parameter") == ["colour"]


def test_head_is_get_without_body(api):
    for path in ("/", "/v1/schools", "/v1/local-authorities/E09000007", "/openapi.json"):
        shown, told = api.get(path), api.call("HEAD", path)
        assert told.status == 200
        assert told.headers["ETag"] == shown.headers["ETag"]
        assert told.headers["Content-Length"] == str(len(shown.body))


def test_unchanged_is_304(api):
    for path in ("/", "/v1/schools", "/v1/regions", "/openapi.json"):
        etag = api.ok(path).headers["ETag"]
        assert api.get(path, headers={"If-None-Match": f'"other", {etag}'}).status == 304
        assert api.get(path, headers={"If-None-Match": '"other"'}).status == 200


def test_etag_differs_between_media_types(api):
    etags = {api.ok("/v1/schools", accept=media).headers["ETag"]
             for media in ("application/json", "text/csv", "application/geo+json", "application/x-ndjson")}
    assert len(etags) == 4


def test_request_id_is_taken_over_and_named_in_problems(api):
    answer = api.get("/v1/schools", headers={"X-Request-Id": "from-the-client-7"}, limit=0)
    assert answer.headers["X-Request-Id"] == "from-the-client-7"
    assert "from-the-client-7" in answer.json()["instance"]


def test_log_is_json_lines_without_queries(api, service):
    api.ok("/v1/schools", near="51.5155,-0.0922", limit=1)
    api.get("/v1/schools", headers={"X-Request-Id": "seen-in-the-log"}, religiousCharacter="Jedi-of-the-query")
    time.sleep(0.2)  # lines wait for others for a moment
    text = service.log_path.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert "51.5155" not in text and "Jedi" not in text
    assert not [line for line in lines if "?" in line.get("path", "")]
    line = next(line for line in lines if line.get("requestId") == "seen-in-the-log")
    assert line["operation"] == "schools_list" and line["status"] == 200 and line["path"] == "/v1/schools"
