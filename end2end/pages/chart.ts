// A chart: the picture that came with the page, then the one that is drawn.
import { type Locator, type Page } from '@playwright/test';

export interface Mark { text: string; label?: string; link?: string }
export interface Drawing { option: { series: { type: string; data: unknown[] }[] }; marks: Mark[][] }

export class Chart {
  readonly place: Locator;

  constructor(readonly page: Page, name: string) {
    this.place = page.locator(`.chart[data-chart^="/chart/${name}"]`);
  }

  get live(): Locator { return this.place.locator('.chart-live'); }
  get still(): Locator { return this.place.locator(':scope > :not(.chart-live)'); }
  /** Everything that is drawn with a shape. */
  get shapes(): Locator { return this.live.locator('svg path'); }
  /** What is said of the part under the pointer. */
  get tip(): Locator { return this.live.locator('svg text'); }

  /** What the server describes, to who looks at the page. */
  async described(): Promise<Drawing> {
    const address = (await this.place.getAttribute('data-chart'))!;
    return (await (await this.page.request.get(address)).json()) as Drawing;
  }

  /** Where the pointer meets a part, by what kind of chart it is. */
  async somewhere(type: string, marks: Mark[]): Promise<{ x: number; y: number }> {
    const box = (await this.live.boundingBox())!;
    // A line is met anywhere above its axis; a flow at a bar of its left side, a funnel at its top.
    if (type === 'line') return { x: box.width / 2, y: box.height / 2 };
    if (type === 'sankey') return { x: 8, y: box.height * 0.6 };
    if (type === 'funnel') return { x: box.width * 0.16, y: 20 };
    // Cells lie as they are told: rows from below, each from the left.
    if (type === 'heatmap') return this.cell(marks.findIndex(mark => mark.link));
    // The largest of the filled shapes.
    const largest = await this.shapes.evaluateAll(all => {
      const place = all[0].closest('.chart-live')!.getBoundingClientRect();
      const boxes = all.filter(shape => (shape.getAttribute('fill') ?? 'none') !== 'none').map(shape => shape.getBoundingClientRect())
        .filter(one => one.width > 3 && one.height > 3 && one.width < place.width * 0.5);
      const most = boxes.reduce((a, b) => (a.width * a.height >= b.width * b.height ? a : b));
      return { x: most.x + most.width / 2 - place.x, y: most.y + most.height * 0.25 - place.y };
    });
    return largest;
  }

  private cell(index: number): Promise<{ x: number; y: number }> {
    return this.shapes.evaluateAll((all, index) => {
      const place = all[0].closest('.chart-live')!.getBoundingClientRect();
      const boxes = all.map(shape => shape.getBoundingClientRect()).filter(one => one.width > place.width * 0.1 && one.width < place.width * 0.3 && one.height > 10);
      const rows = boxes.sort((a, b) => Math.abs(a.y - b.y) > 5 ? b.y - a.y : a.x - b.x);
      return { x: rows[index].x + rows[index].width * 0.2 - place.x, y: rows[index].y + rows[index].height * 0.3 - place.y };
    }, index);
  }
}
