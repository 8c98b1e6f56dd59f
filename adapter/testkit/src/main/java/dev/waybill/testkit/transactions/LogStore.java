package dev.waybill.testkit.transactions;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import com.arjuna.ats.internal.arjuna.objectstore.VolatileStore;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Narayana's store in memory, which can also list what it holds. Narayana makes the instances, so
 * that the list is one for all of them.
 */
public final class LogStore extends VolatileStore {

  private static final Map<Uid, String> COMMITTED = new ConcurrentHashMap<>();

  /**
   * Called by Narayana.
   *
   * @param environment its configuration
   * @throws ObjectStoreException never
   */
  public LogStore(ObjectStoreEnvironmentBean environment) throws ObjectStoreException {
    super(environment);
  }

  static Set<Uid> committed(String type) {
    return COMMITTED.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Override
  public boolean write_committed(Uid uid, String type, OutputObjectState state)
      throws ObjectStoreException {
    COMMITTED.put(uid, type);
    return super.write_committed(uid, type, state);
  }

  @Override
  public boolean remove_committed(Uid uid, String type) throws ObjectStoreException {
    COMMITTED.remove(uid);
    return super.remove_committed(uid, type);
  }
}
