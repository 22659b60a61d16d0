-- Requests for wrk, which another program wrote as bytes, and the result as one line of JSON.
--
-- Arguments: the file of requests, and how they are used: "turn" repeats them in turn; "once" sends each once, and then
-- ends. In the file, each request follows a line with its length. After the last one of "once" comes a request for the
-- connections that are still open.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } bench_time; int clock_gettime(int, bench_time *);")

local MONOTONIC = 1
local threads = {}

local function now()
  local time = ffi.new("bench_time[1]")
  ffi.C.clock_gettime(MONOTONIC, time)
  return tonumber(time[0].seconds) * 1e6 + tonumber(time[0].nanoseconds) / 1e3
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local all = {}
  while true do
    local length = file:read("*l")
    if not length then break end
    all[#all + 1] = file:read(tonumber(length))
  end
  file:close()
  return all
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  requests = read(args[1])
  next_request = 0
  if args[2] == "once" then
    begun, ended, answered = 0, 0, 0
    request = once
    response = note
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function once()
  local last = requests[#requests]
  if not verified then
    -- Before it starts, wrk asks for a request to look at, which it does not send.
    verified = true
    return last
  end
  if begun == 0 then begun = now() end
  next_request = next_request + 1
  return next_request < #requests and requests[next_request] or last
end

function note()
  if answered == #requests - 1 then return end
  answered = answered + 1
  ended = now()
  if answered == #requests - 1 then wrk.thread:stop() end
end

function done(summary, latency)
  local duration, count = summary.duration, summary.requests
  for _, thread in ipairs(threads) do
    local ended = thread:get("ended")
    if ended then
      duration = ended - thread:get("begun")
      count = thread:get("answered")
    end
  end
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"max":%d,"refused":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}',
    count, duration, summary.bytes, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
