package dev.windlass.node;

import dev.windlass.store.LevelDbBlockStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a store that was just opened has to say to whoever runs the node. */
public final class StoreRemarks {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRemarks.class);

  private StoreRemarks() {}

  /** Returns the store. */
  public static LevelDbBlockStore logged(LevelDbBlockStore store) {
    for (String remark : store.remarks()) {
      LOG.atWarn().setMessage("Store needs attention").addKeyValue("reason", remark).log();
    }
    return store;
  }
}
