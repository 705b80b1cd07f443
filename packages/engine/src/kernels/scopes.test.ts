import { describe, expect, test } from 'vitest';
import { Scopes } from './scopes.ts';

interface Value {
  readonly name: string;
}

function recorded() {
  const destroyed: string[] = [];
  const scopes = new Scopes<Value>(({ name }) => destroyed.push(name));
  return { scopes, destroyed, make: (name: string): Value => scopes.own({ name }) };
}

describe('Scopes', () => {
  test('destroys what a scope made, except the survivors, which the scope around it then owns', () => {
    const { scopes, destroyed, make } = recorded();
    scopes.run(() => {
      scopes.run(
        () => [make('temporary'), make('result')],
        ([, result]) => (result ? [result] : []),
      );
      expect(destroyed).toEqual(['temporary']);
    });
    expect(destroyed).toEqual(['temporary', 'result']);
  });

  test('destroys everything when the body throws', () => {
    const { scopes, destroyed, make } = recorded();
    expect(() =>
      scopes.run(() => {
        make('a');
        scopes.run(() => {
          make('b');
          throw new Error('a kernel failed');
        });
      }),
    ).toThrow('a kernel failed');
    expect(destroyed).toEqual(['b', 'a']);
  });

  test('frees a value once, and leaves alone what no scope owns', () => {
    const { scopes, destroyed, make } = recorded();
    scopes.run(() => {
      const value = make('a');
      scopes.free(value, value, { name: 'constant' });
      expect(destroyed).toEqual(['a']);
    });
    expect(destroyed).toEqual(['a']);
  });

  test('refuses a value outside of every scope, which nobody would free', () => {
    expect(() => recorded().make('a')).toThrow(RangeError);
  });
});

describe('block()', () => {
  test('keeps what the way back needs until it has been used, and no value of others', () => {
    const { scopes, destroyed, make } = recorded();
    scopes.run(() => {
      const input = make('input');
      const [output, back] = scopes.block(
        () => {
          make('temporary');
          return [make('output'), { kept: make('kept'), input }];
        },
        () => ({ input: make('gradient'), weights: { w: make('weightGradient') } }),
      );
      expect(destroyed).toEqual(['temporary']);
      const { input: gradient } = back(output);
      expect(destroyed).toEqual(['temporary', 'kept']);
      expect(gradient?.name).toBe('gradient');
    });
    expect(destroyed).toContain('weightGradient');
    expect(new Set(destroyed).size).toBe(destroyed.length);
  });

  test('keeps nothing when there is no way back', () => {
    const { scopes, destroyed, make } = recorded();
    scopes.run(() => {
      const [output, back] = scopes.blockWithoutBack(
        () => [make('output'), { kept: make('kept') }],
        () => ({ weights: {} }),
      );
      expect(destroyed).toEqual(['kept']);
      expect(() => back(output)).toThrow('without a backward pass');
    });
  });
});
