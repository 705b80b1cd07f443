/** One message of a conversation, as a chat template is given it. */
export interface ChatMessage {
  /** Such as `system`, `user`, `assistant`, `tool`. */
  readonly role: string;
  readonly content: string;
  /** How much the tokens of this answer count in the loss, 0 to 1; default 1. Of no effect on other roles. */
  readonly weight?: number;
}
