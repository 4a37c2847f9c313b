// The binary as whoever runs it sees it.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { App, DAY, TEMPLATE, temporary, weir } from '../support/app';
import { Api, signInByApi } from '../support/api';
import { text } from '../support/texts';

const FILES = path.join(__dirname, '../files');

const test = base.extend<{ folder: string; empty: string; demo: string }>({
  folder: async ({}, use) => {
    const folder = temporary('cli');
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  empty: async ({ folder }, use) => { await use(path.join(folder, 'empty.db')); },
  demo: async ({ folder }, use) => {
    const file = path.join(folder, 'demo.db');
    copyFileSync(process.env[TEMPLATE]!, file);
    await use(file);
  },
});

test('--help says what there is, and how it is set', ({ empty }) => {
  const help = weir(['--help'], empty);
  expect(help.code).toBe(0);
  for (const word of ['serve', 'migrate', 'demo', 'import', 'export', 'user', 'backup', 'restore', 'doctor', 'WEIR_ADDRESS', 'WEIR_DATABASE', 'DATABASE_URL']) expect(help.out).toContain(word);
  const bare = weir([], empty);
  expect(bare.code).toBe(2);
  expect(bare.out + bare.err).toContain('Usage');
  expect(weir(['--version'], empty).out).toMatch(/^weir \d+\.\d+/);
  expect(weir(['no-such-command'], empty).code).toBe(2);
  expect(existsSync(empty), 'asking makes no database').toBe(false);
});

test('migrate makes the schema, and again does nothing', ({ empty }) => {
  for (let i = 0; i < 2; i += 1) {
    const done = weir(['migrate'], empty);
    expect(done.code, done.err).toBe(0);
    expect(done.out).toContain('up to date');
  }
  expect(existsSync(empty)).toBe(true);
});

test('a database in a folder that is not there yet', ({ folder }) => {
  const done = weir(['migrate'], path.join(folder, 'data/new/weir.db'), { cwd: folder });
  expect(done.code, done.err).toBe(0);
});

test('demo is loaded once, kept, and replaced on request', ({ demo }) => {
  const kept = weir(['demo', '--keep'], demo);
  expect(kept.code, kept.err).toBe(0);
  expect(kept.out).toContain('nothing was loaded');
  const again = weir(['demo'], demo);
  expect(again.code).toBe(1);
  expect(again.err).toContain('--reset');
  const reset = weir(['demo', '--reset', '--scale', '0.05', '--as-of', DAY], demo);
  expect(reset.code, reset.err).toBe(0);
  expect(reset.out).toContain('admin@example.com');
  expect(reset.out).toContain('weir-demo-2026');
  expect(weir(['demo', '--scale', '0'], demo).code).toBe(1);
});

test('real data is never replaced by a demo', async ({ empty, folder }) => {
  weir(['migrate'], empty);
  const app = await App.start({ file: empty });
  await new Api(app).post('settings/set_up', {
    'form[organisation]': '真实公司', 'form[name]': '甲', 'form[email]': 'a@example.com', 'form[password]': 'a long password', 'form[password_again]': 'a long password', 'form[currency]': 'CNY',
  });
  await app.end();
  const file = path.join(folder, 'real.db');
  copyFileSync(app.database, file);
  await app.stop();
  const reset = weir(['demo', '--reset'], file);
  expect(reset.code).toBe(1);
  expect(weir(['user', 'list'], file).out).toContain('a@example.com');
});

test('import: a file of Excel in Chinese, first dry, then real', async ({ demo }) => {
  const file = path.join(FILES, 'customers-gb18030.csv');
  const dry = weir(['import', file, '--as', 'admin@example.com', '--dry-run'], demo);
  expect(dry.code, dry.out + dry.err).toBe(0);
  expect(dry.out).toContain('2 of 2 rows would be created');
  const real = weir(['import', file, '--as', 'admin@example.com'], demo);
  expect(real.code, real.out + real.err).toBe(0);
  expect(real.out).toContain('2 of 2 rows were created');
  const app = await App.start({ file: demo });
  try {
    const api = new Api(app, await signInByApi(app, 'admin'));
    const found = await api.json<[string, string, string][]>('customers/find', { text: '端测䶮辰' });
    expect(found.map(([, name]) => name)).toEqual(['杭州端测䶮辰科技有限公司']);
    const quoted = await api.json<[string, string, string][]>('customers/find', { text: '测试厂' });
    expect(quoted.map(([, name]) => name)).toEqual(['"引号"（深圳）测试厂']);
    const row = await api.json<{ row: { tier: string; size: string; source: string; region: string }; notes: string }>('customers/customer', { id: found[0][0] });
    expect(row.row).toMatchObject({ tier: 'vip', size: '100-499', source: 'referral' });
    expect(row.notes.replace('\r', '')).toBe('两行\n备注');
  } finally {
    await app.stop();
  }
});

test('import: one bad cell and nothing is written; each is named by row and column', ({ demo }) => {
  const before = readFileSync(demo).length;
  const done = weir(['import', path.join(FILES, 'customers-refused-gb18030.csv'), '--as', 'admin@example.com'], demo);
  expect(done.code).toBe(1);
  expect(done.out).toContain(`row 3, 客户名称*: ${text('en', 'errors.required')}`);
  expect(done.out).toContain(`row 4, 联系电话: ${text('en', 'errors.bad_phone')} (abc)`);
  expect(done.err).toContain('nothing was written');
  expect(before).toBeGreaterThan(0);
  const again = weir(['import', path.join(FILES, 'customers-gb18030.csv'), '--as', 'nobody@example.com'], demo);
  expect(again.code).toBe(1);
  expect(again.err).toContain('nobody@example.com');
  expect(weir(['import', '/no/such/file.csv', '--as', 'admin@example.com'], demo).err).toContain('/no/such/file.csv');
  const hr = weir(['import', path.join(FILES, 'customers-gb18030.csv'), '--as', 'hr@example.com'], demo);
  expect(hr.code, 'who may not import does not').toBe(1);
});

test('export: every list in a folder, which import takes back; what is there is kept', ({ demo, folder }) => {
  const out = path.join(folder, 'out');
  const done = weir(['export', out, '--as', 'admin@example.com', '--lang', 'zh'], demo);
  expect(done.code, done.err).toBe(0);
  expect(done.out).toMatch(/customers\.csv +[1-9]\d* rows/);
  expect(done.out).toMatch(/contracts\.csv +[1-9]\d* rows \(no import reads it back\)/);
  expect(done.out).toMatch(/tasks\.csv +\d+ rows \(no import reads it back\)/);
  expect(readFileSync(path.join(out, 'contacts.csv'), 'utf8').split('\r\n')[0]).toBe('\ufeff姓名,客户名称,职务,角色,电话,邮箱,首要联系人,备注');
  const again = weir(['import', path.join(out, 'follow-ups.csv'), '--as', 'admin@example.com', '--dry-run'], demo);
  expect(again.code, 'all of it is there already').toBe(1);
  expect(again.out).toContain(text('en', 'errors.follow_up_there'));
  const twice = weir(['export', out, '--as', 'admin@example.com'], demo);
  expect(twice.code).toBe(1);
  expect(twice.err).toContain('products.csv');
  expect(weir(['export', path.join(folder, 'other'), '--as', 'nobody@example.com'], demo).code).toBe(1);
});

test('people are added and given passwords', async ({ demo }) => {
  const add = weir(['user', 'add', 'new@example.com', '--name', '新人', '--role', 'finance'], demo, { input: 'a long password\n' });
  expect(add.code, add.err).toBe(0);
  expect(weir(['user', 'list'], demo).out).toMatch(/new@example\.com\s+finance\s+新人/);
  expect(weir(['user', 'add', 'new@example.com', '--name', '新人'], demo, { input: 'a long password\n' }).code, 'twice').toBe(1);
  const short = weir(['user', 'password', 'new@example.com'], demo, { input: 'short\n' });
  expect(short.code).toBe(1);
  expect(short.err).toContain('10');
  expect(weir(['user', 'password', 'new@example.com'], demo, { input: 'quite another one\n' }).code).toBe(0);
});

test('backup and restore: a copy that is proved equal, beside a running server', async ({ demo, folder, empty }) => {
  const app = await App.start({ file: demo });
  try {
    const file = path.join(folder, 'weir.backup');
    const made = weir(['backup', file], app.database);
    expect(made.code, made.err).toBe(0);
    expect(made.out).toMatch(/^deal\s+\d+  [0-9a-f]{16}$/m);
    const sums = (text: string) => text.split('\n').filter(line => /  [0-9a-f]{16}$/.test(line));
    expect(sums(made.out).length).toBeGreaterThan(10);
    const twice = weir(['backup', file], app.database);
    expect(twice.code, 'a backup is never overwritten').toBe(1);
    expect(twice.err).toContain('there already');

    expect(sums(weir(['restore', file, '--check'], empty).out)).toEqual(sums(made.out));
    expect(existsSync(empty), 'looking makes no database').toBe(false);
    const refused = weir(['restore', file], app.database);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('there is data already');
    const restored = weir(['restore', file], empty);
    expect(restored.code, restored.err).toBe(0);
    expect(sums(restored.out)).toEqual(sums(made.out));
    expect(restored.out).toContain("equal the backup's");

    const copy = await App.start({ file: empty });
    try {
      const [there, here] = await Promise.all([app, copy].map(async one => new Api(one, await signInByApi(one, 'director')).board()));
      expect(here.columns.map(column => column.summary)).toEqual(there.columns.map(column => column.summary));
    } finally {
      await copy.stop();
    }
    const broken = path.join(folder, 'broken.backup');
    writeFileSync(broken, readFileSync(file).subarray(0, 5000));
    const damaged = weir(['restore', broken, '--replace'], empty);
    expect(damaged.code).toBe(1);
    expect(damaged.err).toContain('damaged');
    expect(weir(['user', 'list'], empty).out, 'nothing was changed').toContain('admin@example.com');
  } finally {
    await app.stop();
  }
});

test('doctor finds nothing wrong with a good installation, and names what is', ({ demo, folder }) => {
  const good = weir(['doctor'], demo);
  expect(good.code, good.out + good.err).toBe(0);
  expect(good.out).not.toContain('WRONG');
  expect(good.out).toContain('sqlite');
  mkdirSync(path.join(folder, 'nothing'));
  const bad = weir(['doctor'], demo, { WEIR_SITE: path.join(folder, 'nothing'), WEIR_ADDRESS: '0.0.0.0:3999' });
  expect(bad.code).toBe(1);
  expect(bad.out.match(/WRONG/g)).toHaveLength(2);
  const broken = weir(['doctor'], demo, { WEIR_DATABASE: 'mysql://localhost/x' });
  expect(broken.code).toBe(1);
  expect(weir(['doctor'], demo, { WEIR_ADDRESS: 'nowhere' }).code, 'a setting that cannot be read').toBe(1);
});

test('a taken port is told in one sentence', async ({ demo }) => {
  const app = await App.start('demo');
  const second = weir(['serve'], demo, { WEIR_ADDRESS: new URL(app.url).host });
  await app.stop();
  expect(second.code).toBe(1);
  expect(second.err).toContain(new URL(app.url).host);
});

test('SIGTERM ends within three seconds with 0', async () => {
  const app = await App.start('demo');
  const { code, ms } = await app.end('SIGTERM');
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  await app.stop();
});

test('SIGTERM ends within three seconds with an event stream open', async () => {
  const app = await App.start('demo');
  const api = new Api(app, await signInByApi(app, 'admin'));
  const stop = new AbortController();
  const stream = await fetch(`${app.url}/live`, { headers: { cookie: `weir_session=${api.token}` }, signal: stop.signal });
  expect(stream.status).toBe(200);
  const reading = stream.body!.getReader().read().catch(() => undefined);
  const { code, ms } = await app.end('SIGTERM');
  stop.abort();
  await reading;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  await app.stop();
});

test('what was answered before a kill is there afterwards', async ({ folder }) => {
  const app = await App.start('demo');
  const api = new Api(app, await signInByApi(app, 'admin'));
  const board = await api.board();
  const [from, to] = board.columns;
  const moved = await api.move(from.cards[0], to.stage.id);
  await app.end('SIGKILL');
  for (const end of ['', '-wal']) if (existsSync(app.database + end)) copyFileSync(app.database + end, path.join(folder, `killed.db${end}`));
  await app.stop();
  // The copy carries its journal along.
  const again = await App.startIn(path.join(folder, 'killed.db'));
  try {
    const fresh = new Api(again, await signInByApi(again, 'admin'));
    expect((await fresh.card(moved.id))?.stage).toBe(to.stage.id);
  } finally {
    await again.stop();
  }
});
