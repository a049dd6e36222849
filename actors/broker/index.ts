/**
 * A message broker in the process: publish and subscribe, streams, consumer groups with acknowledgements. See
 * `README.md` beside this file for what is promised.
 */
export {
  BrokerActor,
  type BrokerAddress,
  type BrokerMessage,
  type BrokerOptions,
  startBroker,
} from './broker-actor.js';
export { Broker, type FetchOptions, openBroker } from './client.js';
export type { BrokerOwner } from './client-owner.js';
export { type ConsumeOptions, Consumer } from './consumer.js';
export {
  type ConsumerMessage,
  type ConsumerSource,
  type ConsumerSpec,
  defineConsumer,
} from './define-consumer.js';
export { Delivery, type Effects, type OutgoingMessage } from './delivery.js';
export type { RedriveFilter } from './group-setup.js';
export type { GroupInfo, InFlightInfo, MessageView, StreamInfo } from './info.js';
export type { WhenSlow } from './live-subscriptions.js';
export type { GroupOptions, Retention, RetryOptions, StartAt, StreamOptions } from './options.js';
export type { PublishResult } from './publish-result.js';
export { Publisher, type PublisherOptions } from './publisher.js';
export type { PublishOptions } from './publishing.js';
export type { PurgeFilter } from './purge.js';
export type { ScheduleOptions } from './schedules.js';
export type { SchemaResult, StandardSchema } from './schema.js';
export { BrokerShard } from './shard-actor.js';
export type { CompleteAnswer } from './shard-protocol.js';
export { DEAD_REASONS, type DeadInfo, type DeadReason, type Headers } from './stored-message.js';
export { StreamDesk } from './stream-desk.js';
export { SubjectTrie } from './subject-trie.js';
export { LiveDelivery, type SubscribeOptions, Subscription } from './subscription.js';
