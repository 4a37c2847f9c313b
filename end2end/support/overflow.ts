// What does not fit into the width of the screen.
import type { Page } from '@playwright/test';

/** What sticks out of the page sideways, with the element that does. */
export async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const width = document.documentElement.clientWidth;
    for (const element of [document.documentElement, document.body, ...document.querySelectorAll('main, main > .body, .detail')]) {
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible' || element.scrollWidth > width + 1) {
        const guilty = [...element.querySelectorAll('*')].filter(child => {
          const box = child.getBoundingClientRect();
          if (box.width === 0 || box.right <= width + 1) return false;
          for (let up = child.parentElement; up && up !== element; up = up.parentElement) {
            if (getComputedStyle(up).overflowX !== 'visible') return false;
          }
          return true;
        }).slice(0, 3).map(child => `${child.tagName.toLowerCase()}.${child.className.toString().split(' ').join('.')}`);
        found.push(`${element.tagName.toLowerCase()}.${element.className}: ${element.scrollWidth} > ${element.clientWidth} by ${guilty.join(', ')}`);
      }
    }
    return found;
  });
}
