# SPDX-License-Identifier: MIT
"""Those who call with a token, and the records that they see or do not: put into the database behind the service's
back, which takes a record for what it is whoever made it."""

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid

import psycopg2
from psycopg2.extras import register_uuid

from issuing import Key

ISSUER = "https://people.example"
SECRET_KEY = "3c" * 32
# What a record that is published consists of, in columns and values.
PUBLISHED = {
    "notice": ("kind, title, summary, areas, focus_areas, subjects, phases, years, expires_at",
               "'offer', 'A test', 'Of the tests', '{teaching}', '{}', '{}', '{}', '{}',"
               " accord.now() + interval '30 days'"),
    "support_organisation": ("name, sort_name, summary, areas, focus_areas, phases, local_authorities, tags",
                             "'A test', 'a test', 'Of the tests', '{teaching}', '{}', '{}', '{}', '{}'"),
    "case_study": ("title, summary, areas, focus_areas, subjects, phases, years, tags, participants, outcomes",
                   "'A test', 'Of the tests', '{teaching}', '{}', '{}', '{}', '{}', '{}', '{}',"
                   " '[{\"description\": \"It passed.\", \"measuredBy\": \"independent\", \"evidence\": null}]'"),
}
ROLES = ("viewer", "editor", "signatory", "administrator", "operator")


