# SPDX-License-Identifier: MIT
"""What `accord check` refuses: a contract that is right, and one thing wrong at a time, named by place and file."""

import copy
import json

import pytest

from cluster import HERE
from service import accord

LIST = "/v1/things"
ONE = "/v1/things/{thingId}"
IDENTITY = {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
KEY = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 255}}
MATCH = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}


def json_of(schema):
    return {"application/json": {"schema": schema}}


def query(name, schema):
    return {"name": name, "in": "query", "schema": schema}


THING = {"type": "object", "properties": {"name": {"type": "string"}}}
PAGE = {"type": "object", "required": ["items", "next"], "properties": {
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
    "next": {"type": ["string", "null"]}}}

TOKEN = {"type": "oauth2", "flows": {"clientCredentials": {
    "tokenUrl": "/oauth/token", "scopes": {"things:read": "Read things."}}}}

CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        LIST: {
            "get": {
                "operationId": "things_list", "security": [],
                "parameters": [query("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}),
                               query("after", {"type": "string"}),
                               query("order",
                                     {"type": "string", "enum": ["name", "-name", "code", "-code"],
                                      "default": "name"}),
                               query("colour", {"type": "string", "pattern": "^[a-z]+$"})],
                "responses": {"200": {"description": "Things.", "content": json_of(PAGE)}},
            },
            "post": {
                "operationId": "things_create", "security": [], "parameters": [KEY],
                "requestBody": {"required": True, "content": json_of({"$ref": "#/components/schemas/Thing"})},
                "responses": {"201": {"description": "Made.",
                                      "content": json_of({"$ref": "#/components/schemas/Thing"})}},
            },
        },
        ONE: {
            "get": {
                "operationId": "things_get", "security": [], "parameters": [IDENTITY],
                "responses": {"200": {"description": "A thing.",
                                      "content": json_of({"$ref": "#/components/schemas/Thing"})}},
            },
            "delete": {
                "operationId": "things_delete", "security": [], "parameters": [IDENTITY, MATCH],
                "responses": {"204": {"description": "Gone."}},
            },
        },
    },
    "components": {
        "schemas": {"Thing": THING},
        "securitySchemes": {"token": TOKEN, "person": {"type": "http", "scheme": "bearer"},
                            "client": {"type": "http", "scheme": "basic"}},
    },
}

SOURCES = {
    "": "openapi/openapi.yaml", "/paths/~1v1~1things": "openapi/things.yaml",
    "/paths/~1v1~1things~1{thingId}": "openapi/thing.yaml",
    "/components/schemas/Thing": "openapi/shared.yaml",
}

OPERATIONS = {
    "things/things_list.sql": "-- cost: read\n-- order name: name asc, id asc\n-- order code: code asc\n"
                              "select json_build_object('name', name) as item, name, code, id from engine.widget\n"
                              "where (:colour::text is null or colour = :colour)\n",
    "things/things_create.sql": "-- cost: write\ninsert into engine.widget (id, code, name)\n"
                                "values (:new_id::uuid, 'AA-0001', :body::jsonb ->> 'name')\n"
                                "returning json_build_object('name', name) as body, '1' as etag,\n"
                                "'/v1/things/1' as location\n",
    "things/things_get.sql": "-- cost: read\nselect json_build_object('name', name) as body from engine.widget\n"
                             "where id = :thing_id::uuid\n",
    "things/things_delete.sql": "-- cost: write\nselect version from engine.widget\n"
                                "where id = :thing_id::uuid for update;\n"
                                "delete from engine.widget where id = :thing_id::uuid\n"
                                "returning version::text as etag\n",
}


def put(value, *path):
    """Sets a member of the contract; a path's last part is what is set."""

    def change(contract, _):
        node = contract
        for part in path[:-1]:
            node = node[part]
        if isinstance(node, list) and path[-1] == len(node):
            node.append(value)
        else:
            node[path[-1]] = value

    return change


def drop(*path):
    def change(contract, _):
        node = contract
        for part in path[:-1]:
            node = node[part]
        del node[path[-1]]

    return change


def sql(name, old, new):
    """Replaces text of a SQL file."""

    def change(_, operations):
        assert old in operations[name]
        operations[name] = operations[name].replace(old, new)

    return change


def file(name, text):
    def change(_, operations):
        if text is None:
            del operations[name]
        else:
            operations[name] = text

    return change


