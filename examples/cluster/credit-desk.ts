import { type ActorRef, defineActor, NO_REPLY, type Request } from 'troupe';
import { connectRegistry, type RegistryMessage } from 'troupe/actors';
import {
  type Call,
  CircuitBreaker,
  type Deadline,
  type Pipeline,
  pipeline,
  Retry,
  RetryBudget,
  refuseLate,
  Timeout,
} from 'troupe/resilience';

/** The name under which the desks are found. */
export const CREDIT = 'credit';

/** What a desk is asked, and told. */
export type CreditMessage =
  | Request<{ type: 'check'; account: string; minor: bigint; deadline: Deadline }, boolean>
  /** A programming error, for the story: the desk fails. */
  | { type: 'crash' };

/** What a desk is started with. */
export interface CreditDeskArgs {
  readonly instance: string;
  readonly registry: ActorRef<RegistryMessage>;
  /** Address of the outside service. */
  readonly bureauUrl: string;
  /** Memory of the breaker that all desks share. */
  readonly breaker: SharedArrayBuffer;
}

/** The answer of the bureau that another try may mend. */
class BureauError extends Error {
  override readonly name = 'BureauError';
  readonly retryable = true;
}

/** The breaker of all who call the bureau, on whichever thread. */
export function bureauBreaker(shared: SharedArrayBuffer): CircuitBreaker {
  return new CircuitBreaker({
    name: 'bureau',
    shared,
    window: { kind: 'count', size: 20 },
    minCalls: 8,
    open: { minMs: 200, maxMs: 1000 },
    trial: { permits: 3, permitMs: 1000 },
  });
}

/** Around each call to the bureau: retry within the caller's deadline > breaker > time for one try. */
function guard(shared: SharedArrayBuffer): Pipeline {
  return pipeline({
    retry: new Retry({
      attempts: 3,
      backoff: { minMs: 10, maxMs: 100 },
      budget: new RetryBudget(),
    }),
    breaker: bureauBreaker(shared),
    timeout: new Timeout({ ms: 500, name: 'bureau' }),
  });
}

async function ask(url: string, account: string, minor: bigint, call: Call): Promise<boolean> {
  const query = new URLSearchParams({ account, minor: String(minor) });
  const response = await fetch(`${url}/score?${query}`, { signal: call.signal });
  const text = await response.text();
  if (!response.ok) throw new BureauError(`the bureau answered ${response.status}`);
  return text === 'yes';
}

/** Asks the credit bureau outside. Desks register when they start, and nobody tells who calls them. */
export const CreditDesk = defineActor<CreditMessage>()({
  module: import.meta.url,
  name: 'CreditDesk',
  turn: 'interleave',
  init: async (args: CreditDeskArgs, ctx) => {
    const { registry, instance, bureauUrl, breaker } = args;
    await connectRegistry(registry, ctx).register({ service: CREDIT, instance, ref: ctx.self });
    return { bureauUrl, guard: guard(breaker) };
  },
  handlers: {
    async check(state, { account, minor, deadline }, ctx) {
      const requester = ctx.requester();
      try {
        refuseLate(deadline);
        const answer = await state.guard.run((call) => ask(state.bureauUrl, account, minor, call), {
          deadline,
          idempotent: true,
        });
        requester.reply(answer);
      } catch (error) {
        // The bureau's trouble is its caller's: the desk itself is well and goes on.
        requester.fail(error);
      }
      return NO_REPLY;
    },
    crash() {
      throw new Error('the desk has a defect');
    },
  },
});
