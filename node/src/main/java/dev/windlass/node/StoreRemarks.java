package dev.windlass.node;

import dev.windlass.store.LevelDbBlockStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the remarks of a newly opened store for the operator. */
public final class StoreRemarks {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRemarks.class);

  private StoreRemarks() {}

  /** Logs the remarks, and returns the store. */
  public static LevelDbBlockStore logged(LevelDbBlockStore store) {
    for (String remark : store.remarks()) {
      LOG.atWarn().setMessage("Store needs attention").addKeyValue("reason", remark).log();
    }
    return store;
  }
}
