import { Command } from 'commander';
import { addOk } from './verbs/ok.ts';
import { addTest } from './verbs/test.ts';

const program = new Command('millrace');
program.description('Ended chat sessions in, fine-tuned models out').version('0.1.0');
addOk(program);
addTest(program);
await program.parseAsync();
