// The import on its page: the file, its columns, the check, the result.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';
import { workbook } from '../support/workbook';

export type Kind = 'customers' | 'contacts' | 'deals' | 'follow_ups' | 'products';
export type Part = 'made' | 'twin' | 'refused' | 'left';

export interface Upload { name: string; mimeType: string; buffer: Buffer }

/** A file of `end2end/files`, with its bytes changed if need be. */
export function fileOf(name: string, change: (text: string) => string = text => text): Upload {
  const bytes = readFileSync(path.join(__dirname, '../files', name));
  // One byte a character, so that any encoding comes out as it went in.
  return { name, mimeType: 'text/csv', buffer: Buffer.from(change(bytes.toString('latin1')), 'latin1') };
}

/** A list in UTF-8. */
export function list(name: string, ...lines: string[]): Upload {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8') };
}

/** A workbook with a sheet for each list of rows; cells are numbers or texts. */
export function book(name: string, sheets: Record<string, (string | number)[][]>): Upload {
  return { name, mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: workbook(sheets) };
}

export interface Row { id: string; version: number; stage: string; file: string; made: number; removed: number; rows: number }

export class Import {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/import${query}`); }
  static all(api: Api): Promise<Row[]> { return api.json('data/imports', {}); }

  get heading(): Locator { return this.page.locator('main h1'); }
  get step(): Locator { return this.page.locator('.imp-steps [aria-current="step"]'); }

  // The file.
  get upload(): Locator { return this.page.locator('form[data-upload]'); }
  kind(kind: Kind): Locator { return this.upload.locator(`input[name="kind"][value="${kind}"]`); }
  get file(): Locator { return this.upload.locator('#file'); }
  get fileError(): Locator { return this.upload.locator('#file-err'); }
  get history(): Locator { return this.page.locator('[data-history]'); }
  past(id: string): Locator { return this.history.locator(`[data-import-id="${id}"]`); }
  async send(kind: Kind, file: Upload): Promise<void> {
    await this.kind(kind).check();
    await this.file.setInputFiles(file);
    await this.upload.locator('button[type="submit"]').click();
  }

  // Its sheets and columns.
  get sheets(): Locator { return this.page.locator('form[data-sheets]'); }
  get sheet(): Locator { return this.sheets.locator('select'); }
  get readSheet(): Locator { return this.sheets.locator('button[type="submit"]'); }
  get kit(): Locator { return this.page.locator('[data-kit]'); }
  get mapping(): Locator { return this.page.locator('form[data-mapping]'); }
  column(at: number): Locator { return this.mapping.locator(`select[name="form[columns][c${at}]"]`); }
  get missing(): Locator { return this.mapping.locator('[data-missing]'); }
  get toCheck(): Locator { return this.mapping.locator('button[type="submit"]'); }

  // The check.
  figure(part: Part): Locator { return this.page.locator(`[data-figure="${part}"]`); }
  list(part: Part): Locator { return this.page.locator(`[data-part="${part}"]`); }
  row(number: number): Locator { return this.page.locator(`tr[data-row="${number}"]`); }
  edit(number: number): Locator { return this.row(number).locator('[data-edit]'); }
  decide(number: number, decision: 'skip' | 'make' | 'usual'): Locator { return this.row(number).locator(`[data-decide="${decision}"]`); }
  get editor(): Locator { return this.page.locator('[data-edit-row]'); }
  cell(field: string): Locator { return this.editor.locator(`#cell-${field}`); }
  cellError(field: string): Locator { return this.editor.locator(`#cell-${field}-err`); }
  get saveRow(): Locator { return this.editor.locator('button[type="submit"]'); }
  get choices(): Locator { return this.page.locator('form[data-choices]'); }
  get leaveOut(): Locator { return this.choices.locator('input[type="checkbox"]'); }
  get apply(): Locator { return this.choices.locator('button[type="submit"]'); }
  get go(): Locator { return this.page.locator('form[data-go] button[type="submit"]'); }
  get notYet(): Locator { return this.page.locator('[data-not-yet]'); }
  get discard(): Locator { return this.page.locator('.imp-discard button'); }

  // The result.
  get made(): Locator { return this.page.locator('[data-made]'); }
  get undo(): Locator { return this.page.locator('[data-undo]'); }
  get undoing(): Locator { return this.page.locator('[data-undoing]'); }
  get undoNow(): Locator { return this.page.locator('[data-undo-now]'); }
  get removed(): Locator { return this.page.locator('[data-removed]'); }
}
