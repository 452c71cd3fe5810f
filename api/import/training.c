/* SPDX-License-Identifier: MIT */
/* Institutions of higher and further education, and providers of teacher training: lists that share
 * a file. */
#include "kinds.h"

/* The list of providers of one academic year; universities are the rows of the type hei. */
const struct column kind_providers[] = {
	{"code",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY,
	 0,
	 20,
	 {"provider_code"}},
	{"operating_name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"operating_name"}},
	{"legal_name", COLUMN_TEXT, 0, 0, 0, {"legal_name"}},
	{"ukprn", COLUMN_DIGITS, COLUMN_REQUIRED, 0, 8, {"ukprn"}},
	{"urn", COLUMN_INTEGER, 0, 0, 999999999, {"urn"}},
	{"accredited_number", COLUMN_DIGITS, 0, 0, 4, {"accredited_provider_number"}},
	{"kind", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 40, {"provider_type"}},
	{"street", COLUMN_TEXT, 0, 0, 0, {"address1"}},
	{"locality", COLUMN_TEXT, 0, 0, 0, {"address2"}},
	{"address3", COLUMN_TEXT, 0, 0, 0, {"address3"}},
	{"county", COLUMN_TEXT, 0, 0, 0, {"address4"}},
	{"town", COLUMN_TEXT, 0, 0, 0, {"town"}},
	{"postcode", COLUMN_TEXT, 0, 0, 20, {"postcode"}},
	{"latitude", COLUMN_DEGREES, 0, -90, 90, {"latitude"}},
	{"longitude", COLUMN_DEGREES, 0, -180, 180, {"longitude"}},
	{"academic_year",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 8,
	 {"academic_year_code"}},
};

static const struct column accredited_columns[] = {
	{"code",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY,
	 0,
	 20,
	 {"provider__code"}},
	{"legal_name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"provider__legal_name"}},
	{"operating_name", COLUMN_TEXT, COLUMN_REQUIRED, 0, 0, {"provider__operating_name"}},
	{"accredited_number",
	 COLUMN_DIGITS,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 4,
	 {"accreditation__number"}},
};

static const struct column partnerships_columns[] = {
	{"accredited_name",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 0,
	 {"accredited_provider_name"}},
	{"accredited_code",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY,
	 0,
	 20,
	 {"accredited_provider_code"}},
	{"partner_name",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 0,
	 {"training_provider_name"}},
	{"partner_code",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 20,
	 {"training_provider_code"}},
	{"academic_year",
	 COLUMN_TEXT,
	 COLUMN_REQUIRED | COLUMN_GIVEN,
	 0,
	 8,
	 {"academic_year_code"}},
};

static const struct column institutions_columns[] = {
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"name"}},
	{"ukprn", COLUMN_DIGITS, COLUMN_REQUIRED | COLUMN_KEY, 0, 8, {"ukprn"}},
	{"hesa_code", COLUMN_PADDED, COLUMN_REQUIRED, 0, 4, {"hesa_itt_code"}},
	{"postcode", COLUMN_TEXT, 0, 0, 20, {"postcode"}},
	{"closed_year", COLUMN_INTEGER, 0, 1000, 2199, {"closed"}},
	{"never_awarded", COLUMN_TEXT, 0, 0, 8, {"has_never_awarded_degrees"}},
};

/* The 16 to 18 performance tables: colleges among schools, authorities and national rows. */
static const struct column colleges_columns[] = {
	{"row_type", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 8, {"RECTYPE"}},
	{"urn", COLUMN_INTEGER, COLUMN_REQUIRED | COLUMN_KEY, 1, 999999999, {"URN"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED, 0, 0, {"SCHNAME"}},
	{"college_type", COLUMN_TEXT, COLUMN_REQUIRED, 0, 0, {"NFTYPE/FESITYPE", "NFTYPE"}},
	{"la_code", COLUMN_PADDED, 0, 0, 3, {"LEA", "LA"}},
	{"street", COLUMN_TEXT, 0, 0, 0, {"ADDRESS1"}},
	{"locality", COLUMN_TEXT, 0, 0, 0, {"ADDRESS2"}},
	{"address3", COLUMN_TEXT, 0, 0, 0, {"ADDRESS3"}},
	{"town", COLUMN_TEXT, 0, 0, 0, {"TOWN"}},
	{"postcode", COLUMN_TEXT, 0, 0, 20, {"PCODE"}},
	{"telephone", COLUMN_TEXT, 0, 0, 40, {"TELNUM"}},
};

static const struct kind_format institutions_formats[] = {
	{"institutions", institutions_columns, ARRAY_LENGTH(institutions_columns), NULL, NULL,
	 false},
	{"colleges", colleges_columns, ARRAY_LENGTH(colleges_columns), NULL, NULL, true},
	{"providers", kind_providers, ARRAY_LENGTH(kind_providers), NULL, NULL, false},
};

const struct kind kind_institutions = {"institutions", institutions_formats,
				       ARRAY_LENGTH(institutions_formats)};

static const struct kind_format itt_providers_formats[] = {
	{"providers", kind_providers, ARRAY_LENGTH(kind_providers), NULL, NULL, false},
	{"accredited", accredited_columns, ARRAY_LENGTH(accredited_columns), NULL, NULL, false},
};

const struct kind kind_itt_providers = {"itt-providers", itt_providers_formats,
					ARRAY_LENGTH(itt_providers_formats)};

static const struct kind_format itt_partnerships_formats[] = {
	{"partnerships", partnerships_columns, ARRAY_LENGTH(partnerships_columns), NULL, NULL,
	 false},
};

const struct kind kind_itt_partnerships = {"itt-partnerships", itt_partnerships_formats,
					   ARRAY_LENGTH(itt_partnerships_formats)};
