# The rules for bodies. The first that is broken is kept: `fault` is the error code, `says` where it stands and what was expected (MOD-060).

function breaks(what, code) {
  if (fault != "") return
  fault = code == "" ? "invalid_argument" : code
  says = where() what
}

function check_body(type, node) {
  if (kind[node] != "object") { breaks("the value of " type " is an object, and here it is " shown(raw(node))); return }
  if (height[node] > 100) breaks("a body nests at most 100 levels")
  if (type == "event") { too_long(node, 6291456, type); check_event(node) }
  else if (type == "chunk") { too_long(node, 6291456, type); check_chunk(node) }
  else {
    too_long(node, 393216, type)
    if (type == "stream") { check_event(node); check_no_data(node) }
    else if (type == "context") check_context(node)
    else if (type == "error") check_error(node)
    else if (type == "end") check_end(node)
    else check_control(type, node)
  }
}

function too_long(node, most, type) {
  if (to[node] - from[node] > most) breaks(type " has at most " most " bytes", "resource_exhausted")
}

function check_event(node,   at, key, found, own) {
  own = to[node] - from[node]
  for (at = 1; at <= size[node]; at++) {
    key = name[node, at]
    found = get(node, key)
    if (key == "data" || key == "data_base64") { if (found) own -= to[found] - from[found]; continue }
    if (key !~ /^[a-z0-9]+$/) breaks("the name of an attribute has a to z and 0 to 9 only, and here it is " shown(key))
    if (found) check_attribute(key, found)
  }
  if (own > 393216) breaks("an event without its data has at most 393216 bytes", "resource_exhausted")
  needs(node, "id"); needs(node, "source"); needs(node, "type")
  if (!get(node, "specversion") || text[get(node, "specversion")] != "1.0") breaks("specversion is 1.0")
  check_data(node)
}

function needs(node, key) { if (!get(node, key)) breaks("an event has the attribute " key) }

function check_attribute(key, node,   value) {
  if (key ~ /^(id|source|type|specversion|datacontenttype|dataschema|subject|time)$/) {
    if (kind[node] != "string") breaks("the attribute " key " is a string, and here it is " shown(raw(node)))
    else if (text[node] == "") breaks("the attribute " key " is not empty")
    else if (key == "time" && !is_time(text[node])) breaks("time is a timestamp by RFC 3339, and here it is " shown(text[node]))
  } else if (kind[node] == "number") check_integer(key, node, -2147483648, 2147483647)
  else if (kind[node] !~ /^(string|true|false)$/) breaks("the attribute " key " is a string, a boolean or an integer of 32 bits")
  value = text[node]
  if (kind[node] == "string" && (value ~ /[\001-\037\177]|\302[\200-\237]/ || value ~ /\357\267[\220-\257]|\357\277[\276\277]|[\360-\364][\217\237\257\277]\277[\276\277]/))
    breaks("an attribute holds no control character and no noncharacter, and here " key " is " shown(value))
}

function check_data(node,   data, base64, type) {
  data = get(node, "data"); base64 = get(node, "data_base64")
  if (data && base64) breaks("an event has data or data_base64, and here it has both")
  if (base64) check_base64("data_base64", base64)
  type = get(node, "datacontenttype")
  if (data && type && kind[data] != "string" && !is_json_type(text[type])) breaks("data under the type " shown(text[type]) " is a string")
}

function check_no_data(node) { if (get(node, "data") || get(node, "data_base64")) breaks("a stream record has no data; it follows in chunks") }

function is_json_type(type) {
  sub(/;.*/, "", type)
  gsub(/[ \t]/, "", type)
  return tolower(type) ~ /\/json$|\+json$/
}

function check_base64(key, node,   value, last) {
  value = text[node]
  if (kind[node] != "string" || length(value) % 4 != 0 || value !~ /^[A-Za-z0-9+\/]*=?=?$/) { breaks(key " is base64 with padding"); return }
  last = substr(value, length(value) - 3)
  if (last ~ /==$/ && last !~ /^.[AQgw]==$/ || last ~ /[^=]=$/ && last !~ /^..[AEIMQUYcgkosw048]=$/) breaks(key " is base64 without stray bits")
}

function is_time(value,   parts, days, offset, minute, zone) {
  value = toupper(value)
  if (value !~ /^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]+)?(Z|[-+][0-2][0-9]:[0-5][0-9])$/) return 0
  split(substr(value, 1, 19), parts, /[-T:]/)
  days = parts[2] == 2 ? (parts[1] % 4 == 0 && (parts[1] % 100 != 0 || parts[1] % 400 == 0) ? 29 : 28) : (parts[2] ~ /^(04|06|09|11)$/ ? 30 : 31)
  if (parts[2] < 1 || parts[2] > 12 || parts[3] < 1 || parts[3] > days || parts[4] > 23 || parts[6] > 60) return 0
  offset = 0
  if (value !~ /Z$/) {
    zone = substr(value, length(value) - 5)
    if (substr(zone, 2, 2) > 23) return 0
    offset = (substr(zone, 2, 2) * 60 + substr(zone, 5, 2)) * (zone ~ /^-/ ? -1 : 1)
  }
  minute = (parts[4] * 60 + parts[5] - offset + 2880) % 1440
  return parts[6] < 60 || minute == 1439
}

