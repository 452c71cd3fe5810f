/* SPDX-License-Identifier: MIT */
/* Code lists: the register's own, the subjects of teacher training, and the subjects of higher
 * education. */
#include "kinds.h"

static const struct column subjects_columns[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 36, {"id"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"name"}},
	{"level", COLUMN_TEXT, COLUMN_REQUIRED, 0, 20, {"level"}},
	{"hecos_code", COLUMN_TEXT, 0, 0, 8, {"hecos_code"}},
	{"publish_code", COLUMN_TEXT, COLUMN_REQUIRED, 0, 8, {"publish_category_code"}},
	{"publish_name", COLUMN_TEXT, 0, 0, 0, {"publish_category"}},
};

static const struct column categories_columns[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 8, {"code"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"name"}},
	{"age_range", COLUMN_TEXT, COLUMN_REQUIRED, 0, 20, {"age_range"}},
};

static const struct column specialisms_columns[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 20, {"code"}},
	{"source", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 20, {"code_source"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"name"}},
	{"valid_from", COLUMN_DATE, COLUMN_REQUIRED, 0, 0, {"start_date"}},
	{"valid_to", COLUMN_DATE, COLUMN_REQUIRED, 0, 0, {"end_date"}},
};

static const struct column cah_columns[] = {
	{"code", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN | COLUMN_KEY, 0, 12, {"code"}},
	{"name", COLUMN_TEXT, COLUMN_REQUIRED | COLUMN_GIVEN, 0, 0, {"english_label"}},
	{"welsh_name", COLUMN_TEXT, 0, 0, 0, {"welsh_label"}},
};

static const struct kind_format code_lists_formats[] = {
	{"types", kind_gias_types, ARRAY_LENGTH(kind_gias_types), NULL, "gias/types", false},
	{"lists", kind_gias_lists, ARRAY_LENGTH(kind_gias_lists), kind_gias_lists_json,
	 "gias/lists", false},
	{"subjects", subjects_columns, ARRAY_LENGTH(subjects_columns), NULL, NULL, false},
	{"categories", categories_columns, ARRAY_LENGTH(categories_columns), NULL, NULL, false},
	{"specialisms", specialisms_columns, ARRAY_LENGTH(specialisms_columns), NULL, NULL, false},
	{"cah", cah_columns, ARRAY_LENGTH(cah_columns), NULL, NULL, false},
};

const struct kind kind_code_lists = {"code-lists", code_lists_formats,
				     ARRAY_LENGTH(code_lists_formats)};
