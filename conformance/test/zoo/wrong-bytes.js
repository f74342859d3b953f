// Answers with as many octets as are right, all of them zero.
import { wrap } from "./wrapped.js";

const zeros = (_whole, name, text) => `"${name}":"${"A".repeat(text.length)}`;
wrap((line) =>
  line
    .replaceAll(/"(data_base64|data)":"([A-Za-z0-9+/]+)/g, zeros)
    .replaceAll(/"sha256":"[^"]+"/g, `"sha256":"${"0".repeat(64)}"`),
);
