// The accessibility rules, run inside the page past its security policy.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Found { id: string; impact: string; help: string; nodes: { target: string[]; failureSummary: string }[] }

interface Asked {
  /** A selector; else the whole page. */
  include?: string;
  /** Names of rules; else all that stand in TAGS. */
  rules?: string[];
}

/** What is wrong, one line a rule and element. */
export async function violations(page: Page, { include, rules }: Asked = {}): Promise<string[]> {
  // What is still fading in has other colours than it will have. What never ends, since its element is not drawn, is not waited for.
  await page.evaluate(() => Promise.race([
    Promise.all(document.getAnimations()
      .filter(animation => Number(animation.effect?.getComputedTiming().endTime) < 1_000)
      .map(animation => animation.finished.catch(() => undefined))),
    new Promise(resolve => setTimeout(resolve, 2_000)),
  ]));
  await page.evaluate(SOURCE);
  const only = rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS };
  const found = await page.evaluate(async ([only, inside]) => {
    const axe = (globalThis as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<{ violations: Found[] }> } }).axe;
    const result = await axe.run(inside ? { include: [[inside]] } : document, { runOnly: only, resultTypes: ['violations'] });
    return result.violations.map(v => ({ id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map(n => ({ target: n.target, failureSummary: n.failureSummary })) }));
  }, [only, include] as const);
  return found.flatMap(rule => rule.nodes.slice(0, 4).map(node =>
    `${rule.id} (${rule.impact}) at ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 220)}${rule.nodes.length > 4 ? ` [${rule.nodes.length} in all]` : ''}`));
}
