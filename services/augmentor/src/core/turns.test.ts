import type { Message, Role } from '@millrace/shared/domain/session';
import { describe, expect, it } from 'vitest';
import { chatOf } from './chats.ts';
import { pairsOf } from './pairs.ts';
import { turnsOf } from './turns.ts';

const said = (...lines: [Role, string][]): Message[] =>
  lines.map(([role, content]) => ({ role, content, timestamp: null }));

describe('turnsOf()', () => {
  it('joins what follows in one role by a newline and leaves blank messages out', () => {
    const turns = turnsOf(
      said(
        ['user', 'hi'],
        ['user', 'are you there?'],
        ['assistant', ' '],
        ['user', 'hello'],
        ['assistant', 'yes'],
      ),
    );
    expect(turns).toEqual([
      { role: 'user', content: 'hi\nare you there?\nhello' },
      { role: 'assistant', content: 'yes' },
    ]);
  });
});

describe('pairsOf()', () => {
  it('pairs a user turn with the reply that directly follows, never with system or tool turns', () => {
    const turns = turnsOf(
      said(
        ['system', 'be kind'],
        ['user', 'a'],
        ['assistant', 'b'],
        ['user', 'look it up'],
        ['tool', '{"n":1}'],
        ['assistant', 'c'],
        ['user', 'd'],
        ['assistant', 'e'],
        ['user', 'bye'],
      ),
    );
    expect(pairsOf(turns)).toEqual({
      pairs: [
        { anchor: 'a', positive: 'b', position: 0 },
        { anchor: 'd', positive: 'e', position: 2 },
      ],
      unanswered: 2,
    });
  });
});

describe('chatOf()', () => {
  it('keeps system prompts, ends on an assistant turn and counts what it drops', () => {
    const turns = turnsOf(
      said(
        ['system', 'be kind'],
        ['user', 'a'],
        ['assistant', 'b'],
        ['tool', '{}'],
        ['user', 'bye'],
      ),
    );
    expect(chatOf(turns)).toEqual({ messages: turns.slice(0, 3), dropped: 2 });
  });

  it('is null when no user was answered', () => {
    expect(chatOf(turnsOf(said(['user', 'a'])))).toBeNull();
    expect(chatOf(turnsOf(said(['assistant', 'hello'], ['user', 'a'])))).toBeNull();
  });
});
