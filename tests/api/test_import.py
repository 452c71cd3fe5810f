# SPDX-License-Identifier: MIT
"""accord import: publishers' files as they are, whole or not at all, and the same twice."""

import contextlib
import gzip
import io
import json
import os
import pty
import random
import signal
import subprocess
import time
import zipfile

import pytest

import importing
from importing import AREAS, DATA, LISTS, SCHOOLS, run, sample, write_schools

KINDS = "kinds: areas gias gias-links gias-groups code-lists institutions itt-providers itt-partnerships imd census\n"


@pytest.fixture(scope="module", name="migrated")
def fixture_migrated():
    superuser = os.environ["TEST_DATABASE"]
    database = importing.Database(superuser, importing.database_name(superuser))
    database.create()
    yield database
    database.drop()


@pytest.fixture(name="bare")
def fixture_bare(migrated):
    migrated.empty()
    return migrated


@pytest.fixture(name="database")
def fixture_database(bare):
    """With areas, types and code lists, but no schools."""
    assert run(bare, "areas", *sample(*AREAS)).status == 0
    assert run(bare, "gias", *sample(*LISTS)).status == 0
    return bare


def load(database, folder, *changes, **options):
    """Imports a file of schools and returns the run with its rejected rows."""
    path = write_schools(folder / "schools.csv", *changes, **options)
    return run(database, "gias", path, rejects=folder / "rejects.csv")


# --- areas


def test_areas_come_in_any_order_and_once(bare):
    files = sample(*AREAS)
    random.Random(1).shuffle(files)
    first = run(bare, "areas", *files)
    assert first.status == 0, first.errors
    assert [report["format"] for report in first.reports] == ["regions", "authorities", "hierarchy", "boundaries"]
    assert first.counts(0) == (11, 11, 0, 0, 0, 0)
    assert first.counts(1) == (176, 172, 0, 0, 0, 4)
    assert first.counts(3) == (33, 0, 33, 0, 0, 0)
    before = bare.state()
    second = run(bare, "areas", *files)
    assert all(second.counts(index)[1:3] == (0, 0) for index in range(4))
    assert bare.state() == before


def test_an_authority_has_both_codes_dates_and_region(bare):
    run(bare, "areas", *sample(*AREAS))
    row = bare.rows("""select old_code, name, region_code, status, opened_on::text, closed_on::text
        from reference.local_authority where code = 'E09000007'""")[0]
    assert row == ("202", "Camden", "E12000007", "live", "2009-01-01", None)
    row = bare.rows("""select old_code, status, closed_on::text from reference.local_authority
        where code = 'E10000009'""")
    assert row == [("835", "terminated", "2019-03-31")]
    assert bare.value("select old_code from reference.local_authority where code = 'E10000010'") is None
    assert bare.value("select name from reference.local_authority where code = 'E06000010'") \
        == "Kingston upon Hull, City of"


def test_london_is_thirty_three_boroughs_with_boundaries(bare):
    run(bare, "areas", *sample(*AREAS))
    codes = bare.rows("""select code, old_code from reference.local_authority
        where region_code = 'E12000007' and status = 'live' order by code""")
    assert [code for code, _ in codes] == [f"E090000{number:02}" for number in range(1, 34)]
    assert {int(old) for _, old in codes} == {*range(201, 214), *range(301, 321)}
    assert bare.value("select count(*) from reference.local_authority where boundary is not null") == 33
    kind, inside = bare.rows("""select postgis.geometrytype(boundary),
        postgis.st_contains(boundary, postgis.st_setsrid(postgis.st_makepoint(-0.1239, 51.5287), 4326))
        from reference.local_authority where code = 'E09000007'""")[0]
    assert (kind, inside) == ("MULTIPOLYGON", True)
    shape = bare.value("select boundary_geojson from reference.local_authority where code = 'E09000001'")
    assert shape["type"] == "MultiPolygon"
    assert all(len(str(number).split(".")[1]) <= 6 for point in shape["coordinates"][0][0] for number in point)


def test_the_hierarchy_fills_in_regions_that_the_list_of_regions_would_have_told(bare):
    done = run(bare, "areas", *sample("dfe_region_la_hierarchy.csv", "dfe_las.csv"))
    assert done.counts(0)[1] == 172 and done.counts(1)[2] == 172
    assert bare.value("select region_code from reference.local_authority where code = 'E09000007'") == "E12000007"
    assert bare.value("select count(*) from reference.region") == 9


