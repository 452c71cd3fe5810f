-- SPDX-License-Identifier: MIT
-- The identifiers that are asked for, as organisations have them.
array_remove(
	array[
		'urn:' || :urn::text, 'laEstab:' || :la_estab::text, 'ukprn:' || :ukprn::text, 'uid:' || :uid::text,
		'groupId:' || :group_id::text, 'companiesHouse:' || :companies_house_number::text, 'gss:' || :gss::text,
		'laCode:' || :la_code::text, 'hesaCode:' || :hesa_code::text, 'providerCode:' || :provider_code::text,
		'accreditedNumber:' || :accredited_number::text, 'charityNumber:' || :charity_number::text,
		'odsCode:' || :ods_code::text
	],
	null
)
