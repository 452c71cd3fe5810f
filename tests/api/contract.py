# SPDX-License-Identifier: MIT
"""The contract as a judge: is this status, this media type, this header and this body what the operation may answer?"""

import json
import re

import jsonschema

# What any HTTP reply may carry, whatever the operation.
GENERAL_HEADERS = {
    "connection", "content-encoding", "content-length", "content-security-policy", "content-type", "date", "keep-alive",
    "referrer-policy", "traceparent", "x-content-type-options",
}
METHODS = ("get", "post", "put", "patch", "delete")


class Contract:
    def __init__(self, document):
        self.document = document
        self.judged = set()
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.formats = jsonschema.FormatChecker(formats=("date", "uuid"))
        # Literal templates first, as the router prefers them.
        self.templates = [
            (re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", template) + "$"), item)
            for template, item in sorted(document["paths"].items(), key=lambda pair: pair[0].count("{"))
        ]

    def operations(self):
        """Every (path, method, operation)."""
        return [(path, method, item[method])
                for path, item in self.document["paths"].items() for method in METHODS if method in item]

    def resolve(self, node):
        while "$ref" in node:
            _, node = self.resolver.resolve(node["$ref"])
        return node

    def operation(self, method, path):
        for template, item in self.templates:
            if template.match(path):
                return item.get({"HEAD": "get"}.get(method, method.lower()))
        return None

    def faults(self, schema, value):
        """What is wrong with a value, in words."""
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=self.formats)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(value)]

    def page_faults(self, schema, body):
        """The same for a reply, of whose items each is judged once, however often it is sent."""
        properties = self.resolve(schema).get("properties", {})
        name = next((name for name in ("items", "features") if name in properties and body.get(name)), None)
        if name is None:
            return self.faults(schema, body)
        each = properties[name]["items"]
        for item in body[name]:
            key = (str(each), json.dumps(item))
            if key not in self.judged:
                faults = self.faults(each, item)
                if faults:
                    return faults
                self.judged.add(key)
        count = {"maxItems": properties[name].get("maxItems", len(body[name]))}
        return self.faults(schema, {**body, name: []}) + self.faults(count, body[name])

    def judge(self, method, path, answer):
        operation = self.operation(method, path)
        if operation is None:
            assert answer.status in (400, 404, 405), f"{method} {path} is not in the contract: {answer.status}"
            assert not self.faults({"$ref": "#/components/schemas/Problem"}, answer.json())
            return
        name = operation["operationId"]
        assert str(answer.status) in operation["responses"], f"{name} may not answer {answer.status}: {answer.body}"
        response = self.resolve(operation["responses"][str(answer.status)])
        self.judge_headers(name, response, answer)
        if method == "HEAD" or answer.status in (204, 304):
            assert not answer.body
            return
        if "content" not in response:
            assert not answer.body and not answer.media, f"{name} answers {answer.status} without content"
            return
        assert answer.media in response["content"], f"{name} may not answer {answer.media}"
        if answer.media.endswith("json") and answer.media != "application/x-ndjson":
            faults = self.page_faults(response["content"][answer.media]["schema"], answer.json())
            assert not faults, f"{name}: {faults}"

    def judge_headers(self, name, response, answer):
        declared = {header.lower(): self.resolve(value) for header, value in response.get("headers", {}).items()}
        general = GENERAL_HEADERS | {"cache-control", "vary"}
        unknown = {header.lower() for header in answer.headers} - set(declared) - general
        assert not unknown, f"{name} {answer.status} does not declare {unknown}"
        for header, described in declared.items():
            value = answer.headers.get(header)
            assert value is not None or not described.get("required"), f"{name} {answer.status} lacks {header}"
            assert value is None or not self.faults(described["schema"], value), f"{name}: {header}: {value}"


def examples(document):
    """Every (pointer, schema, example) of a contract: of media types, parameters, headers and schemas."""
    yield from _examples(document, "", document)


def _examples(node, pointer, document):
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _examples(item, f"{pointer}/{index}", document)
        return
    if not isinstance(node, dict):
        return
    names = pointer.endswith("/properties")
    if "example" in node and not names:
        schema = node.get("schema", {"$ref": "#" + pointer})
        yield pointer, schema, node["example"]
    for name, value in node.items():
        if names or name not in ("example", "default", "enum", "const"):
            token = name.replace("~", "~0").replace("/", "~1").replace("%", "%25")
            yield from _examples(value, f"{pointer}/{token}", document)
