/* SPDX-License-Identifier: MIT */
/* Who pays for a request, and whether he still may: the stage behind authorise. */
#pragma once

#include "../service.h"

/* Before anything is known of who calls, the address pays. */
void meter_address(struct call *call);
/*
 * Counts the request against the caller when there is one, else against the address, also a request
 * that was refused for its credentials. 0, with what is left in the reply; 1 with the problem. What
 * asks after the service's health is not counted.
 */
int meter(struct call *call, struct reply *reply) MUST_CHECK;
