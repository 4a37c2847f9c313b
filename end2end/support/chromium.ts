// The browser of the machine; nothing is downloaded.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The part without windows first: it does the same in less time. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

export function chromium(): string | undefined {
  if (process.env.WEIR_CHROMIUM) return process.env.WEIR_CHROMIUM;
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}
