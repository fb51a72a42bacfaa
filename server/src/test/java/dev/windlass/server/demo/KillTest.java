package dev.windlass.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.ChildWindlass;
import dev.windlass.server.Windlass;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 in the middle of a sync, at seeded moments in both phases, ten times or as often as the
 * system property {@code windlass.kills} says: each run goes on where the one before was, and in
 * the end every block is there and none that was stored came again.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("windlass.kills", 10);
  private static final int RUNS_MAX = KILLS + KILLS / 2;
  private static final int KILLS_IN_EACH_PHASE_MIN = KILLS * 2 / 5;
  private static final int HEADER_QUESTIONS = 40;
  private static final int BLOCK_QUESTIONS = 80;
  private static final int BLOCKS = 80_000;
  private static final int BLOCKS_MORE = 10_000;
  private static final Pattern SYNCED =
      Pattern.compile("synced .* refetched=(\\d+) hedged=(\\d+) peers_banned=\\d+");

  @TempDir private Path folder;

  private final Random random = new Random(2015);
  private int blocks = BLOCKS;
  private int killsInHashes;
  private int killsInBlocks;

  private ChildWindlass demo() throws IOException {
    String[] quiet =
        Windlass.demo("--data-path", folder.resolve("data").toString(), "--blocks", "" + blocks);
    for (int i = 0; i < quiet.length; i++) {
      quiet[i] = quiet[i].equals("warn") ? "trace" : quiet[i];
    }
    return new ChildWindlass(folder.resolve("out.txt"), quiet);
  }

  /** Kills a run in any phase, after some questions. Empty if it ended before. */
  private boolean runAndKill(Transcript transcript) throws Exception {
    // The first half is killed in fetchHashes, the other half in fetchBlocks.
    boolean isForBlocks = killsInHashes + killsInBlocks >= KILLS / 2;
    int headerQuestions = isForBlocks ? Integer.MAX_VALUE : 1 + random.nextInt(HEADER_QUESTIONS);
    int blockQuestions = 1 + random.nextInt(BLOCK_QUESTIONS);
    boolean isKilled = false;
    try (ChildWindlass child = demo()) {
      for (String line = child.logLine(); line != null; line = child.logLine()) {
        transcript.note(line);
        boolean isTime =
            transcript.isInBlocks()
                ? transcript.blockQuestions() >= blockQuestions
                : transcript.headerQuestions() >= headerQuestions;
        if (isTime && !isKilled) {
          isKilled = true;
          child.kill();
        }
      }
      int exitCode = child.exitCode();
      assertTrue(exitCode == ChildWindlass.KILLED || exitCode == 0, () -> "exit " + exitCode);
      return exitCode == ChildWindlass.KILLED && !child.output().contains("synced");
    }
  }

  @Test
  void shouldGoOnWhereItWasWhenItIsKilled() throws Exception {
    long tip = 0;
    long inFlight = 0;
    for (int run = 0; killsInHashes + killsInBlocks < KILLS; run++) {
      assertTrue(run < RUNS_MAX, "too many runs ended before they could be killed");
      Transcript transcript = new Transcript();
      boolean isKilled = runAndKill(transcript);
      long stored = tip;
      assertTrue(
          transcript.firstTip() >= stored,
          () -> "a run began at " + transcript.firstTip() + ", " + stored + " were stored before");
      if (transcript.isInBlocks() && killsInBlocks == 0) {
        assertTrue(
            transcript.headersReceived() < blocks, "the links that were stored came once more");
      }
      tip = transcript.tip();
      inFlight = transcript.inFlight();
      if (!isKilled) {
        blocks += BLOCKS_MORE;
      } else if (transcript.isInBlocks()) {
        killsInBlocks++;
      } else {
        killsInHashes++;
      }
    }
    assertTrue(killsInHashes >= KILLS_IN_EACH_PHASE_MIN, "killed in hashes: " + killsInHashes);
    assertTrue(killsInBlocks >= KILLS_IN_EACH_PHASE_MIN, "killed in blocks: " + killsInBlocks);
    assertEndsWell(tip, inFlight);
  }

  private void assertEndsWell(long tip, long inFlight) throws Exception {
    Transcript transcript = new Transcript();
    String line;
    try (ChildWindlass child = demo()) {
      for (String log = child.logLine(); log != null; log = child.logLine()) {
        transcript.note(log);
      }
      assertEquals(0, child.exitCode());
      line = child.output().strip();
    }
    Matcher synced = SYNCED.matcher(line);
    assertTrue(synced.matches(), line);
    long refetched = Long.parseLong(synced.group(1));
    long hedged = Long.parseLong(synced.group(2));
    assertTrue(refetched <= inFlight, () -> line + ", but in flight were " + inFlight);
    assertTrue(transcript.firstTip() >= tip, "what was stored is lost");
    long missing = blocks - transcript.firstTip();
    assertTrue(
        transcript.blocksReceived() <= missing + hedged + refetched,
        () -> transcript.blocksReceived() + " blocks came where " + missing + " were missing");

    String head = ChainMaker.onDemand(1, blocks, Shape.SIGNED).head().hash().toString();
    assertEquals(
        "verified blocks=" + (blocks + 1) + " number=" + blocks + " tip=" + head + " problems=0",
        Windlass.run(
                "verify", "--data-path", folder.resolve("data").toString(), "--logging", "warn")
            .lastLine());
  }
}
