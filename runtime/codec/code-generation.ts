let allowed: boolean | undefined;

/** True when this thread may make functions from text; `--disallow-code-generation-from-strings` forbids it. */
export function isCodeGenerationAllowed(): boolean {
  if (allowed === undefined) {
    try {
      allowed = generate<() => boolean>({}, '() => true')();
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/**
 * The value of the expression `source`, in which the names of `bindings` stand for their values and
 * nothing else of this module is in scope. Text that came from a message goes in through {@link quote} only.
 */
export function generate<T>(bindings: Readonly<Record<string, unknown>>, source: string): T {
  const outer = new Function(...Object.keys(bindings), `"use strict"; return ${source};`);
  return outer(...Object.values(bindings)) as T;
}

/** A string as a literal of JavaScript. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
