package dev.windlass.server.cli;

import dev.windlass.server.show.PeerTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code windlass peers}: shows the peers of a running node. */
@Command(
    name = "peers",
    description = {
      "Shows the peers of the running node, and those that it cannot reach.",
      "",
      "RANGE has the blocks that a peer reports. CAPACITY, in blocks per request,"
          + " and ROUND TRIP are measured. SCORE grows with the faults of a peer. Above 100"
          + " the peer is banned. STATE has the reason why a peer is not connected, or the"
          + " end and the reason of its ban."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class PeersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Mixin private final RunningNode node = new RunningNode();

  @Override
  public Integer call() {
    PeerTable.lines(node.get("/v1/peers")).forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
