# SPDX-License-Identifier: MIT
"""Row security against a model that knows nothing of it: who may see what, worked out slowly and plainly, in Python."""

import random
import uuid

import psycopg2
import pytest
from psycopg2.errors import QueryCanceled, SyntaxError as BadStatement

from callers import PUBLISHED

ORGANISATIONS = 40
PRINCIPALS = 25
RESTRICTED = ("client", "client_secret", "person", "person_grant", "organisation", "party", "import", "import_part",
              "job", "job_rejection", "audit_event", "partnership", "partnership_member", "partnership_contact",
              "partnership_event", "agreement", "agreement_signatory", "agreement_signature", "agreement_commitment",
              "partnership_board", "partnership_meeting", "partnership_review", *PUBLISHED)
# What names a row, where it is not its id.
KEYS = {
    "party": "record_id", "import_part": "import_id", "job_rejection": "job_id",
    "partnership_member": "concat_ws(' ', partnership_id, organisation_id)",
    "partnership_contact": "concat_ws(' ', partnership_id, organisation_id)",
    "partnership_event": "partnership_id", "agreement": "partnership_id",
    "agreement_signatory": "concat_ws(' ', partnership_id, organisation_id)",
    "agreement_signature": "concat_ws(' ', partnership_id, organisation_id)",
    "agreement_commitment": "concat_ws(' ', partnership_id, organisation_id)",
}
SHARED = ("partnership_meeting", "partnership_board", "partnership_review", "agreement_signature",
          "agreement_signatory", "agreement_commitment", "agreement", "partnership_event", "partnership_contact",
          "partnership_member")
SETTINGS = ("subject", "client", "organisation", "role", "scopes")
# A principal of nobody: a setting that is absent, empty or garbage shows no rows.
NOBODY = [None, "", "garbage", "{}", "null", "*", "00000000-0000-0000-0000-00000000000", "' or true --",
          "{00000000-0000-8000-a000-00000000000a}"]


