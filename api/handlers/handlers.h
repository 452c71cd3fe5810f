/* SPDX-License-Identifier: MIT */
/* The operations that are C: one a file, joined to the contract by their names in one table. */
#pragma once

#include "../bind.h"
#include "../service.h"

/* Ended by a NULL id. */
extern const struct bind_handler handlers[];

int service_describe(struct call *call, struct reply *reply);
int service_live(struct call *call, struct reply *reply);
int service_ready(struct call *call, struct reply *reply);
int api_catalog(struct call *call, struct reply *reply);
int contract_json(struct call *call, struct reply *reply);
int contract_json_older(struct call *call, struct reply *reply);
int contract_yaml(struct call *call, struct reply *reply);
int oauth_introspect(struct call *call, struct reply *reply);
int oauth_metadata(struct call *call, struct reply *reply);
int oauth_revoke(struct call *call, struct reply *reply);
int oauth_token(struct call *call, struct reply *reply);
int problems_get(struct call *call, struct reply *reply);
int docs_file(struct call *call, struct reply *reply);
int docs_page(struct call *call, struct reply *reply);
int security_txt(struct call *call, struct reply *reply);
int receipt_keys_get(struct call *call, struct reply *reply);
int jwks_get(struct call *call, struct reply *reply);
