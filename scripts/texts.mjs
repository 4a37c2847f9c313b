// Texts of app/i18n/texts that no source names. `--remove` takes them out.
//
// A key is named as `slice::KEY`, or by an alias of the slice; refusals (`errors`) also by their code, `"code"`,
// which the catalogue finds while the program runs.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'app/i18n/texts');
const named = new Set();
const codes = new Set();
for (const part of ['app', 'server', 'frontend']) {
  for (const entry of readdirSync(path.join(root, part), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.rs')) continue;
    const source = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    const aliases = new Map([...source.matchAll(/\b([a-z_]+) as ([a-z_]+)\b/g)].map(([, slice, alias]) => [alias, slice]));
    for (const [, slice, key] of source.matchAll(/\b([a-z_]+)::([A-Z][A-Z0-9_]*)\b/g)) named.add(`${aliases.get(slice) ?? slice}.${key.toLowerCase()}`);
    for (const [, code] of source.matchAll(/"([a-z][a-z0-9_]*)"/g)) codes.add(code);
  }
}
const unused = [];
for (const file of readdirSync(folder).filter(name => name.endsWith('.toml')).sort()) {
  const slice = path.basename(file, '.toml');
  const kept = readFileSync(path.join(folder, file), 'utf8').split('\n').filter(line => {
    const key = /^(\w+)\s*=\s*\{/.exec(line)?.[1];
    const used = !key || named.has(`${slice}.${key}`) || (slice === 'errors' && codes.has(key));
    if (!used) unused.push(`${slice}.${key}`);
    return used;
  });
  if (process.argv.includes('--remove')) writeFileSync(path.join(folder, file), kept.join('\n'));
}
if (unused.length > 0 && !process.argv.includes('--remove')) {
  console.error(`texts that nothing names (node scripts/texts.mjs --remove takes them out):\n  ${unused.join('\n  ')}`);
  process.exit(1);
}
