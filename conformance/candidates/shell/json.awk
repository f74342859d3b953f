# Reads JSON by RFC 8259 into numbered nodes: kind, raw text (from, to), text of strings, items, members by name.

BEGIN {
  for (code = 1; code < 256; code++) {
    chr[code] = sprintf("%c", code)
    ord[chr[code]] = code
  }
  unescaped["b"] = "\b"; unescaped["f"] = "\f"; unescaped["n"] = "\n"; unescaped["r"] = "\r"; unescaped["t"] = "\t"
  unescaped["\""] = "\""; unescaped["\\"] = "\\"; unescaped["/"] = "/"
}

# Reads a line. Gives its node, or 0 with `wrong`: "cut" where the text ends too early, else "bad".
# `stain` is what RFC 8259 allows and no stream may hold: a name twice, or half of a surrogate pair.
function json(line,   node) {
  split("", kind); split("", text); split("", item); split("", name); split("", member); split("", size)
  T = line; P = 1; nodes = 0; wrong = ""; stain = ""
  if (!is_utf8(line)) { wrong = "bad"; return 0 }
  node = read_value(1)
  space()
  if (wrong == "" && P <= length(T)) wrong = "bad"
  return wrong == "" ? node : 0
}

function is_utf8(bytes) {
  if (bytes !~ /[\200-\377]/) return 1
  gsub(/[\302-\337][\200-\277]|\340[\240-\277][\200-\277]|[\341-\354\356\357][\200-\277][\200-\277]|\355[\200-\237][\200-\277]/, "", bytes)
  gsub(/\360[\220-\277][\200-\277][\200-\277]|[\361-\363][\200-\277][\200-\277][\200-\277]|\364[\200-\217][\200-\277][\200-\277]/, "", bytes)
  return bytes !~ /[\200-\377]/
}

function space() { while (index(" \t\r\n", substr(T, P, 1)) > 0 && P <= length(T)) P++ }

function fails(how) { if (wrong == "") wrong = how; P = length(T) + 1 }

function read_value(depth,   node, c) {
  space()
  node = ++nodes
  from[node] = P
  height[node] = 1
  c = substr(T, P, 1)
  # awk itself bears no more levels.
  if (depth > 400) fails("bad")
  else if (c == "{") read_object(node, depth)
  else if (c == "[") read_array(node, depth)
  else if (c == "\"") { kind[node] = "string"; text[node] = read_string() }
  else literal(node)
  to[node] = P
  return node
}

function literal(node,   rest) {
  rest = substr(T, P, 2000)
  if (rest == "" || index("true", rest) == 1 && length(rest) < 4 || index("false", rest) == 1 && length(rest) < 5 || index("null", rest) == 1 && length(rest) < 4) { fails("cut"); return }
  if (match(rest, /^(true|false|null)/)) kind[node] = substr(rest, 1, RLENGTH)
  else if (match(rest, /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) kind[node] = "number"
  else { fails("bad"); return }
  P += RLENGTH
}

function read_array(node, depth,   child) {
  kind[node] = "array"
  size[node] = 0
  P++
  space()
  if (substr(T, P, 1) == "]") { P++; return }
  while (wrong == "") {
    child = read_value(depth + 1)
    item[node, ++size[node]] = child
    if (height[child] >= height[node]) height[node] = height[child] + 1
    if (!goes_on("]")) return
  }
}

# Passes a comma, and gives 1; or passes the end, and gives 0.
function goes_on(end,   c) {
  space()
  c = substr(T, P, 1)
  if (c == ",") { P++; return 1 }
  if (c == end) P++
  else fails(c == "" ? "cut" : "bad")
  return 0
}

function read_object(node, depth,   key, child, c) {
  kind[node] = "object"
  size[node] = 0
  P++
  space()
  if (substr(T, P, 1) == "}") { P++; return }
  while (wrong == "") {
    space()
    c = substr(T, P, 1)
    if (c != "\"") { fails(c == "" ? "cut" : "bad"); return }
    key = read_string()
    space()
    c = substr(T, P, 1)
    if (c != ":") { fails(c == "" ? "cut" : "bad"); return }
    P++
    child = read_value(depth + 1)
    if ((node, key) in member) { if (stain == "") stain = "the member \"" shown(key) "\" stands there twice" }
    member[node, key] = child
    name[node, ++size[node]] = key
    if (height[child] >= height[node]) height[node] = height[child] + 1
    if (!goes_on("}")) return
  }
}

function read_string(   out, rest, c) {
  P++
  for (;;) {
    rest = substr(T, P, 8192)
    if (match(rest, /^[^"\\\001-\037]+/)) { out = out substr(rest, 1, RLENGTH); P += RLENGTH; continue }
    c = substr(rest, 1, 1)
    if (c == "\"") { P++; return out }
    if (c == "\\") out = out escape(substr(T, P + 1, 11))
    else fails(c == "" ? "cut" : "bad")
    if (wrong != "") return out
  }
}

function escape(rest,   c, code, low) {
  c = substr(rest, 1, 1)
  if (c in unescaped) { P += 2; return unescaped[c] }
  if (c == "" || c == "u" && length(rest) < 5) { fails("cut"); return "" }
  if (c != "u" || (code = hex4(substr(rest, 2, 4))) < 0) { fails("bad"); return "" }
  P += 6
  if (code < 55296 || code > 57343) return utf8(code)
  low = code < 56320 && substr(rest, 6, 2) == "\\u" ? hex4(substr(rest, 8, 4)) : -1
  if (low < 56320 || low > 57343) {
    if (stain == "") stain = "half of a surrogate pair"
    return "?"
  }
  P += 6
  return utf8(65536 + (code - 55296) * 1024 + low - 56320)
}

function hex4(digits,   value, at) {
  if (digits !~ /^[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]$/) return -1
  for (at = 1; at <= 4; at++) value = value * 16 + index("0123456789abcdef", tolower(substr(digits, at, 1))) - 1
  return value
}

# U+0000 is told as U+0001, since awk's texts need not hold it: both are control characters, and neither is allowed.
function utf8(code) {
  if (code == 0) return chr[1]
  if (code < 128) return chr[code]
  if (code < 2048) return chr[192 + int(code / 64)] chr[128 + code % 64]
  if (code < 65536) return chr[224 + int(code / 4096)] chr[128 + int(code / 64) % 64] chr[128 + code % 64]
  return chr[240 + int(code / 262144)] chr[128 + int(code / 4096) % 64] chr[128 + int(code / 64) % 64] chr[128 + code % 64]
}

function raw(node) { return substr(T, from[node], to[node] - from[node]) }

# The member of this name, or 0 where it is absent or null.
function get(node, key,   found) {
  if (!((node, key) in member)) return 0
  found = member[node, key]
  return kind[found] == "null" ? 0 : found
}

# A text as a message shows it: at most 64 of its bytes, those that are not printed escaped.
function shown(given,   out, at, c) {
  for (at = 1; at <= length(given) && at <= 64; at++) {
    c = substr(given, at, 1)
    out = out (c < " " || c > "~" ? sprintf("\\x%02x", ord[c]) : c)
  }
  return out
}

# A text as it stands in a JSON string.
function quoted(given) {
  gsub(/[\\"]/, "\\\\&", given)
  gsub(/[\001-\037]/, " ", given)
  return given
}
