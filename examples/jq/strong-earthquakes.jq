# The strong earthquakes of a USGS feed, the strongest first.
# The event's attribute "minimum" is the least magnitude that counts as strong, 6 if it is absent.
(env.STDFN_EVENT_MINIMUM // "6" | tonumber) as $minimum
| [
    .features[]
    | select(.properties.mag >= $minimum)
    | {
        magnitude: .properties.mag,
        place: .properties.place,
        time: (.properties.time / 1000 | floor | todate),
        depth_km: .geometry.coordinates[2]
      }
  ]
| sort_by(-.magnitude)
