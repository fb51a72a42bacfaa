package dev.windlass.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code windlass bans remove}: ends a ban. */
@Command(
    name = "remove",
    description = "Ends the ban of a peer or a host, and forgets the points of the peer.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class BansRemoveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Parameters(
      paramLabel = "ID|HOST",
      converter = OptionConverters.Ban.class,
      description = "The id as 'windlass bans list' shows it, an enode, or a numeric address.")
  private String id;

  @Mixin private final RunningNode node = new RunningNode();

  @Override
  public Integer call() {
    String ended = node.delete("/v1/bans/" + RunningNode.segment(id)).getString("ended");
    spec.commandLine().getOut().println("ended id=" + ended);
    return 0;
  }
}