class Callers:
    """People and clients of any organisation, and their tokens."""

    def __init__(self, directory, dsn):
        self.key = Key(directory, "people")
        self.providers = directory / "providers.json"
        keys = directory / "people.json"
        keys.write_text(json.dumps({"keys": [self.key.jwk]}))
        self.providers.write_text(json.dumps({"providers": [
            {"issuer": ISSUER, "audience": "accord", "jwksFile": str(keys)}]}))
        self.connection = psycopg2.connect(dsn)
        self.connection.autocommit = True
        register_uuid(conn_or_curs=self.connection)
        self.known = {}

    def close(self):
        self.connection.close()

    def sql(self, statement, *values):
        cursor = self.connection.cursor()
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def token(self, subject, **claims):
        now = int(time.time())
        return self.key.sign({"iss": ISSUER, "aud": "accord", "sub": subject, "iat": now, "exp": now + 3600, **claims})

    def person(self, *roles, scopes=(), name="Ada"):
        """A new person with (organisation, role) each; the headers of a request."""
        subject = uuid.uuid4().hex
        person = str(uuid.uuid4())
        self.sql("insert into restricted.person (id, issuer, subject, name, created_at)"
                 " values (%s, %s, %s, %s, accord.now())", person, ISSUER, subject, name)
        for organisation, role in roles:
            self.sql("insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at)"
                     " values (%s, %s, %s, %s, accord.now())", person, organisation, role, list(scopes))
        return {"Authorization": "Bearer " + self.token(subject)}

    def role(self, organisation, role):
        """The headers of one person with this role there: the same each time."""
        if (organisation, role) not in self.known:
            self.known[organisation, role] = self.person((organisation, role))
        return self.known[organisation, role]

    # --- records

    def membership(self, organisation, role="viewer"):
        person, key = str(uuid.uuid4()), str(uuid.uuid4())
        self.sql("insert into restricted.person (id, issuer, subject, created_at) values (%s, %s, %s, accord.now())",
                 person, ISSUER, uuid.uuid4().hex)
        self.sql("insert into restricted.person_grant (id, person_id, organisation_id, role, scopes, created_at)"
                 " values (%s, %s, %s, %s, '{}', accord.now())", key, person, organisation, role)
        return key

    def client(self, organisation, scopes=(), secret=None):
        key = f"client-{uuid.uuid4()}"
        self.sql("insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at)"
                 " values (%s, 'A client', %s, %s, '{}', accord.now())", key, organisation, list(scopes))
        if secret:
            self.sql("insert into restricted.client_secret (client_id, digest, created_at)"
                     " values (%s, %s, accord.now())", key,
                     hmac.new(bytes.fromhex(SECRET_KEY), secret.encode(), hashlib.sha256).digest())
        return key

    def secret(self, client):
        key = str(uuid.uuid4())
        self.sql("insert into restricted.client_secret (id, client_id, digest, created_at)"
                 " values (%s, %s, %s, accord.now())", key, client, secrets.token_bytes(32))
        return key

    def organisation(self, registered_by, name=None, identifiers=(), state="unverified"):
        """An organisation of our own register."""
        reference = str(uuid.uuid4())
        word = name or "Society " + secrets.token_hex(12)
        return str(self.sql(
            "insert into restricted.organisation (id, reference, kind, name, other_names, country, identifiers,"
            " identifier_absence, state, registered_by, registered_at)"
            " values (accord.organisation_id('accord', %s), %s, 'charity', %s, '{}', 'GB', %s, 'A test', %s, %s,"
            " accord.now()) returning id", reference, reference, word, list(identifiers), state, registered_by)[0][0])

    def job(self, organisation, state="queued", job=True):
        """An import of one part, and the job of it with a row that was rejected; their ids."""
        file, key = str(uuid.uuid4()), str(uuid.uuid4())
        self.sql("insert into restricted.import (id, organisation_id, kind, name, size, sha256, state, requester,"
                 " created_at) values (%s, %s, 'areas', 'a.csv', 1, sha256('x'), %s, 'somebody', accord.now())",
                 file, organisation, "started" if job else "open")
        self.sql("insert into restricted.import_part (import_id, number, organisation_id, content, received_at)"
                 " values (%s, 1, %s, 'x', accord.now())", file, organisation)
        if job:
            self.sql("insert into restricted.job (id, kind, organisation_id, requester, caller_client, caller_role,"
                     " caller_scopes, import_id, import_kind, file_name, state, run_after, created_at, ended_at)"
                     " values (%s, 'import', %s, 'somebody', '', 'operator', '', %s, 'areas', 'a.csv', %s,"
                     " accord.now(), accord.now(), case when %s then accord.now() end)",
                     key, organisation, file, state, state == "done")
            self.sql("insert into restricted.job_rejection (job_id, number, organisation_id, line, reason)"
                     " values (%s, 1, %s, 1, 'A test')", key, organisation)
        return file, key

    def event(self, organisation):
        """The id of an event of the audit."""
        [(key,)] = self.sql(
            "insert into restricted.audit_event (id, operation, outcome, status, organisation_id, trace)"
            " values (gen_random_uuid(), 'me_get', 'read', 200, %s, gen_random_uuid()) returning id", organisation)
        return str(key)

    def publication(self, table, organisation, state="published"):
        """A record of one of the tables of PUBLISHED."""
        columns, values = PUBLISHED[table]
        key = str(uuid.uuid4())
        self.sql(f"insert into restricted.{table} (id, organisation_id, state, created_at, published_at, {columns})"
                 f" values (%s, %s, %s, accord.now(), accord.now(), {values})", key, organisation, state)
        return key

    def forget(self, table, keys):
        """Deletes records as nobody can who calls."""
        for schema in ("restricted", "published"):
            self.sql(f"delete from {schema}.{table} where id::text = any(%s)", list(keys))

    def find(self, identifier):
        """The id of the organisation that has an identifier, "urn:990003"."""
        [(found,)] = self.sql("select id from reference.organisation where identifiers @> array[%s]", identifier)
        return str(found)


def soon(true):
    """Waits until something holds: what a node remembers of callers follows a change within a second."""
    deadline = time.monotonic() + 1
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def slug(answer):
    """The problem type of a reply; None while it is none."""
    return answer.json()["type"].rsplit("/", 1)[1] if answer.status >= 400 else None


def basic(client, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def new_secret():
    """A secret in the form of those that the program makes."""
    body = "accord_" + base64.b32encode(secrets.token_bytes(20)).decode().lower()
    return body + base64.b32encode(hashlib.sha256(body.encode()).digest()).decode().lower()[:6]
