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

/** The command {@code windlass}: holds the others, and does nothing itself. */
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
      "Exit code: 0 done; 1 begun and failed; 2 not begun, since an option or its value is wrong."
    })
public final class WindlassCommand implements Runnable {
  /** The job was begun and failed, be it for a file of blocks that is not what it should be. */
  static final int EXIT_FAILED = 1;

  /** The job was not begun: an option, its value or the file or folder that it names is wrong. */
  static final int EXIT_USAGE = 2;

  @Spec private CommandSpec spec;

  /**
   * The whole command line, ready to execute, with this environment.
   *
   * @param stop ends the commands that run until they are told to
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

  /** What writes nothing that could be lost ends at once when it is told to. */
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
    // Elements says how a list is split; picocli's own way warns of quotes on the error stream.
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
