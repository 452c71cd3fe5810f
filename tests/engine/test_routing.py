# SPDX-License-Identifier: MIT
"""From method and path to an operation: what exists, what does not, HEAD, OPTIONS, CORS."""

import uuid

import pytest

from service import ORIGIN
from wire import exchange, request

WIDGET = f"/v1/widgets/{uuid.UUID(int=0)}"
SAFE = {"GET", "HEAD", "OPTIONS"}


def allowed(reply):
    return {method.strip() for method in reply.header("Allow").split(",")}


@pytest.mark.parametrize("path", [
    "/v1", "/v2/widgets", "/v1/widget", "/V1/widgets", "/v1/widgets/", "/v1/widgets/x/y/z",
    "/v1/%77idgets/nothing/more",
    "/v1/echo/fixed", "/nowhere", "/livez/", "/metrics",
])
def test_unknown_path_is_404(api, path):
    api.get(path).expect(404, "not-found")


@pytest.mark.parametrize("path", [
    "//", "//v1/widgets", "/v1//widgets", "/v1/./widgets", "/v1/../v1/widgets", "/v1/%2e%2e/widgets",
    "/v1/%2E/widgets",
    "/v1/echo/%00/1", "/v1/echo/a%00b/1", "/v1/echo/%ff/1", "/v1/echo/%c3%28/1", "/v1/echo/%ed%a0%80/1",
    "/v1/echo/%c0%af/1", "/v1/echo/%zz/1", "/v1/echo/%4/1", "/v1/echo/100%/1",
    "/v1/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q",
])
def test_abnormal_path_is_400(service, path):
    reply = exchange(service.port, request("GET", path))
    assert (reply.status, reply.slug) == (400, "malformed-request")


@pytest.mark.parametrize("path, text", [
    ("/v1/echo/plain/1", "plain"), ("/v1/echo/a%2Fb/1", "a/b"), ("/v1/echo/a+b/1", "a+b"),
    ("/v1/echo/a%20b/1", "a b"),
    ("/v1/echo/%C3%A9/1", "é"), ("/v1/echo/%F0%9F%90%9D/1", "🐝"), ("/v1/echo/%61/1", "a"), ("/v1/echo/%25/1", "%"),
    ("/v1/%65cho/a/1", "a"), ("/v1/echo/.../1", "..."), ("/v1/echo/;a=1,b/1", ";a=1,b"),
    ("/v1/echo/%25s%25n/1", "%s%n"),
])
def test_path_is_decoded_once_and_by_segment(service, path, text):
    reply = exchange(service.port, request("GET", path))
    assert reply.status == 200, reply.body
    assert reply.json()["text"] == text


def test_raw_utf8_in_a_path_is_read(service):
    reply = exchange(service.port, "GET /v1/echo/é/1 HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert reply.status in (200, 400)
    if reply.status == 200:
        assert reply.json()["text"] == "é"


def test_literal_segment_wins_over_a_parameter(api):
    assert api.get("/v1/echo/fixed/4").expect(200).json() == {"fixed": 4}
    assert api.get("/v1/echo/fixe/4").expect(200).json()["text"] == "fixe"


@pytest.mark.parametrize("path", [
    "/v1/widgets/7", "/v1/widgets/not-a-uuid", WIDGET + "0", WIDGET, WIDGET + "/parts", "/v1/widgets/7/parts",
    "/v1/echo/a/1001", "/v1/echo/a/b", "/v1/echo/a/1.5", "/v1/echo/a/+1", "/v1/echo/a/0x1",
    "/v1/echo/a/99999999999999999999",
    "/v1/echo/" + "a" * 41 + "/1",
])
def test_path_value_that_names_nothing_is_404(api, path):
    api.get(path).expect(404, "not-found")


@pytest.mark.parametrize("method, path, allow", [
    ("DELETE", "/v1/widgets", SAFE | {"POST"}),
    ("PUT", "/v1/widgets", SAFE | {"POST"}),
    ("POST", WIDGET, SAFE | {"PUT", "PATCH", "DELETE"}),
    ("GET", "/v1/search", {"POST", "OPTIONS"}),
    ("HEAD", "/v1/search", {"POST", "OPTIONS"}),
    ("POST", "/livez", SAFE),
    ("PATCH", WIDGET + "/paint", {"POST", "OPTIONS"}),
])
def test_known_path_with_another_method_is_405(api, method, path, allow):
    answer = api.call(method, path, json={} if method in ("PUT", "PATCH", "POST") else None)
    answer.expect(405, None if method == "HEAD" else "method-not-allowed")
    assert allowed(answer) == allow


@pytest.mark.parametrize("method", ["FOO", "get", "Get", "TRACE", "PROPFIND", "QUERY", "G", "GETGET"])
@pytest.mark.parametrize("path", ["/v1/widgets", "/nowhere"])
def test_unknown_method_is_501(service, method, path):
    reply = exchange(service.port, request(method, path))
    assert (reply.status, reply.slug) == (501, "method-unknown")


def test_connect_is_501(service):
    reply = exchange(service.port, request("CONNECT", "/v1/widgets"))
    assert (reply.status, reply.slug) == (501, "method-unknown")


@pytest.mark.parametrize("path", ["/v1/widgets", "/v1/faults/empty", "/v1/echo/a/1", "/nowhere", "/livez",
                                  "/v1/private"])
def test_head_is_get_without_content(service, path):
    headers = [("X-Request-Id", "the-same")]
    got = exchange(service.port, request("GET", path, headers))
    head = exchange(service.port, request("HEAD", path, headers), head=True)
    assert head.status == got.status
    for name in ("Content-Type", "ETag", "Vary", "Cache-Control", "WWW-Authenticate"):
        assert head.header(name) == got.header(name), name
    if got.status == 200:
        assert head.header("Content-Length") == str(len(got.body))


def test_options_lists_the_methods(api):
    answer = api.call("OPTIONS", WIDGET).expect(204)
    assert allowed(answer) == SAFE | {"PUT", "PATCH", "DELETE"}
    assert answer.header("Accept-Patch") == "application/merge-patch+json"
    assert not answer.body and "Content-Length" not in answer.headers
    api.call("OPTIONS", "/nowhere").expect(404, "not-found")


def test_options_asterisk_is_about_the_service(service):
    reply = exchange(service.port, request("OPTIONS", "*"))
    assert reply.status == 204 and allowed(reply) == SAFE | {"POST", "PUT", "PATCH", "DELETE"}
    assert exchange(service.port, request("GET", "*")).status == 400


@pytest.mark.parametrize("target", ["http://127.0.0.1/v1/echo/fixed/7", "HTTPS://else.where:99/v1/echo/fixed/7"])
def test_absolute_form_is_the_same_resource(service, target):
    reply = exchange(service.port, request("GET", target))
    assert (reply.status, reply.json()) == (200, {"fixed": 7})


def test_absolute_form_of_the_root(service):
    assert exchange(service.port, request("GET", "http://127.0.0.1")).status == 200
    assert exchange(service.port, request("GET", "http://127.0.0.1/?x=/v1/echo/fixed/7")).status == 400


PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "content-type,if-match"}


