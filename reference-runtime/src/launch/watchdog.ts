import { type ChildProcess, spawn } from "node:child_process";

// Reads `watch GROUP SECONDS` and `forget GROUP` lines. When its input ends the runtime is gone, however it went: each
// group left is killed once its seconds are over, and the folder of named pipes, which is argument 1, is removed.
const script = `
trap '' HUP INT TERM QUIT
live=' '
while read -r word group seconds; do
  case $word in
    watch) live="$live$group:$seconds " ;;
    forget)
      case $live in
        *" $group:"*)
          rest=\${live#*" $group:"}
          live="\${live%%" $group:"*} \${rest#* }" ;;
      esac ;;
  esac
done
waited=0
while [ "$live" != ' ' ]; do
  left=' '
  for entry in $live; do
    group=\${entry%:*}
    if [ "$waited" -ge "\${entry#*:}" ]; then
      kill -s KILL -- "-$group" 2>/dev/null
    elif kill -s 0 -- "-$group" 2>/dev/null; then
      left="$left$entry "
    fi
  done
  live=$left
  [ "$live" = ' ' ] || sleep 1
  waited=$((waited + 1))
done
rm -rf -- "$1"
`;

/**
 * Ends the process groups of this runtime if the runtime itself is killed and cannot. One small shell process a
 * runtime, started with the first group, in a session of its own so that no signal meant for the runtime reaches it.
 */
export class Watchdog {
  readonly #groups = new Map<number, number>();
  readonly #folder: () => string | undefined;
  #process: ChildProcess | undefined;

  /** @param folder names the folder of named pipes, which is removed together with the last group */
  constructor(folder: () => string | undefined) {
    this.#folder = folder;
  }

  /**
   * Watches a group.
   *
   * @param orphanBudgetMs how long the group may go on after the runtime is gone; rounded up to whole seconds
   */
  watch(group: number, orphanBudgetMs: number): void {
    const seconds = Math.ceil(orphanBudgetMs / 1000);
    this.#groups.set(group, seconds);
    if (this.#process === undefined) this.#start();
    else this.#send(`watch ${group} ${seconds}\n`);
  }

  /** Ends the watch over a group that is gone. */
  forget(group: number): void {
    if (this.#groups.delete(group)) this.#send(`forget ${group}\n`);
  }

  #send(line: string): void {
    this.#process?.stdin?.write(line);
  }

  #start(): void {
    const child = spawn("/bin/sh", ["-c", script, "stdfn-watchdog", this.#folder() ?? ""], {
      cwd: "/",
      detached: true,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
    });
    const restart = (): void => {
      if (this.#process !== child) return;
      this.#process = undefined;
      if (this.#groups.size > 0) this.#start();
    };
    child.once("exit", restart);
    // Without a shell there is no watchdog, and nothing else is lost.
    child.once("error", () => {});
    child.stdin.on("error", () => {});
    child.unref();
    (child.stdin as typeof child.stdin & { unref(): void }).unref();
    this.#process = child;
    for (const [group, seconds] of this.#groups) this.#send(`watch ${group} ${seconds}\n`);
  }
}
