/* SPDX-License-Identifier: MIT */
#include "handlers.h"

const struct bind_handler handlers[] = {
	{"api_catalog", api_catalog, SQL_COST_READ},
	{"contract_json", contract_json, SQL_COST_READ},
	{"contract_json_older", contract_json_older, SQL_COST_READ},
	{"contract_yaml", contract_yaml, SQL_COST_READ},
	{"docs_file", docs_file, SQL_COST_READ},
	{"docs_page", docs_page, SQL_COST_READ},
	{"jwks_get", jwks_get, SQL_COST_READ},
	{"oauth_introspect", oauth_introspect, SQL_COST_READ},
	{"oauth_metadata", oauth_metadata, SQL_COST_READ},
	{"oauth_revoke", oauth_revoke, SQL_COST_WRITE},
	{"oauth_token", oauth_token, SQL_COST_WRITE},
	{"problems_get", problems_get, SQL_COST_READ},
	{"receipt_keys_get", receipt_keys_get, SQL_COST_READ},
	{"security_txt", security_txt, SQL_COST_READ},
	{"service_describe", service_describe, SQL_COST_READ},
	{"service_live", service_live, SQL_COST_NONE},
	{"service_ready", service_ready, SQL_COST_NONE},
	{NULL, NULL, SQL_COST_NONE},
};
