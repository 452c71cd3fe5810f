/* SPDX-License-Identifier: MIT */
/* "accord work": takes jobs one after the other until it is told to end. Any number may run. */
#pragma once

#include "../config.h"

/*
 * Works until SIGINT or SIGTERM, which the caller has blocked in every thread. A job under way may
 * go on for drain_seconds; then it is given back. scripts is the folder of the merge scripts. 0;
 * -ENOMEM, -errno when it could not begin.
 */
int work_run(const struct config *config, const char *scripts) MUST_CHECK;
