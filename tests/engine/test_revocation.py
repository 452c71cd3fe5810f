# SPDX-License-Identifier: MIT
"""What is ended is over on every node within a second, also while a node cannot hear of it."""

import subprocess
import threading
import time
import urllib.parse

import pytest

from tokens import ANVIL, BRASS, basic, bearer
from wire import wait_until

GRANT = {"grant_type": "client_credentials"}
PUBLIC = "https://accord.example"


@pytest.fixture(scope="module")
def nodes(start, database):
    return [start(database, public_url=PUBLIC, pool_size=2) for _ in range(2)]


@pytest.fixture
def apis(nodes, make_api):
    return [make_api(node) for node in nodes]


def post(api, path, form, client, secret):
    return api.call("POST", path, data=urllib.parse.urlencode(form).encode(),
                    headers={**basic(client, secret), "Content-Type": "application/x-www-form-urlencoded"})


def seen(apis, token, path="/v1/caller", headers=None):
    return [api.get(path, headers={**bearer(token), **(headers or {})}).status for api in apis]


def over(apis, token, path="/v1/caller", status=401):
    """Waits until the token is over on every node; how long that took."""
    began = time.monotonic()
    wait_until(lambda: set(seen(apis, token, path)) == {status}, seconds=1, pause=0.005)
    return time.monotonic() - began


def test_a_revoked_token_is_over_on_every_node(apis, access):
    client, secret = access.client("notes:read")
    took = []
    for _ in range(10):
        token = post(apis[0], "/oauth/token", GRANT, client, secret).expect(200).json()["access_token"]
        assert seen(apis, token) == [200, 200] == seen(apis, token)
        post(apis[0], "/oauth/revoke", {"token": token}, client, secret).expect(200)
        assert seen(apis[:1], token) == [401], "on the node itself it is over at once"
        took.append(over(apis, token))
    assert max(took) < 0.5, took


@pytest.mark.parametrize("change, status", [
    ("update restricted.client set disabled_at = accord.now() where id = %s", 401),
    ("update restricted.client set revoked_at = accord.now() where id = %s", 401),
    ("update restricted.client set expires_at = accord.now() where id = %s", 401),
    ("update restricted.client set addresses = '{192.0.2.0/24}' where id = %s", 401),
    ("update restricted.client set scopes = '{}' where id = %s", 403),
    ("delete from restricted.client where id = %s", 401)])
def test_a_change_to_a_client_is_heard_everywhere(apis, nodes, access, sql, change, status):
    client, secret = access.client("notes:read")
    other, _ = access.client("notes:read")
    token, kept = (nodes[0].issuer.token(sub=name, client_id=name, org=ANVIL, scope="notes:read")
                   for name in (client, other))
    assert seen(apis, token) == seen(apis, kept) == [200, 200]
    sql(change, client)
    over(apis, token, status=status)
    assert seen(apis, kept) == [200, 200]


def test_a_change_to_a_persons_roles_is_heard_everywhere(apis, provider, access, sql):
    subject, person = access.person(provider.issuer, anvil="editor")
    token = provider.token(sub=subject, iat=int(time.time()) - 5)
    assert seen(apis, token) == [200, 200] and seen(apis, token, "/v1/sealed") == [403, 403]
    sql("update restricted.person_grant set role = 'administrator' where person_id = %s", person)
    over(apis, token, "/v1/sealed", 200)
    access.grant(person, BRASS, "viewer")
    over(apis, token, status=400)
    sql("delete from restricted.person_grant where person_id = %s and organisation_id = %s", person, ANVIL)
    over(apis, token, status=200)
    sql("update restricted.person set revoked_at = accord.now() where id = %s", person)
    over(apis, token)
    assert seen(apis, provider.token(sub=subject, iat=int(time.time()) + 2)) == [200, 200], "newer ones are good"
    sql("delete from restricted.person where id = %s", person)
    over(apis, token, status=403)


def listeners(sql):
    return [pid for pid, in sql("select pid from pg_stat_activity where datname = current_database()"
                                " and query ilike '%%accord.access%%' and query not ilike '%%pg_stat%%'"
                                " or query = 'listen accord_access'")]