def test_a_hierarchy_without_authorities_is_rejected_row_by_row(bare, tmp_path):
    done = run(bare, "areas", *sample("dfe_region_la_hierarchy.csv"), rejects=tmp_path / "rejects.csv")
    assert done.status == 0
    assert done.counts()[4] == 172
    assert done.rejects[0]["reason"] == (
        "new_la_code: authority E06000047 is not known; import the list of authorities first")


def test_a_successor_takes_over_an_old_code(bare, tmp_path):
    head = "new_la_code,la_name,date_of_operation,date_of_termination,parent_geography_code,status,old_la_code\n"
    path = tmp_path / "authorities.csv"
    path.write_text(head + "E08000016,Barnsley,01/01/2009,,,live,370\n")
    assert run(bare, "areas", path).counts()[1] == 1
    path.write_text(head + "E08000038,Barnsley,01/05/2025,,,live,370\n"
                    "E08000016,Barnsley,01/01/2009,30/04/2025,,terminated,370\n")
    assert run(bare, "areas", path).counts() == (2, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("row, reason", [
    ("E0800001,Barnsley,,,,live,370", "new_la_code: 'E0800001' is not a code of nine characters"),
    ("E08000016,Barnsley,,,,alive,370", "status: 'alive' is neither live nor terminated"),
    ("E08000016,Barnsley,,,,live,37", "old_la_code: '37' is not a code of three digits"),
    ("E08000016,Barnsley,31/02/2009,,,live,370", "date_of_operation: '31/02/2009' is not a day of the calendar"),
    ("E08000016,Barnsley,02/01/2009,01/01/2009,,live,370", "date_of_termination: 2009-01-01 is before 2009-01-02"),
    ("E08000016,,,,,live,370", "la_name: is missing"),
    ("E08000001,Twice,,,,live,371", "new_la_code: E08000001 is in the file before"),
    ("E08000002,Other,,,,live,372", "old_la_code: 372 is the code of another living authority of the file"),
])
def test_bad_authorities_are_rejected(bare, tmp_path, row, reason):
    path = tmp_path / "authorities.csv"
    path.write_text(
        "new_la_code,la_name,date_of_operation,date_of_termination,parent_geography_code,status,old_la_code\n"
        f"E08000001,First,,,,live,372\n{row}\n")
    done = run(bare, "areas", path, rejects=tmp_path / "rejects.csv")
    assert done.reasons() == [(3, reason)]
    assert done.counts() == (2, 1, 0, 0, 1, 0)


def feature(code, geometry, member="CTYUA24CD"):
    return {"type": "Feature", "properties": {"FID": 1, member: code}, "geometry": geometry}


SQUARE = {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52], [0, 52], [0, 51]]]}


def test_boundaries_that_cannot_be_are_rejected(bare, tmp_path):
    run(bare, "areas", *sample("dfe_las.csv"))
    corners = [[530000, 180000], [531000, 180000], [531000, 181000], [530000, 180000]]
    metres = {"type": "Polygon", "coordinates": [corners]}
    features = [
        feature("E09000001", SQUARE, "LAD24CD"),
        feature("W06000001", SQUARE),
        feature("E07000001", SQUARE),
        feature("E09000002", metres),
        feature("E09000003", {"type": "Point", "coordinates": [0, 51]}),
        feature("E09000004", {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52], [0, 52]]]}),
        feature("E09000001", SQUARE),
        feature("E09000099", SQUARE),
        feature("E09000005", SQUARE, "NAME"),
        feature("E09000006", {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [0, 51], [0, 51]]]}),
    ]
    path = tmp_path / "boundaries.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    done = run(bare, "areas", path, rejects=tmp_path / "rejects.csv")
    assert done.counts() == (10, 0, 1, 0, 7, 2)
    rings = "geometry: is not made of closed rings in degrees of longitude and latitude"
    assert done.reasons() == [
        (4, rings),
        (5, "geometry: is neither a Polygon nor a MultiPolygon"),
        (6, rings),
        (7, "code: E09000001 is in the file before"),
        (8, "code: authority E09000099 is not known; import the list of authorities first"),
        (9, "properties: no member such as CTYUA24CD"),
        (10, "geometry: encloses nothing"),
    ]


# --- types and code lists


def test_a_type_has_one_entry_however_many_rows(database):
    assert database.value("select count(*) from reference.establishment_type") == 39
    row = database.rows("""select t.name, g.name, t.sector from reference.establishment_type as t
        join reference.establishment_group as g on g.code = t.group_code where t.code = '10'""")
    assert row == [("Other independent special school", "Special schools", "independent")]


