/* SPDX-License-Identifier: MIT */
/*
 * Get Information About Schools: the register's files of any width, its list of types, its code
 * lists, and the derived list of all London schools. Names and titles of head teachers have no row
 * here, so they are never read.
 */
#include "kinds.h"

#include <string.h>

const struct column kind_gias_types[] = {
	{"group_code",
	 COLUMN_CODE,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 8,
	 {"establishment-type-group-code"}},
	{"group_name",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 0,
	 {"establishment-type-group-name"}},
	{"code",
	 COLUMN_CODE,
	 COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY,
	 0,
	 8,
	 {"type-of-establishment-code"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"type-of-establishment-name"}},
};

const struct column kind_gias_lists[] = {
	{"list", COLUMN_TEXT, COLUMN_GIVEN, 0, 0, {"LookupType"}},
	{"code", COLUMN_CODE, COLUMN_KEY, 0, 0, {"Id"}},
	{"name", COLUMN_TEXT, 0, 0, 0, {"Name"}},
};

static const struct column gias_schools[] = {
	{"urn", COLUMN_INTEGER, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 1, 999999999, {"URN"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"EstablishmentName", "name"}},
	{"la_code", COLUMN_PADDED, 0, 0, 3, {"LA (code)", "LA"}},
	{"la_name", COLUMN_TEXT, 0, 0, 0, {"LA (name)", "la_name"}},
	{"gss_code", COLUMN_TEXT, 0, 0, 9, {"GSSLACode (name)", "new_la_code"}},
	{"establishment_number", COLUMN_PADDED, 0, 0, 4, {"EstablishmentNumber", "ESTAB"}},
	{"ukprn", COLUMN_DIGITS, 0, 0, 8, {"UKPRN"}},
	{"type_code", COLUMN_CODE, 0, 0, 8, {"TypeOfEstablishment (code)"}},
	{"type_name", COLUMN_TEXT, 0, 0, 0, {"TypeOfEstablishment (name)"}},
	{"type_group_code", COLUMN_CODE, 0, 0, 8, {"EstablishmentTypeGroup (code)"}},
	{"type_group_name", COLUMN_TEXT, 0, 0, 0, {"EstablishmentTypeGroup (name)"}},
	{"school_type", COLUMN_TEXT, 0, 0, 0, {"SCHOOLTYPE"}},
	{"status_code", COLUMN_CODE, 0, 0, 8, {"EstablishmentStatus (code)"}},
	{"status_name", COLUMN_TEXT, 0, 0, 0, {"EstablishmentStatus (name)"}},
	{"phase_code", COLUMN_CODE, 0, 0, 8, {"PhaseOfEducation (code)"}},
	{"phase_name", COLUMN_TEXT, 0, 0, 0, {"PhaseOfEducation (name)"}},
	{"opened_on", COLUMN_DATE, 0, 0, 0, {"OpenDate", "open_date"}},
	{"closed_on", COLUMN_DATE, 0, 0, 0, {"CloseDate", "close_date"}},
	{"statutory_low_age", COLUMN_INTEGER, 0, 0, 99, {"StatutoryLowAge"}},
	{"statutory_high_age", COLUMN_INTEGER, 0, 0, 99, {"StatutoryHighAge"}},
	{"gender_code", COLUMN_CODE, 0, 0, 8, {"Gender (code)"}},
	{"gender_name", COLUMN_TEXT, 0, 0, 0, {"Gender (name)"}},
	{"religious_character_code", COLUMN_CODE, 0, 0, 8, {"ReligiousCharacter (code)"}},
	{"religious_character_name", COLUMN_TEXT, 0, 0, 0, {"ReligiousCharacter (name)"}},
	{"capacity", COLUMN_INTEGER, COLUMN_SYMBOL, 0, 999999, {"SchoolCapacity"}},
	{"pupils", COLUMN_INTEGER, COLUMN_SYMBOL, 0, 999999, {"NumberOfPupils", "NOR"}},
	{"boys", COLUMN_INTEGER, 0, 0, 999999, {"NumberOfBoys"}},
	{"girls", COLUMN_INTEGER, 0, 0, 999999, {"NumberOfGirls"}},
	{"fsm_pupils", COLUMN_INTEGER, 0, 0, 999999, {"FSM"}},
	{"fsm_percent", COLUMN_PERCENT, COLUMN_SYMBOL, 0, 0, {"PercentageFSM"}},
	{"street", COLUMN_TEXT, 0, 0, 0, {"Street"}},
	{"locality", COLUMN_TEXT, 0, 0, 0, {"Locality"}},
	{"address3", COLUMN_TEXT, 0, 0, 0, {"Address3"}},
	{"town", COLUMN_TEXT, 0, 0, 0, {"Town"}},
	{"county", COLUMN_TEXT, 0, 0, 0, {"County (name)"}},
	{"postcode", COLUMN_TEXT, 0, 0, 20, {"Postcode"}},
	{"website", COLUMN_TEXT, 0, 0, 0, {"SchoolWebsite"}},
	{"telephone", COLUMN_TEXT, 0, 0, 40, {"TelephoneNum"}},
	{"ward_name", COLUMN_TEXT, 0, 0, 0, {"AdministrativeWard (name)"}},
	{"district_name", COLUMN_TEXT, 0, 0, 0, {"DistrictAdministrative (name)"}},
	{"easting", COLUMN_INTEGER, 0, 0, 9999999, {"Easting"}},
	{"northing", COLUMN_INTEGER, 0, 0, 9999999, {"Northing"}},
	{"trust_uid", COLUMN_INTEGER, 0, 1, 99999999, {"Trusts (code)"}},
	{"trust_name", COLUMN_TEXT, 0, 0, 0, {"Trusts (name)"}},
};

/* An array of {"Id", "Name", "LookupType"}. */
int kind_gias_lists_json(const json_t *document, kind_row_fn *row, void *context)
{
	if (!json_is_array(document) || !json_array_size(document))
		return 1;
	for (size_t i = 0; i < json_array_size(document); i++) {
		const json_t *entry = json_array_get(document, i);
		const char *list = json_string_value(json_object_get(entry, "LookupType"));
		const char *code = json_string_value(json_object_get(entry, "Id"));
		const char *name = json_string_value(json_object_get(entry, "Name"));
		int r;

		if (!i && (!list || !code || !name))
			return 1;
		r = row(context, i + 1, (const char *const[]){list, code, name},
			list && code && name ? NULL
					     : "is not an entry with Id, Name and LookupType");
		if (r < 0)
			return r;
	}
	return 0;
}

static const struct kind_format gias_formats[] = {
	{"types", kind_gias_types, ARRAY_LENGTH(kind_gias_types), NULL, NULL, false},
	{"lists", kind_gias_lists, ARRAY_LENGTH(kind_gias_lists), kind_gias_lists_json, NULL,
	 false},
	{"schools", gias_schools, ARRAY_LENGTH(gias_schools), NULL, NULL, false},
};

const struct kind kind_gias = {"gias", gias_formats, ARRAY_LENGTH(gias_formats)};
