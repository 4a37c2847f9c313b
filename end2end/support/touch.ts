// A finger, by the browser's own input pipeline: gestures, scrolling and
// pointer events follow from it as on a phone.
import type { CDPSession, Page } from '@playwright/test';
import type { Point } from '../pages/board';

export class Finger {
  private constructor(private readonly session: CDPSession, private readonly page: Page) {}

  static async on(page: Page): Promise<Finger> {
    return new Finger(await page.context().newCDPSession(page), page);
  }

  private async send(type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel', points: Point[]): Promise<void> {
    await this.session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(({ x, y }) => ({ x, y, id: 1 })) });
  }

  async down(at: Point): Promise<void> { await this.send('touchStart', [at]); }
  async up(): Promise<void> { await this.send('touchEnd', []); }

  /** Moves in steps, each in a frame of its own. */
  async move(from: Point, to: Point, steps = 8): Promise<void> {
    for (let i = 1; i <= steps; i += 1) {
      await this.send('touchMove', [{ x: from.x + ((to.x - from.x) * i) / steps, y: from.y + ((to.y - from.y) * i) / steps }]);
      await this.frame();
    }
  }

  async swipe(from: Point, to: Point, steps = 8): Promise<void> {
    // The first step follows at once, whatever the machine does meanwhile: a
    // finger that rests before it moves would be a long press.
    const first = { x: from.x + (to.x - from.x) / steps, y: from.y + (to.y - from.y) / steps };
    await Promise.all([this.send('touchStart', [from]), this.send('touchMove', [first])]);
    await this.move(first, to, steps - 1);
    await this.up();
  }

  /** One drawn frame of the page. */
  private async frame(): Promise<void> {
    await this.page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => resolve(undefined))));
  }
}
