/** What a node is in its term (paper, section 5.1; `pre-candidate`: thesis, section 9.6). */
export const ROLES = ['follower', 'pre-candidate', 'candidate', 'leader'] as const;
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** What can change a role. */
export const ROLE_EVENTS = [
  'canvass',
  'campaign',
  'elected',
  'defeated',
  'term-seen',
  'leader-seen',
  'quorum-lost',
  'removed',
] as const;
/** One of {@link ROLE_EVENTS}. */
export type RoleEvent = (typeof ROLE_EVENTS)[number];

/**
 * `canvass`: asks for pre-votes. `campaign`: a new term, asks for votes. `term-seen`: a message of a higher term.
 * `leader-seen`: one of the leader of this term. `quorum-lost`: CheckQuorum failed. `removed`: no voter any more.
 *
 * | role \ event  | canvass       | campaign  | elected | defeated | term-seen | leader-seen | quorum-lost | removed  |
 * |---------------|---------------|-----------|---------|----------|-----------|-------------|-------------|----------|
 * | follower      | pre-candidate | candidate |         | follower | follower  | follower    | follower    | follower |
 * | pre-candidate | pre-candidate | candidate |         | follower | follower  | follower    | follower    | follower |
 * | candidate     | pre-candidate | candidate | leader  | follower | follower  | follower    | follower    | follower |
 * | leader        |               |           |         | leader   | follower  | leader      | follower    | follower |
 *
 * An empty field does not happen: it is written as the role itself.
 */
export const ROLE_TRANSITIONS: Readonly<Record<Role, Readonly<Record<RoleEvent, Role>>>> = {
  follower: {
    canvass: 'pre-candidate',
    campaign: 'candidate',
    elected: 'follower',
    defeated: 'follower',
    'term-seen': 'follower',
    'leader-seen': 'follower',
    'quorum-lost': 'follower',
    removed: 'follower',
  },
  'pre-candidate': {
    canvass: 'pre-candidate',
    campaign: 'candidate',
    elected: 'pre-candidate',
    defeated: 'follower',
    'term-seen': 'follower',
    'leader-seen': 'follower',
    'quorum-lost': 'follower',
    removed: 'follower',
  },
  candidate: {
    canvass: 'pre-candidate',
    campaign: 'candidate',
    elected: 'leader',
    defeated: 'follower',
    'term-seen': 'follower',
    'leader-seen': 'follower',
    'quorum-lost': 'follower',
    removed: 'follower',
  },
  leader: {
    canvass: 'leader',
    campaign: 'leader',
    elected: 'leader',
    defeated: 'leader',
    'term-seen': 'follower',
    'leader-seen': 'leader',
    'quorum-lost': 'follower',
    removed: 'follower',
  },
};
