-- SPDX-License-Identifier: MIT
-- What the symbols beside a missing number mean.
json '{"c": "Confidential", "low": "Rounds to zero", "u": "Unreliable", "x": "Unavailable in the source",
	"z": "Not applicable"}'