def test_without_a_listener_each_request_asks(apis, nodes, access, sql):
    client, secret = access.client("notes:read")
    other, _ = access.client("notes:read")
    token, again = (nodes[0].issuer.token(sub=name, client_id=name, org=ANVIL, scope="notes:read")
                    for name in (client, other))
    assert seen(apis, token) == [200, 200]
    used = sql("select count(*) from pg_stat_activity where usename = 'accord_api'")[0][0]
    ended = wait_until(lambda: listeners(sql))
    sql(f"alter role accord_api connection limit {used - len(ended)}")
    try:
        for pid in ended:
            sql("select pg_terminate_backend(%s)", pid)
        wait_until(lambda: all(told(node, "no remembered callers") for node in nodes))
        assert seen(apis, token) == [200, 200]
        sql("update restricted.client set disabled_at = accord.now() where id = %s", client)
        assert seen(apis, token) == [401, 401], "at once: nothing is remembered"
        assert seen(apis, again) == [200, 200]
    finally:
        sql("alter role accord_api connection limit -1")
    wait_until(lambda: all(told(node, "remembered callers again") for node in nodes))
    assert seen(apis, token) == [401, 401] and seen(apis, again) == [200, 200]


def test_whoever_listens_waits_for_nothing_else(nodes, sql):
    """A session may take longer to open than a listener is patient: many that open at once make it so."""
    [(kept,)] = sql("select pg_get_functiondef('accord.open_session'::regproc)")
    before = [len(told(node, "remembered callers again")) for node in nodes]
    sql("create or replace function accord.open_session() returns void language sql stable as 'select pg_sleep(1)'")
    try:
        for pid in listeners(sql):
            sql("select pg_terminate_backend(%s)", pid)
        wait_until(lambda: all(len(told(node, "remembered callers again")) > count
                               for node, count in zip(nodes, before)))
    finally:
        sql(kept.replace("%", "%%"))


def told(node, words):
    return [line for line in node.log() if line.get("message", "").startswith(words)]


def test_a_notice_that_is_lost_is_missed_within_a_second(apis, nodes, access, sql):
    """A pooler may swallow notifications: the number is looked at all the same."""
    client, _ = access.client("notes:read")
    token = nodes[0].issuer.token(sub=client, client_id=client, org=ANVIL, scope="notes:read")
    assert seen(apis, token) == [200, 200]
    sql("set session_replication_role = replica")
    sql("update restricted.client set disabled_at = accord.now() where id = %s", client)
    sql("set session_replication_role = origin")
    assert seen(apis, token) == [200, 200], "nobody was told"
    sql("update accord.access set number = number + 1")
    over(apis, token)


def test_a_silent_network_is_noticed_within_a_second(start, database, make_api, access, sql):
    node = start(database, public_url=PUBLIC)
    api = make_api(node)
    client, _ = access.client("notes:read")
    token = node.issuer.token(sub=client, client_id=client, org=ANVIL, scope="notes:read")
    others = set(listeners(sql))
    node.stop()
    node = start(database, public_url=PUBLIC)
    api = make_api(node)
    (own,) = wait_until(lambda: [pid for pid in listeners(sql) if pid not in others] or None)
    api.get("/v1/caller", headers=bearer(token)).expect(200)
    subprocess.run(["kill", "-STOP", str(own)], check=True)
    try:
        sql("update restricted.client set disabled_at = accord.now() where id = %s", client)
        over([api], token)
    finally:
        subprocess.run(["kill", "-CONT", str(own)], check=True)


def test_revoking_and_calling_race(apis, nodes, make_api, access):
    """Whoever calls after a token's end is known to have been committed for a second is refused."""
    client, secret = access.client("notes:read")
    tokens = [post(apis[0], "/oauth/token", GRANT, client, secret).expect(200).json()["access_token"]
              for _ in range(40)]
    ended, late, done = {}, [], threading.Event()

    def call(api):
        while not done.is_set():
            for token in tokens:
                known = ended.get(token)
                answer = api.get("/v1/caller", headers=bearer(token))
                if answer.status == 200 and known and time.monotonic() - known > 1:
                    late.append(token)

    callers = [threading.Thread(target=call, args=(make_api(node),)) for node in nodes * 2]
    for thread in callers:
        thread.start()
    for token in tokens:
        post(apis[0], "/oauth/revoke", {"token": token}, client, secret).expect(200)
        ended[token] = time.monotonic()
        time.sleep(0.02)
    time.sleep(1.5)
    done.set()
    for thread in callers:
        thread.join()
    assert not late
    assert {status for token in tokens for status in seen(apis, token)} == {401}
