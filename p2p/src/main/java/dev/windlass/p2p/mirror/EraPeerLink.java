package dev.windlass.p2p.mirror;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.files.FileChainException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of era files as a header peer. Each question is answered from the file of one era, which
 * is brought first.
 *
 * <p>A wrong answer blames the file. The question is then answered from another file of the era, or
 * the downloader hears that this peer has nothing. Questions come on the downloader's context. All
 * else runs on the context of the folder, except that files are read on workers.
 */
final class EraPeerLink implements PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(EraPeerLink.class);

  /** Longer than it takes until the downloader publishes what an answer shows. */
  private static final long LOOK_AGAIN_MILLIS = 250;

  private final PeerId id;
  private final String address;
  private final Vertx vertx;
  private final Context context;
  private final EraShelf shelf;
  private final EraShelves shelves;
  private final DownloaderVerticle downloader;
  private final Map<Hash, Long> numbers;
  private final LongPredicate isHeaderElsewhere;
  private final ErasAhead ahead;
  private final BiConsumer<PeerId, String> onEnd;
  private boolean isSparing = true;
  private Hash lastSpared;
  private Hash lastElsewhere;
  private long lastOther = -1;

  /**
   * What the link needs to know of its node.
   *
   * @param shelves of all folders
   * @param numbers of trusted hashes
   * @param isHeaderElsewhere whether other peers serve the header of a number, so that no file is
   *     brought for it. The number may not be known
   * @param ahead brings files while questions wait
   */
  record Surroundings(
      Vertx vertx,
      DownloaderVerticle downloader,
      EraShelves shelves,
      Map<Hash, Long> numbers,
      LongPredicate isHeaderElsewhere,
      ErasAhead ahead) {}

  /**
   * @param context owns the shelf
   * @param onEnd called with the reason if the folder cannot be asked any more, or is dropped
   */
  EraPeerLink(
      PeerId id,
      String address,
      Context context,
      EraShelf shelf,
      Surroundings node,
      BiConsumer<PeerId, String> onEnd) {
    this.id = id;
    this.address = address;
    this.context = context;
    this.shelf = shelf;
    this.shelves = node.shelves();
    this.vertx = node.vertx();
    this.downloader = node.downloader();
    this.numbers = node.numbers();
    this.isHeaderElsewhere = node.isHeaderElsewhere();
    this.ahead = node.ahead();
    this.onEnd = onEnd;
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public PeerKind kind() {
    return PeerKind.HEADER;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    context.runOnContext(
        ignored -> {
          find(ticket, question);
          ahead.asked(shelf);
        });
  }

  private void find(long ticket, Question<?> question) {
    OptionalLong era = era(question);
    if (era.isPresent()) {
      take(ticket, question, era.getAsLong());
    } else if (isOnShelf(question)) {
      // The nodes are asked at the same time, and what they lack is published soon.
      vertx.setTimer(
          LOOK_AGAIN_MILLIS, ignored -> context.runOnContext(now -> lookAgain(ticket, question)));
    } else {
      answerNothing(ticket, question);
    }
  }

  /** Whether it asks by hash for a header whose number is in one of the files. */
  private boolean isOnShelf(Question<?> question) {
    return question instanceof Question.Headers headers
        && headers.query().isByHash()
        && headers.query().fromNumber() >= 0
        && shelf.has(EraName.eraOf(headers.query().fromNumber()));
  }

  private void lookAgain(long ticket, Question<?> question) {
    long number = ((Question.Headers) question).query().fromNumber();
    if (isHeaderElsewhere.test(number)) {
      answerNothing(ticket, question);
    } else {
      take(ticket, question, EraName.eraOf(number));
    }
  }

  private void take(long ticket, Question<?> question, long era) {
    if (!shelf.has(era)) {
      answerNothing(ticket, question);
      return;
    }
    boolean isOpen = shelves.isOpen(era);
    shelves
        .get(shelf, era)
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                answerNothing(ticket, question);
              } else {
                answer(ticket, question, found.get());
              }
            })
        .onFailure(cause -> onEnd.accept(id, cause.getMessage()));
    if (isOpen) {
      boolean isUpwards = question instanceof Question.Bodies;
      shelves.getAhead(shelf, era + (isUpwards ? 1 : -1));
    }
  }

  /** The era of the first block that is asked for. Empty if it is not known, or not wanted here. */
  private OptionalLong era(Question<?> question) {
    if (question instanceof Question.Bodies bodies) {
      return OptionalLong.of(EraName.eraOf(bodies.headers().get(0).number()));
    }
    if (!(question instanceof Question.Headers headers)) {
      throw new IllegalArgumentException("a header peer is not asked for " + question.label());
    }
    HeaderQuery query = headers.query();
    if (query.fromNumber() < 0) {
      return eraOf(query);
    }
    long era = EraName.eraOf(query.fromNumber());
    return shelves.isOpen(era) || !isSpared(query) ? OptionalLong.of(era) : OptionalLong.empty();
  }

  /**
   * An era is not fetched for headers that nodes serve. If a header is asked for by its hash again,
   * the nodes do not have it.
   */
  private boolean isSpared(HeaderQuery query) {
    if (!isSparing || !isHeaderElsewhere.test(query.fromNumber())) {
      return false;
    }
    boolean isAskedAgain = query.isByHash() && query.from().equals(lastSpared);
    isSparing = !isAskedAgain || query.fromNumber() < 0;
    lastSpared = query.isByHash() ? query.from() : lastSpared;
    return !isAskedAgain;
  }

  /** A hash whose number is not known is looked for in the newest file. */
  private OptionalLong eraOf(HeaderQuery query) {
    Hash hash = query.from();
    Long number = numbers.get(hash);
    if (number != null) {
      return OptionalLong.of(EraName.eraOf(number));
    }
    for (OpenEra era : shelves.opened()) {
      if (era.chain().numberOf(hash).isPresent()) {
        return OptionalLong.of(era.file().name().era());
      }
    }
    return shelf.isEmpty() || isSpared(query)
        ? OptionalLong.empty()
        : OptionalLong.of(shelf.highestEra());
  }

  private <T> void answerNothing(long ticket, Question<T> question) {
    downloader.deliver(id, ticket, question, question.judge(List.of()));
  }

  private <T> void answer(long ticket, Question<T> question, OpenEra era) {
    era.begin();
    Workers.run(vertx, () -> judged(question, era))
        .onComplete(done -> era.end())
        .onSuccess(
            delivery -> {
              if (delivery.verdict().isFault()) {
                era.owner().refuse(era.file(), delivery.evidence(), delivery.proof());
                find(ticket, question);
              } else {
                if (delivery.verdict() == Verdict.EMPTY) {
                  tellIfHeadIsElsewhere(question, era);
                  tellIfChainIsOther(question, era);
                }
                downloader.deliver(id, ticket, question, delivery);
              }
            })
        .onFailure(
            cause -> {
              boolean isWrongFile =
                  cause instanceof FileChainException && !era.owner().isOwnFault(cause);
              if (isWrongFile) {
                era.owner().refuse(era.file(), cause.getMessage(), Optional.empty());
                find(ticket, question);
              } else {
                onEnd.accept(id, String.valueOf(cause.getMessage()));
              }
            });
  }

  /** A head without a number may be in another file, and only the user can say in which. */
  private void tellIfHeadIsElsewhere(Question<?> question, OpenEra era) {
    boolean isHead =
        question instanceof Question.Headers headers
            && headers.query().fromNumber() < 0
            && !headers.query().from().equals(lastElsewhere);
    if (isHead) {
      lastElsewhere = ((Question.Headers) question).query().from();
      LOG.atInfo()
          .setMessage("Head is not in the newest file")
          .addKeyValue("head", lastElsewhere)
          .addKeyValue("file", era.file())
          .addKeyValue("peer", id)
          .addKeyValue("then", "give its number, as --checkpoint NUMBER=HASH")
          .log();
    }
  }

  /** The links lead to another block than the file of a trusted root has. */
  private void tellIfChainIsOther(Question<?> question, OpenEra era) {
    if (!(question instanceof Question.Bodies bodies) || !era.owner().canProve(era.era())) {
      return;
    }
    BlockHeader header = bodies.headers().get(0);
    boolean isInside = header.number() <= era.chain().head().number();
    if (era.era() != lastOther && isInside) {
      lastOther = era.era();
      LOG.atWarn()
          .setMessage("Chain differs from a trusted accumulator root")
          .addKeyValue("block", header)
          .addKeyValue("there", era.chain().hashAt(header.number()))
          .addKeyValue("file", era.file())
          .addKeyValue("peer", id)
          .log();
    }
  }

  /** Runs on a worker. Bodies are taken from one file, so those of the next era are left off. */
  private static <T> Delivery<T> judged(Question<T> question, OpenEra era) {
    if (question instanceof Question.Bodies bodies) {
      long highest = era.file().name().highest();
      List<BlockHeader> inFile =
          bodies.headers().stream().takeWhile(header -> header.number() <= highest).toList();
      return question.judge(era.server().bodies(inFile));
    }
    return question.judge(question.answeredBy(era.server()));
  }

  @Override
  public void close(String reason) {
    onEnd.accept(id, reason);
  }
}
