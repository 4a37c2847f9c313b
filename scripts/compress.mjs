// Writes every file of the site beside itself as .br and .gz, which the server sends
// instead. Node's own zlib is optimised, and works on several files at once.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const root = process.argv[2];
const files = (await readdir(root, { recursive: true, withFileTypes: true }))
  .filter(file => file.isFile() && /\.(css|js|json|svg|txt|wasm)$/.test(file.name))
  .map(file => path.join(file.parentPath ?? file.path, file.name));
await Promise.all(files.map(async file => {
  const content = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [br, gz] = await Promise.all([promisify(brotliCompress)(content, { params }), promisify(gzip)(content, { level: 9 })]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}));
