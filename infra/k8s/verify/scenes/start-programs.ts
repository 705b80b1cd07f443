import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '@millrace/local-stack/processes';
import {
  consumedBy,
  groupOfStage,
  type StageName,
  topics,
} from '@millrace/shared/contracts/topics';
import { refusalToWrite } from '../cluster/broker.ts';
import { layOutPod } from '../cluster/pod-environment.ts';
import { kafkaUsersOf, userPassword } from '../cluster/secured-listener.ts';
import { startServer } from '../cluster/server.ts';
import { waitFor } from '../cluster/wait.ts';
import { environmentWith } from '../config.ts';
import { findProgram } from '../programs.ts';
import { VerifyError } from '../verify-error.ts';
import type { Prepared } from './prepare-stack.ts';
import { assert, type Scene } from './scene.ts';

/** Those that need no model on their volume. */
const withoutModels = ['ingestor', 'validator', 'exporter'];

/** Programs as their pods would start them: command, environment, mounted files, and the rights of their user at the broker. */
export async function startPrograms(scene: Scene, prepared: Prepared): Promise<void> {
  for (const name of withoutModels)
    await assert(scene, `the program of ${name}, started as its pod starts it, is at work`, () =>
      startOne(scene, name, prepared),
    );
  const users = kafkaUsersOf(scene.objects).map(({ metadata }) => metadata.name);
  if (users.length === 0) return;
  await assert(scene, 'no user of ours may write what applications publish', async () => {
    for (const username of users) {
      const who = { address: prepared.address, username, password: userPassword, ca: prepared.ca };
      const refusal = await refusalToWrite(who, topics.sessionEvents.name);
      if (!/TOPIC_AUTHORIZATION_FAILED|Not authorized to access topics/.test(refusal ?? ''))
        throw new VerifyError(`${username}: ${refusal ?? 'its record was taken'}`);
    }
    return `${users.length} users`;
  });
}

async function startOne(scene: Scene, name: string, prepared: Prepared): Promise<string> {
  const { settings, address, given } = prepared;
  const folder = path.join(settings.state, 'pods', name);
  mkdirSync(folder, { recursive: true });
  const pod = layOutPod([...scene.objects, ...given], `Deployment/${name}`, folder);
  const [, ...args] = pod.command;
  const port = await freePort([]);
  const program = startServer(
    {
      ...{ name, args, program: process.execPath, cwd: settings.checkout, logs: folder },
      env: environmentWith({
        ...pod.environment,
        ...{ KAFKA_BROKERS: address, MILLRACE_HTTP_PORT: `${port}`, MILLRACE_API_PORT: '0' },
        ...{ MILLRACE_HTTP_HOST: '127.0.0.1', MILLRACE_API_HOST: '127.0.0.1' },
      }),
    },
    findProgram('setpriv', settings.searchPath),
  );
  try {
    await program.ready(() => answersReady(port), scene.signal);
    const said = isStage(name) ? await joins(scene, name, prepared) : 'ready';
    return `${args.join(' ')}: ${said}`;
  } finally {
    await program.stop();
  }
}

const isStage = (name: string): name is StageName => name in consumedBy;

async function answersReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

/** Waits until the group holds every partition that the stage reads. */
async function joins(scene: Scene, stage: StageName, { stack }: Prepared): Promise<string> {
  const all = consumedBy[stage].reduce((sum, { partitions }) => sum + partitions, 0);
  const group = groupOfStage(stage);
  const held = await waitFor(
    async () => ((await stack.broker.held(group)) === all ? all : undefined),
    { timeoutMs: 30_000, signal: scene.signal },
  );
  if (held === undefined) throw new VerifyError(`ready, but ${group} does not hold its partitions`);
  return `ready, ${group} holds ${held} partitions`;
}
