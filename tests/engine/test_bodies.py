# SPDX-License-Identifier: MIT
"""Request bodies: syntax, media type, each keyword of the schema, all violations at once."""

import gzip
import hashlib
import json

import pytest

from service import JSON

KEYWORDS = "/v1/keywords"


def nested(depth):
    return b'{"full":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize("body", [
    b"", b"{", b'{"text":"x"', b"{'text':'x'}", b'{"text":x}', b'{"text":"x",}', b'{"text":"x"}{}', b'{"text":"x"} x',
    b'{"text":"a","text":"b"}', b'{"closed":{"a":1,"a":2}}', b'{"minimum":NaN}', b'{"minimum":Infinity}',
    b'{"minimum":-Infinity}', b'{"minimum":01}', b'{"minimum":1.}', b'{"minimum":.5}', b'{"minimum":+1}',
    b'{"minimum":1e400}',
    b'{"text":"\\ud800"}', b'{"text":"\\udc00\\ud800"}', b'{"text":"\\u0000"}', b'{"a\\u0000b":1}', b'{"text":"\\x"}',
    b'{"text":"a\x00b"}', b'{"text":"a\nb"}', b'{"text":"\xff"}', b'{"text":"\xed\xa0\x80"}', b'{"text":"\xc0\xaf"}',
    b'\xef\xbb\xbf{"text":"x"}', '{"text":"x"}'.encode("utf-16"), b"null x", b"/* c */ {}", nested(33), nested(2000),
])
def test_malformed_json_is_400(api, body):
    api.call("POST", KEYWORDS, data=body, headers={"Content-Type": JSON}).expect(400, "malformed-request")


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"1", b"true", b"{}"])
def test_body_of_another_shape_is_422(api, body):
    answer = api.call("POST", KEYWORDS, data=body, headers={"Content-Type": JSON}).expect(422, "invalid-body")
    assert list(answer.errors()) == [""]


def test_depth_at_the_limit_is_read(api):
    answer = api.call("POST", KEYWORDS, data=nested(32), headers={"Content-Type": JSON})
    assert answer.status == 422 and answer.errors() == {"/full": "minItems"}


BREACHES = [
    ({"text": 1}, "/text", "type"),
    ({"text": None}, "/text", "type"),
    ({"either": 1}, "/either", "type"),
    ({"enumerated": "two"}, "/enumerated", "enum"),
    ({"enumerated": {"three": 4}}, "/enumerated", "enum"),
    ({"enumerated": False}, "/enumerated", "enum"),
    ({"constant": [2, 1]}, "/constant", "const"),
    ({"minimum": 1.4999}, "/minimum", "minimum"),
    ({"maximum": 2}, "/maximum", "maximum"),
    ({"above": 0}, "/above", "exclusiveMinimum"),
    ({"below": 0}, "/below", "exclusiveMaximum"),
    ({"tenths": 0.25}, "/tenths", "multipleOf"),
    ({"whole": 1.5}, "/whole", "type"),
    ({"whole": "1"}, "/whole", "type"),
    ({"whole": True}, "/whole", "type"),
    ({"long": "éé"}, "/long", "minLength"),
    ({"short": "éééé"}, "/short", "maxLength"),
    ({"patterned": "aac"}, "/patterned", "pattern"),
    ({"patterned": "aab\n"}, "/patterned", "pattern"),
    ({"day": "2023-02-29"}, "/day", "format"),
    ({"moment": "2024-01-01 00:00:00Z"}, "/moment", "format"),
    ({"key": "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91"}, "/key", "format"),
    ({"closed": {}}, "/closed/a", "required"),
    ({"closed": {"a": 1, "x": 1}}, "/closed/x", "additionalProperties"),
    ({"closed": {"a": 1, "b/c~d": "x"}}, "/closed/b~1c~0d", "type"),
    ({"typedRest": {"x": "y"}}, "/typedRest/x", "type"),
    ({"few": {"a": 1, "b": 2}}, "/few", "maxProperties"),
    ({"many": {"a": 1}}, "/many", "minProperties"),
    ({"named": {"abc": 1}}, None, None),
    ({"dependent": "x"}, None, "dependentRequired"),
    ({"list": [1, "2", 3]}, "/list/1", "type"),
    ({"list": {}}, "/list", "type"),
    ({"full": [1]}, "/full", "minItems"),
    ({"scarce": [1, 2, 3]}, "/scarce", "maxItems"),
    ({"distinct": [1, {"a": [1]}, {"a": [1]}]}, "/distinct", "uniqueItems"),
    ({"distinct": [1, 1.0]}, "/distinct", "uniqueItems"),
    ({"all": 4}, "/all", None),
    ({"any": 1.5}, "/any", None),
    ({"one": 6}, "/one", "oneOf"),
    ({"one": 5}, "/one", None),
    ({"none": "text"}, "/none", "not"),
    ({"even": 3}, "/even", "multipleOf"),
    ({"unknown": 1}, "/unknown", "additionalProperties"),
]


