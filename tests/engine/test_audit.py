# SPDX-License-Identifier: MIT
"""The audit: what is written down and when, and that nobody can change it unseen."""

import concurrent.futures
import hashlib
import json
import re
import time
import uuid

import psycopg2
import pytest

from cluster import Database
from service import accord
from tokens import ANVIL, BRASS, bearer
from wire import wait_until

NAME = "Grace Hopper"  # nobody's, and nowhere in the audit
COLUMNS = ("operation", "outcome", "status", "problem", "actor_kind", "actor", "organisation_id", "subject_id")


@pytest.fixture(scope="module")
def database(administrator):
    """A database of these tests alone, for they break its audit."""
    database = Database(administrator, "accord_engine_audit")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def service(start, database):
    return start(database, pool_size=4)


@pytest.fixture
def connection(database):
    connection = database.connect()
    yield connection
    connection.close()


@pytest.fixture
def known(access, service):
    """Makes a client and what its requests carry."""

    def make(scopes="notes:read notes:write", organisation=ANVIL):
        client, _ = access.client(scopes, organisation)
        token = service.issuer.token(sub=client, client_id=client, org=organisation, scope=scopes)
        return client, bearer(token)

    return make


@pytest.fixture
def events(sql):
    """The events of an actor, in order."""

    def find(actor):
        rows = sql(f"select {', '.join(COLUMNS)} from restricted.audit_event"
                   " where actor is not distinct from %s order by id", actor)
        return [tuple(str(value) if isinstance(value, uuid.UUID) else value for value in row) for row in rows]

    return find


def write_note(api, headers, text="a note"):
    return api.post("/v1/notes", json={"text": text}, headers=headers)


# --- what is written

def test_a_write_is_written_down_with_it(api, known, events):
    client, headers = known()
    made = write_note(api, headers).expect(201).json()
    assert events(client) == [("notes_create", "written", 201, None, "client", client, ANVIL, made["id"])]


def test_a_write_of_anybody_names_nobody(api, new_code, sql):
    made = api.post("/v1/widgets", json={"code": new_code(), "name": "x"}).expect(201).json()
    (row,) = sql("select operation, actor, organisation_id, subject_id::text from restricted.audit_event"
                 " where subject_id = %s", made["id"])
    assert row == ("widgets_create", None, None, made["id"])


def test_a_person_is_named_by_our_identifier(api, access, provider, events):
    subject, person = access.person(provider.issuer, anvil="editor")
    write_note(api, bearer(provider.token(sub=subject), ANVIL)).expect(201)
    assert [row[4:7] for row in events(person)] == [("person", person, ANVIL)]


def test_a_repeated_write_is_written_down_once(api, known, events):
    client, headers = known()
    for _ in range(3):
        api.post("/v1/notes", key="same", json={"text": "once"}, headers=headers).expect(201)
    assert len(events(client)) == 1


def test_a_write_that_fails_leaves_nothing(api, known, events):
    client, headers = known()
    api.post("/v1/notes", json={"text": ""}, headers=headers).expect(422)
    assert events(client) == []


def test_a_read_of_personal_data_is_written_down(api, known, events):
    client, headers = known()
    note = write_note(api, headers).json()["id"]
    api.get(f"/v1/notes/{note}", headers=headers).expect(200)
    api.get("/v1/people?name=" + NAME.replace(" ", "%20"), headers=headers).expect(200)
    api.get("/v1/notes", headers=headers).expect(200)
    assert [row[:3] + row[7:] for row in events(client)[1:]] == [
        ("audited_get", "read", 200, note), ("audited_list", "read", 200, None)]


def test_an_unchanged_read_is_written_down_too(api, known, events):
    client, headers = known()
    path = "/v1/notes/" + write_note(api, headers).json()["id"]
    tag = api.get(path, headers=headers).etag
    api.get(path, headers={**headers, "If-None-Match": tag}).expect(304)
    assert [row[0] for row in events(client)] == ["notes_create", "audited_get", "audited_get"]


def test_refusals_of_a_known_caller(api, known, events):
    client, headers = known("notes:read")
    write_note(api, headers).expect(403, "insufficient-scope")
    other = str(uuid.uuid4())
    api.get(f"/v1/notes/{other}", headers=headers).expect(404)
    assert events(client) == [
        ("notes_create", "refused", 403, "insufficient-scope", "client", client, ANVIL, None),
        ("audited_get", "refused", 404, "not-found", "client", client, ANVIL, other)]


