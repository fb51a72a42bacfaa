package dev.windlass.downloader;

/**
 * The last phase, in which no request is left to send. All blocks are stored. The store removes the
 * links and writes everything to disk.
 */
final class Closing extends StorePhase {
  private boolean isDone;

  @Override
  public void onFinished() {
    isDone = true;
  }

  @Override
  public boolean isDone() {
    return isDone;
  }
}
