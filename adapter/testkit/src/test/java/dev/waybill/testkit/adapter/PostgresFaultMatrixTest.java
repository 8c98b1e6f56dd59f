package dev.waybill.testkit.adapter;

import dev.waybill.core.model.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Cells of the matrix with the queue on PostgreSQL: each run draws some of them. */
class PostgresFaultMatrixTest extends FaultMatrixTest {

  private static final int DRAWN = 24;

  static Stream<FaultCase> cases() {
    long seed = Seeds.next();
    System.out.println("Run these again with -Dseed=" + seed);
    List<FaultCase> cases = new ArrayList<>(FaultCase.all().filter(c -> !isPrepared(c)).toList());
    Collections.shuffle(cases, new Random(seed));
    return cases.stream().limit(Integer.getInteger("cells", DRAWN));
  }

  /** The server allows no prepared transactions of its own, which the joined path needs not. */
  private static boolean isPrepared(FaultCase fault) {
    return fault.path() == CommitPath.JOINED_XA && fault.needsVeto();
  }

  @Override
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path, Databases.Product.POSTGRESQL);
  }
}