def test_code_lists_keep_the_small_ones(database):
    lists = {name for (name,) in database.rows("select distinct list from reference.code")}
    assert {"PhaseOfEducation", "EstablishmentStatus", "ReligiousCharacter", "Gender", "GOR", "LA"} <= lists
    assert database.value("select count(*) from reference.code where name = ''") == 0
    assert database.value(
        "select name from reference.code where list = 'PhaseOfEducation' and code = '4'") == "Secondary"


def test_big_lists_stay_out(bare, tmp_path):
    path = tmp_path / "lookup.json"
    entries = [("AdministrativeWard", "E05000026", "Abbey"), ("PhaseOfEducation", "02", "Primary"),
               ("Boarders", "9", "")]
    path.write_text(json.dumps([{"Id": code, "Name": name, "LookupType": kind} for kind, code, name in entries]))
    assert run(bare, "gias", path).counts() == (3, 1, 0, 0, 0, 2)
    assert bare.rows("select list, code, name from reference.code") == [("PhaseOfEducation", "2", "Primary")]


def test_lists_come_before_schools_whatever_the_command_line_says(bare, tmp_path):
    run(bare, "areas", *sample("dfe_las.csv"))
    path = write_schools(tmp_path / "schools.csv", {})
    done = run(bare, "gias", path, *sample(*LISTS))
    assert [report["format"] for report in done.reports] == ["types", "lists", "schools"]
    school = bare.school(100008)
    assert (school["type_code"], school["type_group_name"], school["sector"]) \
        == ("1", "Local authority maintained schools", "state")
    assert (school["phase_code"], school["status_code"]) == ("2", "1")


# --- schools: the real files


def test_the_sample_twice_changes_nothing(database):
    first = run(database, "gias", *sample(*SCHOOLS))
    assert (first.counts(0), first.counts(1)) == ((2298, 2298, 0, 0, 0, 0), (820, 820, 0, 0, 0, 0))
    before = database.state()
    second = run(database, "gias", *sample(*SCHOOLS))
    assert (second.counts(0), second.counts(1)) == ((2298, 0, 0, 2298, 0, 0), (820, 0, 0, 820, 0, 0))
    assert run(database, "gias", *sample(*LISTS)).counts(1)[1:3] == (0, 0)
    assert database.state() == before
    sources = dict(database.rows("select location_source, count(*) from reference.school group by 1"))
    assert sources == {"register": 2298, "postcodeDistrict": 800, None: 20}


def test_a_spreadsheets_file_of_140_columns(database):
    done = run(database, "gias", os.path.join(DATA, "gias_140_columns.csv"))
    assert done.counts() == (5, 5, 0, 0, 0, 0), done.errors
    assert "97 of 140 columns not used" in done.output
    school = database.school(100000)
    assert school["la_estab"] == "2013614"
    assert (school["type_code"], school["phase_code"], school["religious_character_code"]) == ("2", "2", "2")
    assert (school["telephone"], school["ukprn"], school["fsm_percent"]) == ("02072831147", "10079319", 18.1)
    assert (school["capacity"], school["pupils"], school["boys"], school["girls"]) == (271, 271, 144, 127)
    abroad = database.school(150516)
    assert (abroad["local_authority_code"], abroad["la_estab"], abroad["grid"]) == (None, None, None)
    assert (abroad["religious_character_name"], abroad["pupils_symbol"], abroad["sector"]) == (None, "x", None)
    assert database.school(101173)["sector"] == "independent"
    assert database.school(100004)["closed_on"] == "1992-08-31"


def test_the_publishers_quoting_and_rows_that_have_shifted(database, tmp_path):
    done = run(database, "gias", os.path.join(DATA, "gias_120_columns.csv"), rejects=tmp_path / "rejects.csv")
    assert done.counts() == (5, 3, 0, 0, 2, 0)
    assert done.reasons() == [(line, "has 135 fields where the header has 120") for line in (5, 6)]
    assert [row["key"] for row in done.rejects] == ["124930", "105135"]
    school = database.school(100001)
    assert (school["name"], school["type_code"], school["sector"], school["phase_code"]) \
        == ("City of London School for Girls", "11", "independent", "0")
    assert school["telephone"].startswith("0")