def both(*changes):
    def change(contract, operations):
        for one in changes:
            one(contract, operations)

    return change


GET = ("paths", LIST, "get")
GET_AT = "/paths/~1v1~1things/get"
POST = ("paths", LIST, "post")
ONE_GET = ("paths", ONE, "get")
LIMIT, AFTER, ORDER, COLOUR = ((*GET, "parameters", number) for number in range(4))
ANOTHER = (*GET, "parameters", 4)
COLOUR_AT = GET_AT + "/parameters/3"
ANOTHER_AT = GET_AT + "/parameters/4"
SCHEMA = ("components", "schemas", "Thing")
NAME = (*SCHEMA, "properties", "name")
NAME_AT = "/components/schemas/Thing/properties/name"
ELSEWHERE = {"description": "Elsewhere.", "content": json_of({"$ref": "#/components/schemas/Thing"})}
IN_JSON = "json_build_object('name', name) as "
LIST_SQL = "things/things_list.sql"
SEARCH_SQL = "things/things_list.search.sql"
ONE_SQL = "things/things_get.sql"
SUMMARY_SQL = "things/things_list.summary.sql"
SUMMING = "-- cost: read\n"
SEARCHING = "-- cost: read\nselect array[name] as found from engine.widget\n"
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
OTHER_ONE = {"get": {**CONTRACT["paths"][ONE]["get"], "operationId": "things_other",
                     "parameters": [{**IDENTITY, "name": "other"}]}}

SCHEMES = ("components", "securitySchemes")
ACTS = put({"name": "Accord-Organisation", "in": "header", "schema": {"type": "string", "format": "uuid"}}, *ANOTHER)

# A read whose result is elsewhere.
LEADING = both(put(ELSEWHERE, *ONE_GET, "responses", "303"), sql(ONE_SQL, "as body", "as body, '/v1/1' as location"))

def searched(parameter):
    """A search that the list uses."""
    return both(sql(LIST_SQL, "code asc\n", f"code asc\n-- search {parameter}: code\n"),
                sql(LIST_SQL, "where", "where name = any(:search_found::text[]) and"))


