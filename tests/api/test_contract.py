# SPDX-License-Identifier: MIT
"""The contract itself: whole, documented, true to its own schemas, and the one that is served."""

import json

import pytest
import yaml

from conftest import ROOT
from contract import examples

HANDLED_IN_C = {"service_describe", "service_live", "service_ready", "contract_json", "contract_json_older",
                "contract_yaml", "problems_get", "docs_page", "docs_file", "api_catalog", "security_txt", "jwks_get",
                "oauth_token", "oauth_introspect", "oauth_revoke", "oauth_metadata", "receipt_keys_get"}
EVERY_OPERATION_FAILS_WITH = {"400", "401", "406", "414", "431", "500", "503"}
# anybody; whoever has a token; a client, by its credentials: tests/access/matrix.csv says which
CALLERS = ([], ["client"], ["oauth2", "person"])
NEVER_LIMITED = {"service_live", "service_ready"}
NOT_COUNTED = {"413", "414", "431"}  # refused before anybody asks who calls


def test_examples_are_valid(contract):
    found = list(examples(contract.document))
    assert len(found) > 150
    faults = {pointer: contract.faults(schema, example) for pointer, schema, example in found}
    assert not {pointer: fault for pointer, fault in faults.items() if fault}


def test_the_judge_finds_faults(contract):
    page = {"$ref": "#/components/schemas/RegionList"}
    assert not contract.page_faults(page, {"items": [{"code": "E12000007", "name": "London"}], "next": None})
    assert contract.page_faults(page, {"items": [{"code": "E12000007"}], "next": None})
    assert contract.page_faults(page, {"items": [{"code": "E12000007", "name": "London", "size": 1}], "next": None})
    assert contract.page_faults(page, {"items": [{"code": "E12000007", "name": "London"}]})


def test_every_operation_is_sql_or_c(contract):
    files = {path.name.split(".")[0] for path in (ROOT / "db" / "operations").glob("*/[!_]*.sql")}
    named = {operation["operationId"] for _, _, operation in contract.operations()}
    assert named == files | HANDLED_IN_C
    assert not files & HANDLED_IN_C


def test_every_operation_is_documented(contract):
    tags = {tag["name"] for tag in contract.document["tags"]}
    for path, method, operation in contract.operations():
        name = operation["operationId"]
        assert operation["summary"] and operation["description"], name
        schemes = [scheme for one in operation["security"] for scheme in one]
        assert schemes in CALLERS, name
        assert set(operation["tags"]) <= tags and len(operation["tags"]) == 1, name
        expected = set(EVERY_OPERATION_FAILS_WITH)
        expected |= set() if name in NEVER_LIMITED else {"429"}
        expected |= {"304"} if method == "get" else set()
        expected |= {"404"} if "{" in path else set()
        expected |= {"403"} if "person" in schemes else set()
        expected -= {"406"} if name == "oauth_revoke" else set()
        assert expected <= set(operation["responses"]), name
        assert sum(status.startswith("2") for status in operation["responses"]) == 1, name


def test_every_limited_operation_says_what_is_left(contract):
    for _, _, operation in contract.operations():
        for status, response in operation["responses"].items():
            if operation["operationId"] not in NEVER_LIMITED and status not in NOT_COUNTED:
                assert {"RateLimit", "RateLimit-Policy"} <= set(contract.resolve(response)["headers"]), \
                    (operation["operationId"], status)


def test_every_parameter_is_documented(contract):
    for _, _, operation in contract.operations():
        for parameter in operation.get("parameters", []):
            parameter = contract.resolve(parameter)
            assert parameter["description"] and "example" in parameter["schema"], parameter["name"]


def test_every_response_is_documented(contract):
    for _, _, operation in contract.operations():
        for status, response in operation["responses"].items():
            response = contract.resolve(response)
            where = f"{operation['operationId']} {status}"
            assert response["description"], where
            assert "X-Request-Id" in response["headers"], where
            empty = status in ("204", "304") or where == "oauth_revoke 200"
            assert bool(response.get("content")) != empty, where
            for media in response.get("content", {}).values():
                assert "example" in media and "schema" in media, where


def test_every_property_is_documented(contract):
    def judge(schema, pointer):
        if "$ref" in schema:
            schema = contract.resolve(schema)
        else:
            assert "type" in schema and "description" in schema and "example" in schema, pointer
        for name, value in schema.get("properties", {}).items():
            if "$ref" not in value:
                judge(value, f"{pointer}/properties/{name}")

    for name, schema in contract.document["components"]["schemas"].items():
        assert "type" in schema and "description" in schema, name
        for member, value in schema.get("properties", {}).items():
            judge(value, f"{name}/{member}")


def test_nothing_is_an_extension(contract):
    def names(node):
        if isinstance(node, dict):
            yield from node
            for value in node.values():
                yield from names(value)
        if isinstance(node, list):
            for value in node:
                yield from names(value)

    assert not [name for name in names(contract.document) if name.startswith("x-")]


def test_licence_and_attribution_are_stated(contract):
    info = contract.document["info"]
    assert info["license"]["identifier"] == "MIT"
    assert "Open Government Licence v3.0" in info["description"] and "Contains OS data" in info["description"]


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml", "/openapi-3.0.json"])
def test_served_is_the_bundle(api, bundle, path):
    answer = api.ok(path)
    assert answer.body == (bundle / path[1:]).read_bytes()


def test_json_and_yaml_are_one_document(bundle):
    assert yaml.safe_load((bundle / "openapi.yaml").read_text()) == json.loads((bundle / "openapi.json").read_text())