def test_head_teachers_are_nowhere(database):
    for name in ("gias_140_columns.csv", "gias_120_columns.csv"):
        with open(os.path.join(DATA, name), encoding="utf-8") as file:
            assert "Headteachername" in file.read()
        run(database, "gias", os.path.join(DATA, name))
    tables = database.rows("""select c.oid::regclass::text
        from pg_class as c join pg_namespace as n on n.oid = relnamespace
        where relkind in ('r', 'm') and nspname in ('reference', 'restricted', 'published', 'accord', 'public')""")
    assert len(tables) > 6
    for (table,) in tables:
        assert database.value(f"select count(*) from {table} as t where t::text ~* 'headteachername|invented'") == 0


def test_windows_utf8_and_a_mark_say_the_same(database, tmp_path):
    with open(os.path.join(DATA, "gias_windows_1252.csv"), "rb") as file:
        text = file.read().decode("cp1252")
    (tmp_path / "utf8.csv").write_bytes(text.encode())
    (tmp_path / "mark.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    first = run(database, "gias", os.path.join(DATA, "gias_windows_1252.csv"))
    assert first.counts()[1] == 3 and "(windows-1252, " in first.output
    assert database.school(126416)["name"].startswith("St Thomas à Becket")
    second = run(database, "gias", tmp_path / "utf8.csv", tmp_path / "mark.csv")
    assert (second.counts(0)[3], second.counts(1)[3]) == (3, 3)
    assert "(utf-8, " in second.output and "(utf-8 with mark, " in second.output


def test_the_list_of_all_types_tells_the_sector(database):
    done = run(database, "gias", os.path.join(DATA, "london_all_types.csv"))
    assert done.counts() == (7, 7, 0, 0, 0, 0)
    sectors = dict(database.rows("select sector, count(*) from reference.school group by sector"))
    assert sectors == {"state": 6, "independent": 1}
    assert database.rows("select type_name, type_code from reference.school where type_name is not null") \
        == [("Non-maintained special school", "8")]
    school = database.school(100001)
    assert (school["phase_name"], school["fsm_percent"], school["fsm_percent_symbol"]) == (None, None, "x")
    assert (school["la_estab"], school["opened_on"], school["pupils"]) == ("2016005", "1920-01-01", 739)


def test_a_narrower_file_leaves_the_rest_alone(database):
    run(database, "gias", *sample(SCHOOLS[0]))
    before = database.school(100000)
    run(database, "gias", os.path.join(DATA, "london_all_types.csv"))
    after = database.school(100000)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"pupils", "name", "town", "postcode", "sort_name"}
    assert after["type_name"] == "Voluntary aided school" and after["sector"] == "state"


# --- schools: quirks, one by one


def test_absent_columns_stay_and_blank_ones_clear(database, tmp_path):
    load(database, tmp_path, {})
    load(database, tmp_path, {"EstablishmentName": "Argyle"}, without=("NumberOfPupils", "Easting", "Northing"))
    school = database.school(100008)
    assert (school["name"], school["pupils"], school["easting"], school["longitude"]) \
        == ("Argyle", 335, 530238, -0.123908)
    load(database, tmp_path, {"NumberOfPupils": "", "Easting": "", "Northing": "", "PhaseOfEducation (name)": ""})
    school = database.school(100008)
    assert (school["pupils"], school["pupils_symbol"]) == (None, "x")
    assert (school["easting"], school["longitude"]) == (None, None)
    assert (school["phase_name"], school["phase_code"]) == (None, None)


def test_numbers_as_publishers_write_them(database, tmp_path):
    done = load(database, tmp_path, {
        "NumberOfPupils": "1,335", "PercentageFSM": " 46.90%", "SchoolCapacity": "SUPP", "FSM": "NA",
        "StatutoryLowAge": " 3", "StatutoryHighAge": "11.0"})
    assert done.counts()[1] == 1, done.rejects
    school = database.school(100008)
    assert (school["pupils"], school["fsm_percent"], school["fsm_pupils"]) == (1335, 46.9, None)
    assert (school["capacity"], school["capacity_symbol"]) == (None, "c")
    assert (school["statutory_low_age"], school["statutory_high_age"]) == (3, 11)


def test_unrounded_percentages_are_rounded(database, tmp_path):
    load(database, tmp_path, {"PercentageFSM": "20.25718455"})
    assert database.school(100008)["fsm_percent"] == 20.3


def test_coordinates_become_degrees(database, tmp_path):
    load(database, tmp_path, {}, {"URN": "100009", "Easting": "0", "Northing": "0"})
    school = database.school(100008)
    assert (school["longitude"], school["latitude"]) == (-0.123908, 51.528748)
    assert database.value("select postgis.st_srid(grid) from reference.school where urn = 100008") == 27700
    assert database.school(100009)["grid"] is None


