// The real server: which binary, on which copy of which database, on which port.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');
/** The day on which the demo company lives; nothing becomes overdue by itself. */
export const DAY = '2026-06-30';
export const SCALE = '0.2';

/** The server under test: as told, else optimised, else not. */
export function binary(): string {
  const candidates = [process.env.WEIR_BIN, path.join(ROOT, 'target/release/weir'), path.join(ROOT, 'target/debug/weir')];
  const found = candidates.find(file => file && existsSync(file));
  if (!found) throw new Error('there is no server to test: run `make build`, or set WEIR_BIN');
  return path.resolve(found);
}

export function site(): string {
  if (process.env.WEIR_SITE) return path.resolve(process.env.WEIR_SITE);
  const beside = path.join(path.dirname(binary()), 'site');
  return existsSync(path.join(beside, 'pkg')) ? beside : path.join(ROOT, 'target/site');
}

export interface Environment {
  [name: string]: string | undefined;
}

/** Whether a database is an address, and not a file. */
function isAddress(database: string): boolean {
  return database.includes('://');
}

/** What every process of the tests sees; the caller's own settings stay outside. `database`: a file, or the address of one on PostgreSQL. */
export function environment(database: string, more: Environment = {}): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_') && name !== 'DATABASE_URL'));
  return { ...clean, WEIR_DATABASE: isAddress(database) ? database : `sqlite:${database}`, WEIR_SITE: site(), WEIR_DAY: DAY, WEIR_LOG: 'warn', ...more };
}

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a command of the binary to its end. */
export function weir(args: string[], database: string, more: Environment & { cwd?: string; input?: string | Buffer } = {}): Ran {
  const { cwd, input, ...env } = more;
  const done = spawnSync(binary(), args, { env: environment(database, env), cwd: cwd ?? home(database), input, timeout: 180_000 });
  if (done.error) throw done.error;
  return { code: done.status, out: done.stdout.toString(), err: done.stderr.toString() };
}

/** Where processes run: they read settings from there. */
function home(database: string): string {
  return isAddress(database) ? tmpdir() : path.dirname(database);
}

export function temporary(name: string): string {
  const parent = process.env.WEIR_E2E_TMP ?? tmpdir();
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(path.join(parent, `weir-${name}-`));
}

/** Where the template database lies for all workers; made by the global setup. */
export const TEMPLATE = 'WEIR_E2E_TEMPLATE';

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

export class App {
  private constructor(
    readonly url: string,
    readonly database: string,
    private readonly child: ChildProcess,
    private readonly folder: string | undefined,
    private readonly lines: string[],
  ) {}

  /** Starts a server on a copy of the demo company, or on an empty database. */
  static async start(from: 'demo' | 'empty' | { file: string } = 'demo', more: Environment = {}): Promise<App> {
    const folder = temporary('app');
    const database = path.join(folder, 'weir.db');
    const template = from === 'demo' ? process.env[TEMPLATE] : from === 'empty' ? undefined : from.file;
    if (from === 'demo' && !template) throw new Error('the global setup did not run');
    if (template) copyFileSync(template, database);
    return App.startIn(database, folder, more);
  }

  /** Starts a server on a database where it lies. `folder` is removed at the end. */
  static async startIn(database: string, folder?: string, more: Environment = {}): Promise<App> {
    // Between asking for a free port and taking it somebody else may take it.
    for (let attempt = 1; ; attempt += 1) {
      const app = await App.launch(database, folder, more);
      try {
        await app.ready();
        return app;
      } catch (error) {
        if (attempt === 3 || !app.log().includes('Address already in use')) throw error;
      }
    }
  }

  private static async launch(database: string, folder: string | undefined, more: Environment): Promise<App> {
    const port = await freePort();
    const lines: string[] = [];
    const child = spawn(binary(), ['serve'], { env: environment(database, { WEIR_ADDRESS: `127.0.0.1:${port}`, ...more }), cwd: folder ?? home(database) });
    child.stdout.on('data', (data: Buffer) => lines.push(data.toString()));
    child.stderr.on('data', (data: Buffer) => lines.push(data.toString()));
    return new App(`http://127.0.0.1:${port}`, database, child, folder, lines);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** What the server has written so far. */
  log(from = 0): string {
    // Colours are for terminals.
    return this.lines.join('').slice(from).replace(/\u001b\[[0-9;]*m/g, '');
  }

  get logged(): number {
    return this.lines.join('').length;
  }

  private async ready(): Promise<void> {
    const until = Date.now() + 30_000;
    while (Date.now() < until) {
      if (this.child.exitCode !== null) throw new Error(`the server ended with ${this.child.exitCode}:\n${this.log()}`);
      try {
        const answer = await fetch(`${this.url}/readyz`);
        if (answer.ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error(`the server did not get ready:\n${this.log()}`);
  }

  /** Tells this very process to end, and says how it did. */
  async end(signal: NodeJS.Signals = 'SIGTERM', patience = 10_000): Promise<{ code: number | null; ms: number }> {
    const started = Date.now();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise<void>(resolve => this.child.once('exit', () => resolve()));
      this.child.kill(signal);
      const late = setTimeout(() => this.child.kill('SIGKILL'), patience);
      await gone;
      clearTimeout(late);
    }
    return { code: this.child.exitCode, ms: Date.now() - started };
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM', 1_000);
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}
