import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import type { Terminal } from '../conduct/terminal.ts';

/** `millrace up`: broker and database in the background, until `millrace down`. Prints their addresses in a form that a shell can read. */
export function addUp(program: Command, terminal: Terminal): void {
  program
    .command('up')
    .description('start the broker, the database and the services in the background')
    .action(async () => {
      const { kafkaBrokers, databaseUrl } = await startStack({
        say: terminal.say,
        keep: true,
        signal: terminal.signal,
      });
      terminal.data(`KAFKA_BROKERS=${kafkaBrokers}`);
      terminal.data(`DATABASE_URL=${databaseUrl}`);
    });
}