def test_a_school_that_moves_gets_new_degrees(database, tmp_path):
    load(database, tmp_path, {})
    load(database, tmp_path, {"Easting": "533498", "Northing": "181201"})
    school = database.school(100008)
    assert (school["easting"], school["longitude"], school["latitude"]) == (533498, -0.077531, 51.513969)


@pytest.mark.parametrize("change, reason", [
    ({"URN": "12a"}, "URN: '12a' is not a whole number"),
    ({"URN": ""}, "URN: is missing"),
    ({"URN": "0"}, "URN: '0' is out of range"),
    ({"URN": "100008"}, "URN: 100008 is in the file before, on line 2"),
    ({"EstablishmentName": " "}, "EstablishmentName: is missing"),
    ({"LA (code)": "999"}, "LA: authority 999 is not known"),
    ({"LA (code)": "Camden"}, "LA (code): 'Camden' is not a code of digits"),
    ({"EstablishmentNumber": "20190"}, "EstablishmentNumber: '20190' is not a code of digits"),
    ({"OpenDate": "31-02-2001"}, "OpenDate: '31-02-2001' is not a day of the calendar"),
    ({"CloseDate": "soon"}, "CloseDate: 'soon' is not a date"),
    ({"StatutoryLowAge": "-1"}, "StatutoryLowAge: '-1' is not a whole number"),
    ({"StatutoryHighAge": "100"}, "StatutoryHighAge: '100' is out of range"),
    ({"StatutoryLowAge": "12"}, "StatutoryLowAge: 12 is above StatutoryHighAge 11"),
    ({"NumberOfPupils": "many"}, "NumberOfPupils: 'many' is not a whole number"),
    ({"PercentageFSM": "101"}, "PercentageFSM: '101' is more than 100 per cent"),
    ({"Easting": "Camden"}, "Easting: 'Camden' is not a whole number"),
    ({"Easting": "0"}, "Easting: 0 and Northing: 182761 are no point"),
    ({"Northing": ""}, "Easting: 530238 and Northing: 0 are no point"),
    ({"Easting": "700000"}, "Easting: 700000, Northing: 182761 is outside Great Britain"),
    ({"Northing": "1300000"}, "Easting: 530238, Northing: 1300000 is outside Great Britain"),
    ({"UKPRN": "1007931"}, "UKPRN: '1007931' has not the right number of digits"),
    ({"Postcode": "a" * 21}, "Postcode: 'aaaaaaaaaaaaaaaaaaaaa' is too long"),
    ({"EstablishmentName": "é" * 251}, f"EstablishmentName: '{'é' * 20}' is too long"),
])
def test_a_bad_value_rejects_its_row_only(database, tmp_path, change, reason):
    done = load(database, tmp_path, {}, {"URN": "100009", **change})
    assert done.status == 0
    assert done.reasons() == [(3, reason)]
    assert done.counts() == (2, 1, 0, 0, 1, 0)
    assert done.rejects[0]["file"] == "schools.csv"
    assert database.value("select count(*) from reference.school") == 1


def test_a_reason_names_the_line_even_after_broken_ones(database, tmp_path):
    done = load(database, tmp_path, {"Street": "two\r\nlines"}, {"URN": "100009", "LA (code)": "999"})
    assert done.reasons() == [(4, "LA: authority 999 is not known")]
    assert database.school(100008)["street"] == "two\r\nlines"


def test_rejected_rows_are_shown_when_there_is_no_file_for_them(database, tmp_path):
    rows = [{"URN": str(urn), "LA (code)": "999"} for urn in range(100000, 100010)]
    path = write_schools(tmp_path / "schools.csv", *rows)
    done = run(database, "gias", path)
    assert done.errors.count("LA: authority 999 is not known") == 5
    assert "schools.csv:2: LA" in done.errors and "--rejects" in done.errors


def test_rejected_keys_are_no_formulas(database, tmp_path):
    done = load(database, tmp_path, {"URN": '=1+"2"'})
    assert done.rejects[0]["key"] == '\'=1+"2"'


def test_codes_with_and_without_zeros_are_one(database, tmp_path):
    coded = {"PhaseOfEducation (code)": "02", "PhaseOfEducation (name)": "Primary", "LA (code)": "202"}
    load(database, tmp_path, coded)
    assert database.school(100008)["phase_code"] == "2"
    done = load(database, tmp_path, {**coded, "PhaseOfEducation (code)": "2", "EstablishmentNumber": "2019"})
    assert done.counts()[3] == 1


