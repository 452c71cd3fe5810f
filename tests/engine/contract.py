# SPDX-License-Identifier: MIT
"""Judges replies by the contract: status, media type, headers and body."""

import datetime
import json
import re

import jsonschema


class Contract:
    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.formats = jsonschema.FormatChecker(formats=("uuid", "date"))
        self.formats.checks("date-time", raises=ValueError)(
            lambda text: not isinstance(text, str) or datetime.datetime.fromisoformat(text).tzinfo is not None)
        # More literal templates first, as the router prefers them.
        self.templates = [
            (re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", template) + "$"), item)
            for template, item in sorted(document["paths"].items(), key=lambda pair: pair[0].count("{"))
        ]

    def resolve(self, node):
        while "$ref" in node:
            _, node = self.resolver.resolve(node["$ref"])
        return node

    def operation(self, method, path):
        for template, item in self.templates:
            if template.match(path):
                return item.get({"HEAD": "get"}.get(method, method.lower()))
        return None

    def validate(self, schema, value):
        jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=self.formats).validate(value)

    def check(self, method, path, reply):
        """reply has status, header(name), body (decoded) and says what the server sent."""
        assert re.fullmatch(r"[!-~]{1,128}", reply.header("X-Request-Id") or ""), "no request id"
        operation = self.operation(method, path)
        if reply.status >= 400:
            self.check_error(operation, reply, empty=method == "HEAD")
            return
        assert operation, f"{reply.status} on {method} {path}, which is not in the contract"
        if reply.status == 304:
            assert method in ("GET", "HEAD") and reply.header("ETag") and not reply.body
            return
        described = operation["responses"].get(str(reply.status))
        assert described, f"{operation['operationId']}: {reply.status} is not in the contract"
        described = self.resolve(described)
        content = described.get("content")
        if not content:
            assert not reply.body and not reply.header("Content-Type")
            return
        media = reply.header("Content-Type").split(";")[0]
        assert media in content, f"{operation['operationId']}: {media} is not in the contract"
        if method != "HEAD" and media.endswith("json") and media != "application/x-ndjson":
            self.validate(content[media]["schema"], json.loads(reply.body))

    def check_error(self, operation, reply, empty):
        """A problem, unless the operation has errors of its own form."""
        content = self.resolve(operation["responses"]["default"])["content"] if operation else {}
        if "application/json" not in content or reply.status >= 500:
            self.check_problem(reply, empty)
            return
        assert reply.header("Content-Type") == "application/json", reply.header("Content-Type")
        self.validate(content["application/json"]["schema"], json.loads(reply.body))

    def check_problem(self, reply, empty=False):
        assert reply.header("Content-Type") == "application/problem+json", reply.header("Content-Type")
        if empty:
            return
        problem = json.loads(reply.body)
        self.validate({"$ref": "#/components/schemas/Problem"}, problem)
        assert problem["status"] == reply.status
        assert reply.header("X-Request-Id") in problem["instance"]
        assert re.search(r"/problems/[a-z-]+$", problem["type"])
