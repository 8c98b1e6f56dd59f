package dev.waybill.core.store;

import dev.waybill.core.store.sql.PortableSql;

/** The statements of the hot paths, in SQL that every supported database understands. */
final class Statements {

  /** Arguments of both: now ×5 with ageing last, then the condition's. */
  static final String FAN_OUT_BRANCH =
      PortableSql.FAN_OUT + "m.position between ? and ? and m.branch_key = ?";

  static final String FAN_OUT_GROUP = PortableSql.FAN_OUT + "g.id = ? and m.branch_key is null";

  static final String PROMOTE =
      "update wb_delivery set state = 'READY', claim_rank = available_at - priority * cast(? as decimal(19))"
          + " where group_id = ? and position in (%s) and state = 'SCHEDULED'";

  static final String NEXT_DUE =
      "select claim_rank from wb_delivery where group_id = ? and state = 'SCHEDULED'"
          + " and claim_rank >= ?"
          + " order by group_id, state, claim_rank, position limit 1";

  static final String INSERT_LIMITS =
      "insert into wb_lease_limit (token, position, group_id, expires_at) values ";
  static final String LIMIT_MARKS = "(?, ?, ?, ?)";

  /** In every state: READY on the row of a leased one. */
  private static final String FENCE =
      " where position = ? and group_id = ? and lease_token = ? and state = ?";

  static final String END_SETTLED = "delete from wb_delivery" + FENCE;

  private static final String TRY_AGAIN =
      "update wb_delivery set state = ?, available_at = ?, claim_rank = cast(? as decimal(19))"
          + " - priority * cast(? as decimal(19)), attempts = ?, lease_token = null, branch_key = null";

  static final String END_RETRY = TRY_AGAIN + FENCE;

  /** What killed or hung its consumer, or was with what did, is not in a batch again. */
  static final String END_EXPIRED = TRY_AGAIN + ", claim_alone = true" + FENCE;

  static final String END_DEAD =
      "update wb_delivery set state = 'DEAD', claim_rank = ?, attempts = ?, lease_token = null,"
          + " branch_key = null"
          + FENCE;

  static final String GIVE_BACK = "update wb_delivery set attempts = ?, lease_token = null" + FENCE;

  static final String EXPIRE_UNCOUNTED =
      "update wb_delivery set claim_alone = true, lease_token = null" + FENCE;

  /** Arguments: new token, old token, group, positions. */
  static final String COUNT =
      "update wb_delivery set lease_token = ?, attempts = attempts + 1"
          + " where lease_token = ? and state = 'READY' and group_id = ? and position in (%s)";

  /** Arguments: token, group, positions. */
  static final String MARKED =
      "select position from wb_delivery where lease_token = ? and group_id = ?"
          + " and position in (%s)";

  static final String MARK_IN_DOUBT =
      "update wb_delivery set state = 'IN_DOUBT', branch_key = ?" + FENCE;

  static final String LEASED_AGAIN =
      "update wb_delivery set state = 'READY', branch_key = null"
          + " where position = ? and group_id = ? and branch_key = ? and state = 'IN_DOUBT'";

  static final String COPY_DEAD_LETTER =
      "insert into wb_message (position, id, queue_id, sent_at, content_type, body, large_body,"
          + " headers, priority, correlation_id, available_at, origin_queue, origin_group,"
          + " attempts, last_outcome, last_error, dead_at, ordering_key,"
          + " producer_id, producer_sequence)"
          + " select ?, id, ?, sent_at, content_type, body, large_body, headers, priority,"
          + " correlation_id, ?, ?, (select name from wb_group where id = ?), ?, ?, ?, ?,"
          + " ordering_key, producer_id, producer_sequence"
          + " from wb_message where position = ?";

  static final String LOCK_HELD =
      "select state from wb_delivery where position = ? and group_id = ? and lease_token = ?"
          + " for update";

  static final String TOKEN_WAITED_FOR =
      "select lease_token from wb_delivery where position = ? and group_id = ? for update";

  static final String LOCK_LEASED =
      "select position from wb_delivery" + FENCE + " for update skip locked";

  static final String RENEW_TERM =
      "update wb_lease_term set expires_at = ? where id = ? and expires_at > 0";

  static final String PROLONG_TERM =
      "update wb_lease_term set expires_at = case when expires_at < ? then ? else expires_at end"
          + " where id = ? and expires_at > 0";

  static final String MOVE_LIMIT =
      "update wb_lease_limit set expires_at = ? where position = ? and group_id = ? and token = ?";

  /** The columns of a lease, told by its delivery, its block, its term and its message. */
  private static final String LEASE_COLUMNS =
      "select d.position, d.group_id, l.token, l.term_id, l.queue, m.id, d.attempts, l.counted,"
          + " l.policy, t.consumer, l.leased_at, "
          + PortableSql.LINE_KEY
          + ", m.awaited_by, case when m.awaited_by is not null then"
          + " (select g.name from wb_group g where g.id = d.group_id) end";

