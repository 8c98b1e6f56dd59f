package dev.waybill.itests.benchmark.form;

/**
 * How a form is used.
 *
 * @param block how many messages a claim takes; 1 means that each consumer claims for itself
 * @param remembered whether scans begin at a remembered rank
 * @param history whether the settlement writes the attempt
 * @param removal whether the settlement removes the message
 * @param later whether what the settlement leaves out is done in batches in the background
 * @param sendInOne whether a send is one statement, where the database can
 */
public record Options(
    int block,
    boolean remembered,
    boolean history,
    boolean removal,
    boolean later,
    boolean sendInOne) {

  /** What a form is measured with. */
  public static final Options USUAL = new Options(50, true, true, true, false, true);

  public Options withBlock(int messages) {
    return new Options(messages, remembered, history, removal, later, sendInOne);
  }

  public Options scanningFromTheHead() {
    return new Options(block, false, history, removal, later, sendInOne);
  }

  public Options sendingStepwise() {
    return new Options(block, remembered, history, removal, later, false);
  }

  public Options writing(boolean attempts, boolean removals, boolean rest) {
    return new Options(block, remembered, attempts, removals, rest, sendInOne);
  }
}
