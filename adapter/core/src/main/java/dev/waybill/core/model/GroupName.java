package dev.waybill.core.model;

/** The names of consumer groups. */
public final class GroupName {

  /** The group where none is named. */
  public static final String DEFAULT = "default";

  /** What is wrong with another name, continuing a sentence that begins with it. */
  public static final String NOT_THERE =
      "names a consumer group, which this version does not have yet";

  private GroupName() {}
}
