# SPDX-License-Identifier: MIT
"""Writes: create, replace, merge patch, delete, actions; preconditions; what constraints mean to a client."""

import uuid

import pytest

UNKNOWN = f"/v1/widgets/{uuid.UUID(int=7)}"
TEXT_OF_THE_DATABASE = (b"constraint", b"engine.", b"widget_", b"relation", b"violates", b"SQLSTATE",
                        b"duplicate key")


def at(made):
    return "/v1/widgets/" + made.json()["id"]


def refused(answer, status, slug, pointer=None):
    answer.expect(status, slug)
    for text in TEXT_OF_THE_DATABASE:
        assert text not in answer.body, answer.body
    if pointer:
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    return answer


def test_create_returns_the_resource_and_where_it_is(api, service, widget, new_code):
    code = new_code()
    made = widget(code=code, name="Ärmel 🐝", weight=1.25, tags=["a", 'b"c', "d,e"], madeOn="2024-02-29",
                  fragile=False)
    body = made.json()
    identifier = uuid.UUID(body["id"])
    assert identifier.version == 7
    assert made.header("Location") == f"{service.public}/v1/widgets/{identifier}"
    assert (made.version, body["code"], body["name"], body["weight"], body["tags"], body["state"],
            body["fragile"]) == (
        "1", code, "Ärmel 🐝", 1.25, ["a", 'b"c', "d,e"], "draft", False)
    assert api.get(at(made)).expect(200).json() == body


def test_public_url_makes_every_absolute_link(start, database, make_api, batch, new_code):
    service = start(database, public_url="https://api.accord.example")
    api = make_api(service)
    made = api.post("/v1/widgets", json={"code": new_code(), "name": "x", "batch": batch}).expect(201)
    assert made.header("Location") == f"https://api.accord.example/v1/widgets/{made.json()['id']}"
    assert api.get("/nowhere").json()["type"] == "https://api.accord.example/problems/not-found"
    api.post("/v1/widgets", json={"code": new_code(), "name": "x", "batch": batch}).expect(201)
    link = api.get(f"/v1/widgets?batch={batch}&limit=1").header("Link")
    assert link.startswith("<https://api.accord.example/v1/widgets?") or link.startswith("</v1/widgets?")
    assert service.stop() == 0


CONSTRAINTS = [
    ({"makerId": 99}, 422, "rule-broken", "/makerId"),
    ({"startsOn": "2024-02-01", "endsOn": "2024-01-01"}, 422, "rule-broken", "/endsOn"),
    ({"quantity": 1500000}, 422, "rule-broken", None),
    ({"shelf": {"from": 10, "to": 5}}, 422, None, None),
    ({"weight": 99999.9999}, 422, None, None),
]


@pytest.mark.parametrize("members, status, slug, pointer", CONSTRAINTS)
def test_constraint_is_a_problem(api, sql, batch, new_code, members, status, slug, pointer):
    code = new_code()
    refused(api.post("/v1/widgets", json={"code": code, "name": "x", "batch": batch, **members}), status, slug,
            pointer)
    assert sql("select count(*) from engine.widget where code = %s", code) == [(0,)]


def test_constraint_says_its_comment(api, new_code):
    answer = api.post("/v1/widgets", json={"code": new_code(), "name": "x", "startsOn": "2024-02-01",
                                           "endsOn": "2024-01-01"})
    assert "It ends before it starts." in answer.expect(422, "rule-broken").body.decode()


def test_constraint_means_what_its_own_relation_says(api, batch, widget, new_code):
    """Of three relations that have constraints of the same names, one says nothing of its own."""
    bounded = refused(api.post("/v1/widgets", json={"code": new_code(), "name": "x", "quantity": 1500000}), 422,
                      "rule-broken")
    assert bounded.json()["errors"] == []
    for members, status, slug, pointer in (({"serial": "S-0", "code": new_code()}, 422, "rule-broken", "/serial"),
                                           ({"code": widget().json()["code"]}, 409, "conflict", "/code")):
        refused(api.post("/v1/widgets", json={"name": "x", "batch": batch, **members}), status, slug, pointer)


def test_unique_violation_is_a_conflict(api, widget, new_code):
    made = widget(serial="S-1").json()
    refused(api.post("/v1/widgets", json={"code": made["code"], "name": "x"}), 409, "conflict", "/code")
    refused(api.post("/v1/widgets", json={"code": new_code(), "name": "x", "serial": "S-1"}), 409, "conflict")