class Model:
    """A hierarchy that chance made, and records all over it."""

    def __init__(self, callers, seed):
        self.callers = callers
        self.random = random.Random(seed)
        self.organisations = [str(uuid.UUID(int=self.random.getrandbits(128))) for _ in range(ORGANISATIONS)]
        self.above = {(self.random.choice(self.organisations), self.random.choice(self.organisations))
                      for _ in range(2 * ORGANISATIONS)}
        for pair in self.above:
            callers.sql("insert into reference.oversight (organisation_id, member_id, relation)"
                        " values (%s, %s, %s)", *pair, self.random.choice(["council", "trust", "provider"]))
        self.records = {name: {} for name in RESTRICTED}
        self.people = {}
        for _ in range(6 * ORGANISATIONS):
            self.add(self.random.choice(self.organisations))
        chance = random.Random(-seed)
        for _ in range(ORGANISATIONS):
            self.add_partnership(chance, *chance.choices(self.organisations, k=2))

    def add(self, owner):
        kind = self.random.choice(["membership", "client", "organisation", "party", "job", "event", "publication"])
        if kind == "membership":
            key = self.callers.membership(owner)
            [(person,)] = self.callers.sql("select person_id from restricted.person_grant where id = %s", key)
            self.records["person_grant"][key] = {owner}
            self.records["person"][str(person)] = {owner}
        elif kind == "client":
            key = self.callers.client(owner)
            self.records["client"][key] = {owner}
            self.records["client_secret"][self.callers.secret(key)] = {owner}
        elif kind == "organisation":
            key = self.callers.organisation(owner)
            self.records["organisation"][key] = {owner, key}
        elif kind == "job":
            file, job = self.callers.job(owner)
            for table, key in (("import", file), ("import_part", file), ("job", job), ("job_rejection", job)):
                self.records[table][key] = {owner}
        elif kind == "publication":
            for table in PUBLISHED:
                key = self.callers.publication(table, owner, self.random.choice(["draft", "published", "withdrawn"]))
                self.records[table][key] = {owner}
        elif kind == "event":
            self.records["audit_event"][self.callers.event(owner)] = {owner}
        else:
            record = str(uuid.UUID(int=self.random.getrandbits(128)))
            self.callers.sql("insert into restricted.party (record_id, organisation_id) values (%s, %s)", record, owner)
            self.records["party"][record] = {owner}

    def add_partnership(self, chance, owner, other):
        """A draft is its maker's; then it is also whose who is asked; people are seen by those who have accepted."""
        key = str(uuid.UUID(int=chance.getrandbits(128)))
        proposed = chance.choice([True, False])
        state = chance.choice(["invited", "accepted", "declined"])
        self.callers.sql(
            "insert into restricted.partnership (id, title, type, areas, focus_areas, phases, years, subjects,"
            " coverage, form, aims, visibility, state, created_by, created_at, proposed_at) values (%s,"
            " 'A partnership', 'civic', '{}', '{}', '{}', '{}',"
            " '{}', '{}', 'informal', '{}', 'members', %s, %s, accord.now(), %s)", key,
            "proposed" if proposed else "draft", owner, "2026-11-26T10:00:00Z" if proposed else None)
        members = {owner: "accepted", other: state} if other != owner else {owner: "accepted"}
        parties = {one for one, state in members.items() if one == owner or proposed and state != "declined"}
        accepted = {one for one, state in members.items() if state == "accepted" and one in parties}
        for one, state in members.items():
            self.callers.sql("insert into restricted.partnership_member (partnership_id, organisation_id, role, state,"
                             " invited_at) values (%s, %s, 'lead', %s, accord.now())", key, one, state)
            self.callers.sql("insert into restricted.partnership_contact (partnership_id, organisation_id, kind, name,"
                             " title, email) values (%s, %s, 'projectLead', 'Ada', 'Head', 'ada@school.example')", key,
                             one)
            self.records["partnership_member"][f"{key} {one}"] = parties
            self.records["partnership_contact"][f"{key} {one}"] = accepted | {one}
        self.callers.sql("insert into restricted.partnership_event (partnership_id, number, at, action,"
                         " organisation_id) values (%s, 1, accord.now(), 'create', %s)", key, owner)
        for table in ("partnership", "partnership_event", "agreement"):
            self.records[table][key] = parties
        for one in parties:
            self.records["party"].setdefault(key, set()).add(one)
        self.add_agreement(key, owner, parties, accepted)
        self.add_governance(key, accepted)

    def add_governance(self, key, accepted):
        [(board,)] = self.callers.sql(
            "insert into restricted.partnership_board (id, partnership_id, name, terms, seats, created_at)"
            " values (gen_random_uuid(), %s, 'A board', 'It decides.', '[]', accord.now()) returning id::text", key)
        [(meeting,)] = self.callers.sql(
            "insert into restricted.partnership_meeting (id, partnership_id, board_id, held_on, decisions, actions,"
            " created_at) values (gen_random_uuid(), %s, %s, '2026-10-05', '[]', '[]', accord.now())"
            " returning id::text", key, board)
        [(review,)] = self.callers.sql(
            "insert into restricted.partnership_review (id, partnership_id, due_on, purpose, created_at)"
            " values (gen_random_uuid(), %s, '2027-06-30', 'A test', accord.now()) returning id::text", key)
        for table, one in (("board", board), ("meeting", meeting), ("review", review)):
            self.records[f"partnership_{table}"][one] = accepted

    def add_agreement(self, key, owner, parties, accepted):
        self.callers.sql("insert into restricted.agreement (partnership_id, number, kind, state, clauses, text,"
                         " created_by, created_at, opened_at) values (%s, 1, 'first', 'open', '[]', '{}', %s,"
                         " accord.now(), accord.now())", key, owner)
        self.callers.sql("insert into restricted.agreement_signatory (partnership_id, number, organisation_id, role)"
                         " values (%s, 1, %s, 'lead')", key, owner)
        self.callers.sql("insert into restricted.agreement_signature (partnership_id, number, organisation_id,"
                         " sequence, receipt, claims) values (%s, 1, %s, 1, 'a.b.c', '{}')", key, owner)
        self.callers.sql("insert into restricted.agreement_commitment (partnership_id, number, organisation_id, what,"
                         " sha256, salt, value) values (%s, 1, %s, 'signatory', encode(sha256('x'), 'hex'), '', 'x')",
                         key, owner)
        self.records["agreement_signatory"][f"{key} {owner}"] = parties
        self.records["agreement_signature"][f"{key} {owner}"] = parties
        self.records["agreement_commitment"][f"{key} {owner}"] = accepted | {owner}

    def sees(self, organisation, table):
        """Every record, one by one: is one of its owners the caller's own organisation, or right below it?"""
        found = set()
        for key, owners in self.records[table].items():
            for owner in owners:
                if owner == organisation or (table != "audit_event" and (organisation, owner) in self.above):
                    found.add(key)
        return found

    def remove(self):
        self.callers.sql("set session_replication_role = replica")
        for table in SHARED:
            self.callers.sql(f"delete from restricted.{table} where {KEYS.get(table, 'id')}::text = any(%s)",
                             list(self.records[table]))
        self.callers.sql("set session_replication_role = origin")
        self.callers.sql("delete from published.partner_pair where organisation_id::text = any(%s)", self.organisations)
        for table in ("partnership", "party", "organisation", "client", "person_grant", "person", "job", "import"):
            self.callers.sql(f"delete from restricted.{table} where {KEYS.get(table, 'id')}::text = any(%s)",
                             list(self.records[table]))
        for table in PUBLISHED:
            self.callers.forget(table, self.records[table])
        self.callers.sql("delete from reference.oversight where organisation_id::text = any(%s)", self.organisations)
        made = list(self.records["organisation"])
        for table in ("published.organisation", "reference.organisation"):
            self.callers.sql(f"delete from {table} where id::text = any(%s)", made)
        self.callers.sql("select reference.refresh_search_words()")


