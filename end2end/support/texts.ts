// The catalogue of texts, so that tests say which text they expect and not
// which words it has today.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './app';

export type Lang = 'zh' | 'en';
export const LANGS: readonly Lang[] = ['zh', 'en'];

const FOLDER = path.join(ROOT, 'app/i18n/texts');
const LINE = /^(\w+)\s*=\s*\{\s*zh\s*=\s*("(?:[^"\\]|\\.)*")\s*,\s*en\s*=\s*("(?:[^"\\]|\\.)*")\s*\}/;

const catalogue = new Map<string, Record<Lang, string>>();
for (const file of readdirSync(FOLDER).filter(name => name.endsWith('.toml'))) {
  for (const line of readFileSync(path.join(FOLDER, file), 'utf8').split('\n')) {
    const found = LINE.exec(line);
    if (found) catalogue.set(`${path.basename(file, '.toml')}.${found[1]}`, { zh: JSON.parse(found[2]), en: JSON.parse(found[3]) });
  }
}

/** The text `file.key` with its values filled in. */
export function text(lang: Lang, key: string, values: Record<string, string | number> = {}): string {
  const found = catalogue.get(key);
  if (!found) throw new Error(`there is no text ${key}`);
  return Object.entries(values).reduce((sentence, [name, value]) => sentence.replaceAll(`{${name}}`, String(value)), found[lang]);
}

/** As a pattern in which values that are not given may be anything. */
export function pattern(lang: Lang, key: string, values: Record<string, string | number> = {}): RegExp {
  const filled = text(lang, key, values);
  return new RegExp(filled.split(/\{\w+\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*?'));
}

/** The name of something that has one in each language. */
export function nameOf(lang: Lang, named: { name_zh: string; name_en: string }): string {
  return lang === 'en' && named.name_en ? named.name_en : named.name_zh;
}
