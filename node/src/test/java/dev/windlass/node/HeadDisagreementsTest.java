package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.fixtures.Opened;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which lines two sources cause that differ again and again. */
class HeadDisagreementsTest {
  private static final String BEGUN = "Head sources disagree ";
  private static final String ENDED = "Head sources disagree no more";

  @RegisterExtension private final Opened opened = new Opened();
  private final AtomicLong nanos = new AtomicLong();
  private final RpcBoard board = new RpcBoard();
  private final HeadQuorum quorum = new HeadQuorum(2, 1);
  private final HeadDisagreements disagreements =
      new HeadDisagreements(List.of("one", "other"), board, nanos::get);

  private LogTap log;

  @BeforeEach
  void tap() {
    log = opened.with(new LogTap());
  }

  private static Head head(int branch) {
    return Head.of(Hash.ofLongs(branch, 1, 1, 1), 9);
  }

  private void differAndAgree() {
    quorum.named(0, head(1), 0);
    quorum.named(1, head(2), 0);
    disagreements.update(quorum);
    assertEquals(1, disagreements.now().size());
    quorum.named(1, head(1), 0);
    disagreements.update(quorum);
    assertEquals(List.of(), disagreements.now());
  }

  private void assertLogged(long warnings, long hidden) {
    assertEquals(warnings, log.count("WARN " + BEGUN + "["));
    assertEquals(warnings, log.count("INFO " + ENDED));
    assertEquals(hidden, log.count("DEBUG " + BEGUN + "["));
    assertEquals(hidden, log.count("DEBUG " + ENDED));
    assertEquals(warnings + hidden, board.disagreements());
  }

  @Test
  void shouldLogAnEndOnlyIfItsBeginningWasLogged() {
    differAndAgree();
    assertLogged(1, 0);
    differAndAgree();
    assertLogged(1, 1);
    nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
    differAndAgree();
    assertLogged(2, 1);
  }
}
