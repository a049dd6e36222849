import { type StreamHead, TroupeError } from '../../runtime/index.js';

/** An event is not where it should be. */
export function gapError(stream: string, version: number, why: string): TroupeError {
  return new TroupeError('ERR_AGGREGATE_REPLAY', {
    what: `event ${version} of '${stream}' is missing: ${why}`,
    where: stream,
    mend: 'restore the journal, or a snapshot that covers the gap',
  });
}

/** The stream has a tombstone. */
export function endedError(stream: string): TroupeError {
  return new TroupeError('ERR_AGGREGATE_ENDED', {
    what: `'${stream}' is closed for ever`,
    where: stream,
    mend: 'use another id',
  });
}

/** Another incarnation writes. @param epoch of the one that was refused */
export function fencedError(stream: string, epoch: number, actual: StreamHead): TroupeError {
  return new TroupeError('ERR_AGGREGATE_FENCED', {
    what: `an incarnation with epoch ${actual.epoch} has written to '${stream}'; this one has ${epoch}`,
    where: stream,
    mend: 'send the command again: a new incarnation takes over',
  });
}

/** Something came too late. */
export function overError(stream: string): TroupeError {
  return new TroupeError('ERR_STOPPED', {
    what: `this incarnation of '${stream}' has ended`,
    where: stream,
    mend: 'send the command again',
  });
}
