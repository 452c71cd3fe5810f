-- SPDX-License-Identifier: MIT
-- Verify accord:finding on pg

begin;

select organisation_id, partner_id from published.partner_pair where false;

rollback;