# What is wrong: the change, and what its refusal names.
BROKEN_CONTRACTS = {
    "unknown schema keyword": (put(1, *LIMIT, "schema", "frobnicate"),
                               "things.yaml", GET_AT + "/parameters/0/schema", "frobnicate"),
    "keyword that is not enforced": (put(TEXT, *SCHEMA, "patternProperties"),
                                     "shared.yaml", "/components/schemas/Thing", "patternProperties"),
    "malformed keyword": (put("three", *NAME, "minLength"), "shared.yaml", NAME_AT, "minLength"),
    "unknown operation member": (put([], *GET, "callbacks"), "things.yaml", GET_AT, "callbacks"),
    "extension": (put(True, *GET, "x-internal"), "things.yaml", GET_AT, "x-internal"),
    "extension at the root": (put(True, "x-api"), "openapi.yaml", "x-api"),
    "extension in a schema": (put(True, *SCHEMA, "x-a"), "shared.yaml", "/components/schemas/Thing", "x-a"),
    "another version of OpenAPI": (put("3.0.3", "openapi"), "openapi.yaml", "/openapi"),
    "dangling reference": (put({"$ref": "#/components/schemas/Nothing"}, *NAME), "shared.yaml", NAME_AT, "Nothing"),
    "remote reference": (put({"$ref": "https://else.example/a"}, *NAME), "shared.yaml", NAME_AT, "else.example"),
    "pattern outside the subset": (put("(?<=a)b", *COLOUR, "schema", "pattern"), "things.yaml", COLOUR_AT, "pattern"),
    "malformed pattern": (put("(a", *COLOUR, "schema", "pattern"), "things.yaml", COLOUR_AT, "pattern"),
    "unknown format": (put("colour", *COLOUR, "schema", "format"), "things.yaml", COLOUR_AT, "format"),
    "no security": (drop(*GET, "security"), "things.yaml", GET_AT, "security"),
    "unknown security scheme": (put([{"nobody": []}], *GET, "security"), "things.yaml", GET_AT, "nobody"),
    "optional security": (put([{}], *GET, "security"), "things.yaml", GET_AT, "one scheme"),
    "two schemes together": (put([{"token": [], "person": []}], *GET, "security"), "things.yaml", GET_AT, "one scheme"),
    "scheme of another kind": (put({"type": "mutualTLS"}, *SCHEMES, "key"),
                               "securitySchemes/key", "oauth2"),
    "scheme without scopes": (put({"type": "oauth2", "flows": {}}, *SCHEMES, "other"), "securitySchemes/other"),
    "scopes declared twice": (put(TOKEN, *SCHEMES, "other"), "securitySchemes/other", "already"),
    "scope of no verb": (put("Own.", *SCHEMES, "token", "flows", "clientCredentials", "scopes", "things:own"),
                         "things:own"),
    "undeclared scope": (put([{"token": ["things:write"]}], *GET, "security"), "things.yaml", GET_AT, "things:write"),
    "alternatives that differ": (both(put([{"token": ["things:read"]}, {"person": []}], *GET, "security"), ACTS),
                                 "things.yaml", GET_AT, "same scopes"),
    "scope without Accord-Organisation": (put([{"token": ["things:read"]}], *GET, "security"),
                                          "things.yaml", GET_AT, "Accord-Organisation"),
    "Accord-Organisation for everybody": (ACTS, "things.yaml", GET_AT, "Accord-Organisation"),
    "client's credentials without a form": (put([{"client": []}], *GET, "security"), "things.yaml", GET_AT, "form"),
    "client's credentials or a token": (put([{"token": []}, {"client": []}], *GET, "security"),
                                        "things.yaml", GET_AT, "alternative"),
    "no operationId": (drop(*GET, "operationId"), "things.yaml", GET_AT, "operationId"),
    "duplicate operationId": (put("things_list", *ONE_GET, "operationId"), "thing.yaml", "things_list"),
    "two shapes that are one": (put(OTHER_ONE, "paths", "/v1/things/{other}"), "{other}"),
    "undeclared path parameter": (put([], *ONE_GET, "parameters"), "thing.yaml", "thingId"),
    "path parameter elsewhere": (put({**IDENTITY, "name": "other"}, *ANOTHER), "things.yaml", "other"),
    "optional path parameter": (put({**IDENTITY, "required": False}, *ONE_GET, "parameters", 0), "thing.yaml"),
    "parameter declared twice": (put(query("colour", TEXT), *ANOTHER), "things.yaml", ANOTHER_AT, "colour"),
    "parameter of an object": (put({"type": "object"}, *COLOUR, "schema"), "things.yaml", COLOUR_AT),
    "parameter in a cookie": (put({**query("crumb", TEXT), "in": "cookie"}, *ANOTHER), "things.yaml", ANOTHER_AT),
    "exploded list": (put({**query("many", TEXTS), "explode": True}, *ANOTHER), "things.yaml", ANOTHER_AT, "explode"),
    "default that breaks its schema": (put("RED", *COLOUR, "schema", "default"), "things.yaml", COLOUR_AT, "default"),
    "caller_ in camel case": (put(query("callerSubject", TEXT), *ANOTHER), "things.yaml", ANOTHER_AT, "caller_"),
    "request_ name": (put(query("request_kind", TEXT), *ANOTHER), "things.yaml", ANOTHER_AT, "request_"),
    "search_ name": (put(query("searchFound", TEXT), *ANOTHER), "things.yaml", ANOTHER_AT, "search_"),
    "name of the engine's own": (put(query("body", TEXT), *ANOTHER), "things.yaml", ANOTHER_AT, "body"),
    "no success": (drop(*GET, "responses", "200"), "things.yaml", GET_AT),
    "two successes": (put({"description": "Other."}, *GET, "responses", "202"), "things.yaml", GET_AT),
    "list that is elsewhere": (put({"description": "Elsewhere.", "content": json_of(PAGE)}, *GET, "responses", "303"),
                               "things.yaml", GET_AT + "/responses/303", "GET of one record"),
    "write that is elsewhere": (put(ELSEWHERE, *POST, "responses", "303"), "things.yaml", "GET of one record"),
    "elsewhere in another media type": (put({**ELSEWHERE, "content": {"text/csv": {"schema": THING}}},
                                            *ONE_GET, "responses", "303"),
                                        "thing.yaml", "303", "media types and schemas of the 200"),
    "elsewhere in another schema": (put({**ELSEWHERE, "content": json_of(TEXT)}, *ONE_GET, "responses", "303"),
                                    "thing.yaml", "303", "media types and schemas of the 200"),
    "bytes with a schema": (put({"application/octet-stream": {"schema": TEXT}}, *POST, "requestBody", "content"),
                            "octet-stream", "neither schema nor example"),
    "media type without a converter": (put({"schema": TEXT}, *GET, "responses", "200", "content", "image/png"),
                                       "things.yaml", GET_AT, "image/png"),
}

