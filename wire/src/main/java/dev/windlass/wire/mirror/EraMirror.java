package dev.windlass.wire.mirror;

import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraListing;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.mirror.MirrorFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * One mirror: what it lists, and its files. A download that breaks off goes on from its last byte.
 *
 * <p>Owned by one context.
 */
public final class EraMirror {
  private static final int DOUBLINGS_MAX = 6;

  private final Vertx vertx;
  private final MirrorUrl url;
  private final MirrorLimits limits;
  private final MirrorHttp http;
  private boolean isClosed;

  public EraMirror(Vertx vertx, MirrorUrl url, MirrorLimits limits) {
    this.vertx = vertx;
    this.url = url;
    this.limits = limits;
    this.http = new MirrorHttp(vertx, url, limits);
  }

  /** Hears how a download goes. */
  public interface Observer {
    /**
     * Why a file of so many bytes cannot be taken. It is called on a worker, before the bytes come.
     */
    Optional<MirrorFailure> objectionToSize(long bytes);

    /** So many bytes have come. */
    void onBytes(long bytes);

    /** A download has broken off, and is tried again after this time. */
    void onTrouble(MirrorFailure failure, long millis);
  }

  /**
   * The files of the mirror, by its index page and its checksums. Fails with a {@link
   * MirrorFailure} if it is not reached, or lists none.
   */
  public Future<List<EraFile>> list() {
    return textIfThere("")
        .compose(
            page ->
                textIfThere(EraListing.NAMED_CHECKSUMS)
                    .compose(
                        named ->
                            list(
                                EraListing.ofPage(page, url.folder()),
                                EraListing.ofNamedChecksums(named))));
  }

  private Future<List<EraFile>> list(Collection<EraName> names, Map<EraName, String> hashes) {
    if (names.isEmpty() && hashes.isEmpty()) {
      return Future.failedFuture(
          new MirrorFailure(
              Kind.BROKEN,
              "neither its index page nor its "
                  + EraListing.NAMED_CHECKSUMS
                  + " names an era1 or ere file"));
    }
    return hashes.isEmpty()
        ? textIfThere(EraListing.BARE_CHECKSUMS)
            .map(bare -> EraListing.of(names, EraListing.ofBareChecksums(bare, names)))
        : Future.succeededFuture(EraListing.of(names, hashes));
  }

  private Future<String> textIfThere(String file) {
    return http.text(file)
        .recover(
            cause ->
                cause instanceof MirrorFailure failure && failure.kind() == Kind.ABSENT
                    ? Future.succeededFuture("")
                    : Future.failedFuture(cause));
  }

  /**
   * Fetches a file, with as many attempts as come further. Fails with a {@link MirrorFailure} if
   * the mirror does not have it, or several attempts in a row came hardly further.
   *
   * @param whole where the file is to be. A file that is there already is taken as it is
   * @return whether it came in one piece, and now
   */
  public Future<Boolean> fetch(EraFile file, Path whole, Observer observer) {
    Promise<Boolean> fetched = Promise.promise();
    PartFile part = new PartFile(whole);
    Workers.run(vertx, part::isWhole)
        .onFailure(fetched::tryFail)
        .onSuccess(
            isThere -> {
              if (isThere) {
                fetched.tryComplete(false);
              } else {
                attempt(part, observer, new Effort(0, 0), fetched);
              }
            });
    return fetched.future();
  }

  /**
   * How the attempts went until now.
   *
   * @param reached the furthest byte
   * @param vain how many in a row have come hardly further
   */
  private record Effort(long reached, int vain) {
    Effort and(long nowReached, long bytesMin) {
      int nowVain = nowReached - reached >= bytesMin ? 0 : vain + 1;
      return new Effort(Math.max(reached, nowReached), nowVain);
    }
  }

  private void attempt(PartFile part, Observer observer, Effort before, Promise<Boolean> fetched) {
    if (isClosed) {
      fetched.tryFail(new MirrorFailure(Kind.BROKEN, "this node stops"));
      return;
    }
    LongFunction<Optional<MirrorFailure>> objection = observer::objectionToSize;
    FileFetch fetch = new FileFetch(vertx, http, limits, part, objection, observer::onBytes);
    fetch
        .run()
        .onSuccess(done -> fetched.tryComplete(!fetch.isResumed()))
        .onFailure(
            cause -> {
              MirrorFailure failure = (MirrorFailure) cause;
              Effort now =
                  failure.kind() == Kind.WAITING
                      ? new Effort(before.reached(), 0)
                      : before.and(fetch.reached(), limits.paceBytesMin());
              boolean isFinal =
                  failure.kind() == Kind.ABSENT
                      || failure.kind() == Kind.NO_ROOM
                      || failure.kind() == Kind.NOT_YET
                      || now.vain() >= limits.attemptsMax()
                      || isClosed;
              if (isFinal) {
                fetched.tryFail(failure);
                return;
              }
              long millis =
                  Math.max(
                      failure.retryAfterMillis(),
                      limits.retryMillis() << Math.min(now.vain(), DOUBLINGS_MAX));
              observer.onTrouble(failure, millis);
              vertx.setTimer(millis, ignored -> attempt(part, observer, now, fetched));
            });
  }

  /** Ends the downloads. What has come of them stays. */
  public void close() {
    isClosed = true;
    http.close();
  }
}
