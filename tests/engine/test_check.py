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
    "components": {"schemas": {"Thing": THING}},
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
    "things/things_delete.sql": "-- cost: write\nselect version from engine.widget\nwhere id = :thing_id::uuid for update;\n"
                                "delete from engine.widget where id = :thing_id::uuid\n"
                                "returning version::text as etag\n",
}


def put(value, *path):
    """Sets a member of the contract; a path's last part is what is set."""

    def change(contract, _):
        node = contract
        for part in path[:-1]:
            node = node[part]
        if isinstance(node, list):
            node.insert(path[-1], value)
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
ORDER = (*GET, "parameters", 2, "schema")

BROKEN = {
    "unknown schema keyword": (put(1, *GET, "parameters", 0, "schema", "frobnicate"),
                               "things.yaml", GET_AT + "/parameters/0/schema", "frobnicate"),
    "known keyword that is not enforced": (put({"type": "string"}, "components", "schemas", "Thing",
                                               "patternProperties"),
                                           "shared.yaml", "/components/schemas/Thing", "patternProperties"),
    "keyword with a malformed value": (put("three", "components", "schemas", "Thing", "properties", "name",
                                           "minLength"),
                                       "shared.yaml", "/components/schemas/Thing/properties/name", "minLength"),
    "unknown operation member": (put([], *GET, "callbacks"), "things.yaml", GET_AT, "callbacks"),
    "extension": (put(True, *GET, "x-internal"), "things.yaml", GET_AT, "x-internal"),
    "extension at the root": (put(True, "x-api"), "openapi.yaml", "x-api"),
    "extension in a schema": (put(True, "components", "schemas", "Thing", "x-a"), "shared.yaml", "x-a"),
    "another version of OpenAPI": (put("3.0.3", "openapi"), "openapi.yaml", "/openapi"),
    "dangling reference": (put({"$ref": "#/components/schemas/Nothing"}, "components", "schemas", "Thing",
                               "properties", "name"),
                           "shared.yaml", "/components/schemas/Thing/properties/name", "Nothing"),
    "remote reference": (put({"$ref": "https://else.example/a.json"}, "components", "schemas", "Thing", "properties",
                             "name"),
                         "shared.yaml", "else.example"),
    "pattern outside the subset": (put("(?<=a)b", *GET, "parameters", 3, "schema", "pattern"),
                                   "things.yaml", GET_AT + "/parameters/3/schema", "pattern"),
    "malformed pattern": (put("(a", *GET, "parameters", 3, "schema", "pattern"), "things.yaml", "pattern"),
    "unknown format": (put("colour", *GET, "parameters", 3, "schema", "format"), "things.yaml", "format"),
    "no security": (drop(*GET, "security"), "things.yaml", GET_AT, "security"),
    "unknown security scheme": (put([{"nobody": []}], *GET, "security"), "things.yaml", GET_AT, "nobody"),
    "no operationId": (drop(*GET, "operationId"), "things.yaml", GET_AT, "operationId"),
    "duplicate operationId": (put("things_list", "paths", ONE, "get", "operationId"), "thing", "things_list"),
    "path shapes that are one": (put({"get": copy.deepcopy(CONTRACT["paths"][ONE]["get"]) | {
        "operationId": "things_other", "parameters": [{**IDENTITY, "name": "other"}]}}, "paths",
        "/v1/things/{other}"), "other"),
    "path parameter that is not declared": (put([], "paths", ONE, "get", "parameters"), "thing.yaml", "thingId"),
    "path parameter that the path lacks": (put({**IDENTITY, "name": "other"}, *GET, "parameters", 0), "things.yaml",
                                           "other"),
    "path parameter that is not required": (put({key: value for key, value in IDENTITY.items() if key != "required"},
                                                "paths", ONE, "get", "parameters", 0), "thing.yaml", "thingId"),
    "parameter declared twice": (put(query("colour", {"type": "string"}), *GET, "parameters", 4), "things.yaml",
                                 "colour"),
    "parameter of an object": (put({"type": "object"}, *GET, "parameters", 3, "schema"), "things.yaml",
                               GET_AT + "/parameters/3"),
    "exploded list": (put({**query("colour", {"type": "array", "items": {"type": "string"}}), "explode": True}, *GET,
                          "parameters",
                          4), "things.yaml", "explode"),
    "default that breaks the schema": (put("RED", *GET, "parameters", 3, "schema", "default"), "things.yaml",
                                       "default"),
    "cookie": (put({**query("session", {"type": "string"}), "in": "cookie"}, *GET, "parameters", 4), "things.yaml",
               "cookie"),
    "caller_ name": (both(put(query("callerSubject", {"type": "string"}), *GET, "parameters", 4),
                          sql("things/things_list.sql", "colour = :colour", "colour = :caller_subject")),
                     "things.yaml", "callerSubject"),
    "request_ name": (both(put(query("request_kind", {"type": "string"}), *GET, "parameters", 4),
                           sql("things/things_list.sql", "colour = :colour", "colour = :request_kind")),
                      "things.yaml", "request_kind"),
    "name of the engine's own": (both(put(query("body", {"type": "string"}), *GET, "parameters", 4),
                                      sql("things/things_list.sql", "colour = :colour", "colour = :body::text")),
                                 "things.yaml", "body"),
    "no successful response": (drop(*GET, "responses", "200"), "things.yaml", GET_AT),
    "two successful responses": (put({"description": "Other."}, *GET, "responses", "202"), "things.yaml", GET_AT),
    "media type without a converter": (put({"schema": {"type": "string"}}, *GET, "responses", "200", "content",
                                           "image/png"),
                                       "things.yaml", "image/png"),
    "POST without Idempotency-Key": (put([], "paths", LIST, "post", "parameters"), "things.yaml", "Idempotency-Key"),
    "order without its reverse": (put(["name", "-name", "code"], *ORDER, "enum"), "things.yaml", "order"),
    "order that the SQL lacks": (put(["name", "-name", "code", "-code", "size", "-size"], *ORDER, "enum"),
                                 "things.yaml", "order"),
    "order that the contract lacks": (put(["name", "-name"], *ORDER, "enum"), "things.yaml", "order"),
    "default that is not the first order": (put("code", *ORDER, "default"), "things.yaml", "order"),
    "list without the parameter after": (drop(*GET, "parameters", 1), "things.yaml", "after"),
    "missing SQL file": (file("things/things_get.sql", None), "things_get"),
    "orphan SQL file": (file("things/things_old.sql", "-- cost: read\nselect 1\n"), "things_old.sql"),
    "SQL file in two folders": (file("others/things_get.sql", OPERATIONS["things/things_get.sql"]), "things_get.sql"),
    "parent without its list": (file("things/things_get.parent.sql", "-- cost: read\nselect 1\n"),
                                "things_get.parent.sql"),
    "undeclared parameter in SQL": (sql("things/things_get.sql", ":thing_id::uuid",
                                        ":thing_id::uuid and name = :colour"),
                                    "things_get.sql", "colour"),
    "declared parameter that the SQL leaves out": (sql("things/things_list.sql",
                                                       ":colour::text is null or colour = :colour", "true"),
                                                   "things_list", "colour"),
    "unknown header key": (sql("things/things_get.sql", "-- cost: read\n", "-- cost: read\n-- speed: high\n"),
                           "things_get.sql:2", "speed"),
    "malformed header value": (sql("things/things_get.sql", "cost: read", "cost: cheap"), "things_get.sql:1", "cost"),
    "no cost": (sql("things/things_get.sql", "-- cost: read\n", ""), "things_get.sql", "cost"),
    "malformed order": (sql("things/things_list.sql", "code asc", "code desc"), "things_list.sql:3", "order"),
    "positional parameter": (sql("things/things_get.sql", ":thing_id::uuid", ":thing_id::uuid and $1 is null"),
                             "things_get.sql"),
    "unclosed string": (sql("things/things_get.sql", "'name'", "'name"), "things_get.sql"),
    "two statements in a read": (sql("things/things_get.sql", ":thing_id::uuid", ":thing_id::uuid; select 2"),
                                 "things_get.sql"),
    "nine statements": (sql("things/things_delete.sql", "for update;", "for update;" + "\nselect 1;" * 7),
                        "things_delete.sql"),
    "long statement": (sql("things/things_get.sql", "where", "where true" + "\nand true" * 60 + " and"),
                       "things_get.sql"),
    "include that leaves the folder": (sql("things/things_get.sql", "where", "-- include: ../_secret.sql\nwhere"),
                                       "things_get.sql"),
    "syntax error in SQL": (sql("things/things_get.sql", "where", "were"), "things_get"),
    "unknown column": (sql("things/things_get.sql", "'name', name", "'name', nickname"), "things_get", "nickname"),
    "result without body": (sql("things/things_get.sql", "as body", "as corpse"), "things_get", "body"),
    "list without item": (sql("things/things_list.sql", "as item", "as thing"), "things_list", "item"),
    "order whose key is not returned": (sql("things/things_list.sql", "name, code, id from", "name, code from"),
                                        "things_list", "id"),
    "order without a unique last key": (sql("things/things_list.sql", "name: name asc, id asc", "name: name asc"),
                                        "things_list", "name"),
    "order without an index": (both(sql("things/things_list.sql", "order name: name asc", "order name: quantity asc"),
                                    sql("things/things_list.sql", "item, name", "item, quantity")), "things_list",
                                    "index"),
}


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


def test_the_engines_own_contract_is_accepted(bundle, database):
    done = accord("check", contract=bundle, operations=HERE / "operations", database=database.dsn(user="accord_api"))
    assert done.returncode == 0, done.stderr