# The same where the contract and the SQL do not agree, or the SQL is wrong by itself.
BROKEN_OPERATIONS = {
    "form without a handler": (put({"application/x-www-form-urlencoded": {"schema": THING}}, *POST, "requestBody",
                                   "content"), "things_create", "form"),
    "POST without Idempotency-Key": (put([], *POST, "parameters"), "things_create", "Idempotency-Key"),
    "order without its reverse": (put(["name", "-name", "code"], *ORDER, "schema", "enum"), "things_list", "order"),
    "order that the SQL lacks": (put(["name", "-name", "code", "-code", "size", "-size"], *ORDER, "schema", "enum"),
                                 "things_list", "order"),
    "order that the contract lacks": (put(["name", "-name"], *ORDER, "schema", "enum"), "things_list", "order"),
    "default that is not the first": (put("code", *ORDER, "schema", "default"), "things_list", "order"),
    "list without after": (drop(*AFTER), "things_list", "after"),
    "missing SQL file": (file(ONE_SQL, None), "things_get"),
    "orphan SQL file": (file("things/things_old.sql", "-- cost: read\nselect 1\n"), "things_old.sql"),
    "file in two folders": (file("others/things_get.sql", OPERATIONS[ONE_SQL]), "things_get.sql"),
    "parent of another plan": (file("things/things_list.parent.sql", "-- cost: read\n-- plan: custom\nselect 1\n"),
                               "things_list.parent.sql", "plan"),
    "parent of no list": (file("things/things_get.parent.sql", "-- cost: read\nselect 1\n"), "things_get.parent.sql"),
    "undeclared parameter": (sql(ONE_SQL, "where", "where name = :colour and"), "things_get.sql", "colour"),
    "unused parameter": (sql(LIST_SQL, ":colour::text is null or colour = :colour", "true"), "things_list", "colour"),
    "unknown header key": (sql(ONE_SQL, "read\n", "read\n-- speed: high\n"), "things_get.sql:2", "speed"),
    "malformed header value": (sql(ONE_SQL, "cost: read", "cost: cheap"), "things_get.sql:1", "cost"),
    "no cost": (sql(ONE_SQL, "-- cost: read\n", ""), "things_get.sql", "cost"),
    "search by an order that there is not": (sql(LIST_SQL, "code asc\n", "code asc\n-- search colour: size\n"),
                                             "things_list.sql:4", "search"),
    "search by a parameter that there is not": (both(searched("size"), file(SEARCH_SQL, SEARCHING)),
                                                "things_list.sql", "size"),
    "search without a file": (sql(LIST_SQL, "code asc\n", "code asc\n-- search colour: code\n"),
                              "things_list.search.sql"),
    "search that is not in the header": (file(SEARCH_SQL, SEARCHING), "things_list.search.sql", "header"),
    "search that nobody uses": (both(sql(LIST_SQL, "code asc\n", "code asc\n-- search colour: code\n"),
                                     file(SEARCH_SQL, SEARCHING)), "things_list.search.sql"),
    "search without a column": (both(searched("colour"), file(SEARCH_SQL, SEARCHING.replace("found", "lost"))),
                                "things_list.search.sql", "found"),
    "search that uses itself": (both(searched("colour"),
                                     file(SEARCH_SQL, SEARCHING + "where :search_found::text <> ''")),
                                "things_list.search.sql", "search_found"),
    "search of two statements": (both(searched("colour"), file(SEARCH_SQL, SEARCHING + "; select 2")),
                                 "things_list.search.sql"),
    "summary that waits for what there is not": (file(SUMMARY_SQL, SUMMING + "-- given: size\nselect '{}' as body"),
                                                 "things_list.summary.sql", "size"),
    "sealed, but in parts": (both(put([{"token": []}], *ONE_GET, "security"),
                                  sql(ONE_SQL, IN_JSON + "body", 'name as ".name"'),
                                  sql(ONE_SQL, "read\n", "read\n-- seal: yes\n")), "things_get.sql", "sealed"),
    "list that costs write": (both(put({**CONTRACT["paths"][LIST]["get"], "operationId": "things_create"}, *POST),
                                   file("things/things_create.sql", None),
                                   file("things/things_create.sql", OPERATIONS[LIST_SQL].replace("read", "write"))),
                              "things_create.sql", "does not cost write"),
    "list that waits": (sql(LIST_SQL, "cost: read\n", "cost: read\n-- given: colour\n"), "things_list.sql", "summary"),
    "malformed order": (sql(LIST_SQL, "code asc", "code desc"), "things_list.sql:3", "order"),
    "positional parameter": (sql(ONE_SQL, "where", "where $1 is null and"), "things_get.sql:3", "$1"),
    "unclosed string": (sql(ONE_SQL, "'name'", "'name"), "things_get.sql"),
    "kept, but not of reference": (sql(ONE_SQL, "read\n", "read\n-- cache: yes\n"),
                                   "things_get.sql", "engine.widget"),
    "kept, but each request's own": (both(sql(ONE_SQL, "read\n", "read\n-- cache: yes\n"),
                                          sql(ONE_SQL, "where", "where :request_id::text <> '' and")),
                                     "things_get.sql", "the request's own"),
    "kept, but of the clock": (both(sql(ONE_SQL, "read\n", "read\n-- cache: yes\n"),
                                    sql(ONE_SQL, "where", "where accord.now() is not null and")),
                               "things_get.sql", "clock"),
    "kept, but a write": (sql("things/things_create.sql", "write\n", "write\n-- cache: yes\n"),
                          "things_create.sql", "GET"),
    "kept, but elsewhere at times": (both(LEADING, sql(ONE_SQL, "read\n", "read\n-- cache: yes\n")),
                                     "things_get.sql", "303"),
    "303 without a location": (put(ELSEWHERE, *ONE_GET, "responses", "303"),
                               "things_get.sql", "no column location", "a 303"),
    "location without a 303": (sql(ONE_SQL, "as body", "as body, '/v1/things/1' as location"),
                               "things_get.sql", "a column location", "no 303"),
    "two statements in a read": (sql(ONE_SQL, "::uuid", "::uuid; select 2"), "things_get.sql"),
    "nine statements": (sql("things/things_delete.sql", "update;", "update;" + "\nselect 1;" * 7), "things_delete.sql"),
    "long statement": (sql(ONE_SQL, "where", "where true" + "\nand true" * 60 + " and"), "things_get.sql"),
    "receipt in a read": (sql(ONE_SQL, "where", "where :new_receipt::text is null and"), "things_get.sql", "receipt"),
    "seal for everybody": (sql(ONE_SQL, "-- cost: read", "-- cost: read\n-- seal: yes"), "things_get.sql", "seal"),
    "page that is no template": (sql(ONE_SQL, "-- cost: read", "-- cost: read\n-- page: nothing.html"),
                                 "things_get.sql", "nothing.html"),
    "include from outside": (sql(ONE_SQL, "where", "-- include: ../_secret.sql\nwhere"), "things_get.sql"),
    "syntax error": (sql(ONE_SQL, "where", "were"), "things_get.sql"),
    "unknown column": (sql(ONE_SQL, "'name', name", "'name', nickname"), "things_get.sql", "nickname"),
    "read without body": (sql(ONE_SQL, "as body", "as corpse"), "things_get.sql", "body"),
    "list without item": (sql(LIST_SQL, "as item", "as thing"), "things_list.sql", "item"),
    "item whole and in parts": (sql(LIST_SQL, "item, name", 'item, name as ".name", name'), "things_list.sql", "item",
                                "whole and in parts"),
    "part that is no path": (sql(LIST_SQL, IN_JSON + "item", 'name as ".na me"'), "things_list.sql", ".na me"),
    "part that comes twice": (sql(LIST_SQL, IN_JSON + "item", 'name as ".a?.b", code as ".a.c"'), "things_list.sql",
                              ".a.c"),
    "part without a form in JSON": (sql(LIST_SQL, IN_JSON + "item", 'created_at as ".at"'), "things_list.sql", ".at"),
    "part of a read without a form in JSON": (sql(ONE_SQL, IN_JSON + "body", 'tags as ".tags"'),
                                              "things_get.sql", ".tags"),
    "part of a write without a form in JSON": (sql("things/things_create.sql", IN_JSON + "body", 'tags as ".tags"'),
                                               "things_create.sql", ".tags"),
    "key that is not returned": (sql(LIST_SQL, "name, code, id from", "name, code from"), "things_list.sql", " id"),
    "order without a unique end": (sql(LIST_SQL, "name asc, id asc", "name asc"), "things_list.sql", "last key"),
    "order without an index": (both(sql(LIST_SQL, "name: name asc", "name: quantity asc"),
                                    sql(LIST_SQL, "item, name", "item, quantity")), "things_list.sql", "index"),
}
BROKEN = {**BROKEN_CONTRACTS, **BROKEN_OPERATIONS}


