import { groupOfStage, type StageName, topics } from '../contracts/topics.ts';
import { eventId, sha256Hex } from '../domain/hash.ts';
import type { Sql } from '../ports/database.ts';
import type { MessageBus, PartitionOffsets } from '../ports/message-bus.ts';
import { erase } from '../runtime/erasure/erase.ts';

/**
 * A fleet at rest that balances: `sessions` sessions came in (one in ten of them by HTTP, one in five rejected), two
 * pairs and a chat from each kept one, one dataset, one dead letter, one training request; two jobs with their models, the
 * first promoted by the gate, the second by hand and rolled back; one ablation; one session that was forgotten; one that was gathered from messages, and one that is open; and one event that waits in the outbox of each topic that a stage consumes.
 * Set-based, so that a million takes seconds.
 */
export async function ledgerScene(sql: Sql, sessions: number): Promise<void> {
  const dataset = sha256Hex('dataset');
  const job = eventId('job', 'request-1');
  const second = eventId('job', 'trigger-1');
  const ablation = eventId('job', 'request-4');
  await sql`
    insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256, message_count,
      bytes, origin, received_at)
    select 'app', 's' || i, 1, case when i % 4 = 0 then null else 'u"' || i / 3 end, 'closed', md5('p' || i) || md5('q' || i),
      md5('s' || i) || md5('t' || i), 12, 900, case when i % 10 = 0 then 'http' else 'kafka' end, now()
    from generate_series(1, ${sessions}::int) i`;
  await sql`insert into payloads select source, session_id, version, 'x'::bytea from sessions`;
  await sql`
    insert into http_accepts (id, source, session_id, version, outcome)
    select gen_random_uuid(), source, session_id, version, 'applied' from sessions where origin = 'http'`;
  await sql`
    insert into revisions (stage, revision, settings) values ('validator', 'v1', '{}'), ('augmentor', 'a1', '{}'),
      ('examples', 'e1', '{"validator": "v1", "augmentor": "a1"}')`;
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    select source, session_id, version, 'v1', case when substr(session_id, 2)::int % 5 = 1 then 'rejected' else 'kept' end,
      0.9, '[]', '{}', case when substr(session_id, 2)::int % 5 = 1 then null else '{}'::jsonb end
    from sessions`;
  await sql`
    insert into augmentations (source, session_id, version, revision, side, pairs, chats, techniques)
    select source, session_id, version, 'e1', 'train', 2, 1, '{}' from verdicts where verdict = 'kept'`;
  await corrections(sql);
  await sql`
    insert into examples (id, revision, source, session_id, version, kind, technique, position, content, content_sha256,
      features, first_dataset, last_dataset)
    select session_id || '-' || k, revision, source, session_id, version, case when k = 3 then 'chat' else 'pair' end,
      'original', k, '{}', 'c', '{}', ${dataset}, ${dataset}
    from augmentations, generate_series(1, 3) k`;
  await sql`
    insert into sides (group_key, side)
    select distinct case when s.user_id is null then '[' || to_json(s.source) || ',"session",' || to_json(s.session_id) || ']'
      else '[' || to_json(s.source) || ',"user",' || to_json(s.user_id) || ']' end, 'train'
    from sessions s join augmentations using (source, session_id, version)`;
  await sql`
    insert into datasets (sha256, model_name, model_type, manifest_path, counts, holdout_sha256)
    values (${dataset}, 'default', 'embedding', 'm',
      '{"ready": 10, "train": 5, "holdout": 2, "not_sampled": 1, "dropped": {"duplicate": 2}}', ${sha256Hex('holdout')})`;
  await sql`
    insert into training_jobs (job_id, request_id, model_name, model_type, cause, reason, scope, overrides, state,
      max_attempts, dataset_sha256, model_id, progress)
    values (${job}, 'request-1', 'default', 'embedding', 'request', 'requested', '{}', '{}', 'succeeded', 3, ${dataset},
      'model-1', '{}'),
    (${second}, 'trigger-1', 'default', 'embedding', 'trigger', 'enough', '{}', '{}', 'succeeded', 3, ${dataset},
      'model-2', '{}')`;
  await sql`
    insert into training_jobs (job_id, request_id, model_name, model_type, kind, cause, reason, scope, overrides, state,
      max_attempts, progress)
    values (${ablation}, 'request-4', 'default', 'embedding', 'ablation', 'request', 'requested', '{}', '{}', 'succeeded', 3,
      '{}')`;
  await sql`
    insert into ablations (job_id, lease_token, model_name, model_type, result)
    values (${ablation}, 1, 'default', 'embedding', '{}')`;
  await sql`
    insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256,
      base, metrics, decision, sentence, report)
    values ('model-1', ${job}, 1, 'default', 'embedding', 'p', 'h', ${dataset}, 'base', '{}', 'promoted', 'better', '{}'),
      ('model-2', ${second}, 1, 'default', 'embedding', 'p2', 'h2', ${dataset}, 'base', '{}', 'refused', 'worse', '{}')`;
  await sql`insert into aliases (model_name, model_type, alias, model_id) values ('default', 'embedding', 'champion', 'model-1')`;
  await sql`
    insert into audit (id, action, subject, detail) values
      (gen_random_uuid(), 'job_queued', ${job}, '{}'),
      (gen_random_uuid(), 'job_queued', ${second}, '{}'),
      (gen_random_uuid(), 'job_queued', ${ablation}, '{}'),
      (gen_random_uuid(), 'job_folded', ${eventId('job', 'request-2')},
        '{"request_id": "request-2", "model_name": "default", "cause": "request"}'),
      (gen_random_uuid(), 'model_registered', 'model-1', '{}'),
      (gen_random_uuid(), 'model_registered', 'model-2', '{}')`;
  await sql`
    insert into audit (id, action, subject, detail, at)
    select gen_random_uuid(), 'alias_moved', subject, jsonb_build_object('model_name', 'default',
      'model_type', 'embedding', 'alias', 'champion', 'from', before, 'cause', cause), now() + n * interval '1 second'
    from (values (1, 'model-1', null, 'gate'), (2, 'model-2', 'model-1', 'promote'), (3, 'model-1', 'model-2', 'rollback'))
      as move(n, subject, before, cause)`;
  await sql`
    insert into dead_letters (id, stage, topic, partition, record_offset, headers, sha256, code, message)
    values (gen_random_uuid(), 'ingestor', ${topics.sessionEvents.name}, 0, 0, '{}', 'x', 'MILLRACE_FORMAT_JSON', 'm')`;
  await gathered(sql);
  await waitingEvents(sql);
  await erase(sql, {
    subject: { source: 'app', kind: 'session', id: 's9' },
    by: 'ann',
    why: 'asked for',
  });
}

/**
 * A person accepted s6 and rejected s2; s3 was judged again by settings that reject it, s4 augmented again by others, and
 * nothing refers to the newest settings of the validator yet.
 */
async function corrections(sql: Sql): Promise<void> {
  await sql`
    insert into revisions (stage, revision, settings) values ('validator', 'v2', '{}'), ('validator', 'v3', '{}'),
      ('augmentor', 'a2', '{}'), ('examples', 'e2', '{"validator": "v1", "augmentor": "a2"}')`;
  await sql`
    insert into audit (id, action, subject, detail)
    select gen_random_uuid(), 'revision_recorded', stage || '/' || revision, '{}' from revisions`;
  for (const [id, from, to] of [
    ['s6', 'rejected', 'kept'],
    ['s2', 'kept', 'rejected'],
  ] as const) {
    await sql`
      insert into overrides (source, session_id, version, verdict, why, decided_by, changes)
      values ('app', ${id}, 1, ${to}, 'read it', 'someone', 1)`;
    await sql`update verdicts set override = ${to}, cleaned = '{}' where session_id = ${id}`;
    await sql`
      insert into audit (id, action, subject, detail)
      values (gen_random_uuid(), 'verdict_overridden', ${id}, jsonb_build_object('source', 'app', 'version', 1, 'change', 1,
        'from', ${from}::text, 'to', ${to}::text))`;
  }
  await sql`
    insert into augmentations (source, session_id, version, revision, side, pairs, chats, techniques)
    values ('app', 's6', 1, 'e1', 'train', 2, 1, '{}'), ('app', 's4', 1, 'e2', 'train', 2, 1, '{}')`;
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    values ('app', 's3', 1, 'v2', 'rejected', 0.1, '[]', '{}', null)`;
  await sql`
    insert into audit (id, action, subject, detail) values
      (gen_random_uuid(), 'judged_again', 'validator', '{"count": 1}'),
      (gen_random_uuid(), 'augmented_again', 'augmentor', '{"count": 1}')`;
}

