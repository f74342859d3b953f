import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

type Message = Readonly<Record<string, unknown>>;

/**
 * A page in headless Chromium, driven over a pair of pipes by its own protocol: keys arrive as those of a person do.
 */
export class Page {
  readonly #child: ChildProcess;
  readonly #waiting: Map<number, (answer: Message) => void> = new Map();
  #tellLoaded: () => void = () => {};
  #session: string | undefined;
  #last = 0;
  #left = "";
  /** What the page has complained about: console, exceptions, and what its policy forbids. */
  readonly complaints: string[] = [];

  private constructor(folder: string) {
    this.#child = spawn(
      "chromium",
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--remote-debugging-pipe",
        `--user-data-dir=${folder}/profile`,
        "about:blank",
      ],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    const [, , , , out] = this.#child.stdio;
    (out as Readable).setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.#child.once("exit", () => {
      for (const answer of this.#waiting.values())
        answer({ error: { message: "the browser has ended" } });
    });
  }

  /**
   * Starts a browser with an empty page.
   * @param folder that the browser may fill
   */
  static async start(folder: string): Promise<Page> {
    const page = new Page(folder);
    const { targetId } = await page.#send("Target.createTarget", { url: "about:blank" });
    const attached = await page.#send("Target.attachToTarget", { targetId, flatten: true });
    page.#session = String(attached["sessionId"]);
    for (const domain of ["Page", "Runtime", "Log"]) await page.#send(`${domain}.enable`);
    return page;
  }

  /** Goes to an address in a window so many pixels wide, and waits until it is loaded. */
  async visit(url: string, width: number): Promise<void> {
    const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
    await this.#send("Emulation.setDeviceMetricsOverride", size);
    const loaded = new Promise<void>((resolve) => {
      this.#tellLoaded = resolve;
    });
    await this.#send("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: Value }).value;
  }

  /** Types text where the focus is. */
  async type(text: string): Promise<void> {
    await this.#send("Input.insertText", { text });
  }

  /** Presses a key: `Tab`, `Enter`, `Escape`, or a letter. */
  async press(key: string): Promise<void> {
    const codes: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Escape: 27 };
    const code = codes[key] ?? key.toUpperCase().charCodeAt(0);
    const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
    const known = { key, windowsVirtualKeyCode: code };
    await this.#send("Input.dispatchKeyEvent", {
      type: text === undefined ? "rawKeyDown" : "keyDown",
      ...known,
      ...(text === undefined ? {} : { text }),
    });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", ...known });
  }

  /** Ends the browser, and waits until it has ended. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#session = undefined;
    const asked = this.#send("Browser.close").catch(() => this.#child.kill("SIGKILL"));
    await Promise.all([ended, asked]);
  }

  async #send(method: string, params: object = {}): Promise<Message> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    const [, , , input] = this.#child.stdio;
    (input as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const { error, result } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Message;
  }

  #read(text: string): void {
    const [first = "", ...rest] = text.split("\0");
    this.#left += first;
    for (const next of rest) {
      this.#receive(JSON.parse(this.#left) as Message);
      this.#left = next;
    }
  }

  #receive(message: Message): void {
    const { id, method, params } = message;
    if (typeof id === "number") {
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
    } else if (method === "Page.loadEventFired") this.#tellLoaded();
    else if (
      method === "Runtime.consoleAPICalled" ||
      method === "Runtime.exceptionThrown" ||
      method === "Log.entryAdded"
    )
      this.complaints.push(JSON.stringify(params));
  }
}
