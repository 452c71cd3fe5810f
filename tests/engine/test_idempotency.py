# SPDX-License-Identifier: MIT
"""Idempotency-Key: one effect a key, the same answer again, and nothing remembered of what failed."""

import concurrent.futures
import uuid

import pytest


@pytest.fixture
def key():
    return str(uuid.uuid4())


def count(sql, code):
    return sql("select count(*) from engine.widget where code = %s", code)[0][0]


def test_key_is_required(api, sql, new_code):
    code = new_code()
    answer = api.call("POST", "/v1/widgets", json={"code": code, "name": "x"}).expect(400, "missing-header")
    assert "Idempotency-Key" in answer.body.decode()
    assert count(sql, code) == 0


@pytest.mark.parametrize("bad", ["", "k" * 256])
def test_key_of_a_bad_length_is_400(api, new_code, bad):
    api.call("POST", "/v1/widgets", json={"code": new_code(), "name": "x"},
             headers={"Idempotency-Key": bad}).expect(400)


def test_longest_key_is_taken(api, new_code, batch):
    api.post("/v1/widgets", "k" * 245 + uuid.uuid4().hex[:10],
             json={"code": new_code(), "name": "x", "batch": batch}).expect(201)


def test_repeat_gets_the_stored_reply(api, sql, new_code, batch, key):
    body = {"code": new_code(), "name": "x", "batch": batch}
    first = api.post("/v1/widgets", key, json=body).expect(201)
    api.change("PATCH", "/v1/widgets/" + first.json()["id"], first.etag, json={"name": "changed"}).expect(200)
    again = api.post("/v1/widgets", key, json=body).expect(201)
    assert (again.body, again.header("Location"), again.etag) == (first.body, first.header("Location"), first.etag)
    assert again.header("Content-Type") == first.header("Content-Type")
    assert again.header("X-Request-Id") != first.header("X-Request-Id")
    assert count(sql, body["code"]) == 1


def test_repeat_after_deletion_gets_it_still(api, sql, new_code, batch, key):
    body = {"code": new_code(), "name": "x", "batch": batch}
    first = api.post("/v1/widgets", key, json=body).expect(201)
    api.change("DELETE", "/v1/widgets/" + first.json()["id"], first.etag).expect(204)
    assert api.post("/v1/widgets", key, json=body).expect(201).body == first.body
    assert count(sql, body["code"]) == 0


def test_another_body_is_refused(api, sql, new_code, batch, key):
    body = {"code": new_code(), "name": "x", "batch": batch}
    api.post("/v1/widgets", key, json=body).expect(201)
    other = {**body, "code": new_code()}
    api.post("/v1/widgets", key, json=other).expect(422, "key-reused")
    assert count(sql, other["code"]) == 0


def test_key_belongs_to_operation_and_path(api, widget, key):
    first, second = widget().json()["id"], widget().json()["id"]
    body = {"colour": "red"}
    assert api.post(f"/v1/widgets/{first}/paint", key, json=body).expect(200).json()["id"] == first
    assert api.post(f"/v1/widgets/{second}/paint", key, json=body).expect(200).json()["id"] == second
    assert api.post(f"/v1/widgets/{first}/paint", key, json=body).expect(200).json()["id"] == first
    api.post(f"/v1/faults/locked/{first}", key).expect(200)


def test_action_has_one_effect(api, widget, key):
    path = f"/v1/widgets/{widget().json()['id']}/paint"
    first = api.post(path, key, json={"colour": "blue"}).expect(200)
    again = api.post(path, key, json={"colour": "blue"}).expect(200)
    assert first.version == again.version == "2"
    api.post(path, json={"colour": "blue"}).expect(409, "conflict")


def test_failure_is_not_remembered(api, sql, widget, new_code, batch, key):
    taken = widget().json()
    body = {"code": taken["code"], "name": "x", "batch": batch}
    api.post("/v1/widgets", key, json=body).expect(409, "conflict")
    sql("update engine.widget set code = %s where id = %s", new_code(), taken["id"])
    api.post("/v1/widgets", key, json=body).expect(201)
    invalid = {"code": new_code(), "name": "", "batch": batch}
    other = str(uuid.uuid4())
    api.post("/v1/widgets", other, json=invalid).expect(422, "invalid-body")
    api.post("/v1/widgets", other, json={**invalid, "name": "x"}).expect(201)


def test_invalid_body_is_judged_before_the_key(api, new_code, batch, key):
    api.post("/v1/widgets", key, json={"code": new_code(), "name": "x", "batch": batch}).expect(201)
    api.post("/v1/widgets", key, json={"code": "bad", "name": "x"}).expect(422)


def test_key_expires(api, sql, new_code, batch, key):
    body = {"code": new_code(), "name": "x", "batch": batch}
    api.post("/v1/widgets", key, json=body).expect(201)
    sql("update accord.idempotency set created_at = created_at - interval '25 hours' where key = %s", key)
    other = {**body, "code": new_code()}
    api.post("/v1/widgets", key, json=other).expect(201)
    api.post("/v1/widgets", key, json=other).expect(201)
    api.post("/v1/widgets", key, json=body).expect(422, "key-reused")


def test_simultaneous_repeats_have_one_effect(service, make_api, sql, new_code, key):
    code = new_code()

    def attempt(_):
        return make_api(service).post("/v1/faults/wait", key, json={"code": code, "seconds": 0.4})

    try:
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(attempt, range(6)))
        made = [answer for answer in answers if answer.status == 201]
        busy = [answer for answer in answers if answer.status != 201]
        assert made and len({answer.body for answer in made}) == 1
        for answer in busy:
            answer.expect(409, "busy")
            assert int(answer.header("Retry-After")) >= 1
        assert count(sql, code) == 1
        assert attempt(None).expect(201).body == made[0].body
    finally:
        sql("delete from engine.widget where batch = 'slow'")


def test_query_takes_no_key(api):
    api.call("POST", "/v1/search", json={"text": "nothing like it"}).expect(200)
