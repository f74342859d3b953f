import { type Clock, systemClock } from "../clock.ts";
import type { LaunchTools } from "./function-process.ts";
import { directLauncher, type Launcher } from "./launcher.ts";
import { NamedPipes } from "./named-pipes.ts";
import { Watchdog } from "./watchdog.ts";

/** Everything that starting processes takes, made once for all of them. */
export function launchTools(
  launcher: Launcher = directLauncher,
  clock: Clock = systemClock,
): LaunchTools {
  const pipes = new NamedPipes();
  return { launcher, clock, pipes, watchdog: new Watchdog(() => pipes.folder) };
}
