/** Text for HTML, in elements and attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Markup that is safe to put into a page. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | readonly (string | number | Html)[];

/** A template whose values are escaped unless they are markup already. */
export function html(pieces: TemplateStringsArray, ...values: readonly Part[]): Html {
  const texts = values.map((value) =>
    isList(value) ? value.map(partMarkup).join('') : partMarkup(value),
  );
  return new Html(String.raw({ raw: pieces }, ...texts));
}

const isList = (part: Part): part is readonly (string | number | Html)[] => Array.isArray(part);
const partMarkup = (part: string | number | Html): string =>
  part instanceof Html ? part.markup : escapeHtml(String(part));
