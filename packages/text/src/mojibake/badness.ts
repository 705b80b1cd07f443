/*
 * Ported from ftfy 6.3.1, ftfy/badness.py, Copyright 2023 Robyn Speer, Apache License 2.0: its categories of characters
 * and its pattern. Changed: TypeScript, `\w` and `\s` as JavaScript spells them.
 */

/** Characters that turn up when UTF-8 is read in another encoding, as parts of a character class. */
const category = {
  common: '\u00a0\u00ad·´–—―…’',
  c1: '\u0080-\u009f',
  bad: '¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\ufffdªº',
  law: '¶§',
  currency: '¢£¥₧€',
  startPunctuation: '¡«¿©΄΅‘‚“„•‹\uf8ff',
  endPunctuation: '®»˝”›™',
  numeric: '²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№',
  kaomoji: 'Ò-ÖÙ-Üò-öø-üŐŌŪŲ°',
  upperAccented: 'À-ÑØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ',
  lowerAccented: 'ßà-ñăąāćčďđęěēėğģįīķĺľłļœŕśşšťüźżžґﬁﬂ',
  upperCommon: 'ÞΑ-ΩΆΈΉΊΌΎΏΪΫЁ-Я',
  lowerCommon: 'α-ωάέήίΰа-џ',
  box: '│┌┐┘├┤┬┼═-╬▀▄█▌▐░▒▓',
} as const;
const c = category;
const accented = c.lowerAccented + c.upperAccented;
const signs = c.endPunctuation + c.currency + c.numeric;
const arabic = `[ØÙ][${c.common}${c.currency}${c.bad}${c.numeric}${c.startPunctuation}ŸŠ®°µ»]`;
const between = `[${c.c1}${c.bad}${c.startPunctuation}${c.endPunctuation}${c.currency}°`;

/** Neighbours that good text hardly ever has. */
const unlikely = [
  `[${c.c1}]`,
  `[${c.bad}${accented}${c.box}${c.startPunctuation}${signs}${c.law}][${c.bad}]`,
  `[a-zA-Z][${c.lowerCommon}${c.upperCommon}][${c.bad}]`,
  `[${c.bad}][${accented}${c.box}${c.startPunctuation}${signs}${c.law}]`,
  `[${c.lowerAccented}${c.lowerCommon}${c.box}${signs}][${c.upperAccented}]`,
  `[${c.box}${signs}][${c.lowerAccented}]`,
  `[${c.lowerAccented}${c.box}${c.endPunctuation}][${c.currency}]`,
  `\\s[${c.upperAccented}][${c.currency}]`,
  `[${c.upperAccented}${c.box}][${c.numeric}${c.law}]`,
  `[${accented}${c.box}${c.currency}${c.endPunctuation}][${c.startPunctuation}][${c.numeric}]`,
  `[${accented}${c.currency}${c.numeric}${c.box}${c.law}][${c.endPunctuation}][${c.startPunctuation}]`,
  `[${c.currency}${c.numeric}${c.box}][${c.startPunctuation}]`,
  `[a-z][${c.upperAccented}][${c.startPunctuation}${c.currency}]`,
  `[${c.box}][${c.kaomoji}]`,
  `[${accented}${c.currency}${c.numeric}${c.startPunctuation}${c.endPunctuation}${c.law}][${c.box}]`,
  `[${c.box}][${c.endPunctuation}]`,
  `[${accented}][${c.startPunctuation}${c.endPunctuation}][\\p{L}\\p{N}_]`,
  // a ligature not followed by a plain letter, a degree sign after a capital
  '[Œœ][^A-Za-z]',
  `[${c.upperAccented}]°`,
  // two characters of Windows-1252 that the lines above miss
  `[ÂÃÎÐ][€œŠš¢£Ÿž\u00a0\u00ad®©°·»${c.startPunctuation}${c.endPunctuation}–—´]`,
  '×[²³]',
  // Arabic in Windows-1252: common characters, so two pairs
  arabic + arabic,
  'à[²µ¹¼½¾]',
  // MacRoman
  '√[±∂†≠®™´≤≥¥µø]',
  '≈[°¢]',
  '‚Ä[ìîïòôúùû†°¢π]',
  '‚[âó][àä°ê]',
  // Windows-1251
  'вЂ',
  `[ВГРС]${between}µ][ВГРС]`,
  'ГўВЂВ.[A-Za-z ]',
  // Windows-1252 for à, á and the no-break space
  'Ã[\u00a0¡]',
  '[a-z]\\s?[ÃÂ][ ]',
  '^[ÃÂ][ ]',
  `[a-z.,?!${c.endPunctuation}]Â[ ${c.startPunctuation}${c.endPunctuation}]`,
  // Windows-1253 and 1257
  'β€[™\u00a0Ά\u00ad®°]',
  `[ΒΓΞΟ]${between}][ΒΓΞΟ]`,
  'ā€',
].join('|');

const one = new RegExp(unlikely, 'u');
const all = new RegExp(unlikely, 'gu');

/** True when a text has a sequence that is far likelier to be mojibake than meant. */
export const isBad = (text: string): boolean => one.test(text);

/** How many such sequences a text has. */
export const badness = (text: string): number => text.match(all)?.length ?? 0;
