-- SPDX-License-Identifier: MIT
-- A widget in parts: columns of a select list.
id as ".id", code as ".code", batch as ".batch", name as ".name", colour as ".colour", weight as ".weight",
quantity as ".quantity", made_on as ".madeOn", fragile as ".fragile", to_json(tags) as ".tags", serial as ".serial",
maker_id as ".makerId", starts_on as ".startsOn", ends_on as ".endsOn", lower(shelf) as ".shelf?.from",
upper(shelf) as ".shelf?.to", longitude as ".location?.longitude", latitude as ".location?.latitude", state as ".state",
to_json(created_at) as ".createdAt"
