// Refuses what is to be refused, for a reason that is not the right one.
import { wrap } from "./wrapped.js";

wrap((line) =>
  line.replaceAll(/"code":"(invalid_argument|not_found|data_loss)"/g, '"code":"internal"'),
);