@pytest.mark.parametrize("origin", [ORIGIN, "https://other.example"])
def test_preflight_of_a_configured_origin(api, origin):
    answer = api.call("OPTIONS", WIDGET, headers={"Origin": origin, **PREFLIGHT}).expect(204)
    assert answer.header("Access-Control-Allow-Origin") == origin
    methods = {name.strip() for name in answer.header("Access-Control-Allow-Methods").split(",")}
    assert {"GET", "PUT", "PATCH", "DELETE"} <= methods
    headers = {name.strip().lower() for name in answer.header("Access-Control-Allow-Headers").split(",")}
    assert {"content-type", "if-match", "if-none-match", "idempotency-key", "authorization"} <= headers
    assert "Origin" in answer.header("Vary")
    assert int(answer.header("Access-Control-Max-Age")) > 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://app.example", ORIGIN + ".evil.example",
                                    ORIGIN + ":8443", "https://APP.example/", "*", ORIGIN[:-1]])
def test_a_foreign_origin_gets_no_permission(api, origin):
    for answer in (api.call("OPTIONS", WIDGET, headers={"Origin": origin, **PREFLIGHT}),
                   api.get("/v1/widgets", headers={"Origin": origin}).expect(200)):
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path, status", [("/v1/widgets", 200), ("/nowhere", 404), ("/v1/widgets?x=1", 400)])
def test_replies_to_a_configured_origin_can_be_read(api, path, status):
    answer = api.get(path, headers={"Origin": ORIGIN}).expect(status)
    assert answer.header("Access-Control-Allow-Origin") == ORIGIN
    exposed = {name.strip().lower() for name in answer.header("Access-Control-Expose-Headers").split(",")}
    assert {"etag", "link", "location", "retry-after", "x-request-id"} <= exposed
    assert "origin" in {name.strip().lower() for name in answer.header("Vary").split(",")}


def test_vary_names_origin_for_everybody(api):
    assert "origin" in api.get("/v1/widgets").header("Vary").lower()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic YTpi"},
                                     {"Authorization": "Bearer"}, {"Authorization": ""}])
def test_secured_operation_denies_by_default(api, headers):
    answer = api.get("/v1/private", headers=headers)
    assert answer.status in (400, 401)
    assert answer.header("WWW-Authenticate").startswith("Bearer")
    assert b"kept" not in answer.body
    assert api.call("OPTIONS", "/v1/private").status == 204


SLUGS = ("malformed-request invalid-parameter invalid-cursor missing-header unauthorised invalid-token forbidden"
         " insufficient-scope organisation-required organisation-forbidden not-found"
         " method-not-allowed not-acceptable request-timeout conflict busy secret-already-shown precondition-failed"
         " body-too-large uri-too-long unsupported-media-type invalid-body rule-broken key-reused precondition-required"
         " too-many-requests headers-too-large internal method-unknown overloaded unavailable").split()


@pytest.mark.parametrize("slug", SLUGS)
def test_problem_types_are_explained(api, slug):
    page = api.get(f"/problems/{slug}").expect(200).json()
    assert page["type"].endswith(f"/problems/{slug}") and page["title"] and 400 <= page["status"] < 600
    api.get(f"/problems/{slug}x").expect(404, "not-found")


def test_type_of_a_problem_is_an_address(api, service):
    for path in ("/nowhere", "/v1/widgets?x=1", "/v1/private", "/v1/faults/internal"):
        problem = api.get(path).json()
        assert problem["type"].startswith(service.url + "/")
        page = api.get(problem["type"][len(service.url):]).expect(200).json()
        assert {name: page[name] for name in ("type", "title", "status")} == {
            name: problem[name] for name in ("type", "title", "status")}


def test_service_describes_itself(api, bundle):
    assert api.get("/").expect(200).json()
    assert api.get("/livez").expect(200)
    assert api.get("/readyz").expect(200)
    assert api.get("/openapi.json").expect(200).body.strip() == bundle.read_bytes().strip()
    assert api.get("/openapi.yaml", headers={"Accept": "application/yaml"}).expect(200).body == (
        bundle.with_suffix(".yaml").read_bytes())
