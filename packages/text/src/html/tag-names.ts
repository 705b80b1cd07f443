const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/**
 * Elements of HTML, old ones too, but for `<s>`, a control token of language models. Any other `<word>` is a placeholder, a
 * generic or XML, and stays.
 */
export const tagNames = words(
  'a abbr acronym address applet area article aside audio b base bdi bdo big blink blockquote body br button canvas caption ' +
    'center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure ' +
    'font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link ' +
    'main map mark marquee menu meta meter nav nobr noscript object ol optgroup option output p param picture pre progress q ' +
    'samp script section select small source span strike strong style sub summary sup svg table tbody td template textarea ' +
    'tfoot th thead time title tr track tt u ul var video wbr',
);

/** Those that nobody writes but as markup: they need no attribute and no partner. */
export const plainlyMarkup = words(
  'blockquote br colgroup datalist dd div dl dt em embed fieldset figcaption h1 h2 h3 h4 h5 h6 hr iframe img li marquee nobr ' +
    'noscript ol optgroup p pre script span strike strong style sub sup svg tbody td textarea tfoot th thead tr ul wbr',
);

/** Those whose beginning alone, without its end, is markup: `<div class` at the end of a message that was cut. */
export const neverWords = words(
  'blockquote br div fieldset figcaption h1 h2 h3 h4 h5 h6 hr iframe img li noscript ol optgroup span strong tbody td textarea tfoot th thead tr ul',
);

/** They dress a word up and are rarely written but as markup where a word follows at once: `<b>really`. */
export const dressing = words('b big center code font i small strike u');

/** They begin a new line. */
export const blocks = words(
  'address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header ' +
    'hr html li main nav ol p pre section table tbody tfoot thead title tr ul',
);

/** They part words without a line end. */
export const cells = words('td th option');

/** BBCode: `[b]bold[/b]`. Counts in pairs only, `a[i]` is an index. */
export const bbcodeNames = words(
  'b i u s code url img quote color size list font center left right spoiler email youtube table tr td sub sup justify indent align',
);
