import { describe, expect, it } from 'vitest';
import { type AliasMove, modelBefore } from './alias-history.ts';

const gate = (modelId: string): AliasMove => ({ modelId, cause: 'gate' });
const promote = (modelId: string): AliasMove => ({ modelId, cause: 'promote' });
const rollback = (modelId: string): AliasMove => ({ modelId, cause: 'rollback' });

describe('modelBefore()', () => {
  it('is the model in use before the newest move', () => {
    expect(modelBefore([gate('a'), promote('b')])).toBe('a');
    expect(modelBefore([gate('a'), promote('b'), promote('a')])).toBe('b');
  });

  it('goes further back with each rollback, never forth again', () => {
    const moves = [gate('a'), gate('b'), promote('c')];
    expect(modelBefore([...moves, rollback('b')])).toBe('a');
    expect(modelBefore([...moves, rollback('b'), rollback('a')])).toBeNull();
    expect(modelBefore([...moves, rollback('b'), gate('d')])).toBe('b');
  });

  it('is null where nothing was in use before', () => {
    expect(modelBefore([])).toBeNull();
    expect(modelBefore([gate('a')])).toBeNull();
  });
});
