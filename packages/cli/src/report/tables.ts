import { type Html, html } from './escape.ts';

export interface Column {
  readonly title: string;
  /** Figures stand at the right. */
  readonly number?: boolean;
}

export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | Html)[])[],
): Html {
  const classOf = (i: number): Html => (columns[i]?.number ? html` class="n"` : html``);
  return html`<div class="scroll"><table><thead><tr>${columns.map(
    ({ title }, i) => html`<th${classOf(i)}>${title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, i) => html`<td${classOf(i)}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
