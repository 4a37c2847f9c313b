// Columns and cards as the server tells them, for what the board should show.
import type { Board, Column } from './api';

export const openColumns = (board: Board): Column[] => board.columns.filter(column => column.stage.kind === 'open');
export const wonColumn = (board: Board): Column => board.columns.find(column => column.stage.kind === 'won')!;
export const countOf = (column: Column): number => column.summary.sums.reduce((n, line) => n + line.count, 0);

/** Two neighbouring open columns with at least so many cards. */
export function pair(board: Board, here = 1, there = 0): [Column, Column] {
  const columns = openColumns(board);
  const at = columns.findIndex((column, i) => column.cards.length >= here && columns[i + 1] && columns[i + 1].cards.length >= there);
  if (at < 0) throw new Error('the demo has too few deals for this test');
  return [columns[at], columns[at + 1]];
}
