package dev.waybill.core.branch;

/**
 * What the store knows of a stream.
 *
 * @param incarnation of its owner: the last who took it over
 * @param lastSequence the last that is committed; 0 if there is none
 * @param pending what has become of a branch that sent in it
 * @param lastAcknowledged the highest of which all up to it are settled by every group that was
 *     there at their sending
 * @param unsettled how many that are committed are not settled by all of those groups
 */
public record StreamState(
    long incarnation, long lastSequence, Pending pending, long lastAcknowledged, long unsettled) {

  /** A branch that sent in a stream, until its messages are released. */
  public enum Pending {
    /** None. */
    NONE,
    /** It is in doubt. */
    UNDECIDED,
    /** It is committed, and its messages are released in a moment: others would overtake them. */
    UNRELEASED
  }
}
