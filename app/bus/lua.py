"""Pieces that the scripts of several modules share."""

# A command that takes any number of arguments, called with a few hundred at a time: Lua's stack has room for 8,000.
IN_LOTS = """
local function in_lots(command, key, arguments)
  for i = 1, #arguments, 1000 do redis.call(command, key, unpack(arguments, i, math.min(i + 999, #arguments))) end
end
"""

# ARGV from `first` on: ids. Answers the number of the last of them, or nothing if none is on its walk any more.
LAST_OF = """
local function last_of(order, first)
  local last
  for _, number in ipairs(redis.call('ZMSCORE', order, unpack(ARGV, first))) do
    if number then last = math.max(last or 0, tonumber(number)) end
  end
  return last
end
"""
