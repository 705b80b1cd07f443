import type { Example } from '@millrace/shared/domain/example';
import { isJsonObject } from '@millrace/shared/domain/session-document';
import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';
import { type SessionFacts, sessionFacts } from '../core/session-facts.ts';
import { sessionKeyOf } from '../core/session-key.ts';

const row = z.object({
  source: z.string(),
  session_id: z.string(),
  /** Labels and times alone: no text leaves the database. */
  facts: z.record(z.string(), z.json()),
});

/** Labels and times of the sessions of these examples, by sessionKeyOf; a session erased since has none. One query. */
export async function sessionFactsOf(
  sql: Sql,
  examples: readonly Example[],
): Promise<ReadonlyMap<string, SessionFacts>> {
  const sessions = [...new Map(examples.map((e) => [sessionKeyOf(e), e.key])).values()];
  const rows = await sql`
    select distinct on (v.source, v.session_id) v.source, v.session_id, jsonb_build_object('conversation_data',
      jsonb_build_object(
        'metadata', jsonb_build_object('labels', v.cleaned #> '{conversation_data,metadata,labels}'),
        'messages', (
          select jsonb_agg(jsonb_build_object('timestamp', m.message -> 'timestamp') order by m.place)
          from jsonb_array_elements(v.cleaned #> '{conversation_data,messages}') with ordinality as m(message, place)
        ))) as facts
    from verdicts v
    join unnest(${sessions.map((key) => key.source)}::text[], ${sessions.map((key) => key.sessionId)}::text[],
      ${sessions.map((key) => key.version)}::int[]) as s(source, session_id, version)
      on v.source = s.source and v.session_id = s.session_id and v.version = s.version
    where v.cleaned is not null
    order by v.source, v.session_id, v.revision`;
  return new Map(
    rows.map((found) => {
      const { source, session_id, facts } = row.parse(found);
      const key = { source, sessionId: session_id };
      return [sessionKeyOf({ key }), sessionFacts(isJsonObject(facts) ? facts : {})];
    }),
  );
}