def test_zeros_that_a_spreadsheet_took_come_back(database, tmp_path):
    load(database, tmp_path, {"EstablishmentNumber": "19", "TelephoneNum": "2072831147"})
    school = database.school(100008)
    assert (school["establishment_number"], school["la_estab"]) == ("0019", "2020019")
    assert school["telephone"] == "02072831147"


def test_unknown_codes_are_added(database, tmp_path):
    load(database, tmp_path, {
        "TypeOfEstablishment (code)": "47", "TypeOfEstablishment (name)": "Children's centre",
        "EstablishmentTypeGroup (code)": "9", "EstablishmentTypeGroup (name)": "Other types",
        "ReligiousCharacter (code)": "77", "ReligiousCharacter (name)": "Jedi"})
    assert database.rows("select name, group_code from reference.establishment_type where code = '47'") \
        == [("Children's centre", "9")]
    assert database.value("select name from reference.code where list = 'ReligiousCharacter' and code = '77'") == "Jedi"


def test_a_childrens_centre_has_five_digits_and_no_number(database, tmp_path):
    done = load(database, tmp_path, {"URN": "20115", "EstablishmentNumber": ""})
    assert done.counts()[1] == 1
    assert database.school(20115)["la_estab"] is None


@pytest.mark.parametrize("code, authority", [("0", None), ("702", None), ("681", None), ("202", "E09000007")])
def test_places_that_are_no_english_authority(database, tmp_path, code, authority):
    done = load(database, tmp_path, {"LA (code)": code})
    assert done.counts()[1] == 1, done.rejects
    assert database.school(100008)["local_authority_code"] == authority


def test_the_authority_is_found_by_new_code_or_name_when_there_is_no_old_one(database, tmp_path):
    load(database, tmp_path, {"GSSLACode (name)": "E09000007"}, {"URN": "100009", "LA (name)": "camden"},
         {"URN": "100010", "LA (name)": "Atlantis"}, without=("LA (code)",))
    assert database.school(100008)["local_authority_code"] == "E09000007"
    assert database.school(100008)["la_estab"] == "2022019"
    assert database.school(100009)["local_authority_code"] == "E09000007"
    assert database.school(100010) is None


def test_the_living_authority_of_two_with_one_code(database, tmp_path):
    load(database, tmp_path, {"LA (code)": "929"})
    assert database.school(100008)["local_authority_code"] == "E06000057"


def test_future_and_ancient_dates(database, tmp_path):
    load(database, tmp_path, {"OpenDate": "01-01-1382", "CloseDate": "31-08-2099"})
    school = database.school(100008)
    assert (school["opened_on"], school["closed_on"]) == ("1382-01-01", "2099-08-31")


def test_a_file_that_tells_its_date(database, tmp_path):
    path = write_schools(tmp_path / "edubasealldata20250422.csv", {})
    run(database, "gias", path)
    assert database.school(100008)["source_date"] == "2025-04-22"
    later = write_schools(tmp_path / "edubasealldata20250907.csv", {})
    assert run(database, "gias", later).counts()[3] == 1
    assert database.school(100008)["source_date"] == "2025-04-22"


def test_line_feeds_alone_and_no_last_one(database, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {}, {"URN": "100009"}, end="\n")
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert run(database, "gias", path).counts()[1] == 2


def test_gzip_is_undone(database, tmp_path):
    path = tmp_path / "schools.csv.gz"
    path.write_bytes(gzip.compress(write_schools(tmp_path / "schools.csv", {}).read_bytes()))
    assert run(database, "gias", path).counts()[1] == 1


