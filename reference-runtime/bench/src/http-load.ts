import { connect, type Socket } from "node:net";

/**
 * A load generator that costs as little as one in Node can: prepared request bytes on kept-alive sockets, responses
 * told apart by their Content-Length. Whatever it saves is to the advantage of the server that is measured.
 */
export class HttpLoad {
  readonly #sockets: Socket[];
  readonly #request: Buffer;

  private constructor(sockets: Socket[], request: Buffer) {
    this.#sockets = sockets;
    this.#request = request;
  }

  static async open(port: number, connections: number, body: Buffer): Promise<HttpLoad> {
    const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nContent-Length: ${body.length}\r\n\r\n`;
    const sockets: Socket[] = [];
    for (let index = 0; index < connections; index += 1) {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      await new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("error", reject);
      });
      sockets.push(socket);
    }
    return new HttpLoad(sockets, Buffer.concat([Buffer.from(head), body]));
  }

  /** Sends `calls` requests, one at a time on each connection, and waits for all responses. */
  async run(calls: number): Promise<void> {
    let left = calls;
    const take = (): boolean => left-- > 0;
    await Promise.all(this.#sockets.map((socket) => this.#drive(socket, take)));
  }

  #drive(socket: Socket, take: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let pending = "";
      const next = (): void => {
        if (take()) socket.write(this.#request);
        else {
          socket.removeAllListeners("data");
          resolve();
        }
      };
      socket.on("data", (chunk) => {
        pending += chunk.toString("latin1");
        const headEnd = pending.indexOf("\r\n\r\n");
        if (headEnd < 0) return;
        if (!pending.startsWith("HTTP/1.1 200"))
          reject(new Error(`the server answered ${pending.slice(0, 80)}`));
        const length = /content-length: (\d+)/i.exec(pending)?.[1];
        if (length === undefined) reject(new Error("the server answered without Content-Length"));
        const end = headEnd + 4 + Number(length);
        if (pending.length < end) return;
        pending = pending.slice(end);
        next();
      });
      next();
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
