import path from 'node:path';
import { Command } from 'commander';
import { runProgram } from './conduct/run.ts';
import { readConduct } from './config.ts';
import { addDown } from './verbs/down.ts';
import { addOk } from './verbs/ok.ts';
import { addTest } from './verbs/test.ts';
import { addUp } from './verbs/up.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const program = new Command('millrace')
  .description('Ended chat sessions in, fine-tuned models out')
  .version('0.1.0');

process.exitCode = await runProgram(program, [addOk, addTest, addUp, addDown], readConduct(root));
