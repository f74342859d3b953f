# One Envelope: what is kept of it while it is read, and what is answered.

BEGIN {
  for (at = 1; at <= split("invalid_argument already_exists out_of_range data_loss", codes, " "); at++) status[codes[at]] = 65
  for (at = 1; at <= split("not_found unimplemented unavailable", codes, " "); at++) status[codes[at]] = 69
  for (at = 1; at <= split("cancelled deadline_exceeded resource_exhausted aborted", codes, " "); at++) status[codes[at]] = 75
  for (at = 1; at <= split("permission_denied failed_precondition unauthenticated", codes, " "); at++) status[codes[at]] = 78
  for (at = 1; at <= split("context event stream chunk error end", codes, " "); at++) place[codes[at]] = at
  alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

function forget() { begun = 0; opened = 0; events = 0; type = ""; held = ""; collected = ""; streamed = 0; invocation = ""; late = 0 }

# Takes a record that keeps the rules for bodies, where the grammar lets it stand.
function take(record, node,   found) {
  check_body(record, node)
  if (record == "context" && begun) breaks("a context stands first and once")
  if (opened && record ~ /^(event|stream|end)$/) breaks("the payload of a stream ends with a chunk that is the last, and here " record " comes before it")
  if (record == "chunk" && !opened) breaks("a chunk follows a stream record")
  if (fault != "") return
  begun = 1
  if (record == "context") {
    invocation = raw(get(node, "invocation_id"))
    late = get(node, "remaining_ms") && raw(get(node, "remaining_ms")) == "0"
  }
  if (record == "event" || record == "stream") {
    events++
    found = get(node, "datacontenttype")
    type = found ? raw(found) : ""
    streamed = record == "stream"
    opened = streamed
    collected = ""
    held = ""
    if (get(node, "data")) held = ",\"data\":" raw(get(node, "data"))
    if (get(node, "data_base64")) held = ",\"data_base64\":" raw(get(node, "data_base64"))
  }
  if (record == "chunk") {
    if (get(node, "data")) collected = joined(collected, text[get(node, "data")])
    if (length(collected) > 1400000) breaks("a payload of at most 1048576 octets is echoed", "resource_exhausted")
    if (get(node, "last") && kind[get(node, "last")] == "true") opened = 0
  }
}

# Base64 of the octets of two texts in base64, one after the other.
function joined(left, right,   bits, many, out, at) {
  if (left !~ /=$/) return left right
  out = substr(left, 1, length(left) - 4)
  bits = 0; many = 0
  right = substr(left, length(left) - 3) right
  for (at = 1; at <= length(right); at += 4) {
    bits = bits * 2 ^ (8 * octets_in(substr(right, at, 4))) + number_of(substr(right, at, 4))
    many += 8 * octets_in(substr(right, at, 4))
    while (many >= 24) { many -= 24; out = out quantum(int(bits / 2 ^ many), 24); bits %= 2 ^ many }
  }
  return many > 0 ? out quantum(bits * 2 ^ (24 - many), many) : out
}

function octets_in(four) { return 3 - (four ~ /=$/) - (four ~ /==$/) }

# The number that the octets of four characters make.
function number_of(four,   at, out) {
  out = 0
  for (at = 1; at <= 4; at++) out = out * 64 + (substr(four, at, 1) == "=" ? 0 : index(alphabet, substr(four, at, 1)) - 1)
  return int(out / 256 ^ (3 - octets_in(four)))
}

# The four characters of a number of 24 bits, of which so many count.
function quantum(bits, many,   at, out) {
  for (at = 18; at >= 0; at -= 6) out = out (24 - at > many + 5 ? "=" : substr(alphabet, int(bits / 2 ^ at) % 64 + 1, 1))
  return out
}

# Why a whole Envelope is not echoed; empty: it is.
function refusal() { return events == 1 ? "" : "this function answers Envelopes of one event, and this one has " events }

function result(   id) {
  id = invocation == "" ? "\"" ENVIRON["UNIQUE"] "-" (++unique) : substr(invocation, 1, length(invocation) - 1)
  if (streamed) held = ",\"data_base64\":\"" collected "\""
  return "{\"specversion\":\"1.0\",\"id\":" id "/0\",\"source\":\"urn:stdfn:function:shell-echo\",\"type\":\"dev.stdfn.function.result\"" (type == "" ? "" : ",\"datacontenttype\":" type) held "}"
}

# An input over a limit, the one fault with its code, stays so however often it is tried (MOD-065).
function error(code, message, attribution, effect,   more) {
  complain(message)
  if (code == "resource_exhausted" && attribution == "protocol") more = ",\"disposition\":\"dead_letter\""
  return "{\"code\":\"" code "\",\"message\":\"" quoted(message) "\"" more ",\"attribution\":\"" attribution "\"" (effect == "" ? "" : ",\"effect\":\"" effect "\"") "}"
}

function complain(message) {
  print "echo: " message | "cat 1>&2"
  close("cat 1>&2")
}

function put(line) { printf "%s\n", line; fflush() }

function leave(with) { leaving = 1; exit with }
