package dev.windlass.p2p.mirror;

import dev.windlass.p2p.log.Quantity;
import dev.windlass.p2p.log.Repeats;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.mirror.EraMirror;
import dev.windlass.wire.mirror.MirrorFailure;
import dev.windlass.wire.mirror.MirrorLimits;
import dev.windlass.wire.mirror.MirrorUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A folder behind a web server. Its files are fetched into the cache. */
final class MirrorSource implements EraSource {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorSource.class);
  private static final int REASONS_MAX = 16;

  /** The same interval as for the progress of a sync. */
  private static final long LINE_NANOS = 8_000_000_000L;

  private final Vertx vertx;
  private final MirrorUrl url;
  private final EraMirror mirror;
  private final EraCache cache;
  private final Path place;
  private final Repeats<String> told = new Repeats<>(REASONS_MAX);

  MirrorSource(Vertx vertx, MirrorUrl url, MirrorLimits limits, EraCache cache) {
    this.vertx = vertx;
    this.url = url;
    this.mirror = new EraMirror(vertx, url, limits);
    this.cache = cache;
    this.place = cache.place(url.placeText());
  }

  @Override
  public String name() {
    return url.toString();
  }

  @Override
  public String mark() {
    return place.getFileName().toString();
  }

  @Override
  public String address() {
    return url.address();
  }

  @Override
  public Future<List<EraFile>> list() {
    return mirror.list();
  }

  @Override
  public Future<Brought> bring(EraFile file, boolean isAhead, LongConsumer onBytes) {
    Path whole = EraCache.in(place, file);
    Fetching fetching = new Fetching(file, whole, isAhead, onBytes);
    cache.coming(whole);
    return mirror
        .fetch(file, whole, fetching)
        .onFailure(cause -> cache.ended(whole, false))
        .map(isFresh -> new Brought(whole, isFresh));
  }

  @Override
  public void use(EraFile file) {
    cache.use(EraCache.in(place, file));
  }

  @Override
  public void release(EraFile file) {
    cache.ended(EraCache.in(place, file), true);
  }

  @Override
  public boolean isHere(EraFile file) {
    return cache.hasWhole(EraCache.in(place, file));
  }

  @Override
  public Future<Void> discard(EraFile file) {
    return Workers.run(
        vertx,
        () -> {
          cache.remove(EraCache.in(place, file));
          return null;
        });
  }

  @Override
  public void close() {
    mirror.close();
  }

  /** Logs how a download goes, if it takes long or breaks off. */
  private final class Fetching implements EraMirror.Observer {
    private final EraFile file;
    private final Path whole;
    private final boolean isAhead;
    private final LongConsumer onBytes;
    private volatile long total;
    private long bytes;
    private long saidNanos = System.nanoTime();

    Fetching(EraFile file, Path whole, boolean isAhead, LongConsumer onBytes) {
      this.file = file;
      this.whole = whole;
      this.isAhead = isAhead;
      this.onBytes = onBytes;
    }

    @Override
    public Optional<MirrorFailure> objectionToSize(long size) {
      total = size;
      return isAhead ? cache.claimFree(whole, size) : cache.claim(whole, size);
    }

    @Override
    public void onBytes(long count) {
      bytes += count;
      onBytes.accept(count);
      if (System.nanoTime() - saidNanos > LINE_NANOS) {
        saidNanos = System.nanoTime();
        LOG.atInfo()
            .setMessage("Fetching era file")
            .addKeyValue("file", file)
            .addKeyValue("peer", url)
            .addKeyValue("bytes", new Quantity.Count(bytes))
            .addKeyValue("of", new Quantity.Count(total))
            .log();
      }
    }

    @Override
    public void onTrouble(MirrorFailure failure, long millis) {
      String reason = failure.getMessage();
      boolean isWaiting = failure.kind() == MirrorFailure.Kind.WAITING;
      Level ifDue = isWaiting ? Level.DEBUG : Level.INFO;
      LOG.atLevel(told.level(ifDue, failure.kind().name(), System.nanoTime()))
          .setMessage("Era file has not come yet")
          .addKeyValue("file", file)
          .addKeyValue("peer", url)
          .addKeyValue("reason", reason)
          .addKeyValue("then", "tried again after " + millis + " ms")
          .log();
    }
  }
}
