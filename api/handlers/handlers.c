/* SPDX-License-Identifier: MIT */
#include "handlers.h"

const struct bind_handler handlers[] = {
	{"api_catalog", api_catalog},
	{"contract_json", contract_json},
	{"contract_json_older", contract_json_older},
	{"contract_yaml", contract_yaml},
	{"docs_file", docs_file},
	{"docs_page", docs_page},
	{"jwks_get", jwks_get},
	{"oauth_introspect", oauth_introspect},
	{"oauth_metadata", oauth_metadata},
	{"oauth_revoke", oauth_revoke},
	{"oauth_token", oauth_token},
	{"problems_get", problems_get},
	{"security_txt", security_txt},
	{"service_describe", service_describe},
	{"service_live", service_live},
	{"service_ready", service_ready},
	{NULL, NULL},
};
