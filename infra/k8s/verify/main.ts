/** Our manifests in a real Kubernetes API server, on this machine: `./millrace verify-k8s [--build] [--fast] [--json]`. */
import { buildPrograms } from './build/build-programs.ts';
import { forgetServersOfOthers, readSettings } from './config.ts';
import { missingFrom, programsIn } from './programs.ts';
import { createRecorder, summaryLine } from './record.ts';
import { verify } from './verify.ts';

const say = (line: string): void => void process.stderr.write(`millrace: ${line}\n`);
process.setMaxListeners(64); // each server of the cluster ends with this process
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  if (stop.signal.aborted) return 130;
  const code = error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1;
  return code;
});

async function main(): Promise<number> {
  const settings = readSettings(process.argv.slice(2));
  const { signal } = stop;
  forgetServersOfOthers();
  const programs = programsIn(settings.cache);
  if (settings.build) await buildPrograms({ settings, programs, say, signal });
  const missing = missingFrom(programs, settings);
  if (missing.length > 0) {
    const time = settings.fast ? '5 min once' : '15 min once, 5 with --fast';
    say(
      `skipped: not built (${missing.join(', ')}). ./millrace verify-k8s --build takes about ${time}`,
    );
    return 0;
  }
  const print = (line: string) =>
    void (settings.json ? process.stderr : process.stdout).write(`${line}\n`);
  const recorder = createRecorder({ print, signal, now: () => performance.now() });
  try {
    await verify({ settings, programs, recorder, say, signal });
  } finally {
    const summary = recorder.summary();
    print(summaryLine(summary));
    if (settings.json)
      process.stdout.write(
        `${JSON.stringify({ ...summary, entries: recorder.entries }, null, 1)}\n`,
      );
  }
  const { assertionsPassed, assertionsFailed, faultsAccepted } = recorder.summary();
  return assertionsPassed > 0 && assertionsFailed + faultsAccepted === 0 ? 0 : 1;
}
