export { DataSciencePipeline, type RunOptions } from './data-science-pipeline.ts';
export type { SessionLine } from './read/session-line.ts';
export { sessionLines } from './read/session-lines.ts';
export type * from './results.ts';
export type { PipelineOptions } from './run-options.ts';
export type { RunProgress } from './run-progress.ts';
