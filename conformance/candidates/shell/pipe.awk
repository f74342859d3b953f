# Pipe mode: one Envelope, record by record, each a line.

# @param line the first line after the preface
function serve_pipe(line) {
  put("{\"stdfn\":\"1\"}")
  forget()
  for (;;) {
    fault = ""
    take_line(line)
    if (fault != "") fail_pipe(fault, says, "protocol", fault == "data_loss" ? 65 : 76)
    if (!next_line()) fail_pipe("data_loss", where() "the input stops without end or error: it is cut short", "protocol", 65)
    line = LINE
  }
}

function take_line(line,   root, record, node) {
  root = json(line)
  if (!root && !WHOLE) { breaks("the last line is cut short", "data_loss"); return }
  if (!root) { breaks(wrong == "cut" ? "a record is one JSON object on one line, and this line holds its beginning only" : "a line is a JSON object, and here it is " shown(line)); return }
  if (stain != "") breaks(stain)
  record = kind[root] == "object" && size[root] == 1 ? name[root, 1] : ""
  node = member[root, record]
  if (record == "ext") return
  if (record == "frame") breaks("a pipe has no frames; a session does")
  else if (!(record in place)) breaks(get(root, "specversion") ? "an event is wrapped into a record: {\"event\":…}" : "a line has one member, named by a kind of record, and here it is " shown(line))
  else if (to[root] - from[root] > 7078272) breaks("a line has at most 7078272 bytes", "resource_exhausted")
  if (fault != "") return
  take(record, node)
  if (fault != "") return
  if (record == "context") put("{\"context\":" raw(node) "}")
  if (record == "error") { put("{\"error\":" raw(node) "}"); leave(status_of(text[get(node, "code")])) }
  if (record == "end") answer_pipe()
}

function answer_pipe() {
  if (refusal() != "") fail_pipe("unimplemented", refusal(), "function", 69)
  put("{\"event\":" result() "}")
  put("{\"end\":{}}")
  leave(0)
}

function fail_pipe(code, message, attribution, with) {
  put("{\"error\":" error(code, message, attribution) "}")
  leave(with)
}

function status_of(code) { return code in status ? status[code] : 70 }
