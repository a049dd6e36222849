import { hasCode, TroupeError } from 'troupe';
import { isRetryable, retryAfterOf } from 'troupe/resilience';
import { format, type Money, money } from '../../bank/money.js';
import type { Service } from '../service.js';
import { BadRequest, type HttpHandler, type HttpReply, type HttpRequest } from './http-server.js';

type Route = (service: Service, request: HttpRequest, name: string) => Promise<HttpReply>;

const NAME = /^[\w-]{1,64}$/;

/** What there is: method and path, with `*` for a name. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'POST /accounts/*': async (service, request, id) => {
    const { owner } = fields(request, ['owner']);
    return decided(await service.openAccount(id, owner!, 'EUR', keyOf(request)));
  },
  'GET /accounts/*': async (service, _request, id) => {
    const { account, version } = await service.view(id);
    const { status, owner, balance } = account;
    if (status === 'unknown' || balance === null) throw new BadRequest(404, `no account ${id}`);
    return { status: 200, body: { id, status, owner, balance: format(balance), version } };
  },
  'POST /accounts/*/deposits': async (service, request, id) => {
    const { amount } = fields(request, ['amount']);
    return decided(await service.deposit(id, euros(amount!), keyOf(request)));
  },
  'POST /transfers': async (service, request) => {
    const { from, to, amount } = fields(request, ['from', 'to', 'amount']);
    if (from === to) throw new BadRequest(400, 'from and to are the same account');
    const key = keyOf(request);
    return decided(await service.transfer(named(from!), named(to!), euros(amount!), key));
  },
  'POST /orders': async (service, request) => {
    const { account, product, price } = fields(request, ['account', 'product', 'price']);
    const key = keyOf(request);
    return decided(await service.order(named(account!), named(product!), euros(price!), key));
  },
  'GET /orders/*': async (service, _request, id) => {
    const { state } = await service.parts.orders.ref(id).state();
    if (state.status === 'unknown') throw new BadRequest(404, `no order ${id}`);
    const price = state.price && format(state.price);
    return { status: 200, body: { id, account: state.account, product: state.product, price } };
  },
  'PUT /settings/*': async (service, request, key) => {
    const { value } = fields(request, ['value']);
    return { status: 200, body: await service.set(key, value!) };
  },
  'GET /settings/*': async (service, _request, key) => {
    return { status: 200, body: await service.setting(key) };
  },
};

/** Answers requests by a service; `health` says how it is. */
export function routesOf(service: Service, health: () => HttpReply): HttpHandler {
  return {
    async handle(request) {
      const { method, path } = request;
      if (path === '/health') return health();
      const [, first = '', name, ...rest] = path.split('/');
      const pattern = [`/${first}`, ...(name === undefined ? [] : ['*']), ...rest].join('/');
      const route = ROUTES[`${method} ${pattern}`];
      if (route !== undefined) {
        return await route(service, request, name === undefined ? '' : named(name));
      }
      const others = Object.keys(ROUTES).filter((each) => each.endsWith(` ${pattern}`));
      if (others.length === 0) throw new BadRequest(404, `there is nothing at ${path}`);
      throw new BadRequest(405, `${method} is not for ${path}`);
    },
    onError: refusal,
  };
}

/** Passing trouble is 503, and says when to come again; everything else a defect of ours, told without its insides. */
function refusal(error: unknown): HttpReply {
  const isPassing = error instanceof TroupeError || isRetryable(error, true);
  if (!isPassing) return { status: 500, body: { error: 'the request failed' } };
  if (hasCode(error, 'ERR_AGGREGATE_COMMAND_REUSED')) {
    return { status: 422, body: { error: 'this key was used for another request' } };
  }
  const afterMs = retryAfterOf(error) ?? 1000;
  return {
    status: 503,
    body: { error: (error as Error).message },
    retryAfterSeconds: Math.max(1, Math.ceil(afterMs / 1000)),
  };
}

function decided(answer: string): HttpReply {
  if (answer === 'done') return { status: 201, body: { result: 'done' } };
  return { status: answer === 'not-open' ? 404 : 409, body: { result: 'refused', code: answer } };
}

function keyOf({ key }: HttpRequest): string {
  if (typeof key === 'string' && NAME.test(key)) return key;
  throw new BadRequest(400, 'give an idempotency-key of 1 to 64 letters, digits, _ and -');
}

function named(name: string): string {
  if (NAME.test(name)) return name;
  throw new BadRequest(400, `'${name.slice(0, 80)}' is no name: use letters, digits, _ and -`);
}

function fields({ body }: HttpRequest, names: readonly string[]): Readonly<Record<string, string>> {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  for (const name of names) {
    const value = given[name];
    if (typeof value !== 'string' || value === '' || value.length > 200) {
      throw new BadRequest(400, `${name} is missing, or no text of 1 to 200 characters`);
    }
  }
  return given as Record<string, string>;
}

function euros(text: string): Money {
  try {
    return money('EUR', text);
  } catch (error) {
    throw new BadRequest(400, (error as Error).message);
  }
}
