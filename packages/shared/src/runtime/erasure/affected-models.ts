import type { AffectedModel } from '../../domain/erasure.ts';
import type { SessionKey } from '../../domain/session.ts';
import type { Transaction } from '../../ports/database.ts';

/**
 * The models that were made while examples of these session versions were there, by the datasets that the examples know: the
 * first and the last that they were in. Of a model of the same type that was registered between them it is not known. The end is
 * the newest model of the last dataset, not that dataset's age: a dataset may come again when what was added is gone.
 */
export async function affectedModels(
  tx: Transaction,
  keys: readonly SessionKey[],
): Promise<readonly AffectedModel[]> {
  return await tx<AffectedModel[]>`
    with seen as (
      select distinct a.side, e.first_dataset, e.last_dataset
      from unnest(
        ${keys.map((k) => k.source)}::text[],
        ${keys.map((k) => k.sessionId)}::text[],
        ${keys.map((k) => k.version)}::int[]
      ) as k (source, session_id, version)
      join examples e using (source, session_id, version)
      join augmentations a using (source, session_id, version, revision)
      where e.first_dataset is not null
    )
    select m.model_id, m.model_name, m.model_type,
      case when bool_or(seen.side = 'train') then 'trained' else 'measured' end as use,
      bool_or(m.dataset_sha256 in (seen.first_dataset, seen.last_dataset)) as certain,
      exists (select from aliases a where a.alias = 'champion' and a.model_id = m.model_id) as champion
    from seen
    join datasets first on first.sha256 = seen.first_dataset
    join datasets own on own.model_type = first.model_type and own.created_at >= first.created_at
    join models m on m.dataset_sha256 = own.sha256
      and m.created_at <= (select max(l.created_at) from models l where l.dataset_sha256 = seen.last_dataset)
    group by m.model_id, m.model_name, m.model_type
    order by m.model_id`;
}
