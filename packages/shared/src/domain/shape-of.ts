/**
 * A text as a finding or an error may show it: letters become `a`, digits `9`, at most 32 characters. Enough to see
 * `99/99/9999`, too little to hold what somebody said.
 */
export function shapeOf(text: string): string {
  const shape = text.slice(0, 32).replace(/\p{L}/gu, 'a').replace(/\p{N}/gu, '9');
  const printable = shape.replace(/[^\x20-\x7e]/g, '?');
  return text.length > 32 ? `${printable}...` : printable;
}
