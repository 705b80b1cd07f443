/** @see ITU-T E.164: country codes in use. */
const codes =
  /^(?:1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2(?:1[1-368]|[2346]\d|5\d|9[01789])|35\d|37\d|38[0-35-79]|42[013]|50\d|59\d|67\d|68\d|69[0-2]|8(?:00|08|50|5[2-6]|70|78|8[0-36-8])|9(?:6[0-8]|7[0-79]|9[2-68]))/;

/** Digits of a whole national number, fewest and most, where the plan is strict; E.164 allows 15 with the code. */
const plans: Readonly<Record<string, readonly [number, number]>> = {
  1: [10, 10],
  7: [10, 10],
  30: [10, 10],
  31: [9, 9],
  33: [9, 9],
  34: [9, 9],
  41: [9, 9],
  44: [9, 10],
  45: [8, 8],
  47: [8, 8],
  48: [9, 9],
  52: [10, 11],
  55: [10, 11],
  61: [9, 9],
  91: [10, 10],
  351: [9, 9],
  420: [9, 9],
};
const most = 15;

/** How many digits may follow the country code that a number begins with; null when no country has it. */
export function nationalLength(
  digits: string,
): { readonly code: string; readonly fewest: number; readonly most: number } | null {
  const code = codes.exec(digits)?.[0];
  if (code === undefined) return null;
  const [fewest, longest] = plans[code] ?? [5, most - code.length];
  return { code, fewest, most: longest };
}
