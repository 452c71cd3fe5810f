# SPDX-License-Identifier: MIT
"""accord import of the registers around the schools: links, trusts, institutions, providers, code lists, figures."""

import csv
import os
import select
import uuid

import psycopg2
import pytest

import importing
from importing import AREAS, DATA, LISTS, SCHOOLS, run, sample, write_schools


@pytest.fixture(scope="module", name="migrated")
def fixture_migrated():
    superuser = os.environ["TEST_DATABASE"]
    database = importing.Database(superuser, importing.database_name(superuser) + "_registers")
    database.create()
    yield database
    database.drop()


@pytest.fixture(name="database")
def fixture_database(migrated):
    migrated.empty()
    return migrated


def data(*names):
    return [os.path.join(DATA, name) for name in names]


def write(path, header, *rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


def load(database, kind, folder, header, *rows, name="file.csv"):
    """Imports a file of these rows and returns the run with its rejected rows."""
    return run(database, kind, write(folder / name, header, *rows), rejects=folder / "rejects.csv")


def twice(database, kind, *paths):
    """Imports twice; the second time nothing may change. The first run."""
    first = run(database, kind, *paths)
    assert first.status == 0, first.errors
    before = database.state()
    second = run(database, kind, *paths)
    assert all(second.counts(index)[1:3] == (0, 0) for index in range(len(second.reports))), second.output
    assert database.state() == before
    return first


def generation(database):
    return database.value("select number from reference.generation")


def organisation(database, scheme, value):
    """The one organisation with an identifier."""
    found = database.rows("""select o.kind, o.name, o.other_names, o.id from reference.organisation as o
        where o.identifiers @> array[%s]""", f"{scheme}:{value}")
    assert len(found) == 1, found
    return found[0]


# --- the whole sample


def test_the_sample_is_loaded_once(database):
    lines = [line.split() for line in open(sample("manifest")[0], encoding="utf-8") if not line.startswith("#")]
    for kind, *files in lines:
        done = run(database, kind, *sample(*files))
        assert done.status == 0, done.errors
        assert all(done.counts(index)[4] == 0 for index in range(len(done.reports))), done.output
    before = database.state()
    for kind, *files in lines:
        assert run(database, kind, *sample(*files)).status == 0
    assert database.state() == before
    kinds = dict(database.rows("select kind, count(*) from reference.organisation group by kind"))
    assert kinds["school"] == 3118 and kinds["university"] == 311 and kinds["college"] == 214
    assert kinds["trust"] == 3123 and kinds["localAuthority"] == 172
    # Each provider is one organisation, its own or another's.
    assert database.value("select count(*) from reference.organisation, unnest(identifiers) as one "
                          "where one ~ '^providerCode:'") \
        == database.value("select count(*) from reference.training_provider")
    ids = {uuid.UUID(str(value)) for (value,) in database.rows("select id from reference.organisation limit 50")}
    assert all(value.version == 8 and value.variant == uuid.RFC_4122 for value in ids)


# --- links


def test_links_keep_accents_and_unknown_schools(database):
    done = twice(database, "gias-links", *data("links_windows_1252.csv"))
    assert done.counts() == (8, 8, 0, 0, 0, 0)
    assert "(windows-1252, " in done.output
    assert database.rows("select link_urn, link_name, established_on::text from reference.school_link "
                         "where urn = 126416") \
        == [(149557, "St Thomas à Becket Church of England Aided Primary School", "2023-01-31")]
    assert database.value("select established_on from reference.school_link where urn = 100016") is None


LINK = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"


@pytest.mark.parametrize("row, reason", [
    (("1", "1", "", "Successor", ""), "LinkURN: 1 is the school itself"),
    (("1", "2", "", "Successor", ""), "LinkURN: 2 is linked as Successor in the file before, on line 2"),
    (("1", "", "", "Successor", ""), "LinkURN: is missing"),
    (("1", "3", "", "", ""), "LinkType: is missing"),
    (("1", "3", "", "Successor", "30-02-2020"), "LinkEstablishedDate: '30-02-2020' is not a day of the calendar"),
])
def test_bad_links_are_rejected(database, tmp_path, row, reason):
    done = load(database, "gias-links", tmp_path, LINK, ("1", "2", "Two", "Successor", "01-02-2020"), row)
    assert done.reasons() == [(3, reason)]
    assert done.counts() == (2, 1, 0, 0, 1, 0)


def test_a_later_list_of_links_updates(database, tmp_path):
    load(database, "gias-links", tmp_path, LINK, ("1", "2", "Two", "Successor", ""))
    done = load(database, "gias-links", tmp_path, LINK, ("1", "2", "Two Academy", "Successor", "01-02-2020"))
    assert done.counts() == (1, 0, 1, 0, 0, 0)
    assert database.rows("select link_name, established_on::text from reference.school_link") \
        == [("Two Academy", "2020-02-01")]


def test_a_file_without_a_required_column_is_refused(database, tmp_path):
    path = write(tmp_path / "links.csv", "URN,LinkName", ("1", "Two"))
    done = run(database, "gias-links", path)
    assert done.status == 1
    assert done.errors == f"{path}: lacks columns that links need: LinkURN, LinkType\n"


# --- trusts

# What the wide file's two rows with a trust say.
TRUSTS = [
    (124087, 1579, "Tame Valley Co-Operative Learning Trust", "Mixed"),
    (137666, 3104, "THE FIRST FEDERATION TRUST", "Mixed"),
]
GROUP = "Group UID,Group ID,Group Name,Companies House Number,Group Type (code),Group Type"
MEMBER = ("URN,Group UID,Group ID,Group Name,Companies House Number,Group Type (code),Group Type,Closed Date,Open date,"
          "Incorporated on (open date),Group Status (code),Group Status,Joined date,EstablishmentName")


def test_trusts_have_four_identifiers(database, tmp_path):
    done = load(database, "gias-groups", tmp_path, GROUP + ",UKPRN",
                ("2044", "TR00261", "Abbey Academies Trust", "7318714", "06", "Multi-academy trust", "10058252"),
                name="allgroupsdata20250907.csv")
    assert done.counts() == (1, 1, 0, 0, 0, 0)
    trust = organisation(database, "uid", "2044")
    assert trust[:2] == ("trust", "Abbey Academies Trust")
    assert trust == organisation(database, "groupId", "TR00261") == organisation(database, "ukprn", "10058252")
    # The zero that a spreadsheet took is put back.
    assert trust == organisation(database, "companiesHouse", "07318714")
    assert database.rows("select type_code, source_date::text, demonstration from reference.trust") \
        == [("6", "2025-09-07", False)]


def test_members_of_todays_export(database, tmp_path):
    group = ("5143", "TR00999", "Real Trust", "08000000", "06", "Multi-academy trust", "", "01-04-2012", "02-04-2012",
             "1", "Open")
    rows = [("100008", *group, "01-09-2014", "Argyle"), ("100009", *group, "", "Other"),
            ("100010", "77", "", "Federation", "", "01", "Federation", "", "", "", "1", "Open", "", "Third")]
    done = load(database, "gias-groups", tmp_path, MEMBER, *rows)
    assert done.counts() == (3, 2, 0, 0, 0, 1)
    assert database.rows("select urn, uid, joined_on::text from reference.trust_school order by urn") \
        == [(100008, 5143, "2014-09-01"), (100009, 5143, None)]
    assert database.rows("select status, opened_on::text from reference.trust") == [("Open", "2012-04-02")]
    again = load(database, "gias-groups", tmp_path, MEMBER, *rows)
    assert again.counts() == (3, 0, 0, 2, 0, 1)
    moved = [("100008", "6000", *group[1:2], *group[2:], "01-09-2024", "Argyle")]
    assert load(database, "gias-groups", tmp_path, MEMBER, *moved).reasons() \
        == [(2, "Group ID: TR00999 is that of the trust 5143")]


@pytest.mark.parametrize("row, reason", [
    (("2", "TR2", "", "", "06", "x"), "Group Name: is missing"),
    (("1", "TR2", "Again", "", "06", "x"), "Group UID: 1 is in the file before, on line 2"),
    (("2", "TR1", "Second", "", "06", "x"), "Group ID: TR1 is that of the trust 1"),
    (("2", "tr:2", "Second", "", "06", "x"), "Group ID: 'TR:2' is no number of a group"),
    (("2", "TR2", "Second", "07-318714", "06", "x"), "Companies House Number: '07-318714' is no number of a company"),
    (("1e2", "TR2", "Second", "", "06", "x"), "Group UID: '1e2' is not a whole number"),
])
def test_bad_groups_are_rejected(database, tmp_path, row, reason):
    done = load(database, "gias-groups", tmp_path, GROUP, ("1", "TR1", "First", "", "06", "x"), row)
    assert done.reasons() == [(3, reason)]
    assert done.counts()[1] == 1


def test_the_demonstration_trust_says_so(database):
    done = twice(database, "gias-groups", *sample("demonstration_trust.csv"))
    assert done.counts() == (6, 6, 0, 0, 0, 0)
    assert database.rows("select demonstration, name from reference.trust") \
        == [(True, "Demonstration Trust (does not exist)")]
    assert database.value("select count(*) from reference.trust_school") == 6


def test_a_wide_file_of_schools_tells_trust_and_gender(database, tmp_path):
    run(database, "areas", *sample("dfe_las.csv"))
    coded = {"Gender (code)": "2", "Gender (name)": "Girls", "Trusts (code)": "5143", "Trusts (name)": "Real Trust"}
    path = write_schools(tmp_path / "schools.csv", coded, {"URN": "100009"})
    assert run(database, "gias", path).counts() == (2, 2, 0, 0, 0, 0)
    assert database.school(100008)["gender_name"] == "Girls"
    assert database.rows("select urn, uid from reference.trust_school") == [(100008, 5143)]
    assert organisation(database, "uid", "5143")[1] == "Real Trust"
    path = write_schools(tmp_path / "schools.csv", {**coded, "Trusts (code)": "", "Trusts (name)": ""})
    assert run(database, "gias", path).counts() == (1, 0, 1, 0, 0, 0)
    assert database.rows("select urn from reference.trust_school") == []


def test_a_narrow_file_of_schools_leaves_trusts_alone(database, tmp_path):
    run(database, "areas", *sample("dfe_las.csv"))
    run(database, "gias-groups", *sample("demonstration_trust.csv"))
    run(database, "gias", write_schools(tmp_path / "schools.csv", {}))
    assert database.value("select uid from reference.trust_school where urn = 100008") == 99999901


def test_the_file_of_140_columns_has_its_trusts(database):
    run(database, "areas", *sample(*AREAS))
    done = twice(database, "gias", *data("gias_140_trusts.csv"))
    assert "97 of 140 columns not used" in done.output
    assert database.rows("""select urn, uid, trust.name, gender_name from reference.trust_school
        join reference.trust using (uid) join reference.school using (urn) order by urn""") == TRUSTS


# --- code lists


def test_code_lists_are_dated_and_keep_their_zeros(database):
    files = sample("dfe_itt_subjects_derived.csv", "dfe_publish_subject_categories_derived.csv",
                   "dfe_subject_specialisms_derived.csv", "SubjectBuilder_CAH.csv", *LISTS)
    twice(database, "code-lists", *files)
    lists = dict((name, (codes, dated)) for name, codes, dated in
                 database.rows("select name, codes, dated from reference.code_list"))
    assert lists["IttSubject"] == (79, False) and lists["PublishSubject"] == (46, False)
    assert lists["SubjectSpecialism-DQT_Legacy"] == (696, True) and lists["CAH"] == (226, False)
    assert lists["TypeOfEstablishment"] == (39, False) and lists["EstablishmentTypeGroup"] == (10, False)
    assert database.rows("select name, description from reference.code where list = 'PublishSubject' "
                         "and code = '00'") == [("Primary", "primary")]
    assert database.rows("select valid_from::text, valid_to::text from reference.code "
                         "where list = 'SubjectSpecialism-DQT_Legacy' and code = 'X8830'") \
        == [("1900-01-01", "2025-04-30")]
    assert database.value("select description from reference.code where list = 'CAH' and code = 'CAH01'") \
        == "Welsh: Meddygaeth a deintyddiaeth"


def test_dates_of_a_code_have_an_order(database, tmp_path):
    done = load(database, "code-lists", tmp_path, "code,code_source,name,subject_specialism,start_date,end_date",
                ("A1", "HECoS", "One", "", "2020-01-02", "2020-01-01"), ("A2", "HECoS", "Two", "", "2020-01-02", ""),
                ("A2", "HECoS", "Two", "", "2020-01-02", ""), ("A2", "AfQTS", "Two", "", "", ""))
    assert done.reasons() == [(2, "end_date: 2020-01-01 is before 2020-01-02"),
                              (4, "code: A2 is in the file before, on line 3")]
    assert done.counts()[1] == 2


# --- institutions


def test_universities_need_a_ukprn(database):
    done = twice(database, "institutions", *sample("dfe_reference_data_institutions_derived.csv"))
    assert done.counts() == (590, 311, 0, 0, 0, 279)
    assert database.rows("select name, hesa_code, awards_degrees, closed_year from reference.institution "
                         "where ukprn = '10007773'") == [("The Open University", "0001", None, None)]
    assert organisation(database, "hesaCode", "0001") == organisation(database, "ukprn", "10007773")
    assert database.rows("""select i.closed_year, o.status from reference.institution as i
        join reference.organisation as o using (reference) where i.ukprn = '10008574'""") == [(2017, "Closed")]


def test_colleges_among_schools_and_totals_under_585_columns(database):
    run(database, "areas", *sample(*AREAS[:3]))
    done = twice(database, "institutions", *data("ks5_585_columns.csv"))
    # The publisher drops blank fields at the end of a row: 584 and fewer stand under 585 names.
    assert done.counts() == (6, 2, 0, 0, 0, 4)
    row = database.rows("""select name, kind, college_type, local_authority_code, town, telephone, ukprn
        from reference.institution where reference = '130411'""")[0]
    assert row == ("St Charles Catholic Sixth Form College", "college", "Sixth Form College", "E09000020", "London",
                   "02089687755", None)


def test_a_row_wider_than_the_header_is_rejected(database, tmp_path):
    done = load(database, "institutions", tmp_path, "RECTYPE,URN,SCHNAME,NFTYPE/FESITYPE",
                ("1", "130411", "A college", "Sixth Form College", "more"),
                ("1", "130412", "Another"), ("1", "", "Third", "Sixth Form College"))
    assert done.reasons() == [(2, "has 5 fields where the header has 4"), (4, "URN: is missing")]


def test_the_list_of_providers_fills_in_what_institutions_lack(database):
    run(database, "areas", *sample(*AREAS[:3]))
    files = [*sample("dfe_reference_data_institutions_derived.csv"), *data("providers_2026.csv", "ks5_585_columns.csv")]
    done = twice(database, "institutions", *files)
    assert [report["format"] for report in done.reports] == ["institutions", "colleges", "providers"]
    assert done.counts(2) == (17, 0, 3, 0, 0, 14)
    assert database.rows("""select town, postcode, longitude, postgis.st_x(grid)::integer from reference.institution
        where ukprn = '10007713'""") == [(None, "YO31 7EX", -1.080096, 460449)]
    assert database.value("select ukprn from reference.institution where reference = '130411'") == "10006135"
    # Exeter College calls itself hei there, but no list of institutions of higher education has it.
    assert database.rows("select reference from reference.institution where ukprn = '10002370'") == []


# --- training providers


def test_providers_codes_are_text(database):
    done = twice(database, "itt-providers", *data("providers_2026.csv"))
    assert done.counts() == (17, 17, 0, 0, 0, 0)
    codes = {code for (code,) in database.rows("select code from reference.training_provider")}
    assert {"134", "1E2", "T92", "Y75"} <= codes
    assert database.rows("select accredited_number, kind, longitude, latitude, county from reference.training_provider "
                         "where code = 'T92'") == [("5606", "scitt", -0.092721, 51.613960, "London")]
    assert organisation(database, "providerCode", "1E2")[:2] == ("trainingProvider", "Affinity Learning Partnership")


PROVIDER = ("operating_name,legal_name,ukprn,urn,provider_code,accredited_provider_number,provider_type,latitude,"
            "longitude,academic_year_code")


@pytest.mark.parametrize("change, reason", [
    ({4: "1.00E+02"}, "provider_code: '1.00E+02' is not a code of three characters"),
    ({4: "7"}, "provider_code: '7' is not a code of three characters"),
    ({4: "1E2"}, "provider_code: 1E2 is in the file before, on line 2"),
    ({2: "1003260"}, "ukprn: '1003260' has not the right number of digits"),
    ({5: "56"}, "accredited_provider_number: '56' has not the right number of digits"),
    ({7: "91"}, "latitude: '91' is out of range"),
    ({7: ""}, "latitude: and longitude are no point"),
    ({9: "26/27"}, "academic_year_code: '26/27' is not a year"),
    ({0: ""}, "operating_name: is missing"),
])
def test_bad_providers_are_rejected(database, tmp_path, change, reason):
    good = ["A provider", "", "10032605", "", "1E2", "", "school", "51.5", "-0.1", "2026"]
    bad = [*good[:4], "1E3", *good[5:]]
    for index, value in change.items():
        bad[index] = value
    done = load(database, "itt-providers", tmp_path, PROVIDER, good, bad)
    assert done.reasons() == [(3, reason)]
    assert done.counts() == (2, 1, 0, 0, 1, 0)


def test_an_earlier_year_does_not_undo_a_later_one(database, tmp_path):
    new = ("New name", "", "10032605", "", "1E2", "", "school", "", "", "2026")
    old = ("Old name", "", "10032605", "", "1E2", "", "school", "", "", "2025")
    load(database, "itt-providers", tmp_path, PROVIDER, new)
    assert load(database, "itt-providers", tmp_path, PROVIDER, old).counts() == (1, 0, 0, 1, 0, 0)
    assert load(database, "itt-providers", tmp_path, PROVIDER, old, new).counts() == (2, 0, 0, 2, 0, 0)
    assert database.rows("select name, academic_year from reference.training_provider") == [("New name", "2026")]


def test_accreditations_and_providers_do_not_undo_each_other(database):
    files = [*data("providers_2026.csv"), *sample("accredited-providers.csv")]
    twice(database, "itt-providers", *files)
    assert database.value("select count(*) from reference.training_provider where accredited_number is not null") == 178
    assert database.rows("select name, operating_name, accredited_number from reference.training_provider "
                         "where code = '1S2'") \
        == [("Achievement Through Collaboration Trust", "Kingsbridge EIP SCITT", "5616")]


def test_partnerships_have_their_year(database):
    files = sample(*(f"provider-partnerships-{year}.csv" for year in (2024, 2025, 2026)))
    done = twice(database, "itt-partnerships", *files)
    assert [done.counts(index)[1] for index in range(3)] == [790, 816, 748]
    assert database.rows("select academic_year, partner_name from reference.training_partnership "
                         "where accredited_code = 'T92' and partner_code = '151' order by 1") \
        == [(year, "Oakthorpe Primary School") for year in ("2024", "2025", "2026")]


def test_bad_partnerships_are_rejected(database, tmp_path):
    header = ("accredited_provider_name,accredited_provider_code,training_provider_name,training_provider_code,"
              "academic_year_code")
    done = load(database, "itt-partnerships", tmp_path, header, ("A", "T92", "P", "151", "2026"),
                ("A", "T92", "P", "151", "2026"), ("A", "t92", "P", "151", "2026"), ("A", "T92", "P", "7", "2026"),
                ("A", "T92", "P", "152", "26"), ("A", "T92", "", "153", "2026"))
    assert done.reasons() == [
        (3, "training_provider_code: 151 is a partner in the file before, on line 2"),
        (4, "accredited_provider_code: 't92' is not a code of three characters"),
        (5, "training_provider_code: '7' is not a code of three characters"),
        (6, "academic_year_code: '26' is not a year"),
        (7, "training_provider_name: is missing"),
    ]


# --- figures

RANKS = ("LSOA code (2011),LSOA name (2011),Local Authority District code (2019),Local Authority District name (2019),"
         "Index of Multiple Deprivation (IMD) Rank,Index of Multiple Deprivation (IMD) Decile")


def test_deprivation_with_and_without_domains(database, tmp_path):
    twice(database, "imd", *sample("lsoa11_msoa11_london_derived.csv", "IoD2019_domains_london.csv"))
    row = "select imd_rank, imd_decile, crime_rank, environment_decile, msoa_code from reference.area_deprivation " \
        "where lsoa_code = 'E01000001'"
    assert database.rows(row) == [(29199, 9, 32662, 3, "E02000001")]
    # Commas stand in one file's ranks and not in the other's.
    first = ("E01000001", "City of London 001A", "E09000001", "City of London", "29,199", "9")
    assert load(database, "imd", tmp_path, RANKS, first).counts() == (1, 0, 0, 1, 0, 0)
    assert load(database, "imd", tmp_path, RANKS, (*first[:4], "1", "1")).counts() == (1, 0, 1, 0, 0, 0)
    assert database.rows(row) == [(1, 1, 32662, 3, "E02000001")]


def test_bad_deprivation_is_rejected(database, tmp_path):
    area = ("A", "E09000001", "City of London")
    done = load(database, "imd", tmp_path, RANKS, ("E01000001", *area, "1", "1"), ("E01000001", *area, "2", "1"),
                ("E02000001", *area, "1", "1"), ("E01000002", *area, "0", "1"), ("E01000003", *area, "9", "11"))
    assert done.reasons() == [
        (3, "LSOA code (2011): E01000001 is in the file before, on line 2"),
        (4, "LSOA code (2011): 'E02000001' is not the code of a small area"),
        (5, "Index of Multiple Deprivation (IMD) Rank: '0' is out of range"),
        (6, "Index of Multiple Deprivation (IMD) Decile: '11' is out of range"),
    ]
    done = load(database, "imd", tmp_path, "LSOA11CD,MSOA11CD", ("E01000009", "E02000001"), ("E01000001", "E01000001"))
    assert done.reasons() == [
        (2, "LSOA11CD: area E01000009 is not known; import the index of deprivation first"),
        (3, "MSOA11CD: 'E01000001' is not the code of a middle layer area"),
    ]


def test_the_census_without_totals_and_with_symbols(database):
    done = twice(database, "census", *data("2022-2023_census.csv"))
    assert done.counts() == (6, 3, 0, 0, 0, 3)
    assert "(utf-8 with mark, " in done.output
    row = "select pupils, girls_percent, sen_support, ehc_plan, eal, eal_symbol, fsm_ever6_percent, " \
        "fsm_ever6_percent_symbol, academic_year from reference.census where urn = {}"
    assert [tuple(map(str, found)) for found in database.rows(row.format(100000))] \
        == [("271", "46.9", "59", "8", "145", "None", "21.9", "None", "202223")]
    assert [tuple(map(str, found)) for found in database.rows(row.format(100001))] \
        == [("739", "100.0", "22", "0", "None", "z", "None", "z", "202223")]


def test_percentages_with_and_without_their_sign_are_one(database, tmp_path):
    header = "URN,LA,ESTAB,SCHOOLTYPE,NOR,NUMFSMEVER,PNUMFSMEVER"
    load(database, "census", tmp_path, header, ("100000", "201", "3614", "x", "1,271", "SUPP", "49.5"),
         name="2018-2019_england_census.csv")
    done = load(database, "census", tmp_path, header, ("100000", "201", "3614", "x", "1271", "SUPP", "49.50%"),
                name="2018-2019_england_census.csv")
    assert done.counts() == (1, 0, 0, 1, 0, 0)
    assert database.rows("select pupils, fsm_ever6_symbol, boys_symbol, academic_year from reference.census") \
        == [(1271, "c", "x", "201819")]


def test_a_census_of_no_year_is_refused(database, tmp_path):
    for name in ("england_census.csv", "2022-2024_census.csv", "12022-2023_census.csv"):
        done = load(database, "census", tmp_path, "URN,LA,SCHOOLTYPE,NOR,NUMFSMEVER", ("1", "201", "x", "1", "1"),
                    name=name)
        assert done.status == 1
        assert "its name tells no academic year" in done.errors


# --- what follows from an import


def test_schools_without_coordinates_stand_in_their_postcode_district(database, tmp_path):
    run(database, "areas", *sample("dfe_las.csv"))
    near = {"Postcode": "NW1 1AA", "Easting": "530000", "Northing": "183000"}
    far = {"URN": "2", "Postcode": "nw12bb", "Easting": "533000", "Northing": "183000"}
    lost = {"URN": "3", "Postcode": "NW1 9ZZ", "Easting": "", "Northing": ""}
    other = {"URN": "4", "Postcode": "E1 9ZZ", "Easting": "0", "Northing": "0"}
    path = write_schools(tmp_path / "schools.csv", near, far, lost, other)
    assert run(database, "gias", path).counts()[1] == 4
    place = "select easting, northing, location_source, location_precision_metres from reference.school where urn = {}"
    assert database.rows(place.format(3)) == [(531500, 183000, "postcodeDistrict", 1500)]
    assert database.rows(place.format(4)) == [(None, None, None, None)]
    assert database.rows(place.format(2)) == [(533000, 183000, "register", None)]
    before = database.state()
    assert run(database, "gias", path).counts()[3] == 4
    assert database.state() == before
    # A file without coordinates does not make the derived place the register's.
    narrow = write_schools(tmp_path / "narrow.csv", {**lost, "EstablishmentName": "Lost"},
                           without=("Easting", "Northing"))
    assert run(database, "gias", narrow).counts()[2] == 1
    assert database.rows(place.format(3)) == [(531500, 183000, "postcodeDistrict", 1500)]
    # It follows the others, and gives way to the register.
    moved = write_schools(tmp_path / "moved.csv", {**far, "Easting": "530200"})
    run(database, "gias", moved)
    assert database.rows(place.format(3)) == [(530100, 183000, "postcodeDistrict", 1000)]
    found = write_schools(tmp_path / "found.csv", {**lost, "Easting": "530500", "Northing": "183500"})
    run(database, "gias", found)
    assert database.rows(place.format(3)) == [(530500, 183500, "register", None)]


def test_a_school_without_a_located_neighbour_is_nowhere(database, tmp_path):
    run(database, "areas", *sample("dfe_las.csv"))
    lost = {"URN": "3", "Postcode": "NW1 9ZZ", "Easting": "", "Northing": ""}
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"Postcode": "NW1 1AA"}, lost))
    assert database.school(3)["location_source"] == "postcodeDistrict"
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"Postcode": "E1 1AA"}))
    assert (database.school(3)["location_source"], database.school(3)["grid"]) == (None, None)


