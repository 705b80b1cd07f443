import { Command } from 'commander';
import { checkout } from './checkout.ts';
import { runProgram } from './conduct/run.ts';
import { readConduct } from './config.ts';
import { addDown } from './verbs/down.ts';
import { addOk } from './verbs/ok.ts';
import { addTest } from './verbs/test.ts';
import { addUp } from './verbs/up.ts';

const program = new Command('millrace')
  .description('Ended chat sessions in, fine-tuned models out')
  .version('0.1.0');

process.exitCode = await runProgram(
  program,
  [addOk, addTest, addUp, addDown],
  readConduct(checkout),
);
