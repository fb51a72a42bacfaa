package dev.windlass.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code windlass resume}: ends the pause of a running node. */
@Command(
    name = "resume",
    description = "Ends the pause of the running node.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Mixin private final RunningNode node = new RunningNode();

  @Override
  public Integer call() {
    node.post("/v1/resume");
    spec.commandLine().getOut().println("resumed");
    return 0;
  }
}
