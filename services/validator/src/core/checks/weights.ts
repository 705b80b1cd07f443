import { readWeight } from '@millrace/shared/domain/message-weight';
import { shapeOf } from '@millrace/shared/domain/shape-of';
import { type Check, finding } from '../check.ts';

/**
 * `bad_weight`: an assistant's message says how much it trains, and not by a number from 0 to 1. Rejects: read as 1 it would be
 * trained against the application's will, read as 0 it would be left out in silence.
 */
export const weights: Check = ({ messages }) =>
  (messages ?? []).flatMap(({ index, role, fields }) => {
    const weight = fields?.['weight'];
    if (role !== 'assistant' || readWeight(weight) !== null) return [];
    const value = typeof weight === 'number' ? weight : shapeOf(JSON.stringify(weight));
    return [
      finding('bad_weight', { action: 'reject', messageIndex: index, value, threshold: '0 to 1' }),
    ];
  });
