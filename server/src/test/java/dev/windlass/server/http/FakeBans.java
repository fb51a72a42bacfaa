package dev.windlass.server.http;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.node.BanControl;
import dev.windlass.node.BanName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notes what an operator wants, and bans nothing. */
final class FakeBans implements BanControl {
  final List<String> done = Collections.synchronizedList(new ArrayList<>());
  final Map<PeerId, byte[]> evidence = new HashMap<>();

  @Override
  public Future<Void> ban(BanName name, Duration duration, String reason) {
    done.add("ban " + name.peer() + " " + duration + " " + reason);
    return Future.succeededFuture();
  }

  @Override
  public Future<Boolean> pardon(BanName name) {
    done.add("pardon " + name.peer());
    return Future.succeededFuture(true);
  }

  @Override
  public Optional<byte[]> evidence(PeerId peer) {
    return Optional.ofNullable(evidence.get(peer));
  }
}