@pytest.fixture(scope="module", params=[1, 2])
def model(callers, request):
    model = Model(callers, request.param)
    yield model
    model.remove()


@pytest.fixture
def session(database):
    """A connection as the service has one."""
    connection = psycopg2.connect(database.dsn("accord_api"))
    yield connection
    connection.close()


def act(cursor, **settings):
    """Says who calls, as the engine does; what is None is not said at all."""
    for name in SETTINGS:
        if settings.get(name) is not None:
            cursor.execute("select set_config(%s, %s, true)", (f"accord.caller_{name}", settings[name]))


def seen(cursor, table):
    cursor.execute(f"select {KEYS.get(table, 'id')}::text from restricted.{table}")
    return {key for key, in cursor.fetchall()}


def test_sql_shows_what_the_model_says(model, session):
    for organisation in model.random.sample(model.organisations, PRINCIPALS):
        with session, session.cursor() as cursor:
            act(cursor, organisation=organisation, subject=str(uuid.uuid4()), role="administrator")
            for table in RESTRICTED:
                known = set(model.records[table])
                assert seen(cursor, table) & known == model.sees(organisation, table), (organisation, table)


def test_an_operator_sees_every_job_and_no_other_record(model, session):
    organisation = model.organisations[0]
    with session, session.cursor() as cursor:
        act(cursor, organisation=organisation, subject=str(uuid.uuid4()), role="operator", scopes="{jobs:operate}")
        for table in ("import", "import_part", "client", "person_grant"):
            assert seen(cursor, table) & set(model.records[table]) == model.sees(organisation, table), table
        for table in ("job", "job_rejection"):
            assert seen(cursor, table) >= set(model.records[table]), table


OPERATE = "{partnership-notices:operate,support-organisations:operate,case-studies:operate}"


@pytest.mark.parametrize("table", PUBLISHED)
def test_an_operator_sees_what_is_no_draft_and_withdraws_it(model, session, table):
    organisation = model.organisations[0]
    drafts = {str(key) for key, in model.callers.sql(f"select id from restricted.{table} where state = 'draft'")}
    known = set(model.records[table])
    with session.cursor() as cursor:
        act(cursor, organisation=organisation, role="operator", scopes=OPERATE)
        assert seen(cursor, table) & known == known - drafts | model.sees(organisation, table)
        foreign = sorted(known - drafts - model.sees(organisation, table))
        cursor.execute(f"update restricted.{table} set state = 'withdrawn' where id::text = any(%s)", (foreign,))
        assert cursor.rowcount == len(foreign) > 0
    session.rollback()
    with session.cursor() as cursor:
        act(cursor, organisation=organisation, role="operator", scopes=OPERATE)
        published = [key for key, in model.callers.sql(
            f"select id::text from restricted.{table} where state = 'published'") if key in foreign]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
            cursor.execute(f"update restricted.{table} set summary = 'Stray' where id::text = any(%s)", (published,))
    session.rollback()


@pytest.mark.parametrize("role", ["viewer", "editor", "signatory", "operator", ""])
def test_events_are_for_administrators(model, session, role):
    with session, session.cursor() as cursor:
        for organisation in {next(iter(owners)) for owners in model.records["audit_event"].values()}:
            act(cursor, organisation=organisation, subject=str(uuid.uuid4()), role=role)
            assert not seen(cursor, "audit_event")
            act(cursor, organisation=organisation, client="client-of-it", role="")
            assert seen(cursor, "audit_event") & set(model.records["audit_event"])
            act(cursor, client="")


