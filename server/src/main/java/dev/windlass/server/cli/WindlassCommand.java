package dev.windlass.server.cli;

import dev.windlass.node.Version;
import dev.windlass.server.StopSignal;
import java.io.PrintWriter;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The command {@code windlass}, the parent of all others. */
@Command(
    name = "windlass",
    description = "Syncs in an Ethereum chain, link by link, from one trusted head hash.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = WindlassCommand.VersionLines.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "'windlass COMMAND --help' explains a command. Every option, but those of bench, may also stand in the environment"
          + " (--data-path as WINDLASS_DATA_PATH) or in a TOML file named by --config-file"
          + " (data-path = \"...\"). The command line wins over the environment, and that over the"
          + " file.",
      "",
      "Exit code: 0 success; 1 failure; 2 not started, since an option or its value is wrong."
    })
public final class WindlassCommand implements Runnable {
  /** The command failed, for example because a file of blocks is damaged. */
  static final int EXIT_FAILED = 1;

  /**
   * The command did not start, because an option, its value, or the named file or folder is wrong.
   */
  static final int EXIT_USAGE = 2;

  @Spec private CommandSpec spec;

  /**
   * Makes the whole command line for this environment.
   *
   * @param stop ends the commands that run until they are stopped
   */
  public static CommandLine commandLine(
      Map<String, String> environment, PrintWriter out, PrintWriter err, StopSignal stop) {
    ConfiguredDefaults defaults = new ConfiguredDefaults(environment);
    CommandLine commandLine =
        new CommandLine(new WindlassCommand()) {
          @Override
          public ParseResult parseArgs(String... args) {
            defaults.lookAt(args);
            return super.parseArgs(args);
          }
        }.addSubcommand(new RunCommand(stop))
            .addSubcommand(new DemoCommand(stop))
            .addSubcommand(new VerifyCommand())
            .addSubcommand(new PeersCommand())
            .addSubcommand(new BansCommand())
            .addSubcommand(new PauseCommand())
            .addSubcommand(new ResumeCommand())
            .addSubcommand(new HeadersCommand())
            .addSubcommand(new BenchCommand())
            .addSubcommand(new ValidateConfigCommand(defaults))
            .addSubcommand(new GenerateCompletion());
    commandLine.getSubcommands().values().forEach(WindlassCommand::prepare);
    return commandLine
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(false)
        .setExpandAtFiles(false)
        .setDefaultValueProvider(defaults)
        .setExecutionStrategy(parsed -> execute(parsed, stop))
        .setParameterExceptionHandler(new UsageErrors(defaults))
        .setExecutionExceptionHandler(UsageErrors::failed);
  }

  /** Executes the command. Commands that write nothing end at once at a signal. */
  private static int execute(ParseResult parsed, StopSignal stop) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    Object command = last.commandSpec().userObject();
    if (!(command instanceof RunCommand || command instanceof DemoCommand)) {
      stop.ignore();
    }
    return new RunLast().execute(parsed);
  }

  private static void prepare(CommandLine subcommand) {
    subcommand.setUsageHelpAutoWidth(true);
    // Elements splits lists. Picocli's own way prints warnings about quotes.
    subcommand.getCommandSpec().parser().splitQuotedStrings(true);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: expected one of " + String.join(", ", spec.subcommands().keySet()));
  }

  static final class VersionLines implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.clientName()};
    }
  }
}
