package dev.windlass.wire.devp2p;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Keeps what a session of any protocol hands over, for a test to take. */
public class RecordingHandler implements SessionHandler {
  public final BlockingQueue<Head> heads = new LinkedBlockingQueue<>();
  public final BlockingQueue<List<Hash>> announced = new LinkedBlockingQueue<>();
  public final CompletableFuture<String> closed = new CompletableFuture<>();

  @Override
  public void onHead(Head head) {
    heads.add(head);
  }

  @Override
  public void onAnnounced(List<Hash> hashes) {
    announced.add(hashes);
  }

  @Override
  public void onClosed(String reason) {
    closed.complete(reason);
  }
}
