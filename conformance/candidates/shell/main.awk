# Recognises the input by its first line, and serves it. awk reads no line by itself, since some read on until a buffer
# is full, and nobody would be answered meanwhile.

BEGIN {
  reader = "IFS= read -r l && printf '+%s\\n' \"$l\" || { [ -n \"$l\" ] && printf -- '-%s\\n' \"$l\"; }"
  mode = ENVIRON["MODE"]
  preface = "[ \t\r]*[{][ \t\r]*\"stdfn\"[ \t\r]*:[ \t\r]*\"1\"[ \t\r]*[}][ \t\r]*"
  recognise()
}

# Reads the next line into LINE; WHOLE tells whether it has its line feed. Gives 0 at the end of the input.
function next_line(   got) {
  got = (reader | getline LINE)
  close(reader)
  if (got <= 0) return 0
  LINES++
  WHOLE = LINE ~ /^\+/
  LINE = substr(LINE, 2)
  return 1
}

function where() { return "line " LINES " of the input: " }

function recognise(   first, protobuf) {
  if (!next_line()) refuse("standard input is empty", 65)
  first = LINE
  sub(/^\357\273\277/, "", first)
  if (length(first) <= 64 && first ~ ("^" preface "$")) {
    if (!next_line()) alone(WHOLE)
    if (mode == "" ) mode = LINE ~ /^[ \t\r]*[{][ \t\r]*"frame"[ \t\r]*:/ ? "session" : "pipe"
    else if (mode == "session" && is_record(LINE)) refuse("STDFN_MODE is session, and after the preface comes a record of a pipe", 76)
    if (mode == "pipe") serve_pipe(LINE)
    serve_session(LINE)
  }
  if (first ~ /^[ \t\r]*[{][ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"[^"]*"[ \t\r]*[}][ \t\r]*$/) refuse("another framing major stands in the preface: " shown(first), 76)
  if (first ~ /^[ \t\r]*[{][ \t\r]*"stdfn"/) refuse("this is nearly a preface: " shown(first), mode == "" ? 65 : 76)
  if ((LINE == "" || LINE == "\r") && WHOLE && next_line_of_protobuf()) {
    protobuf = LINE
    if (protobuf ~ /^\010STDFN\/1$/ && first == "") refuse("the input is in the format protobuf; this function offers json", 76)
    if (protobuf ~ /^\010STDFN\/1\r?$/) refuse("the line feeds of a preface were translated on the way, as by a file in text mode", 76)
    if (protobuf ~ /^.STDFN\//) refuse("another framing major stands in the preface: " shown(substr(protobuf, 2)), 76)
    first = first "\n" protobuf
  }
  unknown_input(first)
}

# A protobuf preface goes on after its first line feed, and nothing else that begins with one is waited for.
function next_line_of_protobuf() { return next_line() }

# A preface alone: it may be that of a pipe or of a session.
function alone(whole) {
  if (mode == "pipe") {
    put("{\"stdfn\":\"1\"}")
    fail_pipe("data_loss", where() "the input stops after the preface", "protocol", 65)
  }
  refuse("the input stops after the preface", 65)
}

function is_record(line) { return line ~ /^[ \t\r]*[{][ \t\r]*"(context|event|stream|chunk|error|end|ext)"/ }

function unknown_input(first,   at, hex, bytes) {
  bytes = substr(first (WHOLE ? "\n" : ""), 1, 16)
  for (at = 1; at <= length(bytes); at++) hex = hex sprintf("%02x ", ord[substr(bytes, at, 1)])
  complain("the input has no preface; its first bytes are " hex "\"" shown(bytes) "\"")
  if (index(first, "specversion") > 0 || first ~ /^[ \t\r]*[{][ \t\r]*$/)
    complain("a bare event is wrapped like this: printf '{\"stdfn\":\"1\"}\\n{\"event\":%s}\\n{\"end\":{}}\\n' \"$(jq -c . event.json)\" | echo")
  refuse("a stream begins with the line {\"stdfn\":\"1\"}", mode == "" ? 65 : 76)
}

function refuse(message, with) {
  complain(message "; it accepts a Stdfn stream in the JSON format, such as from: printf '{\"stdfn\":\"1\"}\\n{\"event\":%s}\\n{\"end\":{}}\\n' EVENT")
  leave(with)
}
