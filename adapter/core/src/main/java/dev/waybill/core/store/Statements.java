package dev.waybill.core.store;

/** The statements of the hot paths, in SQL that every supported database understands. */
final class Statements {

  static final String INSERT_MESSAGES =
      "insert into wb_message (position, id, queue_id, sent_at, content_type, body, large_body,"
          + " headers, priority, correlation_id, available_at, branch_key) values ";
  static final String MESSAGE_MARKS = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String FAN_OUT =
      "insert into wb_delivery (position, group_id, queue_id, state, available_at, claim_rank,"
          + " priority, attempts, claim_alone)"
          + " select m.position, g.id, m.queue_id,"
          + " case when m.available_at <= ? then 'READY' else 'SCHEDULED' end,"
          + " case when m.available_at <= ? then ? else m.available_at end,"
          + " case when m.available_at <= ? then cast(? as decimal(19)) - m.priority * cast(? as decimal(19)) else m.available_at end,"
          + " m.priority, 0, false"
          + " from wb_message m join wb_group g on g.queue_id = m.queue_id where ";

  /** Arguments: now ×5 with ageing last ({@code now, now, now, now, now, ageing}), positions. */
  static final String FAN_OUT_POSITIONS = FAN_OUT + "m.position in (%s)";

  static final String FAN_OUT_BRANCH = FAN_OUT + "m.position between ? and ? and m.branch_key = ?";

  static final String FAN_OUT_GROUP = FAN_OUT + "g.id = ? and m.branch_key is null";

  static final String PROMOTE =
      "update wb_delivery set state = 'READY', claim_rank = available_at - priority * cast(? as decimal(19))"
          + " where group_id = ? and position in (%s) and state = 'SCHEDULED'";

  static final String NEXT_DUE =
      "select claim_rank from wb_delivery where group_id = ? and state = 'SCHEDULED'"
          + " order by group_id, state, claim_rank, position limit 1";

  static final String READ_MESSAGES =
      "select position, id, sent_at, content_type, body, large_body, headers, priority,"
          + " correlation_id, origin_queue, origin_group, attempts, last_outcome, last_error,"
          + " dead_at from wb_message where position in (%s)";

  static final String INSERT_LEASES =
      "insert into wb_lease (position, group_id, token, term_id, queue, message_id, attempt,"
          + " counted, policy, leased_at) values ";
  static final String LEASE_MARKS = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String INSERT_LIMITS =
      "insert into wb_lease_limit (token, position, group_id, expires_at) values ";
  static final String LIMIT_MARKS = "(?, ?, ?, ?)";

  static final String MARK_LEASED =
      "update wb_delivery d set state = 'LEASED', attempts = attempts + ?, lease_token ="
          + " (select l.token from wb_lease l where l.position = d.position"
          + " and l.group_id = d.group_id)"
          + " where group_id = ? and position in (%s) and state = 'READY'";

  private static final String FENCE =
      " where position = ? and group_id = ? and lease_token = ? and state = ?";

  static final String END_SETTLED = "delete from wb_delivery" + FENCE;

  static final String END_RETRY =
      "update wb_delivery set state = ?, available_at = ?, claim_rank = cast(? as decimal(19))"
          + " - priority * cast(? as decimal(19)), attempts = ?, lease_token = null, branch_key = null"
          + FENCE;

  static final String END_DEAD =
      "update wb_delivery set state = 'DEAD', claim_rank = ?, attempts = ?, lease_token = null,"
          + " branch_key = null"
          + FENCE;

  static final String GIVE_BACK =
      "update wb_delivery set state = 'READY', attempts = ?, lease_token = null" + FENCE;

  static final String EXPIRE_UNCOUNTED =
      "update wb_delivery set state = 'READY', claim_alone = true, lease_token = null" + FENCE;

  static final String MARK_IN_DOUBT =
      "update wb_delivery set state = 'IN_DOUBT', branch_key = ?" + FENCE;

  static final String LEASED_AGAIN =
      "update wb_delivery set state = 'LEASED', branch_key = null"
          + " where position = ? and group_id = ? and branch_key = ? and state = 'IN_DOUBT'";

  static final String DELETE_LEASE =
      "delete from wb_lease where position = ? and group_id = ? and token = ?";