  private static final String BLOCK =
      " join wb_message m on m.position = d.position"
          + " left join wb_lease_term t on t.id = l.term_id";

  /** Arguments: token, group, positions. */
  static final String LEASES_OF_BLOCK =
      LEASE_COLUMNS
          + " from wb_lease l join wb_delivery d on d.group_id = l.group_id"
          + " and d.lease_token = l.token"
          + BLOCK
          + " where l.token = ? and d.group_id = ? and d.position in (%s) and d.state = 'READY'"
          + " order by d.position";

  private static final String BLOCK_COLUMNS = "select l.token, l.group_id, l.positions";

  static final String BLOCKS_UNDER = BLOCK_COLUMNS + " from wb_lease l where l.term_id = ?";

  static final String BLOCKS_AFTER =
      BLOCK_COLUMNS + " from wb_lease l where l.token > ? order by l.token limit ?";

  static final String BLOCKS_ENDED =
      BLOCK_COLUMNS
          + " from wb_lease_term t join wb_lease l on l.term_id = t.id"
          + " where t.expires_at <= ? and l.token > ? order by l.token limit ?";

  /** Arguments: token, group, positions, token. */
  static final String DELETE_BLOCK_THAT_IS_OVER =
      "delete from wb_lease where token = ? and not exists (select 1 from wb_delivery d"
          + " where d.group_id = ? and d.position in (%s) and d.lease_token = ?)";

  /** Arguments: tokens, all their positions. */
  static final String DELETE_BLOCKS_THAT_ARE_OVER =
      "delete from wb_lease where token in (%s) and token not in (select d.lease_token"
          + " from wb_delivery d where d.position in (%s) and d.lease_token is not null)";

  /** Arguments: now, position, position, group, limit: those after that delivery. */
  static final String LIMIT_REACHED =
      LEASE_COLUMNS
          + " from wb_lease_limit x join wb_lease l on l.token = x.token"
          + " join wb_delivery d on d.position = x.position and d.group_id = x.group_id"
          + " and d.lease_token = x.token and d.state = 'READY'"
          + BLOCK
          + " where x.expires_at <= ? and (x.position > ? or (x.position = ? and x.group_id > ?))"
          + " order by x.position, x.group_id limit ?";

  /** Limits whose leases are over: those of leases in doubt are not. */
  static final String LIMITS_LEFT_BEHIND =
      "select x.position, x.group_id, x.token from wb_lease_limit x where x.expires_at <= ?"
          + " and not exists (select 1 from wb_delivery d where d.position = x.position"
          + " and d.group_id = x.group_id and d.lease_token = x.token) limit ?";

  private static final String LIMIT_OF =
      "select token from wb_lease_limit where position = ? and group_id = ? and token = ?";

  static final String HAS_LIMIT = LIMIT_OF;

  static final String HAS_RUN_OUT =
      "select id from wb_lease_term where id = ? and expires_at <= ? union all "
          + LIMIT_OF
          + " and expires_at <= ?";

  static final String CONSUMER = "select consumer from wb_lease_term where id = ?";

  static final String PLANNED =
      LEASE_COLUMNS
          + ", p.kind, p.delay, p.reason, p.response, m.producer_id, m.producer_sequence"
          + " from wb_plan p join wb_delivery d"
          + " on d.position = p.position and d.group_id = p.group_id"
          + " and d.branch_key = p.branch_key join wb_lease l on l.token = d.lease_token"
          + BLOCK
          + " where p.branch_key = ? order by p.ordinal";

  static final String PLANNED_KEYS =
      "select position, group_id from wb_plan where branch_key = ? order by ordinal";

  static final String INSERT_PLAN =
      "insert into wb_plan (branch_key, ordinal, position, group_id, kind, delay, reason,"
          + " response) values (?, ?, ?, ?, ?, ?, ?, ?)";

  static final String DELETE_PLAN = "delete from wb_plan where branch_key = ?";

  static final String INSERT_BRANCH =
      "insert into wb_branch (id, state, node_id, incarnation, prepared_at, decided_at,"
          + " first_position, last_position, has_ids, has_streams)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String LOCK_BRANCH =
      "select state, first_position, last_position, has_ids, has_streams from wb_branch where id = ? for update";

  static final String DELETE_BRANCH_MESSAGES =
      "delete from wb_message where position between ? and ? and branch_key = ?";

  static final String BRANCH_QUEUES =
      "select q.name, max(case when m.ordering_key is null and m.producer_id is null then 0"
          + " else 1 end) from wb_message m"
          + " join wb_queue q on q.id = m.queue_id"
          + " where m.position between ? and ? and m.branch_key = ? group by q.name";

  static final String UNTIE_MESSAGES =
      "update wb_message set branch_key = null where position between ? and ?"
          + " and branch_key = ?";

  private Statements() {}
}
