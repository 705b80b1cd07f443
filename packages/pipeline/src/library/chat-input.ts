import type { ChatTurn } from '@millrace/shared/domain/example';
import { z } from 'zod';

const turn = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  weight: z.number().min(0).max(1).exactOptional(),
});
const chat = z.object({ id: z.string().optional(), messages: z.array(turn) });
const completion = z.object({
  id: z.string().optional(),
  prompt: z.string(),
  completion: z.string(),
});

/** A chat as training data has it. */
export type ChatInput = z.input<typeof chat> | z.input<typeof completion>;

export interface Chat {
  readonly id: string | undefined;
  readonly messages: readonly ChatTurn[];
}

/** @throws TypeError naming the index, when it is neither `{messages}` nor `{prompt, completion}` */
export function readChat(input: unknown, index: number): Chat {
  const asChat = chat.safeParse(input);
  if (asChat.success) return { id: asChat.data.id, messages: asChat.data.messages };
  const asCompletion = completion.safeParse(input);
  if (!asCompletion.success)
    throw new TypeError(
      `examples[${index}] is neither {messages: [{role, content, weight?: 0 to 1}]} nor {prompt, completion}`,
    );
  const { id, prompt, completion: reply } = asCompletion.data;
  return {
    id,
    messages: [
      { role: 'user', content: prompt },
      { role: 'assistant', content: reply },
    ],
  };
}
