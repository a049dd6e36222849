import { type Requester, type TransactionResult, TroupeError } from '../../runtime/index.js';
import type { Admitted } from './admitted.js';
import type { GroupCore } from './group-core.js';
import type { Outstanding } from './outstanding.js';
import { type PublishAnswer, publishBatch } from './publishing.js';
import type { CompleteAnswer, CompleteRequest } from './shard-protocol.js';
import type { ShardState } from './shard-state.js';

interface Completion {
  readonly group: GroupCore;
  readonly found: Outstanding;
  readonly admitted: Admitted;
  readonly seqs: readonly number[];
}

/**
 * Writes an acknowledgement together with what the consumer did: records and keys of its own, and messages, in one
 * transaction. Nothing of it is visible before it is written; when it is refused, the consumer has its message as
 * before.
 * @param written called with the result, as a message to the shard
 */
export function complete(
  state: ShardState,
  request: CompleteRequest,
  requester: Requester<CompleteAnswer>,
  written: (token: number, result: unknown) => void,
): void {
  const { core, pipeline } = state;
  const group = state.group(request.stream, request.group, null);
  const found = group.deliveries.find(request.seq, request.delivery, request.epoch);
  if (found === undefined) {
    requester.reply({ ok: false, why: 'stale' });
    return;
  }
  const { journal } = pipeline;
  if (journal === null && request.appends.length + request.puts.length > 0) {
    requester.fail(noJournal(request.stream));
    return;
  }
  // First: what is written apart must be the newer word on whatever both write.
  pipeline.submitAll(core.time);
  const outside = core.takePending();
  let answer: PublishAnswer = { codes: [], details: null };
  const transaction = core.writes.apart(
    () => {
      if (request.publish !== null) answer = publishBatch(core, request.publish, core.time);
      if (answer.codes.every((code) => code > 0)) group.deliveries.writeAck(found);
    },
    [...pipeline.fence, ...request.appends],
    request.puts,
  );
  const admitted = core.takePending();
  core.pending = outside;
  if (!answer.codes.every((code) => code > 0)) {
    requester.reply({ ok: false, why: 'refused', answer });
    return;
  }
  const completion = { group, found, admitted, seqs: answer.codes };
  group.deliveries.begin(found);
  if (journal === null) {
    const nothing = { ok: true, durability: 'memory', versions: [] } as const;
    requester.reply(settled(state, completion, nothing));
    return;
  }
  const token = ++state.lastCompletion;
  state.completions.set(token, {
    done: (result) => requester.reply(settled(state, completion, result)),
    refused: (error) => {
      undo(state, completion);
      requester.fail(error);
    },
    failed: (error) => requester.fail(error),
  });
  journal.transact(transaction, { durability: pipeline.durability }).then(
    (result) => written(token, result),
    (error: unknown) => written(token, error),
  );
}

/** The transaction is written, or refused. */
function settled(
  state: ShardState,
  completion: Completion,
  result:
    | Pick<TransactionResult & { ok: true }, 'ok' | 'durability' | 'versions'>
    | TransactionResult,
): CompleteAnswer {
  const { core } = state;
  const { group, found, admitted, seqs } = completion;
  if (!result.ok) {
    undo(state, completion);
    return { ok: false, why: 'conflict', conflict: result.conflict };
  }
  group.deliveries.complete(found);
  core.commit(admitted, core.time);
  const versions = result.versions.slice(state.pipeline.fence.length);
  return { ok: true, durability: result.durability, versions, seqs };
}

/** Nothing was written: the messages were never there, and the consumer has its delivery. */
function undo({ core }: ShardState, { group, found, admitted }: Completion): void {
  while (admitted.length > 0) admitted.revokeLast();
  group.deliveries.abort(found, core.time);
}

function noJournal(stream: string): TroupeError {
  return new TroupeError('ERR_BROKER_STREAM', {
    what: 'the broker has no journal to append to',
    where: `stream ${stream}`,
    mend: 'start the broker with a journal',
  });
}
