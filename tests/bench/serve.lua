-- SPDX-License-Identifier: GPL-2.0-or-later
-- Ranked queries for wrk: pairs of words, drawn anew each time. With PACE=MILLISECONDS each
-- connection waits as long on average between two of them.
local words = {"police", "corruption", "victims", "children", "labor", "forced", "border", "court",
  "prison", "workers", "women", "journalists", "elections", "union", "minorities", "refugees",
  "education", "shelter", "trafficking", "violence", "torture", "detention", "religious", "media",
  "protest", "army", "discrimination", "wages", "strike", "constitution", "parliament", "asylum"}
local pace = tonumber(os.getenv("PACE") or 0)
math.randomseed(1)

function request()
  local first, second = words[math.random(#words)], words[math.random(#words)]
  return wrk.format("GET", "/api/search?q=" .. first .. "+" .. second)
end

if pace > 0 then
  function delay() return math.random(0, 2 * pace) end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("%d answers, %.0f a second; p50 %.1f ms, p99 %.1f ms, most %.1f ms; errors %d",
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
