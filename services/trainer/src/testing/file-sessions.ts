import { rng } from '@millrace/shared/domain/rng';
import type { FileSession } from '../core/session-folds.ts';

export interface SomeSessions {
  readonly users: number;
  readonly perUser: number;
  readonly seed?: number;
}

const words = [
  ...['kettle', 'ladder', 'camera', 'radio', 'tent', 'oven', 'bicycle', 'lamp', 'drill', 'scarf'],
  ...['leaks', 'rattles', 'flickers', 'burns', 'sticks', 'smells', 'bends', 'whistles', 'fades'],
  ...['yesterday', 'again', 'slowly', 'outside', 'twice', 'since spring', 'at night', 'in rain'],
];

/** Sessions as a file holds them: most messages are nobody else's, one in four is said by others too, one in eight nearly. */
export function someFileSessions({ users, perUser, seed = 1 }: SomeSessions): FileSession[] {
  const random = rng(seed);
  const pick = (): string => words[Math.floor(random() * words.length)] ?? '';
  const sentence = (): string => Array.from({ length: 12 }, pick).join(' ');
  const common = Array.from({ length: 6 }, sentence);
  const message = (): string => {
    const kind = random();
    const said = common[Math.floor(random() * common.length)] ?? '';
    if (kind < 0.25) return said;
    return kind < 0.375 ? `${said.toUpperCase()}, ${pick()}!` : sentence();
  };
  return Array.from({ length: users * perUser }, (_, i) => ({
    source: 'test',
    sessionId: `s${i}`,
    userId: `u${i % users}`,
    texts: Array.from({ length: 6 }, message),
    labels: new Map([['topic', `t${(i * 7) % 3}`]]),
    startedAtMs: i * 60_000,
  }));
}
