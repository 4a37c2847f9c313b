// Loads the demo company once; every worker starts from a copy of the file.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DAY, SCALE, TEMPLATE, temporary, weir } from './app';

export default function globalSetup(): () => void {
  const folder = temporary('template');
  const database = path.join(folder, 'demo.db');
  const done = weir(['demo', '--scale', SCALE, '--as-of', DAY], database);
  if (done.code !== 0) throw new Error(`weir demo ended with ${done.code}:\n${done.out}${done.err}`);
  process.env[TEMPLATE] = database;
  return () => rmSync(folder, { recursive: true, force: true });
}
