const negator =
  /(?<![\p{L}\p{N}])(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly|barely|scarcely|rarely|seldom|(?:ai|are|ca|could|did|do|does|had|has|have|is|must|need|should|was|were|wo|would)nt|\p{L}+n['’]t)(?![\p{L}\p{N}])/giu;

/** Words that turn a statement round, as written, in order: a copy must have the same ones, byte for byte. */
export function negations(text: string): string[] {
  return text.match(negator) ?? [];
}
