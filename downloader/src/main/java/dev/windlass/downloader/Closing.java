package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import java.util.Optional;

/**
 * The last phase, in which no request is left to send. Either all blocks are stored, and the store
 * removes the links and writes everything to disk. Or the store inserts announced whole blocks.
 */
final class Closing implements Phase {
  private final CoreState context;
  private final Sync sync;
  private boolean isDone;

  Closing(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
  }

  /** Announced whole blocks were inserted. */
  @Override
  public void onInserted(BlockId tip, int blocks, long bytes) {
    context.tally.blocks += blocks;
    context.tally.bytes += bytes;
    sync.blocksInserted = blocks;
    isDone = true;
  }

  @Override
  public void onFinished() {
    isDone = true;
  }

  @Override
  public boolean isDone() {
    return isDone;
  }

  @Override
  public boolean isClosing() {
    return true;
  }

  @Override
  public SyncError cancelled() {
    return SyncError.CANCEL_BLOCK_FETCH;
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.FETCHING_BLOCKS;
  }

  @Override
  public Phase progress() {
    return this;
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    return Optional.of(Progress.WaitingReason.STORE_BUSY);
  }
}