  static final String DELETE_LIMIT = "delete from wb_lease_limit where token = ?";

  static final String DELETE_SETTLED_MESSAGE =
      "delete from wb_message where position = ?"
          + " and not exists (select 1 from wb_delivery where position = ?)";

  static final String INSERT_ATTEMPT =
      "insert into wb_attempt (message_id, queue, group_id, number, consumer, started_at,"
          + " ended_at, outcome, error) values (?, ?, ?, ?,"
          + " (select consumer from wb_lease_term where id = ?),"
          + " (select leased_at from wb_lease where position = ? and group_id = ? and token = ?),"
          + " ?, ?, ?)";

  static final String COPY_DEAD_LETTER =
      "insert into wb_message (position, id, queue_id, sent_at, content_type, body, large_body,"
          + " headers, priority, correlation_id, available_at, origin_queue, origin_group,"
          + " attempts, last_outcome, last_error, dead_at)"
          + " select ?, id, ?, sent_at, content_type, body, large_body, headers, priority,"
          + " correlation_id, ?, ?, (select name from wb_group where id = ?), ?, ?, ?, ?"
          + " from wb_message where position = ?";

  static final String LOCK_HELD =
      "select state from wb_delivery where position = ? and group_id = ? and lease_token = ?"
          + " for update";

  static final String LOCK_LEASED =
      "select position from wb_delivery" + FENCE + " for update skip locked";

  static final String RENEW_TERM =
      "update wb_lease_term set expires_at = ? where id = ? and expires_at > 0";

  static final String MOVE_LIMIT = "update wb_lease_limit set expires_at = ? where token = ?";

  private static final String LEASE_COLUMNS =
      "select l.position, l.group_id, l.token, l.term_id, l.queue, l.message_id, l.attempt,"
          + " l.counted, l.policy";

  private static final String STILL_LEASED =
      " join wb_delivery d on d.position = l.position and d.group_id = l.group_id"
          + " and d.lease_token = l.token and d.state = 'LEASED'";

  static final String HELD_UNDER =
      LEASE_COLUMNS + " from wb_lease l" + STILL_LEASED + " where l.term_id = ?";

  static final String TERM_ENDED =
      LEASE_COLUMNS
          + " from wb_lease_term t join wb_lease l on l.term_id = t.id"
          + STILL_LEASED
          + " where t.expires_at <= ? limit ?";

  static final String LIMIT_REACHED =
      LEASE_COLUMNS
          + " from wb_lease_limit x join wb_lease l on l.position = x.position"
          + " and l.group_id = x.group_id and l.token = x.token"
          + STILL_LEASED
          + " where x.expires_at <= ? limit ?";

  static final String HAS_LIMIT = "select token from wb_lease_limit where token = ?";

  static final String HAS_RUN_OUT =
      "select id from wb_lease_term where id = ? and expires_at <= ?"
          + " union all select token from wb_lease_limit where token = ? and expires_at <= ?";

  static final String PLANNED =
      LEASE_COLUMNS
          + ", p.kind, p.delay, p.reason from wb_plan p join wb_lease l"
          + " on l.position = p.position and l.group_id = p.group_id"
          + " where p.branch_key = ? order by p.ordinal";

  static final String INSERT_PLAN =
      "insert into wb_plan (branch_key, ordinal, position, group_id, kind, delay, reason)"
          + " values (?, ?, ?, ?, ?, ?, ?)";

  static final String DELETE_PLAN = "delete from wb_plan where branch_key = ?";

  static final String INSERT_BRANCH =
      "insert into wb_branch (id, state, node_id, incarnation, prepared_at, decided_at,"
          + " first_position, last_position) values (?, ?, ?, ?, ?, ?, ?, ?)";

  static final String LOCK_BRANCH =
      "select state, first_position, last_position from wb_branch where id = ? for update";

  static final String DELETE_BRANCH_MESSAGES =
      "delete from wb_message where position between ? and ? and branch_key = ?";

  static final String BRANCH_QUEUES =
      "select distinct q.name from wb_message m join wb_queue q on q.id = m.queue_id"
          + " where m.position between ? and ? and m.branch_key = ?";

  static final String UNTIE_MESSAGES =
      "update wb_message set branch_key = null where position between ? and ?"
          + " and branch_key = ?";

  private Statements() {}
}
