// A line to a server that can be cut, as a network is: the browser's own switch does not reach the
// worker that stands between page and network.
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { App } from './app';

export class Line {
  private readonly open = new Set<Socket>();
  private server!: Server;
  private port = 0;

  private constructor(private readonly to: number) {}

  static async to(app: App): Promise<Line> {
    const line = new Line(Number(new URL(app.url).port));
    await line.mend();
    return line;
  }

  get url(): string { return `http://127.0.0.1:${this.port}`; }

  /** Lets requests through, at the same address as before. */
  async mend(): Promise<void> {
    this.server = createServer(from => {
      const on = connect(this.to, '127.0.0.1');
      for (const socket of [from, on]) {
        this.open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.open.delete(socket));
      }
      from.pipe(on).pipe(from);
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
