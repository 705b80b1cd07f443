import { stopStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import type { Terminal } from '../conduct/terminal.ts';

/** `millrace down`: ends what `millrace up` started, whoever uses it. */
export function addDown(program: Command, terminal: Terminal): void {
  program
    .command('down')
    .description('stop the services, the broker and the database')
    .action(async () => {
      await stopStack({ say: terminal.say });
      terminal.say('stopped');
    });
}