@pytest.fixture
def check(database, tmp_path):
    def run(change=None):
        contract, operations = copy.deepcopy(CONTRACT), dict(OPERATIONS)
        if change:
            change(contract, operations)
        for name, text in operations.items():
            path = tmp_path / "operations" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "openapi.json").write_text(json.dumps(contract))
        (tmp_path / "sources.json").write_text(json.dumps(SOURCES))
        return accord("check", contract=tmp_path / "openapi.json", operations=tmp_path / "operations",
                      database=database.dsn(user="accord_api"))

    return run


def test_what_is_right_is_accepted(check):
    done = check()
    assert done.returncode == 0, done.stderr


MERGED = ("from ((select k.* from engine.widget k where k.name = any (array(select g.name from engine.widget g)))\n"
          "union all (select k.* from engine.widget k{})) w\nwhere")


@pytest.mark.parametrize("fence, accepted", [("", True), (" offset 0", False)])
def test_a_part_of_what_is_merged_may_be_sorted(check, fence, accepted):
    done = check(sql(LIST_SQL, "from engine.widget\nwhere", MERGED.format(fence)))
    assert (done.returncode == 0) == accepted, done.stderr
    assert accepted or "index" in done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_refused_and_named(check, name):
    change, *named = BROKEN[name]
    done = check(change)
    assert done.returncode > 0, f"accepted: {done.stdout}{done.stderr}"
    for text in named:
        assert text in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) <= 3, done.stderr


