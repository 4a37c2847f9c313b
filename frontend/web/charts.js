// Draws what the server describes (see app/ui/src/drawing.rs) through ECharts, in
// the place of the picture that came with the page. Loaded when a chart comes into
// view; built by scripts/charts.mjs.
import * as echarts from 'echarts/core';
import { BarChart, FunnelChart, HeatmapChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart, FunnelChart, HeatmapChart, LineChart, SankeyChart,
  GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

/** Mixed colours are told as `color(srgb 0.1 0.2 0.3)`, which ECharts does not know. */
function legacy(colour) {
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.]+))?\)$/.exec(colour);
  if (!parts) return colour;
  const [red, green, blue] = parts.slice(1, 4).map(part => Math.round(Number(part) * 255));
  return `rgba(${red}, ${green}, ${blue}, ${parts[4] ?? 1})`;
}

/** The colour that a token of the style sheet has here and now. */
function resolver(place) {
  const probe = document.createElement('i');
  place.append(probe);
  const known = new Map();
  const resolve = token => {
    if (!known.has(token)) {
      probe.style.color = `var(${token})`;
      known.set(token, legacy(getComputedStyle(probe).color));
    }
    return known.get(token);
  };
  return { resolve, end: () => probe.remove() };
}

/** What a description cannot say, since it is no function: words of a scale, and what stands on parts. */
function worded(option, marks, ticks) {
  const axes = [].concat(option.xAxis ?? [], option.yAxis ?? []);
  for (const axis of axes.filter(axis => axis.type === 'value')) axis.axisLabel = { ...axis.axisLabel, formatter: value => ticks[value] ?? '' };
  for (const series of [].concat(option.series ?? [])) {
    // Names of a flow stand on the inner side of its bars.
    if (series.type === 'sankey') series.data = series.data.map(node => ({ ...node, label: { ...series.label, position: node.depth === 0 ? 'right' : 'left' } }));
    if (series.label?.show) series.label = { ...series.label, formatter: params => mark(marks, params)?.label ?? '' };
  }
  return option;
}

/** The same with colours instead of names of tokens (`--accent`). */
function coloured(value, resolve) {
  if (typeof value === 'string') return value.startsWith('--') ? resolve(value) : value;
  if (Array.isArray(value)) return value.map(one => coloured(one, resolve));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, resolve)]));
  return value;
}

/** What is said of a part and where it leads. Ribbons of a flow come after its bars. */
function mark(marks, params) {
  const of = params.dataType === 'edge' ? marks[params.seriesIndex + 1] : marks[params.seriesIndex];
  return of?.[params.dataIndex];
}

/**
 * Draws into `holder`, and calls `follow` with the address behind a part that is clicked.
 * Returns what takes it away again.
 */
function draw(holder, { option, marks, ticks }, follow) {
  const place = document.createElement('div');
  place.className = 'chart-live';
  // As high as what it replaces, so that nothing moves.
  place.style.height = `${Math.max(holder.clientHeight, 160)}px`;
  // One picture in words; the page has its parts as a table.
  place.setAttribute('role', 'img');
  place.setAttribute('aria-label', holder.querySelector('[aria-label]')?.getAttribute('aria-label') ?? '');
  holder.append(place);
  holder.classList.add('is-live');
  const chart = echarts.init(place, null, { renderer: 'svg' });
  // What a line was last asked about: it has no parts to click on.
  let pointed;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const paint = () => {
    const { resolve, end } = resolver(place);
    const tooltip = {
      renderMode: 'richText', confine: true, trigger: option.tooltip?.trigger ?? 'item',
      backgroundColor: resolve('--surface-3'), borderColor: resolve('--line'), padding: [8, 10],
      textStyle: { color: resolve('--text'), fontSize: 13, fontFamily: getComputedStyle(place).fontFamily },
      formatter: params => {
        pointed = mark(marks, [].concat(params)[0]);
        return pointed?.text ?? '';
      },
    };
    const textStyle = { color: resolve('--text-2'), fontFamily: getComputedStyle(place).fontFamily };
    chart.setOption({ animation: !still.matches, animationDuration: 300, textStyle, ...worded(coloured({ ...option, tooltip: undefined }, resolve), marks, ticks), tooltip }, true);
    end();
  };
  paint();
  chart.on('click', params => {
    const link = mark(marks, params)?.link;
    if (link) follow(link);
  });
  if (option.tooltip?.trigger === 'axis') {
    chart.getZr().on('click', () => pointed?.link && follow(pointed.link));
  }
  chart.on('mousemove', params => chart.getZr().setCursorStyle(mark(marks, params)?.link ? 'pointer' : 'default'));
  const size = new ResizeObserver(() => chart.resize());
  size.observe(place);
  const theme = new MutationObserver(paint);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', paint);
  return () => {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener('change', paint);
    chart.dispose();
    place.remove();
    holder.classList.remove('is-live');
  };
}

window.weirDraw = draw;
