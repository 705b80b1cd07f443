import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { Html } from './escape.ts';

/** Colours that keep their contrast on white and on near-black. */
export const palette = {
  good: '#2a9d8f',
  bad: '#d1495b',
  neutral: '#8d99ae',
  base: '#8d99ae',
  champion: '#e9a23b',
  candidate: '#3a86ff',
} as const;

/** A chart as inline SVG: no script, no font file, texts in the colour of the page, as wide as there is room. */
export async function chart(spec: TopLevelSpec, label: string): Promise<Html> {
  const { spec: compiled } = compile({ ...spec, config: look });
  const view = new View(parse(compiled), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return new Html(responsive(svg, label));
  } finally {
    view.finalize();
  }
}

const text = 'currentColor';
const look = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: 'transparent' },
  axis: {
    labelColor: text,
    titleColor: text,
    domainColor: palette.neutral,
    tickColor: palette.neutral,
    gridColor: palette.neutral,
    gridOpacity: 0.25,
    titleFontWeight: 'normal',
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 300,
  },
  legend: { labelColor: text, titleColor: text, labelFontSize: 12 },
  text: { color: text, fontSize: 12 },
} as const;

/** Fixed size out, name for screen readers in. */
function responsive(svg: string, label: string): string {
  const name = label.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return svg
    .replace(/^<svg([^>]*?) width="[^"]*" height="[^"]*"/, '<svg$1')
    .replace(/^<svg/, `<svg role="img" aria-label="${name}"`);
}
