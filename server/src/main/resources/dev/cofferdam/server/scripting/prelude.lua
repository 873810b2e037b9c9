-- SPDX-License-Identifier: Apache-2.0
-- What scripts find around them: the sandbox, the redis table, and the functions around our libraries that raise their errors.
-- Runs once in each new state. `java` is the one door: java(number, ...) answers true and results, or false and what went wrong; a Java
-- function must not raise an error itself, so the Lua functions here do it. Nothing here reads a global once it is set up, so that a script
-- that changes an environment changes only its own.
local java, raw_call, interrupted, operations, null = ...

local assert, error, getmetatable, ipairs, loadstring, next, pairs, pcall, rawequal, rawget, rawset, select, setmetatable, tonumber, tostring,
    type, unpack = assert, error, getmetatable, ipairs, loadstring, next, pairs, pcall, rawequal, rawget, rawset, select, setmetatable,
    tonumber, tostring, type, unpack
local collectgarbage, setfenv, xpcall, load, gcinfo = collectgarbage, setfenv, xpcall, load, gcinfo
local getinfo = debug.getinfo
local find, byte, sub, match, lower, gmatch, gsub = string.find, string.byte, string.sub, string.match, string.lower, string.gmatch, string.gsub
local concat = table.concat
local string, math, table, coroutine = string, math, table, coroutine

local READ_ONLY = 'Attempt to modify a readonly table'
local PATTERN_MAX_BYTES = 4000

-- ---------------------------------------------------------------- protected tables

-- Of each protected table's stand-in: the table itself. Scripts only ever see stand-ins, which stay empty.
local real = setmetatable({}, {__mode = 'k'})

local function refuse()
  error(READ_ONLY, 2)
end

local function protect(content)
  local stand_in = setmetatable({}, {__index = content, __newindex = refuse})
  real[stand_in] = content
  return stand_in
end

local function complain_about(position, name, expected, value, level)
  error("bad argument #" .. position .. " to '" .. name .. "' (" .. expected .. " expected, got " .. (value == nil and 'nil' or type(value)) .. ")",
    level + 1)
end

local base = {}

function base.pairs(t)
  local content = real[t]
  if content then
    return function(_, key) return next(content, key) end, t, nil
  end
  if type(t) ~= 'table' then
    complain_about(1, 'pairs', 'table', t, 2)
  end
  return next, t, nil
end

function base.next(t, key)
  if type(t) ~= 'table' then
    complain_about(1, 'next', 'table', t, 2)
  end
  return next(real[t] or t, key)
end

function base.rawget(t, key)
  if type(t) ~= 'table' then
    complain_about(1, 'rawget', 'table', t, 2)
  end
  return rawget(real[t] or t, key)
end

function base.rawset(t, key, value)
  if real[t] then
    error(READ_ONLY, 0)
  end
  if type(t) ~= 'table' then
    complain_about(1, 'rawset', 'table', t, 2)
  end
  return rawset(t, key, value)
end

local string_metatable = getmetatable('')
local shown_metatables = {}

function base.getmetatable(...)
  local value = ...
  if select('#', ...) == 0 then
    error("bad argument #1 to 'getmetatable' (value expected)", 2)
  end
  if real[value] then
    return shown_metatables[value]
  end
  if type(value) == 'string' then
    return shown_metatables['']
  end
  return getmetatable(value)
end

function base.setmetatable(t, metatable)
  if real[t] then
    error(READ_ONLY, 0)
  end
  if type(t) ~= 'table' then
    complain_about(1, 'setmetatable', 'table', t, 2)
  end
  if metatable ~= nil and type(metatable) ~= 'table' then
    error("bad argument #2 to 'setmetatable' (nil or table expected)", 2)
  end
  return setmetatable(t, metatable)
end

-- An error that redis.call raised is a table; who catches it gets its text, as before Redis 7.
local function caught(ok, problem, ...)
  if not ok and type(problem) == 'table' and type(problem.err) == 'string' then
    return false, problem.err
  end
  return ok, problem, ...
end

function base.pcall(...)
  if select('#', ...) == 0 then
    error("bad argument #1 to 'pcall' (value expected)", 2)
  end
  return caught(pcall(...))
end

