-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
-- order title: sort_title asc, id asc
-- order startsOn: starts_on asc, id asc
-- Of few that a caller sees, all are sorted. Where they are many, all that is there is gone through in order, and a
-- page is soon full, if later with words of a title. The planner cannot tell how many: both ways are written out.
-- What waits for the acting organisation is among what it is a member of.
with own as materialized (
	select bound.most, case
		when :member_state::text is not null or :awaiting_signature::boolean then array(
			select m.partnership_id
			from restricted.partnership_member m
			where m.organisation_id = (select accord.caller_organisation())
			and m.state = coalesce(:member_state, 'accepted')
			and (
				:member::uuid is null or exists (
					select
					from restricted.partnership_member o
					where o.partnership_id = m.partnership_id and o.organisation_id = :member
					and o.state in ('invited', 'accepted', 'disputed')
				)
			)
		)
		when :member::uuid is null then array(
			select y.record_id
			from restricted.party y
			where y.organisation_id = any ((select accord.caller_organisations())::uuid[])
			limit bound.most
		)
		else array(
			select m.partnership_id
			from restricted.partnership_member m
			where m.organisation_id = :member and m.state in ('invited', 'accepted', 'disputed')
		)
	end as ids
	from (values (case when :title::text is null then 1000 else 10000 end)) as bound (most)
)
select json_build_object(
-- include: partnerships/_partnership.sql
) as item, p.created_at, p.sort_title, p.starts_on, p.id
from (
	select true as few, k.*
	from restricted.partnership k
	where k.id = any ((select own.ids from own)::uuid[])
	union all
	select false, k.*
	from restricted.partnership k
) p
where p.few = (
	select num_nonnulls(:member::uuid, :member_state::text, nullif(:awaiting_signature::boolean, false)) > 0
		or cardinality(own.ids) < own.most
	from own
)
and (
	:awaiting_signature::boolean is null or :awaiting_signature =
-- include: partnerships/_awaited.sql
)
and (:state::text is null or p.state = :state)
and
-- include: partnerships/_filters.sql
