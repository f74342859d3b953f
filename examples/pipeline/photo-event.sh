#!/bin/sh
# Writes an Envelope with one JPEG file. Further arguments are attributes: photo-event.sh PHOTO [NAME=VALUE…]
if [ ! -r "${1-}" ]; then
  echo "photo-event.sh: no readable file \"${1-}\"; usage: photo-event.sh PHOTO [NAME=VALUE…]" >&2
  exit 64
fi
quote() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }
photo=$1
shift
attributes=
for pair; do attributes="$attributes,$(quote "${pair%%=*}"):$(quote "${pair#*=}")"; done
echo '{"stdfn":"1"}'
printf '{"event":{"specversion":"1.0","id":"%s","source":"/photographs","type":"com.example.photograph","subject":%s,"datacontenttype":"image/jpeg"%s,"data_base64":"' "$$" "$(quote "$(basename "$photo")")" "$attributes"
base64 < "$photo" | tr -d '\n'
printf '"}}\n{"end":{}}\n'
