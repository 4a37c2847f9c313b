// Bundles frontend/web/charts.js with the parts of ECharts that it names into
// frontend/public/charts.js. Written only if it changed, so that nothing is built
// again for it.
import { build } from 'esbuild';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const to = 'frontend/public/charts.js';
const { outputFiles: [{ contents }] } = await build({
  entryPoints: ['frontend/web/charts.js'], bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none', write: false,
  banner: { js: '/* With Apache ECharts (Apache-2.0) and zrender (BSD-3-Clause); see docs/licences/echarts.txt of Weir. */' },
});
if (!existsSync(to) || !readFileSync(to).equals(Buffer.from(contents))) writeFileSync(to, contents);
if (process.argv.includes('--size')) console.log(`${contents.length} bytes, ${brotliCompressSync(contents).length} in brotli`);
