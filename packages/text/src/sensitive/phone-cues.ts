import { clauseAfter, clauseBefore, lastMatch } from './cues.ts';

/** Says that a telephone number is near. */
const phone =
  /\b(?:(?:tele)?phones?|tel|mob(?:ile)?|cell(?:phone|ular)?|call(?:s|ed|ing)?|text(?:ed)?|sms|whats?\s?app|dial(?:ed|led)?|ring|reach(?:ed)?|fax|contact|hotline|landline|telegram|viber|facetime|ph|telefon(?:nummer|o)?|tlf|tél(?:éphone)?|teléfono|handy(?:nummer)?|móvil|portable)\b/giu;
/** Says so only for a number that has the shape of one. */
const someNumber =
  /\b(?:my|our|his|her|their|your|this|the)\s+(?:new\s+|own\s+|direct\s+)?(?:number|no|nr|num|digits)\b/gi;
/** Says that some other number is near. */
const other =
  /\b(?:order|invoice|accounts?|acct|acc|a\/c|ref(?:erence)?|tracking|parcel|ticket|serial|booking|confirmation|case|id|uid|gid|pid|pin|isbn|issn|upc|ean|barcode|bar\s+code|code|model|part|sku|policy|member(?:ship)?|licen[cs]e|passport|visa|card|iban|bank|routing|sort|flight|vin|claim|customer|patient|transaction|receipt|epoch|timestamp|stamp|unix|build|version|commit|hash|imei|bug|issue|tax|ssn|social|score|price|meter|population|views|votes|bytes?|size|seed|port|block|blocks|sector|inode)\b/gi;

export type PhoneCue = 'phone' | 'number' | 'other' | 'none';

/** What the words around say about a number; the nearest before it wins, then those behind it. */
export function phoneCue(text: string, start: number, end: number): PhoneCue {
  const before = clauseBefore(text, start, 56);
  const nearest = Math.max(at(before, phone), at(before, someNumber), at(before, other));
  if (nearest >= 0) {
    if (nearest === at(before, other)) return 'other';
    return nearest === at(before, phone) ? 'phone' : 'number';
  }
  const after = clauseAfter(text, end, 40);
  if (/^\W{0,3}(?:is|was|are)\s+(?:the|my|our|his|her)\b/i.test(after)) {
    if (at(after, other) >= 0) return 'other';
    if (at(after, phone) >= 0 || at(after, someNumber) >= 0) return 'phone';
  }
  return 'none';
}

const at = (text: string, pattern: RegExp): number => lastMatch(text, pattern)?.index ?? -1;
