/** Where a run stands, for whoever shows it. */
export interface RunProgress {
  readonly phase: string;
  readonly done: number;
  /** Null: not known before the end. */
  readonly total: number | null;
  readonly unit: string;
  /** Nats, of the last training step. */
  readonly loss?: number | null;
}
