/*
 * A port of the design of ftfy 6.3.1 (fix_encoding), Copyright 2023 Robyn Speer, Apache License 2.0. Changed: code stays as
 * it is, a step must make the text less bad, a lone control character is no mojibake.
 */
import { outsideCode } from './code-blocks.ts';
import { badness, isBad } from './mojibake/badness.ts';
import { type Charmap, charactersAt, charmaps } from './mojibake/charmaps.ts';
import { decodeUtf8, lostByte } from './mojibake/decode-utf8.ts';

/** Without one of these nothing is mojibake: the test that makes plain English free. */
const suspicious = /[\u0080-\uf8ff\ufb01\ufb02]/;

/**
 * The text as it was before UTF-8 was read in another encoding (`itâ€™s` is `it’s`), once or several times over, in whole
 * or in parts. Good text comes back as it is: the decision is a list of neighbours that good text hardly ever has, and what
 * comes out must have fewer of them. Code in backticks stays. U+FFFD stays: what it stood for is lost.
 * repairMojibake(repairMojibake(x)) = repairMojibake(x). Free for ASCII, else linear.
 */
export function repairMojibake(text: string): string {
  return suspicious.test(text) ? outsideCode(text, repairProse) : text;
}

/** How many sequences in a text are mojibake as far as neighbours tell. */
export { badness as mojibakeSequences } from './mojibake/badness.ts';

/** Layer by layer, for as long as a text gets shorter or less bad, so it ends. What comes out last is compared with the first. */
function repairProse(prose: string): string {
  let text = prose;
  while (isBad(text)) {
    const next = oneStep(text);
    if (next.length >= text.length && badness(next) >= badness(text)) break;
    text = next;
  }
  return text === prose || badness(text) < badness(prose) ? text : prose;
}

function oneStep(text: string): string {
  for (const charmap of charmaps) {
    const whole = decodeWith(charmap, text);
    if (whole !== null) return whole;
  }
  const pieces = repairPieces(text);
  return pieces === text ? repairControls(text) : pieces;
}

/** Null when the text cannot come from this encoding, or is no UTF-8 in it. */
function decodeWith(charmap: Charmap, text: string): string | null {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x80) {
      if (code === lostByte) return null;
      bytes.push(code);
      continue;
    }
    const byte = code === 0xfffd && charmap.mayBeLossy ? lostByte : charmap.bytes.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return decodeUtf8(bytes, charmap.blankMayBeA0);
}

const inClass = (characters: string) => characters.replace(/[\\\]^-]/g, '\\$&');
const continuation = inClass(` ${charactersAt(0x80, 0xbf)}`);
const strict = inClass(charactersAt(0x80, 0xbf).replace(/[‘’“”‚„–—…•]/g, ''));
/** Runs that look like UTF-8 in a Windows code page, not cut out of a longer garble (ftfy's UTF8_DETECTOR_RE). */
const utf8Run = new RegExp(
  `(?<![${strict}])(?:[${inClass(charactersAt(0xc2, 0xdf))}][${continuation}]|` +
    `[${inClass(charactersAt(0xe0, 0xef))}][${continuation}]{2}|` +
    `[đðğóšπσрс][${continuation}]{3})+`,
  'gu',
);

/** Mojibake inside of good text: run by run. */
function repairPieces(text: string): string {
  return text.replace(utf8Run, (run) =>
    run.length < text.length && isBad(run) ? repairProse(run) : run,
  );
}

/**
 * What Windows-1252 has at 0x80 to 0x9f, read as Latin-1: quotes, dashes, the ellipsis, the euro, where at least one of them
 * is no line end (0x85 alone is NEL). Other controls are left to those who clean controls.
 */
function repairControls(text: string): string {
  if (!/[\u0080\u0082\u0084\u0091-\u0097\u0099]/.test(text)) return text;
  return text.replace(
    /[\u0080\u0082\u0084\u0085\u0091-\u0097\u0099]/g,
    (control) => windows1252.get(control.charCodeAt(0)) ?? control,
  );
}

const windows1252: ReadonlyMap<number, string> = new Map(
  [...(charmaps[1]?.bytes ?? [])].map(([character, byte]) => [byte, character]),
);