def test_a_provider_that_is_another_party_is_not_a_second_one(database, tmp_path):
    run(database, "areas", *sample(*AREAS[:3]))
    run(database, "institutions", *sample("dfe_reference_data_institutions_derived.csv"),
        *data("ks5_585_columns.csv"))
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"URN": "136414", "UKPRN": "10099999"},
                                        {"URN": "100009", "UKPRN": "10090323"}))
    run(database, "itt-providers", *data("providers_2026.csv"))
    assert organisation(database, "providerCode", "1E2") == organisation(database, "urn", "136414")
    assert organisation(database, "providerCode", "1EW") == organisation(database, "urn", "100009")
    assert organisation(database, "providerCode", "1E2")[2] == "Affinity Learning Partnership"
    assert organisation(database, "providerCode", "4B3")[:2] == ("college", "St Charles Catholic Sixth Form College")
    assert organisation(database, "providerCode", "Y75")[0] == "university"
    assert organisation(database, "accreditedNumber", "1569") == organisation(database, "ukprn", "10007713")
    assert organisation(database, "providerCode", "134")[0] == "trainingProvider"


def test_ids_are_the_same_whatever_the_order(database, tmp_path):
    schools = write_schools(tmp_path / "schools.csv", {"URN": "130411", "EstablishmentName": "St Charles"})
    run(database, "areas", *sample("dfe_las.csv"))
    run(database, "gias", schools)
    school = organisation(database, "urn", "130411")
    assert school[0] == "school"
    # A college that the register of schools has too is one party, with the id that it had.
    run(database, "institutions", *data("ks5_585_columns.csv"))
    college = organisation(database, "urn", "130411")
    assert (college[0], college[3]) == ("college", school[3])
    authority = organisation(database, "gss", "E09000007")
    database.empty()
    run(database, "institutions", *data("ks5_585_columns.csv"))
    run(database, "areas", *sample("dfe_las.csv"))
    assert organisation(database, "urn", "130411")[3] == school[3]
    assert organisation(database, "laCode", "202") == authority


