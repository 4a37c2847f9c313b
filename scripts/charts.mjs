// Bundles what is JavaScript of the pages into frontend/public: charts.js with the parts of ECharts
// that it names, the page of checking in and the worker of a phone. Written only if it changed, so
// that nothing is built again for it.
import { build } from 'esbuild';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const banners = { charts: '/* With Apache ECharts (Apache-2.0) and zrender (BSD-3-Clause); see docs/licences/echarts.txt of Weir. */' };
for (const name of ['charts', 'field', 'pwa', 'sw']) {
  const to = `frontend/public/${name}.js`;
  const { outputFiles: [{ contents }] } = await build({
    entryPoints: [`frontend/web/${name}.js`], bundle: true, minify: name !== 'sw', format: 'esm', target: 'es2022', legalComments: 'none', write: false,
    banner: banners[name] ? { js: banners[name] } : {},
  });
  if (!existsSync(to) || !readFileSync(to).equals(Buffer.from(contents))) writeFileSync(to, contents);
  if (process.argv.includes('--size')) console.log(`${name}: ${contents.length} bytes, ${brotliCompressSync(contents).length} in brotli`);
}
