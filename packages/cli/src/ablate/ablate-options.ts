export interface AblateVerbOptions {
  readonly technique?: readonly string[];
  readonly maxSteps?: number;
  readonly folds?: number;
  readonly seed?: number;
  readonly modelName?: string;
  readonly source: string;
  readonly show?: boolean;
  readonly fleet?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}
