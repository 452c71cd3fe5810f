# SPDX-License-Identifier: MIT
"""The publishers' code lists: code_lists_list, codes_list."""

import pytest

PATH = "/v1/code-lists"


def codes(api, **query):
    return [item["code"] for item in api.every(f"{PATH}/TestList", **query)]


def test_lists_are_listed_with_their_size(api, sql):
    found = api.every(PATH, limit=3)
    assert [(item["name"], item["codes"], item["dated"]) for item in found] == sql(
        'select list, count(*), bool_or(coalesce(valid_from, valid_to) is not null) from reference.code'
        ' group by list order by list collate "C"')
    assert {"PhaseOfEducation", "EstablishmentStatus", "TestList"} <= {item["name"] for item in found}


def test_every_list_can_be_read(api, sql):
    for about in api.every(PATH):
        page = api.ok(about["self"], limit=500).json()
        assert {name: page[name] for name in about} == about
        assert len(page["items"]) == min(about["codes"], 500)
        assert [(item["code"], item["name"]) for item in page["items"]] == sql(
            "select code, name from reference.code where list = %s order by code limit 500", about["name"])


def test_codes_are_dated(api):
    page = api.ok(f"{PATH}/TestList").json()
    assert page["dated"] is True and page["codes"] == 4
    assert page["items"][0] == {"code": "10", "name": "Ten", "description": None, "validFrom": "2020-09-01",
                                "validTo": "2024-08-31"}
    assert page["items"][2] == {"code": "9", "name": "Nine", "description": "Always", "validFrom": None,
                                "validTo": None}


@pytest.mark.parametrize("day, valid", [
    ("2019-08-31", ["9", "A"]), ("2019-09-01", ["9"]), ("2020-09-01", ["10", "9"]), ("2024-08-31", ["10", "9"]),
    ("2024-09-01", ["11", "9"]), ("1066-10-14", ["9", "A"]),
])
def test_codes_of_a_day(api, day, valid):
    assert codes(api, validOn=day) == valid


def test_order_is_that_of_text(api):
    assert codes(api) == ["10", "11", "9", "A"] == codes(api, order="-code", limit=1)[::-1]


@pytest.mark.parametrize("name", ["Unheard", "testlist", "Test-List", "1", "TestList;", "A" * 65])
def test_unknown_list_is_not_found(api, name):
    api.get(f"{PATH}/{name}").problem(404, "not-found")


@pytest.mark.parametrize("query, parameter", [
    ({"validOn": "2024"}, "validOn"), ({"validOn": "2023-02-29"}, "validOn"), ({"order": "name"}, "order"),
    ({"list": "TestList"}, "list"),
])
def test_malformed_parameter_is_refused(api, query, parameter):
    assert api.get(f"{PATH}/TestList", **query).problem(400, "invalid-parameter") == [parameter]


def test_a_day_that_no_calendar_has_is_a_fault_of_the_query(api):
    """It is of the form that RFC 3339 has."""
    assert api.get(f"{PATH}/TestList", validOn="0000-01-01").problem(400, "invalid-parameter") == ["validOn"]