def test_exclusion_violation_is_a_conflict(api, widget, new_code):
    widget(shelf={"from": 100, "to": 200})
    overlapping = {"code": new_code(), "name": "x", "shelf": {"from": 199, "to": 300}}
    refused(api.post("/v1/widgets", json=overlapping), 409, "conflict", "/shelf")
    widget(shelf={"from": 200, "to": 300})


def test_change_can_break_a_constraint_too(api, widget):
    made = widget()
    refused(api.change("PATCH", at(made), made.etag, json={"makerId": 99}), 422, "rule-broken", "/makerId")
    refused(api.change("PATCH", at(made), made.etag, json={"code": widget().json()["code"]}), 409, "conflict",
            "/code")
    assert api.get(at(made)).etag == made.etag


def test_replace_sets_everything(api, widget, batch, new_code):
    made = widget(weight=2, colour="red", tags=["a"], location={"longitude": 1, "latitude": 2})
    body = {"code": new_code(), "name": "new", "batch": batch, "quantity": 9}
    changed = api.change("PUT", at(made), made.etag, json=body).expect(200)
    assert changed.version == "2"
    got = changed.json()
    assert got == {**made.json(), **body, "weight": None, "colour": None, "tags": [], "location": None}
    assert api.get(at(made)).json() == got


@pytest.fixture(params=["PUT", "PATCH", "DELETE"])
def method(request):
    return request.param


@pytest.fixture
def body(method, new_code, batch):
    """What the method's request says."""
    return {"PUT": {"code": new_code(), "name": "x", "batch": batch}, "PATCH": {"name": "x"}, "DELETE": None}[method]


class TestPreconditions:
    def test_missing_is_428(self, api, widget, method, body):
        api.call(method, at(widget()), json=body).expect(428, "precondition-required")

    def test_unknown_resource_is_404(self, api, method, body):
        for etag in ('"1.x"', "*"):
            api.change(method, UNKNOWN, etag, json=body).expect(404, "not-found")

    @pytest.mark.parametrize("form", ['"2.abc"', '"0.{hash}"', "W/{etag}", '"x"', '"{hash}"', '"1"x', '"11.{hash}"',
                                      '""', "1"])
    def test_stale_or_weak_is_412(self, api, widget, method, body, form):
        made = widget()
        header = form.format(etag=made.etag, hash=made.etag.strip('"').split(".")[1])
        answer = api.change(method, at(made), header, json=body)
        assert answer.status == 412 or (answer.status == 400 and form in ('"1"x', "1")), answer.body
        assert api.get(at(made)).etag == made.etag

    @pytest.mark.parametrize("form", ["{etag}", "*", '"1.another-body"', '"1.x-gz"', '"9.z", {etag}', '{etag},"x"',
                                      'W/"1.x", {etag}'])
    def test_present_version_goes_through(self, api, widget, method, body, form):
        made = widget()
        answer = api.change(method, at(made), form.format(etag=made.etag), json=body)
        assert answer.status == (204 if method == "DELETE" else 200), answer.body

    def test_stale_version_comes_before_later_refusals(self, api, widget, method, body):
        made = widget()
        answer = api.change(method, at(made), '"9.x"', json=body and {**body, "makerId": 99})
        answer.expect(412, "precondition-failed")


def test_stale_delete_of_a_widget_with_parts_is_412_and_a_fresh_one_409(api, sql, widget):
    made = widget()
    sql("insert into engine.part (widget_id, position, label) values (%s, 1, 'x')", made.json()["id"])
    api.change("DELETE", at(made), '"9.x"').expect(412, "precondition-failed")
    refused(api.change("DELETE", at(made), made.etag), 409, "conflict")
    api.get(at(made)).expect(200)


def test_deleted_is_gone(api, widget):
    made = widget()
    gone = api.change("DELETE", at(made), made.etag).expect(204)
    assert not gone.body and "Content-Type" not in gone.headers and "Content-Length" not in gone.headers
    api.get(at(made)).expect(404, "not-found")
    api.change("DELETE", at(made), made.etag).expect(404, "not-found")


FULL = {"name": "full", "weight": 1.5, "colour": "red", "tags": ["a", "b"],
        "location": {"longitude": 1, "latitude": 2},
        "startsOn": "2024-01-01", "endsOn": "2024-02-01", "quantity": 4}


