# Session mode: frames, each a line. One invocation is live at a time.

# @param line the first line after the preface
function serve_session(line) {
  greet(line)
  highest = 0; live = 0; draining = 0
  while (next_line()) {
    if (!WHOLE && !json(LINE)) break
    fault = ""
    take_frame(LINE)
    if (fault != "") fail_session(fault, says, 76)
    if (draining && !live) leave(0)
  }
  if (!live) leave(0)
  finish_error(error("cancelled", "standard input has ended in the middle of the invocation", "function"))
  leave(draining ? 0 : 74)
}

function greet(line,   root, frame, hello, minors, at) {
  root = json(line)
  frame = root && kind[root] == "object" && size[root] == 1 ? get(root, "frame") : 0
  hello = frame && kind[frame] == "object" && get(frame, "id") && raw(get(frame, "id")) == "0" ? get(frame, "hello") : 0
  if (!hello || kind[hello] != "object" || members_of(frame) != 1) {
    complain(where() "the first frame of a session is hello with id 0, and here it is " shown(line))
    leave(76)
  }
  fault = ""
  if (stain != "") breaks(stain)
  check_body("hello", hello)
  put("\n{\"stdfn\":\"1\"}")
  if (fault != "") fail_session(fault, says, 76)
  minors = get(hello, "minors")
  for (at = 1; at <= size[minors] && raw(item[minors, at]) != "0"; at++) {}
  if (at > size[minors]) fail_session("failed_precondition", "this function speaks the minor version 0, and the host " shown(raw(minors)), 76)
  put("{\"frame\":{\"id\":0,\"ready\":{\"minor\":0,\"name\":\"shell-echo\",\"version\":\"1.0.0\",\"max_concurrency\":1,\"credit\":1048576}}}")
}

# How many members of a frame are there, besides its id.
function members_of(frame,   at, many) {
  for (at = 1; at <= size[frame]; at++) if (name[frame, at] != "id" && get(frame, name[frame, at])) many++
  return many + 0
}

function take_frame(line,   root, frame, id, at, key, records, controls, unknown, list) {
  root = json(line)
  if (!root) { breaks(wrong == "cut" ? "a frame is one JSON object on one line, and this line holds its beginning only" : "a line is a JSON object, and here it is " shown(line)); return }
  frame = kind[root] == "object" && size[root] == 1 ? get(root, "frame") : 0
  if (!frame || kind[frame] != "object") { breaks("a line of a session is {\"frame\":…}, and here it is " shown(line)); return }
  if (length(line) > 7078272) { breaks("a line has at most 7078272 bytes", "resource_exhausted"); return }
  id = get(frame, "id")
  if (id) check_integer("id", id, 0, 4294967295)
  else breaks("a frame has an id")
  if (fault != "") return
  id = raw(id) + 0
  for (at = 1; at <= size[frame]; at++) {
    key = name[frame, at]
    if (key == "id" || !get(frame, key)) continue
    if (key in place) records++
    else if (key ~ /^(hello|ready|cancel|credit|drain|log|unsupported)$/) { controls++; list = key }
    else unknown = unknown key "\n"
  }
  if (records + controls == 0) { answer_unknown(id, unknown); return }
  if (id > 0 && id != live && id <= highest) return
  if (controls > 0) {
    if (controls > 1 || records > 0) { breaks("a control member stands alone in its frame"); confine(id, records); return }
    take_control(id, list, get(frame, list))
    return
  }
  if (id == 0) { breaks("records have the id of an invocation, and here it is 0"); return }
  take_records(id, frame)
}

function answer_unknown(id, unknown,   names, count, at) {
  count = split(unknown, names, "\n") - 1
  for (at = 1; at <= count; at++) put("{\"frame\":{\"id\":" id ",\"unsupported\":{\"kind\":\"" quoted(names[at]) "\"}}}")
}

function take_control(id, control, node) {
  if (control ~ /^(hello|ready|log)$/) { breaks(control " has no place here"); return }
  if (control == "drain" && id > 0) { breaks("drain has the id 0"); return }
  if (control ~ /^(cancel|credit)$/ && id == 0) { breaks(control " has the id of an invocation"); return }
  if (stain != "") breaks(stain)
  check_body(control, node)
  if (fault != "") { confine(id, 0); return }
  if (control == "drain") draining = 1
  if (control == "cancel" && id == live)
    finish_error(error(text[get(node, "reason")] == "deadline" ? "deadline_exceeded" : "cancelled", "the host has cancelled the invocation", "function"))
}

# A fault that is confined to an invocation ends it, and the session goes on. One that opens none is of no consequence.
function confine(id, opens,   message) {
  if (id == 0) return
  message = fault
  fault = ""
  if (id != live && !opens) return
  if (id != live && !opens_now(id)) return
  finish_error(error(message, says, "protocol"))
}

# Opens an invocation, unless none can be; then it is refused.
function opens_now(id) {
  highest = id
  if (draining || live) {
    put("{\"frame\":{\"id\":" id ",\"error\":" error(draining ? "unavailable" : "resource_exhausted", draining ? "the session is ending" : "one invocation is served at a time", "function", "none") "}}")
    return 0
  }
  live = id
  forget()
  return 1
}

function take_records(id, frame,   at, record, node, order) {
  if (id != live && !opens_now(id)) return
  if (stain != "") breaks(stain)
  if (get(frame, "event") && (get(frame, "stream") || get(frame, "chunk")) || get(frame, "error") && get(frame, "end")) breaks("these records do not stand in one frame")
  split("context event stream chunk error end", order, " ")
  for (at = 1; at <= 6 && live && fault == ""; at++) {
    record = order[at]
    node = get(frame, record)
    if (!node) continue
    if (!begun && record != "context") breaks("an invocation opens with a context")
    take(record, node)
    if (fault != "") break
    if (record == "context" && late) finish_error(error("deadline_exceeded", "the deadline has passed already", "function", "none"))
    else if (record == "error") finish_error(raw(node))
    else if (record == "end") answer_session()
    # What was taken is granted anew.
    else if (record == "chunk") put("{\"frame\":{\"id\":" id ",\"credit\":{\"bytes\":" (to[node] - from[node]) "}}}")
  }
  if (fault != "") confine(id, 1)
}

function answer_session() {
  if (refusal() != "") { finish_error(error("unimplemented", refusal(), "function")); return }
  put("{\"frame\":{\"id\":" live ",\"event\":" result() ",\"end\":{}}}")
  live = 0
}

function finish_error(body) {
  put("{\"frame\":{\"id\":" live ",\"error\":" body "}}")
  live = 0
}

function fail_session(code, message, with) {
  put("{\"frame\":{\"id\":0,\"error\":" error(code, message, "protocol") "}}")
  leave(with)
}
