# SPDX-License-Identifier: MIT
"""A client of the service that holds every reply against the contract."""

import json
import urllib.parse

import requests


MEDIA = {"PATCH": "application/merge-patch+json"}


class Answer:
    """A reply with what tests ask of it."""

    def __init__(self, response):
        self.status = response.status_code
        self.headers = response.headers
        lines = response.raw.headers.items()
        assert len(lines) == len(self.headers), f"a header was sent twice: {lines}"
        self.media = response.headers.get("Content-Type", "").split(";")[0]
        self.body = response.content

    def json(self):
        return json.loads(self.body)

    def text(self):
        return self.body.decode()

    def items(self):
        return self.json()["items"]

    def problem(self, status, slug):
        """Expects this problem; returns the names of its parameters."""
        assert self.status == status, self.body
        found = self.json()
        assert found["type"].endswith(f"/problems/{slug}"), found
        return [error.get("parameter") for error in found.get("errors", [])]


class Client:
    def __init__(self, url, contract):
        self.url = url
        self.contract = contract
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.clear()

    def call(self, method, path, accept=None, headers=None, data=None, body=None, **query):
        """Sends a request, of a body as JSON or of data as they are; values of the query that are lists are separated
        by commas. Judges the reply."""
        sent = {"Accept-Encoding": "identity", **({"Accept": accept} if accept else {}), **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", MEDIA.get(method, "application/json"))
            data = json.dumps(body)
        response = self.session.request(method, self.url + with_query(path, query), headers=sent, data=data, timeout=30,
                                        allow_redirects=False)
        answer = Answer(response)
        self.contract.judge(method, path.split("?")[0], answer)
        return answer

    def get(self, path, accept=None, headers=None, **query):
        return self.call("GET", path, accept, headers, **query)

    def ok(self, path, accept=None, **query):
        answer = self.get(path, accept, **query)
        assert answer.status == 200, answer.body
        return answer

    def pages(self, path, headers=None, **query):
        """Every page of a list, by following next."""
        while path:
            page = self.ok(path, headers=headers, **query).json()
            yield page
            path, query = page["next"], {}

    def every(self, path, **query):
        """Every item of a list."""
        return [item for page in self.pages(path, **query) for item in page["items"]]


def with_query(path, query):
    def text(value):
        if isinstance(value, list):
            return ",".join(urllib.parse.quote(str(one), safe="") for one in value)
        return urllib.parse.quote(str(value).lower() if isinstance(value, bool) else str(value), safe=",")

    pairs = [f"{name}={text(value)}" for name, value in query.items() if value is not None]
    return path + ("?" + "&".join(pairs) if pairs else "")