-- Stopping the collector would stop it for every script that comes after.
function base.collectgarbage(what, argument)
  if what == nil or what == 'collect' or what == 'count' or what == 'step' then
    return collectgarbage(what or 'collect', argument)
  end
  return 0
end

-- Bytecode can break the interpreter, so it is made to fail as text.
function base.loadstring(text, name)
  if type(text) ~= 'string' then
    complain_about(1, 'loadstring', 'string', text, 2)
  end
  if byte(text) == 27 then
    return loadstring(' ' .. text, name or text)
  end
  return loadstring(text, name or text)
end

function base.load(reader, name)
  if type(reader) ~= 'function' then
    complain_about(1, 'load', 'function', reader, 2)
  end
  local parts = {}
  while true do
    local part = reader()
    if part == nil or part == '' then
      break
    end
    if type(part) ~= 'string' then
      return nil, 'reader function must return a string'
    end
    parts[#parts + 1] = part
  end
  return base.loadstring(concat(parts), name or '=(load)')
end

for name, value in pairs({assert = assert, error = error, ipairs = ipairs, rawequal = rawequal, select = select, tonumber = tonumber,
    tostring = tostring, type = type, unpack = unpack, xpcall = xpcall, gcinfo = gcinfo}) do
  base[name] = value
end
base._VERSION = _VERSION

-- A pattern's matcher calls itself once per item, on the thread's own stack.
local function check_pattern(pattern)
  if type(pattern) == 'string' and #pattern > PATTERN_MAX_BYTES then
    error('pattern of ' .. #pattern .. ' bytes, at most ' .. PATTERN_MAX_BYTES .. ' are allowed', 3)
  end
end

local function copy(library)
  local result = {}
  for name, value in pairs(library) do
    result[name] = value
  end
  return result
end

local string_functions, math_functions = copy(string), copy(math)

function string_functions.find(subject, pattern, ...)
  check_pattern(pattern)
  return find(subject, pattern, ...)
end

function string_functions.match(subject, pattern, ...)
  check_pattern(pattern)
  return match(subject, pattern, ...)
end

function string_functions.gmatch(subject, pattern, ...)
  check_pattern(pattern)
  return gmatch(subject, pattern, ...)
end
string_functions.gfind = string_functions.gmatch

function string_functions.gsub(subject, pattern, ...)
  check_pattern(pattern)
  return gsub(subject, pattern, ...)
end

-- ---------------------------------------------------------------- ours, by Java

-- Gives on what Java answered, or raises its complaint where the script called.
local function given(ok, ...)
  if ok then
    return ...
  end
  error((...), find((...), '^table index') and 0 or 3)
end

local function library(names)
  local result = {}
  for _, name in ipairs(names) do
    local operation = assert(operations[name], name)
    result[match(name, '[^.]+$')] = function(...)
      return given(java(operation, ...))
    end
  end
  return result
end

math_functions.random = library({'math.random'}).random
math_functions.randomseed = library({'math.randomseed'}).randomseed

local bit = library({'bit.tobit', 'bit.bnot', 'bit.band', 'bit.bor', 'bit.bxor', 'bit.lshift', 'bit.rshift', 'bit.arshift', 'bit.rol',
  'bit.ror', 'bit.bswap', 'bit.tohex'})
local struct = library({'struct.pack', 'struct.unpack', 'struct.size'})
local cmsgpack = library({'cmsgpack.pack', 'cmsgpack.unpack', 'cmsgpack.unpack_one', 'cmsgpack.unpack_limit'})
cmsgpack._NAME = 'cmsgpack'
cmsgpack._VERSION = 'lua-cmsgpack 0.4.0'
cmsgpack._DESCRIPTION = 'MessagePack for Lua'
local cjson = library({'cjson.encode', 'cjson.decode', 'cjson.encode_sparse_array', 'cjson.encode_max_depth', 'cjson.decode_max_depth',
  'cjson.encode_number_precision', 'cjson.encode_keep_buffer', 'cjson.encode_invalid_numbers', 'cjson.decode_invalid_numbers'})
cjson.null = null
cjson._NAME = 'cjson'
cjson._VERSION = '2.1.0'

-- ---------------------------------------------------------------- redis

local redis = {}

function redis.call(...)
  local value, problem = raw_call(...)
  if problem then
    error(problem, 0)
  end
  return value
end

function redis.pcall(...)
  local value, problem = raw_call(...)
  if problem then
    return problem
  end
  return value
end

local function failure(text)
  return {err = 'ERR ' .. text}
end

-- Java's complaint becomes the table that redis.call's errors are.
local function given_or_failure(ok, ...)
  if ok then
    return ...
  end
  error(failure((...)), 0)
end

local function redis_function(name)
  local operation = assert(operations[name], name)
  return function(...)
    return given_or_failure(java(operation, ...))
  end
end

for _, name in ipairs({'log', 'setresp', 'set_repl', 'acl_check_cmd', 'sha1hex'}) do
  redis[name] = redis_function('redis.' .. name)
end

function redis.status_reply(...)
  local text = ...
  if select('#', ...) ~= 1 or type(text) ~= 'string' then
    return failure('wrong number or type of arguments')
  end
  return {ok = text}
end

function redis.error_reply(...)
  local text = ...
  if select('#', ...) ~= 1 or type(text) ~= 'string' then
    return failure('wrong number or type of arguments')
  end
  if byte(text) == 45 then
    text = sub(text, 2)
  end
  text = match(text, '^(.-)[\r\n]*$')
  if not find(text, ' ', 1, true) then
    text = 'ERR ' .. text
  end
  return {err = text}
end

redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING = 0, 1, 2, 3
redis.REPL_NONE, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_ALL = 0, 1, 2, 2, 3
redis.REDIS_VERSION, redis.REDIS_VERSION_NUM = operations.version, operations.version_number

local script_redis = copy(redis)
function script_redis.replicate_commands()
  return true
end
function script_redis.breakpoint()
  return false
end
function script_redis.debug()
end

-- ---------------------------------------------------------------- errors

local OURS = '=cofferdam'

-- Says where an error came from: the innermost line of the script itself.
local function handler(problem)
  local reason = interrupted()
  local text
  if reason then
    problem = failure(reason)
  elseif type(problem) ~= 'table' then
    text = tostring(problem)
  elseif type(rawget(problem, 'err')) ~= 'string' then
    problem = {err = type(problem.err) == 'string' and problem.err or 'ERR execution failure'}
  end
  local level = 2
  local frame = getinfo(level, 'Sl')
  local ours = false
  while frame and (frame.what == 'C' or frame.source == OURS) do
    ours = ours or frame.source == OURS
    level = level + 1
    frame = getinfo(level, 'Sl')
  end
  if text then
    -- What Lua's own library says below a function of ours lacks the place, which is the script's.
    if ours and frame and text ~= READ_ONLY and find(text, '^bad argument') then
      text = sub(frame.source, 2) .. ':' .. frame.currentline .. ': ' .. text
    end
    problem = failure(text)
  end
  if frame then
    rawset(problem, 'source', frame.source)
    rawset(problem, 'line', frame.currentline)
  end
  return problem
end

-- ---------------------------------------------------------------- environments

local function environment(redis_table)
  local content = copy(base)
  content.string, content.math, content.table, content.coroutine = shown_metatables.string, protect(math_functions), protect(copy(table)),
    protect(copy(coroutine))
  content.bit, content.struct, content.cmsgpack, content.cjson = protect(bit), protect(struct), protect(cmsgpack), protect(cjson)
  content.redis = protect(redis_table)
  return content
end

-- What a script sees as its globals, and the table behind it that only we write.
local function globals(content)
  local stand_in = protect(content)
  content._G = stand_in
  local missing = {__index = function(_, name)
    error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
  end}
  setmetatable(content, missing)
  shown_metatables[stand_in] = protect(missing)
  return stand_in
end

shown_metatables.string = protect(string_functions)
string_metatable.__index = string_functions
shown_metatables[''] = protect({__index = shown_metatables.string})

local script_content = environment(script_redis)
script_content.__redis__err__handler = handler
local script_globals = globals(script_content)

local function_content = environment(redis)
local function_globals = globals(function_content)

-- ---------------------------------------------------------------- functions

local registered

local function register(named)
  local name, callback, description, flags = named.name, named.callback, named.description, named.flags
  if not match(name, '^[%w_]+$') then
    error(failure('Library names can only contain letters, numbers, or underscores(_) and must be at least one character long'), 0)
  end
  for _, other in ipairs(registered) do
    if other[1] == name then
      error(failure('Function already exists in the library'), 0)
    end
  end
  registered[#registered + 1] = {name, callback, description, flags}
end

local FLAGS = {['no-writes'] = 1, ['allow-oom'] = 2, ['allow-stale'] = 4, ['no-cluster'] = 8, ['allow-cross-slot-keys'] = 16}

local function read_flags(list)
  local bits, seen = 0, {}
  local i = 1
  while list[i] ~= nil do
    local flag = list[i]
    local value = type(flag) == 'string' and FLAGS[lower(flag)]
    if not value then
      error(failure('unknown flag given'), 0)
    end
    if not seen[value] then
      seen[value] = true
      bits = bits + value
    end
    i = i + 1
  end
  return bits
end

local function text_of(value)
  if type(value) == 'number' then
    return tostring(value)
  end
  return type(value) == 'string' and value or nil
end

local function register_named(arguments)
  local named = {flags = 0}
  for key, value in next, arguments do
    local name = type(key) == 'string' and lower(key) or type(key) == 'number' and tostring(key)
    if not name then
      error(failure('named argument key given to redis.register_function is not a string'), 0)
    end
    if name == 'function_name' then
      named.name = text_of(value) or error(failure('function_name argument given to redis.register_function must be a string'), 0)
    elseif name == 'description' then
      named.description = text_of(value) or error(failure('description argument given to redis.register_function must be a string'), 0)
    elseif name == 'callback' then
      if type(value) ~= 'function' then
        error(failure('callback argument given to redis.register_function must be a function'), 0)
      end
      named.callback = value
    elseif name == 'flags' then
      if type(value) ~= 'table' then
        error(failure('flags argument to redis.register_function must be a table representing function flags'), 0)
      end
      named.flags = read_flags(value)
    else
      error(failure('unknown argument given to redis.register_function'), 0)
    end
  end
  if not named.name then
    error(failure('redis.register_function must get a function name argument'), 0)
  end
  if not named.callback then
    error(failure('redis.register_function must get a callback argument'), 0)
  end
  register(named)
end

local loading_redis = {log = redis.log, LOG_DEBUG = 0, LOG_VERBOSE = 1, LOG_NOTICE = 2, LOG_WARNING = 3, REDIS_VERSION = redis.REDIS_VERSION,
  REDIS_VERSION_NUM = redis.REDIS_VERSION_NUM}

function loading_redis.register_function(...)
  if not registered then
    error(failure('redis.register_function can only be called on FUNCTION LOAD command'), 0)
  end
  local count = select('#', ...)
  local first, second = ...
  if count < 1 or count > 2 then
    error(failure('wrong number of arguments to redis.register_function'), 0)
  end
  if count == 1 then
    if type(first) ~= 'table' then
      error(failure('calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).'), 0)
    end
    register_named(first)
    return
  end
  local name = text_of(first) or error(failure('first argument to redis.register_function must be a string'), 0)
  if type(second) ~= 'function' then
    error(failure('second argument to redis.register_function must be a function'), 0)
  end
  register({name = name, callback = second, flags = 0})
end

local missing = {__index = function(_, name)
  error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
end}
local loading_content = setmetatable({redis = protect(setmetatable(loading_redis, missing))}, missing)

-- A library's chunk sees little while it is loaded; its functions, which share its environment, see everything afterwards.
local library_environment = {__index = function_content, __newindex = refuse}
local library_globals = setmetatable({}, library_environment)
real[library_globals] = function_content
shown_metatables[library_globals] = shown_metatables[function_globals]
function_content._G = library_globals

local function load_library(chunk)
  registered = {}
  library_environment.__index = loading_content
  setfenv(chunk, library_globals)
  local ok, problem = xpcall(chunk, handler)
  library_environment.__index = function_content
  local functions = registered
  registered = nil
  if not ok then
    return type(problem) == 'table' and problem.err or tostring(problem)
  end
  return functions
end

-- ---------------------------------------------------------------- entry points

local function run_script(chunk, keys, arguments)
  script_content.KEYS = keys
  script_content.ARGV = arguments
  return chunk()
end

local function adopt(chunk)
  return setfenv(chunk, script_globals)
end

return script_globals, handler, run_script, adopt, load_library
