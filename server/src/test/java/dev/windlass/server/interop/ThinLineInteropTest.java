package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A geth behind a line that takes a minute for the chain, beside the other tests. */
@Tag("interop")
@Execution(ExecutionMode.CONCURRENT)
class ThinLineInteropTest {
  private static final int BLOCKS = 3_000;
  private static final long KILOBYTES_PER_SECOND = 50;
  private static final double RECEIVED_MAX = 1.2;
  private static final Duration SYNC_MAX = Duration.ofMinutes(3);

  @RegisterExtension private final Nodes nodes = new Nodes();

  @Test
  void shouldReachTheHeadThroughAThinLineAndReceiveTheChainOnce() throws Exception {
    MadeChain chain = MadeChain.of(BLOCKS);
    Geth geth = chain.geth(nodes, "geth");
    Toxiproxy line = nodes.with(Toxiproxy.to(geth.p2pPort(), nodes.log("toxiproxy")));
    line.bandwidthOfBothWays(KILOBYTES_PER_SECOND);
    WindlassProcess windlass =
        chain.windlass(nodes, "windlass", "--peers", geth.enodeAt(line.port()));

    JsonObject status = windlass.awaitTip(BLOCKS, SYNC_MAX);

    JsonObject counters = status.getJsonObject("counters");
    windlass.stopAndVerify(BLOCKS, chain.head());
    long received = line.bytesReceived();
    long max = (long) (RECEIVED_MAX * Files.size(chain.file()));
    String figures = received + " of " + max + " bytes at most: " + counters.encode();
    Files.writeString(nodes.log("figures"), figures + "\n");
    assertTrue(received <= max, figures);
    assertTrue(counters.getLong("bytes") <= max, figures);
    assertEquals(BLOCKS, counters.getLong("hashes"), figures);
    assertEquals(BLOCKS, counters.getLong("blocks"), figures);
    assertEquals(0, counters.getLong("syncsFailed"), figures);
  }
}
