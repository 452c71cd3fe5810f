/* SPDX-License-Identifier: MIT */
/*
 * "accord upload": sends publishers' files to a service, wherever it is, and waits until it has
 * imported them. What was interrupted goes on where it was. Knows the service by its contract
 * alone.
 */
#pragma once

#include "../config.h"

/* "--kind KIND FILE…": prints the report of "accord import". Returns what the program exits with:
 * 0; 1 when a file was not imported; 2 when the command was not understood. */
int command_upload(const struct config *config, int count, char **arguments);
