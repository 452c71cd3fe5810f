/* SPDX-License-Identifier: MIT */
/* Folders that a test made, and removes with all that is in them. */
#pragma once

#include <ftw.h>
#include <stdio.h>

static inline int folder_remove_entry(const char *path, const struct stat *status, int kind,
				      struct FTW *place)
{
	return remove(path);
}

/* 0, or what nftw says. */
static inline int folder_remove(const char *path)
{
	return nftw(path, folder_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}
