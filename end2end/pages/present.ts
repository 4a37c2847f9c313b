// The deck of a meeting.
import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';

export const SLIDES = ['home', 'deals', 'funnel', 'tiers'] as const;
export type SlideCode = typeof SLIDES[number];

export class Deck {
  constructor(readonly page: Page) {}

  async goto(slide: SlideCode, query = ''): Promise<void> { await open(this.page, `/present?slide=${slide}${query}`); }

  get main(): Locator { return this.page.locator('main.pr'); }
  slide(code: SlideCode): Locator { return this.page.locator(`.pr-face[data-slide="${code}"]`); }
  get message(): Locator { return this.main.locator('h1'); }
  get when(): Locator { return this.main.locator('[data-when]'); }
  get live(): Locator { return this.main.locator('[data-live]'); }
  get end(): Locator { return this.main.locator('[data-end]'); }
  get blank(): Locator { return this.page.locator('.pr-blank'); }
  get said(): Locator { return this.page.locator('[data-said]'); }
  to(code: SlideCode): Locator { return this.main.locator(`.pr-rail a[data-to="${code}"]`); }
  turn(which: 'next' | 'prev'): Locator { return this.main.locator(`.pr-turn a[rel="${which}"]`); }

  /** The picture of the funnel that this width has. */
  get picture(): Locator { return this.main.locator('.pr-svg:visible'); }
  segment(stage: number, part: string, which: 'now' | 'before' = 'now'): Locator { return this.picture.locator(`a[data-figure="${stage}-${part}-${which}"]`); }
  get steps(): Locator { return this.main.locator('.pr-steps'); }
  column(stage: string): Locator { return this.main.locator(`.pr-columns > li[data-column="${stage}"]`); }
  tier(code: string): Locator { return this.main.locator(`.pr-columns > li[data-tier="${code}"]`); }
  bucket(list: string): Locator { return this.main.locator(`.pr-columns > li[data-list="${list}"]`); }

  get behind(): Locator { return this.main.locator('.pr-behind'); }
  get total(): Locator { return this.behind.locator('[data-behind]'); }
  get rows(): Locator { return this.behind.locator('li[data-row]'); }

  /** Texts of the slide below this size, in pixels on the screen. */
  async smallerThan(px: number): Promise<string[]> {
    return this.main.evaluate((main, least) => {
      const found: string[] = [];
      for (const element of main.querySelectorAll<HTMLElement | SVGElement>('*')) {
        if (element.closest('.sr, title, .pr-blank') || !element.checkVisibility()) continue;
        if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())) continue;
        // What is drawn is as large as its picture is stretched.
        const scale = element instanceof SVGGraphicsElement ? element.getScreenCTM()?.a ?? 1 : 1;
        const size = parseFloat(getComputedStyle(element).fontSize) * scale;
        if (size < least - 0.05) found.push(`${size.toFixed(1)} ${element.textContent?.trim().slice(0, 30)}`);
      }
      return found;
    }, px);
  }

  /** Texts whose contrast with what they stand on is below this. */
  async fainterThan(ratio: number): Promise<string[]> {
    return this.main.evaluate((main, least) => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      const dots = (colour: string): number[] => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const light = ([r, g, b]: number[]): number => {
        const [x, y, z] = [r, g, b].map(v => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const ground = (element: Element): number[] => {
        for (let up: Element | null = element; up; up = up.parentElement) {
          // The rate of a step stands on a pill of its own.
          const pill = up.matches('.lv-pill') ? up.querySelector('rect') : null;
          const found = dots(pill ? getComputedStyle(pill).fill : getComputedStyle(up).backgroundColor);
          if (found[3] > 250) return found;
        }
        return [255, 255, 255, 255];
      };
      const found: string[] = [];
      for (const element of main.querySelectorAll('*')) {
        if (element.closest('.sr, title, .pr-blank') || !element.checkVisibility()) continue;
        if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())) continue;
        const style = getComputedStyle(element);
        const [a, b] = [light(dots(element instanceof SVGElement ? style.fill : style.color)), light(ground(element))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < least) found.push(`${contrast.toFixed(2)} ${element.textContent?.trim().slice(0, 30)}`);
      }
      return found;
    }, ratio);
  }
}
