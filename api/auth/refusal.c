/* SPDX-License-Identifier: MIT */
#include "refusal.h"

#include <assert.h>

#define REFUSAL_REALM "Bearer realm=\"accord\""
#define REFUSAL(description_)                                      \
	.description = description_, .challenge = REFUSAL_REALM    \
				     ", error=\"invalid_token\", " \
				     "error_description=\"" description_ "\""

static const struct {
	const char *name;
	const char *description;
	const char *challenge;
} refusals[REFUSALS] = {
	[0] = {"none", "", REFUSAL_REALM},
	[REFUSAL_OVERSIZED] = {"oversized", REFUSAL("The token is longer than 8192 bytes.")},
	[REFUSAL_MALFORMED] =
		{"malformed", REFUSAL("The token is not a signed JSON Web Token in compact form.")},
	[REFUSAL_DUPLICATE] = {"duplicate", REFUSAL("The token names a member twice.")},
	[REFUSAL_EXTENSION] = {"extension",
			       REFUSAL("The token has one of the headers crit, zip and b64.")},
	[REFUSAL_OWN_KEY] = {"own-key",
			     REFUSAL("The token has one of the headers jku, jwk, x5u and x5c.")},
	[REFUSAL_TYPE] = {"type", REFUSAL("The token is not of a type that is accepted.")},
	[REFUSAL_ALGORITHM] = {"algorithm",
			       REFUSAL("The token's algorithm is not one that is accepted.")},
	[REFUSAL_ISSUER] = {"issuer", REFUSAL("The token's issuer is not one that is trusted.")},
	[REFUSAL_KEY_UNKNOWN] = {"key-unknown",
				 REFUSAL("The token's key is not one of its issuer's.")},
	[REFUSAL_KEY_ALGORITHM] = {"key-algorithm",
				   REFUSAL("The token's algorithm is not that of its key.")},
	[REFUSAL_SIGNATURE] = {"signature", REFUSAL("The token's signature is wrong.")},
	[REFUSAL_CLAIM] = {"claim",
			   REFUSAL("A claim of the token is missing or of the wrong type.")},
	[REFUSAL_AUDIENCE] = {"audience", REFUSAL("The token is meant for another audience.")},
	[REFUSAL_EXPIRED] = {"expired", REFUSAL("The token has expired.")},
	[REFUSAL_EARLY] = {"early", REFUSAL("The token is not valid yet.")},
	[REFUSAL_FUTURE] = {"future", REFUSAL("The token was issued in the future.")},
	[REFUSAL_LIFETIME] = {"lifetime",
			      REFUSAL("The token is valid for longer than is accepted.")},
	[REFUSAL_SUBJECT] = {"subject", REFUSAL("The token's bearer is not one that its issuer "
						"is trusted for.")},
	[REFUSAL_REVOKED] = {"revoked", REFUSAL("The token was revoked.")},
	[REFUSAL_UNAVAILABLE] = {.name = "unavailable",
				 .description =
					 "The keys of the token's issuer cannot be had now."},
};

const char *refusal_name(int refusal)
{
	assert(refusal >= 0 && refusal < REFUSALS);
	return refusals[refusal].name;
}

const char *refusal_description(int refusal)
{
	assert(refusal >= 0 && refusal < REFUSALS);
	return refusals[refusal].description;
}

const char *refusal_challenge(int refusal)
{
	assert(refusal >= 0 && refusal < REFUSALS);
	return refusals[refusal].challenge;
}
