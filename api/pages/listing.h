/* SPDX-License-Identifier: MIT */
/* The contract as the plain list of its operations, for a page. */
#pragma once

#include "../contract.h"

/* Owned data of the templates operations.html and reference.html; NULL when memory is short. */
json_t *listing_data(const struct contract *contract, const char *base) MUST_CHECK;
