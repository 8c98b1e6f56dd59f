package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A block: what one claim leased. Never changed, so that nothing waits for it (rule C4); removed
 * when no delivery carries its token any more. What renews it is a LeaseTerm or a LeaseLimit.
 */
@Entity
@Table(name = "wb_lease")
public class LeaseRow {

  @Id private UUID token;

  @Column(name = "term_id")
  private UUID termId;

  @Column(name = "group_id")
  private long groupId;

  private String queue;

  private String policy;

  @Column(name = "leased_at")
  private long leasedAtMicros;

  private boolean counted;

  private String positions;

  /** For JPA. */
  protected LeaseRow() {}

  /** The fence that its deliveries carry. */
  public UUID token() {
    return token;
  }

  /** The term that keeps it alive. */
  public UUID termId() {
    return termId;
  }

  /** The group. */
  public long groupId() {
    return groupId;
  }

  /** The name of the queue. */
  public String queue() {
    return queue;
  }

  /** The encoded retry policy. */
  public String policy() {
    return policy;
  }

  /** When it was claimed. */
  public long leasedAtMicros() {
    return leasedAtMicros;
  }

  /** Whether its attempts are counted on the rows of the deliveries. */
  public boolean counted() {
    return counted;
  }

  /** The messages it covered when it was claimed. */
  public List<Long> positions() {
    return Arrays.stream(positions.split(",")).map(Long::valueOf).toList();
  }
}
