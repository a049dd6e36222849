/** What a script may say, by its first word; the other words are the arguments. */
export type Verbs = Readonly<Record<string, (args: string[]) => void>>;

/** Does what one line of a script says. @throws when no command is called so */
export function runVerb(verbs: Verbs, command: string): void {
  const [word = '', ...args] = command.split(/\s+/);
  const verb = verbs[word];
  if (verb === undefined) throw new Error(`no command is called '${word}'`);
  verb(args);
}
