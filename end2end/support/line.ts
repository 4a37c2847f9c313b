// A line to a server that can be cut, as a network is: the browser's own switch does not reach the
// worker that stands between page and network.
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { App } from './app';

export class Line {
  private readonly open = new Set<Socket>();
  private server!: Server;
  private port = 0;

  /** After so many bytes of a check-in the line is as dead as its server. */
  private fatal: { after: number; kill: () => Promise<unknown> } | undefined;

  private constructor(private to: number) {}

  static async to(app: App): Promise<Line> {
    const line = new Line(Number(new URL(app.url).port));
    await line.mend();
    return line;
  }

  get url(): string { return `http://127.0.0.1:${this.port}`; }

  /** From here on it leads to another server. */
  lead(app: App): void { this.to = Number(new URL(app.url).port); }

  /** In the middle of the next check-in that is sent, after so many bytes, `kill` is called; resolved when it is done. */
  dieAfter(bytes: number, kill: () => Promise<unknown>): Promise<void> {
    return new Promise((done, failed) => {
      this.fatal = { after: bytes, kill: () => kill().then(() => done(), failed) };
    });
  }

  /** Lets requests through, at the same address as before. */
  async mend(): Promise<void> {
    this.server = createServer(from => {
      const on = connect(this.to, '127.0.0.1');
      for (const socket of [from, on]) {
        this.open.add(socket);
        // Who is refused at the other end is not left waiting.
        socket.on('error', () => { from.destroy(); on.destroy(); });
        socket.on('close', () => this.open.delete(socket));
      }
      let sent = -1;
      from.on('data', (part: Buffer) => {
        if (part.toString('latin1', 0, 18) === 'POST /upload/field') sent = 0;
        const { fatal } = this;
        if (fatal && sent >= 0) {
          sent += part.length;
          if (sent >= fatal.after) {
            this.fatal = undefined;
            on.write(part.subarray(0, Math.max(1, part.length - (sent - fatal.after))));
            void fatal.kill().then(() => { from.destroy(); on.destroy(); });
            from.pause();
            return;
          }
        }
        on.write(part);
      });
      from.on('end', () => on.end());
      on.pipe(from);
    });
    await new Promise<void>(done => this.server.listen(this.port, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Ends what is on its way, and lets nothing through. */
  async cut(): Promise<void> {
    const closed = new Promise(done => this.server.close(done));
    for (const socket of this.open) socket.destroy();
    await closed;
  }
}
