# SPDX-License-Identifier: MIT
"""What organisations offer and need: partnership_notices_list, partnership_notices_get, partnership_notices_create,
partnership_notices_update, partnership_notices_publish, partnership_notices_withdraw,
organisations_partnership_notices_list, organisations_partnership_notices_get."""

import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest

PATH = "/v1/partnership-notices"


def later(**span):
    return (datetime.now(timezone.utc) + timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def request(**changes):
    body = {"kind": "offer", "title": "A physics technician", "summary": "One day a week, in Camden.",
            "areas": ["teaching"], "expiresAt": later(days=30), **changes}
    return {name: value for name, value in body.items() if value is not None}


def post(api, headers, path, body=None):
    return api.call("POST", path, headers={**headers, "Idempotency-Key": str(uuid.uuid4())}, body=body)


def make(api, headers, **changes):
    answer = post(api, headers, PATH, request(**changes))
    assert answer.status == 201, answer.body
    return answer.json()


def publish(api, headers, **changes):
    answer = post(api, headers, make(api, headers, **changes)["self"] + "/publish")
    assert answer.status == 200, answer.body
    return answer.json()


def patch(api, headers, path, **changes):
    return api.call("PATCH", path, headers={"If-Match": "*", **headers}, body=changes)


def every(api, path, headers):
    while path:
        page = api.get(path, headers=headers).json()
        yield from page["items"]
        path = page["next"]


@pytest.fixture
def home(callers):
    """An organisation of the test's own and an editor of it."""
    organisation = callers.organisation(None)
    return organisation, callers.person((organisation, "editor"))


@pytest.fixture(scope="module")
def operator(callers):
    return callers.role(callers.organisation(None, state="verified"), "operator")


def test_a_draft_is_published_changed_and_withdrawn(api, home):
    organisation, editor = home
    made = post(api, editor, PATH, request())
    notice, own = made.json(), made.headers["Location"].split("/v1/", 1)[1]
    assert (notice["state"], notice["publishedAt"], notice["organisation"]["id"]) == ("draft", None, organisation)
    read = api.get("/v1/" + own, headers=editor)
    assert read.json() == notice
    api.get(notice["self"]).problem(404, "not-found")
    shown = post(api, editor, notice["self"] + "/publish")
    assert shown.json()["state"] == "published" and shown.json()["publishedAt"]
    assert api.ok(notice["self"]).json() == shown.json()
    patch(api, {**editor, "If-Match": read.headers["ETag"]}, notice["self"],
          title="A technician").problem(412, "precondition-failed")
    tag = api.ok(notice["self"]).headers["ETag"]
    changed = patch(api, {**editor, "If-Match": tag}, notice["self"], title="A technician", subjects=["F3"])
    assert changed.json() == {**shown.json(), "title": "A technician", "subjects": ["F3"]}
    assert api.ok(notice["self"]).json() == changed.json()
    assert post(api, editor, notice["self"] + "/withdraw").json()["state"] == "withdrawn"
    api.get(notice["self"]).problem(404, "not-found")
    assert notice["id"] not in {item["id"] for item in api.every(PATH, organisation=organisation)}


def test_what_cannot_be_done_is_refused_with_what_can(api, home):
    _, editor = home
    shown = publish(api, editor)
    again = post(api, editor, shown["self"] + "/publish")
    again.problem(409, "conflict")
    assert (again.json()["state"], again.json()["allowed"]) == ("published", ["change", "withdraw"])
    post(api, editor, shown["self"] + "/withdraw")
    for answer in (post(api, editor, shown["self"] + "/withdraw"), post(api, editor, shown["self"] + "/publish"),
                   patch(api, editor, shown["self"], title="Again")):
        answer.problem(409, "conflict")
        assert (answer.json()["state"], answer.json()["allowed"]) == ("withdrawn", [])


def test_what_has_expired_is_gone_at_once_and_may_come_back(api, home):
    organisation, editor = home
    shown = publish(api, editor, expiresAt=later(seconds=3))
    assert [item["id"] for item in api.every(PATH, organisation=organisation)] == [shown["id"]]
    while datetime.now(timezone.utc) <= datetime.fromisoformat(shown["expiresAt"]):
        time.sleep(0.05)
    assert not api.every(PATH, organisation=organisation)
    api.get(shown["self"]).problem(404, "not-found")
    own = f"/v1/organisations/{organisation}/partnership-notices"
    assert [item["state"] for item in every(api, own + "?state=expired", editor)] == ["expired"]
    assert patch(api, editor, shown["self"], expiresAt=later(days=1)).json()["state"] == "published"
    assert api.ok(shown["self"]).status == 200


@pytest.mark.parametrize("changes, pointer", [
    ({"areas": ["cooking"]}, "/areas/0"), ({"focusAreas": ["wellbeing", "swimming"]}, "/focusAreas/1"),
    ({"subjects": ["ZZ"]}, "/subjects/0"), ({"phases": ["Tertiary"]}, "/phases/0"), ({"years": ["year99"]}, "/years/0"),
    ({"startsOn": "2026-09-02", "endsOn": "2026-09-01"}, "/endsOn"), ({"expiresAt": later(days=400)}, "/expiresAt"),
    ({"expiresAt": "2020-01-01T00:00:00Z"}, "/expiresAt"),
])
def test_rules(api, home, changes, pointer):
    answer = post(api, home[1], PATH, request(**changes))
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == pointer
    answer = patch(api, home[1], make(api, home[1])["self"], **changes)
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("changes", [
    {"kind": "wish"}, {"title": ""}, {"areas": []}, {"expiresAt": None}, {"place": {"longitude": 0}},
    {"place": {"longitude": 0, "latitude": 0}}, {"state": "published"}, {"summary": "x" * 4001},
])
def test_what_a_notice_cannot_say(api, home, changes):
    post(api, home[1], PATH, request(**changes)).problem(422, "invalid-body")


def test_a_notice_stands_where_it_says_or_where_its_organisation_is(api, callers):
    editor = callers.role(callers.find("urn:100049"), "editor")
    [school] = api.ok("/v1/organisations", urn=100049).items()
    own = publish(api, editor)
    assert own["location"] == school["location"] and own["locationSource"] == "organisation"
    moved = patch(api, editor, own["self"], place={"longitude": -0.1, "latitude": 51.5}).json()
    assert (moved["location"]["longitude"], moved["locationSource"]) == (-0.1, "given")
    near = api.ok(PATH, near="51.5,-0.1", within=10, order="distance").items()
    assert [(item["id"], item["distance"]) for item in near] == [(own["id"], 0)]
    assert patch(api, editor, own["self"], place=None).json()["location"] == school["location"]


def test_one_without_a_place_is_found_otherwise(api, home):
    shown = publish(api, home[1])
    assert shown["location"] is None and shown["locationSource"] is None
    assert shown in api.every(PATH, organisation=home[0])


def test_filters(api, home):
    organisation, editor = home
    wide = publish(api, editor)
    narrow = publish(api, editor, kind="need", title="Mentors of apprentices", areas=["leadership"],
                     focusAreas=["greenCareers"], subjects=["F3", "G1"], phases=["Secondary"], years=["year10"],
                     startsOn="2030-01-01", endsOn="2030-06-30")
    both = [wide["id"], narrow["id"]]
    for query, expected in (
            ({}, both), ({"kind": "need"}, both[1:]), ({"area": "leadership"}, both[1:]),
            ({"area": ["teaching", "leadership"]}, both), ({"focusArea": "greenCareers"}, both),
            ({"focusArea": "attendance"}, both[:1]), ({"subject": "G1"}, both), ({"subject": "W3"}, both[:1]),
            ({"phase": "Secondary"}, both), ({"phase": "Primary"}, both[:1]), ({"year": "year10"}, both),
            ({"year": ["year1", "year2"]}, both[:1]), ({"availableOn": "2030-03-01"}, both),
            ({"availableOn": "2031-01-01"}, both[:1]), ({"q": "mentors appr"}, both[1:]), ({"q": "CAMDEN"}, both),
            ({"q": "mentors physics"}, [])):
        found = [item["id"] for item in api.every(PATH, organisation=organisation, **query)]
        assert sorted(found) == sorted(expected), query


def test_notices_of_a_local_authority(api, callers):
    """By where their organisation is, in either code."""
    organisation, code = callers.sql(
        "select id, local_authority_code from reference.organisation where kind = 'school' and status = 'Open'"
        " and local_authority_code = 'E09000007' order by id desc limit 1")[0]
    notice = publish(api, callers.person((organisation, "editor")))["id"]
    elsewhere = publish(api, callers.person((callers.organisation(None), "editor")))["id"]

    def found(*codes):
        return {item["id"] for item in api.every(PATH, localAuthority=list(codes), limit=500)}

    assert notice in found(code) & found("202") & found("203", "202") and notice not in found("203")
    assert elsewhere not in found(code)
    api.get(PATH, localAuthority="Camden").problem(400, "invalid-parameter")


def test_formats(api, home):
    shown = publish(api, home[1], place={"longitude": -0.1, "latitude": 51.5})
    query = {"organisation": home[0]}
    lines = api.ok(PATH, "text/csv", **query).text().splitlines()
    assert lines[0].startswith("id,kind,title") and lines[1].startswith(f"{shown['id']},offer,A physics technician")
    [feature] = api.ok(PATH, "application/geo+json", **query).json()["features"]
    assert (feature["id"], feature["geometry"]["coordinates"]) == (shown["id"], [-0.1, 51.5])
    assert api.ok(PATH, "application/x-ndjson", **query).text().count("\n") == 1
    assert api.ok(shown["self"], "application/geo+json").json()["geometry"]["type"] == "Point"


def test_open_notices_are_bounded(api, callers, home):
    organisation, editor = home
    for number in range(100):
        callers.publication("notice", organisation, "draft" if number % 2 else "published")
    post(api, editor, PATH, request()).problem(409, "conflict")
    [one] = api.ok(PATH, organisation=organisation, limit=1).items()
    post(api, editor, one["self"] + "/withdraw")
    make(api, editor)


def test_own_ones_are_for_their_organisation_and_whoever_oversees_it(api, callers):
    trust, school = callers.find("uid:900001"), callers.find("urn:990003")
    below, above = callers.role(school, "editor"), callers.role(trust, "editor")
    draft = make(api, below)
    own = f"/v1/organisations/{school}/partnership-notices"
    for headers in (below, above):
        assert draft in every(api, own + "?state=draft", headers)
        assert api.get(f"{own}/{draft['id']}", headers=headers).json() == draft
    patch(api, above, draft["self"], title="Mine").problem(403, "forbidden")
    post(api, above, draft["self"] + "/publish").problem(403, "forbidden")
    post(api, above, draft["self"] + "/withdraw").problem(403, "forbidden")
    stranger = callers.role(callers.find("urn:990008"), "editor")
    api.get(own, headers=stranger).problem(404, "not-found")
    api.get(f"{own}/{draft['id']}", headers=stranger).problem(404, "not-found")


def test_an_operator_withdraws_what_is_no_draft(api, home, operator):
    shown, draft = publish(api, home[1]), make(api, home[1])
    assert post(api, operator, shown["self"] + "/withdraw").json()["state"] == "withdrawn"
    post(api, operator, draft["self"] + "/withdraw").problem(404, "not-found")
    patch(api, operator, shown["self"], title="Mine").problem(403, "insufficient-scope")


def test_a_merged_organisation_s_notices_are_the_survivor_s(api, callers, home, operator):
    shown = publish(api, home[1])
    survivor = callers.find("ukprn:99900102")
    post(api, operator, f"/v1/organisations/{home[0]}/merge", {"into": survivor})
    assert api.ok(shown["self"]).json()["organisation"]["id"] == survivor


def test_a_repeat_has_the_same_answer(api, home):
    sent, body = {**home[1], "Idempotency-Key": str(uuid.uuid4())}, request()
    first, second = (api.call("POST", PATH, headers=sent, body=body) for _ in range(2))
    assert first.status == second.status == 201 and first.json() == second.json()


def test_what_a_closed_organisation_offered_is_gone(api, callers, close):
    one = callers.organisation(None)
    notice = publish(api, callers.person((one, "editor")), title="A hall")
    key = notice["id"]

    def listed():
        return key in {item["id"] for item in api.every(PATH, limit=500)}

    assert listed()
    close(one)
    assert not listed() and api.call("GET", notice["self"]).status == 404
