import { TroupeError } from '../base/errors.js';

const MEND =
  'a defect of the runtime, or another program wrote to its memory; please report it with this text';

/** The error of a decoder that meets bytes which no encoder wrote. `what` names the first fault found. */
export function damaged(what: string, cause?: unknown): TroupeError {
  const text = { what: `received bytes are not a message: ${what}`, mend: MEND };
  return new TroupeError('ERR_DAMAGED', cause === undefined ? text : { ...text, cause });
}