@pytest.mark.parametrize("body, pointer, code", BREACHES, ids=lambda value: json.dumps(value)[:40])
def test_broken_keyword_is_422_and_named(api, body, pointer, code):
    answer = api.call("POST", KEYWORDS, json=body).expect(422, "invalid-body")
    errors = answer.json()["errors"]
    if pointer is not None:
        assert pointer in [error["pointer"] for error in errors], errors
    if code is not None:
        assert code in [error["code"] for error in errors], errors
    assert all(error["detail"] for error in errors)


@pytest.mark.parametrize("body", [
    {"whole": 1.0}, {"whole": -0.0}, {"whole": 1e2}, {"even": 4.0}, {"tenths": 0.3}, {"tenths": 1.1},
    {"either": None},
    {"enumerated": None}, {"enumerated": {"three": 3.0}}, {"constant": [1.0, 2]}, {"minimum": 1.5}, {"long": "🐝🐝🐝"},
    {"short": "🐝🐝🐝"}, {"patterned": "aab"}, {"day": "2024-02-29"}, {"moment": "2024-01-01T00:00:00.123456+14:00"},
    {"key": "0190163D-8694-739B-AEA5-966C26F8AD91"}, {"closed": {"a": 1, "b/c~d": 2}},
    {"distinct": [1, "1", [1], True]},
    {"dependent": "x", "text": "y"}, {"one": 2}, {"any": 1}, {"none": 1}, {"all": 2}, {"all": "text"},
    {"text": "\u2028"},
    {"text": "😀"}, {"text": "\x7f"},
])
def test_value_that_keeps_the_rules_is_accepted(api, body):
    api.call("POST", KEYWORDS, json=body).expect(200)


def test_member_names_reach_sql_in_snake_case(api):
    answer = api.call("POST", KEYWORDS, json={"typedRest": {}, "text": "x"}).expect(200)
    assert answer.json()["members"] == ["text", "typed_rest"]


def test_all_violations_are_reported_at_once(api):
    body = {"text": 1, "minimum": 0, "closed": {"b/c~d": "x", "other": 1}, "list": ["a", 1, "b"], "unknown": 1}
    answer = api.call("POST", KEYWORDS, json=body).expect(422, "invalid-body")
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers >= {"/text", "/minimum", "/closed/b~1c~0d", "/closed/other", "/list/0", "/list/2", "/unknown"}
    assert len(answer.json()["errors"]) == 8


def test_violations_are_bounded(api):
    answer = api.call("POST", KEYWORDS, json={"list": ["x"] * 1000}).expect(422, "invalid-body")
    assert (len(answer.json()["errors"]), answer.json()["droppedErrors"]) == (50, 950)


@pytest.mark.parametrize("content_type", [
    JSON, "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"',
    "application/json ; charset=Utf-8",
])
def test_media_type_is_recognised(api, content_type):
    api.call("POST", "/v1/search", data=b'{"text":"x"}', headers={"Content-Type": content_type}).expect(200)


