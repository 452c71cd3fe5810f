-- SPDX-License-Identifier: MIT
-- Asks for the lines of a file at random: METHOD, PATH and any number of "NAME: VALUE", separated by tabs. The last line
-- that it prints is what it counted, as JSON.
local requests = {}

function init(arguments)
	for line in io.lines(arguments[1]) do
		local parts, headers = {}, {}
		for part in line:gmatch("[^\t]+") do
			parts[#parts + 1] = part
		end
		for at = 3, #parts do
			local name, value = parts[at]:match("^(.-): (.*)$")
			headers[name] = value
		end
		requests[#requests + 1] = wrk.format(parts[1], parts[2], headers)
	end
	math.randomseed(tonumber(arguments[2]))
end

function request()
	return requests[math.random(#requests)]
end

function done(summary, latency)
	local errors = summary.errors
	print(string.format('{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "median_ms": %.3f, "p99_ms": %.3f}',
		summary.requests, summary.duration / 1e6, errors.status,
		errors.connect + errors.read + errors.write + errors.timeout,
		latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