def test_many_refusals_are_counted(api, known, events, sql):
    client, headers = known("notes:read")
    for _ in range(25):
        write_note(api, headers).expect(403)
    assert len(events(client)) == 10
    assert sql("select sum(omitted) from restricted.audit_event where actor = %s", client) == [(0,)]


def test_refusals_of_strangers_are_not_written(api, sql):
    before = sql("select count(*) from restricted.audit_event")
    for headers in ({}, bearer("nonsense")):
        api.get("/v1/notes", headers=headers).expect(401)
    assert sql("select count(*) from restricted.audit_event") == before


def test_nothing_of_a_client_s_own_words(api, known, sql, service):
    """Bodies, queries, paths, identifiers of requests, tokens and secrets stay out."""
    client, headers = known()
    own = {**headers, "X-Request-Id": "grace-hopper-1906", "traceparent": "no " + NAME}
    write_note(api, own, text=NAME).expect(201)
    api.get("/v1/people?name=Grace%20Hopper", headers=own).expect(200)
    api.get("/v1/notes/1906-12-09", headers=own)
    text = "".join(row[0] for row in sql("select row(e.*)::text from restricted.audit_event e"))
    token = headers["Authorization"].split()[1]
    for secret in (NAME, "Grace", "grace", "1906-12", "hopper", "127.0.0.1", token, *token.split("."), "accord_"):
        assert secret not in text, secret
    assert client in text


# --- when it cannot be written

@pytest.fixture
def broken_audit(sql):
    """The service may not add to the audit."""
    sql("revoke insert on restricted.audit_event from accord_api;"
        " alter policy own on restricted.audit_event with check (false)")
    yield
    sql("alter policy own on restricted.audit_event with check ("
        " actor is not distinct from nullif(current_setting('accord.caller_subject', true), '')"
        " and organisation_id::text is not distinct from"
        " nullif(current_setting('accord.caller_organisation', true), ''));"
        " grant insert (id, operation, outcome, status, problem, actor_kind, actor, organisation_id, subject_id,"
        " trace, omitted) on restricted.audit_event to accord_api")


def test_no_audit_no_write(api, known, sql, broken_audit):
    client, headers = known()
    answer = write_note(api, headers).expect(503, "unavailable")
    assert answer.header("Retry-After") and not answer.header("Location") and not answer.header("ETag")
    assert sql("select count(*) from restricted.note where written_by = %s", client) == [(0,)]
    assert sql("select count(*) from accord.idempotency where caller like %s", f"%{client}%") == [(0,)]


def test_no_audit_no_personal_data(api, known, sql, broken_audit, service):
    client, headers = known()
    note = str(uuid.uuid4())
    sql("insert into restricted.note (id, organisation_id, text, written_by) values (%s, %s, %s, 'x')",
        note, ANVIL, NAME)
    answer = api.get(f"/v1/notes/{note}", headers=headers).expect(503, "unavailable")
    assert NAME not in answer.body.decode() and not answer.header("ETag")
    assert any("audit" in line.get("fault", "") for line in service.log())
    api.get("/v1/notes", headers=headers).expect(200)


def test_no_audit_still_refuses(api, known, broken_audit):
    _, headers = known("notes:read")
    write_note(api, headers).expect(403, "insufficient-scope")


def test_nobody_writes_in_another_s_name(database, access):
    connection = psycopg2.connect(database.dsn(user="accord_api"))
    client, _ = access.client("notes:read")
    with connection, connection.cursor() as cursor:
        cursor.execute("set transaction read write")
        cursor.execute("select set_config('accord.caller_subject', 'somebody', true),"
                       " set_config('accord.caller_organisation', %s, true)", (ANVIL,))
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("insert into restricted.audit_event (id, operation, outcome, status, actor_kind, actor,"
                           " organisation_id, trace) values (%s, 'x', 'read', 200, 'client', %s, %s,"
                           " repeat('0', 32)::uuid)",
                           (str(uuid.uuid4()), client, ANVIL))
    connection.close()