@pytest.mark.parametrize("content_type", [
    None, "", "text/plain", "application/jsonx", "xapplication/json", "application/problem+json",
    "application/merge-patch+json",
    "application/json; charset=latin-1", "application/json; charset=utf-16", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "application/json; profile=x",
])
def test_other_media_type_is_415(api, content_type):
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = api.call("POST", "/v1/search", data=b'{"text":"x"}', headers=headers).expect(415,
                                                                                          "unsupported-media-type")
    assert JSON in answer.header("Accept")


def test_415_of_a_patch_names_what_it_takes(api, widget):
    made = widget()
    answer = api.change("PATCH", "/v1/widgets/" + made.json()["id"], made.etag, data=b"{}",
                        headers={"Content-Type": JSON})
    answer.expect(415, "unsupported-media-type")
    assert answer.header("Accept-Patch") == "application/merge-patch+json"


def test_coded_body_is_415(api):
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    answer = api.call("POST", "/v1/search", data=gzip.compress(b'{"text":"x"}'), headers=headers)
    answer.expect(415, "unsupported-media-type")


def test_missing_body_is_refused(api):
    answer = api.call("POST", "/v1/search", headers={"Content-Type": JSON})
    answer.expect(400, "malformed-request")
    assert api.call("POST", "/v1/search").status in (400, 415)


def test_body_where_none_is_taken_is_refused(api):
    assert api.call("GET", "/v1/echo/a/1", data=b"{}", headers={"Content-Type": JSON}).status in (400, 413, 415)


def test_date_only_body_member_reaches_sql(api, widget, batch):
    widget(name=f"dated {batch}", madeOn="2024-03-01")
    widget(name=f"dated {batch}", madeOn="2024-01-01")
    body = {"text": f"dated {batch}", "madeAfter": "2024-02-01"}
    assert api.call("POST", "/v1/search", json=body).expect(200).json()["found"] == 1


BYTES = "application/octet-stream"
LARGEST = 1024 * 1024


@pytest.mark.parametrize("body", [
    b"\x00", bytes(range(256)), b"\\x00", b"{", b"\xff\xfe\x00", b"'; --", bytes(LARGEST), b"\xff" * LARGEST])
def test_bytes_are_kept_as_they_are(api, body):
    expected = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    for _ in range(2):
        answer = api.call("PUT", "/v1/blobs/1", data=body, headers={"Content-Type": BYTES}).expect(200)
        assert answer.json() == expected
    assert api.get("/v1/blobs/1").expect(200).json() == expected


def test_bytes_are_not_too_many(api):
    answer = api.call("PUT", "/v1/blobs/2", data=bytes(LARGEST + 1), headers={"Content-Type": BYTES})
    answer.expect(413, "body-too-large")
    assert api.get("/v1/blobs/2").json() == {"size": None, "sha256": None}


def test_no_bytes_are_malformed(api):
    api.call("PUT", "/v1/blobs/2", data=b"", headers={"Content-Type": BYTES}).expect(400, "malformed-request")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": JSON}, {"Content-Type": "application/octet-streams"},
                                     {"Content-Type": BYTES + "; charset=latin1"},
                                     {"Content-Type": BYTES, "Content-Encoding": "gzip"}])
def test_bytes_of_another_kind_are_415(api, headers):
    answer = api.call("PUT", "/v1/blobs/2", data=b"x", headers=headers).expect(415, "unsupported-media-type")
    assert answer.header("Accept") == BYTES


def test_a_read_says_when_to_ask_again(api):
    assert api.get("/v1/blobs/999").header("Retry-After") == "3"
    api.call("PUT", "/v1/blobs/3", data=b"x", headers={"Content-Type": BYTES}).expect(200)
    assert api.get("/v1/blobs/3").header("Retry-After") is None
