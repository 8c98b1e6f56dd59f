-- Times are microseconds since 1970-01-01T00:00:00Z. Every statement can be run again: DDL commits
-- on H2, so an interrupted script is continued from its beginning.
create sequence if not exists wb_position_seq start with 1 increment by 1;
create sequence if not exists wb_id_seq start with 1 increment by 1;

create table if not exists wb_queue (
  id bigint not null primary key,
  name varchar(201) not null,
  default_delay bigint not null,
  deduplication_window bigint,
  created_at bigint not null,
  constraint wb_queue_name unique (name)
);

create table if not exists wb_group (
  id bigint not null primary key,
  queue_id bigint not null,
  name varchar(100) not null,
  created_at bigint not null,
  constraint wb_group_name unique (queue_id, name)
);

create table if not exists wb_message (
  position bigint not null primary key,
  id uuid not null,
  queue_id bigint not null,
  sent_at bigint not null,
  content_type varchar(8) not null,
  body varbinary(1048576),
  large_body blob,
  headers varchar(1048576),
  priority smallint not null,
  correlation_id varchar(1000),
  ordering_key varchar(255),
  producer_id varchar(255),
  producer_sequence bigint,
  available_at bigint not null,
  origin_queue varchar(201),
  origin_group varchar(100),
  attempts int,
  last_outcome varchar(10),
  last_error varchar(2000),
  dead_at bigint,
  branch_key varchar(300),
  awaited_by varchar(400)
);

-- READY with a lease token is leased; BLOCKED waits for its ordering key, where no claim looks. A claim changes no indexed column.
create table if not exists wb_delivery (
  position bigint not null,
  group_id bigint not null,
  queue_id bigint not null,
  state varchar(10) not null,
  available_at bigint not null,
  claim_rank bigint not null,
  priority smallint not null,
  attempts int not null,
  claim_alone boolean not null,
  lease_token uuid,
  branch_key varchar(300),
  primary key (position, group_id)
);
create index if not exists wb_delivery_claim
  on wb_delivery (group_id, state, claim_rank, position);

-- What was sent with an ordering key, or settled for good, and is not told to the key's line yet. Written
-- by the transaction that sends or settles, which locks no row of the key itself.
create table if not exists wb_key_news (
  position bigint not null,
  group_id bigint not null,
  ordering_key varchar(256) not null,
  settled boolean not null,
  primary key (position, group_id)
);
create index if not exists wb_key_news_of_key on wb_key_news (group_id, ordering_key, position);

-- A first letter tells lines of ordering keys (k) from those of streams (s).
-- The keys that have deliveries, in each group for itself: the head is the one that may be claimed.
create table if not exists wb_ordering_key (
  group_id bigint not null,
  ordering_key varchar(256) not null,
  head bigint not null,
  next_place bigint not null,
  primary key (group_id, ordering_key)
);

-- Who waits behind the head, in order.
create table if not exists wb_key_line (
  group_id bigint not null,
  ordering_key varchar(256) not null,
  place bigint not null,
  position bigint not null,
  primary key (group_id, ordering_key, place)
);

-- The streams of producers. One branch at a time is undecided about its sends, or has not released
-- them: until it has committed, branch_count is not part of last_sequence.
create table if not exists wb_stream (
  producer_id varchar(255) not null primary key,
  incarnation bigint not null,
  last_sequence bigint not null,
  branch_key varchar(300),
  branch_count bigint not null
);
create index if not exists wb_stream_branch on wb_stream (branch_key);

-- What of streams is not settled by a group that was there at the send.
create table if not exists wb_unsettled (
  position bigint not null,
  group_id bigint not null,
  producer_id varchar(255) not null,
  number bigint not null,
  primary key (position, group_id)
);
create index if not exists wb_unsettled_of_stream on wb_unsettled (producer_id, number);

-- How far groups have come in streams, as their consumers record it.
create table if not exists wb_watermark (
  group_id bigint not null,
  producer_id varchar(255) not null,
  number bigint not null,
  primary key (group_id, producer_id)
);

-- One row for each claim; the deliveries it covers carry its token.
create table if not exists wb_lease (
  token uuid not null primary key,
  term_id uuid not null,
  group_id bigint not null,
  queue varchar(201) not null,
  policy varchar(1000) not null,
  leased_at bigint not null,
  counted boolean not null,
  positions varchar(2100) not null
);
create index if not exists wb_lease_by_term on wb_lease (term_id);

create table if not exists wb_lease_term (
  id uuid not null primary key,
  consumer varchar(500) not null,
  expires_at bigint not null
);
create index if not exists wb_lease_term_end on wb_lease_term (expires_at);

create table if not exists wb_lease_limit (
  position bigint not null,
  group_id bigint not null,
  token uuid not null,
  expires_at bigint not null,
  primary key (position, group_id, token)
);
create index if not exists wb_lease_limit_end on wb_lease_limit (expires_at);

-- Ids of messages rise with time: their index also leads the pruning.
create table if not exists wb_attempt (
  message_id uuid not null,
  queue varchar(201) not null,
  group_id bigint not null,
  number int not null,
  consumer varchar(500),
  started_at bigint,
  ended_at bigint not null,
  outcome varchar(10) not null,
  error varchar(2000),
  dead boolean not null default false
);
create index if not exists wb_attempt_message on wb_attempt (message_id);

create table if not exists wb_branch (
  id varchar(300) not null primary key,
  state varchar(30) not null,
  node_id varchar(255) not null,
  incarnation varchar(255) not null,
  prepared_at bigint,
  held_at bigint,
  decided_at bigint,
  first_position bigint,
  last_position bigint,
  has_ids boolean not null,
  has_streams boolean not null default false
);
create index if not exists wb_branch_state on wb_branch (state, decided_at);

-- One index leads the pruning of what has expired, and finds what a branch has.
create table if not exists wb_deduplication (
  queue_id bigint not null,
  deduplication_id varchar(255) not null,
  message_id uuid not null,
  expires_at bigint not null,
  kept_for bigint not null,
  branch_key varchar(300),
  primary key (queue_id, deduplication_id)
);
create index if not exists wb_deduplication_branch
  on wb_deduplication (branch_key, expires_at);

create table if not exists wb_plan (
  branch_key varchar(300) not null,
  ordinal int not null,
  position bigint not null,
  group_id bigint not null,
  kind varchar(10) not null,
  delay bigint,
  reason varchar(2000),
  response varchar(1048576),
  primary key (branch_key, ordinal)
);

-- Answers on their way to a sender that waits on another node. Each start of a node reads its own. No key
-- is unique: the transaction of a consumer that writes one must not fail for it.
create table if not exists wb_answer (
  waiter varchar(255) not null,
  message_id uuid not null,
  response varchar(1048576),
  reason varchar(2000),
  expires_at bigint not null
);
create index if not exists wb_answer_waiter on wb_answer (waiter, message_id);

create table if not exists wb_node (
  id varchar(255) not null primary key,
  incarnation varchar(255) not null,
  process varchar(255) not null,
  seen_at bigint not null,
  transaction_manager varchar(64),
  listening boolean not null
);

create table if not exists wb_turn (
  chore varchar(30) not null primary key,
  node_id varchar(255) not null,
  next_at bigint not null
);

create table if not exists wb_probe (
  id uuid not null primary key
);
