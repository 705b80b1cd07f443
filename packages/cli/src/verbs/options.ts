import type { Command } from 'commander';

/** Every verb can speak to programs: data as JSON on stdout. */
export function verb(program: Command, usage: string, description: string): Command {
  return program.command(usage).description(description).option('--json', 'print data as JSON');
}
