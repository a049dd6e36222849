import { type FlowPlan, FlowSubject } from './flow-subject.js';

/** What is told by whom and where. */
export interface TellPlan extends Omit<FlowPlan, 'flows'> {
  /** Thread of each sender, and of the receiver. */
  readonly senderThreads: readonly number[];
  readonly receiverThread: number;
}

/** Senders on any threads and one receiver. */
export class TellSubject extends FlowSubject {
  constructor(plan: TellPlan) {
    super({ ...plan, flows: plan.senderThreads.map((from) => [from, plan.receiverThread]) });
  }
}