def test_http_shows_what_the_model_says(api, callers, model):
    for organisation in model.random.sample(model.organisations, 6):
        headers = callers.role(organisation, "administrator")
        for path, table in (("/v1/memberships", "person_grant"), ("/v1/clients", "client")):
            known, expected = set(model.records[table]), model.sees(organisation, table)
            found = set()
            for one in model.organisations:
                page = path + f"?limit=7&organisation={one}"
                while page:
                    body = api.get(page, headers=headers).json()
                    found |= {item["id"] for item in body["items"]}
                    page = body["next"]
            assert found & known == expected
            own = {item["id"] for item in api.get(path + "?limit=500", headers=headers).items()}
            assert own & known == {key for key in expected if organisation in model.records[table][key]}
            for key in model.random.sample(sorted(known), 12):
                assert (api.get(f"{path}/{key}", headers=headers).status == 200) == (key in expected)


@pytest.mark.parametrize("value", NOBODY)
def test_nobody_sees_anything(model, session, value):
    with session, session.cursor() as cursor:
        act(cursor, **{name: value for name in SETTINGS})
        for table in RESTRICTED:
            assert not seen(cursor, table), table


def test_a_setting_ends_with_its_transaction(model, session):
    organisation = max(model.organisations, key=lambda one: len(model.sees(one, "client")))
    for end in (session.commit, session.rollback):
        with session.cursor() as cursor:
            act(cursor, organisation=organisation, scopes="{organisations:operate}")
            assert seen(cursor, "client") and seen(cursor, "organisation")
            end()
            assert not any(seen(cursor, table) for table in RESTRICTED)
        session.rollback()


def test_two_who_share_a_connection_never_see_each_other_s(model, session):
    """Transactions that commit, abort, break and run out of time, in whatever order chance gives."""
    expected = {one: model.sees(one, "person_grant") for one in model.random.sample(model.organisations, 2)}
    known = set(model.records["person_grant"])
    for _ in range(200):
        organisation = model.random.choice([*expected, None])
        how = model.random.choice(["commit", "abort", "break", "timeout"])
        with session.cursor() as cursor:
            act(cursor, organisation=organisation)
            assert seen(cursor, "person_grant") & known == expected.get(organisation, set())
            if how == "break":
                with pytest.raises(BadStatement):
                    cursor.execute("selec")
            elif how == "timeout":
                cursor.execute("select set_config('statement_timeout', '1', true)")
                with pytest.raises(QueryCanceled):
                    cursor.execute("select pg_sleep(1)")
        session.commit() if how == "commit" else session.rollback()


def test_two_who_share_the_service_never_see_each_other_s(api, callers, model):
    """The same through the pool, with requests that are refused halfway between."""
    pair = model.random.sample(model.organisations, 2)
    for number in range(60):
        organisation = pair[number % 2]
        headers = callers.role(organisation, "administrator")
        items = api.get("/v1/clients?limit=500", headers=headers).items()
        own = {key for key, owners in model.records["client"].items() if organisation in owners}
        assert {item["id"] for item in items} & set(model.records["client"]) == own
        if number % 3 == 0:
            api.call("POST", "/v1/clients", headers={**headers, "Idempotency-Key": str(uuid.uuid4())},
                     body={"name": "Refused", "scopes": ["nothing:read"]}).problem(403, "forbidden")


def test_writes_stay_at_home(model, session):
    """Whatever a statement says, the row that it leaves is the acting organisation's."""
    own, other = model.organisations[:2]
    attempts = (
        ("insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at)"
         " values ('stray-client', 'Stray', %s, '{}', '{}', accord.now())", (other,)),
        ("insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at)"
         " values ('stray-client', 'Stray', %s, '{organisations:operate}', '{}', accord.now())", (own,)),
        ("insert into restricted.person_grant (id, person_id, organisation_id, role, scopes, created_at)"
         " values (gen_random_uuid(), gen_random_uuid(), %s, 'viewer', '{}', accord.now())", (other,)),
        ("insert into restricted.person_grant (id, person_id, organisation_id, role, scopes, created_at)"
         " values (gen_random_uuid(), gen_random_uuid(), %s, 'operator', '{}', accord.now())", (own,)),
        ("insert into restricted.client_secret (id, client_id, digest, created_at)"
         " values (gen_random_uuid(), %s, sha256('x'), accord.now())",
         (next(key for key, owners in model.records["client"].items() if own not in owners),)),
        ("insert into restricted.organisation (id, reference, kind, name, other_names, country, identifiers,"
         " identifier_absence, state, registered_by, registered_at) values (gen_random_uuid(), 'stray', 'charity',"
         " 'Stray', '{}', 'GB', '{}', 'A test', 'verified', %s, accord.now())", (own,)),
        ("insert into restricted.organisation (id, reference, kind, name, other_names, country, identifiers,"
         " identifier_absence, state, registered_by, registered_at) values (gen_random_uuid(), 'stray', 'charity',"
         " 'Stray', '{}', 'GB', '{}', 'A test', 'unverified', %s, accord.now())", (other,)),
        ("insert into restricted.import (id, organisation_id, kind, name, size, sha256, requester, created_at)"
         " values (gen_random_uuid(), %s, 'areas', 'a.csv', 1, sha256('x'), 'stray', accord.now())", (other,)),
        ("insert into restricted.audit_event (id, operation, outcome, status, organisation_id, trace)"
         " values (gen_random_uuid(), 'stray', 'written', 200, %s, gen_random_uuid())", (other,)),
        ("insert into restricted.audit_event (id, operation, outcome, status, organisation_id, actor_kind, actor,"
         " trace) values (gen_random_uuid(), 'stray', 'written', 200, %s, 'client', 'another', gen_random_uuid())",
         (own,)),
        *((f"insert into restricted.{table} (id, organisation_id, state, created_at, {columns})"
           f" values (gen_random_uuid(), %s, %s, accord.now(), {written})", case)
          for table, (columns, written) in PUBLISHED.items() for case in ((other, "draft"), (own, "published"))),
    )
    for statement, values in attempts:
        with session.cursor() as cursor:
            act(cursor, organisation=own, scopes="{clients:administer}", role="administrator")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
                cursor.execute(statement, values)
        session.rollback()


