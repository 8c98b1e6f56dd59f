package dev.waybill.testkit.adapter;

import dev.waybill.core.model.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Cells of the matrix with the queue on MariaDB: each run draws some of them. */
class MariaDbFaultMatrixTest extends FaultMatrixTest {

  private static final int DRAWN = 24;

  static Stream<FaultCase> cases() {
    long seed = Seeds.next();
    System.out.println("Run these again with -Dseed=" + seed);
    List<FaultCase> cases = new ArrayList<>(FaultCase.all().toList());
    Collections.shuffle(cases, new Random(seed));
    return cases.stream().limit(Integer.getInteger("cells", DRAWN));
  }

  @Override
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path, Databases.Product.MARIADB);
  }
}
