# SPDX-License-Identifier: MIT
"""Regions and local authorities: regions_list, local_authorities_list, local_authorities_get."""

import pytest

CAMDEN = "E09000007"


def test_regions_are_listed_by_code(api, sql):
    assert [(item["code"], item["name"]) for item in api.every("/v1/regions")] == sql(
        "select code, name from reference.region order by code")


def test_authority_is_found_by_either_code(api):
    found = api.ok(f"/v1/local-authorities/{CAMDEN}").json()
    assert found == api.ok("/v1/local-authorities/202").json()
    assert found["name"] == "Camden" and found["oldCode"] == "202" and found["status"] == "live"
    assert found["region"] == {"code": "E12000007", "name": "London"}
    assert api.ok(found["self"]).json() == found


def test_boundary_encloses_the_authority(api, sql):
    boundary = api.ok(f"/v1/local-authorities/{CAMDEN}").json()["boundary"]
    assert boundary["type"] == "MultiPolygon"
    ring = boundary["coordinates"][0][0]
    assert ring[0] == ring[-1]
    assert all(-0.3 < longitude < 0 and 51.5 < latitude < 51.6 for longitude, latitude in ring)
    schools = api.every("/v1/schools", localAuthority=CAMDEN, limit=500)
    place = schools[0]["location"]
    [(near,)] = sql("select postgis.st_dwithin(boundary::postgis.geography,"
                    " postgis.st_point(%s, %s, 4326)::postgis.geography, 2000)"
                    " from reference.local_authority where code = %s", place["longitude"], place["latitude"], CAMDEN)
    assert near


def test_digits_used_twice_mean_the_living(api, sql):
    twice = sql("""
        select a.old_code, a.code, b.code
        from reference.local_authority a
        join reference.local_authority b on b.old_code = a.old_code and b.status = 'terminated'
        where a.status = 'live'""")
    assert twice
    for digits, living, ended in twice:
        assert api.ok(f"/v1/local-authorities/{digits}").json()["code"] == living
        assert api.ok(f"/v1/local-authorities/{ended}").json()["status"] == "terminated"


def test_digits_of_the_ended_still_find_them(api, sql):
    only = sql("""
        select old_code, (array_agg(code order by closed_on desc))[1]
        from reference.local_authority where old_code is not null
        group by old_code having count(*) filter (where status = 'live') = 0""")
    assert only
    for digits, code in only:
        assert api.ok(f"/v1/local-authorities/{digits}").json()["code"] == code


def test_authority_without_a_boundary_says_so(api, sql):
    [(code,)] = sql("select code from reference.local_authority where boundary is null order by code limit 1")
    assert api.ok(f"/v1/local-authorities/{code}").json()["boundary"] is None
    assert api.ok(f"/v1/local-authorities/{code}", accept="application/geo+json").json()["geometry"] is None


@pytest.mark.parametrize("code", [
    "E09999999", "999", "camden", "e09000007", "02", "20200", "E0900000", "%20202", "202%00",
])
def test_unknown_authority_is_not_found(api, code):
    answer = api.get(f"/v1/local-authorities/{code}")
    if "%00" in code:
        answer.problem(400, "malformed-request")
    else:
        answer.problem(404, "not-found")


def test_london_has_33_living_authorities(api):
    found = api.every("/v1/local-authorities", region="E12000007", status="live")
    assert len(found) == 33
    assert {item["region"]["name"] for item in found} == {"London"}
    assert [item["name"].lower() for item in found] == sorted(item["name"].lower() for item in found)
    assert "boundary" not in found[0]


def test_filters_are_combined(api, sql):
    for regions in (["E12000007"], ["E12000001", "E12000002"]):
        for status in ("live", "terminated"):
            found = {item["code"] for item in api.every("/v1/local-authorities", region=regions, status=status)}
            expected = sql("select code from reference.local_authority where region_code = any(%s) and status = %s",
                           regions, status)
            assert found == {code for code, in expected}


def test_boundaries_come_when_asked_for(api, sql):
    found = api.every("/v1/local-authorities", boundary=True, limit=500)
    known = {code for code, in sql("select code from reference.local_authority where boundary is not null")}
    assert {item["code"] for item in found if item["boundary"]} == known and len(known) == 33
    assert api.every("/v1/local-authorities", boundary=False) == api.every("/v1/local-authorities")


@pytest.mark.parametrize("query, parameter", [
    ({"region": "London"}, "region"), ({"region": ""}, "region"), ({"status": "Live"}, "status"),
    ({"boundary": "yes"}, "boundary"), ({"order": "size"}, "order"), ({"limit": 501}, "limit"),
    ({"limit": "ten"}, "limit"), ({"region": ["E12000007", "E12000007"]}, "region"),
])
def test_malformed_parameter_is_refused(api, query, parameter):
    assert api.get("/v1/local-authorities", **query).problem(400, "invalid-parameter") == [parameter]
