export type ChatTemplateProblem =
  /** It does not parse. */
  | 'template_unreadable'
  /** It raised an exception of its own: it is not made for such a conversation. */
  | 'template_refuses'
  /** It broke off at something that it does not expect. */
  | 'template_failed'
  /** What became of the messages' texts cannot be told: it changes them, or looks into them. */
  | 'untraceable';

/** A chat template cannot be used for these messages. The text holds nothing that a person wrote. */
export class ChatTemplateError extends Error {
  override readonly name = 'ChatTemplateError';
  readonly code: ChatTemplateProblem;

  constructor(code: ChatTemplateProblem, message: string) {
    super(message);
    this.code = code;
  }
}
