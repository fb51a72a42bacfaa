package dev.windlass.server.cli;

import dev.windlass.chain.store.StoreException;
import dev.windlass.node.JobFailedException;
import dev.windlass.wire.files.FileChainException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns errors into one line on the error stream and an exit code. */
final class UsageErrors implements IParameterExceptionHandler {
  private final ConfiguredDefaults defaults;

  UsageErrors(ConfiguredDefaults defaults) {
    this.defaults = defaults;
  }

  @Override
  public int handleParseException(ParameterException problem, String[] args) {
    CommandLine commandLine = problem.getCommandLine();
    String command = commandLine.getCommandSpec().qualifiedName();
    commandLine
        .getErr()
        .println(
            command
                + ": "
                + Echo.cut(describe(problem), written(problem))
                + " ("
                + command
                + " --help explains)");
    return WindlassCommand.EXIT_USAGE;
  }

  /** Reports a command that failed. */
  static int failed(Exception problem, CommandLine commandLine, ParseResult parsed) {
    String command = commandLine.getCommandSpec().qualifiedName();
    if (problem instanceof JobFailedException
        || problem instanceof StoreException
        || problem instanceof FileChainException) {
      commandLine
          .getErr()
          .println(command + ": " + Echo.oneLine(problem.getMessage()) + wayOut(problem));
    } else {
      commandLine.getErr().println(command + ": this is a fault of Windlass itself: " + problem);
      problem.printStackTrace(commandLine.getErr());
    }
    return WindlassCommand.EXIT_FAILED;
  }

  /** Tells the user how to replace a damaged store, since a restart does not repair it. */
  private static String wayOut(Exception problem) {
    return problem instanceof StoreException failed && failed.kind() == StoreException.Kind.DAMAGED
        ? "; move the folder 'chain' of the data path away, or put a whole copy in its place, and"
            + " start again: what is missing is synced again"
        : "";
  }

  private static String written(ParameterException problem) {
    return problem instanceof UnmatchedArgumentException unmatched
        ? unmatched.getUnmatched().get(0)
        : problem.getValue();
  }

  private String describe(ParameterException problem) {
    if (problem instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    ArgSpec arg = problem.getArgSpec();
    if (problem instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      arg = missing.getMissing().get(0);
    }
    if (problem instanceof OverwrittenOptionException twice) {
      arg = twice.getOverwritten();
    }
    if (arg == null) {
      return lowerFirst(problem.getMessage());
    }
    String name = arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    String where = defaults.origin(arg).map(origin -> name + " (" + origin + ")").orElse(name);
    return where + ": " + reason(problem, arg);
  }

  private static String reason(ParameterException problem, ArgSpec arg) {
    if (problem instanceof MissingParameterException) {
      return "a value is missing: expected " + arg.paramLabel();
    }
    if (problem instanceof OverwrittenOptionException) {
      return "it is given twice: expected once";
    }
    boolean isOurs = arg.converters().length > 0;
    if (isOurs && problem.getCause() instanceof TypeConversionException conversion) {
      return conversion.getMessage();
    }
    if (arg.type().isEnum() && problem.getValue() != null) {
      return "'" + problem.getValue() + "' is not one of " + OptionConverters.names(arg.type());
    }
    if ((arg.type() == boolean.class || arg.type() == Boolean.class)
        && problem.getValue() != null) {
      return "'" + problem.getValue() + "' is not one of true, false";
    }
    return lowerFirst(problem.getMessage());
  }

  private static String unmatched(UnmatchedArgumentException problem) {
    String word = problem.getUnmatched().get(0);
    CommandLine commandLine = problem.getCommandLine();
    List<String> known = new ArrayList<>();
    if (word.startsWith("-")) {
      commandLine.getCommandSpec().options().forEach(o -> known.add(o.longestName()));
      String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      return "unknown option '" + name + "'" + SpellingSuggestion.question(name, known);
    }
    known.addAll(commandLine.getSubcommands().keySet());
    return (known.isEmpty() ? "unexpected argument '" : "unknown command '")
        + word
        + "'"
        + SpellingSuggestion.question(word, known);
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