def test_serve_refuses_what_check_refuses(check, tmp_path, database):
    check(BROKEN["extension"][0])
    done = accord("serve", contract=tmp_path / "openapi.json", operations=tmp_path / "operations", port=0,
                  metrics_port=0,
                  database=database.dsn(user="accord_api"))
    assert done.returncode > 0 and "x-internal" in done.stderr


def test_contract_that_is_no_json_is_refused(check, tmp_path, database):
    check()
    (tmp_path / "openapi.json").write_text("{'openapi': 3}")
    done = accord("check", contract=tmp_path / "openapi.json", operations=tmp_path / "operations",
                  database=database.dsn(user="accord_api"))
    assert done.returncode > 0 and "openapi.json" in done.stderr


def test_what_searches_right_is_accepted(check):
    done = check(both(searched("colour"), file(SEARCH_SQL, SEARCHING + "where name = :colour")))
    assert done.returncode == 0, done.stderr


def test_what_comes_in_parts_is_accepted(check):
    done = check(both(sql(LIST_SQL, IN_JSON + "item", 'name as ".name"'),
                      sql(ONE_SQL, IN_JSON + "body", 'name as ".name"'),
                      sql("things/things_create.sql", IN_JSON + "body", 'name as ".name"')))
    assert done.returncode == 0, done.stderr


def test_a_summary_may_wait_for_what_is_given(check):
    done = check(file(SUMMARY_SQL, SUMMING + "-- given: colour, after\nselect '{}' as body"))
    assert done.returncode == 0, done.stderr


def test_list_is_planned_for_a_caller_who_is_somebody(check):
    """What belongs to nobody is planned as nothing, without a table or an index."""
    done = check(sql(LIST_SQL, "where", "where id <> :caller_organisation::uuid and"))
    assert done.returncode == 0, done.stderr


def test_what_leads_elsewhere_is_accepted(check):
    done = check(LEADING)
    assert done.returncode == 0, done.stderr


def test_the_engines_own_contract_is_accepted(bundle, database):
    done = accord("check", contract=bundle, operations=HERE / "operations", database=database.dsn(user="accord_api"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("security", [
    [{"token": []}], [{"person": []}], [{"token": []}, {"person": []}],
    [{"token": ["things:read"]}, {"person": ["things:read"]}],
])
def test_security_is_read_from_the_contract(check, security):
    changes = [put(security, *GET, "security")] + [ACTS] * any(scopes for one in security for scopes in one.values())
    done = check(both(*changes))
    assert done.returncode == 0, done.stderr
