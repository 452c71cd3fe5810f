# SPDX-License-Identifier: MIT
"""Who gets what from whom: tests/access/matrix.csv, cell by cell.

Columns up to "operator" are callers, who ask for what is their own organisation's: without a token, with one that has
expired, with one that lacks the scope, and in each role. The others are records, which the caller with the least
sufficient role asks for: of an organisation that the caller's oversees (child), of the one that oversees it (parent),
of another that the same one oversees (sibling), of a stranger (foreign), one that is gone (deleted) and one that never
was (random). "-" is what cannot be. The job that is read is done: whoever may read what came of it is told where, 303.
"""

import csv
import hashlib
import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from callers import ROLES
from partnering import CLAUSES, act, agreement, govern, name_people, partnership, today
from conftest import ROOT

with open(ROOT / "tests" / "access" / "matrix.csv", encoding="utf-8") as matrix:
    ROWS = list(csv.DictReader(matrix))
CALLERS = ("anonymous", "expired", "lesser", *ROLES)
RECORDS = ("child", "parent", "sibling", "foreign", "deleted", "random")
CELLS = [(row["operation"], column, row[column]) for row in ROWS for column in CALLERS + RECORDS]

# A value for each parameter of a public path, by operation or for all.
PUBLIC = {
    "urn": "990003", "uid": "900001", "ukprn": "99900102", "name": "TestList", "slug": "not-found",
    "file": "accord.css", "code": "E09000007", "colleges_get": "990105", "training_providers_get": "0Z1",
    "training_providers_partners_list": "0Z1", "id": "00000000-0000-7000-a000-00000000000a",
    "partnership_notices_get": "00000000-0000-7000-a000-000000009001",
    "case_studies_get": "00000000-0000-7000-a000-000000009201",
    "support_organisations_get": "00000000-0000-7000-a000-000000009101",
}
UNKNOWN = {"urn": "999999", "uid": "999999", "ukprn": "99999999", "name": "NoList", "slug": "no-problem",
           "file": "no-file", "code": "E09999999", "colleges_get": "999999", "training_providers_get": "0ZZ",
           "training_providers_partners_list": "0ZZ",
           "id": "00000000-0000-7000-a000-0000000000ff"}
# The table of what an operation's first word, or those after "organisations", speaks of, and its parameter there.
PUBLICATIONS = {
    "partnership_notices": ("notice", "noticeId"), "support_organisations": ("support_organisation", "supportId"),
    "case_studies": ("case_study", "caseStudyId"),
}


def fresh_name():
    return "".join(chr(98 + int(digit, 16)) for digit in uuid.uuid4().hex[:20])