@pytest.mark.parametrize("user", ["accord_api", "accord_worker", "accord_admin", "accord_owner", "postgres"])
@pytest.mark.parametrize("statement", ["update restricted.audit_event set actor = null",
                                       "delete from restricted.audit_event", "truncate restricted.audit_event",
                                       "update restricted.audit_batch set events = 1",
                                       "delete from restricted.audit_batch", "truncate restricted.audit_batch"])
def test_it_is_only_ever_added_to(database, user, statement):
    connection = psycopg2.connect(database.dsn(user="postgres" if user == "accord_owner" else user))
    with connection.cursor() as cursor:
        if user == "accord_owner":
            cursor.execute("set role accord_owner")
        with pytest.raises(psycopg2.Error):
            cursor.execute(statement)
    connection.close()


# --- the chain

def verify(database, *head):
    return accord("audit", "verify", *head, database=database.dsn(user="accord_admin"))


def head_of(database):
    done = accord("audit", "head", database=database.dsn(user="accord_admin"))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def sealed(database, api, known, sql):
    """A few batches more; returns the number of the last."""

    def last():
        return sql("select coalesce(max(number), 0) from restricted.audit_batch")[0][0]

    _, headers = known()
    for _ in range(3):
        before = last()
        for number in range(4):
            write_note(api, headers, text=f"{number}").expect(201)
        wait_until(lambda before=before: last() > before)
    wait_until(lambda: "not sealed" not in verify(database).stdout)
    return last()


@pytest.fixture
def tampered(database):
    """Does what nobody may, and undoes it: tables are copied aside, changed without their triggers, put back."""
    connection = database.connect()
    cursor = connection.cursor()
    tables = ("audit_event", "audit_batch")
    for table in tables:
        cursor.execute(f"create temporary table kept_{table} as table restricted.{table}")

    def change(statement, *values):
        cursor.execute("set session_replication_role = replica")
        cursor.execute(statement, values)

    yield change
    cursor.execute("set session_replication_role = replica")
    for table in tables:
        cursor.execute(f"delete from restricted.{table}")
        cursor.execute(f"insert into restricted.{table} select * from kept_{table}")
    connection.close()
    assert verify(database).returncode == 0


def test_a_whole_audit_is_whole(database, sealed):
    done = verify(database, head_of(database))
    assert done.returncode == 0, done.stderr
    assert re.search(rf"in {sealed} batches: whole", done.stdout)