@pytest.mark.parametrize("patch, changes", [
    ({}, {}),
    ({"name": "new"}, {"name": "new"}),
    ({"weight": None}, {"weight": None}),
    ({"weight": None, "colour": None, "quantity": 0}, {"weight": None, "colour": None, "quantity": 0}),
    ({"tags": ["c"]}, {"tags": ["c"]}),
    ({"tags": []}, {"tags": []}),
    ({"tags": None}, {"tags": []}),
    ({"location": {"latitude": 5}}, {"location": {"longitude": 1, "latitude": 5}}),
    ({"location": None}, {"location": None}),
    ({"endsOn": None}, {"endsOn": None}),
    ({"endsOn": None, "startsOn": None}, {"endsOn": None, "startsOn": None}),
    ({"nothing": None}, {}),
    ({"quantity": 5.0}, {"quantity": 5}),
])
def test_merge_patch(api, widget, patch, changes):
    made = widget(**FULL)
    changed = api.change("PATCH", at(made), made.etag, json=patch).expect(200)
    assert changed.json() == {**made.json(), **changes}
    assert int(changed.version) == 2


@pytest.mark.parametrize("patch, pointer, code", [
    ({"name": None}, "/name", "required"),
    ({"name": ""}, "/name", "minLength"),
    ({"weight": -1}, "/weight", "minimum"),
    ({"tags": ["a", "a"]}, "/tags", "uniqueItems"),
    ({"tags": [None]}, "/tags/0", "type"),
    ({"location": {"latitude": None}}, "/location/latitude", "required"),
    ({"location": {"latitude": 91}}, "/location/latitude", "maximum"),
    ({"startsOn": None}, None, "dependentRequired"),
    ({"unknown": 1}, "/unknown", "additionalProperties"),
    ({"state": "painted"}, "/state", "additionalProperties"),
    ({"id": str(uuid.UUID(int=1))}, "/id", "additionalProperties"),
    ({"shelf": {"from": 3}}, "/shelf/to", "required"),
    (["not", "an", "object"], "", "type"),
    ("text", "", "type"),
])
def test_merge_patch_whose_result_breaks_the_schema(api, widget, patch, pointer, code):
    made = widget(**FULL)
    answer = api.change("PATCH", at(made), made.etag, json=patch).expect(422, "invalid-body")
    errors = answer.json()["errors"]
    assert code in [error["code"] for error in errors], errors
    if pointer is not None:
        assert pointer in [error["pointer"] for error in errors], errors
    assert api.get(at(made)).etag == made.etag


def test_null_is_not_a_value_outside_a_patch(api, widget, new_code):
    answer = api.post("/v1/widgets", json={"code": new_code(), "name": "x", "weight": None}).expect(422,
                                                                                                    "invalid-body")
    assert answer.errors() == {"/weight": "type"}


def test_all_violations_of_a_create_at_once(api):
    body = {"code": "x", "name": "", "weight": "heavy", "tags": ["a", 1], "location": {"longitude": 181},
            "other": True}
    answer = api.post("/v1/widgets", json=body).expect(422, "invalid-body")
    assert answer.errors() == {
        "/code": "pattern",
        "/name": "minLength",
        "/weight": "type",
        "/tags/1": "type",
        "/location/latitude": "required",
        "/location/longitude": "maximum",
        "/other": "additionalProperties",
    }


def test_action_moves_the_state_machine_once(api, widget):
    made = widget()
    painted = api.post(at(made) + "/paint", json={"colour": "green"}).expect(200)
    assert (painted.json()["state"], painted.json()["colour"], painted.version) == ("painted", "green", "2")
    refused(api.post(at(made) + "/paint", json={"colour": "red"}), 409, "conflict", "/state")
    assert api.get(at(made)).json()["colour"] == "green"
    api.post(UNKNOWN + "/paint", json={"colour": "red"}).expect(404, "not-found")
    api.post(at(made) + "/paint", json={"colour": "pink"}).expect(422, "invalid-body")


def test_last_statement_without_a_row_undoes_everything(api, sql):
    refused(api.post("/v1/faults/vanish"), 404, "not-found")
    assert sql("select count(*) from engine.widget where code = 'VA-0001'") == [(0,)]


def test_locked_row_is_busy(api, database, widget):
    made = widget()
    path = "/v1/faults/locked/" + made.json()["id"]
    api.post(path).expect(200)
    other = database.connect()
    other.autocommit = False
    try:
        other.cursor().execute("select from engine.widget where id = %s for update", (made.json()["id"],))
        answer = refused(api.post(path), 409, "busy")
        assert int(answer.header("Retry-After")) >= 1
    finally:
        other.rollback()
        other.close()
    api.post(path).expect(200)
