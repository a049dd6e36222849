import { type Runtime, Session } from 'node:inspector';

const SLOT = Symbol.for('troupe.test.private-fields');
const EXPRESSION = `globalThis[Symbol.for('${Symbol.keyFor(SLOT)}')]`;

/**
 * What an object holds in fields of its own, private ones (`#name`) too, as a text that is equal for equal
 * fields. Asks the inspector of this thread, so the class needs no change. Of a field that holds an object
 * it tells only that: what those of the rings hold (their views of memory) is set once.
 *
 * @throws when a class has no private fields, or not always as many
 */
export class PrivateFields {
  readonly #session = new Session();
  readonly #known = new Map<string, number>();

  constructor() {
    this.#session.connect();
  }

  textOf(object: object): string {
    Reflect.set(globalThis, SLOT, object);
    const { result } = this.#post('Runtime.evaluate', { expression: EXPRESSION }) as {
      result: Runtime.RemoteObject;
    };
    const objectId = result.objectId!;
    const found = this.#post('Runtime.getProperties', { objectId, ownProperties: true }) as {
      result: { name: string; value?: Runtime.RemoteObject }[];
      privateProperties?: { name: string; value?: Runtime.RemoteObject }[];
    };
    this.#post('Runtime.releaseObject', { objectId });
    Reflect.deleteProperty(globalThis, SLOT);
    const fields = [...found.result, ...(found.privateProperties ?? [])];
    this.#check(object, found.privateProperties?.length ?? 0);
    return fields
      .filter(({ value }) => value !== undefined)
      .map(({ name, value }) => `${name}=${textOf(value!)}`)
      .join();
  }

  /** An inspector that stopped telling of private fields would merge states that differ. */
  #check(object: object, count: number): void {
    const name = object.constructor.name;
    const before = this.#known.get(name) ?? count;
    if (count === 0 || count !== before) throw new Error(`${name}: ${count} private fields`);
    this.#known.set(name, count);
  }

  #post(method: string, params: object): unknown {
    let answer: unknown;
    // Within one thread the inspector calls back before `post` returns.
    (
      this.#session.post as (m: string, p: object, done: (e: unknown, a: unknown) => void) => void
    ).call(this.#session, method, params, (error, result) => {
      if (error !== null) throw new Error(JSON.stringify(error));
      answer = result;
    });
    return answer;
  }

  close(): void {
    this.#session.disconnect();
  }
}

function textOf({ type, subtype, value, unserializableValue }: Runtime.RemoteObject): string {
  if (type === 'object') return subtype === 'null' ? 'null' : type;
  return String(value ?? unserializableValue);
}
