/** Names of U+00A0 to U+00FF in the order of their code points (HTML 4.01, section 24.2). */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn ' +
  'sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave ' +
  'Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ' +
  'ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN ' +
  'szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute ' +
  'icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml ' +
  'yacute thorn yuml';
/** Further names (HTML 4.01, sections 24.3 and 24.4, and XML's apos) with their character. */
const others =
  'quot=u22 amp=u26 lt=u3c gt=u3e OElig=u152 oelig=u153 Scaron=u160 scaron=u161 Yuml=u178 fnof=u192 ' +
  'circ=u2c6 tilde=u2dc Alpha=u391 Beta=u392 Gamma=u393 Delta=u394 Epsilon=u395 Zeta=u396 Eta=u397 ' +
  'Theta=u398 Iota=u399 Kappa=u39a Lambda=u39b Mu=u39c Nu=u39d Xi=u39e Omicron=u39f Pi=u3a0 ' +
  'Rho=u3a1 Sigma=u3a3 Tau=u3a4 Upsilon=u3a5 Phi=u3a6 Chi=u3a7 Psi=u3a8 Omega=u3a9 alpha=u3b1 ' +
  'beta=u3b2 gamma=u3b3 delta=u3b4 epsilon=u3b5 zeta=u3b6 eta=u3b7 theta=u3b8 iota=u3b9 kappa=u3ba ' +
  'lambda=u3bb mu=u3bc nu=u3bd xi=u3be omicron=u3bf pi=u3c0 rho=u3c1 sigmaf=u3c2 sigma=u3c3 ' +
  'tau=u3c4 upsilon=u3c5 phi=u3c6 chi=u3c7 psi=u3c8 omega=u3c9 thetasym=u3d1 upsih=u3d2 piv=u3d6 ' +
  'ensp=u2002 emsp=u2003 thinsp=u2009 zwnj=u200c zwj=u200d lrm=u200e rlm=u200f ndash=u2013 ' +
  'mdash=u2014 lsquo=u2018 rsquo=u2019 sbquo=u201a ldquo=u201c rdquo=u201d bdquo=u201e dagger=u2020 ' +
  'Dagger=u2021 bull=u2022 hellip=u2026 permil=u2030 prime=u2032 Prime=u2033 lsaquo=u2039 ' +
  'rsaquo=u203a oline=u203e frasl=u2044 euro=u20ac image=u2111 weierp=u2118 real=u211c trade=u2122 ' +
  'alefsym=u2135 larr=u2190 uarr=u2191 rarr=u2192 darr=u2193 harr=u2194 crarr=u21b5 lArr=u21d0 ' +
  'uArr=u21d1 rArr=u21d2 dArr=u21d3 hArr=u21d4 forall=u2200 part=u2202 exist=u2203 empty=u2205 ' +
  'nabla=u2207 isin=u2208 notin=u2209 ni=u220b prod=u220f sum=u2211 minus=u2212 lowast=u2217 ' +
  'radic=u221a prop=u221d infin=u221e ang=u2220 and=u2227 or=u2228 cap=u2229 cup=u222a int=u222b ' +
  'there4=u2234 sim=u223c cong=u2245 asymp=u2248 ne=u2260 equiv=u2261 le=u2264 ge=u2265 sub=u2282 ' +
  'sup=u2283 nsub=u2284 sube=u2286 supe=u2287 oplus=u2295 otimes=u2297 perp=u22a5 sdot=u22c5 ' +
  'lceil=u2308 rceil=u2309 lfloor=u230a rfloor=u230b lang=u2329 rang=u232a loz=u25ca spades=u2660 ' +
  'clubs=u2663 hearts=u2665 diams=u2666 apos=u27';

const named: ReadonlyMap<string, number> = new Map([
  ...latin.split(' ').map((name, i) => [name, 0xa0 + i] as const),
  ...others.split(' ').map((pair) => {
    const [name = '', code = ''] = pair.split('=u');
    return [name, Number.parseInt(code, 16)] as const;
  }),
]);

/** What browsers read for the numbers 128 to 159: Windows-1252. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * The character of an entity without its `&` and `;`: `nbsp`, `#39`, `#x27`. A no-break space becomes a blank. Null for
 * a name that HTML 4 does not know and for numbers of controls and of no character.
 */
export function entityCharacter(entity: string): string | null {
  const code = codeOf(entity);
  if (code === undefined) return null;
  if (code === 0xa0) return ' ';
  if (code >= 0x80 && code < 0xa0) return windows1252.charAt(code - 0x80);
  const isControl = code < 0x20 && code !== 9 && code !== 10 && code !== 13;
  if (isControl || code === 0x7f || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
    return null;
  return String.fromCodePoint(code);
}

function codeOf(entity: string): number | undefined {
  if (!entity.startsWith('#'))
    return named.get(/^(?:AMP|LT|GT|QUOT|NBSP|APOS)$/.test(entity) ? entity.toLowerCase() : entity);
  return /^#x/i.test(entity)
    ? Number.parseInt(entity.slice(2), 16)
    : Number.parseInt(entity.slice(1), 10);
}
