-- SPDX-License-Identifier: MIT
-- Of the organisation "o": it has every identifier that is asked for. Where none is, nothing is looked at.
(
	num_nonnulls(
		:urn::text, :la_estab::text, :ukprn::text, :uid::text, :group_id::text, :companies_house_number::text,
		:gss::text, :la_code::text, :hesa_code::text, :provider_code::text, :accredited_number::text,
		:charity_number::text, :ods_code::text
	) = 0
	or o.identifiers @> array_remove(
		array[
			'urn:' || :urn::text, 'laEstab:' || :la_estab::text, 'ukprn:' || :ukprn::text, 'uid:' || :uid::text,
			'groupId:' || :group_id::text, 'companiesHouse:' || :companies_house_number::text, 'gss:' || :gss::text,
			'laCode:' || :la_code::text, 'hesaCode:' || :hesa_code::text, 'providerCode:' || :provider_code::text,
			'accreditedNumber:' || :accredited_number::text, 'charityNumber:' || :charity_number::text,
			'odsCode:' || :ods_code::text
		],
		null
	)
)
