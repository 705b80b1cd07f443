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

  it('a turn trains no more than the least of its messages', () => {
    const weighed = (weight: number): Message => ({
      role: 'assistant',
      content: `${weight}`,
      timestamp: null,
      ...(weight !== 1 && { weight }),
    });
    expect(turnsOf([weighed(1), weighed(0.5), weighed(1)])).toEqual([
      { role: 'assistant', content: '1\n0.5\n1', weight: 0.5 },
    ]);
    expect(turnsOf([weighed(1), weighed(1)])).toEqual([{ role: 'assistant', content: '1\n1' }]);
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
      untrained: 0,
    });
  });

  it('makes no pair of a reply that is not to be trained on, and counts it', () => {
    const turns = turnsOf(
      said(['user', 'a'], ['assistant', 'b'], ['user', 'c'], ['assistant', 'd']),
    );
    const weighed = turns.map((turn, i) => (i === 1 ? { ...turn, weight: 0 } : turn));
    expect(pairsOf(weighed)).toEqual({
      pairs: [{ anchor: 'c', positive: 'd', position: 1 }],
      unanswered: 0,
      untrained: 1,
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

  it('ends on the last turn that trains, and is null when none does', () => {
    const turns = turnsOf(
      said(['user', 'a'], ['assistant', 'b'], ['user', 'c'], ['assistant', 'd']),
    );
    const weighed = (weight: number) =>
      turns.map((turn, i) => (i === 3 ? { ...turn, weight } : turn));
    expect(chatOf(weighed(0.5))).toEqual({ messages: weighed(0.5), dropped: 0 });
    expect(chatOf(weighed(0))).toEqual({ messages: turns.slice(0, 2), dropped: 2 });
    expect(chatOf(turns.map((turn) => ({ ...turn, weight: 0 })))).toBeNull();
  });

  it('is null when no user was answered', () => {
    expect(chatOf(turnsOf(said(['user', 'a'])))).toBeNull();
    expect(chatOf(turnsOf(said(['assistant', 'hello'], ['user', 'a'])))).toBeNull();
  });
});
