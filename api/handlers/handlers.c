/* SPDX-License-Identifier: MIT */
#include "handlers.h"

const struct bind_handler handlers[] = {
	{"contract_json", contract_json},
	{"contract_yaml", contract_yaml},
	{"problems_get", problems_get},
	{"service_describe", service_describe},
	{"service_live", service_live},
	{"service_ready", service_ready},
	{NULL, NULL},
};
