-- SPDX-License-Identifier: MIT
-- The parameter "local_authority" as an array of nine-character codes; three digits mean the living authority.
array(
	select a.code
	from reference.local_authority a
	where a.code = any(:local_authority::text[])
	or (a.old_code = any(:local_authority::text[]) and a.status = 'live')
)
