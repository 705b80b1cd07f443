import { type Command, CommanderError } from 'commander';
import type { Conduct } from '../config.ts';
import { exitCodes, failureOf } from './failure.ts';
import { listenForInterrupts } from './interruption.ts';
import { acceptClosedPipes, openTerminal, say, type Terminal } from './terminal.ts';

/** Adds one verb to the program. */
export type AddVerb = (program: Command, terminal: Terminal) => void;

/**
 * Runs the command line to its end and gives the exit code: whatever goes wrong becomes one line and a code.
 * A verb sets its own code by returning normally with `process.exitCode` set.
 */
export async function runProgram(
  program: Command,
  verbs: readonly AddVerb[],
  conduct: Conduct,
): Promise<number> {
  acceptClosedPipes();
  const interrupts = listenForInterrupts(say);
  const terminal = openTerminal(conduct, interrupts.signal);
  for (const add of verbs) add(program, terminal);
  exitByThrowing(program);
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    const cause = interrupts.signal.aborted ? interrupts.signal.reason : error;
    const failure = failureOf(cause);
    for (const line of failure.lines) say(line);
    if (conduct.debug && !(error instanceof CommanderError)) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    }
    return failure.exitCode;
  } finally {
    interrupts.dispose();
  }
}

/** commander would call process.exit(1) on a usage error; every command throws instead. */
function exitByThrowing(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) exitByThrowing(child);
}
