import type { LoadName } from './loads.js';
import { PortFlowSubject, type PortVariant } from './port-flow-subject.js';

/** The baseline of one sender and one receiver on two threads. */
export class PortTellSubject extends PortFlowSubject {
  constructor(
    load: LoadName,
    count: number,
    burst: number,
    sizeBytes = 0,
    variant: PortVariant | undefined = undefined,
  ) {
    super({ flows: [[0, 1]], load, count, burst, sizeBytes, variant });
  }
}
