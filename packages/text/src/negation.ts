const negator =
  /(?<![\p{L}\p{N}])(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly|barely|scarcely|rarely|seldom|(?:ai|are|ca|could|did|do|does|had|has|have|is|must|need|should|was|were|wo|would)nt|\p{L}+n['’]t)(?![\p{L}\p{N}])/giu;

/** Words that turn a statement round, lower case, in order: a copy must have the same ones. */
export function negations(text: string): string[] {
  return Array.from(text.matchAll(negator), (match) => match[0].toLowerCase());
}