def test_identifiers_follow_their_register(database, tmp_path):
    run(database, "areas", *sample("dfe_las.csv"))
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"UKPRN": "10099999"}))
    assert organisation(database, "ukprn", "10099999") == organisation(database, "laEstab", "2022019")
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"UKPRN": "10099998", "EstablishmentNumber": ""}))
    assert organisation(database, "ukprn", "10099998") == organisation(database, "urn", "100008")
    assert database.value(
        "select count(*) from reference.organisation where identifiers && '{ukprn:10099999,laEstab:2022019}'") == 0


def test_the_words_of_search_follow_names(database, tmp_path):
    run(database, "areas", *sample("dfe_las.csv"))
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"EstablishmentName": "St Mary's-in-the-Wood"}))
    assert database.rows("select word, uses from reference.search_word where word in ('marys', 'wood') order by 1") \
        == [("marys", 1), ("wood", 1)]
    run(database, "gias", write_schools(tmp_path / "schools.csv", {"EstablishmentName": "St Mark's"}))
    assert database.rows("select word from reference.search_word where word in ('marks', 'marys', 'wood')") \
        == [("marks",)]


def test_the_generation_rises_with_each_change_and_is_told(database, tmp_path):
    listener = psycopg2.connect(database.dsn)
    listener.autocommit = True
    listener.cursor().execute("listen accord_generation")
    first = generation(database)
    load(database, "gias-links", tmp_path, LINK, ("1", "2", "Two", "Successor", ""))
    assert generation(database) == first + 1
    assert select.select([listener], [], [], 10)[0]
    listener.poll()
    assert [notice.payload for notice in listener.notifies] == [str(first + 1)]
    load(database, "gias-links", tmp_path, LINK, ("1", "2", "Two", "Successor", ""), ("1", "1", "", "x", ""))
    assert generation(database) == first + 1
    listener.poll()
    assert len(listener.notifies) == 1
    listener.close()


def test_a_file_that_only_names_a_group_anew_is_a_change(database, tmp_path):
    types = ("establishment-type-group-code,establishment-type-group-name,type-of-establishment-code,"
             "type-of-establishment-name")
    load(database, "code-lists", tmp_path, types, ("4", "Maintained", "1", "Community school"))
    first = generation(database)
    done = load(database, "code-lists", tmp_path, types, ("4", "Local authority maintained", "1", "Community school"))
    assert done.counts()[1:3] == (0, 0)
    assert generation(database) == first + 1


def test_readers_see_schools_and_organisations_together(database):
    run(database, "areas", *sample(*AREAS))
    run(database, "gias", *sample(*LISTS))
    first = generation(database)
    run(database, "gias", *sample(*SCHOOLS))
    # Each file is a transaction of its own with all that follows from it.
    assert generation(database) == first + 2
    assert database.value("select count(*) from reference.organisation where kind = 'school'") == 3118