function check_integer(key, node, least, most,   value) {
  value = raw(node)
  if (kind[node] != "number" || value !~ /^-?[0-9]+$/ || length(value) > 11 || value + 0 < least || value + 0 > most)
    breaks(key " is an integer from " least " to " most ", and here it is " shown(value))
}

function check_count(node, key) { if (get(node, key)) check_integer(key, get(node, key), 0, 4294967295) }

function check_string(node, key) { if (get(node, key) && kind[get(node, key)] != "string") breaks(key " is a string") }

function check_names(node, key,   map, at, child) {
  map = get(node, key)
  if (!map) return
  if (kind[map] != "object") { breaks(key " is an object"); return }
  for (at = 1; at <= size[map]; at++) {
    child = member[map, name[map, at]]
    if (kind[child] != "string") breaks("a value in " key " is a string")
    if (name[map, at] !~ /^[a-z0-9_]+$/ || length(name[map, at]) > 64) breaks("a name in " key " has 1 to 64 of a to z, 0 to 9 and _, and here it is " shown(name[map, at]))
  }
}

function check_chunk(node,   data, last) {
  data = get(node, "data"); last = get(node, "last")
  if (data) {
    check_base64("data", data)
    if (int(length(text[data]) / 4) * 3 - (text[data] ~ /=$/) - (text[data] ~ /==$/) > 65536) breaks("a chunk holds at most 65536 octets", "resource_exhausted")
  }
  if (last && kind[last] !~ /^(true|false)$/) breaks("last is true or false")
}

function check_context(node,   strings, count, at, deadline) {
  count = split("invocation_id function_name function_version idempotency_key tenant principal trigger traceparent tracestate", strings, " ")
  for (at = 1; at <= count; at++) check_string(node, strings[at])
  if (!get(node, "invocation_id") || text[get(node, "invocation_id")] == "") breaks("a context has an invocation_id")
  check_count(node, "remaining_ms"); check_count(node, "attempt")
  deadline = get(node, "deadline_ms")
  if (deadline && (kind[deadline] != "string" || text[deadline] !~ /^(0|[1-9][0-9]*)$/ || length(text[deadline]) > 20 || length(text[deadline]) == 20 && text[deadline] "" > "18446744073709551615"))
    breaks("deadline_ms is an integer of 64 bits, as a string of digits")
  check_names(node, "extensions")
}

function check_error(node,   keys, at) {
  for (at = split("code message disposition effect attribution", keys, " "); at > 0; at--) check_string(node, keys[at])
  if (!get(node, "code")) breaks("an error has a code")
  check_count(node, "retry_delay_ms")
  check_names(node, "details")
}

function check_end(node,   list, at, failure, before, index_) {
  list = get(node, "failures")
  if (!list) return
  if (kind[list] != "array") { breaks("failures is a list"); return }
  before = -1
  for (at = 1; at <= size[list]; at++) {
    failure = item[list, at]
    if (kind[failure] != "object") { breaks("a failure is an object"); return }
    check_count(failure, "index")
    index_ = get(failure, "index") ? raw(get(failure, "index")) + 0 : 0
    if (index_ <= before) breaks("failures stand in the order of their index, each once")
    before = index_
    if (!get(failure, "error")) breaks("a failure has an error")
    else if (kind[get(failure, "error")] != "object") breaks("error is an object")
    else check_error(get(failure, "error"))
  }
}

function check_control(type, node,   credit) {
  if (type == "credit") { check_count(node, "bytes"); credit = get(node, "bytes"); if (!credit || raw(credit) == "0") breaks("credit has at least 1 byte") }
  else if (type == "drain") check_count(node, "budget_ms")
  else if (type == "cancel") check_string(node, "reason")
  else if (type == "unsupported") check_string(node, "kind")
  else if (type == "hello") check_hello(node)
}

function check_hello(node,   list, at, limits) {
  list = get(node, "minors")
  if (!list || kind[list] != "array" || size[list] == 0) breaks("hello has minors, at least one")
  else for (at = 1; at <= size[list]; at++) check_integer("a minor", item[list, at], 0, 4294967295)
  check_string(node, "runtime")
  limits = get(node, "limits")
  if (limits && kind[limits] != "object") breaks("limits is an object")
  else if (limits) { check_count(limits, "max_record"); if (get(limits, "max_record") && raw(get(limits, "max_record")) + 0 < 1048576) breaks("max_record is at least 1048576") }
  check_count(node, "credit")
  if (!get(node, "credit") || raw(get(node, "credit")) + 0 < 65536) breaks("credit is at least 65536")
  list = get(node, "features")
  if (list && kind[list] != "array") breaks("features is a list")
  else if (list) for (at = 1; at <= size[list]; at++) if (kind[item[list, at]] != "string") breaks("a feature is a string")
  check_count(node, "orphan_budget_ms")
}
