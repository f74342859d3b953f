#!/bin/sh
# Reads photographs, one Envelope in either format, and writes a notification for each thumbnail that is new.
# Three functions and a shell: whoever comes first in this line and fails, its error arrives at the end.
cd "$(dirname "$0")/.." || exit 78
export STDFN_MODE=pipe
node thumbnail/dist/src/main.js | node pipeline/dist/src/main.js | node notify/dist/src/main.js