TAMPERINGS = {
    "flip": "update restricted.audit_event set status = 204 where id = {event}",
    "actor": "update restricted.audit_event set actor = 'somebody-else' where id = {event}",
    "null": "update restricted.audit_event set subject_id = null where id = {event}",
    "time": "update restricted.audit_event set at = at + interval '1 microsecond' where id = {event}",
    "delete": "delete from restricted.audit_event where id = {event}",
    "reorder": "update restricted.audit_event set transaction = (select max(transaction::text::bigint) from"
               " restricted.audit_event)::text::xid8 where id = {event}",
    "insert": "insert into restricted.audit_event (id, transaction, operation, outcome, status, trace) select"
              " gen_random_uuid(), transaction, operation, 'read', 200, trace from restricted.audit_event"
              " where id = {event}",
    "batch": "update restricted.audit_batch set digest = sha256(digest) where number = 2",
    "hole": "delete from restricted.audit_batch where number = 2",
    "bound": "update restricted.audit_batch set upto = (upto::text::bigint + 1)::text::xid8 where number = 2",
    "swap": "update restricted.audit_batch set number = -2 where number = 2;"
            " update restricted.audit_batch set number = 2 where number = 3;"
            " update restricted.audit_batch set number = 3 where number = -2",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_change_is_found(database, sealed, tampered, statement):
    second = ("(select e.id from restricted.audit_event e, restricted.audit_batch b where b.number = 2 and"
              " e.transaction < b.upto and e.actor is not null and e.subject_id is not null order by e.transaction desc"
              " limit 1)")
    tampered(statement.format(event=second))
    done = verify(database)
    assert done.returncode == 1 and "the audit is broken: batch" in done.stderr, done.stdout + done.stderr


def cut(tampered):
    """Takes the last batch away, and what it sealed."""
    tampered("delete from restricted.audit_event where transaction >= (select upto from restricted.audit_batch"
             " order by number desc offset 1 limit 1)")
    tampered("delete from restricted.audit_batch where number = (select max(number) from restricted.audit_batch)")


def test_a_cut_is_found_by_a_kept_head(database, sealed, tampered):
    head = head_of(database)
    cut(tampered)
    assert verify(database).returncode == 0
    done = verify(database, head)
    assert done.returncode == 1 and "cut short" in done.stderr


def test_a_fork_is_found_by_a_kept_head(database, sealed, tampered):
    """Another history, sealed anew by the database's own function."""
    head = head_of(database)
    cut(tampered)
    tampered("insert into restricted.audit_event (id, operation, outcome, status, trace) values"
             " (gen_random_uuid(), 'forged_op', 'read', 200, repeat('0', 32)::uuid)")
    tampered("select accord.seal_audit()")
    wait_until(lambda: verify(database, head).returncode == 1)
    assert "is not the one that was kept" in verify(database, head).stderr


def test_an_open_transaction_holds_the_seal_back(database, api, known, sql, sealed):
    """What it may still write lies behind the bound; and the tail is named."""
    _, headers = known()
    late = psycopg2.connect(database.dsn())
    with late.cursor() as cursor:
        cursor.execute("insert into restricted.audit_event (id, operation, outcome, status, trace)"
                       " values (gen_random_uuid(), 'late_op', 'read', 200, repeat('1', 32)::uuid)")
    write_note(api, headers).expect(201)
    time.sleep(2.5)
    done = verify(database)
    assert done.returncode == 0 and re.search(r"1 events since .* are not sealed yet", done.stdout)
    late.commit()
    late.close()
    wait_until(lambda: "not sealed" not in verify(database).stdout)
    assert verify(database).returncode == 0


def test_many_writers_a_crash_and_two_sealers(database, start, make_api, known, sql, service):
    """A node ends in the middle of its writes; another goes on. Nothing is lost, doubled or left out of the chain."""
    other = start(database, pool_size=4)
    before = sql("select count(*) from restricted.audit_event")[0][0]
    notes = sql("select count(*) from restricted.note")[0][0]
    _, headers = known()

    def work(number):
        api = make_api(other if number % 2 else service)
        for _ in range(40):
            try:
                write_note(api, headers)
            except OSError:
                return

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        running = [pool.submit(work, number) for number in range(8)]
        time.sleep(0.3)
        other.process.kill()
        for one in running:
            one.result()
    other.process.wait()
    other.stop = lambda: 0
    wait_until(lambda: verify(database).returncode == 0 and "not sealed" not in verify(database).stdout)
    written = sql("select count(*) from restricted.note")[0][0] - notes
    assert sql("select count(*) from restricted.audit_event")[0][0] - before == written >= 160
    head = head_of(database)
    assert verify(database, head).returncode == 0


def test_the_chain_is_what_its_comments_say(database, sealed, sql):
    """A third telling of the chain, in Python."""
    previous, low = bytes(32), 0
    for number, upto, count, total, digest in sql("select number, upto::text, events, total, digest"
                                                  " from restricted.audit_batch order by number"):
        rows = sql("select id::text, transaction::text, (extract(epoch from at) * 1000000)::bigint, operation, outcome,"
                   " status, problem, actor_kind, actor, organisation_id::text, subject_id::text, trace::text, omitted"
                   " from restricted.audit_event as e where e.transaction >= %s::text::xid8"
                   " and e.transaction < %s::text::xid8 order by e.transaction, e.id", low, upto)
        text = f"{number}\n{upto}\n{count}\n{total}\n{previous.hex()}\n".encode()
        for row in rows:
            text += hashlib.sha256(json.dumps(row).encode()).digest()
        assert hashlib.sha256(text).digest() == bytes(digest), number
        previous, low = bytes(digest), upto


@pytest.mark.parametrize("words", [(), ("prove",), ("verify", "1"), ("verify", "1:ab"), ("head", "x"),
                                   ("verify", "0:" + "0" * 64)])
def test_words_that_are_none(database, words):
    done = accord("audit", *words, database=database.dsn(user="accord_admin"))
    assert done.returncode == 2 and "usage" in done.stderr
