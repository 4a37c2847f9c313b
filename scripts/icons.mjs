// Makes the icon sprite frontend/public/icons.svg from lucide (ISC licence).
// Run `npm run icons` after adding a name; the result is in the repository.
import { readFileSync, writeFileSync } from 'node:fs';

const names = `ban building-2 calendar calendar-clock chart-column check columns-3 chevron-down chevron-left chevron-right circle-alert circle-check
circle-dashed circle-x contact-round ellipsis filter flask-conical git-compare globe hourglass kanban languages link list-checks
list-filter chart-column log-out mail map-pin map-pin-check message-circle monitor moon move-right notebook-pen package pencil phone plus search
settings sliders-horizontal square-pen star sun sun-moon table-2 target trash-2 triangle-alert undo-2 user-plus user-round users
video x arrow-up arrow-down clock key-round shield download history waves plug-zap lock eye circle arrow-right heart-handshake receipt smile
layers upload presentation snowflake git-merge file-text stamp printer life-buoy image`.split(/\s+/);

const symbols = names.map((name) => {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, 'utf8');
  const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).trim().replace(/\s*\n\s*/g, '');
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
});
writeFileSync('frontend/public/icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">\n<!-- lucide, ISC licence -->\n${symbols.join('\n')}\n</svg>\n`);
console.log(`${names.length} icons`);
