-- Sends the addresses of a file, one a line, each once, or over and over with REPEAT=1.
-- With PER_SECOND: each connection waits at random between an answer and its next request.
local prepared, next = {}, 0
local repeating = os.getenv("REPEAT") == "1"
local per_second = tonumber(os.getenv("PER_SECOND"))
local connections = tonumber(os.getenv("CONNECTIONS"))
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init()
  math.randomseed(tonumber(os.getenv("SEED")))
  for path in io.lines(os.getenv("PATHS")) do
    table.insert(prepared, wrk.format("GET", path))
  end
  -- Looking through all of them for garbage would cost more than sending them.
  collectgarbage("stop")
end

used_up = false
function request()
  next = next + 1
  if next > #prepared then
    if repeating then
      next = 1
    else
      used_up = true
      wrk.thread:stop()
      next = #prepared
    end
  end
  return prepared[next]
end

if per_second then
  local mean_ms = connections / per_second * 1000
  function delay() return math.floor(-math.log(1 - math.random()) * mean_ms + 0.5) end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"answers":%d,"us":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d,"usedUp":%s}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), tostring(threads[1]:get("used_up"))))
end
