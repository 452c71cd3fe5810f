/* SPDX-License-Identifier: MIT */
#include "token.h"

#include <errno.h>
#include <jwt.h>
#include <string.h>

/* What Debian's 1.10 and 1.17 have in common is used, and nothing of what either does by itself. */

static void token_cleanup(jwt_t **jwt)
{
	jwt_free(*jwt);
}

/* libjwt's errors are errno's numbers, positive. */
static int token_error(int error)
{
	return error == ENOMEM ? -ENOMEM : -EIO;
}

int token_sign(const struct key *key, const json_t *claims, char **ret_text)
{
	CLEANUP_FREE char *members = json_dumps(claims, JSON_COMPACT);
	CLEANUP(token_cleanup) jwt_t *jwt = NULL;
	char *text;
	int error;

	if (!members)
		return -ENOMEM;
	error = jwt_new(&jwt);
	if (!error)
		error = jwt_add_header(jwt, "kid", key->kid);
	if (!error)
		error = jwt_add_grants_json(jwt, members);
	if (!error)
		error = jwt_set_alg(jwt, JWT_ALG_ES256, (const unsigned char *)key->private_pem,
				    (int)key->private_length);
	if (error)
		return token_error(error);
	text = jwt_encode_str(jwt); /* from malloc: no other allocator is set */
	if (!text)
		return token_error(errno);
	*ret_text = text;
	return 0;
}
