export type Health = 'ok' | 'warning' | 'failed';

/** What the doctor found out about one thing. */
export interface Diagnosis {
  readonly name: string;
  readonly health: Health;
  /** What is there; or what is missing and the way around it. */
  readonly says: string;
}

export const ok = (name: string, says: string): Diagnosis => ({ name, health: 'ok', says });
export const warning = (name: string, says: string): Diagnosis => ({
  name,
  health: 'warning',
  says,
});
export const failed = (name: string, says: string): Diagnosis => ({ name, health: 'failed', says });
