# SPDX-License-Identifier: MIT
"""Regions and local authorities: regions_list, local_authorities_list, local_authorities_get,
local_authorities_summary_get, local_authorities_deprivation_list."""

import pytest

CAMDEN = "E09000007"
OPEN = "local_authority_code = %s and coalesce(status_name, 'Open') in ('Open', 'Open, but proposed to close')"


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


def total(sql, column, code):
    [(value, counted, schools)] = sql(f"select sum({column}), count({column}), count(*) from reference.school"
                                      f" where {OPEN}", code)
    return {"value": value, "counted": counted, "missing": schools - counted}


@pytest.mark.parametrize("code", [CAMDEN, "E09000001", "E09000028"])
def test_summary_adds_up(api, sql, code):
    found = api.ok(f"/v1/local-authorities/{code}/summary").json()
    assert found["code"] == code and found["self"] == f"/v1/local-authorities/{code}/summary"
    [(schools,)] = sql(f"select count(*) from reference.school where {OPEN}", code)
    assert found["schools"] == schools > 0
    assert [(found["statusUnknown"],)] == sql(
        f"select count(*) from reference.school where {OPEN} and status_name is null", code)
    assert found["pupils"] == total(sql, "pupils", code)
    assert found["fsmPupils"] == total(sql, "fsm_pupils", code)
    for groups, column in ((found["phases"], "phase_name"), (found["types"], "type_name")):
        assert {group["name"]: group["schools"] for group in groups} == dict(sql(
            f"select {column}, count(*) from reference.school where {OPEN} group by 1", code))
        assert sum(group["schools"] for group in groups) == schools
        for measure in ("pupils", "fsmPupils"):
            for part in ("counted", "missing"):
                assert sum(group[measure][part] for group in groups) == found[measure][part]
            assert sum(group[measure]["value"] or 0 for group in groups) == (found[measure]["value"] or 0)


def test_summary_says_how_many_have_no_value(api, sql):
    found = api.ok(f"/v1/local-authorities/{CAMDEN}/summary").json()
    [(percent, counted)] = sql(f"""
        select round(100.0 * sum(fsm_pupils) / sum(pupils), 1), count(*) from reference.school
        where {OPEN} and fsm_pupils is not null and pupils > 0""", CAMDEN)
    assert found["fsmPercent"] == {"value": float(percent), "counted": counted, "missing": found["schools"] - counted}
    assert found["fsmPercent"]["missing"] > 0


def test_a_total_of_nothing_is_not_zero(api, sql):
    [(code,)] = sql("select code from reference.local_authority a where not exists (select from reference.school"
                    " where local_authority_code = a.code) and status = 'live' order by code limit 1")
    found = api.ok(f"/v1/local-authorities/{code}/summary").json()
    nothing = {"value": None, "counted": 0, "missing": 0}
    assert found["schools"] == 0 and found["phases"] == found["types"] == []
    assert found["pupils"] == found["fsmPupils"] == found["fsmPercent"] == nothing


def test_summary_by_either_code(api):
    found = api.ok("/v1/local-authorities/202/summary").json()
    assert found == api.ok(f"/v1/local-authorities/{CAMDEN}/summary").json()


@pytest.mark.parametrize("tail", ["summary", "deprivation"])
@pytest.mark.parametrize("code", ["E09999999", "999", "camden"])
def test_parts_of_an_unknown_authority_are_not_found(api, code, tail):
    api.get(f"/v1/local-authorities/{code}/{tail}").problem(404, "not-found")


def test_deprivation_says_which_end_is_which(api, sql):
    page = api.ok(f"/v1/local-authorities/{CAMDEN}/deprivation", limit=500).json()
    assert page["decileOne"] == "mostDeprived" and "2019" in page["source"]
    counts = dict(sql("select imd_decile, count(*) from reference.area_deprivation where local_authority_code = %s"
                      " group by 1", CAMDEN))
    assert page["deciles"] == [{"decile": decile, "areas": counts.get(decile, 0)} for decile in range(1, 11)]
    ranks = [item["overall"]["rank"] for item in page["items"]]
    assert ranks == sorted(ranks) and len(ranks) == sum(counts.values())
    assert {item["decileOne"] for item in page["items"]} == {"mostDeprived"}
    assert api.ok("/v1/local-authorities/202/deprivation", limit=500).items() == page["items"]


def test_deprivation_of_one_area(api):
    [item] = [item for item in api.every(f"/v1/local-authorities/{CAMDEN}/deprivation") if item["code"] == "E01999903"]
    assert item["name"] == "Test Area 3" and item["msoaCode"] is None
    assert item["overall"] == {"rank": 9000, "decile": 3} and item["income"] == {"rank": 1, "decile": 1}
    assert item["crime"] == {"rank": None, "decile": None}


def test_deprivation_by_decile(api, sql):
    for deciles in ([1], [3, 10]):
        found = api.every(f"/v1/local-authorities/{CAMDEN}/deprivation", decile=deciles, limit=7)
        assert {item["code"] for item in found} == {code for code, in sql(
            "select lsoa_code from reference.area_deprivation where local_authority_code = %s and imd_decile = any(%s)",
            CAMDEN, deciles)}


def test_deprivation_of_none_is_empty(api, sql):
    [(code,)] = sql("select code from reference.local_authority a where not exists (select from"
                    " reference.area_deprivation where local_authority_code = a.code) order by code limit 1")
    page = api.ok(f"/v1/local-authorities/{code}/deprivation").json()
    assert page["items"] == [] and page["decileOne"] == "mostDeprived"
    assert sum(tenth["areas"] for tenth in page["deciles"]) == 0


@pytest.mark.parametrize("decile", ["0", "11", "most", "1,1", "1.5"])
def test_malformed_decile_is_refused(api, decile):
    answer = api.get(f"/v1/local-authorities/{CAMDEN}/deprivation?decile={decile}")
    assert answer.problem(400, "invalid-parameter") == ["decile"]