/** s2 was gathered from three messages and its end; of open-1 two are there, one of them by HTTP. */
async function gathered(sql: Sql): Promise<void> {
  await sql`update sessions set origin = 'messages' where session_id = 's2'`;
  await sql`
    insert into gathered_sessions (source, session_id, state, messages, ends, bytes, versions, opened_at, due_at, closed_at,
      received_at, partition)
    values ('app', 's2', 'closed', 3, 1, 80, 1, now(), now(), now(), now(), 0),
      ('app', 'open-1', 'open', 2, 0, 40, 0, now(), now() + interval '1 hour', null, now(), 0)`;
  await sql`
    insert into gathered_events (source, session_id, identity, kind, user_id, sha256, bytes)
    select 'app', id, 'm' || k, case when k = 4 then 'end' else 'message' end, 'u"0', md5(id || k), '{"message": {}}'::bytea
    from (values ('s2', 4), ('open-1', 2)) s(id, n), generate_series(1, 4) k where k <= n`;
  await sql`
    insert into http_accepts (id, source, session_id, outcome) values (gen_random_uuid(), 'app', 'open-1', 'applied')`;
}

/** One more session, on its way: in the tables, its event not yet published. And each later hop likewise. */
async function waitingEvents(sql: Sql): Promise<void> {
  await sql`
    insert into sessions select source, 'way-' || k, 1, null, state, 'p', 'way-' || k, 12, 900, 'kafka', null, now()
    from sessions, generate_series(1, 3) k where session_id = 's2'`;
  await sql`insert into payloads select source, session_id, 1, 'x'::bytea from sessions where session_id like 'way-%'`;
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    select source, session_id, 1, 'v1', case session_id when 'way-2' then 'kept' else 'rejected' end, 0.9, '[]', '{}',
      case session_id when 'way-2' then '{}'::jsonb end from sessions where session_id in ('way-2', 'way-3')`;
  for (const topic of [topics.sessionClosed, topics.sessionValidated, topics.sessionRejected])
    await sql`
      insert into outbox (id, topic, key, headers, value) values (gen_random_uuid(), ${topic.name}, 'way', '{}', 'x')`;
}

/** The broker's side of the scene: what each group took and each topic holds, as the tables say at this moment. */
export async function sceneOffsets(sql: Sql): Promise<Pick<MessageBus, 'offsets'>> {
  const [n] = await sql<
    Record<'sessions' | 'events' | 'kept' | 'rejected' | 'augmented', number>[]
  >`
    select count(*)::int as sessions, count(*) filter (where origin = 'kafka')::int
        + (select count(*)::int - 1 from gathered_events) as events, -- one of them by HTTP
      (select count(*)::int from verdicts where verdict = 'kept' or cleaned is not null) as kept,
      (select count(*)::int from verdicts where coalesce(override, verdict) = 'rejected') as rejected,
      (select count(*)::int from augmentations) as augmented
    from sessions`;
  if (n === undefined) throw new TypeError('the scene is empty');
  const taken: Readonly<Record<string, readonly [StageName, number]>> = {
    [topics.sessionEvents.name]: ['ingestor', n.events + 1], // and the dead letter
    [topics.sessionClosed.name]: ['validator', n.sessions - 1],
    [topics.sessionValidated.name]: ['augmentor', n.kept - 1],
    [topics.sessionRejected.name]: ['trainer', n.rejected - 1],
    [topics.examplesReady.name]: ['trainer', n.augmented],
    [topics.trainingRequested.name]: ['trainer', 3], // two became jobs, one was folded into the first
    [topics.modelEvaluated.name]: ['trainer', 4], // two models, two moves by hand
    [topics.deadLetters.name]: ['trainer', 1],
  };
  const consumed = [
    topics.sessionEvents,
    topics.sessionClosed,
    topics.sessionValidated,
    topics.examplesReady,
    topics.trainingRequested,
  ];
  for (const { name } of consumed) {
    const [stage, count] = taken[name] ?? ['trainer', 0];
    await sql`
      insert into progress (stage, topic, partition, first_offset, next_offset, duplicate, superseded, erased, noted)
      values (${stage}, ${name}, 0, 0, ${count}, 0, 0, 0, ${name === topics.examplesReady.name ? count : 0})
      on conflict do nothing`;
  }
  return {
    offsets: async (group, topic): Promise<readonly PartitionOffsets[]> => {
      const [stage, count] = taken[topic] ?? ['trainer', 0];
      const isConsumer = consumed.some((t) => t.name === topic) && group === groupOfStage(stage);
      const end = BigInt(count);
      return [
        { partition: 0, begin: 0n, end, committed: isConsumer ? end : null },
        { partition: 1, begin: 0n, end: 0n, committed: null },
      ];
    },
  };
}
