# SPDX-License-Identifier: MIT
"""Parameters: each type and style, defaults, and what is refused."""

import datetime

import pytest

from wire import exchange, request

ECHO = "/v1/echo/a/1"


@pytest.mark.parametrize("query, member, value", [
    ("string=", "string", ""),
    ("string=a+b%20c%2Bd", "string", "a b c+d"),
    ("string=%C3%A9%F0%9F%90%9D", "string", "é🐝"),
    ("string=a%26b%3Dc", "string", "a&b=c"),
    ("string=a=b", "string", "a=b"),
    ("string=null", "string", "null"),
    ("str%69ng=x", "string", "x"),
    ("string=a,b", "string", "a,b"),
    ("decimal=1.25", "decimal", 1.25),
    ("decimal=-999.75", "decimal", -999.75),
    ("decimal=1e2", "decimal", 100),
    ("decimal=7", "decimal", 7),
    ("whole=9007199254740993", "whole", 9007199254740993),
    ("whole=-9223372036854775808", "whole", -9223372036854775808),
    ("whole=0", "whole", 0),
    ("truth=true", "truth", True),
    ("truth=false", "truth", False),
    ("day=2024-02-29", "day", "2024-02-29"),
    ("key=0190163D-8694-739b-aea5-966c26f8ad91", "key", "0190163d-8694-739b-aea5-966c26f8ad91"),
    ("words=a", "words", ["a"]),
    ("words=a,b+c,%C3%A9", "words", ["a", "b c", "é"]),
    ("words=a%2Cb,c", "words", ["a,b", "c"]),
    ('words=%22,%7B%7D,%5C', "words", ['"', "{}", "\\"]),
    ("words=null,NULL", "words", ["null", "NULL"]),
    ("numbers=0,9,5", "numbers", [0, 9, 5]),
    ("flags=true,false", "flags", [True, False]),
    ("level=9", "level", 9),
    ("colours=green", "colours", ["green"]),
])
def test_value_is_understood(api, query, member, value):
    assert api.get(f"{ECHO}?{query}").expect(200).json()[member] == value


def test_moment_is_an_instant(api):
    moment = api.get(f"{ECHO}?moment=2024-06-01T12:00:00%2B01:00").expect(200).json()["moment"]
    assert datetime.datetime.fromisoformat(moment) == datetime.datetime(2024, 6, 1, 11, tzinfo=datetime.timezone.utc)


def test_absent_values_are_null_or_the_default(api):
    reply = api.get(ECHO, headers={"X-Request-Id": "given-1"}).expect(200).json()
    assert reply == {
        "text": "a", "number": 1, "string": None, "decimal": None, "whole": None, "truth": None, "day": None,
        "moment": None,
        "key": None, "words": None, "numbers": None, "flags": None, "level": 7, "colours": ["red", "blue"],
        "requestId": "given-1", "caller": None,
    }


@pytest.mark.parametrize("query, parameter", [
    ("string=" + "a" * 201, "string"),
    ("decimal=1.1", "decimal"), ("decimal=-1000", "decimal"), ("decimal=1000.25", "decimal"), ("decimal=", "decimal"),
    ("decimal=NaN", "decimal"), ("decimal=Infinity", "decimal"), ("decimal=0x10", "decimal"),
    ("decimal=1,5", "decimal"),
    ("decimal=+1", "decimal"), ("decimal=%201", "decimal"), ("decimal=1e999", "decimal"),
    ("whole=1.5", "whole"), ("whole=9223372036854775808", "whole"), ("whole=", "whole"), ("whole=1x", "whole"),
    ("whole=01", "whole"), ("whole=--1", "whole"), ("whole=true", "whole"),
    ("truth=1", "truth"), ("truth=TRUE", "truth"), ("truth=yes", "truth"), ("truth=", "truth"),
    ("day=2023-02-29", "day"), ("day=2024-1-1", "day"), ("day=20240101", "day"), ("day=today", "day"),
    ("moment=2024-01-01", "moment"), ("moment=2024-01-01T00:00:00", "moment"),
    ("moment=2024-01-01T25:00:00Z", "moment"),
    ("key=123", "key"), ("key=0190163d8694739baea5966c26f8ad91", "key"),
    ("words=", "words"), ("words=a,b,c,d,e", "words"), ("words=a,a", "words"), ("words=" + "a" * 21, "words"),
    ("numbers=1,,2", "numbers"), ("numbers=1,10", "numbers"), ("numbers=1,x", "numbers"), ("flags=true,1", "flags"),
    ("level=8", "level"), ("level=", "level"), ("colours=purple", "colours"), ("colours=red,purple", "colours"),
])
def test_value_that_breaks_its_schema_is_400(api, query, parameter):
    answer = api.get(f"{ECHO}?{query}").expect(400, "invalid-parameter")
    assert parameter in {error["parameter"].split("/")[0] for error in answer.json()["errors"]}


@pytest.mark.parametrize("query, parameter", [
    ("colour=red", "colour"), ("String=a", "String"), ("level%20=1", "level "), ("text=b", "text"),
    ("number=2", "number"),
    ("words[]=a", "words[]"), ("caller_subject=x", "caller_subject"), ("request_id=x", "request_id"),
    ("limit=1", "limit"),
])
def test_unknown_parameter_is_400(api, query, parameter):
    answer = api.get(f"{ECHO}?{query}").expect(400, "invalid-parameter")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("query", ["whole=1&whole=2", "whole=1&whole=1", "words=a&words=b", "wh%6Fle=1&whole=1"])
def test_repeated_parameter_is_400(api, query):
    answer = api.get(f"{ECHO}?{query}").expect(400, "invalid-parameter")
    assert answer.json()["errors"][0]["parameter"] in ("whole", "words")


@pytest.mark.parametrize("query", [
    "string=%", "string=%4", "string=%zz", "string=%ff", "string=%c0%af", "string=%ed%a0%80", "string=a%00b", "=a",
    "a%ff=1",
])
def test_query_that_cannot_be_decoded_is_400(service, query):
    reply = exchange(service.port, request("GET", f"{ECHO}?{query}"))
    assert (reply.status, reply.slug) == (400, "malformed-request")


def test_too_many_parameters_are_400(api):
    api.get(f"{ECHO}?" + "&".join(f"a{number}=1" for number in range(65))).expect(400)
    api.get("/v1/widgets?makerId=" + ",".join("1" for _ in range(101))).expect(400, "invalid-parameter")


def test_all_faults_are_reported_at_once(api):
    answer = api.get(f"{ECHO}?whole=x&truth=maybe&day=never&other=1&level=8").expect(400, "invalid-parameter")
    assert {error["parameter"] for error in answer.json()["errors"]} == {"whole", "truth", "day", "other", "level"}


def test_empty_query_is_no_query(api):
    api.get(f"{ECHO}?").expect(200)


def test_required_parameter_is_required(api):
    answer = api.get("/v1/faults/data").expect(400, "invalid-parameter")
    assert answer.errors() == {"divisor": "required"}


def test_values_reach_sql_as_values(api):
    text = "'; drop table engine.widget; --"
    assert api.get(f"{ECHO}?string=%27;%20drop%20table%20engine.widget;%20--").expect(200).json()["string"] == text
    api.get("/v1/widgets").expect(200)


@pytest.mark.parametrize("path", ["/livez?x=1", "/openapi.json?a=b", "/problems/not-found?q=1", "/v1/private/?x=1"])
def test_service_operations_know_no_parameters_either(api, path):
    assert api.get(path).status in (400, 404)