@pytest.mark.parametrize("statement", [
    "update restricted.client set name = 'Stray'", "update restricted.person_grant set role = 'viewer'",
    "update restricted.import set version = version", "update restricted.job set version = version",
    *(f"update restricted.{table} set summary = 'Stray'" for table in PUBLISHED),
])
def test_what_is_overseen_is_not_changed(model, session, statement):
    organisation = next(above for above, below in model.above if above != below and any(
        below in owners for owners in model.records[statement.split(".")[1].split()[0]].values()))
    with session.cursor() as cursor:
        act(cursor, organisation=organisation, role="administrator")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
            cursor.execute(statement)
    session.rollback()


@pytest.mark.parametrize("table, column", [("person_grant", "id"), ("client_secret", "id")])
def test_what_is_overseen_is_not_ended(model, session, table, column):
    organisation = next(above for above, below in model.above if above != below and any(
        below in owners for owners in model.records[table].values()))
    with session.cursor() as cursor:
        act(cursor, organisation=organisation, role="administrator")
        cursor.execute(f"delete from restricted.{table} returning {column}::text")
        gone = {key for key, in cursor.fetchall()} & set(model.records[table])
        assert gone == {key for key, owners in model.records[table].items() if organisation in owners}
    session.rollback()


def test_a_changed_organisation_stays_unverified(model, session):
    key, owners = next(iter(model.records["organisation"].items()))
    owner = next(iter(owners - {key}))
    with session.cursor() as cursor:
        act(cursor, organisation=owner, role="administrator")
        cursor.execute("update restricted.organisation set town = 'Here' where id = %s", (key,))
        assert cursor.rowcount == 1
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
            cursor.execute("update restricted.organisation set state = 'verified' where id = %s", (key,))
    session.rollback()
    with session.cursor() as cursor:
        act(cursor, organisation=model.organisations[0], scopes="{organisations:operate}", role="operator")
        cursor.execute("update restricted.organisation set state = 'verified' where id = %s", (key,))
        assert cursor.rowcount == 1
    session.rollback()


def test_a_partnership_is_locked_and_not_changed(model, session):
    """Whoever sees a partnership may lock it; what changes it is its functions."""
    for organisation in model.organisations:
        with session.cursor() as cursor:
            act(cursor, organisation=organisation, role="administrator")
            if model.sees(organisation, "partnership"):
                with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
                    cursor.execute("update restricted.partnership set version = 7")
            else:
                cursor.execute("update restricted.partnership set version = 7")
                assert cursor.rowcount == 0
        session.rollback()


@pytest.mark.parametrize("table, column", [("client", "name"), ("person_grant", "name"), ("organisation", "town"),
                                           ("import", "version"), ("job", "version"),
                                           *((table, "summary") for table in PUBLISHED)])
def test_a_blind_change_reaches_what_is_own(model, session, table, column):
    """A statement that reads nothing is not narrowed by what may be read."""
    busy = {above for above, below in model.above if above != below}
    organisation = next(one for one in model.organisations if one not in busy)
    with session.cursor() as cursor:
        act(cursor, organisation=organisation, role="administrator")
        cursor.execute(f"update restricted.{table} set {column} = '7'")
        owner = "registered_by" if table == "organisation" else "organisation_id"
        [(own,)] = model.callers.sql(f"select count(*) from restricted.{table} where {owner} = %s", organisation)
        assert cursor.rowcount == own
    session.rollback()