class Pipe(io.BytesIO):
    """What a zip file is written to when nobody can go back in it: sizes come after the data."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    def tell(self):
        raise io.UnsupportedOperation


def zipped(*entries, method=zipfile.ZIP_DEFLATED, to=io.BytesIO, comment=b""):
    written = to()
    with zipfile.ZipFile(written, "w", method) as archive:
        for number, content in enumerate(entries):
            archive.writestr(f"entry{number}.csv", content)
        archive.comment = comment
    return written.getvalue()


@pytest.mark.parametrize("settings", [
    {}, {"method": zipfile.ZIP_STORED}, {"to": Pipe}, {"to": Pipe, "method": zipfile.ZIP_STORED},
    {"comment": b"PK\5\6"}, {"comment": b"x" * 65535}])
def test_zip_is_undone(database, tmp_path, settings):
    path = tmp_path / "schools.zip"
    path.write_bytes(zipped(write_schools(tmp_path / "schools.csv", {}).read_bytes(), **settings))
    assert run(database, "gias", path).counts()[1] == 1


# --- files that are refused, whole


def refused(database, path, kind="gias"):
    before = database.state()
    done = run(database, kind, path)
    assert done.status == 1
    assert done.output == ""
    assert database.state() == before
    assert done.errors.startswith(f"{path}: ")
    return done.errors.strip().removeprefix(f"{path}: ").removesuffix("; nothing of it was imported")


@pytest.mark.parametrize("text, reason", [
    ("", "is empty"),
    ("a,b\n1,2\n", "has no column of any file of the kind gias"),
    ("URN,LinkURN,LinkName\n1,2,x\n", "lacks columns that schools need: EstablishmentName"),
    ("URN,name,NAME\n1,a,b\n", "has the column name twice"),
    ("URN,name\n1,a\"b\n", "line 2: a quote inside a field that does not begin with one"),
    ("URN,name\n1,\"a\"b\n", "line 2: text after a closing quote"),
    ("URN,name\n1,\"a\n2,b\n", "line 2: a quoted field of this row is never closed"),
    ("URN,name\n1,a\0b\n", "line 2: a NUL byte"),
    ("URN,name\r1,a\r", "line 1: a carriage return without a line feed"),
    ("URN,name\n1," + "a" * 70000 + "\n", "line 2: a field is longer than 64 KiB"),
    ("{\"a\": 1}", "is no JSON file of the kind gias"),
    ("[{\"Id\": \"1\"", "line 1: ']' expected near end of file"),
])
def test_a_file_with_two_readings_is_refused(database, tmp_path, text, reason):
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode())
    found = refused(database, path)
    assert found == reason or (text.startswith("[") and found.startswith("line 1: "))


def test_faults_late_in_a_file_undo_the_rows_before(database, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {}, {"URN": "100009"})
    path.write_bytes(path.read_bytes() + b'100010,"x"y\r\n')
    assert refused(database, path) == "line 4: text after a closing quote"


def test_other_encodings_and_broken_archives_are_refused(database, tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("URN,name\n1,a\n".encode("utf-16"))
    assert refused(database, path) == "is UTF-16; UTF-8 and Windows-1252 can be read"
    path.write_bytes(b"\xef\xbb\xbfURN,name\n1,\xe0 b\n")
    assert refused(database, path) == "is marked as UTF-8 but is not at byte 14"
    archive = gzip.compress(b"URN,name\n1,a\n")
    path.write_bytes(archive[:-9])
    assert refused(database, path) == "is a gzip file that breaks off"
    path.write_bytes(archive + archive)
    assert refused(database, path) == "is a gzip file with something after its only entry"
    path.write_bytes(archive[:12] + b"\xff\xff" + archive[14:])
    assert refused(database, path) == "is a broken gzip file"


def patched(archive, sign, offset, *values):
    """The archive with other bytes at a place in the last of its records that begins with the sign."""
    at = archive.rindex(b"PK" + sign) + offset
    return archive[:at] + bytes(values) + archive[at + len(values):]


LOCAL, CENTRAL, END = b"\3\4", b"\1\2", b"\5\6"
ARCHIVE, STORED = zipped(b"URN,name\n1,a\n"), zipped(b"URN,name\n1,a\n", method=zipfile.ZIP_STORED)


@pytest.mark.parametrize("archive, words", [
    (zipped(), "is a zip file with 0 entries; one is expected"),
    (zipped(b"a", b"b"), "is a zip file with 2 entries; one is expected"),
    (ARCHIVE[:-1], "is a zip file that breaks off"),
    (ARCHIVE + b"x", "is a zip file that breaks off"),
    (ARCHIVE[:60], "is a zip file that breaks off"),
    (patched(ARCHIVE, CENTRAL, 8, 1), "is a zip file that is encrypted"),
    (patched(ARCHIVE, CENTRAL, 10, 12), "is a zip file of an unusual compression"),
    (patched(ARCHIVE, CENTRAL, 24, 255, 255, 255, 255), "is a zip file of the 64-bit form"),
    (patched(ARCHIVE, END, 8, 255, 255, 255, 255), "is a zip file of the 64-bit form"),
    (patched(ARCHIVE, END, 4, 1), "is a zip file in several volumes"),
    (patched(ARCHIVE, END, 16, 0), "is a zip file with something between its parts"),
    (patched(ARCHIVE, CENTRAL, 42, 4), "is a zip file with something between its parts"),
    (patched(ARCHIVE, CENTRAL, 20, 1), "is a zip file with something between its parts"),
    (patched(ARCHIVE, LOCAL, 8, 0), "is a zip file with something between its parts"),
    (patched(ARCHIVE, CENTRAL, 16, 0, 0, 0, 0), "is a broken zip file"),
    (patched(ARCHIVE, CENTRAL, 24, 5), "is a broken zip file"),
    (patched(ARCHIVE, CENTRAL, 24, 200), "is a broken zip file"),
    (patched(ARCHIVE, LOCAL, 42, 255, 255), "is a broken zip file"),
    (patched(STORED, LOCAL, 42, 65), "is a broken zip file"),
    (patched(STORED, CENTRAL, 24, 5), "is a zip file that contradicts itself"),
])
def test_broken_zip_files_are_refused(database, tmp_path, archive, words):
    path = tmp_path / "file.zip"
    path.write_bytes(archive)
    assert refused(database, path) == words


def test_a_decompression_bomb_is_refused(database, tmp_path):
    bomb, path = b"URN,name\n" + b"1,a\n" * 1000000, tmp_path / "bomb"
    for packed in (gzip.compress(bomb), zipped(bomb)):
        path.write_bytes(packed)
        assert refused(database, path) == "grows more than 20 times when decompressed"


def test_what_is_no_file_is_refused(database, tmp_path):
    assert refused(database, tmp_path / "nowhere.csv") == "cannot be opened: No such file or directory"
    assert refused(database, tmp_path) == "is not a regular file"


def test_a_wrong_file_at_the_end_costs_nothing(database, tmp_path):
    good = write_schools(tmp_path / "good.csv", {})
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n")
    done = run(database, "gias", good, bad)
    assert done.status == 1
    assert database.school(100008) is None


def test_each_file_is_a_transaction_of_its_own(database, tmp_path):
    good = write_schools(tmp_path / "good.csv", {})
    bad = write_schools(tmp_path / "bad.csv", {"URN": "100009"})
    bad.write_bytes(bad.read_bytes() + b'100010,"x"y\r\n')
    done = run(database, "gias", good, bad)
    assert done.status == 1
    assert done.counts()[1] == 1
    assert database.school(100008) and not database.school(100009)


def test_usage(database, tmp_path):
    done = run(database, "teachers", tmp_path)
    assert (done.status, done.errors) == (2, "accord import: no such kind of import\n" + KINDS)
    done = run(database, "gias")
    assert (done.status, done.errors) == (2, "accord import: which file?\n" + KINDS)


def test_a_list_of_rejected_rows_that_cannot_be_written(database, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {})
    done = run(database, "gias", path, rejects=tmp_path / "nowhere" / "rejects.csv")
    assert done.status == 1
    assert "rejects.csv: cannot be created: No such file or directory" in done.errors
    assert database.school(100008) is None


def test_a_database_that_is_not_there(database, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {})
    settings = {**importing.environment(database), "ACCORD_DATABASE": f"host={tmp_path} dbname=accord"}
    done = subprocess.run(importing.command("gias", path), env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("accord import: the database says: connection to server on socket")


# --- the process


def test_the_bar_is_for_terminals(database, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {})
    assert "\r" not in run(database, "gias", path).errors
    ours, theirs = pty.openpty()
    done = subprocess.run(importing.command("gias", path), env=importing.environment(database), stdout=subprocess.PIPE,
                          stderr=theirs, check=False)
    os.close(theirs)
    shown = b""
    # What was written comes in pieces; behind the last of them the terminal is gone.
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    shown = shown.decode()
    os.close(ours)
    assert done.returncode == 0
    assert "\r[" in shown and "% schools.csv" in shown and shown.endswith("\r\x1b[K")


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_killed_half_way_the_data_is_as_it_was(database, tmp_path):
    load(database, tmp_path, {})
    before = database.state()
    path = write_schools(tmp_path / "more.csv", *({"URN": str(urn), "EstablishmentName": "New"}
                                                  for urn in range(100000, 105000)))
    backends = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'accord_worker'"
    with database.connect() as connection, connection.cursor() as cursor:
        # The import has staged its rows and waits here to merge them.
        cursor.execute("lock table reference.school in share row exclusive mode")
        process = subprocess.Popen(importing.command("gias", path), env=importing.environment(database),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: database.value(backends + " and wait_event_type = 'Lock'"))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        connection.rollback()
    wait_for(lambda: not database.value(backends))
    assert database.state() == before
    assert run(database, "gias", path).counts() == (5000, 4999, 1, 0, 0, 0)
