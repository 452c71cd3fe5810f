/* SPDX-License-Identifier: MIT */
/* What Get Information About Schools publishes beside its schools: their links, and the groups that
 * run them. */
#include "kinds.h"

static const struct column links_columns[] = {
	{"urn", COLUMN_INTEGER, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 1, 999999999, {"URN"}},
	{"link_urn", COLUMN_INTEGER, COLUMN_REQUIRED | COLUMN_GIVEN, 1, 999999999, {"LinkURN"}},
	{"link_name", COLUMN_TEXT, 0, 0, 0, {"LinkName"}},
	{"link_type", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 80, {"LinkType"}},
	{"established_on", COLUMN_DATE, 0, 0, 0, {"LinkEstablishedDate"}},
};

/* The list of groups has a row a group, the list of members a row a school: the column URN tells
 * which. */
static const struct column groups_columns[] = {
	{"uid",
	 COLUMN_INTEGER,
	 COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY,
	 1,
	 99999999,
	 {"Group UID"}},
	{"group_id", COLUMN_TEXT, COLUMN_REQUIRED, 0, 20, {"Group ID"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"Group Name"}},
	{"companies_house_number", COLUMN_TEXT, COLUMN_REQUIRED, 0, 20, {"Companies House Number"}},
	{"ukprn", COLUMN_DIGITS, 0, 0, 8, {"UKPRN"}},
	{"type_code", COLUMN_CODE, COLUMN_REQUIRED, 0, 8, {"Group Type (code)"}},
	{"type_name", COLUMN_TEXT, 0, 0, 0, {"Group Type"}},
	{"status", COLUMN_TEXT, 0, 0, 40, {"Group Status"}},
	{"opened_on", COLUMN_DATE, 0, 0, 0, {"Open date"}},
	{"incorporated_on", COLUMN_DATE, 0, 0, 0, {"Incorporated on (open date)"}},
	{"closed_on", COLUMN_DATE, 0, 0, 0, {"Closed Date"}},
	{"demonstration", COLUMN_TEXT, 0, 0, 8, {"Demonstration"}},
	{"urn", COLUMN_INTEGER, 0, 1, 999999999, {"URN"}},
	{"joined_on", COLUMN_DATE, 0, 0, 0, {"Joined date"}},
};

static const struct kind_format gias_links_formats[] = {
	{"links", links_columns, ARRAY_LENGTH(links_columns), NULL, NULL, false},
};

const struct kind kind_gias_links = {"gias-links", gias_links_formats,
				     ARRAY_LENGTH(gias_links_formats)};

static const struct kind_format gias_groups_formats[] = {
	{"groups", groups_columns, ARRAY_LENGTH(groups_columns), NULL, NULL, false},
};

const struct kind kind_gias_groups = {"gias-groups", gias_groups_formats,
				      ARRAY_LENGTH(gias_groups_formats)};