BODIES = {
    "memberships_create": lambda: {"person": {"issuer": "https://people.example", "subject": uuid.uuid4().hex},
                                   "role": "viewer"},
    "memberships_update": lambda: {"role": "editor"},
    "clients_create": lambda: {"name": "A client", "scopes": []},
    "clients_update": lambda: {"name": "Another name"},
    "organisations_create": lambda: {"kind": "charity", "name": fresh_name(), "country": "GB",
                                     "identifierAbsence": "A test"},
    "organisations_update": lambda: {"town": "Leeds"},
    "partnership_notices_create": lambda: {
        "kind": "offer", "title": "A hall", "summary": "On Mondays.", "areas": ["teaching"],
        "expiresAt": (datetime.now(timezone.utc) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")},
    "partnership_notices_update": lambda: {"title": "A larger hall"},
    "support_organisations_create": lambda: {"name": "Helpers", "summary": "They help.", "areas": ["teaching"]},
    "support_organisations_update": lambda: {"name": "Other helpers"},
    "case_studies_create": lambda: {"title": "A club", "summary": "It met.", "areas": ["teaching"]},
    "case_studies_update": lambda: {"title": "Another club"},
    "partnerships_create": lambda: {"title": "A partnership", "type": "civic", "form": "informal"},
    "partnerships_update": lambda: {"summary": "Another summary."},
    "partnerships_members_update": lambda: {"goal": "A goal of our own."},
    "partnerships_members_challenge": lambda: {"reason": "mistake"},
    "partnerships_meetings_create": lambda: {"board": str(uuid.uuid4()), "heldOn": "2026-01-05"},
    "partnerships_boards_create": lambda: {"name": "A board", "terms": "It decides."},
    "partnerships_boards_update": lambda: {"name": "Another board"},
    "partnerships_meetings_update": lambda: {"summary": "Nothing was said."},
    "partnerships_reviews_create": lambda: {"dueOn": "2027-06-30", "purpose": "Whether it works."},
    "partnerships_reviews_update": lambda: {"purpose": "Whether it works for all."},
    "partnerships_agreements_create": lambda: {"clauses": CLAUSES},
    "partnerships_agreements_update": lambda: {"endsOn": "2030-08-31"},
    "partnerships_agreements_amend": lambda: {"endsOn": "2030-08-31"},
    "partnerships_agreements_renew": lambda: {"endsOn": "2030-08-31"},
    "partnerships_agreements_sign": lambda: {"textSha256": "0" * 64},
    "partnerships_agreements_record": lambda: {"textSha256": "0" * 64, "organisation": str(uuid.UUID(int=7)),
                                               "signatory": "Ada", "signedOn": today(), "keptAt": "Box 12"},
    "imports_create": lambda: {"kind": "areas", "name": "a.csv", "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()},
}


class World:
    """A trust, two of its schools, and a stranger; makes the record that a path names."""

    def __init__(self, callers):
        self.callers = callers
        self.unchanged = {}
        self.trust = callers.find("uid:900001")
        self.school = callers.find("urn:990003")
        self.other_school = callers.find("urn:990008")
        self.stranger = callers.find("ukprn:99900102")
        # For whom the caller acts, and whose the record is.
        self.relations = {
            "own": (self.trust, self.trust), "child": (self.trust, self.school), "parent": (self.school, self.trust),
            "sibling": (self.school, self.other_school), "foreign": (self.trust, self.stranger),
            "deleted": (self.trust, self.trust), "random": (self.trust, None),
        }

    def own_record(self, operation):
        """A record of the one who acts: that of before, unless a request has changed it."""
        if operation in self.unchanged:
            actor, values, BODIES[operation] = self.unchanged[operation]
        else:
            actor, values = self.record(operation, "own")
            self.unchanged[operation] = actor, values, BODIES.get(operation, lambda: None)
        return actor, values

    def record(self, operation, relation):
        """The values of the path's parameters for a record in this relation, and who acts."""
        actor, owner = self.relations[relation]
        gone = relation == "deleted"
        kind = operation.split("_")[0]
        if operation.split("_")[1] in ("boards", "meetings", "reviews", "parity"):
            kind = "governance"
        values = getattr(self, f"_{kind}")(operation, owner, gone)
        return actor, values

    def _memberships(self, _, owner, gone):
        key = self.callers.membership(owner) if owner else str(uuid.uuid4())
        if gone:
            self.callers.sql("delete from restricted.person_grant where id = %s", key)
        return {"id": key}

    def _clients(self, _, owner, gone):
        client = self.callers.client(owner) if owner else f"client-{uuid.uuid4()}"
        secret = self.callers.secret(client) if owner else str(uuid.uuid4())
        if gone:
            self.callers.sql("delete from restricted.client where id = %s", client)
        return {"id": client, "secretId": secret}

    def _imports(self, _, owner, gone):
        key = self.callers.job(owner, job=False)[0] if owner else str(uuid.uuid4())
        if gone:
            self.callers.sql("delete from restricted.import where id = %s", key)
        return {"id": key, "number": "1"}

    def _jobs(self, operation, owner, gone):
        state = "done" if operation == "jobs_get" else "queued"
        key = self.callers.job(owner, state)[1] if owner else str(uuid.uuid4())
        if gone:
            self.callers.sql("delete from restricted.job where id = %s", key)
        return {"id": key}

    def _publication(self, operation, owner, gone):
        table, _ = PUBLICATIONS["_".join(operation.split("_")[:2])]
        state = "draft" if operation.endswith("_publish") else "published"
        key = self.callers.publication(table, owner, state) if owner else str(uuid.uuid4())
        if gone:
            self.callers.forget(table, [key])
        return {"id": key}

    _partnership = _support = _case = _publication

    def _organisations(self, operation, owner, gone):
        if operation in ("organisations_get", "organisations_potential_partners_list"):
            return {"id": owner or str(uuid.uuid4())}
        words = "_".join(operation.split("_")[1:3])
        if words in PUBLICATIONS:
            table, name = PUBLICATIONS[words]
            return {"id": owner if owner and not (gone and operation.endswith("_list")) else str(uuid.uuid4()),
                    name: self._publication(words, owner, gone)["id"]}
        key = self.callers.organisation(owner, name=fresh_name()) if owner else str(uuid.uuid4())
        if gone:
            self.callers.sql("update restricted.organisation set state = 'merged', merged_into = %s where id = %s",
                             self.stranger, key)
        return {"id": key}

    def _partnerships(self, operation, owner, gone):
        """Led by the owner, unless the operation is what one who was asked does: then the stranger leads."""
        host = self.callers.find("gss:E09000007")
        if not owner:
            return {"id": str(uuid.uuid4()), "organisationId": host, "number": "1"}
        if gone:
            key = partnership(self.callers, host, [(owner, "partner", True)], "proposed")
            act(self.callers, host, "select accord.step_member(%s, %s, 'remove')", key, owner)
            return {"id": key, "organisationId": owner, "number": "1"}
        step = operation.rsplit("_", 1)[1]
        if "_agreements_" in operation:
            return self._agreements(step, owner, host)
        if step in ("accept", "decline", "challenge", "leave"):
            key = partnership(self.callers, host, [(owner, "partner", step == "leave")], "proposed")
            return {"id": key, "organisationId": owner}
        state = {"activate": "proposed", "suspend": "active", "resume": "suspended"}.get(step, "draft")
        key = partnership(self.callers, owner, [(host, "partner", True)], state)
        return {"id": key, "organisationId": host if step == "remove" else owner}

    def _governance(self, operation, owner, gone):
        """Led by the owner, who has accepted: what is gone is so for an organisation that has left."""
        kept = {name: str(uuid.uuid4()) for name in ("boardId", "meetingId", "reviewId")}
        if not owner:
            return {"id": str(uuid.uuid4()), **kept}
        host = self.callers.find("gss:E09000007")
        lead = host if gone else owner
        key = partnership(self.callers, lead, [(owner if gone else host, "partner", True)], "proposed")
        kept = govern(self.callers, lead, key)
        if gone:
            act(self.callers, host, "select accord.step_member(%s, %s, 'remove')", key, owner)
        BODIES["partnerships_meetings_create"] = lambda: {"board": kept["boardId"], "heldOn": "2026-01-05"}
        return {"id": key, **kept}

    def _agreements(self, step, owner, host):
        """A version in the state that the step takes; what is signed is its text."""
        if step == "create":
            key = partnership(self.callers, owner, [(host, "partner", True)], "proposed")
            name_people(self.callers, key, owner, host)
            return {"id": key}
        state = {"sign": "open", "record": "open", "amend": "inForce", "renew": "inForce"}.get(step, "draft")
        key, digest = agreement(self.callers, owner, [host], state)
        if state == "open":
            signed = {**BODIES[f"partnerships_agreements_{step}"](), "textSha256": digest}
            changed = {"organisation": owner} if step == "record" else {}
            BODIES[f"partnerships_agreements_{step}"] = lambda: {**signed, **changed}
        return {"id": key, "number": "1"}


@pytest.fixture(scope="module")
def world(callers):
    return World(callers)


@pytest.fixture(scope="module")
def operations(contract):
    return {operation["operationId"]: (method.upper(), path, operation)
            for path, method, operation in contract.operations()}


def fill(path, values):
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path


def public_values(path, name, table):
    return {one: table.get(name, table.get(one)) for one in PUBLIC if "{" + one + "}" in path}


def ask(api, method, path, name, operation, headers):
    """Sends the request that the operation takes, whole but for who asks."""
    sent = dict(headers)
    named = [parameter.get("$ref", "") for parameter in operation.get("parameters", [])]
    if any(reference.endswith("IdempotencyKey") for reference in named):
        sent["Idempotency-Key"] = str(uuid.uuid4())
    if any(reference.endswith("IfMatch") for reference in named):
        sent["If-Match"] = "*"
    if name == "imports_parts_put":
        sent["Content-Type"] = "application/octet-stream"
        return api.call(method, path, headers=sent, data=b"x")
    return api.call(method, path, headers=sent, body=BODIES.get(name, lambda: None)())


def answers(row, role):
    """Whether an operation answers a role, here or by saying where."""
    return row[role][0] in "23"


def least(row):
    """The least of the roles that an operation answers."""
    return next(role for role in ROLES if answers(row, role))


def headers_of(callers, column, organisation, row):
    if column == "anonymous":
        return {}
    if column == "expired":
        return {"Authorization": "Bearer " + callers.token("anybody", iat=1000000000, exp=1000000600)}
    if column == "lesser":
        if all(answers(row, role) for role in ROLES) and row["anonymous"] == "401" and row["lesser"] == "403":
            return callers.person()  # of no organisation: every role would do
        return callers.role(organisation, "viewer" if row["viewer"] == "403" else "operator")
    return callers.role(organisation, column if column in ROLES else least(row))


def test_every_operation_has_a_row_and_every_row_is_whole(contract):
    names = [row["operation"] for row in ROWS]
    assert names == sorted(operation["operationId"] for _, _, operation in contract.operations())
    for row in ROWS:
        assert list(row) == ["operation", *CALLERS, *RECORDS] and all(row.values()), row


def test_every_secured_operation_with_a_path_says_what_strangers_get(operations):
    for row in ROWS:
        _, path, operation = operations[row["operation"]]
        if operation["security"] and "{" in path:
            assert row["foreign"] != "-" and row["random"] != "-", row
            assert row["foreign"] in (row["random"], "200"), row


@pytest.mark.parametrize("name, column, status", CELLS)
def test_cell(api, callers, world, operations, name, column, status):
    if status == "-":
        return
    row = next(row for row in ROWS if row["operation"] == name)
    method, path, operation = operations[name]
    if {"client": []} in operation["security"]:
        answer = oauth(api, callers, world, path, column, row)
    elif "organisation" in name or operation["security"]:
        actor, values = world.trust, {}
        if "{" in path:
            actor, values = world.record(name, column) if column in RECORDS else world.own_record(name)
        if name == "organisations_merge":
            BODIES[name] = lambda: {"into": world.stranger}
        if name == "partnerships_members_create":
            BODIES[name] = lambda: {"organisation": callers.find("gss:E09000019"), "role": "partner"}
        answer = ask(api, method, fill(path, values), name, operation, headers_of(callers, column, actor, row))
        if method != "GET" and answer.status < 400:
            world.unchanged.pop(name, None)
    else:
        values = public_values(path, name, UNKNOWN if column == "random" else PUBLIC)
        answer = ask(api, method, fill(path, values), name, operation, headers_of(callers, column, world.trust, row))
    assert answer.status == int(status), f"{name} {column}: {answer.status} {answer.body[:300]}"


def oauth(api, callers, world, path, column, row):
    """A token is no way to prove which client one is."""
    response = api.session.post(api.url + path, data={"grant_type": "client_credentials", "token": "x"},
                                headers=headers_of(callers, column, world.trust, row), timeout=10)
    response.status, response.body = response.status_code, response.content
    return response


OWN_HEADERS = ("X-Request-Id", "Date", "traceparent")  # what is each reply's own
HIDDEN = [row["operation"] for row in ROWS if row["foreign"] == "404"]


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("relation", ["parent", "sibling", "foreign", "deleted"])
def test_what_is_another_s_is_as_what_never_was(api, callers, world, operations, name, relation):
    """The replies differ in the request's id alone."""
    row = next(row for row in ROWS if row["operation"] == name)
    method, path, operation = operations[name]
    found = []
    for one in (relation, "random"):
        _, values = world.record(name, one)
        actor, _ = world.relations[relation]
        answer = ask(api, method, fill(path, values), name, operation, headers_of(callers, one, actor, row))
        headers = {key: value for key, value in answer.headers.items() if key not in OWN_HEADERS}
        body = answer.json()
        assert body.pop("instance") == answer.headers["X-Request-Id"]
        found.append((answer.status, headers, body))
    assert found[0] == found[1]


@pytest.mark.parametrize("relation", ["foreign", "random"])
def test_what_is_hidden_takes_whole_steps_of_time(api, callers, world, relation):
    """So that nobody learns from the time it took whether there is a record."""
    headers = callers.role(world.trust, "administrator")
    for name, path in (("memberships_get", "/v1/memberships/"), ("clients_get", "/v1/clients/")):
        _, values = world.record(name, relation)
        api.call("GET", path + values["id"], headers=headers)
        for _ in range(10):
            began = time.monotonic()
            assert api.call("GET", path + values["id"], headers=headers).status == 404
            assert time.monotonic() - began > 0.01
    began = time.monotonic()
    for _ in range(10):
        assert api.call("GET", "/v1/schools/999999").status == 404
    assert time.monotonic() - began < 0.1


def test_public_operations_read_nothing_restricted(api, sql, operations):
    """With the restricted records taken away from the service, and nothing in memory, they answer as before."""
    public = [row["operation"] for row in ROWS if row["anonymous"] == "200"]
    assert len(public) > 30
    sql("revoke usage on schema restricted from accord_api")
    try:
        for name in public:
            method, path, _ = operations[name]
            values = {**public_values(path, name, PUBLIC)}
            if name in ("organisations_get", "organisations_potential_partners_list"):
                values = {"id": str(sql("select id from reference.organisation limit 1")[0][0])}
            assert api.call(method, fill(path, values)).status == 200, name
    finally:
        sql("grant usage on schema restricted to accord_api")
