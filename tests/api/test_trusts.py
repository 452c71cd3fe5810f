# SPDX-License-Identifier: MIT
"""Trusts: trusts_list, trusts_get, trusts_schools_list; and the trust that a school shows."""

import pytest


def uids(items):
    return {item["uid"] for item in items}


def every(api, **query):
    return api.every("/v1/trusts", limit=500, **query)


def wanted(sql, where, *values):
    return {uid for uid, in sql(f"select uid from reference.trust t where {where}", *values)}


def test_one_trust_in_full(api):
    found = api.ok("/v1/trusts/900001").json()
    assert found == {
        "uid": 900001, "name": "Test Academies", "groupId": "TR99001", "companiesHouseNumber": "09990001",
        "ukprn": "99900001", "type": {"code": "6", "name": "Multi-academy trust"}, "status": "Open",
        "openedOn": "2011-04-01", "closedOn": None, "schools": 6, "demonstration": False, "sourceDate": None,
        "self": "/v1/trusts/900001"}
    assert api.ok(found["self"]).json() == found


def test_list_and_single_have_one_shape(api):
    for item in api.ok("/v1/trusts", limit=20).items():
        assert api.ok(item["self"]).json() == item


@pytest.mark.parametrize("uid", ["900999", "0", "TR99001", "900001x", "1234567890"])
@pytest.mark.parametrize("tail", ["", "/schools"])
def test_an_unknown_trust_is_not_found(api, uid, tail):
    api.get(f"/v1/trusts/{uid}{tail}").problem(404, "not-found")


def test_filter_by_type_and_status(api, sql):
    assert uids(every(api)) == wanted(sql, "true")
    for kind in ("Multi-academy trust", "Single-academy trust"):
        assert uids(every(api, type=kind)) == wanted(sql, "type_name = %s", kind)
    both = ["Multi-academy trust", "Single-academy trust"]
    assert uids(every(api, type=both, status="Closed")) == wanted(
        sql, "type_name = any(%s) and status = 'Closed'", both) >= {900002}
    assert every(api, status="Dissolved") == []


def test_filter_by_authority_of_its_schools(api, sql):
    where = ("exists (select from reference.trust_school join reference.school using (urn)"
             " where uid = t.uid and local_authority_code = any(%s))")
    camden = wanted(sql, where, ["E09000007"])
    assert 900001 in camden
    assert uids(every(api, localAuthority="202")) == uids(every(api, localAuthority="E09000007")) == camden
    assert uids(every(api, localAuthority=["202", "E09000001"])) == wanted(sql, where, ["E09000007", "E09000001"])
    assert every(api, localAuthority="999") == []


def test_schools_of_a_trust(api, sql):
    found = api.every("/v1/trusts/900001/schools", limit=4)
    assert [item["urn"] for item in found] == [urn for urn, in sql(
        "select urn from reference.school join reference.trust_school using (urn) where uid = 900001"
        " order by sort_name, urn")]
    for item in found:
        assert api.ok(item["self"]).json() == item
        assert item["trust"]["uid"] == 900001 and item["trust"]["name"] == "Test Academies"


def test_a_trust_without_schools_has_none(api):
    assert api.ok("/v1/trusts/900002").json()["schools"] == 0
    assert api.ok("/v1/trusts/900002/schools").json() == {"items": [], "next": None}


def test_a_school_shows_its_trust(api):
    assert api.ok("/v1/schools/990003").json()["trust"] == {
        "uid": 900001, "name": "Test Academies", "demonstration": False, "joinedOn": "2015-09-01"}
    assert api.ok("/v1/schools/990001").json()["trust"] is None


def test_a_demonstration_says_so(api, sql):
    assert {item["uid"] for item in every(api) if item["demonstration"]} == wanted(sql, "demonstration") >= {900003}
    assert api.ok("/v1/schools/990009").json()["trust"]["demonstration"] is True


@pytest.mark.parametrize("query, parameter", [
    ({"type": ""}, "type"), ({"localAuthority": "Camden"}, "localAuthority"), ({"order": "schools"}, "order"),
    ({"uid": 900001}, "uid"), ({"limit": 0}, "limit"),
])
def test_malformed_parameter_is_refused(api, query, parameter):
    assert api.get("/v1/trusts", **query).problem(400, "invalid-parameter") == [parameter]
