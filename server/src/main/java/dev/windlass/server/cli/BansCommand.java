package dev.windlass.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass bans}: the parent of the commands for bans. */
@Command(
    name = "bans",
    description = "Shows and changes the bans of peers, and proves their evidence again.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      BansListCommand.class,
      BansAddCommand.class,
      BansRemoveCommand.class,
      BansReplayCommand.class
    })
final class BansCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: expected one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
